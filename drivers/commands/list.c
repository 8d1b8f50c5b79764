/* parbench list: kernels, models with their options, experiments; or those that a word leads to. */
#define _GNU_SOURCE
#include "catalog.h"
#include "commands.h"
#include "experiment.h"
#include "forecast.h"
#include "json.h"
#include "memory.h"
#include "model_spec.h"
#include "names.h"
#include "options.h"
#include "text.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Behind a name, for the lines below the first. */
#define INDENT "             "

static void print_kernel(FILE *stream, const struct kernel *kernel)
{
    char words[256];
    catalog_algorithms(kernel, words, sizeof words);
    (void)fprintf(stream, kernel->of ? "  %s\n" INDENT "%s\n" : "  %-10s %s\n", kernel->name,
                  kernel->title);
    (void)fprintf(stream, INDENT "default size %s, at most %s\n",
                  text_grouped(kernel->default_size).text, text_grouped(kernel->max_size).text);
    if (*words)
        text_wrapped(stream, INDENT, "%s%s (default %s)", KERNEL_ALGORITHM, words,
                     kernel_algorithm(kernel));
    if (kernel->is_on_request)
        (void)fputs(INDENT "measured only where it is named\n", stream);
    if (kernel->limit.kernel)
        (void)fprintf(stream, INDENT "limited by %s: %s\n", kernel->limit.what,
                      kernel->limit.kernel);
}

/* What is only there to limit others comes last. */
static void print_kernels(FILE *stream)
{
    (void)fputs("kernels\n", stream);
    for (int limits = 0; limits <= 1; limits++)
        for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++)
            if ((*kernel)->is_limit == limits)
                print_kernel(stream, *kernel);
}

/* What the option and its values are called there; of values a line each, behind their words. */
static void print_python(FILE *stream, const struct model_option *option)
{
    int longest = 0;
    for (const struct option_value *value = option->values; value->word; value++) {
        const int length = (int)strlen(value->word);
        longest = value->python && length > longest ? length : longest;
    }
    if (option->python || longest > 0)
        text_wrapped(stream, INDENT "    ", "in Python: %s", option->python ? option->python : "");
    for (const struct option_value *value = option->values; value->word; value++)
        if (value->python) {
            char mark[128];
            (void)snprintf(mark, sizeof mark, INDENT "      %-*s  ", longest, value->word);
            text_wrapped(stream, mark, "%s", value->python);
        }
}

static void print_option(FILE *stream, const struct model_option *option)
{
    char values[256];
    model_spec_values(option, values, sizeof values);
    text_wrapped(stream, INDENT, ":%s=%s (default %s)", option->name, values, option->initial);
    text_wrapped(stream, INDENT "    ", "%s", option->help);
    print_python(stream, option);
}

static void print_model(FILE *stream, const struct model *model)
{
    (void)fprintf(stream, "  %-10s %s\n", model->name, model->title);
    text_wrapped(stream, INDENT, "in Python: %s", model->python);
    if (model->mirrors)
        text_wrapped(stream, INDENT, "in C: %s", model->mirrors);
    if (model->traits & TRAIT_ON_REQUEST)
        text_wrapped(stream, INDENT,
                     "measured only where it is named, or by an experiment that asks for it");
    for (unsigned i = 0; i < options_count(model->options); i++)
        print_option(stream, &model->options[i]);
    for (const struct refusal *refusal = model->refusals; refusal->setting; refusal++) {
        (void)fprintf(stream, INDENT "not %s with %s\n", refusal->setting, refusal->other);
        text_wrapped(stream, INDENT "    ", "%s", refusal->reason);
    }
    for (const struct count_info *count = model->counts; count->name; count++) {
        (void)fprintf(stream, INDENT "counts %s\n", count->name);
        text_wrapped(stream, INDENT "    ", "%s", count->help);
    }
}

/* A model that is not there, and why. */
static void print_absent(FILE *stream, const char *name, const char *what, const char *why)
{
    char mark[64];
    (void)snprintf(mark, sizeof mark, "  %-10s ", name);
    text_wrapped(stream, mark, "%s: %s", what, why);
}

/* Those of C, or those that they are mirrored by. */
static void print_of(FILE *stream, const struct catalog *catalog, bool peers)
{
    for (size_t i = 0; i < catalog->total; i++) {
        const struct model_entry *entry = &catalog->entries[i];
        if (catalog_is_peer(entry) != peers)
            continue;
        if (*entry->unusable)
            print_absent(stream, entry->model.name, "cannot be used", entry->unusable);
        else
            print_model(stream, &entry->model);
    }
}

static bool has_peers(const struct catalog *catalog)
{
    bool has = false;
    for (size_t i = 0; i < catalog->total; i++)
        has = has || catalog_is_peer(&catalog->entries[i]);
    return has;
}

static void print_models(FILE *stream, const struct catalog *catalog)
{
    (void)fputs("models\n", stream);
    print_of(stream, catalog, false);
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++)
        print_absent(stream, unbuilt->name, "not built", unbuilt->reason);
    if (has_peers(catalog))
        (void)fputs("peers: models that are Python's own\n", stream);
    print_of(stream, catalog, true);
}

/* Behind a name, which is longer than those of models are. */
#define EXPERIMENT_INDENT "               "

/* Peers are not asked here, as that takes seconds. */
static void print_forecast(FILE *stream, const struct experiment *experiment,
                           const struct forecast *forecast)
{
    if (forecast->cells > 0)
        text_wrapped(stream, EXPERIMENT_INDENT, "%zu cells, %s", forecast->cells,
                     forecast_words(forecast).text);
    else if (experiment->is_of_peers)
        text_wrapped(stream, EXPERIMENT_INDENT,
                     "cells by the peers that are here: run %s --dry-run", experiment->name);
    else
        text_wrapped(stream, EXPERIMENT_INDENT, "no cells here");
}

static void print_experiment(FILE *stream, const struct experiment *experiment,
                             const struct forecast *forecast)
{
    const char *const *with = experiment->with;
    char mark[64];
    (void)snprintf(mark, sizeof mark, "  %-12s ", experiment->name);
    text_wrapped(stream, mark, "%s", experiment->question);
    print_forecast(stream, experiment, forecast);
    if (experiment->is_on_request)
        text_wrapped(stream, EXPERIMENT_INDENT,
                     "measured only by its name, or along with another one");
    for (unsigned i = 0; with && with[i]; i++)
        (void)fprintf(stream, i ? ", %s" : EXPERIMENT_INDENT "by its name along with %s", with[i]);
    (void)fputs(with ? "\n" : "", stream);
}

static void print_experiments(FILE *stream, struct catalog *catalog)
{
    struct forecast *forecasts = forecast_all(catalog);
    (void)fputs("experiments\n", stream);
    for (unsigned i = 0; experiment_table[i]; i++)
        print_experiment(stream, experiment_table[i], &forecasts[i]);
    free(forecasts);
}

/* ---- what a word finds ---- */

/* What follows the entry, or the line that begins a section: entries go on in lines that are
 * indented deeper. */
static const char *entry_end(const char *entry)
{
    do
        entry = strchr(entry, '\n') + 1;
    while (strncmp(entry, "   ", 3) == 0);
    return entry;
}

static bool is_named(const char *entry, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(entry, "  ", 2) == 0 && strncmp(entry + 2, word, length) == 0 &&
           strchr(" \n", entry[2 + length]);
}

/* Whether the word stands there, and not only within a longer word. */
static bool mentions(const char *text, const char *end, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = text; (at = strcasestr(at, word)) && at < end; at++) {
        const unsigned char before = at > text ? (unsigned char)at[-1] : ' ';
        const unsigned char behind = (unsigned char)at[length];
        if (!isalnum(before) && before != '_' && !isalnum(behind) && behind != '_')
            return true;
    }
    return false;
}

static bool is_mentioned(const char *entry, const char *word)
{
    return *entry == ' ' && mentions(entry, entry_end(entry), word);
}

/* Prints the entries that the word matches, below the sections that they are in. */
static bool print_matching(const char *text, const char *word,
                           bool matches(const char *entry, const char *word))
{
    const char *section = text, *printed = NULL;
    for (const char *entry = text; *entry; entry = entry_end(entry)) {
        section = *entry == ' ' ? section : entry;
        if (!matches(entry, word))
            continue;
        if (printed != section)
            printf("%.*s", (int)(entry_end(section) - section), section);
        printed = section;
        printf("%.*s", (int)(entry_end(entry) - entry), entry);
    }
    return printed;
}

/* ---- as JSON ---- */

static json_t *kernels_json(void)
{
    json_t *list = json_array();
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:b}", "name",
                            (*kernel)->name, "title", (*kernel)->title, "item", (*kernel)->item,
                            "default_size", (json_int_t)(*kernel)->default_size, "max_size",
                            (json_int_t)(*kernel)->max_size, "of",
                            json_text((*kernel)->of ? (*kernel)->of->name : NULL), "algorithm",
                            json_text(kernel_algorithm(*kernel)), "limit",
                            json_text((*kernel)->limit.kernel), "on_request",
                            (int)(*kernel)->is_on_request));
    return list;
}

/* As their programs describe them; of one that cannot be used, why. */
static json_t *models_json(const struct catalog *catalog)
{
    json_t *list = json_array();
    for (size_t i = 0; i < catalog->total; i++) {
        const struct model_entry *entry = &catalog->entries[i];
        json_t *object = *entry->unusable ? json_pack("{s:s}", "name", entry->model.name)
                                          : json_copy(entry->description);
        (void)json_object_del(object, "event");
        (void)json_object_del(object, "protocol");
        (void)json_object_del(object, "takes");
        (void)json_object_set_new(object, "unusable", json_known_text(entry->unusable));
        (void)json_array_append_new(list, object);
    }
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", unbuilt->name, "unusable", unbuilt->reason));
    return list;
}

/* Of an experiment without a forecast there is null. */
static json_t *experiments_json(struct catalog *catalog)
{
    struct forecast *forecasts = forecast_all(catalog);
    json_t *list = json_array();
    for (unsigned i = 0; experiment_table[i]; i++) {
        const struct forecast *forecast = &forecasts[i];
        const char *const *name = experiment_table[i]->with;
        json_t *with = json_array();
        for (; name && *name; name++)
            (void)json_array_append_new(with, json_string(*name));
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "name", experiment_table[i]->name,
                      "question", experiment_table[i]->question, "with", with, "cells",
                      forecast->cells ? json_integer((json_int_t)forecast->cells) : json_null(),
                      "least_s", forecast->cells ? json_real(forecast->least_s) : json_null(),
                      "most_s", forecast->cells ? json_real(forecast->most_s) : json_null()));
    }
    free(forecasts);
    return list;
}

static bool object_is_named(const json_t *object, const char *word)
{
    return strcmp(json_string_value(json_object_get(object, "name")), word) == 0;
}

/* Whether any text in it does; keys are none. */
static bool object_mentions(const json_t *json, const char *word)
{
    const char *text = json_string_value(json), *key;
    json_t *value;
    size_t i;
    bool found = text && mentions(text, text + strlen(text), word);
    json_object_foreach((json_t *)json, key, value) found = found || object_mentions(value, word);
    json_array_foreach(json, i, value) found = found || object_mentions(value, word);
    return found;
}

/* What the word matches of all lists; NULL: nothing. */
static json_t *matching(json_t *lists, const char *word,
                        bool matches(const json_t *object, const char *word))
{
    json_t *found = json_object(), *list, *object;
    const char *section;
    size_t i, count = 0;
    json_object_foreach(lists, section, list)
    {
        json_t *chosen = json_array();
        json_array_foreach(list, i, object)
        {
            if (matches(object, word))
                (void)json_array_append(chosen, object);
        }
        count += json_array_size(chosen);
        (void)json_object_set_new(found, section, chosen);
    }
    if (count > 0)
        return found;
    json_decref(found);
    return NULL;
}

/* ---- the command ---- */

static const char *const section_names[] = {"kernels", "models", "experiments", NULL};

enum { KERNELS = 1, MODELS = 2, EXPERIMENTS = 4, SECTIONS = 3 };

/* Sections are named, and at most one thing in them. */
static enum status take(const struct words *words, unsigned *sections, const char **word)
{
    for (unsigned i = 0; i < words->count; i++) {
        unsigned section = 0;
        while (section < SECTIONS && strcmp(words->all[i], section_names[section]) != 0)
            section++;
        if (section < SECTIONS)
            *sections |= 1u << section;
        else if (*word)
            return status_fail(STATUS_USAGE, "one word is looked up; \"%s\" is too much",
                               words->all[i]);
        else if (!isalnum((unsigned char)*words->all[i])) /* such a sign stands everywhere */
            return names_unknown("kernel, model or experiment", words->all[i], section_names,
                                 sizeof *section_names);
        else
            *word = words->all[i];
    }
    return STATUS_OK;
}

/* The failure of a word that is no name in the sections, and stands nowhere. */
static enum status unknown(const char *word, unsigned sections, const struct catalog *catalog)
{
    const struct {
        const char *what;
        const void *table;
        size_t bytes;
    } all[SECTIONS] = {{"kernel", kernel_table, 0},
                       {"model", catalog->entries, sizeof *catalog->entries},
                       {"experiment", experiment_table, 0}};
    const bool is_any = sections == (KERNELS | MODELS | EXPERIMENTS);
    const char **names = NULL, *name;
    size_t count = 0;
    char what[64] = "";
    for (unsigned s = 0; s < SECTIONS; s++) {
        for (size_t i = 0; sections >> s & 1 && (name = names_at(all[s].table, all[s].bytes, i));
             i++) {
            names = memory_grow(names, count, sizeof *names);
            names[count++] = name;
        }
        if (sections >> s & 1)
            text_append(what, sizeof what, "%s%s",
                        !*what                ? ""
                        : sections >> (s + 1) ? ", "
                                              : " or ",
                        all[s].what);
    }
    for (unsigned s = 0; s < SECTIONS && is_any; s++) {
        names = memory_grow(names, count, sizeof *names);
        names[count++] = section_names[s];
    }
    names = memory_grow(names, count, sizeof *names);
    names[count] = NULL;
    const enum status status = names_unknown(what, word, names, sizeof *names);
    free(names);
    return status;
}

/* What the word names, or else what mentions it; of NULL: all. False: there is nothing. */
static bool print_json(struct catalog *catalog, unsigned sections, const char *word)
{
    json_t *lists = json_object();
    if (sections & KERNELS)
        (void)json_object_set_new(lists, "kernels", kernels_json());
    if (sections & MODELS)
        (void)json_object_set_new(lists, "models", models_json(catalog));
    if (sections & EXPERIMENTS)
        (void)json_object_set_new(lists, "experiments", experiments_json(catalog));
    json_t *found = word ? matching(lists, word, object_is_named) : json_incref(lists);
    if (!found)
        found = matching(lists, word, object_mentions);
    json_decref(lists);
    if (found)
        json_print(found);
    return found;
}

/* The same for people. */
static bool print_text(struct catalog *catalog, unsigned sections, const char *word)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    if (sections & KERNELS)
        print_kernels(stream);
    if (sections & MODELS)
        print_models(stream, catalog);
    if (sections & EXPERIMENTS)
        print_experiments(stream, catalog);
    memory_close(stream, &text);
    if (!word)
        (void)fputs(text, stdout);
    const bool found =
        !word || print_matching(text, word, is_named) || print_matching(text, word, is_mentioned);
    free(text);
    return found;
}

struct options {
    bool json;
};

static enum status run(void *context, const struct words *words)
{
    const struct options *options = context;
    struct catalog catalog = {.count = 0};
    unsigned sections = 0;
    const char *word = NULL;
    enum status status = STATUS_OK;
    TRY(take(words, &sections, &word));
    if (sections == 0)
        sections = KERNELS | MODELS | EXPERIMENTS;
    if (sections & (MODELS | EXPERIMENTS))
        status = catalog_load(NULL, 0, &catalog);
    if (status != STATUS_OK && sections & MODELS)
        return status;
    if (status != STATUS_OK) /* of experiments it is then not known how long they take */
        catalog = (struct catalog){.count = 0};
    status = STATUS_OK;
    if (sections & MODELS)
        catalog_ask_peers(&catalog);
    if (!(options->json ? print_json : print_text)(&catalog, sections, word))
        status = unknown(word, sections, &catalog);
    if (status == STATUS_OK && sections & MODELS && catalog.count == 0)
        status = status_fail(STATUS_FAILED, "no model can be used here, such as %s: %s",
                             catalog.entries->model.name, catalog.entries->unusable);
    catalog_free(&catalog);
    return status;
}

static const struct argument arguments[] = {
    {"json", NULL, "print one JSON object instead", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, json)},
    {0},
};

const struct subcommand subcommand_list = {
    .name = "list",
    .help = "lists kernels, models with their options, experiments",
    .line = {"list [kernels|models|experiments] [WORD] [OPTION...]",
             "Lists what can be measured: all of it, or what a word is the name of, or is said\n"
             "of. That may be a word from Python, such as imap.",
             arguments, UINT_MAX, .example = "list models"},
    .options_size = sizeof(struct options),
    .run = run,
};
