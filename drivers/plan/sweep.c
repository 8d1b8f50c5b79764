#include "sweep.h"

#include "arguments.h"
#include "memory.h"
#include "options.h"
#include "quantities.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct profile profile_table[] = {
    {"smoke", 2, 1, 6, 18, 18, 2, 2, 20, 20},
    {"quick", 3, 6, 40, 225, 900, 4, 2, 8, 16},
    {"full", 5, 10, 30, 4800, 7200, SWEEP_WIDTHS_MAX, SWEEP_WIDTHS_MAX, 1, 1},
    {0},
};

/* ---- what was asked for ---- */

static void add_kernel(struct sweep *sweep, const struct kernel *kernel)
{
    const struct profile *profile = sweep->request->profile;
    sweep->kernels = memory_grow(sweep->kernels, sweep->kernel_count, sizeof *sweep->kernels);
    sweep->kernels[sweep->kernel_count++] = (struct sweep_kernel){
        .kernel = kernel,
        .size = kernel->default_size /
                (kernel_is_map(kernel) ? profile->map_divisor : profile->size_divisor)};
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

static enum status read_widths(struct sweep *sweep)
{
    const char *list = sweep->request->workers;
    char item[32];
    uint64_t first, last;
    while (text_next(&list, item, sizeof item)) {
        if (!read_range(item, &first, &last))
            return argument_wrong("workers", sweep->request->workers,
                                  "a list such as 1,2,4 or a range such as 1-8");
        for (; first <= last; first++) {
            sweep->widths = memory_grow(sweep->widths, sweep->width_count, sizeof *sweep->widths);
            sweep->widths[sweep->width_count++] = (unsigned)first;
        }
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
    const bool is_alone = request->choice->entry->model.launch == LAUNCH_ALONE;
    bool taken = true;
    if (!plan_divides(request->choice, workers))
        return STATUS_OK;
    request->shape =
        plan_shape(request->choice, is_alone ? 1 : workers, sweep->allocation->machine);
    if (sweep->experiment->scale)
        TRY(sweep->experiment->scale(sweep, request, &taken));
    return taken ? plan_add(sweep->plan, request, sweep->allocation) : STATUS_OK;
}

/* Those that were asked for, else the experiment's, in `own`, which has room for one more than
 * SWEEP_WIDTHS_MAX. Returns how many. */
static unsigned widths_of(const struct sweep *sweep, unsigned *own, const unsigned **widths)
{
    const struct profile *profile = sweep->request->profile;
    const struct experiment *experiment = sweep->experiment;
    const bool is_unasked = experiment->is_costly && sweep->request->experiments == 0;
    const unsigned allowed = allocation_cores(sweep->allocation);
    *widths = sweep->width_count > 0 ? sweep->widths : own;
    if (sweep->width_count > 0)
        return sweep->width_count;
    unsigned count =
        sweep_widths(allowed, is_unasked ? profile->unasked_widths_max : profile->widths_max, own);
    if (experiment->oversubscription > 1)
        own[count++] = experiment->oversubscription * allowed;
    return count;
}

/* Along another axis there are at all points as many workers as may be. */
static enum status add_points(const struct sweep *sweep, const struct cell_request *like)
{
    const struct axis *axis = &sweep->experiment->axis;
    const char *list = axis->values;
    char item[MODEL_SPEC_VALUE_MAX];
    uint64_t divisor;
    const unsigned *widths;
    unsigned own[SWEEP_WIDTHS_MAX + 1], count = widths_of(sweep, own, &widths), most = 0;
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
        has_any = has_any || (sweep->asked & 1u << e && takes(sweep->experiment, choice) &&
                              has_point(sweep, choice));
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
    const unsigned cores = allocation_cores(sweep->allocation);
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
             (TRAIT_SHARED_MEMORY | TRAIT_BASE | TRAIT_LOCKED)) == TRAIT_SHARED_MEMORY)
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
        if (cell->size != own->size || cell->oversubscribed || !is_drawn ||
            !kernel_find(cell->kernel)->limit.kernel)
            continue;
        TRY(add_limit(sweep, own->kernel->name, i));
        if (!*plan->cells[i].limit.cell)
            return STATUS_OK;
    }
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

/* All cells of a kernel follow each other, and of it those of a model, the base first; its
 * other algorithms come last, and then what limits it. */
static enum status add_all(struct sweep *sweep, const struct catalog *catalog)
{
    TRY(read_kernels(sweep));
    TRY(read_sizes(sweep));
    TRY(read_models(catalog, sweep));
    TRY(read_widths(sweep));
    TRY(check_models(sweep));
    for (unsigned m = 0; m < sweep->model_count; m++)
        if (model_spec_ranks(&sweep->models[m]) > 0)
            TRY(check_ranks(sweep, &sweep->models[m]));
    for (unsigned k = 0; k < sweep->kernel_count; k++) {
        const struct sweep_kernel *own = &sweep->kernels[k];
        const size_t first = sweep->plan->count;
        for (unsigned m = 0; m < sweep->model_count; m++)
            TRY(add_model(sweep, own->kernel, own->size, &sweep->models[m]));
        if (!sweep->request->alone) {
            TRY(add_algorithms(sweep, own));
            TRY(add_limits(sweep, own, first));
        }
    }
    return STATUS_OK;
}

/* What is asked for without a name. */
static unsigned all_experiments(const struct profile *profile)
{
    unsigned all = 0;
    for (unsigned e = 0; experiment_table[e]; e++)
        if (!experiment_table[e]->is_costly || experiment_table[e]->axis.kind == AXIS_WORKERS ||
            profile->unasked_widths_max == SWEEP_WIDTHS_MAX)
            all |= 1u << e;
    return all;
}

enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                       const struct allocation *allocation, struct plan *plan)
{
    struct sweep sweep = {.request = request,
                          .asked = request->experiments ? request->experiments
                                                        : all_experiments(request->profile),
                          .allocation = allocation,
                          .plan = plan};
    *plan = (struct plan){.count = 0};
    TRY(allocation_check(allocation, request->oversubscribe));
    const enum status status = add_all(&sweep, catalog);
    free(sweep.kernels);
    free(sweep.models);
    free(sweep.widths);
    return status;
}
