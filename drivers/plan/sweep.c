#include "sweep.h"

#include "memory.h"
#include "names.h"
#include "options.h"
#include "quantities.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct profile profile_table[] = {
    {"smoke", 2, 1, 6, 3, 18, 18, 2, 2, 20, 20},
    {"quick", 2, 6, 40, 8, 225, 900, 4, 2, 8, 16},
    {"full", 5, 10, 30, SWEEP_WIDTHS_MAX, 4800, 7200, SWEEP_WIDTHS_MAX, SWEEP_WIDTHS_MAX, 1, 1},
    {0},
};

/* ---- what was asked for ---- */

/* Of one that waits all of it: a few items are another question than many. */
static uint64_t divisor_of(const struct kernel *kernel, const struct profile *profile)
{
    return kernel->waits ? 1 : kernel_is_map(kernel) ? profile->map_divisor : profile->size_divisor;
}

static void add_kernel(struct sweep *sweep, const struct kernel *kernel)
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
            add_kernel(sweep, kernel_table[k]);
    while (text_next(&list, item, sizeof item)) {
        if (!is_other_algorithm(item, spec))
            (void)snprintf(spec, sizeof spec, "%s", item);
        TRY(catalog_find_kernel(spec, &kernel));
        add_kernel(sweep, kernel);
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

static enum status read_sizes(struct sweep *sweep)
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

static bool has_ranks(const struct model_spec *choice)
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

static unsigned most_nodes(const struct sweep *sweep)
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
    *most = request->nodes ? most_nodes(&sweep) : 0;
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
    if (!comparing || most_nodes(sweep) > 1)
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
    TRY(allocation_check_nodes(sweep->allocation, most_nodes(sweep)));
    if ((uint64_t)request->ppn * (request->threads ? request->threads : 1) >
        PLAN_WORKERS_MAX / most_nodes(sweep))
        return status_fail(STATUS_USAGE,
                           "so many ranks and threads on each node are too many workers: take at "
                           "most %d in all",
                           PLAN_WORKERS_MAX);
    for (unsigned m = 1; m < sweep->model_count; m++) {
        any_ranks = any_ranks || has_ranks(&sweep->models[m]);
        if (request->models && !has_ranks(&sweep->models[m]) && !is_on_one_node(sweep))
            return status_fail(STATUS_USAGE,
                               "%s has no ranks, and stays on one node: take --nodes 1,%s",
                               sweep->models[m].entry->model.name, request->nodes);
    }
    if (!any_ranks && most_nodes(sweep) > 1)
        return status_fail(STATUS_USAGE, "no model here has ranks, and they all stay on one node: "
                                         "take --nodes 1");
    return STATUS_OK;
}

/* Whether the model takes part in the experiment. */
static bool takes(const struct experiment *experiment, const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    const unsigned traits = model_spec_traits(choice);
    return traits & TRAIT_BASE ||
           ((traits & experiment->traits) == experiment->traits &&
            !(traits & experiment->without) &&
            (experiment->launches == 0 || experiment->launches & 1u << model->launch) &&
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
    return experiment->takes_on_request || !(model_spec_traits(choice) & TRAIT_ON_REQUEST);
}

/* Whether the experiment is measured under the model: one that comes along with others, if one of
 * these takes it, too. */
static bool is_taken(const struct sweep *sweep, const struct experiment *experiment,
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
            wanted = wanted || is_taken(sweep, experiment_table[e], &sweep->models[m]);
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
           : what == OWN_SIZES ? experiment->axis.is_absolute
                               : experiment->workers > 0;
}

static bool all_have_own(const struct sweep *sweep, enum own what)
{
    bool all = true;
    for (unsigned e = 0; experiment_table[e]; e++)
        all = all && (!(sweep->asked & 1u << e) || has_own(experiment_table[e], what));
    return all;
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

/* Those that experiments have, beside the ones that others are to be measured with. */
static void add_own_kernels(struct sweep *sweep)
{
    bool any = false;
    for (unsigned e = 0; experiment_table[e]; e++)
        any = any || (sweep->asked & 1u << e && experiment_table[e]->moves_bytes);
    for (unsigned k = 0; any && kernel_table[k]; k++) {
        bool is_there = !kernel_table[k]->moves_bytes;
        for (unsigned i = 0; i < sweep->kernel_count; i++)
            is_there = is_there || sweep->kernels[i].kernel == kernel_table[k];
        if (is_there)
            continue;
        add_kernel(sweep, kernel_table[k]);
        sweep->kernels[sweep->kernel_count - 1].is_added = true;
    }
}

/* Whether the experiment is measured with the kernel. */
static bool has_kernel(const struct experiment *experiment, const struct sweep_kernel *own)
{
    return experiment->moves_bytes ? own->kernel->moves_bytes : !own->is_added;
}

/* The most nodes that the experiment's cells may have: one with workers of its own takes those that
 * there are, unless nodes were asked for. */
static unsigned nodes_for(const struct sweep *sweep)
{
    return sweep->experiment->workers > 0 && !sweep->request->nodes ? sweep->allocation->nodes
                                                                    : most_nodes(sweep);
}

/* ---- along the axis ---- */

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
    return nodes < nodes_for(sweep) && workers > allocation_cores(sweep->allocation, nodes) &&
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

static enum status add_point(const struct sweep *sweep, struct cell_request *request,
                             unsigned workers)
{
    const bool is_alone = request->choice->entry->model.launch == LAUNCH_ALONE;
    unsigned ppn;
    bool taken = true;
    if (!is_alone && (workers == 0 || goes_further(sweep, workers, request->nodes)))
        return STATUS_OK;
    if (!find_ppn(sweep, request, workers, &ppn) ||
        !plan_spread(request->choice, is_alone ? 1 : workers, request->nodes, ppn,
                     sweep->allocation->machine, &request->shape))
        return STATUS_OK;
    if (sweep->experiment->scale)
        TRY(sweep->experiment->scale(sweep, request, &taken));
    return taken ? plan_add(sweep->plan, request, sweep->allocation) : STATUS_OK;
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
        if (request->ppn > 0 || most_nodes(sweep) > 1)
            add_width(sweep->nodes[n] * each, widths, count);
        if (request->ppn == 0 && sweep->experiment->is_over_nodes)
            add_width(sweep->nodes[n], widths, count);
    }
}

/* Those that were asked for, else the experiment's, in `own`, which has room for one more than
 * SWEEP_WIDTHS_MAX. Returns how many. */
static unsigned widths_of(const struct sweep *sweep, unsigned *own, const unsigned **widths)
{
    const struct profile *profile = sweep->request->profile;
    const struct experiment *experiment = sweep->experiment;
    const bool is_unasked = experiment->is_costly && !sweep_is_named(sweep);
    const unsigned nodes = experiment->oversubscription > 1 ? 1 : most_nodes(sweep);
    const unsigned allowed = allocation_cores(sweep->allocation, nodes);
    *widths = sweep->width_count > 0 && experiment->workers == 0 ? sweep->widths : own;
    if (experiment->workers > 0) {
        *own = experiment->workers;
        return 1;
    }
    if (sweep->width_count > 0)
        return sweep->width_count;
    unsigned count =
        sweep_widths(allowed, is_unasked ? profile->unasked_widths_max : profile->widths_max, own);
    if (experiment->oversubscription > 1)
        own[count++] = experiment->oversubscription * allowed;
    else
        add_full_nodes(sweep, own, &count);
    return count;
}

/* Whether a profile takes the value of that place among `count`. */
static bool is_kept(const struct sweep *sweep, unsigned place, unsigned count)
{
    const unsigned most = sweep->request->profile->points_max, kept = count < most ? count : most;
    bool is = !sweep->experiment->axis.is_absolute;
    for (unsigned i = 0; i < kept && !is; i++)
        is = kept_place(i, kept, count) == place;
    return is;
}

/* With the axis's value. */
static enum status add_value(const struct sweep *sweep, const struct cell_request *like,
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

/* Along another axis than workers. */
static enum status add_values(const struct sweep *sweep, const struct cell_request *like,
                              unsigned workers)
{
    const char *list = sweep->experiment->axis.values;
    char item[MODEL_SPEC_VALUE_MAX];
    unsigned count = 0, place = 0;
    while (text_next(&list, item, sizeof item))
        count++;
    list = sweep->experiment->axis.values;
    while (text_next(&list, item, sizeof item))
        if (is_kept(sweep, place++, count))
            TRY(add_value(sweep, like, item, workers));
    return STATUS_OK;
}

/* On as many nodes as `like` has. Along another axis there are at all points as many workers as may
 * be. */
static enum status add_points(const struct sweep *sweep, const struct cell_request *like)
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
    return add_values(sweep, like, most);
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
static enum status check_ranks(struct sweep *sweep, const struct model_spec *choice)
{
    char label[MODEL_SPEC_LABEL_MAX], left_out[160] = "";
    bool has_any = false;
    model_spec_label(choice, label, sizeof label);
    for (unsigned e = 0; (sweep->experiment = experiment_table[e]); e++)
        has_any =
            has_any || (is_taken(sweep, sweep->experiment, choice) && has_point(sweep, choice));
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

/* ---- all of them ---- */

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

/* In experiments whose cells all have the size of their base. */
static enum status add_algorithms(const struct sweep *sweep, const struct sweep_kernel *own)
{
    bool is_wanted = false;
    for (unsigned e = 0; experiment_table[e]; e++)
        is_wanted = is_wanted || (sweep->asked & 1u << e && !experiment_table[e]->scale);
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

/* All workers that the experiment has on one node, and one on each of as many. Where it comes along
 * with another one, a node need not have room for them. */
static enum status add_on_own_nodes(const struct sweep *sweep, struct cell_request *request)
{
    const unsigned workers = sweep->experiment->workers;
    const bool fits = workers <= allocation_cores(sweep->allocation, 1);
    if (fits || request->may_oversubscribe || sweep_is_named(sweep))
        TRY(add_points(sweep, request));
    if (workers == 1 || workers > nodes_for(sweep) || !has_ranks(request->choice))
        return STATUS_OK;
    request->nodes = workers;
    return add_points(sweep, request);
}

/* On each number of nodes: the base on one in any case, others without ranks on one at most. */
static enum status add_on_nodes(const struct sweep *sweep, const struct cell_request *like)
{
    struct cell_request request = *like;
    const bool spans = has_ranks(like->choice) && sweep->experiment->oversubscription <= 1;
    request.nodes = 1;
    if (model_spec_traits(like->choice) & TRAIT_BASE)
        return add_points(sweep, &request);
    if (sweep->experiment->workers > 0)
        return add_on_own_nodes(sweep, &request);
    for (unsigned n = 0; n < sweep->nodes_count; n++) {
        request.nodes = sweep->nodes[n];
        if (request.nodes == 1 || spans)
            TRY(add_points(sweep, &request));
    }
    return STATUS_OK;
}

static enum status add_model(struct sweep *sweep, const struct sweep_kernel *own,
                             const struct model_spec *choice)
{
    for (unsigned e = 0; experiment_table[e]; e++) {
        sweep->experiment = experiment_table[e];
        const struct cell_request like = {.kernel = own->kernel,
                                          .choice = choice,
                                          .size = own->size,
                                          .may_oversubscribe = sweep->request->oversubscribe ||
                                                               sweep->experiment->oversubscription,
                                          .experiments = 1u << e};
        if (has_kernel(sweep->experiment, own) && is_taken(sweep, sweep->experiment, choice))
            TRY(add_on_nodes(sweep, &like));
    }
    return STATUS_OK;
}

/* Each number of nodes that was asked for must have cells, lest their absence goes unnoticed. */
static enum status check_spread(const struct sweep *sweep)
{
    for (unsigned n = 0; n < sweep->nodes_count && !all_have_own(sweep, OWN_WORKERS); n++) {
        bool any = sweep->nodes[n] == 1;
        for (size_t i = 0; i < sweep->plan->count && !any; i++)
            any = sweep->plan->cells[i].nodes == sweep->nodes[n];
        if (!any)
            return status_fail(STATUS_USAGE,
                               "no number of workers here can be spread over %u nodes, as many "
                               "ranks on each: take --workers that they divide",
                               sweep->nodes[n]);
    }
    return STATUS_OK;
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
                 (!experiment->is_over_nodes || most_nodes(sweep) > 1) &&
                 (!experiment->is_costly || experiment->axis.kind == AXIS_WORKERS ||
                  request->profile->unasked_widths_max == SWEEP_WIDTHS_MAX))
            asked |= 1u << e;
    }
    return asked;
}

/* All cells of a kernel follow each other, and of it those of a model, the base first; its
 * other algorithms come last, and then what limits it. */
static enum status add_all(struct sweep *sweep, const struct catalog *catalog)
{
    TRY(read_kernels(sweep));
    TRY(read_sizes(sweep));
    TRY(read_models(catalog, sweep));
    TRY(read_list("workers", sweep->request->workers, &sweep->widths, &sweep->width_count));
    TRY(read_nodes(sweep));
    sweep->asked = find_asked(sweep);
    TRY(check_own(sweep));
    TRY(check_models(sweep));
    add_own_kernels(sweep);
    for (unsigned m = 0; m < sweep->model_count; m++)
        if (model_spec_ranks(&sweep->models[m]) > 0)
            TRY(check_ranks(sweep, &sweep->models[m]));
    for (unsigned k = 0; k < sweep->kernel_count; k++) {
        const struct sweep_kernel *own = &sweep->kernels[k];
        const size_t first = sweep->plan->count;
        for (unsigned m = 0; m < sweep->model_count; m++)
            TRY(add_model(sweep, own, &sweep->models[m]));
        if (!sweep->request->alone && !own->is_added && sweep->plan->count > first) {
            TRY(add_algorithms(sweep, own));
            TRY(add_limits(sweep, own, first));
        }
    }
    return check_spread(sweep);
}

enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                       const struct allocation *allocation, struct plan *plan)
{
    struct sweep sweep = {.request = request, .allocation = allocation, .plan = plan};
    *plan = (struct plan){.count = 0};
    TRY(allocation_check(allocation, request->oversubscribe));
    const enum status status = add_all(&sweep, catalog);
    free(sweep.kernels);
    free(sweep.models);
    free(sweep.widths);
    free(sweep.nodes);
    return status;
}

enum status sweep_take_experiments(const struct words *words, struct request *request)
{
    for (unsigned i = 0; i < words->count; i++) {
        const struct experiment *experiment =
            names_find("experiment", words->all[i], experiment_table, 0);
        if (!experiment)
            return STATUS_USAGE;
        request->experiments |= experiment_bit(experiment);
    }
    return STATUS_OK;
}
