/* peers: what models mirror, measured itself, beside them: Python's own pools, executors, threads
 * and ranks over the same kernels. */
#include "analysed_run.h"
#include "experiment.h"
#include "kernel.h"
#include "mirrors.h"
#include "quantities.h"
#include "sweep.h"

#include <math.h>
#include <string.h>

/* Tasks of which each is next to nothing: what is left is what a task costs. */
#define ONE_EACH "chunk=1"
enum { TASKS = 1000 };

/* By how much less of it a loop in Python gets than the same in C, which is up to 2,000 times as
 * fast where an item is next to no work, and 60 times where it is some. */
enum { LESS_OF_FINE = 2000, LESS = 32 };

/* Beside starting an interpreter, a cell should not take long: there are many of them. */
enum { LESS_OF_ALL = 4 };

static const struct finding_sort of_tasks = {.most = 2}, of_interpreters = {.most = 1},
                                 of_locks = {.most = 1};

/* ---- its cells ---- */

/* Those whose results are all that is sent: what Python takes longer for is not the bytes. */
static bool suits(const struct kernel *kernel)
{
    return kernel_is_default(kernel) && !kernel_is_map(kernel) && !kernel->waits;
}

/* Whether the choice is a loop in the peer's own language. */
static bool is_body(const struct model_spec *choice)
{
    bool is = false;
    for (unsigned i = 0; choice->entry->model.options && choice->entry->model.options[i].name; i++)
        is = is || (strcmp(choice->entry->model.options[i].name, "body") == 0 &&
                    strcmp(choice->values[i], choice->entry->model.options[i].initial) != 0);
    return is;
}

static uint64_t size_of(const struct kernel *kernel, const struct model_spec *choice,
                        const struct profile *profile)
{
    const uint64_t size = kernel->default_size / profile->size_divisor / LESS_OF_ALL;
    if (model_spec_chunk(choice) == 1)
        return kernel->is_fine ? TASKS : 0;
    const uint64_t less = !is_body(choice) ? 1 : kernel->is_fine ? LESS_OF_FINE : LESS;
    return size > less ? size / less : 1;
}

/* ---- what is shown of them ---- */

static void value_of_task(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = mirrors_task(cell);
}

static void value_of_ratio(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = mirrors_ratio(cell);
}

static const struct own_quantity
    task = {.name = "time a task", .brief = "a task", .unit = "s", .value = value_of_task},
    ratio = {.name = "times as long as in C", .brief = "to C", .unit = "", .value = value_of_ratio};
static const struct own_quantity *const columns[] = {&task, &ratio, NULL};

/* Of shares, not of tasks that are next to nothing, nor of other languages. */
static bool is_of_shares(const struct cell *cell)
{
    bool is = mirrors_tasks(cell) == 0;
    for (unsigned i = 0; i < cell->options; i++)
        is = is && !(strcmp(cell->option_names[i], "body") == 0 && !plan_has_defaults(cell));
    return is;
}

static double as_long(const struct analysis_of_cell *cell)
{
    (void)cell;
    return 1;
}

static const struct own_line even[] = {
    {.title = "as long as in C", .is_of_all = true, .value = as_long}, {0}};

static const struct experiment_figure figures[] = {
    {.heading = "Python itself beside the models that mirror it",
     .quantity = QUANTITY_SPEEDUP,
     .is_of_all = true,
     .shows = is_of_shares,
     .script = "panels",
     .alternative = "Speedup over serial against workers, a panel per kernel: models in C by whole "
                    "lines, and what each mirrors in Python by dashed ones of the same colour. The "
                    "tables below have the numbers."},
    {.heading = "time of Python itself, over that of the model in C",
     .quantity = QUANTITY_OWN,
     .own = &ratio,
     .lines = even,
     .is_bars = true,
     .id = "ratio"},
    {.heading = "time a task",
     .quantity = QUANTITY_OWN,
     .own = &task,
     .is_bars = true,
     .id = "task"},
    {0},
};

/* ---- what it finds ---- */

static bool is_of_many_tasks(const struct cell *cell)
{
    return mirrors_tasks(cell) == cell->size;
}

static void say_tasks(const struct analysed_kernel *kernel, const struct analysis_of_cell *peer,
                      struct findings *findings)
{
    const struct analysis_of_cell *model = mirrors_beside(peer);
    const struct summary longer = mirrors_ratio(peer), there = mirrors_task(peer);
    const struct summary here = mirrors_task(model);
    if (longer.interval.low <= 1)
        return;
    findings_say(findings, &of_tasks, longer.interval.low,
                 "%s: %s takes %s times as long a task as %s, with %u worker%s: %s, against %s.",
                 kernel->name, peer->cell->python, findings_range(&longer.interval).text,
                 model->cell->label, peer->cell->workers, plural(peer->cell->workers),
                 own_range("s", &there).text, own_range("s", &here).text);
}

static void say_body(const struct analysed_kernel *kernel, const struct analysis_of_cell *peer,
                     struct findings *findings)
{
    const struct summary longer = mirrors_ratio(peer);
    if (longer.interval.low <= 1)
        return;
    findings_say(findings, &of_interpreters, longer.interval.low,
                 "%s: in Python itself the loop takes %s times as long as in C: so much of a "
                 "program's time is the interpreter.",
                 kernel->name, findings_range(&longer.interval).text);
}

/* Of the peers with the most workers, those of the kernel's common size, the fastest with a lock or
 * without; NULL: there is none. */
static const struct analysis_of_cell *find_peer(const struct analysed_kernel *kernel, bool locked,
                                                unsigned workers)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (*cell->cell->mirrors && cell->speedup.has_interval && cell->cell->workers == workers &&
            locked == (bool)(cell->cell->traits & TRAIT_LOCKED) && !is_of_many_tasks(cell->cell) &&
            cell->cell->nodes == 1 && !plan_is_aside(cell->cell) &&
            (!found || cell->speedup.median > found->speedup.median))
            found = cell;
    }
    return found;
}

/* Threads under the interpreter's lock beside the fastest peer that has no such lock. */
static void say_lock(const struct analysed_kernel *kernel, unsigned cores,
                     struct findings *findings)
{
    const struct analysis_of_cell *locked = find_peer(kernel, true, cores);
    const struct analysis_of_cell *open = find_peer(kernel, false, cores);
    if (!locked || !open || cores < 2)
        return;
    if (stats_overlap(&locked->speedup, &open->speedup))
        findings_doubt(findings, &locked->speedup, &open->speedup,
                       "%s: the data do not decide whether %s is slower than %s with %u workers: "
                       "%s and %s times serial's speed.",
                       kernel->name, locked->cell->python, open->cell->python, cores,
                       findings_range(&locked->speedup.interval).text,
                       findings_range(&open->speedup.interval).text);
    else
        findings_say(findings, &of_locks,
                     fmax(open->speedup.interval.low / locked->speedup.interval.high, 1),
                     "%s: under the interpreter's lock %s runs at %s times serial's speed with %u "
                     "workers; %s reaches %s.",
                     kernel->name, locked->cell->python,
                     findings_range(&locked->speedup.interval).text, cores, open->cell->python,
                     findings_range(&open->speedup.interval).text);
}

extern const struct experiment experiment_peers;

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    bool any = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *peer = kernel->cells[i];
        if (!experiment_has(&experiment_peers, peer->cell) || !*peer->cell->mirrors)
            continue;
        any = true;
        const struct analysis_of_cell *model = mirrors_beside(peer);
        if (!model || !mirrors_ratio(peer).has_interval)
            continue;
        if (is_of_many_tasks(peer->cell) && peer->cell->workers == cores)
            say_tasks(kernel, peer, findings);
        else if (plan_is_base(model->cell) && !plan_has_defaults(peer->cell))
            say_body(kernel, peer, findings);
    }
    if (any)
        say_lock(kernel, cores, findings);
}

const struct experiment experiment_peers = {
    .name = "peers",
    .question = "how much of it is Python?",
    .traits = TRAIT_PEER,
    .takes_on_request = true,
    .is_of_peers = true,
    .suits = suits,
    .size = size_of,
    .varies = "workers=processes,body," ONE_EACH,
    .is_on_request = true,
    .figures = figures,
    .columns = columns,
    .find = find,
    .heading = "Python itself",
    .about =
        "Look for how far a dashed line, what Python has, lies below the whole one of its colour, "
        "the model that mirrors it. Both execute the same machine code of the kernel, with the "
        "same options and workers, in the same rounds: what is between them is what the mechanism "
        "costs in Python. With whole shares that is little; with " ONE_EACH
        ", tasks of next to nothing, it is all there is, as the bars show. With body=python the "
        "loop is in Python itself: how long that takes beside C is the interpreter alone.",
    .has_own_tables = true,
    .legend = "on: workers; to C: time over that of the model that mirrors it, options alike",
};
