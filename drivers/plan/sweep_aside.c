/* What is measured beside a kernel: its other algorithms, and what limits it. */
#include "sweep_parts.h"

/* The most workers that were asked for and have a core each; by default one for each core. */
static unsigned most_workers(const struct sweep *sweep)
{
    const unsigned cores = allocation_cores(sweep->allocation, 1);
    unsigned most = sweep->width_count > 0 ? 0 : cores;
    for (unsigned i = 0; i < sweep->width_count; i++)
        if (sweep->widths[i] > most && sweep->widths[i] <= cores)
            most = sweep->widths[i];
    return most;
}

/* The first model whose workers share memory and compute at once; NULL: there is none. */
static const struct model_spec *parallel_model(const struct sweep *sweep)
{
    for (unsigned m = 0; m < sweep->model_count; m++)
        if ((model_spec_traits(&sweep->models[m]) &
             (TRAIT_SHARED_MEMORY | TRAIT_BASE | TRAIT_LOCKED | TRAIT_MAY_LOSE)) ==
            TRAIT_SHARED_MEMORY)
            return &sweep->models[m];
    return NULL;
}

/* The cell of an algorithm or a limit, unless the size is too much for it. */
static enum status add_aside(const struct sweep *sweep, const struct cell_request *request)
{
    if (plan_fits(request, sweep->allocation->machine))
        return plan_add(sweep->plan, request, sweep->allocation);
    status_say("%s under %s is left out: it cannot have that size here", request->kernel->name,
               request->choice->entry->model.name);
    return STATUS_OK;
}

/* What another algorithm of the kernel gives, on one core and on as many as may be. */
static enum status add_algorithm(const struct sweep *sweep, const struct sweep_kernel *own,
                                 const struct kernel *algorithm)
{
    const unsigned most = most_workers(sweep);
    struct cell_request request = {.kernel = algorithm,
                                   .choice = sweep->models,
                                   .shape = {1, 1, 1},
                                   .size = own->size,
                                   .told_with = own->kernel->name};
    TRY(add_aside(sweep, &request));
    request.choice = parallel_model(sweep);
    if (!request.choice || most < 2)
        return STATUS_OK;
    request.shape = plan_shape(request.choice, most, sweep->allocation->machine);
    return add_aside(sweep, &request);
}

/* Whether the kernel is measured for itself at that size. */
static bool is_asked_for(const struct sweep *sweep, const struct kernel *kernel, uint64_t size)
{
    bool is = false;
    for (unsigned k = 0; k < sweep->kernel_count; k++)
        is = is || (sweep->kernels[k].kernel == kernel && sweep->kernels[k].size == size);
    return is;
}

/* Whether an experiment compares with the fastest algorithm: one whose cells all have the size of
 * their base, and are told with it. */
static bool wants_algorithms(const struct experiment *experiment)
{
    return !experiment->scale && !experiment->size && !experiment->tasks &&
           !experiment->has_own_tables;
}

static enum status add_algorithms(const struct sweep *sweep, const struct sweep_kernel *own)
{
    bool is_wanted = false;
    for (unsigned e = 0; experiment_table[e]; e++)
        is_wanted = is_wanted || (sweep->asked & 1u << e && wants_algorithms(experiment_table[e]));
    for (unsigned k = 0; is_wanted && kernel_table[k]; k++)
        if (kernel_table[k]->of == own->kernel && !is_asked_for(sweep, kernel_table[k], own->size))
            TRY(add_algorithm(sweep, own, kernel_table[k]));
    return STATUS_OK;
}

/* ---- what limits them ---- */

static bool draws_limits(unsigned experiments)
{
    bool draws = false;
    for (unsigned e = 0; experiment_table[e]; e++) {
        const struct experiment_figure *figure = experiment_table[e]->figures;
        for (; experiments & 1u << e && figure && figure->heading; figure++)
            draws = draws || figure->has_limit;
    }
    return draws;
}

/* The cell whose time limits that of the place, which then names it. */
static enum status add_limit(const struct sweep *sweep, const char *told_with, size_t place)
{
    const struct cell *cell = &sweep->plan->cells[place];
    const struct kernel_limit *of = &kernel_find(cell->kernel)->limit;
    const bool is_shared = of->kind == LIMIT_OF_MACHINE;
    struct cell_request request = {.kernel = kernel_find(of->kernel),
                                   .choice = is_shared ? parallel_model(sweep) : sweep->models,
                                   .size = cell->size,
                                   .told_with = told_with};
    if (!request.choice)
        return STATUS_OK;
    request.shape =
        plan_shape(request.choice, is_shared ? cell->workers : 1, sweep->allocation->machine);
    TRY(add_aside(sweep, &request));
    const struct cell *limit = plan_wanted(sweep->plan, &request);
    if (limit)
        plan_set_limit(&sweep->plan->cells[place], of, limit);
    return STATUS_OK;
}

/* Of a kernel's cells from `first` on, those of its algorithms among them, that have a core for
 * each worker. A size that is too much for one limit is too much for all. */
static enum status add_limits(const struct sweep *sweep, const struct sweep_kernel *own,
                              size_t first)
{
    const struct plan *plan = sweep->plan;
    const size_t behind = plan->count;
    for (size_t i = first; i < behind && draws_limits(sweep->asked); i++) {
        const struct cell *cell = &plan->cells[i];
        const bool is_drawn = plan_is_aside(cell) || draws_limits(cell->experiments);
        if (cell->size != own->size || cell->oversubscribed || cell->nodes > 1 || !is_drawn ||
            !kernel_find(cell->kernel)->limit.kernel)
            continue;
        TRY(add_limit(sweep, own->kernel->name, i));
        if (!*plan->cells[i].limit.cell)
            return STATUS_OK;
    }
    return STATUS_OK;
}

enum status sweep_add_aside(const struct sweep *sweep, const struct sweep_kernel *own, size_t first)
{
    TRY(add_algorithms(sweep, own));
    return add_limits(sweep, own, first);
}
