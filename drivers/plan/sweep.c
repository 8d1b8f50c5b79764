#include "sweep.h"

#include "options.h"
#include "text.h"

#include <string.h>

unsigned sweep_widths(unsigned most, unsigned widths_max, unsigned *widths)
{
    unsigned all[LISTS_WIDTHS_MAX];
    unsigned count = 0;
    for (unsigned width = 1; width < most && count + 1 < LISTS_WIDTHS_MAX; width *= 2)
        all[count++] = width;
    all[count++] = most;
    unsigned kept = count < widths_max ? count : widths_max;
    for (unsigned i = 0; i < kept; i++)
        widths[i] = all[kept < 2 ? count - 1 : (i * (count - 1) + (kept - 1) / 2) / (kept - 1)];
    return kept;
}

static bool is_asked(const struct request *request, unsigned e)
{
    return request->experiments == 0 || request->experiments & 1u << e;
}

static bool takes(const struct experiment *experiment, const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    const unsigned traits = model_spec_traits(choice);
    return traits & TRAIT_BASE || ((traits & experiment->traits) == experiment->traits &&
                                   (experiment->axis.kind != AXIS_OPTION ||
                                    options_find(model->options, experiment->axis.option)));
}

/* ---- along the axis ---- */

static enum status add_point(const struct sweep *sweep, struct cell_request *request,
                             unsigned workers)
{
    const enum launch launch = request->choice->entry->model.launch;
    bool taken = true;
    enum status status = STATUS_OK;
    request->shape =
        plan_shape(launch, launch == LAUNCH_ALONE ? 1 : workers, sweep->allocation->machine);
    if (experiment_is_scaled(sweep->experiment))
        status = sweep->experiment->scale(sweep, request, &taken);
    return status == STATUS_OK && taken ? plan_add(sweep->plan, request, sweep->allocation)
                                        : status;
}

/* Those that were asked for, else the experiment's; `widths` has room for one more than
 * LISTS_WIDTHS_MAX. */
static unsigned widths_of(const struct sweep *sweep, unsigned *widths)
{
    const struct lists *lists = &sweep->lists;
    const struct profile *profile = sweep->request->profile;
    const struct experiment *experiment = sweep->experiment;
    const bool is_unasked = experiment->is_costly && sweep->request->experiments == 0;
    const unsigned allowed = allocation_cores(sweep->allocation);
    memcpy(widths, lists->widths, lists->width_count * sizeof *widths);
    if (lists->width_count > 0)
        return lists->width_count;
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
    char item[AXIS_TEXT_MAX];
    uint64_t divisor;
    unsigned widths[LISTS_WIDTHS_MAX + 1], count = widths_of(sweep, widths), most = 0;
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < count && status == STATUS_OK; i++) {
        struct cell_request request = *like;
        most = widths[i] > most ? widths[i] : most;
        if (axis->kind == AXIS_WORKERS)
            status = add_point(sweep, &request, widths[i]);
    }
    while (status == STATUS_OK && text_next(&list, item, sizeof item)) {
        struct model_spec choice = *like->choice;
        struct cell_request request = *like;
        request.choice = &choice;
        if (axis->kind == AXIS_SIZE && count_parse(item, &divisor))
            request.size = like->size / divisor > 0 ? like->size / divisor : 1;
        if (axis->kind == AXIS_OPTION && options_find(choice.entry->model.options, axis->option))
            status = model_spec_set(&choice, axis->option, item);
        if (status == STATUS_OK)
            status = add_point(sweep, &request, most);
    }
    return status;
}

/* ---- all of them ---- */

/* A model that was named must take part in something, lest its absence goes unnoticed. */
static enum status check_models(const struct request *request, const struct lists *lists)
{
    for (unsigned m = 1; request->models && m < lists->model_count; m++) {
        bool wanted = false;
        const char *other = "";
        for (unsigned e = 0; experiment_table[e]; e++) {
            const bool takes_it = takes(experiment_table[e], &lists->models[m]);
            wanted = wanted || (is_asked(request, e) && takes_it);
            other = !*other && takes_it ? experiment_table[e]->name : other;
        }
        if (!wanted)
            return status_fail(STATUS_USAGE, "%s takes no part in that experiment: ask for %s",
                               lists->models[m].entry->model.name, other);
    }
    return STATUS_OK;
}

/* The base of absolute speedups, in experiments that have any. */
static enum status add_best(const struct sweep *sweep, const struct model_spec *best,
                            const struct kernel *kernel, uint64_t size)
{
    struct cell_request request = {
        .kernel = kernel, .choice = best, .shape = {1, 1, 1}, .size = size};
    for (unsigned e = 0; experiment_table[e]; e++)
        if (is_asked(sweep->request, e) && !experiment_is_scaled(experiment_table[e]))
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
    enum status status = STATUS_OK;
    for (unsigned e = 0; experiment_table[e] && status == STATUS_OK; e++) {
        sweep->experiment = experiment_table[e];
        if (!is_asked(sweep->request, e) || !takes(sweep->experiment, choice))
            continue;
        const struct cell_request like = {.kernel = kernel,
                                          .choice = choice,
                                          .size = size,
                                          .may_oversubscribe = sweep->request->oversubscribe ||
                                                               sweep->experiment->oversubscription,
                                          .experiments = 1u << e};
        status = add_points(sweep, &like);
    }
    return status;
}

/* All cells of one kernel, those of a model together; both bases first. */
static enum status add_kernel(struct sweep *sweep, const struct kernel *kernel, uint64_t size,
                              const struct model_spec *best)
{
    enum status status = STATUS_OK;
    for (unsigned m = 0; m < sweep->lists.model_count && status == STATUS_OK; m++) {
        status = add_model(sweep, kernel, size, &sweep->lists.models[m]);
        if (m == 0 && status == STATUS_OK)
            status = add_best(sweep, best, kernel, size);
    }
    return status;
}

enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                       const struct allocation *allocation, struct plan *plan)
{
    struct model_spec best;
    struct sweep sweep = {.request = request, .allocation = allocation, .plan = plan};
    *plan = (struct plan){.count = 0};
    enum status status = lists_read(request, catalog, &sweep.lists);
    if (status == STATUS_OK)
        status = check_models(request, &sweep.lists);
    if (status == STATUS_OK)
        status = model_spec_base(catalog, TRAIT_BEST, &best);
    for (unsigned k = 0; k < sweep.lists.kernel_count && status == STATUS_OK; k++)
        status = add_kernel(&sweep, sweep.lists.kernels[k], sweep.lists.sizes[k], &best);
    return status;
}
