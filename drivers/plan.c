#define _GNU_SOURCE
#include "plan.h"

#include "arguments.h"
#include "options.h"
#include "process.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct experiment_info experiment_info[EXPERIMENT_COUNT] = {
    [EXPERIMENT_GIL] = {"gil",
                        "what do threads under a global lock gain, against true parallelism?"},
    [EXPERIMENT_STRONG] = {"strong", "how much faster is the same work with more workers?"},
};

const struct profile profile_table[PROFILE_COUNT] = {
    {"smoke", 2, 1, 6, 18, 2, 20},
    {"quick", 5, 6, 15, 180, 4, 4},
    {"full", 5, 10, 30, 4800, PLAN_WIDTHS_MAX, 1},
};

enum { LIST_MAX = 32, WORKERS_MAX = 1 << 20 };

/* A model as it was asked for: with values for all its options. */
struct choice {
    const struct entry *entry;
    char values[MODEL_OPTIONS_MAX][PLAN_NAME_MAX];
    unsigned given; /* which of them the user gave, as bits */
};

/* How many workers, and how they are arranged. */
struct shape {
    unsigned workers, ranks, threads;
};

struct sweep {
    const struct request *request;
    const struct machine *machine;
    struct plan *plan;
};

/* ---- models with options ---- */

static enum status set_option(struct choice *choice, const char *text)
{
    const struct model_option *options = choice->entry->model.options;
    const char *names[MODEL_OPTIONS_MAX];
    char name[PLAN_NAME_MAX];
    const char *model = choice->entry->model.name;
    const char *equals = strchr(text, '=');
    if (!equals)
        return status_fail(STATUS_USAGE, "write options of %s as name=value, not \"%s\"", model,
                           text);
    unsigned count = options_count(options);
    for (unsigned i = 0; i < count; i++)
        names[i] = options[i].name;
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    const struct model_option *option = options_find(options, name);
    if (!option && count == 0)
        return status_fail(STATUS_USAGE, "the model %s has no options", model);
    if (!option)
        return argument_unknown("option of that model", name, names, count);
    if (!options_allow(option, equals + 1) || strlen(equals + 1) >= PLAN_NAME_MAX)
        return status_fail(STATUS_USAGE, "%s of %s must be %s%s%s, not \"%s\"", name, model,
                           option->kind == OPTION_COUNT      ? "a number > 0"
                           : option->kind == OPTION_DURATION ? "a time such as 5ms"
                                                             : "one of ",
                           option->kind == OPTION_COUNT && option->values ? " or " : "",
                           option->values ? option->values : "", equals + 1);
    if (choice->given & 1u << (option - options))
        return status_fail(STATUS_USAGE, "%s of %s is given twice", name, model);
    choice->given |= 1u << (option - options);
    uint64_t number;
    if (option->kind == OPTION_COUNT && count_parse(equals + 1, &number)) /* 010 is 10 */
        (void)snprintf(choice->values[option - options], PLAN_NAME_MAX, "%llu",
                       (unsigned long long)number);
    else
        (void)snprintf(choice->values[option - options], PLAN_NAME_MAX, "%s", equals + 1);
    return STATUS_OK;
}

/* Reads "pool:dispatch=imap:chunk=64". */
static enum status read_choice(const struct catalog *catalog, const char *text,
                               struct choice *choice)
{
    char copy[PLAN_LABEL_MAX];
    if (snprintf(copy, sizeof copy, "%s", text) >= (int)sizeof copy)
        return status_fail(STATUS_USAGE, "the model \"%s\" is too long", text);
    char *rest = copy;
    const char *name = strsep(&rest, ":");
    enum status status = catalog_find(catalog, name, &choice->entry);
    if (status != STATUS_OK)
        return status;
    choice->given = 0;
    const struct model_option *options = choice->entry->model.options;
    for (unsigned i = 0; i < options_count(options); i++)
        (void)snprintf(choice->values[i], PLAN_NAME_MAX, "%s", options[i].initial);
    while (rest && status == STATUS_OK)
        status = set_option(choice, strsep(&rest, ":"));
    return status;
}

/* ---- cells ---- */

static void write_identity(struct cell *cell, const struct choice *choice)
{
    const struct model_option *options = choice->entry->model.options;
    (void)snprintf(cell->model, sizeof cell->model, "%s", choice->entry->model.name);
    (void)snprintf(cell->label, sizeof cell->label, "%s", choice->entry->model.name);
    cell->options = options_count(options);
    for (unsigned i = 0; i < cell->options; i++) {
        (void)snprintf(cell->option_names[i], PLAN_NAME_MAX, "%s", options[i].name);
        (void)snprintf(cell->option_values[i], PLAN_NAME_MAX, "%s", choice->values[i]);
        if (strcmp(choice->values[i], options[i].initial) != 0)
            text_append(cell->label, sizeof cell->label, ":%s=%s", options[i].name,
                        choice->values[i]);
    }
    (void)snprintf(cell->id, sizeof cell->id,
                   "%s/%s/workers:%u/ranks:%u/threads:%u/nodes:%u/n:%llu", cell->kernel,
                   cell->label, cell->workers, cell->ranks, cell->threads, cell->nodes,
                   (unsigned long long)cell->size);
}

/* Adds the cell, or the experiment to the one that is there already. */
static enum status add_cell(struct plan *plan, const struct cell *cell)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cells[i].id, cell->id) == 0) {
            plan->cells[i].experiments |= cell->experiments;
            return STATUS_OK;
        }
    struct cell *grown = realloc(plan->cells, (plan->count + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("the plan");
    plan->cells = grown;
    plan->cells[plan->count++] = *cell;
    return STATUS_OK;
}

void plan_free(struct plan *plan)
{
    free(plan->cells);
    *plan = (struct plan){0, NULL};
}

const struct cell *plan_base(const struct plan *plan, const struct cell *cell)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cells[i].model, "serial") == 0 && plan->cells[i].size == cell->size &&
            strcmp(plan->cells[i].kernel, cell->kernel) == 0)
            return &plan->cells[i];
    return NULL;
}

/* ---- checks ---- */

static enum status check_size(const struct kernel *kernel, const struct model *model, uint64_t size,
                              const struct machine *machine)
{
    char most[32], needed[32], there[32];
    text_grouped(kernel->max_size, most, sizeof most);
    if (size > kernel->max_size)
        return status_fail(STATUS_USAGE,
                           "the result of %s is exact up to size %s: take that or less",
                           kernel->name, most);
    if (kernel_is_map(kernel) && model->max_map_size > 0 && size > model->max_map_size)
        return status_fail(STATUS_USAGE, "%s can move up to %llu items: take a smaller size",
                           model->name, (unsigned long long)model->max_map_size);
    double items = (double)(kernel->input_item_size + kernel->output_item_size) * (double)size;
    double bytes =
        items * model->copies + 4 * (double)kernel->partial_size(size, kernel_whole(size));
    if (bytes > (double)machine->memory_available) {
        text_bytes((uint64_t)bytes, needed, sizeof needed);
        text_bytes(machine->memory_available, there, sizeof there);
        return status_fail(STATUS_USAGE,
                           "%s of that size needs %s under %s and %s are free: take a smaller size",
                           kernel->name, needed, model->name, there);
    }
    return STATUS_OK;
}

static enum status check_launcher(const struct model *model)
{
    if (launch_has_ranks(model->launch) && !process_in_path("mpirun"))
        return status_fail(
            STATUS_FAILED,
            "%s needs mpirun, which is not in PATH: install Open MPI (scripts/setup) "
            "or load its module",
            model->name);
    return STATUS_OK;
}

static enum status check_width(const struct model *model, unsigned workers,
                               const struct machine *machine, bool oversubscribe)
{
    if (model->launch == LAUNCH_ALONE && workers != 1)
        return status_fail(STATUS_USAGE, "%s has exactly one worker, not %u", model->name, workers);
    if (workers > WORKERS_MAX)
        return status_fail(STATUS_USAGE, "%u workers are too many: take at most %d", workers,
                           WORKERS_MAX);
    if (workers > machine->allowed && !oversubscribe)
        return status_fail(STATUS_USAGE,
                           "%u workers and %u cores allowed here: take fewer, or --oversubscribe",
                           workers, machine->allowed);
    return STATUS_OK;
}

/* ---- shapes ---- */

/* A rank per memory node where that divides the workers; else two ranks once there are four. */
static struct shape default_shape(enum launch launch, unsigned workers,
                                  const struct machine *machine)
{
    unsigned nodes = machine->has_topology ? machine->topology.numa_nodes : 1;
    switch (launch) {
    case LAUNCH_RANKS:
        return (struct shape){workers, workers, 1};
    case LAUNCH_HYBRID: {
        unsigned ranks = nodes > 1 && workers > nodes && workers % nodes == 0 ? nodes
                         : workers >= 4 && workers % 2 == 0                   ? 2
                                                                              : 1;
        return (struct shape){workers, ranks, workers / ranks};
    }
    case LAUNCH_THREADS:
        return (struct shape){workers, 1, workers};
    case LAUNCH_ALONE:
    case LAUNCH_PROCESSES:
        break;
    }
    return (struct shape){workers, 1, 1};
}

static enum status check_shape(const struct single *single, const struct model *model)
{
    const enum launch launch = model->launch;
    if (single->ranks > 1 && !launch_has_ranks(launch))
        return status_fail(STATUS_USAGE, "%s has no ranks: use --workers", model->name);
    if (single->threads > 1 && launch != LAUNCH_THREADS && launch != LAUNCH_HYBRID)
        return status_fail(STATUS_USAGE, "%s has one thread a worker: use --workers", model->name);
    return STATUS_OK;
}

/* Fills in what was not asked for, so that workers = ranks x threads. */
static void complete_shape(enum launch launch, uint64_t *workers, uint64_t *ranks,
                           uint64_t *threads)
{
    if (*workers == 0)
        *workers = (*ranks ? *ranks : 1) * (*threads ? *threads : 1);
    if (*threads == 0)
        *threads = launch == LAUNCH_HYBRID ? *workers / *ranks : 1;
    if (*ranks == 0)
        *ranks = *workers / *threads;
}

static enum status asked_shape(const struct single *single, const struct model *model,
                               const struct machine *machine, struct shape *shape)
{
    uint64_t ranks = single->ranks, threads = single->threads, workers = single->workers;
    enum status status = check_shape(single, model);
    if (status != STATUS_OK)
        return status;
    const bool by_workers = model->launch == LAUNCH_ALONE || model->launch == LAUNCH_PROCESSES;
    if (by_workers || (ranks == 0 && threads == 0)) {
        unsigned most = model->launch == LAUNCH_ALONE ? 1 : machine->allowed;
        *shape = default_shape(model->launch, single->workers ? single->workers : most, machine);
        return STATUS_OK;
    }
    complete_shape(model->launch, &workers, &ranks, &threads);
    if (ranks * threads != workers || workers > WORKERS_MAX ||
        (ranks > 1 && !launch_has_ranks(model->launch)))
        return status_fail(STATUS_USAGE,
                           "these workers, ranks and threads of %s do not fit together: workers = "
                           "ranks x threads",
                           model->name);
    *shape = (struct shape){(unsigned)workers, (unsigned)ranks, (unsigned)threads};
    return STATUS_OK;
}

/* ---- one cell ---- */

static enum status make_cell(const struct kernel *kernel, const struct choice *choice,
                             struct shape shape, uint64_t size, const struct machine *machine,
                             bool may_oversubscribe, struct cell *cell)
{
    const struct model *model = &choice->entry->model;
    enum status status = check_launcher(model);
    if (status == STATUS_OK)
        status = check_width(model, shape.workers, machine, may_oversubscribe);
    if (status == STATUS_OK)
        status = check_size(kernel, model, size, machine);
    if (status != STATUS_OK)
        return status;
    *cell = (struct cell){.workers = shape.workers,
                          .ranks = shape.ranks,
                          .threads = shape.threads,
                          .nodes = 1,
                          .size = size,
                          .oversubscribed = shape.workers > machine->allowed};
    (void)snprintf(cell->kernel, sizeof cell->kernel, "%s", kernel->name);
    write_identity(cell, choice);
    return STATUS_OK;
}

enum status plan_single(const struct single *single, const struct catalog *catalog,
                        const struct machine *machine, struct plan *plan)
{
    const struct kernel *kernel;
    struct choice choice;
    struct shape shape;
    struct cell cell;
    *plan = (struct plan){0, NULL};
    enum status status = catalog_find_kernel(single->kernel, &kernel);
    if (status == STATUS_OK)
        status = read_choice(catalog, single->model, &choice);
    if (status == STATUS_OK)
        status = asked_shape(single, &choice.entry->model, machine, &shape);
    if (status == STATUS_OK)
        status =
            make_cell(kernel, &choice, shape, single->size ? single->size : kernel->default_size,
                      machine, single->oversubscribe, &cell);
    return status == STATUS_OK ? add_cell(plan, &cell) : status;
}

/* ---- sweeps ---- */

unsigned plan_widths(unsigned most, unsigned widths_max, unsigned *widths)
{
    unsigned all[PLAN_WIDTHS_MAX];
    unsigned count = 0;
    for (unsigned width = 1; width < most && count + 1 < PLAN_WIDTHS_MAX; width *= 2)
        all[count++] = width;
    all[count++] = most;
    unsigned kept = count < widths_max ? count : widths_max;
    for (unsigned i = 0; i < kept; i++)
        widths[i] = all[kept < 2 ? count - 1 : (i * (count - 1) + (kept - 1) / 2) / (kept - 1)];
    return kept;
}

static bool in_experiment(enum experiment experiment, const char *model)
{
    static const char *const gil[] = {"serial", "gil", "threads", "pool"};
    bool member = experiment != EXPERIMENT_GIL;
    for (size_t i = 0; !member && i < sizeof gil / sizeof *gil; i++)
        member = strcmp(model, gil[i]) == 0;
    return member;
}

static bool is_asked(const struct request *request, enum experiment experiment)
{
    return request->experiments == 0 || request->experiments & 1u << experiment;
}

/* The size of "N", or of "pi=N,primes=M" for this kernel; else the profile's. */
static enum status size_for(const struct request *request, const struct kernel *kernel,
                            uint64_t *size)
{
    char item[64];
    const char *list = request->sizes;
    *size = kernel->default_size / request->profile->size_divisor;
    while (text_next(&list, item, sizeof item)) {
        char *equals = strchr(item, '=');
        const char *number = equals ? equals + 1 : item;
        const struct kernel *named = kernel;
        if (equals) {
            *equals = '\0';
            enum status status = catalog_find_kernel(item, &named);
            if (status != STATUS_OK)
                return status;
        }
        uint64_t value;
        if (!text_parse_size(number, &value))
            return argument_wrong("size", number,
                                  "a whole number from 1 to 2^64 - 1, such as 1000000, 1e6 or 1M");
        if (named == kernel)
            *size = value;
    }
    return STATUS_OK;
}

/* The worker counts of an experiment; `widths` has room for PLAN_WIDTHS_MAX + 1. */
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
        if (!count_parse(item, &value) || value > WORKERS_MAX || *count == PLAN_WIDTHS_MAX)
            return argument_wrong("workers", request->workers, "a list such as 1,2,4");
        widths[(*count)++] = (unsigned)value;
    }
    if (*count == 0) {
        *count = plan_widths(allowed, request->profile->widths_max, widths);
        /* The question of `gil` needs more threads than cores. */
        if (experiment == EXPERIMENT_GIL)
            widths[(*count)++] = 2 * allowed;
    }
    return STATUS_OK;
}

static enum status add_widths(const struct sweep *sweep, enum experiment experiment,
                              const struct kernel *kernel, const struct choice *choice,
                              uint64_t size)
{
    const enum launch launch = choice->entry->model.launch;
    unsigned widths[PLAN_WIDTHS_MAX + 1], count;
    enum status status = read_widths(sweep, experiment, widths, &count);
    for (unsigned i = 0; i < count && status == STATUS_OK; i++) {
        struct cell cell;
        unsigned workers = launch == LAUNCH_ALONE ? 1 : widths[i];
        status = make_cell(kernel, choice, default_shape(launch, workers, sweep->machine), size,
                           sweep->machine,
                           sweep->request->oversubscribe || experiment == EXPERIMENT_GIL, &cell);
        cell.experiments = 1u << experiment;
        if (status == STATUS_OK)
            status = add_cell(sweep->plan, &cell);
    }
    return status;
}

/* The kernels that were asked for, all by default; `count` of them. */
static enum status read_kernels(const struct request *request, const struct kernel **kernels,
                                unsigned *count)
{
    const char *list = request->kernels;
    char item[PLAN_NAME_MAX];
    *count = 0;
    while (*count < LIST_MAX && text_next(&list, item, sizeof item)) {
        enum status status = catalog_find_kernel(item, &kernels[(*count)++]);
        if (status != STATUS_OK)
            return status;
    }
    if (list)
        return status_fail(STATUS_USAGE, "a run takes at most %d kernels", LIST_MAX);
    for (unsigned i = 0; !request->kernels && kernel_table[i] && i < LIST_MAX; i++)
        kernels[(*count)++] = kernel_table[i];
    return STATUS_OK;
}

/* The models that were asked for, all that were built by default; serial is always one of them,
 * since it is the base of every speedup. */
static enum status read_models(const struct request *request, const struct catalog *catalog,
                               struct choice *choices, unsigned *count)
{
    const char *list = request->models;
    char item[PLAN_LABEL_MAX];
    enum status status = read_choice(catalog, "serial", &choices[0]);
    *count = 1;
    while (status == STATUS_OK && *count < LIST_MAX && text_next(&list, item, sizeof item)) {
        status = read_choice(catalog, item, &choices[*count]);
        *count += status == STATUS_OK && strcmp(item, "serial") != 0;
    }
    if (status == STATUS_OK && list)
        return status_fail(STATUS_USAGE, "a run takes at most %d models", LIST_MAX);
    for (size_t i = 0; !request->models && i < catalog->count && *count < LIST_MAX; i++)
        if (status == STATUS_OK && strcmp(catalog->entries[i].model.name, "serial") != 0)
            status = read_choice(catalog, catalog->entries[i].model.name, &choices[(*count)++]);
    return status;
}

/* A model that was named must take part in something, lest its absence goes unnoticed. */
static enum status check_models(const struct request *request, const struct choice *choices,
                                unsigned count)
{
    for (unsigned m = 1; request->models && m < count; m++) {
        bool wanted = false;
        for (enum experiment e = 0; e < EXPERIMENT_COUNT; e++)
            wanted =
                wanted || (is_asked(request, e) && in_experiment(e, choices[m].entry->model.name));
        if (!wanted)
            return status_fail(STATUS_USAGE, "%s takes no part in that experiment: ask for %s",
                               choices[m].entry->model.name,
                               experiment_info[EXPERIMENT_STRONG].name);
    }
    return STATUS_OK;
}

/* All cells of one kernel, those of a model together. */
static enum status add_kernel(const struct sweep *sweep, const struct kernel *kernel,
                              const struct choice *choices, unsigned count)
{
    uint64_t size;
    enum status status = size_for(sweep->request, kernel, &size);
    for (unsigned m = 0; m < count; m++)
        for (enum experiment e = 0; e < EXPERIMENT_COUNT && status == STATUS_OK; e++)
            if (is_asked(sweep->request, e) && in_experiment(e, choices[m].entry->model.name))
                status = add_widths(sweep, e, kernel, &choices[m], size);
    return status;
}

enum status plan_sweep(const struct request *request, const struct catalog *catalog,
                       const struct machine *machine, struct plan *plan)
{
    const struct kernel *kernels[LIST_MAX] = {0};
    struct choice choices[LIST_MAX] = {{0}};
    unsigned kernel_count = 0, choice_count = 0;
    const struct sweep sweep = {request, machine, plan};
    *plan = (struct plan){0, NULL};
    enum status status = read_kernels(request, kernels, &kernel_count);
    if (status == STATUS_OK)
        status = read_models(request, catalog, choices, &choice_count);
    if (status == STATUS_OK)
        status = check_models(request, choices, choice_count);
    for (unsigned k = 0; k < kernel_count && status == STATUS_OK; k++)
        status = add_kernel(&sweep, kernels[k], choices, choice_count);
    return status;
}
