#include "description.h"

#include "options.h"

#include <string.h>

static const char *const kind_names[] = {"choice", "count", "duration"};
static const char *const launch_names[] = {"alone", "threads", "processes", "ranks", "hybrid"};

static json_t *write_option(const struct model_option *option)
{
    return json_pack("{s:s, s:s, s:s*, s:s, s:s}", "name", option->name, "kind",
                     kind_names[option->kind], "values", option->values, "initial", option->initial,
                     "help", option->help);
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
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:o, s:o*}", "name", model->name, "title",
                     model->title, "python", model->python, "launch", launch_names[model->launch],
                     "copies", (int)model->copies, "max_map_size", (json_int_t)model->max_map_size,
                     "options", options, "libraries", description_libraries(model));
}

/* The index of `name`, or -1. */
static int index_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

static bool read_option(json_t *object, struct model_option *option)
{
    const char *kind;
    option->values = NULL;
    if (json_unpack(object, "{s:s, s:s, s?s, s:s, s:s}", "name", &option->name, "kind", &kind,
                    "values", &option->values, "initial", &option->initial, "help",
                    &option->help) != 0)
        return false;
    int index = index_of(kind_names, sizeof kind_names / sizeof *kind_names, kind);
    option->kind = (enum option_kind)index;
    return index >= 0;
}

bool description_read(const json_t *object, struct model *model, struct model_option *options)
{
    const char *launch;
    int copies;
    json_int_t max_map_size;
    json_t *list;
    memset(model, 0, sizeof *model);
    memset(options, 0, (MODEL_OPTIONS_MAX + 1) * sizeof *options);
    if (json_unpack((json_t *)object, "{s:s, s:s, s:s, s:s, s:i, s:I, s:o}", "name", &model->name,
                    "title", &model->title, "python", &model->python, "launch", &launch, "copies",
                    &copies, "max_map_size", &max_map_size, "options", &list) != 0)
        return false;
    int index = index_of(launch_names, sizeof launch_names / sizeof *launch_names, launch);
    if (index < 0 || json_array_size(list) > MODEL_OPTIONS_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_option(json_array_get(list, i), &options[i]))
            return false;
    model->launch = (enum launch)index;
    model->copies = (unsigned)copies;
    model->max_map_size = (uint64_t)max_map_size;
    model->options = options;
    return true;
}
