#include "cell_json.h"

#include "description.h"
#include "experiment.h"
#include "json.h"
#include "printable.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static const char *const limit_kinds[] = {[LIMIT_OF_MACHINE] = "machine",
                                          [LIMIT_OF_CORES] = "cores",
                                          [LIMIT_OF_SERIAL_PART] = "serial-part"};
static const unsigned limit_kinds_count = sizeof limit_kinds / sizeof *limit_kinds;

/* ---- writing ---- */

json_t *cell_json(const struct cell *cell)
{
    json_t *options = json_object();
    for (unsigned i = 0; i < cell->options; i++)
        (void)json_object_set_new(options, cell->option_names[i],
                                  json_string(cell->option_values[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:I, s:I, s:b, s:s*}", "cell",
                     cell->id, "kernel", cell->kernel, "model", cell->model, "label", cell->label,
                     "options", options, "workers", (int)cell->workers, "ranks", (int)cell->ranks,
                     "threads", (int)cell->threads, "nodes", (int)cell->nodes, "size",
                     (json_int_t)cell->size, "base_size", (json_int_t)cell->base_size,
                     "oversubscribed", (int)cell->oversubscribed, "tasks", cell->tasks);
}

static json_t *limit_object(const struct cell_limit *limit)
{
    return json_pack("{s:s, s:s, s:s}", "cell", limit->cell, "kind", limit_kinds[limit->kind],
                     "what", limit->what);
}

json_t *cell_json_planned(const struct cell *cell)
{
    json_t *object = cell_json(cell);
    json_t *experiments = json_array();
    for (unsigned e = 0; experiment_table[e]; e++)
        if (cell->experiments & 1u << e)
            (void)json_array_append_new(experiments, json_string(experiment_table[e]->name));
    (void)json_object_set_new(object, "experiments", experiments);
    (void)json_object_set_new(object, "traits", description_traits(cell->traits));
    if (plan_is_aside(cell))
        (void)json_object_set_new(object, "told_with", json_string(cell->told_with));
    if (*cell->mirrors) {
        (void)json_object_set_new(object, "mirrors", json_string(cell->mirrors));
        (void)json_object_set_new(object, "python", json_string(cell->python));
    }
    if (*cell->limit.cell)
        (void)json_object_set_new(object, "limit", limit_object(&cell->limit));
    return object;
}

/* ---- reading: each function says what is wrong, or NULL ---- */

static unsigned read_experiments(const json_t *names)
{
    unsigned experiments = 0;
    for (size_t i = 0; i < json_array_size(names); i++)
        for (unsigned e = 0; experiment_table[e]; e++) {
            const char *name = json_string_value(json_array_get(names, i));
            if (name && strcmp(name, experiment_table[e]->name) == 0)
                experiments |= 1u << e;
        }
    return experiments;
}

static const char *read_options(json_t *options, struct cell *cell)
{
    const char *name;
    json_t *value;
    if (!json_is_object(options))
        return "its options are no object";
    if (json_object_size(options) > MODEL_OPTIONS_MAX)
        return "it has too many options";
    json_object_foreach(options, name, value)
    {
        const char *text = json_string_value(value);
        if (!text_is_word(name, TEXT_IN_NAMES, PLAN_NAME_MAX) || !text ||
            !text_is_word(text, TEXT_IN_NAMES, MODEL_SPEC_VALUE_MAX))
            return "its options are not all name and value";
        (void)snprintf(cell->option_names[cell->options], PLAN_NAME_MAX, "%s", name);
        (void)snprintf(cell->option_values[cell->options++], MODEL_SPEC_VALUE_MAX, "%s", text);
    }
    return NULL;
}

static const char *read_names(json_t *object, struct cell *cell)
{
    const char *id = json_string_value(json_object_get(object, "cell"));
    const char *kernel = json_string_value(json_object_get(object, "kernel"));
    const char *model = json_string_value(json_object_get(object, "model"));
    const char *label = json_string_value(json_object_get(object, "label"));
    if (!id || !text_is_word(id, TEXT_IN_IDS, sizeof cell->id))
        return "its identity, \"cell\", is none";
    if (!kernel || !text_is_word(kernel, TEXT_IN_LABELS, sizeof cell->kernel))
        return "its kernel is no name";
    if (!model || !text_is_word(model, TEXT_IN_NAMES, sizeof cell->model))
        return "its model is no name";
    const size_t length = strlen(model);
    if (!label || !text_is_word(label, TEXT_IN_LABELS, sizeof cell->label) ||
        strncmp(label, model, length) != 0 || !strchr(":", label[length]))
        return "its label is not its model with options";
    (void)snprintf(cell->id, sizeof cell->id, "%s", id);
    (void)snprintf(cell->kernel, sizeof cell->kernel, "%s", kernel);
    (void)snprintf(cell->model, sizeof cell->model, "%s", model);
    (void)snprintf(cell->label, sizeof cell->label, "%s", label);
    return NULL;
}

static const char *read_shape(json_t *object, struct cell *cell)
{
    const struct {
        const char *key;
        unsigned *place;
    } counts[] = {{"workers", &cell->workers},
                  {"ranks", &cell->ranks},
                  {"threads", &cell->threads},
                  {"nodes", &cell->nodes}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const json_t *value = json_object_get(object, counts[i].key);
        const json_int_t count = json_integer_value(value);
        if (count <= 0 || count > PLAN_WORKERS_MAX)
            return "its workers, ranks, threads and nodes are not all whole numbers from 1 to 2^20";
        *counts[i].place = (unsigned)count;
    }
    const json_int_t size = json_integer_value(json_object_get(object, "size"));
    if (size <= 0)
        return "its size is no whole number > 0";
    cell->size = (uint64_t)size;
    const json_t *base = json_object_get(object, "base_size");
    const json_int_t base_size = base ? json_integer_value(base) : size; /* older ones lack it */
    if (base_size <= 0)
        return "its base's size is no whole number > 0";
    cell->base_size = (uint64_t)base_size;
    return NULL;
}

/* The text stays the object's. */
static const char *read_tasks(const json_t *object, struct cell *cell)
{
    const json_t *tasks = json_object_get(object, "tasks");
    cell->tasks = json_string_value(tasks);
    if (tasks && !(cell->tasks && text_is_word(cell->tasks, "+", sizeof cell->id)))
        return "its tasks are no sizes";
    return NULL;
}

static const char *read_told_with(const json_t *object, struct cell *cell)
{
    const json_t *told_with = json_object_get(object, "told_with");
    const char *text = json_string_value(told_with);
    if (!told_with)
        return NULL;
    if (!text || !text_is_word(text, TEXT_IN_LABELS, sizeof cell->told_with))
        return "the kernel that it is told with is no name";
    (void)snprintf(cell->told_with, sizeof cell->told_with, "%s", text);
    return NULL;
}

static const char *read_peer(const json_t *object, struct cell *cell)
{
    const json_t *mirrors = json_object_get(object, "mirrors");
    const char *model = json_string_value(mirrors);
    const char *python = json_string_value(json_object_get(object, "python"));
    if (!mirrors)
        return NULL;
    if (!model || !text_is_word(model, TEXT_IN_NAMES, sizeof cell->mirrors))
        return "the model that it mirrors is no name";
    if (!python)
        return "what it is in Python is no text";
    (void)snprintf(cell->mirrors, sizeof cell->mirrors, "%s", model);
    printable_copy(python, cell->python, sizeof cell->python);
    return NULL;
}

static const char *read_limit(const json_t *object, struct cell_limit *limit)
{
    const char *cell = json_string_value(json_object_get(object, "cell"));
    const char *kind = json_string_value(json_object_get(object, "kind"));
    const char *what = json_string_value(json_object_get(object, "what"));
    if (!object)
        return NULL;
    if (!cell || !text_is_word(cell, TEXT_IN_IDS, sizeof limit->cell))
        return "the cell that limits it has no identity";
    if (!what || !text_is_word(what, TEXT_IN_NAMES " ", sizeof limit->what))
        return "what limits it is not named";
    for (unsigned k = LIMIT_NONE + 1; kind && k < limit_kinds_count; k++)
        if (strcmp(kind, limit_kinds[k]) == 0)
            limit->kind = k;
    if (limit->kind == LIMIT_NONE)
        return "how it is limited is not known";
    (void)snprintf(limit->cell, sizeof limit->cell, "%s", cell);
    (void)snprintf(limit->what, sizeof limit->what, "%s", what);
    return NULL;
}

const char *cell_json_read(json_t *object, struct cell *cell)
{
    const json_t *oversubscribed = json_object_get(object, "oversubscribed");
    const json_t *experiments = json_object_get(object, "experiments");
    const char *wrong = read_names(object, cell);
    if (!wrong)
        wrong = read_shape(object, cell);
    if (!wrong)
        wrong = read_options(json_object_get(object, "options"), cell);
    if (!wrong)
        wrong = read_told_with(object, cell);
    if (!wrong)
        wrong = read_tasks(object, cell);
    if (!wrong)
        wrong = read_peer(object, cell);
    if (!wrong)
        wrong = read_limit(json_object_get(object, "limit"), &cell->limit);
    if (!wrong && !json_is_boolean(oversubscribed))
        wrong = "\"oversubscribed\" is not true or false";
    if (!wrong && !json_is_array(experiments))
        wrong = "its experiments are no list";
    cell->oversubscribed = json_is_true(oversubscribed);
    cell->experiments = read_experiments(experiments);
    cell->traits = description_traits_read(json_object_get(object, "traits"));
    return wrong;
}
