/* weak: as much work for each worker as one had, however many there are. */
#include "quantities.h"
#include "sweep.h"
#include "text.h"

/* Under a global lock, w times the work takes w times as long. More workers than these would soon
 * be all that a run measures, and one launch of them longer than it may take. */
enum { LOCKED_MAX = 8 };

/*
 * Gives a cell as much work for each worker as the base has for one. A kernel cuts a size that
 * would be too large, so that one of max_size may be less work than is wanted.
 */
static enum status scale(const struct sweep *sweep, struct cell_request *request, bool *taken)
{
    const struct kernel *kernel = request->kernel;
    const unsigned workers = request->shape.workers;
    const char *model = request->choice->entry->model.name;
    const bool named = sweep_is_named(sweep);
    bool cut = false;
    *taken = sweep->request->workers || workers <= LOCKED_MAX ||
             !(model_spec_traits(request->choice) & TRAIT_LOCKED);
    request->base_size = request->size;
    if (!*taken)
        return STATUS_OK;
    if (workers > 1) {
        request->size = kernel_weak_size(kernel, request->base_size, workers);
        cut = request->size >= kernel->max_size;
    }
    *taken = named || (!cut && plan_fits(request, sweep->allocation->machine));
    if (!*taken)
        status_say("weak: %s under %s with %u worker%s is left out: too large for this machine or "
                   "to be exact",
                   kernel->name, model, workers, plural(workers));
    if (!*taken || !cut)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "weak: %u times the work of size %s is beyond size %s, up to which the "
                       "result of %s is exact: take a smaller size or fewer workers",
                       workers, text_grouped(request->base_size).text,
                       text_grouped(kernel->max_size).text, kernel->name);
}

static const struct experiment_figure figures[] = {
    {.heading = "weak scaling, efficiency",
     .quantity = QUANTITY_EFFICIENCY,
     .has_law = true,
     .law = LAW_GUSTAFSON,
     .alternative = "Efficiency, serial's time over the time with more work,",
     .numbers = "efficiency, serial's time over the time with `workers` times its work"},
    {0},
};

const struct experiment experiment_weak = {
    .name = "weak",
    .question = "how much more work do more workers do in the same time?",
    .is_costly = true,
    .scale = scale,
    .laws = 1u << LAW_GUSTAFSON,
    .figures = figures,
    .heading = "Weak scaling",
    .about = "Each worker has as much work as size {size} is. Efficiency is serial's time at that "
             "size over the time, and scaled speedup is workers times that: how much more work is "
             "done in serial's time. Neither says that the same work becomes faster.",
    .has_own_tables = true,
    .of_size = "for each worker the work of size",
    .legend = "Weak scaling: efficiency is serial's time with its work over the time with "
              "workers times that work; scaled is workers times that efficiency.",
};
