/* parbench --complete: what the last of some words may become, for the completion of shells. */
#include "catalog.h"
#include "commands.h"
#include "experiment.h"
#include "export_format.h"
#include "names.h"
#include "options.h"
#include "sweep.h"

#include <stdio.h>
#include <string.h>

/* The word that somebody has begun, and how much of it is not to be completed: "pi,pr". */
struct begun {
    const char *word;
    size_t kept;
};

static void offer(const struct begun *begun, const char *name, const char *behind)
{
    const char *part = begun->word + begun->kept;
    if (strncmp(name, part, strlen(part)) == 0)
        printf("%.*s%s%s\n", (int)begun->kept, begun->word, name, behind);
}

static void offer_names(const struct begun *begun, const void *table, size_t bytes)
{
    const char *name;
    for (size_t i = 0; (name = names_at(table, bytes, i)); i++)
        offer(begun, name, "");
}

/* The rest moves behind the last of these characters, if there is any. */
static bool begin_behind(struct begun *begun, char last)
{
    const char *part = begun->word + begun->kept, *found = strrchr(part, last);
    begun->kept += found ? (size_t)(found + 1 - part) : 0;
    return found;
}

/* ---- models with their options: the programs tell them ---- */

static void offer_options(struct begun begun, const struct model *model)
{
    char name[MODEL_SPEC_LABEL_MAX];
    (void)begin_behind(&begun, ':');
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(begun.word + begun.kept, "="),
                   begun.word + begun.kept);
    const struct model_option *option = options_find(model->options, name);
    const bool is_whole = begin_behind(&begun, '=');
    if (is_whole && option)
        offer_names(&begun, option->values, sizeof *option->values);
    for (unsigned i = 0; !is_whole && i < options_count(model->options); i++)
        offer(&begun, model->options[i].name, "=");
}

static void offer_models(const struct begun *begun)
{
    char *asked = (char *)begun->word + begun->kept;
    struct catalog catalog;
    if (catalog_load(&asked, 1, &catalog) != STATUS_OK)
        return;
    if (!strchr(asked, ':'))
        offer_names(begun, catalog.entries, sizeof *catalog.entries);
    else if (catalog.count > 0)
        offer_options(*begun, &catalog.entries->model);
    catalog_free(&catalog);
}

/* ---- kernels, and their algorithms once a kernel is named ---- */

static void offer_kernels(const struct begun *begun)
{
    const bool is_named = strchr(begun->word + begun->kept, ':');
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++) {
        char name[MODEL_SPEC_LABEL_MAX];
        (void)snprintf(name, sizeof name, "%s%s%s", (*kernel)->name,
                       (*kernel)->algorithm ? KERNEL_ALGORITHM : "",
                       (*kernel)->algorithm ? (*kernel)->algorithm : "");
        if (is_named)
            offer(begun, name, "");
        else if (!(*kernel)->of)
            offer(begun, (*kernel)->name, "");
    }
}

/* ---- what help calls the words of a command, and the values of its options ---- */

static const struct variable {
    const char *name;
    const void *table; /* see names.h; NULL: `offer` does */
    size_t bytes;
    void (*offer)(const struct begun *begun);
} variables[] = {
    {"COMMAND", subcommand_table, 0, NULL}, {"EXPERIMENT", experiment_table, 0, NULL},
    {"FORMAT", export_table, 0, NULL},      {"KERNEL", NULL, 0, offer_kernels},
    {"MODEL", NULL, 0, offer_models},       {"PROFILE", profile_table, sizeof *profile_table, NULL},
    {"WORD", NULL, 0, offer_kernels},       {"WORD", NULL, 0, offer_models},
    {"WORD", experiment_table, 0, NULL}};

/* Words that stand there themselves: "kernels|models|experiments". */
static void offer_alternatives(const struct begun *begun, const char *all)
{
    char copy[128], *rest = copy;
    (void)snprintf(copy, sizeof copy, "%.*s", (int)strcspn(all, "] "), all);
    while (rest)
        offer(begun, strsep(&rest, "|"), "");
}

/* The text begins with a variable, such as "MODEL[:option=value...]" or "KERNEL,...". */
static void offer_variable(struct begun begun, const char *text)
{
    const size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (text[length] == ',')
        (void)begin_behind(&begun, ',');
    if (length == 0)
        offer_alternatives(&begun, text);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const struct variable *variable = &variables[i];
        if (strlen(variable->name) != length || strncmp(variable->name, text, length) != 0)
            continue;
        if (variable->table)
            offer_names(&begun, variable->table, variable->bytes);
        else
            variable->offer(&begun);
    }
}

/* What the synopsis has in that place among the words that are no options; the last one may be
 * given again. NULL: there are none. */
static const char *place_in(const char *synopsis, unsigned place)
{
    const char *last = NULL;
    for (const char *at = strchr(synopsis, ' '); at; at = strchr(at, ' ')) {
        at += 1 + strspn(at + 1, "[");
        if (*at == '-' || strncmp(at, "OPTION", strlen("OPTION")) == 0)
            break;
        last = at;
        if (place-- == 0)
            break;
    }
    return last;
}

/* The row of an option that takes a value, by "--name" or "--name=value"; or NULL. */
static const struct argument *valued(const struct command_line *line, const char *word)
{
    const size_t length = strcspn(word, "=");
    for (const struct argument *row = line->arguments; row && row->name; row++)
        if (row->value && strncmp(word, "--", 2) == 0 && strlen(row->name) + 2 == length &&
            strncmp(row->name, word + 2, length - 2) == 0)
            return row;
    return NULL;
}

static void offer_arguments(const struct begun *begun, const struct argument *row)
{
    char name[64];
    for (; row && row->name; row++) {
        (void)snprintf(name, sizeof name, "--%s", row->name);
        offer(begun, name, "");
    }
    offer(begun, "--help", "");
}

static void complete_line(const struct command_line *line, char *const *words, size_t count)
{
    struct begun begun = {words[count - 1], 0};
    const struct argument *option = NULL; /* whose value comes next */
    unsigned place = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        const bool is_word = !option && *words[i] != '-';
        option = !option && !strchr(words[i], '=') ? valued(line, words[i]) : NULL;
        place += is_word;
    }
    if (!option && (option = valued(line, begun.word)) && !begin_behind(&begun, '='))
        option = NULL; /* its name may be another's beginning */
    const char *text = option ? option->value : place_in(line->synopsis, place);
    if (!option && *begun.word == '-')
        offer_arguments(&begun, line->arguments);
    else if (text)
        offer_variable(begun, text);
}

void completions_print(char *const *words, size_t count)
{
    const struct begun first = {*words, 0};
    if (count == 1)
        offer_names(&first, subcommand_table, 0);
    for (size_t i = 0; count > 1 && subcommand_table[i]; i++)
        if (strcmp(subcommand_table[i]->name, *words) == 0)
            complete_line(&subcommand_table[i]->line, words + 1, count - 1);
}
