/* Who takes part in what: models and kernels in experiments, and what these have of their own. */
#include "sweep_parts.h"

#include "memory.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

/* Whether the model takes part in the experiment. */
static bool takes(const struct experiment *experiment, const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    const unsigned traits = model_spec_traits(choice);
    return traits & TRAIT_BASE ||
           ((traits & experiment->traits) == experiment->traits &&
            !(traits & experiment->without) &&
            (experiment->launches == 0 || experiment->launches & 1u << model->launch) &&
            (!experiment->takes || experiment->takes(model)) &&
            (experiment->axis.kind != AXIS_OPTION ||
             options_find(model->options, experiment->axis.option)));
}

static bool is_named(const struct sweep *sweep, const struct experiment *experiment)
{
    return sweep->request->experiments & experiment_bit(experiment);
}

bool sweep_is_named(const struct sweep *sweep)
{
    return is_named(sweep, sweep->experiment);
}

/* Whether the model may be measured in the experiment without having been named. */
static bool is_for_all(const struct experiment *experiment, const struct model_spec *choice)
{
    const unsigned traits = model_spec_traits(choice);
    return traits & TRAIT_PEER ? experiment->is_of_peers
                               : experiment->takes_on_request || !(traits & TRAIT_ON_REQUEST);
}

/* One that comes along with others is measured if one of these takes the model, too. */
bool sweep_takes_model(const struct sweep *sweep, const struct experiment *experiment,
                       const struct model_spec *choice)
{
    const unsigned bit = experiment_bit(experiment);
    bool is = sweep->request->experiments == 0 || is_named(sweep, experiment);
    for (unsigned e = 0; experiment_table[e] && !is; e++)
        is = is_named(sweep, experiment_table[e]) && experiment_with(experiment_table[e]) & bit &&
             takes(experiment_table[e], choice);
    return is && sweep->asked & bit && takes(experiment, choice) &&
           (sweep->request->models || is_for_all(experiment, choice));
}

/* A model that was named must take part in something, lest its absence goes unnoticed. */
static enum status check_models(const struct sweep *sweep)
{
    for (unsigned m = 1; sweep->request->models && m < sweep->model_count; m++) {
        bool wanted = false;
        const char *other = "";
        for (unsigned e = 0; experiment_table[e]; e++) {
            const bool takes_it = takes(experiment_table[e], &sweep->models[m]);
            wanted = wanted || sweep_takes_model(sweep, experiment_table[e], &sweep->models[m]);
            other = !*other && takes_it ? experiment_table[e]->name : other;
        }
        if (!wanted)
            return status_fail(STATUS_USAGE, "%s takes no part in that experiment: ask for %s",
                               sweep->models[m].entry->model.name, other);
    }
    return STATUS_OK;
}

/* ---- what experiments have of their own ---- */

/* What a run may be asked for that an experiment may have decided. */
enum own { OWN_KERNELS, OWN_SIZES, OWN_WORKERS, OWN_COUNT };

static bool has_own(const struct experiment *experiment, enum own what)
{
    return what == OWN_KERNELS ? experiment->moves_bytes
           : what == OWN_SIZES ? experiment->axis.is_absolute || experiment->tasks
                               : experiment->workers > 0;
}

static bool all_have_own(const struct sweep *sweep, enum own what)
{
    bool all = true;
    for (unsigned e = 0; experiment_table[e]; e++)
        all = all && (!(sweep->asked & 1u << e) || has_own(experiment_table[e], what));
    return all;
}

bool sweep_has_own_workers(const struct sweep *sweep)
{
    return all_have_own(sweep, OWN_WORKERS);
}

/* What nothing that is measured would heed must not be asked for. */
static enum status check_own(const struct sweep *sweep)
{
    const struct request *request = sweep->request;
    const struct {
        const char *asked, *words, *option;
    } all[OWN_COUNT] = {[OWN_KERNELS] = {request->kernels, "kernels", "kernels"},
                        [OWN_SIZES] = {request->sizes, "sizes", "size"},
                        [OWN_WORKERS] = {request->workers, "numbers of workers", "workers"}};
    const struct experiment *const *first = experiment_table;
    while (*first && !(sweep->asked & experiment_bit(*first)))
        first++;
    for (enum own what = 0; *first && what < OWN_COUNT; what++)
        if (all[what].asked && all_have_own(sweep, what))
            return status_fail(STATUS_USAGE, "%s has %s of its own: leave --%s out", (*first)->name,
                               all[what].words, all[what].option);
    return STATUS_OK;
}

/* Whether it is one of the kernels that the experiment has of its own, where none are named. */
static bool is_own(const struct sweep *sweep, const struct experiment *experiment,
                   const struct kernel *kernel)
{
    return experiment->moves_bytes
               ? kernel->moves_bytes
               : experiment->suits && !sweep->request->kernels && experiment->suits(kernel);
}

static bool is_there(const struct sweep *sweep, const struct kernel *kernel)
{
    bool is = false;
    for (unsigned k = 0; k < sweep->kernel_count; k++)
        is = is || sweep->kernels[k].kernel == kernel;
    return is;
}

/* Those that experiments have, beside the ones that others are to be measured with. */
static void add_own_kernels(struct sweep *sweep)
{
    for (unsigned k = 0; kernel_table[k]; k++) {
        bool is_wanted = false;
        for (unsigned e = 0; experiment_table[e]; e++)
            is_wanted = is_wanted || (sweep->asked & 1u << e &&
                                      is_own(sweep, experiment_table[e], kernel_table[k]));
        if (!is_wanted || is_there(sweep, kernel_table[k]))
            continue;
        sweep_add_kernel(sweep, kernel_table[k]);
        sweep->kernels[sweep->kernel_count - 1].is_added = true;
    }
}

bool sweep_takes_kernel(const struct sweep *sweep, const struct experiment *experiment,
                        const struct sweep_kernel *own)
{
    return experiment->moves_bytes || (experiment->suits && !sweep->request->kernels)
               ? is_own(sweep, experiment, own->kernel)
               : !own->is_added;
}

/* What is asked for by name, and what comes along with that; without a name all, but for what takes
 * long and what would have no cells. */
static unsigned find_asked(const struct sweep *sweep)
{
    const struct request *request = sweep->request;
    unsigned asked = request->experiments;
    for (unsigned e = 0; experiment_table[e]; e++) {
        const struct experiment *experiment = experiment_table[e];
        if (request->experiments & 1u << e)
            asked |= experiment_with(experiment);
        else if (request->experiments == 0 && !experiment->is_on_request &&
                 (!experiment->is_over_nodes || sweep_most_of_nodes(sweep) > 1) &&
                 (!experiment->is_costly || experiment->axis.kind == AXIS_WORKERS ||
                  request->profile->unasked_widths_max == SWEEP_WIDTHS_MAX))
            asked |= 1u << e;
    }
    return asked;
}

enum status sweep_take_part(struct sweep *sweep)
{
    sweep->asked = find_asked(sweep);
    TRY(check_own(sweep));
    TRY(check_models(sweep));
    add_own_kernels(sweep);
    return sweep_read_sizes(sweep);
}
