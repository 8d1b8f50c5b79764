#define _GNU_SOURCE
#include "catalog.h"

#include "arguments.h"
#include "child.h"
#include "description.h"
#include "protocol.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 64 };

/* What a program gets to tell what it is. */
static const double answer_s = 30.0;

/* The folder that a front door lies in. */
static enum status find_folder(const char *front, char folder[PATH_MAX])
{
    if (!realpath(front, folder))
        return status_fail(STATUS_FAILED, "cannot tell where %s lies: %s", front, strerror(errno));
    *strrchr(folder, '/') = '\0';
    return STATUS_OK;
}

static int is_cell(const struct dirent *file)
{
    return strncmp(file->d_name, PROTOCOL_CELL, strlen(PROTOCOL_CELL)) == 0;
}

static int scan(const char *folder, struct dirent ***files)
{
    int count = scandir(folder, files, is_cell, alphasort);
    if (count == 0) {
        free(*files);
        *files = NULL;
    }
    return count;
}

/* Beside the front door in a build folder, below libexec/ once it is installed. */
static enum status find_cells(const char *own, char *folder, size_t length, struct dirent ***files,
                              int *count)
{
    (void)snprintf(folder, length, "%s", own);
    *count = scan(folder, files);
    if (*count <= 0) {
        if (snprintf(folder, length, "%s/" PARBENCH_CELLS, own) >= (int)length)
            return status_fail(STATUS_FAILED, "the path of parbench is too long");
        *count = scan(folder, files);
    }
    if (*count <= 0)
        return status_fail(STATUS_FAILED,
                           "there are no programs %s* in %s or %s: build parbench anew",
                           PROTOCOL_CELL, own, folder);
    return STATUS_OK;
}

/* What the program says that it is, an object of the caller's. */
static enum status ask(const char *program, json_t **said)
{
    struct capture answer;
    const char *text = answer.text[CHILD_OUTPUT];
    char why[128];
    char *const argv[] = {(char *)program, (char *)PROTOCOL_DESCRIBE, NULL};
    const size_t prefix = strlen(PROTOCOL_PREFIX);
    *said = NULL;
    if (child_capture(argv, answer_s, &answer) && strncmp(text, PROTOCOL_PREFIX, prefix) == 0)
        *said = json_loads(text + prefix, 0, NULL);
    if (!*said)
        return status_fail(STATUS_FAILED, "%s does not tell what it is: build parbench anew",
                           program);
    return protocol_is_spoken(*said, why, sizeof why)
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "%s cannot be used: %s", program, why);
}

static int by_launch(const void *left, const void *right)
{
    const struct model_entry *a = left;
    const struct model_entry *b = right;
    return a->model.launch != b->model.launch ? (int)a->model.launch - (int)b->model.launch
                                              : strcmp(a->model.name, b->model.name);
}

static enum status ask_all(const char *folder, struct dirent **files, int count,
                           struct catalog *catalog)
{
    catalog->entries = calloc((size_t)count, sizeof *catalog->entries);
    if (!catalog->entries)
        return status_no_memory("the models");
    for (int i = 0; i < count; i++) {
        struct model_entry *entry = &catalog->entries[catalog->count];
        if (snprintf(entry->program, sizeof entry->program, "%s/%s", folder, files[i]->d_name) >=
            (int)sizeof entry->program)
            return status_fail(STATUS_FAILED, "the path of %s is too long", files[i]->d_name);
        catalog->count++;
        enum status status = ask(entry->program, &entry->description);
        if (status != STATUS_OK)
            return status;
        if (!description_read(entry->description, &entry->model, entry->options))
            return status_fail(STATUS_FAILED, "%s does not tell what it is: build parbench anew",
                               entry->program);
    }
    /* Sorting moves entries, and each model points at the options of its own. */
    qsort(catalog->entries, catalog->count, sizeof *catalog->entries, by_launch);
    for (size_t i = 0; i < catalog->count; i++)
        catalog->entries[i].model.options = catalog->entries[i].options;
    return STATUS_OK;
}

static enum status load(const char *front, struct catalog *catalog)
{
    char own[PATH_MAX], folder[PATH_MAX];
    struct dirent **files = NULL;
    int count = 0;
    enum status status = find_folder(front, own);
    if (status == STATUS_OK)
        status = find_cells(own, folder, sizeof folder, &files, &count);
    if (status != STATUS_OK)
        return status;
    bool installed = strcmp(own, folder) != 0;
    (void)snprintf(catalog->plots, sizeof catalog->plots, "%.*s/%s", PATH_MAX - 64, own,
                   installed ? PARBENCH_PLOTS : "plots");
    status = ask_all(folder, files, count, catalog);
    for (int i = 0; i < count; i++)
        free(files[i]);
    free(files);
    return status;
}

enum status catalog_load(struct catalog *catalog)
{
    *catalog = (struct catalog){0};
    return load("/proc/self/exe", catalog);
}

enum status catalog_load_beside(const char *front, struct catalog *catalog)
{
    json_t *said;
    *catalog = (struct catalog){0};
    enum status status = ask(front, &said);
    catalog->versions = json_incref(json_object_get(said, "versions"));
    json_decref(said);
    if (status == STATUS_OK && !json_is_object(catalog->versions))
        status = status_fail(STATUS_FAILED, "%s does not tell what it was built from", front);
    return status == STATUS_OK ? load(front, catalog) : status;
}

void catalog_free(struct catalog *catalog)
{
    json_decref(catalog->versions);
    for (size_t i = 0; i < catalog->count; i++)
        json_decref(catalog->entries[i].description);
    free(catalog->entries);
}

enum status catalog_find(const struct catalog *catalog, const char *name,
                         const struct model_entry **entry)
{
    const char *names[NAMES_MAX];
    unsigned count = 0;
    for (size_t i = 0; i < catalog->count && count < NAMES_MAX; i++) {
        names[count++] = catalog->entries[i].model.name;
        if (strcmp(catalog->entries[i].model.name, name) == 0) {
            *entry = &catalog->entries[i];
            return STATUS_OK;
        }
    }
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++)
        if (strcmp(unbuilt->name, name) == 0)
            return status_fail(STATUS_USAGE, "the model %s %s", name, unbuilt->reason);
    return argument_unknown("model", name, names, count);
}

enum status catalog_find_kernel(const char *name, const struct kernel **kernel)
{
    const char *names[NAMES_MAX];
    unsigned count = 0;
    *kernel = kernel_find(name);
    if (*kernel)
        return STATUS_OK;
    for (; kernel_table[count] && count < NAMES_MAX; count++)
        names[count] = kernel_table[count]->name;
    return argument_unknown("kernel", name, names, count);
}
