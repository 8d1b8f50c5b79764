#include "description.h"

#include "memory.h"
#include "protocol.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {"choice", "count", "duration", "fraction", NULL};
static const char *const launch_names[] = {"alone", "threads",          "processes",
                                           "ranks", "ranks-of-threads", NULL};
static const char *const trait_names[] = {
    "base",           "locked",     "shared-memory", "chunks",     "ranks",        "on-request",
    "point-to-point", "any-order",  "may-lose",      "all-inputs", "equal-shares", "all-partials",
    "peer",           "by-message", "by-process",    NULL};

/* Of NULL and of what is none of the names, the index behind the last. */
static unsigned index_of(const char *const *names, const char *name)
{
    unsigned i = 0;
    while (names[i] && (!name || strcmp(names[i], name) != 0))
        i++;
    return i;
}

json_t *description_traits(unsigned traits)
{
    json_t *names = json_array();
    for (unsigned i = 0; trait_names[i]; i++)
        if (traits & 1u << i)
            (void)json_array_append_new(names, json_string(trait_names[i]));
    return names;
}

unsigned description_traits_read(const json_t *names)
{
    unsigned traits = 0;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const unsigned trait = index_of(trait_names, json_string_value(json_array_get(names, i)));
        traits |= trait_names[trait] ? 1u << trait : 0;
    }
    return traits;
}

/* The first line of it, as much as there is room for, with single spaces. */
static void add_library(void *object, const char *name, const char *value)
{
    char line[256];
    size_t used = 0;
    for (const char *c = value; *c && *c != '\n' && used < sizeof line; c++)
        if (!isspace((unsigned char)*c))
            line[used++] = *c;
        else if (used > 0 && line[used - 1] != ' ')
            line[used++] = ' ';
    if (used > 0 && line[used - 1] == ' ')
        used--;
    json_t *text = json_stringn(line, used); /* NULL when it is not UTF-8 */
    (void)json_object_set_new(object, name, text ? text : json_null());
}

json_t *description_libraries(const struct model *model)
{
    if (!model->tell)
        return NULL;
    json_t *object = json_object();
    model->tell(add_library, object);
    return object;
}

const char *description_library(const json_t *description, const char *name)
{
    const char *library =
        json_string_value(json_object_get(json_object_get(description, "libraries"), name));
    return library ? library : "";
}

bool description_takes(const json_t *description, const char *option)
{
    const json_t *taken = json_object_get(description, "takes");
    bool takes = false;
    for (size_t i = 0; i < json_array_size(taken) && !takes; i++) {
        const char *name = json_string_value(json_array_get(taken, i));
        takes = name && strcmp(name, option) == 0;
    }
    return takes;
}

/* ---- lists, whose rows begin with a name that the last one lacks ---- */

static json_t *write_list(const void *rows, size_t bytes, json_t *write(const void *row))
{
    json_t *list = json_array();
    for (const char *row = rows; row && *(const char *const *)(const void *)row; row += bytes)
        (void)json_array_append_new(list, write(row));
    return list;
}

/* Into rows that are zero. */
static bool read_list(const json_t *list, void *rows, size_t bytes, size_t most,
                      bool read(json_t *object, void *row))
{
    if (json_array_size(list) > most)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read(json_array_get(list, i), (char *)rows + i * bytes))
            return false;
    return true;
}

static json_t *write_value(const void *row)
{
    const struct option_value *value = row;
    return json_pack("{s:s, s:s*, s:o, s:o, s:i, s:I, s:s*}", "word", value->word, "python",
                     value->python, "traits", description_traits(value->traits), "lacks",
                     description_traits(value->lacks), "copies", (int)value->copies, "max_bytes",
                     (json_int_t)value->max_bytes, "kernels", value->kernels);
}

static bool read_value(json_t *object, void *row)
{
    struct option_value *value = row;
    int copies = 0;
    json_int_t max_bytes = 0;
    value->traits = description_traits_read(json_object_get(object, "traits"));
    value->lacks = description_traits_read(json_object_get(object, "lacks"));
    if (json_unpack(object, "{s:s, s?s, s?i, s?I, s?s}", "word", &value->word, "python",
                    &value->python, "copies", &copies, "max_bytes", &max_bytes, "kernels",
                    &value->kernels) != 0)
        return false;
    value->copies = (unsigned)copies;
    value->max_bytes = (uint64_t)max_bytes;
    return true;
}

static json_t *write_option(const void *row)
{
    const struct model_option *option = row;
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s*}", "name", option->name, "kind",
                     kind_names[option->kind], "values",
                     write_list(option->values, sizeof *option->values, write_value), "initial",
                     option->initial, "help", option->help, "python", option->python);
}

static bool read_option(json_t *object, void *row)
{
    struct model_option *option = row;
    const json_t *values = json_object_get(object, "values");
    const char *kind = json_string_value(json_object_get(object, "kind"));
    option->kind = (enum option_kind)index_of(kind_names, kind);
    return kind_names[option->kind] &&
           json_unpack(object, "{s:s, s:s, s:s, s?s}", "name", &option->name, "initial",
                       &option->initial, "help", &option->help, "python", &option->python) == 0 &&
           read_list(values, option->values, sizeof *option->values, MODEL_VALUES_MAX, read_value);
}

static json_t *write_refusal(const void *row)
{
    const struct refusal *refusal = row;
    return json_pack("{s:s, s:s, s:s}", "setting", refusal->setting, "other", refusal->other,
                     "reason", refusal->reason);
}

static bool read_refusal(json_t *object, void *row)
{
    struct refusal *refusal = row;
    return json_unpack(object, "{s:s, s:s, s:s}", "setting", &refusal->setting, "other",
                       &refusal->other, "reason", &refusal->reason) == 0;
}

static json_t *write_count(const void *row)
{
    const struct count_info *count = row;
    return json_pack("{s:s, s:s, s:s}", "name", count->name, "unit", count->unit, "help",
                     count->help);
}

static bool read_count(json_t *object, void *row)
{
    struct count_info *count = row;
    return json_unpack(object, "{s:s, s:s, s:s}", "name", &count->name, "unit", &count->unit,
                       "help", &count->help) == 0;
}

/* ---- a model ---- */

/* Options of protocol.h that not all programs take. */
static json_t *write_taken(void)
{
    return json_pack("[s, s, s, s]", PROTOCOL_UNCOUNTED, PROTOCOL_LIMIT, PROTOCOL_TIMELINE,
                     PROTOCOL_OUTPUTS);
}

json_t *description_write(const struct model *model)
{
    return json_pack("{s:i, s:o, s:s, s:s, s:s, s:s*, s:s, s:o, s:i, s:i, s:I, s:o, s:o, s:o, "
                     "s:o*}",
                     "protocol", PROTOCOL_VERSION, "takes", write_taken(), "name", model->name,
                     "title", model->title, "python", model->python, "mirrors", model->mirrors,
                     "launch", launch_names[model->launch], "traits",
                     description_traits(model->traits), "helpers", (int)model->helpers, "copies",
                     (int)model->copies, "max_map_size", (json_int_t)model->max_map_size, "options",
                     write_list(model->options, sizeof *model->options, write_option), "refusals",
                     write_list(model->refusals, sizeof *model->refusals, write_refusal), "counts",
                     write_list(model->counts, sizeof *model->counts, write_count), "libraries",
                     description_libraries(model));
}

struct model_lists *description_read(const json_t *object, struct model *model)
{
    const char *launch;
    int helpers, copies;
    json_int_t max_map_size;
    json_t *traits, *options, *refusals, *counts;
    *model = (struct model){0};
    if (json_unpack((json_t *)object,
                    "{s:s, s:s, s:s, s?s, s:s, s:o, s:i, s:i, s:I, s:o, s:o, s:o}", "name",
                    &model->name, "title", &model->title, "python", &model->python, "mirrors",
                    &model->mirrors, "launch", &launch, "traits", &traits, "helpers", &helpers,
                    "copies", &copies, "max_map_size", &max_map_size, "options", &options,
                    "refusals", &refusals, "counts", &counts) != 0)
        return NULL;
    struct model_lists *lists = memory_new(1, sizeof *lists);
    model->launch = (enum launch)index_of(launch_names, launch);
    model->traits = description_traits_read(traits);
    model->helpers = (unsigned)helpers;
    model->copies = (unsigned)copies;
    model->max_map_size = (uint64_t)max_map_size;
    model->options = lists->options;
    model->refusals = lists->refusals;
    model->counts = lists->counts;
    if (launch_names[model->launch] && !(model->traits & TRAIT_PEER) == !model->mirrors &&
        read_list(options, lists->options, sizeof *lists->options, MODEL_OPTIONS_MAX,
                  read_option) &&
        read_list(refusals, lists->refusals, sizeof *lists->refusals, MODEL_REFUSALS_MAX,
                  read_refusal) &&
        read_list(counts, lists->counts, sizeof *lists->counts, MODEL_COUNTS_MAX, read_count))
        return lists;
    free(lists);
    return NULL;
}
