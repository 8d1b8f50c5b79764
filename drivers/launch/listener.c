#include "listener.h"

#include "printable.h"
#include "protocol.h"
#include "safe_file.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* ---- the protocol ---- */

static bool take_sample(struct launch_result *launched, json_t *object)
{
    double seconds;
    int verified;
    json_t *counts, *start = NULL;
    if (json_unpack(object, "{s:F, s:b, s:o, s?o}", "seconds", &seconds, "verified", &verified,
                    "counts", &counts, "start", &start) != 0)
        return false;
    struct sample *grown = realloc(launched->samples, (launched->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    launched->samples = grown;
    launched->samples[launched->count++] =
        (struct sample){seconds, verified != 0, json_incref(counts), json_incref(start)};
    return true;
}

static bool take_worker(struct launch_result *launched, json_t *object)
{
    if (!launched->workers)
        launched->workers = json_array();
    return json_object_del(object, "event") == 0 &&
           json_array_append(launched->workers, object) == 0;
}

static bool take_start(struct launch_result *launched, json_t *object)
{
    launched->understood = protocol_is_spoken(object, launched->failure, sizeof launched->failure);
    launched->explained = launched->explained || !launched->understood;
    launched->startup_s = json_number_value(json_object_get(object, "startup_s"));
    json_decref(launched->libraries);
    launched->libraries = json_incref(json_object_get(object, "libraries"));
    return true;
}

static bool take_passes(struct launch_result *launched, json_t *object)
{
    launched->wall_s = json_number_value(json_object_get(object, "wall_s"));
    json_decref(launched->counters_absent);
    launched->counters_absent = json_incref(json_object_get(object, "counters_absent"));
    return true;
}

static bool take_result(struct launch_result *launched, json_t *object)
{
    const char *result = json_string_value(json_object_get(object, "result"));
    if (result)
        printable_copy(result, launched->result, sizeof launched->result);
    launched->ended = result && launched->understood;
    return launched->ended;
}

/* A line of the protocol; false for one that is none. */
static bool take_event(struct launch_result *launched, const char *text)
{
    static const struct {
        const char *name;
        bool (*take)(struct launch_result *launched, json_t *object);
    } events[] = {{"started", take_start},
                  {"sample", take_sample},
                  {"result", take_result},
                  {"passes", take_passes},
                  {"worker", take_worker}};
    json_t *object = json_loads(text, 0, NULL);
    const char *event = json_string_value(json_object_get(object, "event"));
    bool taken = false;
    for (size_t i = 0; event && i < sizeof events / sizeof *events; i++)
        if (strcmp(event, events[i].name) == 0)
            taken = events[i].take(launched, object);
    json_decref(object);
    return taken;
}

/* ---- what is beside it ---- */

static void keep_in_log(struct listener *listener, const char *line)
{
    if (!listener->log_stream && listener->log)
        listener->log_stream = safe_file_append(listener->log);
    if (listener->log_stream)
        (void)fprintf(listener->log_stream, "%s\n", line);
}

/* A cell's own error explains a failure better than what mpirun says after it. */
static void take_error(struct launch_result *launched, const char *line)
{
    const char *colon = strstr(line, ": ");
    if (launched->explained || !colon ||
        strncmp(line, PROTOCOL_PROGRAM, strlen(PROTOCOL_PROGRAM)) != 0)
        return;
    launched->explained = true;
    printable_copy(colon + 2, launched->failure, sizeof launched->failure);
}

/* Whole lines, as many of the last ones as there is room for. */
static void remember(struct launch_result *launched, const char *line)
{
    char *words = launched->last_words;
    const size_t length = strnlen(line, sizeof launched->last_words - 2);
    while (strlen(words) + length + 2 > sizeof launched->last_words) {
        const char *next = strchr(words, '\n') + 1; /* every line there has its end */
        memmove(words, next, strlen(next) + 1);
    }
    text_append(words, sizeof launched->last_words, "%.*s\n", (int)length, line);
}

static void take_line(struct listener *listener, const char *line)
{
    const size_t prefix = strlen(PROTOCOL_PREFIX);
    if (strncmp(line, PROTOCOL_PREFIX, prefix) == 0 &&
        take_event(listener->launched, line + prefix))
        return;
    take_error(listener->launched, line);
    remember(listener->launched, line);
    keep_in_log(listener, line);
}

/* Takes the line that has come so far, if there is one. */
static void end_line(struct listener *listener, enum child_stream stream, bool even_empty)
{
    const size_t used = listener->lines[stream].used;
    if (used == 0 && !even_empty)
        return;
    listener->lines[stream].text[used] = '\0';
    listener->lines[stream].used = 0;
    take_line(listener, listener->lines[stream].text);
}

void listener_take(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    struct listener *listener = context;
    for (size_t i = 0; i < count; i++)
        if (bytes[i] == '\n') {
            end_line(listener, stream, true);
        } else {
            if (listener->lines[stream].used == LISTENER_LINE_BYTES - 1)
                end_line(listener, stream, false);
            listener->lines[stream].text[listener->lines[stream].used++] = bytes[i];
        }
}

void listener_end(struct listener *listener)
{
    for (int i = 0; i < CHILD_STREAMS; i++)
        end_line(listener, (enum child_stream)i, false);
    if (listener->log_stream)
        (void)fclose(listener->log_stream);
}
