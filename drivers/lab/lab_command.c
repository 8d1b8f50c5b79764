#define _GNU_SOURCE
#include "lab_command.h"

#include "catalog.h"
#include "child.h"
#include "memory.h"
#include "run_folder.h"
#include "signals.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

enum { WORDS_MAX = 64, BYTES_MAX = 4 * PATH_MAX };

/* A command while it is being made ready. */
struct command {
    const struct lab_place *place;
    size_t count, used;
    char *words[WORDS_MAX + 1];
    char bytes[BYTES_MAX]; /* of the words */
};

/* The word's place among the bytes, cut where there is no more room. */
static char *keep(struct command *command, const char *word)
{
    char *kept = command->bytes + command->used;
    const size_t room = BYTES_MAX - command->used;
    (void)snprintf(kept, room, "%s", word);
    command->used += strlen(kept) + 1 < room ? strlen(kept) + 1 : room - 1;
    return kept;
}

static void add(struct command *command, const char *word)
{
    if (command->count < WORDS_MAX)
        command->words[command->count++] = keep(command, word);
}

/* A path that begins as the lab's own folder does is one of the record. */
static void add_moved(struct command *command, const char *word)
{
    char own[32], path[PATH_MAX];
    const struct lab_place *place = command->place;
    const int length = snprintf(own, sizeof own, "results/lab%u/", place->lab->number);
    const bool is_own = strncmp(word, own, (size_t)length) == 0;
    if (is_own)
        (void)snprintf(path, sizeof path, "%s/%s", place->record, word + length);
    add(command, is_own ? path : word);
}

/* As a shell would cut it apart, without running anything for it. */
static bool read_words(const char *line, struct command *command)
{
    wordexp_t words;
    char *text = memory_text(line), *comment = strstr(text, " #");
    if (comment)
        *comment = '\0';
    const bool is_read = wordexp(text, &words, WRDE_NOCMD | WRDE_UNDEF) == 0;
    if (is_read) {
        add(command, command->place->program);
        for (size_t i = 1; i < words.we_wordc; i++)
            add_moved(command, words.we_wordv[i]);
        wordfree(&words);
    }
    free(text);
    return is_read;
}

/* The place of what follows an option; 0: it is not there. */
static size_t find_value(const struct command *command, const char *option)
{
    for (size_t i = 2; i + 1 < command->count; i++)
        if (strcmp(command->words[i], option) == 0)
            return i + 1;
    return 0;
}

/* ---- models that cannot be used here ---- */

static const struct model_entry *find_entry(const struct catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->total; i++)
        if (strcmp(catalog->entries[i].model.name, name) == 0)
            return &catalog->entries[i];
    return NULL;
}

static const char *why_unbuilt(const char *name)
{
    const struct unbuilt *unbuilt = catalog_unbuilt;
    while (unbuilt->name && strcmp(unbuilt->name, name) != 0)
        unbuilt++;
    return unbuilt->reason;
}

/* One of a list of models. */
struct item {
    char text[256];
    bool is_value;            /* another one of an option of the model before */
    const char *why_unusable; /* NULL: it can be used */
};

/* What is no model's name is a value only behind a model that has options. */
static void judge_item(const struct catalog *catalog, bool may_be_value, struct item *item)
{
    char name[LAB_NAME_MAX];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(item->text, ":"), item->text);
    const struct model_entry *entry = find_entry(catalog, name);
    const char *unbuilt = entry ? NULL : why_unbuilt(name);
    item->is_value = !entry && !unbuilt && may_be_value;
    item->why_unusable = entry            ? (*entry->unusable ? entry->unusable : NULL)
                         : item->is_value ? NULL
                         : unbuilt        ? unbuilt
                                          : "its program is not there";
}

/* The list without those; the caller frees. */
static char *usable_of(const struct command *command, const struct catalog *catalog,
                       const char *list)
{
    char *usable = NULL;
    size_t length;
    struct item item = {.is_value = false};
    const char *rest = list, *comma = "";
    bool has_options = false, is_left_out = false;
    FILE *stream = memory_open(&usable, &length);
    while (text_next(&rest, item.text, sizeof item.text)) {
        judge_item(catalog, has_options, &item);
        has_options = item.is_value || strchr(item.text, ':');
        is_left_out = item.is_value ? is_left_out : item.why_unusable != NULL;
        if (item.why_unusable)
            text_wrapped(command->place->stream, "", "%s is left out here: %s.", item.text,
                         item.why_unusable);
        if (is_left_out)
            continue;
        (void)fprintf(stream, "%s%s", comma, item.text);
        comma = ",";
    }
    memory_close(stream, &usable);
    return usable;
}

/* False where nothing is left of them. */
static bool leave_out_unusable(struct command *command)
{
    struct catalog catalog;
    const size_t place = find_value(command, "--models");
    if (place == 0 || catalog_load(NULL, 0, &catalog) != STATUS_OK)
        return true;
    catalog_ask_named(&catalog, command->words[place]);
    char *usable = usable_of(command, &catalog, command->words[place]);
    const bool is_any = *usable;
    command->words[place] = keep(command, usable);
    free(usable);
    catalog_free(&catalog);
    return is_any;
}

/* ---- runs ---- */

/* Whether all of it is there; one that was cut off is gone on with. */
static bool is_whole(const char *folder)
{
    struct side there = {.folder = ""};
    const bool is =
        run_folder_load(folder, &there) == STATUS_OK && ending_is_whole(there.record.ending);
    side_free(&there);
    return is;
}

/* Under the next free name. */
static void put_aside(const struct lab_place *place, const char *folder)
{
    char other[PATH_MAX];
    for (unsigned i = 1; i < 1000; i++) {
        (void)snprintf(other, sizeof other, "%.*s-%u", PATH_MAX - 16, folder, i);
        if (access(other, F_OK) == 0)
            continue;
        if (rename(folder, other) == 0)
            text_wrapped(place->stream, "", "The run before is kept in %s.", other);
        else
            status_say("cannot move %s: %s", folder, strerror(errno));
        return;
    }
}

static void go_on_with(struct command *command, const char *folder)
{
    command->count = 0;
    add(command, command->place->program);
    add(command, "run");
    add(command, "--resume");
    add(command, folder);
}

static void complete(struct command *command)
{
    if (command->place->profile && find_value(command, "--profile") == 0) {
        add(command, "--profile");
        add(command, command->place->profile);
    }
}

/* Whether it is to be started at all. */
static bool prepare_run(struct command *command, const char *folder, bool again)
{
    const struct lab_place *place = command->place;
    const bool is_there = run_folder_is_run(folder);
    if (is_there && !again && is_whole(folder)) {
        text_wrapped(place->stream, "", "It was measured before, in %s.", folder);
        return false;
    }
    if (is_there && !again) {
        go_on_with(command, folder);
        return true;
    }
    if (is_there)
        put_aside(place, folder);
    complete(command);
    return true;
}

static enum lab_ran start(struct command *command)
{
    command->words[command->count] = NULL;
    (void)fflush(command->place->stream);
    const int status = child_attached(command->words, fileno(command->place->stream));
    (void)fputc('\n', command->place->stream);
    if (signals_caught())
        return LAB_RAN_PARTLY;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? LAB_RAN : LAB_RAN_BADLY;
}

static enum lab_ran run_command(struct command *command, bool again, char run[LAB_NAME_MAX])
{
    const size_t out = find_value(command, "--out");
    const bool is_run = strcmp(command->words[1], "run") == 0 && out > 0;
    if (!is_run && command->place->only_runs)
        return LAB_RAN_NOT;
    if (!leave_out_unusable(command)) {
        text_wrapped(command->place->stream, "", "None of its models can be used here.");
        return LAB_RAN_BADLY;
    }
    if (!is_run)
        return start(command);
    const char *folder = command->words[out], *slash = strrchr(folder, '/');
    (void)snprintf(run, LAB_NAME_MAX, "%s", slash ? slash + 1 : folder);
    return prepare_run(command, folder, again) ? start(command) : LAB_RAN;
}

enum lab_ran lab_command_run(const struct lab_place *place, const char *line, bool again,
                             char run[LAB_NAME_MAX])
{
    struct command command = {.place = place};
    enum lab_ran ran = LAB_RAN_NOT;
    *run = '\0';
    if (strncmp(line, "build/parbench ", strlen("build/parbench ")) == 0 &&
        read_words(line, &command) && command.count > 1)
        ran = run_command(&command, again, run);
    return ran;
}
