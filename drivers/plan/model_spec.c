#include "model_spec.h"

#include "names.h"
#include "options.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/param.h>

/* The words that an option takes, with `separator` before each but one that begins the text. */
static void append_words(const struct model_option *option, const char *separator, char *text,
                         size_t length)
{
    for (const struct option_value *value = option->values; value->word; value++)
        text_append(text, length, "%s%s", *text ? separator : "", value->word);
}

/* What a number must look like, by the kind of its option. */
static const struct {
    const char *name, *words;
} numbers[] = {[OPTION_CHOICE] = {"", ""},
               [OPTION_COUNT] = {"N", "a number > 0"},
               [OPTION_DURATION] = {"TIME", "a time such as 5ms"},
               [OPTION_FRACTION] = {"FRACTION", "a number from 0 to 1"}};

void model_spec_values(const struct model_option *option, char *text, size_t length)
{
    (void)snprintf(text, length, "%s", numbers[option->kind].name);
    append_words(option, "|", text, length);
}

static enum status wrong_value(const struct model *model, const struct model_option *option,
                               const char *value)
{
    const bool choice = option->kind == OPTION_CHOICE;
    char expected[128];
    (void)snprintf(expected, sizeof expected, "%s", numbers[option->kind].words);
    append_words(option, choice ? "|" : " or ", expected, sizeof expected);
    return status_fail(STATUS_USAGE, "%s of %s must be %s%s, not \"%s\"", option->name, model->name,
                       choice ? "one of " : "", expected, value);
}

/* A number has one spelling, 10 and not 010, lest one cell has two names. */
static void keep_value(const char *value, enum option_kind kind, char *kept)
{
    uint64_t count;
    double fraction;
    if (kind == OPTION_COUNT && count_parse(value, &count))
        (void)snprintf(kept, MODEL_SPEC_VALUE_MAX, "%" PRIu64, count);
    else if (kind == OPTION_FRACTION && fraction_parse(value, &fraction))
        (void)snprintf(kept, MODEL_SPEC_VALUE_MAX, "%.9g", fraction);
    else
        (void)snprintf(kept, MODEL_SPEC_VALUE_MAX, "%s", value);
}

enum status model_spec_set(struct model_spec *choice, const char *name, const char *value)
{
    const struct model *model = &choice->entry->model;
    if (options_count(model->options) == 0)
        return status_fail(STATUS_USAGE, "the model %s has no options", model->name);
    char what[64];
    (void)snprintf(what, sizeof what, "%s option", model->name);
    const struct model_option *option = names_find(what, name, model->options, sizeof *option);
    if (!option)
        return STATUS_USAGE;
    if (!options_allow(option, value) || strlen(value) >= MODEL_SPEC_VALUE_MAX)
        return wrong_value(model, option, value);
    keep_value(value, option->kind, choice->values[option - model->options]);
    return STATUS_OK;
}

static enum status read_option(struct model_spec *choice, char *text)
{
    const struct model *model = &choice->entry->model;
    const char *name = strsep(&text, "="), *value = text;
    if (!value)
        return status_fail(STATUS_USAGE, "write options of %s as name=value, not \"%s\"",
                           model->name, name);
    TRY(model_spec_set(choice, name, value));
    const long index = options_find(model->options, name) - model->options;
    if (choice->given & 1u << index)
        return status_fail(STATUS_USAGE, "%s of %s is given twice", name, model->name);
    choice->given |= 1u << index;
    return STATUS_OK;
}

/* Whether an option has the value that the setting names, or one that is not its initial one. */
static bool is_set(const struct model_spec *choice, const char *setting)
{
    const struct model_option *options = choice->entry->model.options;
    char copy[MODEL_SPEC_LABEL_MAX], *value = copy;
    (void)snprintf(copy, sizeof copy, "%s", setting);
    const char *name = strsep(&value, "=");
    const struct model_option *option = options_find(options, name);
    const char *chosen = option ? choice->values[option - options] : "";
    return option && (value ? strcmp(chosen, value) == 0 : strcmp(chosen, option->initial) != 0);
}

const struct refusal *model_spec_refused(const struct model_spec *choice)
{
    const struct refusal *refusal = choice->entry->model.refusals;
    for (; refusal && refusal->setting; refusal++)
        if (is_set(choice, refusal->setting) && is_set(choice, refusal->other))
            return refusal;
    return NULL;
}

static enum status check_refusals(const struct model_spec *choice)
{
    const struct refusal *refusal = model_spec_refused(choice);
    return refusal ? status_fail(STATUS_USAGE, "%s: %s does not go with %s: %s",
                                 choice->entry->model.name, refusal->setting, refusal->other,
                                 refusal->reason)
                   : STATUS_OK;
}

enum status model_spec_read(const struct catalog *catalog, const char *text,
                            struct model_spec *choice)
{
    char copy[MODEL_SPEC_LABEL_MAX], *rest = copy;
    if (snprintf(copy, sizeof copy, "%s", text) >= (int)sizeof copy)
        return status_fail(STATUS_USAGE, "the model \"%s\" is too long", text);
    TRY(catalog_find(catalog, strsep(&rest, ":"), &choice->entry));
    choice->given = 0;
    const struct model_option *options = choice->entry->model.options;
    for (unsigned i = 0; i < options_count(options); i++)
        (void)snprintf(choice->values[i], MODEL_SPEC_VALUE_MAX, "%s", options[i].initial);
    while (rest)
        TRY(read_option(choice, strsep(&rest, ":")));
    return check_refusals(choice);
}

void model_spec_label(const struct model_spec *choice, char *label, size_t length)
{
    const struct model *model = &choice->entry->model;
    (void)snprintf(label, length, "%s", model->name);
    for (unsigned i = 0; i < options_count(model->options); i++)
        if (strcmp(choice->values[i], model->options[i].initial) != 0)
            text_append(label, length, ":%s=%s", model->options[i].name, choice->values[i]);
}

unsigned model_spec_traits(const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    unsigned traits = model->traits, lacks = 0;
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const struct option_value *value = options_value(&model->options[i], choice->values[i]);
        traits |= value ? value->traits : 0;
        lacks |= value ? value->lacks : 0;
    }
    return traits & ~lacks;
}

unsigned model_spec_copies(const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    unsigned more = 0;
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const struct option_value *value = options_value(&model->options[i], choice->values[i]);
        more = value && value->copies > more ? value->copies : more;
    }
    return model->copies + more;
}

uint64_t model_spec_max_map_size(const struct model_spec *choice, const struct kernel *kernel)
{
    const struct model *model = &choice->entry->model;
    const size_t item = MAX(kernel->input_item_size, kernel->output_item_size);
    uint64_t most = model->max_map_size > 0 ? model->max_map_size : UINT64_MAX;
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const struct option_value *value = options_value(&model->options[i], choice->values[i]);
        if (value && value->max_bytes > 0)
            most = MIN(most, value->max_bytes / item);
    }
    return most;
}

bool model_spec_mirrored(const struct catalog *catalog, const struct model_spec *peer,
                         struct model_spec *mirrored)
{
    const struct model *model = &peer->entry->model;
    const struct model_entry *entry = catalog->entries;
    while (entry < catalog->entries + catalog->count &&
           (!model->mirrors || strcmp(entry->model.name, model->mirrors) != 0))
        entry++;
    if (entry == catalog->entries + catalog->count ||
        model_spec_read(catalog, entry->model.name, mirrored) != STATUS_OK)
        return false;
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const char *name = model->options[i].name, *value = peer->values[i];
        const struct model_option *option = options_find(entry->model.options, name);
        if (option && options_allow(option, value))
            keep_value(value, option->kind, mirrored->values[option - entry->model.options]);
    }
    return !model_spec_refused(mirrored);
}

void model_spec_python(const struct model_spec *choice, char *text, size_t length)
{
    const struct model *model = &choice->entry->model;
    (void)snprintf(text, length, "%s", model->python);
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const struct model_option *option = &model->options[i];
        const struct option_value *value = options_value(option, choice->values[i]);
        if (strcmp(choice->values[i], option->initial) == 0)
            continue;
        if (value && value->python)
            text_append(text, length, ", %s", value->python);
        else
            text_append(text, length, ", %s %s", option->python ? option->python : option->name,
                        choice->values[i]);
    }
}

const struct model_option *model_spec_not_for(const struct model_spec *choice,
                                              const struct kernel *kernel)
{
    const struct model *model = &choice->entry->model;
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const struct option_value *value = options_value(&model->options[i], choice->values[i]);
        const char *list = value ? value->kernels : NULL;
        char name[MODEL_SPEC_VALUE_MAX];
        bool is_there = !list;
        while (!is_there && text_next(&list, name, sizeof name))
            is_there = strcmp(name, kernel->name) == 0;
        if (!is_there)
            return &model->options[i];
    }
    return NULL;
}

const struct model_option *model_spec_equal_shares(const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    for (unsigned i = 0; i < options_count(model->options); i++) {
        const struct option_value *value = options_value(&model->options[i], choice->values[i]);
        if (value && value->traits & TRAIT_EQUAL_SHARES)
            return &model->options[i];
    }
    return NULL;
}

/* The number that an option has, of models with the trait that tells what it means; 0: another
 * word, or none. */
static uint64_t meant(const struct model_spec *choice, enum trait trait, const char *name)
{
    const struct model *model = &choice->entry->model;
    const struct model_option *option = options_find(model->options, name);
    uint64_t number;
    return model->traits & trait && option &&
                   count_parse(choice->values[option - model->options], &number)
               ? number
               : 0;
}

uint64_t model_spec_chunk(const struct model_spec *choice)
{
    return meant(choice, TRAIT_CHUNKS, "chunk");
}

uint64_t model_spec_ranks(const struct model_spec *choice)
{
    return meant(choice, TRAIT_RANKS, "ranks");
}

/* Of the base among the models that can be used; their count: there is none. */
static size_t find_base(const struct catalog *catalog)
{
    size_t base = 0;
    while (base < catalog->count && !(catalog->entries[base].model.traits & TRAIT_BASE))
        base++;
    return base;
}

bool model_spec_has_base(const struct catalog *catalog)
{
    return find_base(catalog) < catalog->count;
}

enum status model_spec_base(const struct catalog *catalog, struct model_spec *choice)
{
    const size_t base = find_base(catalog);
    if (base == catalog->count)
        return status_fail(STATUS_FAILED, "no model here can be what speedups are over: parbench "
                                          "doctor tells why");
    return model_spec_read(catalog, catalog->entries[base].model.name, choice);
}
