#include "plan.h"

#include "memory.h"
#include "options.h"
#include "quantities.h"
#include "tasks.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

/* Partials of chunks lie a cache line apart at least. Beside each is noted that it is done, and who
 * waits for it: so many bytes. */
enum { CACHE_LINE = 64, CHUNK_NOTES = 16 };

/* ---- cells ---- */

static void write_identity(const struct model_spec *choice, struct cell *cell)
{
    const struct model *model = &choice->entry->model;
    (void)snprintf(cell->model, sizeof cell->model, "%s", model->name);
    model_spec_label(choice, cell->label, sizeof cell->label);
    cell->traits = model_spec_traits(choice);
    if (model->mirrors) {
        (void)snprintf(cell->mirrors, sizeof cell->mirrors, "%s", model->mirrors);
        model_spec_python(choice, cell->python, sizeof cell->python);
    }
    cell->options = options_count(model->options);
    for (unsigned i = 0; i < cell->options; i++) {
        (void)snprintf(cell->option_names[i], PLAN_NAME_MAX, "%s", model->options[i].name);
        (void)snprintf(cell->option_values[i], MODEL_SPEC_VALUE_MAX, "%s", choice->values[i]);
    }
    (void)snprintf(cell->id, sizeof cell->id,
                   "%s/%s/workers:%u/ranks:%u/threads:%u/nodes:%u/n:%" PRIu64 "%s%s", cell->kernel,
                   cell->label, cell->workers, cell->ranks, cell->threads, cell->nodes, cell->size,
                   cell->tasks ? "/tasks=" : "", cell->tasks ? cell->tasks : "");
    if (cell->nodes > 1)
        text_append(cell->label, sizeof cell->label, ":nodes=%u", cell->nodes);
}

struct short_label plan_label_on_one_node(const struct cell *cell)
{
    static const char nodes[] = ":nodes=";
    struct short_label label;
    (void)snprintf(label.text, sizeof label.text, "%s", cell->label);
    char *behind = cell->nodes > 1 ? strstr(label.text, nodes) : NULL;
    if (behind)
        *behind = '\0';
    return label;
}

struct cell *plan_find(const struct plan *plan, const char *id)
{
    const json_t *place = json_object_get(plan->places, id);
    return place ? &plan->cells[json_integer_value(place)] : NULL;
}

void plan_append(struct plan *plan, const struct cell *cell)
{
    if (!plan->places)
        plan->places = json_object();
    (void)json_object_set_new(plan->places, cell->id, json_integer((json_int_t)plan->count));
    plan->cells = memory_grow(plan->cells, plan->count, sizeof *plan->cells);
    plan->cells[plan->count] = *cell;
    if (cell->tasks) {
        plan->texts = plan->texts ? plan->texts : json_array();
        (void)json_array_append_new(plan->texts, json_string(cell->tasks));
        plan->cells[plan->count].tasks =
            json_string_value(json_array_get(plan->texts, json_array_size(plan->texts) - 1));
    }
    plan->count++;
}

void plan_free(struct plan *plan)
{
    json_decref(plan->places);
    json_decref(plan->texts);
    free(plan->cells);
    *plan = (struct plan){.count = 0};
}

bool plan_have_one_result(const char *kernel, const char *other)
{
    const size_t length = strcspn(kernel, ":");
    return length == strcspn(other, ":") && strncmp(kernel, other, length) == 0;
}

struct short_text plan_size_text(const struct cell *cell)
{
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, cell->tasks ? "%s whole tasks" : "size %s",
                   text_grouped(cell->size).text);
    return text;
}

bool plan_have_same_tasks(const struct cell *cell, const struct cell *other)
{
    return cell->tasks && other->tasks ? strcmp(cell->tasks, other->tasks) == 0
                                       : !cell->tasks && !other->tasks;
}

const struct cell *plan_base(const struct plan *plan, const struct cell *cell)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cells[i].size == cell->base_size && plan_is_base(&plan->cells[i]) &&
            plan_have_same_tasks(&plan->cells[i], cell) &&
            strcmp(plan->cells[i].kernel, cell->kernel) == 0)
            return &plan->cells[i];
    return NULL;
}

/* ---- checks ---- */

/* Partials of chunks that are there at once: all, or one a worker where none is kept. */
static double chunks_held(const struct cell_request *request)
{
    const uint64_t chunk = model_spec_chunk(request->choice);
    if (chunk == 0 || chunk >= request->size)
        return 0;
    return model_spec_traits(request->choice) & TRAIT_ANY_ORDER
               ? request->shape.workers
               : (double)request->size / (double)chunk;
}

/* What the other workers of its node hold of inputs, beside the one that has them, as often as they
 * are there on their way; and what that one holds of all partials, each as long as the last one at
 * most. */
static double held_by_each(const struct cell_request *request)
{
    const struct kernel *kernel = request->kernel;
    const uint64_t size = request->size, workers = request->shape.workers;
    const unsigned traits = model_spec_traits(request->choice);
    const uint64_t others = workers / MAX(request->nodes, 1) - 1;
    double bytes = 0;
    if (traits & TRAIT_ALL_INPUTS)
        bytes += (double)others * (model_spec_copies(request->choice) - 1) *
                 (double)(size * kernel->input_item_size);
    if (traits & TRAIT_ALL_PARTIALS)
        bytes += (double)workers *
                 (double)kernel_partial_size(kernel, size,
                                             range_split(kernel_whole(size), workers, workers - 1));
    return bytes;
}

/* What a cell will need, in bytes. */
static double memory_needed(const struct cell_request *request)
{
    const struct kernel *kernel = request->kernel;
    const uint64_t size = request->size, chunk = model_spec_chunk(request->choice);
    const double item = (double)(kernel->input_item_size + kernel->output_item_size);
    /* The result, what it is combined from and sent as, and at each level of a tree of workers as
     * much again. */
    const double levels = log2(fmax(request->shape.workers, 1));
    const bool may_lose = model_spec_traits(request->choice) & TRAIT_MAY_LOSE;
    const double results = 4 + levels + (may_lose ? 3.0 * request->shape.workers : 0);
    double bytes = results * (double)kernel_partial_size(kernel, size, kernel_whole(size));
    bytes += item * (double)size * model_spec_copies(request->choice);
    bytes += held_by_each(request);
    if (chunks_held(request) > 0) {
        const size_t last = kernel_partial_size(kernel, size, (struct range){size - chunk, size});
        bytes += chunks_held(request) * (double)(MAX(last, CACHE_LINE) + CHUNK_NOTES);
    }
    return bytes;
}

static bool can_move(const struct cell_request *request)
{
    return !kernel_is_map(request->kernel) ||
           request->size <= model_spec_max_map_size(request->choice, request->kernel);
}

static bool combines(const struct kernel *kernel, const struct model_spec *choice)
{
    return kernel->commutative || !(choice->entry->model.traits & TRAIT_ANY_ORDER);
}

bool plan_goes_with(const struct kernel *kernel, const struct model_spec *choice)
{
    return combines(kernel, choice) && !model_spec_not_for(choice, kernel);
}

/* Bytes that a cell may take: where nobody tells what is free, what there is. */
static uint64_t memory_there(const struct machine *machine)
{
    const bool is_told = machine->memory_available < UINT64_MAX;
    return is_told || machine->memory == 0 ? machine->memory_available : machine->memory;
}

bool plan_fits(const struct cell_request *request, const struct machine *machine)
{
    return request->size <= request->kernel->max_size &&
           plan_goes_with(request->kernel, request->choice) && can_move(request) &&
           !plan_uneven(request->choice, request->shape.workers, request->size) &&
           memory_needed(request) <= (double)memory_there(machine);
}

/* Says what keeps a size from being moved to the workers. */
static enum status check_spread(const struct cell_request *request)
{
    const struct model_option *uneven =
        plan_uneven(request->choice, request->shape.workers, request->size);
    char label[MODEL_SPEC_LABEL_MAX];
    model_spec_label(request->choice, label, sizeof label);
    if (!can_move(request))
        return status_fail(STATUS_USAGE, "%s can move up to %" PRIu64 " items: take a smaller size",
                           label, model_spec_max_map_size(request->choice, request->kernel));
    if (uneven)
        return status_fail(STATUS_USAGE, "size %" PRIu64 " is not divisible by %u %s: take %s",
                           request->size, request->shape.workers,
                           launch_has_ranks(request->choice->entry->model.launch) ? "ranks"
                                                                                  : "workers",
                           uneven->initial);
    return STATUS_OK;
}

/* Says what keeps the model from the kernel. */
static enum status check_goes_with(const struct kernel *kernel, const struct model_spec *choice)
{
    const struct model *model = &choice->entry->model;
    const struct model_option *option = model_spec_not_for(choice, kernel);
    if (!combines(kernel, choice))
        return status_fail(STATUS_USAGE,
                           "%s does not go with %s: its partials arrive in any order, and these do "
                           "not commute",
                           model->name, kernel->name);
    if (!option)
        return STATUS_OK;
    const char *value = choice->values[option - model->options];
    return status_fail(STATUS_USAGE, "%s: %s=%s goes with %s, and not with %s: take another %s",
                       model->name, option->name, value, options_value(option, value)->kernels,
                       kernel->name, option->name);
}

/* Says what keeps a size from fitting. */
static enum status check_size(const struct cell_request *request, const struct machine *machine)
{
    const struct kernel *kernel = request->kernel;
    const struct model *model = &request->choice->entry->model;
    if (plan_fits(request, machine))
        return STATUS_OK;
    TRY(check_goes_with(kernel, request->choice));
    if (request->size > kernel->max_size)
        return status_fail(STATUS_USAGE,
                           "the result of %s is exact up to size %s: take that or less",
                           kernel->name, text_grouped(kernel->max_size).text);
    TRY(check_spread(request));
    const double bytes = fmin(memory_needed(request), 1e18);
    const bool keeps_chunks =
        model_spec_chunk(request->choice) > 0 && !(model->traits & TRAIT_ANY_ORDER);
    return status_fail(STATUS_USAGE,
                       "%s of that size needs %s under %s and %s are %s: take a smaller size%s",
                       kernel->name, text_bytes((uint64_t)bytes).text, model->name,
                       text_bytes(memory_there(machine)).text,
                       machine->memory_available < UINT64_MAX ? "free" : "there",
                       keeps_chunks ? " or a larger chunk" : "");
}

/* Whether it may be on the nodes that are wanted. */
static enum status check_nodes(const struct model *model, unsigned nodes,
                               const struct allocation *allocation)
{
    if (nodes == 1)
        return launch_has_ranks(model->launch) ? STATUS_OK : allocation_check_here(allocation);
    if (!launch_has_ranks(model->launch))
        return status_fail(STATUS_USAGE, "%s has no ranks, and stays on one node: take --nodes 1",
                           model->name);
    return allocation_check_nodes(allocation, nodes);
}

static enum status check_width(const struct model *model, unsigned workers, unsigned nodes,
                               unsigned cores, bool oversubscribe)
{
    if (model->launch == LAUNCH_ALONE && workers != 1)
        return status_fail(STATUS_USAGE, "%s has exactly one worker, not %u", model->name, workers);
    if (workers > PLAN_WORKERS_MAX)
        return status_fail(STATUS_USAGE, "%u workers are too many: take at most %d", workers,
                           PLAN_WORKERS_MAX);
    if (workers > cores && !oversubscribe)
        return status_fail(STATUS_USAGE,
                           "%u workers and %u core%s allowed %s: take fewer, or --oversubscribe",
                           workers, cores, plural(cores), nodes > 1 ? "on these nodes" : "here");
    return STATUS_OK;
}

/* ---- shapes ---- */

/* As many as were asked for; else one per memory node where that divides the workers; else two once
 * there are four workers. */
static unsigned ranks_of(const struct model_spec *choice, unsigned workers,
                         const struct machine *machine)
{
    const unsigned nodes = machine->has_topology ? machine->topology.numa_nodes : 1;
    const unsigned asked = (unsigned)model_spec_ranks(choice);
    if (asked > 0)
        return asked;
    if (nodes > 1 && workers > nodes && workers % nodes == 0)
        return nodes;
    return workers >= 4 && workers % 2 == 0 ? 2 : 1;
}

struct shape plan_shape(const struct model_spec *choice, unsigned workers,
                        const struct machine *machine)
{
    switch (choice->entry->model.launch) {
    case LAUNCH_RANKS:
        return (struct shape){workers, workers, 1};
    case LAUNCH_HYBRID: {
        const unsigned ranks = ranks_of(choice, workers, machine);
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

/* On one of the nodes, as many as there are. */
static unsigned ranks_of_node(const struct model_spec *choice, unsigned workers, unsigned nodes,
                              unsigned ppn, const struct machine *machine)
{
    const unsigned chosen = (unsigned)model_spec_ranks(choice);
    if (choice->entry->model.launch == LAUNCH_RANKS)
        return workers;
    if (chosen > 0)
        return chosen % nodes == 0 ? chosen / nodes : 0;
    return ppn > 0 ? ppn : ranks_of(choice, workers, machine);
}

bool plan_spread(const struct model_spec *choice, unsigned workers, unsigned nodes, unsigned ppn,
                 const struct machine *machine, struct shape *shape)
{
    if (!launch_has_ranks(choice->entry->model.launch) || (nodes == 1 && ppn == 0)) {
        const bool divides = plan_divides(choice, workers);
        if (divides)
            *shape = plan_shape(choice, workers, machine);
        return divides && nodes == 1;
    }
    const unsigned each = workers / nodes;
    const unsigned ranks =
        workers % nodes == 0 ? ranks_of_node(choice, each, nodes, ppn, machine) : 0;
    if (ranks == 0 || each % ranks != 0)
        return false;
    *shape = (struct shape){workers, nodes * ranks, each / ranks};
    return true;
}

static enum status check_shape(const struct single *single, const struct model *model)
{
    const enum launch launch = model->launch;
    if (single->ranks > 1 && !launch_has_ranks(launch))
        return status_fail(STATUS_USAGE, "%s has no ranks: use --workers", model->name);
    if (single->threads > 1 && !launch_has_threads(launch))
        return status_fail(STATUS_USAGE, "%s has one thread a worker: use --workers", model->name);
    return STATUS_OK;
}

/* As many as there is room for, or were asked for. */
static enum status spread_shape(const struct single *single, const struct model_spec *choice,
                                const struct allocation *allocation, struct shape *shape)
{
    const struct model *model = &choice->entry->model;
    const unsigned nodes = MAX(single->nodes, 1);
    const unsigned most = model->launch == LAUNCH_ALONE ? 1 : allocation_cores(allocation, nodes);
    const unsigned workers = single->workers ? single->workers : most;
    const uint64_t chosen = model_spec_ranks(choice);
    if (plan_spread(choice, workers, nodes, 0, allocation->machine, shape))
        return STATUS_OK;
    if (chosen == 0 || nodes > 1)
        return status_fail(STATUS_USAGE,
                           "%u worker%s of %s cannot be spread over %u nodes, as many ranks on "
                           "each: take another number of --workers",
                           workers, plural(workers), model->name, nodes);
    return status_fail(STATUS_USAGE,
                       "%" PRIu64 " ranks of %s do not divide %u worker%s: take another number of "
                       "--workers",
                       chosen, model->name, workers, plural(workers));
}

/* What was not asked for is such that workers = ranks x threads. */
static enum status shape_of_ranks(const struct single *single, const struct model_spec *choice,
                                  struct shape *shape)
{
    const struct model *model = &choice->entry->model;
    const enum launch launch = model->launch;
    uint64_t ranks = launch_has_ranks(launch) ? MAX(single->ranks, model_spec_ranks(choice)) : 1;
    uint64_t threads = launch_has_threads(launch) ? single->threads : 1;
    const uint64_t workers = single->workers ? single->workers : MAX(ranks, 1) * MAX(threads, 1);
    if (threads == 0)
        threads = workers / ranks;
    if (ranks == 0)
        ranks = workers / threads;
    if (ranks > PLAN_WORKERS_MAX || ranks * threads != workers || workers > PLAN_WORKERS_MAX)
        return status_fail(STATUS_USAGE,
                           "these workers, ranks and threads of %s do not fit together: workers = "
                           "ranks x threads",
                           model->name);
    if (ranks % MAX(single->nodes, 1) != 0)
        return status_fail(STATUS_USAGE,
                           "%" PRIu64 " rank%s of %s cannot be spread over %u nodes, as many on "
                           "each: take another number",
                           ranks, plural(ranks), model->name, single->nodes);
    *shape = (struct shape){(unsigned)workers, (unsigned)ranks, (unsigned)threads};
    return STATUS_OK;
}

static enum status asked_shape(const struct single *asked, const struct model_spec *choice,
                               const struct allocation *allocation, struct shape *shape)
{
    const struct model *model = &choice->entry->model;
    const enum launch launch = model->launch;
    const uint64_t chosen = model_spec_ranks(choice);
    struct single single = *asked;
    if (asked->ppn > PLAN_WORKERS_MAX / MAX(asked->nodes, 1) ||
        (asked->ppn > 0 && asked->ranks > 0 && asked->ranks != asked->ppn * MAX(asked->nodes, 1)))
        return status_fail(STATUS_USAGE, "--ranks, --nodes and --ppn do not fit together: ranks = "
                                         "nodes x ppn");
    if (asked->ppn > 0)
        single.ranks = asked->ppn * MAX(asked->nodes, 1);
    TRY(check_nodes(model, MAX(asked->nodes, 1), allocation));
    TRY(check_shape(&single, model));
    if (chosen > 0 && single.ranks > 0 && single.ranks != chosen)
        return status_fail(STATUS_USAGE,
                           "%s has %" PRIu64 " rank%s by its option: leave --ranks %u out",
                           model->name, chosen, plural(chosen), single.ranks);
    return (single.ranks == 0 && single.threads == 0) ||
                   (!launch_has_ranks(launch) && !launch_has_threads(launch))
               ? spread_shape(&single, choice, allocation, shape)
               : shape_of_ranks(&single, choice, shape);
}

/* ---- one cell ---- */

static struct cell cell_of(const struct cell_request *request)
{
    struct cell cell = {.workers = request->shape.workers,
                        .ranks = request->shape.ranks,
                        .threads = request->shape.threads,
                        .nodes = MAX(request->nodes, 1),
                        .size = request->size,
                        .tasks = request->tasks,
                        .base_size = request->base_size ? request->base_size : request->size,
                        .experiments = request->experiments};
    (void)snprintf(cell.kernel, sizeof cell.kernel, "%s", request->kernel->name);
    if (request->told_with)
        (void)snprintf(cell.told_with, sizeof cell.told_with, "%s", request->told_with);
    write_identity(request->choice, &cell);
    return cell;
}

struct cell *plan_wanted(const struct plan *plan, const struct cell_request *request)
{
    const struct cell cell = cell_of(request);
    return plan_find(plan, cell.id);
}

void plan_set_limit(struct cell *cell, const struct kernel_limit *by, const struct cell *limit)
{
    cell->limit.kind = by->kind;
    (void)snprintf(cell->limit.what, sizeof cell->limit.what, "%s", by->what);
    (void)snprintf(cell->limit.cell, sizeof cell->limit.cell, "%s", limit->id);
}

enum status plan_add(struct plan *plan, const struct cell_request *request,
                     const struct allocation *allocation)
{
    const struct model *model = &request->choice->entry->model;
    const unsigned nodes = MAX(request->nodes, 1), workers = request->shape.workers;
    const unsigned cores = allocation_cores(allocation, nodes);
    TRY(check_nodes(model, nodes, allocation));
    TRY(check_width(model, workers, nodes, cores, request->may_oversubscribe));
    TRY(check_size(request, allocation->machine));
    struct cell cell = cell_of(request);
    cell.oversubscribed = workers > cores || allocation_is_scarce(allocation);
    struct cell *there = plan_find(plan, cell.id);
    if (there) {
        there->experiments |= cell.experiments;
        if (!plan_is_aside(&cell))
            *there->told_with = '\0'; /* it was asked for itself */
    } else if (plan->count == PLAN_CELLS_MAX)
        return status_fail(STATUS_USAGE,
                           "these are more than %d cells: take fewer models or workers",
                           PLAN_CELLS_MAX);
    else
        plan_append(plan, &cell);
    return STATUS_OK;
}

void plan_ask_models(const struct plan *plan, struct catalog *catalog)
{
    for (size_t i = 0; i < plan->count; i++)
        catalog_ask_named(catalog, plan->cells[i].model);
}

enum status plan_check(const struct plan *plan, const struct catalog *catalog,
                       const struct allocation *allocation)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *cell = &plan->cells[i];
        const unsigned cores = allocation_cores(allocation, cell->nodes);
        const struct model_entry *entry;
        TRY(catalog_find(catalog, cell->model, &entry));
        TRY(check_nodes(&entry->model, cell->nodes, allocation));
        if (cell->workers > cores && !cell->oversubscribed)
            return status_fail(STATUS_USAGE,
                               "the run has cells of %u workers on %u node%s, and there %s %u "
                               "core%s: go on with it where there are as many",
                               cell->workers, cell->nodes, plural(cell->nodes),
                               cores == 1 ? "is" : "are", cores, plural(cores));
    }
    return STATUS_OK;
}

/* What the speedup of the plan's only cell is over, of the request's kernel and size. */
static enum status add_base(const struct cell_request *cell, const struct catalog *catalog,
                            const struct allocation *allocation, struct plan *plan)
{
    struct model_spec base;
    struct cell_request request = *cell;
    request.nodes = 1;
    if (plan_is_base(plan->cells))
        return STATUS_OK;
    if (!model_spec_has_base(catalog)) {
        status_say("there is no speedup: no model here can be what it is over: parbench doctor "
                   "tells why");
        return STATUS_OK;
    }
    TRY(model_spec_base(catalog, &base));
    if (allocation->is_elsewhere) {
        status_say("there is no speedup: %s would run on this host, %s, which is none of the nodes",
                   base.entry->model.name, allocation->machine->host);
        return STATUS_OK;
    }
    request.choice = &base;
    request.shape = (struct shape){1, 1, 1};
    if (plan_fits(&request, allocation->machine))
        return plan_add(plan, &request, allocation);
    status_say("there is no speedup: %s of that size does not fit under %s", request.kernel->name,
               base.entry->model.name);
    return STATUS_OK;
}

enum status plan_single(const struct single *single, const struct catalog *catalog,
                        const struct allocation *allocation, struct plan *plan)
{
    struct model_spec choice;
    struct cell_request request = {
        .choice = &choice, .tasks = single->tasks, .may_oversubscribe = single->oversubscribe};
    TRY(catalog_find_kernel(single->kernel, &request.kernel));
    if (single->tasks)
        TRY(tasks_new(request.kernel, single->tasks, &request.kernel));
    TRY(model_spec_read(catalog, single->model, &choice));
    TRY(allocation_check(allocation, single->oversubscribe));
    request.nodes = MAX(single->nodes, 1);
    TRY(asked_shape(single, &choice, allocation, &request.shape));
    request.size = single->size ? single->size : request.kernel->default_size;
    TRY(plan_add(plan, &request, allocation));
    return single->with_base ? add_base(&request, catalog, allocation, plan) : STATUS_OK;
}
