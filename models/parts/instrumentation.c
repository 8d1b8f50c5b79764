#define _GNU_SOURCE
#include "instrumentation.h"

#include "clock.h"
#include "placement.h"
#include "procpool.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define AT_WORK UINT64_MAX

/* One thread's, on cache lines of its own. */
struct account {
    _Alignas(128) struct worked worked;
    _Atomic uint64_t rests_since_ns; /* when its latest piece of work ended, or AT_WORK */
};

/* What all processes share. */
struct instrumentation {
    struct kernel kernel; /* the stand-in */
    size_t bytes;         /* of all this */
    unsigned workers;
    pid_t caller;         /* the thread that calls the model */
    bool caller_computes; /* it is a worker; a pool's parent only combines */
    const char *events[COUNTERS_MAX + 1];
    _Atomic unsigned others; /* threads and processes that computed, beside the caller */
    /* The caller's, then those of the others, in the order in which they came. */
    struct account accounts[];
};

/* A kernel's functions have no context: there is one meter in a process at a time. */
static struct instrumentation *the_meter;
static const struct kernel *the_kernel;
static unsigned generation; /* how many there have been */

/* ---- whose account ---- */

/* Those who come in addition to the workers share the last one; see merge(). */
static struct account *open_account(void)
{
    if (gettid() == the_meter->caller)
        return &the_meter->accounts[0];
    unsigned index = 1 + atomic_fetch_add(&the_meter->others, 1);
    return &the_meter->accounts[index <= the_meter->workers ? index : the_meter->workers];
}

/* Threads and processes keep theirs from their first piece of work on. */
static struct account *own_account(void)
{
    static _Thread_local struct account *own;
    static _Thread_local unsigned of;
    if (of != generation) {
        own = open_account();
        of = generation;
    }
    return own;
}

/* That of one who computes, and does not only combine. */
static struct account *worker_account(void)
{
    struct account *own = own_account();
    if (own == &the_meter->accounts[0])
        the_meter->caller_computes = true;
    return own;
}

/* ---- a piece of work ---- */

static uint64_t begin_piece(struct account *own)
{
    atomic_store(&own->rests_since_ns, AT_WORK);
    return clock_now_ns();
}

static uint64_t end_piece(struct account *own)
{
    const uint64_t end = clock_now_ns();
    atomic_store(&own->rests_since_ns, end);
    return end;
}

/*
 * Whether a piece that has just ended is a worker's time; see instrumentation.h. Whoever rests now, and has
 * since before the piece began, rested all along: so one look, afterwards, is enough.
 */
static bool is_of_a_worker(const struct account *own, uint64_t start)
{
    if (own != &the_meter->accounts[0] || the_meter->caller_computes)
        return true;
    for (unsigned i = 1; i <= the_meter->workers; i++)
        if (atomic_load(&the_meter->accounts[i].rests_since_ns) > start)
            return false;
    return true;
}

/* ---- a piece of work, clocked ---- */

static void add_time(struct account *own, uint64_t start)
{
    const uint64_t end = end_piece(own);
    if (is_of_a_worker(own, start))
        own->worked.busy_s += (double)(end - start) * 1e-9;
}

static void clocked_compute(uint64_t size, struct range range, const void *input, void *output,
                            void *partial)
{
    struct account *own = worker_account();
    const uint64_t start = begin_piece(own);
    the_kernel->compute(size, range, input, output, partial);
    add_time(own, start);
}

static void clocked_best(uint64_t size, const void *input, void *output, void *partial)
{
    struct account *own = worker_account();
    const uint64_t start = begin_piece(own);
    the_kernel->best(size, input, output, partial);
    add_time(own, start);
}

static void clocked_combine(void *into, const void *from)
{
    struct account *own = own_account();
    const uint64_t start = begin_piece(own);
    the_kernel->combine(into, from);
    add_time(own, start);
}

/* ---- a piece of work, counted ---- */

struct counted {
    uint64_t start;
    struct timespec cpu;
    struct rusage usage;
    struct counters_reading counters;
};

/* A thread's, from its first piece of work in the pass on. */
static _Thread_local struct counters own_counters;
static _Thread_local unsigned own_counters_of; /* the generation; 0: they are closed */

static void open_counters(void)
{
    if (own_counters_of == generation)
        return;
    counters_close(&own_counters);
    counters_open(the_meter->events, &own_counters);
    own_counters_of = generation;
}

/* The processor's next to the work: reading the others costs instructions. */
static void read_before(struct account *own, struct counted *before)
{
    open_counters();
    before->start = begin_piece(own);
    (void)getrusage(RUSAGE_THREAD, &before->usage);
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before->cpu);
    counters_read(&own_counters, &before->counters);
}

static void read_after(struct counted *after)
{
    counters_read(&own_counters, &after->counters);
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after->cpu);
    (void)getrusage(RUSAGE_THREAD, &after->usage);
}

static void add_between(struct worked *own, const struct counted *before,
                        const struct counted *after)
{
    const struct counters_reading between = counters_between(&before->counters, &after->counters);
    counters_add(&own->counted, &between);
    own->cpu_s += (double)(after->cpu.tv_sec - before->cpu.tv_sec) +
                  (double)(after->cpu.tv_nsec - before->cpu.tv_nsec) * 1e-9;
    own->voluntary_switches += (uint64_t)(after->usage.ru_nvcsw - before->usage.ru_nvcsw);
    own->involuntary_switches += (uint64_t)(after->usage.ru_nivcsw - before->usage.ru_nivcsw);
    own->minor_faults += (uint64_t)(after->usage.ru_minflt - before->usage.ru_minflt);
    own->major_faults += (uint64_t)(after->usage.ru_majflt - before->usage.ru_majflt);
    if (own->processor < 0)
        placement_print(own->processors, sizeof own->processors);
    own->processor = sched_getcpu();
}

static void add_counts(struct account *own, const struct counted *before)
{
    struct counted after;
    read_after(&after);
    (void)end_piece(own);
    own->worked.peak_memory_bytes = (uint64_t)after.usage.ru_maxrss * 1024;
    if (is_of_a_worker(own, before->start))
        add_between(&own->worked, before, &after);
}

static void counted_compute(uint64_t size, struct range range, const void *input, void *output,
                            void *partial)
{
    struct account *own = worker_account();
    struct counted before;
    read_before(own, &before);
    the_kernel->compute(size, range, input, output, partial);
    add_counts(own, &before);
}

static void counted_best(uint64_t size, const void *input, void *output, void *partial)
{
    struct account *own = worker_account();
    struct counted before;
    read_before(own, &before);
    the_kernel->best(size, input, output, partial);
    add_counts(own, &before);
}

static void counted_combine(void *into, const void *from)
{
    struct account *own = own_account();
    struct counted before;
    read_before(own, &before);
    the_kernel->combine(into, from);
    add_counts(own, &before);
}

/* ---- the meter ---- */

enum status instrumentation_new(const struct kernel *kernel, unsigned workers,
                                struct instrumentation **instrumentation)
{
    const size_t bytes = sizeof **instrumentation + (workers + 1) * sizeof(struct account);
    struct instrumentation *made = procpool_share(bytes);
    if (!made)
        return status_no_memory("the meter");
    made->kernel = *kernel;
    made->bytes = bytes;
    made->workers = workers;
    made->caller = gettid();
    const char *const events[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC", kernel->events[0],
                                  kernel->events[1]};
    memcpy(made->events, events, sizeof events);
    the_meter = made;
    the_kernel = kernel;
    generation++;
    *instrumentation = made;
    return STATUS_OK;
}

void instrumentation_free(struct instrumentation *instrumentation)
{
    if (!instrumentation)
        return;
    the_meter = NULL;
    procpool_unshare(instrumentation, instrumentation->bytes);
}

const struct kernel *instrumentation_kernel(const struct instrumentation *instrumentation)
{
    return &instrumentation->kernel;
}

const char *const *instrumentation_events(const struct instrumentation *instrumentation)
{
    return instrumentation->events;
}

void instrumentation_begin(struct instrumentation *instrumentation, enum instrumentation_pass pass)
{
    for (unsigned i = 0; i <= instrumentation->workers; i++) {
        struct worked *worked = &instrumentation->accounts[i].worked;
        if (pass == INSTRUMENTATION_CLOCK)
            worked->busy_s = 0;
        else
            *worked = (struct worked){
                .busy_s = worked->busy_s, .processor = -1, .counted = counters_nothing()};
    }
    instrumentation->kernel.compute =
        pass == INSTRUMENTATION_CLOCK ? clocked_compute : counted_compute;
    instrumentation->kernel.combine =
        pass == INSTRUMENTATION_CLOCK ? clocked_combine : counted_combine;
    if (the_kernel->best)
        instrumentation->kernel.best = pass == INSTRUMENTATION_CLOCK ? clocked_best : counted_best;
}

void instrumentation_end(struct instrumentation *instrumentation)
{
    instrumentation->kernel.compute = the_kernel->compute;
    instrumentation->kernel.combine = the_kernel->combine;
    instrumentation->kernel.best = the_kernel->best;
    counters_close(&own_counters); /* the caller's; those of other threads end with them */
    own_counters_of = 0;
}

/* Adds the caller's account to that of the first worker. */
static void merge(struct worked *into, const struct worked *caller)
{
    into->busy_s += caller->busy_s;
    into->cpu_s += caller->cpu_s;
    into->voluntary_switches += caller->voluntary_switches;
    into->involuntary_switches += caller->involuntary_switches;
    into->minor_faults += caller->minor_faults;
    into->major_faults += caller->major_faults;
    if (into->peak_memory_bytes < caller->peak_memory_bytes)
        into->peak_memory_bytes = caller->peak_memory_bytes;
    counters_add(&into->counted, &caller->counted);
}

void instrumentation_read(const struct instrumentation *instrumentation, struct worked *workers)
{
    /* With as many others as there are workers, the caller is none of them; with fewer it may be
     * none either, since of several workers one can have done everything. */
    const bool beside = !instrumentation->caller_computes ||
                        atomic_load(&instrumentation->others) >= instrumentation->workers;
    for (unsigned i = 0; i < instrumentation->workers; i++) {
        workers[i] = instrumentation->accounts[beside ? i + 1 : i].worked;
        (void)gethostname(workers[i].node, sizeof workers[i].node - 1); /* one that is idle, too */
    }
    if (beside)
        merge(&workers[0], &instrumentation->accounts[0].worked);
}
