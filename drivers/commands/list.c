/* parbench list: kernels, models with their options, experiments; or those that a word leads to. */
#define _GNU_SOURCE
#include "arguments.h"
#include "catalog.h"
#include "commands.h"
#include "experiment.h"
#include "model_spec.h"
#include "options.h"
#include "text.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Behind a name, for the lines below the first. */
#define INDENT "             "

/* ---- one entry ---- */

static void print_kernel(FILE *stream, const void *what)
{
    const struct kernel *kernel = what;
    char size[32], most[32];
    text_grouped(kernel->default_size, size, sizeof size);
    text_grouped(kernel->max_size, most, sizeof most);
    (void)fprintf(stream, "  %-10s %s\n" INDENT "default size %s, at most %s\n", kernel->name,
                  kernel->title, size, most);
    (void)fprintf(stream, INDENT "best serial algorithm: %s\n",
                  kernel->best ? kernel->best_name : "its own");
}

/* What an option and its values are called there. */
static void append_python(const struct model_option *option, char *text, size_t length)
{
    const char *separator = "; in Python: ";
    if (option->python) {
        text_append(text, length, "%s%s", separator, option->python);
        separator = ", ";
    }
    for (const struct option_value *value = option->values; value->word; value++)
        if (value->python) {
            text_append(text, length, "%s%s for %s", separator, value->python, value->word);
            separator = ", ";
        }
}

static void print_option(FILE *stream, const struct model_option *option)
{
    char text[1024], values[256];
    model_spec_values(option, values, sizeof values);
    (void)snprintf(text, sizeof text, ":%s=%s (default %s)", option->name, values, option->initial);
    text_wrapped(stream, INDENT, text);
    (void)snprintf(text, sizeof text, "%s", option->help);
    append_python(option, text, sizeof text);
    text_wrapped(stream, INDENT "    ", text);
}

static void print_model(FILE *stream, const void *what)
{
    const struct model *model = what;
    char text[512];
    (void)fprintf(stream, "  %-10s %s\n", model->name, model->title);
    (void)snprintf(text, sizeof text, "in Python: %s", model->python);
    text_wrapped(stream, INDENT, text);
    for (unsigned i = 0; i < options_count(model->options); i++)
        print_option(stream, &model->options[i]);
    for (const struct refusal *refusal = model->refusals; refusal->setting; refusal++) {
        (void)fprintf(stream, INDENT "not %s with %s\n", refusal->setting, refusal->other);
        text_wrapped(stream, INDENT "    ", refusal->reason);
    }
    for (const struct count_info *count = model->counts; count->name; count++) {
        (void)fprintf(stream, INDENT "counts %s\n", count->name);
        text_wrapped(stream, INDENT "    ", count->help);
    }
}

static void print_experiment(FILE *stream, const void *what)
{
    const struct experiment *experiment = what;
    (void)fprintf(stream, "  %-10s %s\n", experiment->name, experiment->question);
}

static void print_unusable(FILE *stream, const void *what)
{
    const struct model_entry *entry = what;
    char name[64], text[512];
    (void)snprintf(name, sizeof name, "  %-10s ", entry->model.name);
    (void)snprintf(text, sizeof text, "cannot be used: %s", entry->unusable);
    text_wrapped(stream, name, text);
}

static void print_unbuilt(FILE *stream, const void *what)
{
    const struct unbuilt *unbuilt = what;
    (void)fprintf(stream, "  %-10s not built: %s\n", unbuilt->name, unbuilt->reason);
}

/* ---- all entries ---- */

enum { NAMES_MAX = 128 };

enum section { KERNELS, MODELS, EXPERIMENTS, SECTIONS };

static const char *const section_names[SECTIONS] = {"kernels", "models", "experiments"};

struct entry {
    enum section section;
    const char *name;
    char *text; /* as it is printed */
};

struct list {
    struct catalog catalog; /* names are its own */
    size_t count;
    struct entry *entries;
};

static enum status add(struct list *list, enum section section, const char *name,
                       void print(FILE *, const void *), const void *what)
{
    size_t length;
    struct entry *grown = realloc(list->entries, (list->count + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("the list");
    list->entries = grown;
    struct entry *entry = &grown[list->count++];
    *entry = (struct entry){section, name, NULL};
    FILE *stream = open_memstream(&entry->text, &length);
    if (stream)
        print(stream, what);
    return text_close(stream, &entry->text) ? STATUS_OK : status_no_memory("the list");
}

static enum status add_models(struct list *list)
{
    enum status status = catalog_load(NULL, 0, &list->catalog);
    for (size_t i = 0; i < list->catalog.total && status == STATUS_OK; i++) {
        const struct model_entry *entry = &list->catalog.entries[i];
        status = i < list->catalog.count
                     ? add(list, MODELS, entry->model.name, print_model, &entry->model)
                     : add(list, MODELS, entry->model.name, print_unusable, entry);
    }
    for (const struct unbuilt *model = catalog_unbuilt; model->name && status == STATUS_OK; model++)
        status = add(list, MODELS, model->name, print_unbuilt, model);
    return status;
}

static enum status add_all(unsigned sections, struct list *list)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; sections & 1u << KERNELS && kernel_table[i] && status == STATUS_OK; i++)
        status = add(list, KERNELS, kernel_table[i]->name, print_kernel, kernel_table[i]);
    if (sections & 1u << MODELS && status == STATUS_OK)
        status = add_models(list);
    for (size_t i = 0; sections & 1u << EXPERIMENTS && experiment_table[i] && status == STATUS_OK;
         i++)
        status = add(list, EXPERIMENTS, experiment_table[i]->name, print_experiment,
                     experiment_table[i]);
    return status;
}

/* Whether the word stands in the text, and not only within a longer word. */
static bool mentions(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = text; (at = strcasestr(at, word)); at++) {
        const unsigned char before = at == text ? ' ' : (unsigned char)at[-1];
        const unsigned char behind = (unsigned char)at[length];
        if (!isalnum(before) && before != '_' && !isalnum(behind) && behind != '_')
            return true;
    }
    return false;
}

static enum status unknown(const struct list *list, const char *word)
{
    const char *names[NAMES_MAX] = {"kernels", "models", "experiments"};
    unsigned count = SECTIONS;
    for (size_t i = 0; i < list->count && count < NAMES_MAX; i++)
        names[count++] = list->entries[i].name;
    return argument_unknown("list of", word, names, count);
}

/* All, or what a word names, or else what mentions it. */
static enum status print(const struct list *list, const char *word)
{
    const char *section = NULL;
    bool names = false;
    for (size_t i = 0; word && i < list->count; i++)
        names = names || strcmp(list->entries[i].name, word) == 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];
        if (word && !(names ? strcmp(entry->name, word) == 0 : mentions(entry->text, word)))
            continue;
        if (section != section_names[entry->section])
            puts(section = section_names[entry->section]);
        (void)fputs(entry->text, stdout);
    }
    return section ? STATUS_OK : unknown(list, word);
}

/* ---- the command ---- */

/* Sections are named, and at most one thing in them. */
static enum status take(const struct words *words, unsigned *sections, const char **word)
{
    for (unsigned i = 0; i < words->count; i++) {
        unsigned section = 0;
        while (section < SECTIONS && strcmp(words->all[i], section_names[section]) != 0)
            section++;
        if (section < SECTIONS)
            *sections |= 1u << section;
        else if (*word || !isalnum((unsigned char)*words->all[i]))
            return argument_unknown("list of", words->all[i], section_names, SECTIONS);
        else
            *word = words->all[i];
    }
    return STATUS_OK;
}

static enum status command(int argc, char **argv)
{
    static const struct argument none[] = {{0}};
    static const struct command_line line = {
        "list [kernels|models|experiments] [WORD]",
        "What can be measured, or what of it a word names or is mentioned by; also a name\n"
        "from Python, such as imap.",
        none, UINT_MAX, NULL};
    struct list list = {.count = 0};
    struct words words;
    unsigned sections = 0;
    const char *word = NULL;
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, NULL, &words, &helped);
    if (status != STATUS_OK || helped)
        return status;
    status = take(&words, &sections, &word);
    if (status == STATUS_OK)
        status = add_all(sections ? sections : ~0u, &list);
    if (status == STATUS_OK)
        status = print(&list, word);
    for (size_t i = 0; i < list.count; i++)
        free(list.entries[i].text);
    free(list.entries);
    catalog_free(&list.catalog);
    return status;
}

const struct subcommand subcommand_list = {
    .name = "list",
    .help = "kernels, models with their options, experiments",
    .run = command,
};
