#include "lists.h"

#include "arguments.h"
#include "plan.h"
#include "quantities.h"
#include "text.h"

static enum status read_kernels(const struct request *request, struct lists *lists)
{
    const char *list = request->kernels;
    char item[PLAN_NAME_MAX];
    while (lists->kernel_count < LISTS_MAX && text_next(&list, item, sizeof item)) {
        enum status status = catalog_find_kernel(item, &lists->kernels[lists->kernel_count++]);
        if (status != STATUS_OK)
            return status;
    }
    if (list)
        return status_fail(STATUS_USAGE, "a run takes at most %d kernels", LISTS_MAX);
    for (unsigned i = 0; !request->kernels && kernel_table[i] && i < LISTS_MAX; i++)
        lists->kernels[lists->kernel_count++] = kernel_table[i];
    return STATUS_OK;
}

/* Takes "N" for all kernels, or "pi=N" for one of them, if it is there: one list of sizes may
 * serve runs of several kernels. */
static enum status take_size(struct lists *lists, char *item)
{
    const char *number = text_split(item, '=');
    const struct kernel *named = NULL;
    enum status status = number ? catalog_find_kernel(item, &named) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    uint64_t size;
    if (!text_parse_size(number ? number : item, &size))
        return argument_wrong("size", number ? number : item,
                              "a whole number from 1 to 2^64 - 1, such as 1000000, 1e6 or 1M");
    for (unsigned k = 0; k < lists->kernel_count; k++)
        if (!named || lists->kernels[k] == named)
            lists->sizes[k] = size;
    return STATUS_OK;
}

static enum status read_sizes(const struct request *request, struct lists *lists)
{
    const struct profile *profile = request->profile;
    const char *list = request->sizes;
    char item[64];
    enum status status = STATUS_OK;
    for (unsigned k = 0; k < lists->kernel_count; k++)
        lists->sizes[k] =
            lists->kernels[k]->default_size /
            (kernel_is_map(lists->kernels[k]) ? profile->map_divisor : profile->size_divisor);
    while (status == STATUS_OK && text_next(&list, item, sizeof item))
        status = take_size(lists, item);
    return status;
}

static bool is_base(const struct model_spec *choice)
{
    return (model_spec_traits(choice) & (TRAIT_BASE | TRAIT_BEST)) == TRAIT_BASE;
}

static enum status read_models(const struct request *request, const struct catalog *catalog,
                               struct lists *lists)
{
    const char *list = request->models;
    char item[MODEL_SPEC_LABEL_MAX];
    unsigned *count = &lists->model_count;
    enum status status = model_spec_base(catalog, TRAIT_BASE, &lists->models[0]);
    *count = 1;
    while (status == STATUS_OK && *count < LISTS_MAX && text_next(&list, item, sizeof item)) {
        status = model_spec_read(catalog, item, &lists->models[*count]);
        *count += status == STATUS_OK && !is_base(&lists->models[*count]);
    }
    if (status == STATUS_OK && list)
        return status_fail(STATUS_USAGE, "a run takes at most %d models", LISTS_MAX);
    for (size_t i = 0; !request->models && i < catalog->count && *count < LISTS_MAX; i++)
        if (status == STATUS_OK && !(catalog->entries[i].model.traits & TRAIT_BASE))
            status = model_spec_read(catalog, catalog->entries[i].model.name,
                                     &lists->models[(*count)++]);
    return status;
}

static enum status read_widths(const struct request *request, struct lists *lists)
{
    const char *list = request->workers;
    char item[32];
    uint64_t value;
    while (text_next(&list, item, sizeof item)) {
        if (!count_parse(item, &value) || value > PLAN_WORKERS_MAX ||
            lists->width_count == LISTS_WIDTHS_MAX)
            return argument_wrong("workers", request->workers, "a list such as 1,2,4");
        lists->widths[lists->width_count++] = (unsigned)value;
    }
    return STATUS_OK;
}

enum status lists_read(const struct request *request, const struct catalog *catalog,
                       struct lists *lists)
{
    *lists = (struct lists){0};
    enum status status = read_kernels(request, lists);
    if (status == STATUS_OK)
        status = read_sizes(request, lists);
    if (status == STATUS_OK)
        status = read_models(request, catalog, lists);
    return status == STATUS_OK ? read_widths(request, lists) : status;
}
