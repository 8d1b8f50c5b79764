#include "listener.h"

#include "json.h"
#include "printable.h"
#include "protocol.h"
#include "safe_file.h"
#include "text.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

struct listener listener_begin(struct launch_result *launched, const char *log)
{
    launched->said =
        json_pack("{s:[], s:[], s:[], s:[], s:[], s:[], s:[], s:[], s:[], s:[]}", "started", "warm",
                  "sample", "result", "passes", "worker", "node", "timeline", "pieces", "outputs");
    return (struct listener){.launched = launched, .log = log};
}

/* ---- what others have made of a line ---- */

/*
 * What the rank has written. A site may have mpirun tag it: "[1,0]<stdout>:text", with the time
 * before that, or "<stdout rank="0">text&#010;</stdout>". Cuts the line behind it.
 */
static char *untagged(char *line)
{
    static const char *const names[] = {"<stdout", "<stderr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *tag = strstr(line, names[i]);
        char *text = tag ? strchr(tag, '>') : NULL;
        char *end = text && tag == line ? strstr(text, "&#010;</std") : NULL;
        if (text && text[1] == ':')
            return text + 2 + (text[2] == ' ');
        if (end) {
            *end = '\0';
            return text + 1;
        }
    }
    return line;
}

/* ---- the protocol ---- */

static bool is_sample(const json_t *object)
{
    return json_is_number(json_object_get(object, "seconds")) &&
           json_is_boolean(json_object_get(object, "verified")) &&
           json_object_get(object, "counts");
}

/* A line of the protocol; false for one that is none. */
static bool take_event(const struct launch_result *launched, const char *text)
{
    json_t *heard = json_loads(text, 0, NULL), *object = json_printable(heard);
    const char *event = json_string_value(json_object_get(object, "event"));
    json_t *said = event ? launch_said(launched, event) : NULL;
    const bool is_timed = said && (strcmp(event, "warm") == 0 || strcmp(event, "sample") == 0);
    const bool taken = said && (!is_timed || is_sample(object));
    if (taken) {
        (void)json_array_append(said, object);
        (void)json_object_del(object, "event");
    }
    json_decref(object);
    json_decref(heard);
    return taken;
}

/* ---- what is beside it ---- */

/* A cell's own error explains a failure better than what mpirun says after it, or what it has noted
 * before. */
static void take_error(struct launch_result *launched, const char *line)
{
    const char *colon = strstr(line, ": ");
    if (launched->explained || !colon ||
        strncmp(line, PROTOCOL_PROGRAM, strlen(PROTOCOL_PROGRAM)) != 0 ||
        strncmp(colon + 2, STATUS_NOTE, strlen(STATUS_NOTE)) == 0)
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

/* Its folder is there from the first one on. */
static FILE *open_log(const char *path)
{
    char folder[PATH_MAX];
    FILE *log = safe_file_append(path);
    if (log || errno != ENOENT)
        return log;
    (void)snprintf(folder, sizeof folder, "%s", path);
    (void)mkdir(dirname(folder), 0777);
    return safe_file_append(path);
}

static void take_line(struct listener *listener, char *line)
{
    line = untagged(line);
    /* Other launchers say whose a line is in words of their own, before it. */
    const char *event = strstr(line, PROTOCOL_PREFIX);
    if (event && take_event(listener->launched, event + strlen(PROTOCOL_PREFIX)))
        return;
    take_error(listener->launched, line);
    remember(listener->launched, line);
    if (!listener->log_stream && listener->log)
        listener->log_stream = open_log(listener->log);
    if (listener->log_stream)
        (void)fprintf(listener->log_stream, "%s\n", line);
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
        } else if (bytes[i]) { /* the XML of Open MPI 5 is full of zeros */
            if (listener->lines[stream].used == LISTENER_LINE_BYTES - 1)
                end_line(listener, stream, false);
            listener->lines[stream].text[listener->lines[stream].used++] = bytes[i];
        }
}

/* Whether a cell's first line can be used; else `why` has it in words. */
static bool is_start(const json_t *started, char *why, size_t length)
{
    if (!protocol_is_spoken(started, why, length))
        return false;
    if (json_is_number(json_object_get(started, "startup_s")))
        return true;
    (void)snprintf(why, length, "its line \"started\" tells no startup_s");
    return false;
}

void listener_end(struct listener *listener)
{
    struct launch_result *launched = listener->launched;
    for (int i = 0; i < CHILD_STREAMS; i++)
        end_line(listener, (enum child_stream)i, false);
    if (listener->log_stream)
        launched->is_logged = fclose(listener->log_stream) == 0;
    const json_t *started = json_array_get(launch_said(launched, "started"), 0);
    const bool understood =
        started && is_start(started, launched->failure, sizeof launched->failure);
    launched->explained = launched->explained || (started && !understood);
    launched->ended = understood && json_is_string(launch_told(launched, "result", "result"));
}
