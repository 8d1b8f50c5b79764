#include "sweep.h"

#include "arguments.h"
#include "options.h"
#include "quantities.h"
#include "text.h"

#include <string.h>

const struct profile profile_table[] = {
    {"smoke", 2, 1, 6, 18, 18, 2, 2, 20, 20},
    {"quick", 3, 6, 20, 225, 900, 4, 2, 8, 16},
    {"full", 5, 10, 30, 4800, 7200, SWEEP_WIDTHS_MAX, SWEEP_WIDTHS_MAX, 1, 1},
    {0},
};

/* ---- what was asked for ---- */

static enum status read_kernels(struct sweep *sweep)
{
    const struct request *request = sweep->request;
    const char *list = request->kernels;
    unsigned *count = &sweep->kernel_count;
    char item[PLAN_NAME_MAX];
    while (*count < SWEEP_LIST_MAX && text_next(&list, item, sizeof item))
        TRY(catalog_find_kernel(item, &sweep->kernels[(*count)++]));
    if (list)
        return status_fail(STATUS_USAGE, "a run takes at most %d kernels", SWEEP_LIST_MAX);
    while (!request->kernels && *count < SWEEP_LIST_MAX && kernel_table[*count]) {
        sweep->kernels[*count] = kernel_table[*count];
        ++*count;
    }
    return STATUS_OK;
}

/* Takes "N" for all kernels, or "pi=N" for one of them, if it is there: one list of sizes may
 * serve runs of several kernels. */
static enum status take_size(struct sweep *sweep, char *item)
{
    const char *name = strsep(&item, "="), *number = item ? item : name;
    const struct kernel *named = NULL;
    uint64_t size;
    if (item)
        TRY(catalog_find_kernel(name, &named));
    if (!size_parse(number, &size))
        return argument_wrong("size", number,
                              "a whole number from 1 to 2^64 - 1, such as 1000000, 1e6 or 1M");
    for (unsigned k = 0; k < sweep->kernel_count; k++)
        if (!named || sweep->kernels[k] == named)
            sweep->sizes[k] = size;
    return STATUS_OK;
}

static enum status read_sizes(struct sweep *sweep)
{
    const struct profile *profile = sweep->request->profile;
    const char *list = sweep->request->sizes;
    char item[64];
    for (unsigned k = 0; k < sweep->kernel_count; k++)
        sweep->sizes[k] =
            sweep->kernels[k]->default_size /
            (kernel_is_map(sweep->kernels[k]) ? profile->map_divisor : profile->size_divisor);
    while (text_next(&list, item, sizeof item))
        TRY(take_size(sweep, item));
    return STATUS_OK;
}

/* One that is there already does no harm: so are its cells then. */
static enum status read_models(const struct catalog *catalog, struct sweep *sweep)
{
    const struct request *request = sweep->request;
    const char *list = request->models;
    unsigned *count = &sweep->model_count;
    char item[MODEL_SPEC_LABEL_MAX];
    TRY(model_spec_base(catalog, TRAIT_BEST, &sweep->best));
    TRY(model_spec_base(catalog, TRAIT_BASE, &sweep->models[(*count)++]));
    while (*count < SWEEP_LIST_MAX && text_next(&list, item, sizeof item))
        TRY(model_spec_read(catalog, item, &sweep->models[(*count)++]));
    if (list)
        return status_fail(STATUS_USAGE, "a run takes at most %d models", SWEEP_LIST_MAX);
    for (size_t i = 0; !request->models && i < catalog->count && *count < SWEEP_LIST_MAX; i++)
        TRY(model_spec_read(catalog, catalog->entries[i].model.name, &sweep->models[(*count)++]));
    return STATUS_OK;
}

static enum status read_widths(struct sweep *sweep)
{
    const char *list = sweep->request->workers;
    char item[32];
    uint64_t value;
    while (text_next(&list, item, sizeof item)) {
        if (!count_parse(item, &value) || value > PLAN_WORKERS_MAX ||
            sweep->width_count == SWEEP_WIDTHS_MAX)
            return argument_wrong("workers", sweep->request->workers, "a list such as 1,2,4");
        sweep->widths[sweep->width_count++] = (unsigned)value;
    }
    return STATUS_OK;
}

static bool takes(const struct experiment *experiment, const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    const unsigned traits = model_spec_traits(choice);
    return traits & TRAIT_BASE || ((traits & experiment->traits) == experiment->traits &&
                                   (experiment->axis.kind != AXIS_OPTION ||
                                    options_find(model->options, experiment->axis.option)));
}

/* A model that was named must take part in something, lest its absence goes unnoticed. */
static enum status check_models(const struct sweep *sweep)
{
    for (unsigned m = 1; sweep->request->models && m < sweep->model_count; m++) {
        bool wanted = false;
        const char *other = "";
        for (unsigned e = 0; experiment_table[e]; e++) {
            const bool takes_it = takes(experiment_table[e], &sweep->models[m]);
            wanted = wanted || (sweep->asked & 1u << e && takes_it);
            other = !*other && takes_it ? experiment_table[e]->name : other;
        }
        if (!wanted)
            return status_fail(STATUS_USAGE, "%s takes no part in that experiment: ask for %s",
                               sweep->models[m].entry->model.name, other);
    }
    return STATUS_OK;
}

/* ---- along the axis ---- */

unsigned sweep_widths(unsigned most, unsigned widths_max, unsigned *widths)
{
    unsigned all[SWEEP_WIDTHS_MAX];
    unsigned count = 0;
    for (unsigned width = 1; width < most && count + 1 < SWEEP_WIDTHS_MAX; width *= 2)
        all[count++] = width;
    all[count++] = most;
    unsigned kept = count < widths_max ? count : widths_max;
    for (unsigned i = 0; i < kept; i++)
        widths[i] = all[kept < 2 ? count - 1 : (i * (count - 1) + (kept - 1) / 2) / (kept - 1)];
    return kept;
}

static enum status add_point(const struct sweep *sweep, struct cell_request *request,
                             unsigned workers)
{
    const enum launch launch = request->choice->entry->model.launch;
    bool taken = true;
    request->shape =
        plan_shape(launch, launch == LAUNCH_ALONE ? 1 : workers, sweep->allocation->machine);
    if (sweep->experiment->scale)
        TRY(sweep->experiment->scale(sweep, request, &taken));
    return taken ? plan_add(sweep->plan, request, sweep->allocation) : STATUS_OK;
}

/* Those that were asked for, else the experiment's; `widths` has room for one more than
 * SWEEP_WIDTHS_MAX. */
static unsigned widths_of(const struct sweep *sweep, unsigned *widths)
{
    const struct profile *profile = sweep->request->profile;
    const struct experiment *experiment = sweep->experiment;
    const bool is_unasked = experiment->is_costly && sweep->request->experiments == 0;
    const unsigned allowed = allocation_cores(sweep->allocation);
    memcpy(widths, sweep->widths, sizeof sweep->widths);
    if (sweep->width_count > 0)
        return sweep->width_count;
    unsigned count = sweep_widths(
        allowed, is_unasked ? profile->unasked_widths_max : profile->widths_max, widths);
    if (experiment->oversubscription > 1)
        widths[count++] = experiment->oversubscription * allowed;
    return count;
}

/* Along another axis there are at all points as many workers as may be. */
static enum status add_points(const struct sweep *sweep, const struct cell_request *like)
{
    const struct axis *axis = &sweep->experiment->axis;
    const char *list = axis->values;
    char item[MODEL_SPEC_VALUE_MAX];
    uint64_t divisor;
    unsigned widths[SWEEP_WIDTHS_MAX + 1], count = widths_of(sweep, widths), most = 0;
    for (unsigned i = 0; i < count; i++) {
        struct cell_request request = *like;
        most = widths[i] > most ? widths[i] : most;
        if (axis->kind == AXIS_WORKERS)
            TRY(add_point(sweep, &request, widths[i]));
    }
    while (text_next(&list, item, sizeof item)) {
        struct model_spec choice = *like->choice;
        struct cell_request request = *like;
        request.choice = &choice;
        if (axis->kind == AXIS_SIZE && count_parse(item, &divisor))
            request.size = like->size / divisor > 0 ? like->size / divisor : 1;
        if (axis->kind == AXIS_OPTION && options_find(choice.entry->model.options, axis->option))
            TRY(model_spec_set(&choice, axis->option, item));
        TRY(add_point(sweep, &request, most));
    }
    return STATUS_OK;
}

/* ---- all of them ---- */

/* The base of absolute speedups, in experiments that have any. */
static enum status add_best(const struct sweep *sweep, const struct kernel *kernel, uint64_t size)
{
    struct cell_request request = {
        .kernel = kernel, .choice = &sweep->best, .shape = {1, 1, 1}, .size = size};
    for (unsigned e = 0; experiment_table[e]; e++)
        if (sweep->asked & 1u << e && !experiment_table[e]->scale)
            request.experiments |= 1u << e;
    if (!kernel->best || request.experiments == 0)
        return STATUS_OK;
    if (plan_fits(&request, sweep->allocation->machine))
        return plan_add(sweep->plan, &request, sweep->allocation);
    status_say("%s: its best serial algorithm, %s, is left out: it needs more memory than is free",
               kernel->name, kernel->best_name);
    return STATUS_OK;
}

static enum status add_model(struct sweep *sweep, const struct kernel *kernel, uint64_t size,
                             const struct model_spec *choice)
{
    for (unsigned e = 0; experiment_table[e]; e++) {
        sweep->experiment = experiment_table[e];
        const struct cell_request like = {.kernel = kernel,
                                          .choice = choice,
                                          .size = size,
                                          .may_oversubscribe = sweep->request->oversubscribe ||
                                                               sweep->experiment->oversubscription,
                                          .experiments = 1u << e};
        if (sweep->asked & 1u << e && takes(sweep->experiment, choice))
            TRY(add_points(sweep, &like));
    }
    return STATUS_OK;
}

/* All cells of a kernel follow each other, and of it those of a model; both bases first. */
enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                       const struct allocation *allocation, struct plan *plan)
{
    struct sweep sweep = {.request = request,
                          .asked = request->experiments ? request->experiments : ~0u,
                          .allocation = allocation,
                          .plan = plan};
    *plan = (struct plan){.count = 0};
    TRY(allocation_check(allocation, request->oversubscribe));
    TRY(read_kernels(&sweep));
    TRY(read_sizes(&sweep));
    TRY(read_models(catalog, &sweep));
    TRY(read_widths(&sweep));
    TRY(check_models(&sweep));
    for (unsigned k = 0; k < sweep.kernel_count; k++)
        for (unsigned m = 0; m < sweep.model_count; m++) {
            TRY(add_model(&sweep, sweep.kernels[k], sweep.sizes[k], &sweep.models[m]));
            if (m == 0)
                TRY(add_best(&sweep, sweep.kernels[k], sweep.sizes[k]));
        }
    return STATUS_OK;
}
