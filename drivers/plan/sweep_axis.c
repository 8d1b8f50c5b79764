/* The cells of one model along an experiment's axis. */
#include "sweep_parts.h"

#include "options.h"
#include "quantities.h"
#include "tasks.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

unsigned sweep_nodes_for(const struct sweep *sweep)
{
    return sweep->experiment->workers > 0 && !sweep->request->nodes ? sweep->allocation->nodes
                                                                    : sweep_most_of_nodes(sweep);
}

/* The place among `count` of the one that is kept as number i of `kept`: the first, the last, and
 * others evenly between them. */
static unsigned kept_place(unsigned i, unsigned kept, unsigned count)
{
    return kept < 2 ? count - 1 : (i * (count - 1) + (kept - 1) / 2) / (kept - 1);
}

unsigned sweep_widths(unsigned most, unsigned widths_max, unsigned *widths)
{
    unsigned all[SWEEP_WIDTHS_MAX];
    unsigned count = 0;
    for (unsigned width = 1; width < most && count + 1 < SWEEP_WIDTHS_MAX; width *= 2)
        all[count++] = width;
    all[count++] = most;
    unsigned kept = count < widths_max ? count : widths_max;
    for (unsigned i = 0; i < kept; i++)
        widths[i] = all[kept_place(i, kept, count)];
    return kept;
}

/* Whether more nodes than these, which are too few for so many workers, were asked for. It is said
 * that they may be crowded, of numbers of workers that were asked for. */
static bool goes_further(const struct sweep *sweep, unsigned workers, unsigned nodes)
{
    if (sweep->request->oversubscribe && sweep->width_count > 0)
        return false;
    return nodes < sweep_nodes_for(sweep) && workers > allocation_cores(sweep->allocation, nodes) &&
           sweep->experiment->oversubscription <= 1;
}

/* Ranks on each node that were asked for; 0: none were. False where as many with as many threads do
 * not make up the workers. Without threads there is a rank for each of those, and on one node, for
 * comparison, as many as on several. */
static bool find_ppn(const struct sweep *sweep, const struct cell_request *request,
                     unsigned workers, unsigned *ppn)
{
    const enum launch launch = request->choice->entry->model.launch;
    const unsigned threads = sweep->request->threads, each = workers / request->nodes;
    *ppn = sweep->experiment->workers > 0 ? 0 : sweep->request->ppn;
    if (launch == LAUNCH_RANKS)
        return *ppn == 0 || request->nodes == 1 || each == *ppn * (threads > 0 ? threads : 1);
    if (launch != LAUNCH_HYBRID || threads == 0)
        return true;
    if (*ppn > 0)
        return each == *ppn * threads;
    *ppn = each / threads;
    return each >= threads && each % threads == 0;
}

/* Whether what nobody named, and an experiment has made up, is left out without a word: what the
 * model refuses together, pieces that are too few for the workers or too many for the memory,
 * partials that come in any order and do not commute. */
static bool is_left_out(const struct sweep *sweep, const struct cell_request *request)
{
    const struct axis *axis = &sweep->experiment->axis;
    const struct request *asked = sweep->request;
    const bool is_named =
        asked->models && (asked->kernels || !sweep->experiment->suits) && !request->tasks;
    const uint64_t chunk = model_spec_chunk(request->choice);
    if (model_spec_traits(request->choice) & TRAIT_BASE)
        return false;
    if (!is_named && !plan_goes_with(request->kernel, request->choice))
        return true;
    if (axis->kind != AXIS_OPTION && !sweep->is_variant)
        return false;
    return model_spec_refused(request->choice) || !plan_fits(request, sweep->allocation->machine) ||
           (axis->kind == AXIS_OPTION && chunk > 0 &&
            (request->size - 1) / chunk + 1 < request->shape.workers);
}

/* The cell, or the base of its size. */
static enum status add_cell(struct sweep *sweep, const struct cell_request *request)
{
    struct sweep_found *found = &sweep->found[sweep->model];
    struct cell_request base = *request;
    if (is_left_out(sweep, request)) {
        found->left_out += !sweep->is_of_bases;
        return STATUS_OK;
    }
    if (sweep->is_trial) {
        sweep->tried++;
        return STATUS_OK;
    }
    found->wanted++;
    if (!sweep->is_of_bases)
        return plan_add(sweep->plan, request, sweep->allocation);
    base.choice = sweep->models;
    base.shape = (struct shape){1, 1, 1};
    base.nodes = 1;
    return plan_add(sweep->plan, &base, sweep->allocation);
}

/* Each of the tasks by itself, under the base. */
static enum status add_tasks_alone(struct sweep *sweep, const struct cell_request *like,
                                   const char *tasks)
{
    struct cell_request alone = *like;
    alone.told_with = like->kernel->name;
    for (const char *task = tasks; task; task = strchr(task, '+')) {
        task += *task == '+';
        alone.size = strtoull(task, NULL, 10);
        TRY(plan_add(sweep->plan, &alone, sweep->allocation));
    }
    return STATUS_OK;
}

/* With whole tasks for items, where the experiment has some. */
static enum status add_work(struct sweep *sweep, struct cell_request *request)
{
    const struct experiment *experiment = sweep->experiment;
    const struct cell_request like = *request;
    if (!experiment->tasks)
        return add_cell(sweep, request);
    if (kernel_is_map(request->kernel) && !sweep->request->kernels)
        return STATUS_OK;
    request->tasks = experiment->tasks(request->kernel);
    TRY(tasks_new(like.kernel, request->tasks, &request->kernel));
    request->size = request->kernel->default_size;
    TRY(add_cell(sweep, request));
    return model_spec_traits(request->choice) & TRAIT_BASE && !sweep->is_trial
               ? add_tasks_alone(sweep, &like, request->tasks)
               : STATUS_OK;
}

static enum status add_point(struct sweep *sweep, struct cell_request *request, unsigned workers)
{
    const struct experiment *experiment = sweep->experiment;
    const bool is_alone = request->choice->entry->model.launch == LAUNCH_ALONE;
    unsigned ppn;
    bool taken = true;
    if (!is_alone && (workers == 0 || goes_further(sweep, workers, request->nodes)))
        return STATUS_OK;
    if (!find_ppn(sweep, request, workers, &ppn) ||
        !plan_spread(request->choice, is_alone ? 1 : workers, request->nodes, ppn,
                     sweep->allocation->machine, &request->shape))
        return STATUS_OK;
    if (experiment->size && sweep->own->sized == 0) {
        const uint64_t size =
            experiment->size(request->kernel, sweep->beside ? sweep->beside : request->choice,
                             sweep->request->profile);
        if (size == 0 && (sweep->is_variant || experiment->axis.kind == AXIS_OPTION))
            return STATUS_OK;
        request->size = size > 0 ? size : request->size;
    }
    if (experiment->enlarged > 0 && sweep->own->sized == 0)
        request->size = experiment->enlarged * request->kernel->default_size;
    if (experiment->scale)
        TRY(experiment->scale(sweep, request, &taken));
    return taken ? add_work(sweep, request) : STATUS_OK;
}

/* Adds one, unless it is there, among those that ascend. */
static void add_width(unsigned width, unsigned *widths, unsigned *count)
{
    unsigned at = *count;
    while (at > 0 && widths[at - 1] > width)
        at--;
    if ((at > 0 && widths[at - 1] == width) || *count == SWEEP_WIDTHS_MAX)
        return;
    memmove(widths + at + 1, widths + at, (*count - at) * sizeof *widths);
    widths[at] = width;
    ++*count;
}

/* Those that fill the nodes, each number of them, as far as was asked: what is measured on one node
 * and on several is compared at the same number of workers. Where that is the question, one on each
 * node, too. */
static void add_full_nodes(const struct sweep *sweep, unsigned *widths, unsigned *count)
{
    const struct request *request = sweep->request;
    const unsigned threads = request->threads > 0 ? request->threads : 1;
    const unsigned each = request->ppn > 0 ? request->ppn * threads : sweep->allocation->slots;
    if (request->ppn > 0)
        *count = 0;
    for (unsigned n = 0; n < sweep->nodes_count; n++) {
        if (request->ppn > 0 || sweep_most_of_nodes(sweep) > 1)
            add_width(sweep->nodes[n] * each, widths, count);
        if (request->ppn == 0 && sweep->experiment->is_over_nodes)
            add_width(sweep->nodes[n], widths, count);
    }
}

/* Whether a profile takes the value of that place among `count`, where it takes so many at most. */
static bool is_kept(unsigned most, unsigned place, unsigned count)
{
    const unsigned kept = count < most ? count : most;
    bool is = false;
    for (unsigned i = 0; i < kept && !is; i++)
        is = kept_place(i, kept, count) == place;
    return is;
}

/* Those of a list, "1,2,4", that are not more than `most`, of which a profile may take fewer.
 * Returns how many. */
static unsigned read_widths(const struct sweep *sweep, const char *list, unsigned most,
                            unsigned *widths)
{
    char item[MODEL_SPEC_VALUE_MAX];
    unsigned count = 0, kept = 0;
    uint64_t width;
    while (text_next(&list, item, sizeof item))
        if (count_parse(item, &width) && width <= most)
            add_width((unsigned)width, widths, &count);
    for (unsigned i = 0; i < count; i++)
        if (is_kept(sweep->request->profile->widths_max, i, count))
            widths[kept++] = widths[i];
    return kept;
}

/* Those that were asked for, else the experiment's, in `own`, which has room for one more than
 * SWEEP_WIDTHS_MAX. Returns how many. */
static unsigned widths_of(const struct sweep *sweep, unsigned *own, const unsigned **widths)
{
    const struct profile *profile = sweep->request->profile;
    const struct experiment *experiment = sweep->experiment;
    const bool is_unasked = experiment->is_costly && !sweep_is_named(sweep);
    const unsigned nodes = experiment->oversubscription > 1 ? 1 : sweep_most_of_nodes(sweep);
    const unsigned allowed = allocation_cores(sweep->allocation, nodes);
    *widths = sweep->width_count > 0 && experiment->workers == 0 ? sweep->widths : own;
    if (experiment->workers > 0) {
        *own = experiment->workers;
        return 1;
    }
    if (sweep->width_count > 0)
        return sweep->width_count;
    if (experiment->axis.kind == AXIS_WORKERS && experiment->axis.values)
        return read_widths(sweep, experiment->axis.values,
                           experiment->oversubscription > 1 ? UINT_MAX : allowed, own);
    unsigned count =
        sweep_widths(allowed, is_unasked ? profile->unasked_widths_max : profile->widths_max, own);
    if (experiment->oversubscription > 1)
        own[count++] = experiment->oversubscription * allowed;
    else
        add_full_nodes(sweep, own, &count);
    return count;
}

/* With the axis's value. */
static enum status add_value(struct sweep *sweep, const struct cell_request *like,
                             const char *value, unsigned workers)
{
    const struct axis *axis = &sweep->experiment->axis;
    struct model_spec choice = *like->choice;
    struct cell_request request = *like;
    uint64_t number;
    request.choice = &choice;
    if (axis->kind == AXIS_SIZE && count_parse(value, &number))
        request.size = axis->is_absolute         ? number
                       : like->size / number > 0 ? like->size / number
                                                 : 1;
    if (axis->kind == AXIS_OPTION && options_find(choice.entry->model.options, axis->option))
        TRY(model_spec_set(&choice, axis->option, value));
    return add_point(sweep, &request, workers);
}

/* Along another axis than workers: those values that cells come of, of numbers as many as a profile
 * takes. */
static enum status add_values(struct sweep *sweep, const struct cell_request *like,
                              unsigned workers)
{
    const struct axis *axis = &sweep->experiment->axis;
    const unsigned most = axis_has_numbers(axis) ? sweep->request->profile->points_max : UINT_MAX;
    char item[MODEL_SPEC_VALUE_MAX];
    unsigned count = 0, place = 0;
    if (axis->kind == AXIS_WORKERS)
        return STATUS_OK;
    for (int turn = 0; turn < 2; turn++) {
        const char *list = axis->values;
        while (text_next(&list, item, sizeof item)) {
            const unsigned before = sweep->tried;
            sweep->is_trial = true;
            TRY(add_value(sweep, like, item, workers));
            sweep->is_trial = false;
            if (sweep->tried == before)
                continue;
            count += turn == 0;
            if (turn == 1 && is_kept(most, place++, count))
                TRY(add_value(sweep, like, item, workers));
        }
    }
    return STATUS_OK;
}

/* Along another axis than workers, with each number of them that the experiment has for that and
 * there are cores for, else with as many as may be, or that was asked for. Of the first a profile
 * may take fewer. */
static enum status add_series(struct sweep *sweep, const struct cell_request *like, unsigned most)
{
    unsigned widths[SWEEP_WIDTHS_MAX], count = 0;
    if (like->choice->entry->model.launch == LAUNCH_ALONE)
        return add_values(sweep, like, 1);
    for (unsigned i = 0; i < sweep->width_count; i++)
        TRY(add_values(sweep, like, sweep->widths[i]));
    if (sweep->width_count == 0)
        count = read_widths(sweep, sweep->experiment->widths, most, widths);
    if (sweep->width_count == 0 && count == 0)
        return add_values(sweep, like, most);
    for (unsigned i = 0; i < count; i++)
        TRY(add_values(sweep, like, widths[i]));
    return STATUS_OK;
}

/* Along another axis there are at all points as many workers as may be, where the experiment does
 * not have them be several numbers. */
enum status sweep_add_points(struct sweep *sweep, const struct cell_request *like)
{
    const struct axis *axis = &sweep->experiment->axis;
    const unsigned *widths;
    unsigned own[SWEEP_WIDTHS_MAX + 1], count = widths_of(sweep, own, &widths), most = 0;
    for (unsigned i = 0; i < count; i++) {
        struct cell_request request = *like;
        if (!goes_further(sweep, widths[i], like->nodes))
            most = widths[i] > most ? widths[i] : most;
        if (axis->kind == AXIS_WORKERS)
            TRY(add_point(sweep, &request, widths[i]));
    }
    return sweep->experiment->widths ? add_series(sweep, like, most)
                                     : add_values(sweep, like, most);
}

/* Whether an experiment has a point for the model, whose ranks may divide no number of workers. */
static bool has_point(const struct sweep *sweep, const struct model_spec *choice)
{
    const struct axis *axis = &sweep->experiment->axis;
    const unsigned *widths;
    unsigned own[SWEEP_WIDTHS_MAX + 1], count = widths_of(sweep, own, &widths), most = 0;
    bool fits = false;
    for (unsigned i = 0; i < count; i++) {
        most = widths[i] > most ? widths[i] : most;
        fits = fits || plan_divides(choice, widths[i]);
    }
    return axis->kind == AXIS_WORKERS ? fits
                                      : axis->kind == AXIS_OPTION || plan_divides(choice, most);
}

/* Says which numbers of workers that somebody asked for a model with so many ranks cannot have; an
 * error where those are all that there are. */
enum status sweep_check_ranks(struct sweep *sweep, const struct model_spec *choice)
{
    char label[MODEL_SPEC_LABEL_MAX], left_out[160] = "";
    bool has_any = false;
    model_spec_label(choice, label, sizeof label);
    for (unsigned e = 0; (sweep->experiment = experiment_table[e]); e++)
        has_any = has_any ||
                  (sweep_takes_model(sweep, sweep->experiment, choice) && has_point(sweep, choice));
    for (unsigned i = 0; i < sweep->width_count; i++)
        if (!plan_divides(choice, sweep->widths[i]))
            text_append(left_out, sizeof left_out, "%s%u", *left_out ? "," : "", sweep->widths[i]);
    if (!has_any)
        return status_fail(STATUS_USAGE,
                           "the ranks of %s divide no number of workers here: take --workers that "
                           "they divide",
                           label);
    if (*left_out)
        status_say("%s with %s workers is left out: its ranks do not divide them", label, left_out);
    return STATUS_OK;
}
