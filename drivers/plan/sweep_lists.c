/* What was asked for: lists of kernels, models, sizes, workers and nodes, read and checked. */
#include "sweep_parts.h"

#include "memory.h"
#include "names.h"
#include "options.h"
#include "quantities.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one that waits all of it: a few items are another question than many. */
static uint64_t divisor_of(const struct kernel *kernel, const struct profile *profile)
{
    return kernel->waits ? 1 : kernel_is_map(kernel) ? profile->map_divisor : profile->size_divisor;
}

void sweep_add_kernel(struct sweep *sweep, const struct kernel *kernel)
{
    sweep->kernels = memory_grow(sweep->kernels, sweep->kernel_count, sizeof *sweep->kernels);
    sweep->kernels[sweep->kernel_count++] = (struct sweep_kernel){
        .kernel = kernel,
        .size = kernel->default_size / divisor_of(kernel, sweep->request->profile)};
}

/* Whether the item is no kernel, and another algorithm of the one before it; then that one's text,
 * `spec`, becomes this one's. */
static bool is_other_algorithm(const char *item, char spec[MODEL_SPEC_LABEL_MAX])
{
    char other[MODEL_SPEC_LABEL_MAX];
    const int kept = (int)strcspn(spec, "=") + 1;
    if (snprintf(other, sizeof other, "%.*s%s", kept, spec, item) >= (int)sizeof other ||
        !strchr(spec, '=') || kernel_find(item) || !kernel_find(other))
        return false;
    (void)snprintf(spec, MODEL_SPEC_LABEL_MAX, "%s", other);
    return true;
}

static enum status read_kernels(struct sweep *sweep)
{
    const char *list = sweep->request->kernels;
    char item[MODEL_SPEC_LABEL_MAX], spec[MODEL_SPEC_LABEL_MAX] = "";
    const struct kernel *kernel;
    for (unsigned k = 0; !list && kernel_table[k]; k++)
        if (kernel_is_default(kernel_table[k]))
            sweep_add_kernel(sweep, kernel_table[k]);
    while (text_next(&list, item, sizeof item)) {
        if (!is_other_algorithm(item, spec))
            (void)snprintf(spec, sizeof spec, "%s", item);
        TRY(catalog_find_kernel(spec, &kernel));
        sweep_add_kernel(sweep, kernel);
    }
    return STATUS_OK;
}

static enum status size_again(const char *of, const char *number)
{
    return status_fail(STATUS_USAGE,
                       "--size has two sizes for %s, the second one is %s: give one, or "
                       "one for each kernel by its name, KERNEL=N,...",
                       of, number);
}

/* Whom a size is said of: all kernels, the one that an algorithm is of, this one by its name; a bit
 * each. The nearer goes before the farther. */
enum { OF_ALL = 1, OF_KERNEL = 2, OF_THIS = 4 };

/* 0: not this one. */
static unsigned is_said_of(const struct kernel *kernel, const struct kernel *named)
{
    if (!named)
        return OF_ALL;
    return kernel == named ? OF_THIS : kernel->of == named ? OF_KERNEL : 0;
}

/* Takes "N" for all kernels, or "pi=N" for one of them and its algorithms, if it is there: one list
 * of sizes may serve runs of several kernels. */
static enum status take_size(struct sweep *sweep, char *item)
{
    char *equals = strrchr(item, '=');
    const char *number = equals ? equals + 1 : item;
    const struct kernel *named = NULL;
    uint64_t size;
    if (equals) {
        *equals = '\0';
        TRY(catalog_find_kernel(item, &named));
    }
    TRY(argument_size("size", number, &size));
    for (unsigned k = 0; k < sweep->kernel_count; k++) {
        struct sweep_kernel *own = &sweep->kernels[k];
        const unsigned of = is_said_of(own->kernel, named);
        if (own->sized & of)
            return size_again(named ? named->name : "every kernel", number);
        if (of > own->sized)
            own->size = size;
        own->sized |= of;
    }
    return STATUS_OK;
}

enum status sweep_read_sizes(struct sweep *sweep)
{
    const char *list = sweep->request->sizes;
    char item[MODEL_SPEC_LABEL_MAX];
    while (text_next(&list, item, sizeof item))
        TRY(take_size(sweep, item));
    return STATUS_OK;
}

static bool is_model(const struct catalog *catalog, const char *name)
{
    bool is = false;
    for (size_t i = 0; i < catalog->total; i++)
        is = is || strcmp(catalog->entries[i].model.name, name) == 0;
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++)
        is = is || strcmp(unbuilt->name, name) == 0;
    return is;
}

/* Whether the item is another value of the option that the model before it ended with; then that
 * model's text, `spec`, becomes this one's. */
static bool is_value(const struct catalog *catalog, const struct model_spec *before,
                     const char *item, char spec[MODEL_SPEC_LABEL_MAX])
{
    char *equals = strrchr(spec, '=');
    if (!equals || is_model(catalog, item) || strlen(item) >= MODEL_SPEC_VALUE_MAX)
        return false;
    *equals = '\0';
    const struct model_option *option =
        options_find(before->entry->model.options, strrchr(spec, ':') + 1);
    *equals = '=';
    if (!option || !options_allow(option, item))
        return false;
    const size_t used = (size_t)(equals + 1 - spec);
    (void)snprintf(equals + 1, MODEL_SPEC_LABEL_MAX - used, "%s", item);
    return true;
}

static enum status add_model_of(struct sweep *sweep, const struct catalog *catalog,
                                const char *spec)
{
    struct model_spec choice;
    TRY(model_spec_read(catalog, spec, &choice));
    sweep->models = memory_grow(sweep->models, sweep->model_count, sizeof *sweep->models);
    sweep->models[sweep->model_count++] = choice;
    return STATUS_OK;
}

/* One that is there already does no harm: so are its cells then. */
static enum status read_models(const struct catalog *catalog, struct sweep *sweep)
{
    const char *list = sweep->request->models;
    char item[MODEL_SPEC_LABEL_MAX], spec[MODEL_SPEC_LABEL_MAX] = "";
    struct model_spec base;
    TRY(model_spec_base(catalog, &base));
    TRY(add_model_of(sweep, catalog, base.entry->model.name));
    for (size_t i = 0; !list && i < catalog->count; i++)
        TRY(add_model_of(sweep, catalog, catalog->entries[i].model.name));
    while (text_next(&list, item, sizeof item)) {
        if (!is_value(catalog, &sweep->models[sweep->model_count - 1], item, spec))
            (void)snprintf(spec, sizeof spec, "%s", item);
        TRY(add_model_of(sweep, catalog, spec));
    }
    return STATUS_OK;
}

/* "4", or "1-8". */
static bool read_range(char *item, uint64_t *first, uint64_t *last)
{
    const char *from = strsep(&item, "-");
    if (!count_parse(from, first))
        return false;
    *last = *first;
    return (!item || (count_parse(item, last) && *last >= *first)) && *last <= PLAN_WORKERS_MAX;
}

/* The numbers of an option's text; none where it is NULL. */
static enum status read_list(const char *option, const char *text, unsigned **numbers,
                             unsigned *count)
{
    const char *list = text;
    char item[32];
    uint64_t first, last;
    while (text_next(&list, item, sizeof item)) {
        if (!read_range(item, &first, &last))
            return argument_wrong(option, text, "a list such as 1,2,4 or a range such as 1-8");
        for (; first <= last; first++) {
            *numbers = memory_grow(*numbers, *count, sizeof **numbers);
            (*numbers)[(*count)++] = (unsigned)first;
        }
    }
    return STATUS_OK;
}

bool sweep_has_ranks(const struct model_spec *choice)
{
    return launch_has_ranks(choice->entry->model.launch);
}

static bool is_on_one_node(const struct sweep *sweep)
{
    bool is = false;
    for (unsigned n = 0; n < sweep->nodes_count; n++)
        is = is || sweep->nodes[n] == 1;
    return is;
}

unsigned sweep_most_of_nodes(const struct sweep *sweep)
{
    unsigned most = 1;
    for (unsigned n = 0; n < sweep->nodes_count; n++)
        most = sweep->nodes[n] > most ? sweep->nodes[n] : most;
    return most;
}

enum status sweep_most_nodes(const struct request *request, unsigned *most)
{
    struct sweep sweep = {.request = request};
    enum status status = STATUS_OK;
    if (request->nodes)
        status = read_list("nodes", request->nodes, &sweep.nodes, &sweep.nodes_count);
    *most = request->nodes ? sweep_most_of_nodes(&sweep) : 0;
    free(sweep.nodes);
    return status;
}

/* The first that was asked for by name and compares one node with several; NULL: none was. */
static const struct experiment *named_over_nodes(const struct sweep *sweep)
{
    for (unsigned e = 0; experiment_table[e]; e++)
        if (sweep->request->experiments & 1u << e && experiment_table[e]->is_over_nodes)
            return experiment_table[e];
    return NULL;
}

/* Those that were asked for, else one, or for an experiment that compares it with several as many
 * numbers of those that there are as a profile takes of workers. */
static enum status list_nodes(struct sweep *sweep)
{
    const struct request *request = sweep->request;
    const struct experiment *comparing = named_over_nodes(sweep);
    if (request->nodes || !comparing)
        TRY(read_list("nodes", request->nodes ? request->nodes : "1", &sweep->nodes,
                      &sweep->nodes_count));
    else {
        sweep->nodes = memory_new(SWEEP_WIDTHS_MAX, sizeof *sweep->nodes);
        sweep->nodes_count =
            sweep_widths(sweep->allocation->nodes, request->profile->widths_max, sweep->nodes);
    }
    if (!comparing || sweep_most_of_nodes(sweep) > 1)
        return STATUS_OK;
    if (request->nodes)
        return status_fail(STATUS_USAGE, "%s compares one node with several: take --nodes 1,2",
                           comparing->name);
    return status_fail(STATUS_USAGE,
                       "%s compares one node with several, and there is one%s: name them by "
                       "--hosts a:16,b:16, or take a job of several nodes",
                       comparing->name, allocation_named_again(sweep->allocation).text);
}

/* There must be as many, and models with ranks for them. */
static enum status read_nodes(struct sweep *sweep)
{
    const struct request *request = sweep->request;
    bool any_ranks = false;
    TRY(list_nodes(sweep));
    TRY(allocation_check_nodes(sweep->allocation, sweep_most_of_nodes(sweep)));
    if ((uint64_t)request->ppn * (request->threads ? request->threads : 1) >
        PLAN_WORKERS_MAX / sweep_most_of_nodes(sweep))
        return status_fail(STATUS_USAGE,
                           "so many ranks and threads on each node are too many workers: take at "
                           "most %d in all",
                           PLAN_WORKERS_MAX);
    for (unsigned m = 1; m < sweep->model_count; m++) {
        any_ranks = any_ranks || sweep_has_ranks(&sweep->models[m]);
        if (request->models && !sweep_has_ranks(&sweep->models[m]) && !is_on_one_node(sweep))
            return status_fail(STATUS_USAGE,
                               "%s has no ranks, and stays on one node: take --nodes 1,%s",
                               sweep->models[m].entry->model.name, request->nodes);
    }
    if (!any_ranks && sweep_most_of_nodes(sweep) > 1)
        return status_fail(STATUS_USAGE, "no model here has ranks, and they all stay on one node: "
                                         "take --nodes 1");
    return STATUS_OK;
}

enum status sweep_read(struct sweep *sweep, const struct catalog *catalog)
{
    TRY(read_kernels(sweep));
    TRY(read_models(catalog, sweep));
    TRY(read_list("workers", sweep->request->workers, &sweep->widths, &sweep->width_count));
    return read_nodes(sweep);
}

static enum status take_experiments(const char *list, struct request *request)
{
    char name[MODEL_SPEC_LABEL_MAX];
    while (text_next(&list, name, sizeof name)) {
        const struct experiment *experiment = names_find("experiment", name, experiment_table, 0);
        if (!experiment)
            return STATUS_USAGE;
        request->experiments |= experiment_bit(experiment);
    }
    return STATUS_OK;
}

enum status sweep_take_experiments(const struct words *words, struct request *request)
{
    for (unsigned i = 0; i < words->count; i++)
        TRY(take_experiments(words->all[i], request));
    return STATUS_OK;
}
