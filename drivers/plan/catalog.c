#include "catalog.h"

#include "child.h"
#include "description.h"
#include "memory.h"
#include "names.h"
#include "printable.h"
#include "protocol.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- where they are ---- */

enum status catalog_plots(char folder[PATH_MAX])
{
    TRY(child_beside(CHILD_SELF, "/plots", folder));
    return access(folder, F_OK) == 0 ? STATUS_OK
                                     : child_beside(CHILD_SELF, "/" PARBENCH_PLOTS, folder);
}

/* What such a program's name begins with; NULL: it is none of a cell. */
static const char *beginning(const char *program)
{
    static const char *const beginnings[] = {PROTOCOL_CELL, PROTOCOL_PEER};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(program, beginnings[i], strlen(beginnings[i])) == 0)
            return beginnings[i];
    return NULL;
}

static int is_program(const struct dirent *file)
{
    return beginning(file->d_name) != NULL;
}

/* Has an entry for each program in the folder; none if there is no such folder. */
static enum status scan(const char *folder, struct catalog *catalog)
{
    struct dirent **files = NULL;
    const int count = scandir(folder, &files, is_program, alphasort);
    if (count < 0 && errno != ENOENT)
        return status_fail(STATUS_FAILED, "cannot look for programs of models in %s: %s", folder,
                           strerror(errno));
    if (count > 0)
        catalog->entries = memory_new((size_t)count + 1, sizeof *catalog->entries);
    for (int i = 0; i < count; i++) {
        const size_t length = strlen(folder) + strlen(files[i]->d_name) + 2;
        char *program = memory_bytes(length);
        (void)snprintf(program, length, "%s/%s", folder, files[i]->d_name);
        struct model_entry *entry = &catalog->entries[catalog->total++];
        entry->program = program;
        (void)snprintf(entry->unusable, sizeof entry->unusable, "it was not asked what it is");
        free(files[i]);
    }
    free(files);
    return STATUS_OK;
}

/* Beside the front door in a build folder, below libexec/ once it is installed. */
static enum status find_cells(const char *front, struct catalog *catalog)
{
    static const char *const places[] = {"", "/" PARBENCH_CELLS};
    char folders[2][PATH_MAX];
    for (unsigned i = 0; i < 2 && catalog->total == 0; i++) {
        TRY(child_beside(front, places[i], folders[i]));
        TRY(scan(folders[i], catalog));
    }
    return catalog->total > 0
               ? STATUS_OK
               : status_fail(STATUS_FAILED,
                             "there are no programs %s* in %s or %s: build parbench anew",
                             PROTOCOL_CELL, folders[0], folders[1]);
}

/* ---- what they are ---- */

/* Its last words are a line, without the name of the program that may begin it. */
static void keep_last_words(struct model_entry *entry, char *said)
{
    size_t length = strlen(said);
    while (length > 0 && said[length - 1] == '\n')
        said[--length] = '\0';
    const char *line = strrchr(said, '\n') ? strrchr(said, '\n') + 1 : said;
    const char *colon = strstr(line, ": ");
    if (colon && (strncmp(line, entry->program, (size_t)(colon - line)) == 0 ||
                  strncmp(line, PROTOCOL_PROGRAM, strlen(PROTOCOL_PROGRAM)) == 0))
        line = colon + 2;
    printable_copy(line, entry->unusable, sizeof entry->unusable);
}

/* What it said of itself, or why it did not. */
static void read_answer(struct model_entry *entry, const struct child *child,
                        struct capture *capture)
{
    /* A wrapper or a library that is loaded into it may say something before and after it. */
    const char *text = strstr(capture->text[CHILD_OUTPUT], PROTOCOL_PREFIX);
    if (text)
        entry->description =
            json_loads(text + strlen(PROTOCOL_PREFIX), JSON_DISABLE_EOF_CHECK, NULL);
    if (child->end == CHILD_TIMED_OUT)
        (void)snprintf(entry->unusable, sizeof entry->unusable, "it does not answer");
    else if (!child_succeeded(child) && *capture->text[CHILD_ERRORS])
        keep_last_words(entry, capture->text[CHILD_ERRORS]);
    else if (!child_succeeded(child))
        child_explain("it", child->status, entry->unusable, sizeof entry->unusable);
    else if (!entry->description)
        (void)snprintf(entry->unusable, sizeof entry->unusable, "it does not tell what it is");
    else if (protocol_is_spoken(entry->description, entry->unusable, sizeof entry->unusable))
        *entry->unusable = '\0';
}

static const char *file_name(const struct model_entry *entry)
{
    const char *slash = strrchr(entry->program, '/');
    return slash ? slash + 1 : entry->program;
}

bool catalog_is_peer(const struct model_entry *entry)
{
    return strncmp(file_name(entry), PROTOCOL_PEER, strlen(PROTOCOL_PEER)) == 0;
}

const char *catalog_interpreter(const struct model_entry *entry)
{
    const char *interpreter = getenv("PARBENCH_PYTHON");
    return interpreter && *interpreter && catalog_is_peer(entry) ? interpreter : NULL;
}

void catalog_ask(struct model_entry *entries, size_t count, double limit_s)
{
    struct question {
        char *words[4];
        struct capture capture;
    } *questions = memory_new(count, sizeof *questions);
    struct child *children = memory_new(count, sizeof *children);
    for (size_t i = 0; i < count; i++) {
        const char *interpreter = catalog_interpreter(&entries[i]);
        char **word = questions[i].words;
        if (interpreter)
            *word++ = (char *)interpreter;
        *word++ = entries[i].program;
        *word = (char *)PROTOCOL_DESCRIBE;
        children[i] = child_captured(questions[i].words, &questions[i].capture);
    }
    child_run(children, count, limit_s);
    for (size_t i = 0; i < count; i++)
        read_answer(&entries[i], &children[i], &questions[i].capture);
    free(children);
    free(questions);
}

/* What its program's name says that it is. */
static const char *model_name(const struct model_entry *entry)
{
    return file_name(entry) + strlen(beginning(file_name(entry)));
}

/* Whether a user named the model, with its options or without. */
static bool is_named(const struct model_entry *entry, char *const *models, size_t count)
{
    const char *name = model_name(entry);
    bool named = false;
    for (size_t i = 0; i < count; i++)
        named = named || (strlen(name) == strcspn(models[i], ":") &&
                          strncmp(name, models[i], strlen(name)) == 0);
    return named;
}

/* Those that can be used come first, and among them peers last. */
static int in_order(const void *left, const void *right)
{
    const struct model_entry *a = left, *b = right;
    const int usable = (*a->unusable ? 1 : 0) - (*b->unusable ? 1 : 0);
    const int peer = (int)catalog_is_peer(a) - (int)catalog_is_peer(b);
    const int launch = (int)a->model.launch - (int)b->model.launch;
    return usable ? usable : peer ? peer : launch ? launch : strcmp(a->model.name, b->model.name);
}

void catalog_sort(struct catalog *catalog)
{
    catalog->count = 0;
    for (size_t i = 0; i < catalog->total; i++) {
        struct model_entry *entry = &catalog->entries[i];
        if (*entry->unusable)
            entry->model = (struct model){.name = model_name(entry)};
        catalog->count += !*entry->unusable;
    }
    qsort(catalog->entries, catalog->total, sizeof *catalog->entries, in_order);
}

/* Who is asked: the models that somebody named; or of all the others, or of peers, those that were
 * not asked before. */
struct wanted {
    char *const *models;
    size_t count; /* 0: nobody named any */
    bool peers;
};

static bool is_wanted(const struct model_entry *entry, const struct wanted *wanted)
{
    if (entry->is_asked)
        return false;
    return wanted->count > 0 ? is_named(entry, wanted->models, wanted->count)
                             : catalog_is_peer(entry) == wanted->peers;
}

/* The others are there by their names alone. */
static void ask_wanted(const struct wanted *who, struct catalog *catalog)
{
    size_t wanted = 0;
    for (size_t i = 0; i < catalog->total; i++) {
        struct model_entry entry = catalog->entries[i];
        if (is_wanted(&entry, who)) {
            entry.is_asked = true;
            catalog->entries[i] = catalog->entries[wanted];
            catalog->entries[wanted++] = entry;
        }
    }
    catalog_ask(catalog->entries, wanted, CHILD_ANSWER_S);
    for (size_t i = 0; i < wanted; i++) {
        struct model_entry *entry = &catalog->entries[i];
        if (!*entry->unusable)
            entry->lists = description_read(entry->description, &entry->model);
        if (!*entry->unusable && !entry->lists)
            (void)snprintf(entry->unusable, sizeof entry->unusable, "it describes no model");
    }
    catalog_sort(catalog);
}

enum status catalog_load(char *const *models, size_t count, struct catalog *catalog)
{
    *catalog = (struct catalog){0};
    TRY(find_cells(CHILD_SELF, catalog));
    ask_wanted(&(struct wanted){models, count, false}, catalog);
    return STATUS_OK;
}

void catalog_ask_others(struct catalog *catalog)
{
    ask_wanted(&(struct wanted){.peers = false}, catalog);
}

void catalog_ask_peers(struct catalog *catalog)
{
    ask_wanted(&(struct wanted){.peers = true}, catalog);
}

void catalog_ask_named(struct catalog *catalog, const char *list)
{
    char item[PATH_MAX], **models = NULL;
    size_t count = 0;
    while (text_next(&list, item, sizeof item)) {
        models = memory_grow(models, count, sizeof *models);
        models[count] = memory_bytes(strlen(item) + 1);
        memcpy(models[count++], item, strlen(item) + 1);
    }
    if (count > 0)
        ask_wanted(&(struct wanted){models, count, false}, catalog);
    for (size_t i = 0; i < count; i++)
        free(models[i]);
    free(models);
}

enum status catalog_load_beside(const char *front, struct catalog *catalog)
{
    struct model_entry other = {.program = (char *)front};
    *catalog = (struct catalog){0};
    catalog_ask(&other, 1, CHILD_ANSWER_S);
    catalog->versions = json_incref(json_object_get(other.description, "versions"));
    catalog->kernels = json_incref(json_object_get(other.description, "kernels"));
    json_decref(other.description);
    if (*other.unusable)
        return status_fail(STATUS_FAILED, "%s cannot be used: %s", front, other.unusable);
    if (!json_is_object(catalog->versions))
        return status_fail(STATUS_FAILED, "%s does not tell what it was built from", front);
    TRY(find_cells(front, catalog));
    catalog_ask_others(catalog);
    return STATUS_OK;
}

void catalog_free(struct catalog *catalog)
{
    json_decref(catalog->versions);
    json_decref(catalog->kernels);
    for (size_t i = 0; i < catalog->total; i++) {
        json_decref(catalog->entries[i].description);
        free(catalog->entries[i].lists);
        free(catalog->entries[i].program);
    }
    free(catalog->entries);
    free(catalog->starters);
}

const struct starter *catalog_starter(const struct catalog *catalog, const char *program)
{
    for (size_t i = 0; program && i < catalog->starter_count; i++)
        if (strcmp(catalog->starters[i].program, program) == 0)
            return &catalog->starters[i];
    return NULL;
}

/* Whether another one before it cannot be used for the same reason. */
static bool is_told(const struct catalog *catalog, size_t index)
{
    bool told = false;
    for (size_t i = catalog->count; i < index; i++)
        told = told || strcmp(catalog->entries[i].unusable, catalog->entries[index].unusable) == 0;
    return told;
}

void catalog_say_unusable(const struct catalog *catalog)
{
    for (size_t i = catalog->count; i < catalog->total; i++) {
        const struct model_entry *first = &catalog->entries[i];
        char names[256] = "";
        unsigned count = 0;
        for (size_t j = i; j < catalog->total; j++)
            if (strcmp(catalog->entries[j].unusable, first->unusable) == 0)
                text_append(names, sizeof names, "%s%s", count++ ? ", " : "",
                            catalog->entries[j].model.name);
        if (first->is_asked && !is_told(catalog, i))
            status_say("%s %s left out, %s cannot be used: %s", names, count == 1 ? "is" : "are",
                       count == 1 ? "it" : "they", first->unusable);
    }
}

enum status catalog_find(const struct catalog *catalog, const char *name,
                         const struct model_entry **entry)
{
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++)
        if (strcmp(unbuilt->name, name) == 0)
            return status_fail(STATUS_USAGE, "the model %s %s", name, unbuilt->reason);
    *entry = names_find("model", name, catalog->entries, sizeof **entry);
    if (!*entry)
        return STATUS_USAGE;
    return *(*entry)->unusable ? status_fail(STATUS_FAILED, "the model %s cannot be used: %s", name,
                                             (*entry)->unusable)
                               : STATUS_OK;
}

json_t *catalog_kernels(void)
{
    json_t *names = json_array();
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++)
        (void)json_array_append_new(names, json_string((*kernel)->name));
    return names;
}

/* Kernels that are none of another's algorithms. */
static enum status unknown_kernel(const char *name)
{
    const char **names = NULL;
    size_t count = 0;
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++) {
        names = memory_grow(names, count, sizeof *names);
        if (!(*kernel)->of)
            names[count++] = (*kernel)->name;
    }
    names = memory_grow(names, count, sizeof *names);
    names[count] = NULL;
    const enum status status = names_unknown("kernel", name, names, sizeof *names);
    free(names);
    return status;
}

/* The failure of an option that a kernel does not have, or does not take so. */
static enum status wrong_option(const struct kernel *kernel, char *text)
{
    const char *name = strsep(&text, "="), *value = text;
    const int length = (int)strlen(KERNEL_ALGORITHM) - 2;
    char words[256];
    catalog_algorithms(kernel, words, sizeof words);
    if (!*words)
        return status_fail(STATUS_USAGE, "the kernel %s has no options", kernel->name);
    if (!value)
        return status_fail(STATUS_USAGE, "write options of %s as name=value, not \"%s\"",
                           kernel->name, name);
    if ((int)strlen(name) != length || strncmp(KERNEL_ALGORITHM + 1, name, (size_t)length) != 0)
        return status_fail(STATUS_USAGE, "there is no %s option \"%s\": take %.*s", kernel->name,
                           name, length, KERNEL_ALGORITHM + 1);
    return status_fail(STATUS_USAGE, "%s of %s must be one of %s, not \"%s\"", name, kernel->name,
                       words, value);
}

void catalog_algorithms(const struct kernel *kernel, char *words, size_t length)
{
    (void)snprintf(words, length, "%s", kernel->algorithm ? kernel->algorithm : "");
    for (const struct kernel *const *other = kernel_table; *other; other++)
        if ((*other)->of == kernel)
            text_append(words, length, "%s%s", *words ? "|" : "", kernel_algorithm(*other));
}

enum status catalog_find_kernel(const char *name, const struct kernel **kernel)
{
    char copy[256], *option = copy;
    *kernel = kernel_find(name);
    if (*kernel)
        return STATUS_OK;
    (void)snprintf(copy, sizeof copy, "%s", name);
    const struct kernel *of = kernel_find(strsep(&option, ":"));
    return of && option ? wrong_option(of, option) : unknown_kernel(copy);
}
