#include "sweep.h"

#include "arguments.h"
#include "model_spec.h"
#include "options.h"
#include "text.h"

#include <string.h>

const struct profile profile_table[PROFILE_COUNT] = {
    {"smoke", 2, 1, 6, 18, 18, 2, 2, 20, 20},
    {"quick", 3, 6, 20, 225, 900, 4, 2, 8, 16},
    {"full", 5, 10, 30, 4800, 7200, SWEEP_WIDTHS_MAX, SWEEP_WIDTHS_MAX, 1, 1},
};

enum { LIST_MAX = 32 };

/* Under a global lock, w times the work takes w times as long. More workers than these would soon
 * be all that a run measures, and one launch of them longer than it may take. */
enum { WEAK_LOCKED_MAX = 8 };

struct sweep {
    const struct request *request;
    const struct machine *machine;
    struct plan *plan;
    struct model_spec best; /* the base of absolute speedups */
};

/* ---- sweeps ---- */

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

static bool in_experiment(enum experiment experiment, const struct model_spec *choice)
{
    return experiment != EXPERIMENT_GIL || model_spec_traits(choice) & TRAIT_SHARED_MEMORY;
}

static bool is_asked(const struct request *request, enum experiment experiment)
{
    return request->experiments == 0 || request->experiments & 1u << experiment;
}

/* The kernels of a run, with the size of each. */
struct work {
    unsigned count;
    const struct kernel *kernels[LIST_MAX];
    uint64_t sizes[LIST_MAX];
};

/* Takes "N" for all kernels, or "pi=N" for one of them, if it is there: one list of sizes may
 * serve runs of several kernels. */
static enum status take_size(struct work *work, char *item)
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
    for (unsigned k = 0; k < work->count; k++)
        if (!named || work->kernels[k] == named)
            work->sizes[k] = size;
    return STATUS_OK;
}

static uint64_t size_of(const struct profile *profile, const struct kernel *kernel)
{
    const bool map = kernel_is_map(kernel);
    return kernel->default_size / (map ? profile->map_divisor : profile->size_divisor);
}

static enum status read_sizes(const struct request *request, struct work *work)
{
    char item[64];
    const char *list = request->sizes;
    enum status status = STATUS_OK;
    for (unsigned k = 0; k < work->count; k++)
        work->sizes[k] = size_of(request->profile, work->kernels[k]);
    while (status == STATUS_OK && text_next(&list, item, sizeof item))
        status = take_size(work, item);
    return status;
}

/* The worker counts of an experiment; `widths` has room for SWEEP_WIDTHS_MAX + 1. */
static enum status read_widths(const struct sweep *sweep, enum experiment experiment,
                               unsigned *widths, unsigned *count)
{
    const struct request *request = sweep->request;
    unsigned allowed = sweep->machine->allowed;
    const char *list = request->workers;
    char item[32];
    uint64_t value;
    *count = 0;
    while (text_next(&list, item, sizeof item)) {
        if (!count_parse(item, &value) || value > PLAN_WORKERS_MAX || *count == SWEEP_WIDTHS_MAX)
            return argument_wrong("workers", request->workers, "a list such as 1,2,4");
        widths[(*count)++] = (unsigned)value;
    }
    if (*count == 0) {
        const bool unasked = experiment == EXPERIMENT_WEAK && request->experiments == 0;
        const struct profile *profile = request->profile;
        *count =
            sweep_widths(allowed, unasked ? profile->weak_widths_max : profile->widths_max, widths);
        /* The question of `gil` needs more threads than cores. */
        if (experiment == EXPERIMENT_GIL)
            widths[(*count)++] = 2 * allowed;
    }
    return STATUS_OK;
}

/*
 * Gives a cell as much work for each worker as the base has for one. A kernel cuts a size that
 * would be too large, so that one of max_size may be less work than is wanted.
 */
static enum status add_weak(const struct sweep *sweep, struct cell_request *wanted)
{
    const struct kernel *kernel = wanted->kernel;
    const unsigned workers = wanted->shape.workers;
    const char *model = wanted->choice->entry->model.name;
    const bool named = sweep->request->experiments != 0;
    bool cut = false;
    char size[32], most[32];
    if (!sweep->request->workers && workers > WEAK_LOCKED_MAX &&
        model_spec_traits(wanted->choice) & TRAIT_LOCKED)
        return STATUS_OK;
    wanted->base_size = wanted->size;
    if (workers > 1) {
        wanted->size = kernel->weak_size(wanted->base_size, workers);
        cut = wanted->size >= kernel->max_size;
    }
    if (!named && (cut || !plan_fits(wanted, sweep->machine))) {
        status_say("weak: %s under %s with %u workers is left out: too large for this machine or "
                   "to be exact",
                   kernel->name, model, workers);
        return STATUS_OK;
    }
    if (!cut)
        return plan_add(sweep->plan, wanted, sweep->machine);
    text_grouped(wanted->base_size, size, sizeof size);
    text_grouped(kernel->max_size, most, sizeof most);
    return status_fail(STATUS_USAGE,
                       "weak: %u times the work of size %s is beyond size %s, up to which the "
                       "result of %s is exact: take a smaller size or fewer workers",
                       workers, size, most, kernel->name);
}

static enum status add_widths(const struct sweep *sweep, enum experiment experiment,
                              const struct kernel *kernel, const struct model_spec *choice,
                              uint64_t size)
{
    const enum launch launch = choice->entry->model.launch;
    unsigned widths[SWEEP_WIDTHS_MAX + 1], count;
    enum status status = read_widths(sweep, experiment, widths, &count);
    for (unsigned i = 0; i < count && status == STATUS_OK; i++) {
        const unsigned workers = launch == LAUNCH_ALONE ? 1 : widths[i];
        struct cell_request wanted = {
            .kernel = kernel,
            .choice = choice,
            .shape = plan_shape(launch, workers, sweep->machine),
            .size = size,
            .may_oversubscribe = sweep->request->oversubscribe || experiment == EXPERIMENT_GIL,
            .experiments = 1u << experiment,
        };
        status = experiment == EXPERIMENT_WEAK ? add_weak(sweep, &wanted)
                                               : plan_add(sweep->plan, &wanted, sweep->machine);
    }
    return status;
}

/* The kernels that were asked for, all by default. */
static enum status read_kernels(const struct request *request, struct work *work)
{
    const char *list = request->kernels;
    char item[PLAN_NAME_MAX];
    while (work->count < LIST_MAX && text_next(&list, item, sizeof item)) {
        enum status status = catalog_find_kernel(item, &work->kernels[work->count++]);
        if (status != STATUS_OK)
            return status;
    }
    if (list)
        return status_fail(STATUS_USAGE, "a run takes at most %d kernels", LIST_MAX);
    for (unsigned i = 0; !request->kernels && kernel_table[i] && i < LIST_MAX; i++)
        work->kernels[work->count++] = kernel_table[i];
    return STATUS_OK;
}

static bool is_base(const struct model_spec *choice)
{
    return (model_spec_traits(choice) & (TRAIT_BASE | TRAIT_BEST)) == TRAIT_BASE;
}

/* The models that were asked for, all that were built by default; the base of every speedup is
 * always the first of them. */
static enum status read_models(const struct request *request, const struct catalog *catalog,
                               struct model_spec *choices, unsigned *count)
{
    const char *list = request->models;
    char item[MODEL_SPEC_LABEL_MAX];
    enum status status = model_spec_base(catalog, TRAIT_BASE, &choices[0]);
    *count = 1;
    while (status == STATUS_OK && *count < LIST_MAX && text_next(&list, item, sizeof item)) {
        status = model_spec_read(catalog, item, &choices[*count]);
        *count += status == STATUS_OK && !is_base(&choices[*count]);
    }
    if (status == STATUS_OK && list)
        return status_fail(STATUS_USAGE, "a run takes at most %d models", LIST_MAX);
    for (size_t i = 0; !request->models && i < catalog->count && *count < LIST_MAX; i++)
        if (status == STATUS_OK && !(catalog->entries[i].model.traits & TRAIT_BASE))
            status = model_spec_read(catalog, catalog->entries[i].model.name, &choices[(*count)++]);
    return status;
}

/* A model that was named must take part in something, lest its absence goes unnoticed. */
static enum status check_models(const struct request *request, const struct model_spec *choices,
                                unsigned count)
{
    for (unsigned m = 1; request->models && m < count; m++) {
        bool wanted = false;
        for (enum experiment e = 0; e < EXPERIMENT_COUNT; e++)
            wanted = wanted || (is_asked(request, e) && in_experiment(e, &choices[m]));
        if (!wanted)
            return status_fail(STATUS_USAGE, "%s takes no part in that experiment: ask for %s",
                               choices[m].entry->model.name,
                               experiment_info[EXPERIMENT_STRONG].name);
    }
    return STATUS_OK;
}

/* The base of absolute speedups, in experiments that have any; weak scaling has other work. */
static enum status add_best(const struct sweep *sweep, const struct kernel *kernel, uint64_t size)
{
    const unsigned asked = sweep->request->experiments ? sweep->request->experiments : ~0u;
    const unsigned experiments = asked & (1u << EXPERIMENT_STRONG | 1u << EXPERIMENT_GIL);
    struct cell_request wanted = {.kernel = kernel,
                                  .choice = &sweep->best,
                                  .shape = {1, 1, 1},
                                  .size = size,
                                  .experiments = experiments};
    if (!kernel->best || experiments == 0)
        return STATUS_OK;
    if (plan_fits(&wanted, sweep->machine))
        return plan_add(sweep->plan, &wanted, sweep->machine);
    status_say("%s: its best serial algorithm, %s, is left out: it needs more memory than is free",
               kernel->name, kernel->best_name);
    return STATUS_OK;
}

/* All cells of one kernel, those of a model together; both bases first. */
static enum status add_kernel(const struct sweep *sweep, const struct kernel *kernel, uint64_t size,
                              const struct model_spec *choices, unsigned count)
{
    enum status status = STATUS_OK;
    for (unsigned m = 0; m < count; m++) {
        for (enum experiment e = 0; e < EXPERIMENT_COUNT && status == STATUS_OK; e++)
            if (is_asked(sweep->request, e) && in_experiment(e, &choices[m]))
                status = add_widths(sweep, e, kernel, &choices[m], size);
        if (m == 0 && status == STATUS_OK)
            status = add_best(sweep, kernel, size);
    }
    return status;
}

enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                       const struct machine *machine, struct plan *plan)
{
    struct model_spec choices[LIST_MAX] = {{0}};
    unsigned count = 0;
    struct work work = {0};
    struct sweep sweep = {.request = request, .machine = machine, .plan = plan};
    *plan = (struct plan){0, NULL};
    enum status status = read_kernels(request, &work);
    if (status == STATUS_OK)
        status = read_sizes(request, &work);
    if (status == STATUS_OK)
        status = read_models(request, catalog, choices, &count);
    if (status == STATUS_OK)
        status = check_models(request, choices, count);
    if (status == STATUS_OK)
        status = model_spec_base(catalog, TRAIT_BEST, &sweep.best);
    for (unsigned k = 0; k < work.count && status == STATUS_OK; k++)
        status = add_kernel(&sweep, work.kernels[k], work.sizes[k], choices, count);
    return status;
}
