#include "description.h"

#include "options.h"
#include "protocol.h"

#include <string.h>

static const char *const kind_names[] = {"choice", "count", "duration"};
static const char *const launch_names[] = {"alone", "threads", "processes", "ranks", "hybrid"};
static const char *const trait_names[] = {"base", "best", "locked", "shared-memory", "chunks"};

enum { TRAITS = sizeof trait_names / sizeof *trait_names };

/* The index of `name`, or -1. */
static int index_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

json_t *description_traits(unsigned traits)
{
    json_t *names = json_array();
    for (unsigned i = 0; i < TRAITS; i++)
        if (traits & 1u << i)
            (void)json_array_append_new(names, json_string(trait_names[i]));
    return names;
}

unsigned description_traits_read(const json_t *names)
{
    unsigned traits = 0;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        const int index = index_of(trait_names, TRAITS, name);
        traits |= index < 0 ? 0 : 1u << index;
    }
    return traits;
}

static json_t *write_option(const struct model_option *option)
{
    json_t *values = json_array();
    for (const struct option_value *value = option->values; value->word; value++)
        (void)json_array_append_new(values, json_pack("{s:s, s:s*, s:o}", "word", value->word,
                                                      "python", value->python, "traits",
                                                      description_traits(value->traits)));
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s*}", "name", option->name, "kind",
                     kind_names[option->kind], "values", values, "initial", option->initial, "help",
                     option->help, "python", option->python);
}

json_t *description_libraries(const struct model *model)
{
    struct runtime_libraries libraries = {0};
    if (!model->tell)
        return NULL;
    model->tell(&libraries);
    json_t *object = json_object();
    for (unsigned i = 0; i < libraries.count; i++) {
        json_t *value = json_string(libraries.all[i].value); /* NULL when it is not UTF-8 */
        (void)json_object_set_new(object, libraries.all[i].name, value ? value : json_null());
    }
    return object;
}

json_t *description_write(const struct model *model)
{
    json_t *options = json_array();
    for (unsigned i = 0; i < options_count(model->options); i++)
        if (json_array_append_new(options, write_option(&model->options[i])) != 0) {
            json_decref(options);
            return NULL;
        }
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:i, s:I, s:o, s:o*}", "protocol",
                     PROTOCOL_VERSION, "name", model->name, "title", model->title, "python",
                     model->python, "launch", launch_names[model->launch], "traits",
                     description_traits(model->traits), "copies", (int)model->copies,
                     "max_map_size", (json_int_t)model->max_map_size, "options", options,
                     "libraries", description_libraries(model));
}

static bool read_option(json_t *object, struct model_option *option)
{
    const char *kind;
    const json_t *values;
    if (json_unpack(object, "{s:s, s:s, s:o, s:s, s:s, s?s}", "name", &option->name, "kind", &kind,
                    "values", &values, "initial", &option->initial, "help", &option->help, "python",
                    &option->python) != 0 ||
        json_array_size(values) > MODEL_VALUES_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(values); i++) {
        struct option_value *value = &option->values[i];
        const json_t *traits;
        if (json_unpack(json_array_get(values, i), "{s:s, s?s, s:o}", "word", &value->word,
                        "python", &value->python, "traits", &traits) != 0)
            return false;
        value->traits = description_traits_read(traits);
    }
    int index = index_of(kind_names, sizeof kind_names / sizeof *kind_names, kind);
    option->kind = (enum option_kind)index;
    return index >= 0;
}

bool description_read(const json_t *object, struct model *model, struct model_option *options)
{
    const char *launch;
    int copies;
    json_int_t max_map_size;
    json_t *list, *traits;
    memset(model, 0, sizeof *model);
    memset(options, 0, (MODEL_OPTIONS_MAX + 1) * sizeof *options);
    if (json_unpack((json_t *)object, "{s:s, s:s, s:s, s:s, s:o, s:i, s:I, s:o}", "name",
                    &model->name, "title", &model->title, "python", &model->python, "launch",
                    &launch, "traits", &traits, "copies", &copies, "max_map_size", &max_map_size,
                    "options", &list) != 0)
        return false;
    int index = index_of(launch_names, sizeof launch_names / sizeof *launch_names, launch);
    if (index < 0 || json_array_size(list) > MODEL_OPTIONS_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_option(json_array_get(list, i), &options[i]))
            return false;
    model->launch = (enum launch)index;
    model->traits = description_traits_read(traits);
    model->copies = (unsigned)copies;
    model->max_map_size = (uint64_t)max_map_size;
    model->options = options;
    return true;
}
