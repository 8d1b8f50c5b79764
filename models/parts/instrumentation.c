#define _GNU_SOURCE
#include "instrumentation.h"

#include "clock.h"
#include "placement.h"
#include "seat.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define AT_WORK UINT64_MAX

/* A kernel's functions have no context: there is one instrumentation in a process at a time. */
static struct instrumentation *current;

/* What is read around a piece of work. */
struct counted {
    struct timespec cpu;
    struct rusage usage;
    struct counters_reading counters;
};

struct piece {
    struct account *own;
    bool computes;      /* else it combines */
    bool counts;        /* else it is clocked */
    struct range items; /* that it computes */
    uint64_t start;
    struct counted before;
};

/* ---- counters ---- */

/* A thread's, from its first piece of work in the pass on. */
static _Thread_local struct counters own_counters;
static _Thread_local bool has_counters;

/* The processor's next to the work: reading the others costs instructions. */
static void read_before(struct counted *before)
{
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
                  clock_seconds(after->cpu.tv_nsec - before->cpu.tv_nsec);
    own->voluntary_switches += (uint64_t)(after->usage.ru_nvcsw - before->usage.ru_nvcsw);
    own->involuntary_switches += (uint64_t)(after->usage.ru_nivcsw - before->usage.ru_nivcsw);
    own->minor_faults += (uint64_t)(after->usage.ru_minflt - before->usage.ru_minflt);
    own->major_faults += (uint64_t)(after->usage.ru_majflt - before->usage.ru_majflt);
    if (own->processor < 0)
        placement_print(own->processors, sizeof own->processors);
    own->processor = sched_getcpu();
}

/* ---- a piece of work ---- */

static struct piece begin_piece(bool computes, struct range items)
{
    const int seat = seat_own();
    const bool seated = seat != NO_SEAT && seat < (int)current->workers;
    struct piece piece = {.own = &current->accounts[seated ? 1 + seat : 0],
                          .computes = computes,
                          .items = items,
                          .counts = current->pass == INSTRUMENTATION_COUNT};
    const uint64_t before = atomic_exchange(&piece.own->rests_since_ns, AT_WORK);
    if (computes && !seated)
        current->unseated = true;
    if (seated && before == AT_WORK)
        current->crowded = true;
    if (piece.counts && !has_counters) {
        counters_open(current->events, &own_counters);
        has_counters = true;
    }
    piece.start = clock_now_ns();
    if (piece.counts)
        read_before(&piece.before);
    return piece;
}

/*
 * Whether a piece that has just ended is a worker's time; see instrumentation.h. Whoever rests now,
 * and has since before the piece began, rested all along: so one look, afterwards, is enough.
 */
static bool is_of_a_worker(const struct piece *piece)
{
    if (piece->own != &current->accounts[0])
        return true;
    for (unsigned i = 1; i <= current->workers; i++)
        if (atomic_load(&current->accounts[i].rests_since_ns) > piece->start)
            return false;
    return true;
}

/* Its first in an execution tells when that began; each moves the end. */
static void add_computed(struct account *own, struct clocked *clocked, uint64_t start, uint64_t end)
{
    const uint64_t began = atomic_load_explicit(&current->execution_ns, memory_order_relaxed);
    if (clocked->executions == 0 || own->execution_ns != began) {
        clocked->executions++;
        clocked->first_s += clock_seconds((int64_t)(start - began));
        own->execution_ns = own->computed_ns = began;
    }
    clocked->last_s += clock_seconds((int64_t)(end - own->computed_ns));
    own->computed_ns = end;
}

static void add_clocked(const struct piece *piece, uint64_t end)
{
    struct clocked *clocked = &piece->own->worked.clocked[current->pass];
    clocked->busy_s += (double)(end - piece->start) * 1e-9;
    if (piece->computes)
        add_computed(piece->own, clocked, piece->start, end);
}

static struct timeline *timeline_of(const struct instrumentation *instrumentation, size_t account)
{
    return (void *)((char *)instrumentation->timelines.start +
                    account * instrumentation->timeline_bytes);
}

static void add_to_timeline(const struct piece *piece, uint64_t end)
{
    const uint64_t began = atomic_load_explicit(&current->execution_ns, memory_order_relaxed);
    timeline_add(timeline_of(current, (size_t)(piece->own - current->accounts)),
                 &(struct timeline_piece){.begin_ns = piece->start - began,
                                          .end_ns = end - began,
                                          .items = piece->items,
                                          .computed = range_length(piece->items),
                                          .worked_ns = end - piece->start,
                                          .combines = !piece->computes});
}

static void add_piece(const struct piece *piece, const struct counted *after, uint64_t end)
{
    struct worked *worked = &piece->own->worked;
    if (piece->counts)
        worked->peak_memory_bytes = (uint64_t)after->usage.ru_maxrss * 1024;
    if (current->pass == INSTRUMENTATION_TIMELINE) { /* who has no seat is told of by itself */
        add_to_timeline(piece, end);
        return;
    }
    if (!is_of_a_worker(piece))
        return;
    if (piece->counts)
        add_between(worked, &piece->before, after);
    else
        add_clocked(piece, end);
}

/* Accounts are left alone once several may write one at a time. */
static void end_piece(const struct piece *piece)
{
    struct counted after;
    if (piece->counts)
        read_after(&after);
    const uint64_t end = clock_now_ns();
    if (!current->unseated && !current->crowded)
        add_piece(piece, &after, end);
    atomic_store(&piece->own->rests_since_ns, end);
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const struct kernel *kernel = current->inner;
    const struct piece piece = begin_piece(true, range);
    kernel->compute(size, range, input, output, partial);
    end_piece(&piece);
    if (piece.counts && kernel_used(kernel, partial) > kernel_partial_size(kernel, size, range))
        current->too_long = true;
}

static void combine(void *into, const void *from)
{
    const struct piece piece = begin_piece(false, (struct range){0});
    current->inner->combine(into, from);
    end_piece(&piece);
}

/* ---- the instrumentation ---- */

struct instrumentation *instrumentation_new(const struct kernel *kernel, unsigned workers)
{
    const struct storage storage = storage_new(
        sizeof *current + (workers + 1) * sizeof(struct account), true, "the instrumentation");
    current = storage.start;
    current->kernel = *kernel;
    current->inner = kernel;
    current->storage = storage;
    current->workers = workers;
    current->events[0] = "PAPI_TOT_INS";
    current->events[1] = "PAPI_TOT_CYC";
    memcpy(&current->events[2], kernel->events, sizeof kernel->events);
    return current;
}

void instrumentation_free(struct instrumentation *instrumentation)
{
    struct storage storage = instrumentation->storage;
    current = NULL;
    storage_free(&instrumentation->timelines);
    storage_free(&storage);
}

void instrumentation_ask_timelines(struct instrumentation *instrumentation, unsigned most,
                                   uint64_t gap_ns)
{
    const size_t bytes = timeline_bytes(most);
    instrumentation->timelines =
        storage_new((instrumentation->workers + 1) * bytes, true, "the time line");
    instrumentation->timeline_bytes = bytes;
    instrumentation->timeline_gap_ns = gap_ns;
    for (unsigned i = 0; i <= instrumentation->workers; i++)
        timeline_begin(timeline_of(instrumentation, i), most, gap_ns);
}

const struct timeline *instrumentation_timeline(const struct instrumentation *instrumentation,
                                                unsigned worker)
{
    return timeline_of(instrumentation, worker < instrumentation->workers ? 1 + worker : 0);
}

/* All but what was clocked. */
static void forget_counts(struct worked *worked)
{
    struct worked fresh = {.processor = -1, .counted = counters_nothing()};
    memcpy(fresh.clocked, worked->clocked, sizeof fresh.clocked);
    *worked = fresh;
}

static void begin_account(struct instrumentation *instrumentation, unsigned account,
                          enum instrumentation_pass pass)
{
    struct worked *worked = &instrumentation->accounts[account].worked;
    struct timeline *timeline;
    atomic_store(&instrumentation->accounts[account].rests_since_ns, 0);
    if (pass == INSTRUMENTATION_COUNT)
        forget_counts(worked);
    if (pass < INSTRUMENTATION_CLOCKS)
        worked->clocked[pass] = (struct clocked){0};
    if (pass != INSTRUMENTATION_TIMELINE)
        return;
    timeline = timeline_of(instrumentation, account);
    timeline_begin(timeline, timeline->most, instrumentation->timeline_gap_ns);
}

void instrumentation_begin(struct instrumentation *instrumentation, enum instrumentation_pass pass)
{
    for (unsigned i = 0; i <= instrumentation->workers; i++)
        begin_account(instrumentation, i, pass);
    instrumentation->pass = pass;
    instrumentation->kernel.compute = compute;
    instrumentation->kernel.combine = combine;
    instrumentation_execution(instrumentation, clock_now_ns());
}

/* A barrier or a hand-over of the model's stands between this and whoever computes. */
void instrumentation_execution(struct instrumentation *instrumentation, uint64_t began_ns)
{
    atomic_store_explicit(&instrumentation->execution_ns, began_ns, memory_order_relaxed);
}

void instrumentation_end(struct instrumentation *instrumentation)
{
    for (unsigned i = 0; i <= instrumentation->workers; i++)
        if (instrumentation->pass == INSTRUMENTATION_TIMELINE)
            timeline_end(timeline_of(instrumentation, i));
    instrumentation->kernel = *instrumentation->inner;
    counters_close(&own_counters); /* the caller's; those of other threads end with them */
    has_counters = false;
}

void instrumentation_left(unsigned seat)
{
    if (current && seat < current->workers)
        atomic_store(&current->accounts[1 + seat].rests_since_ns, clock_now_ns());
}

/* Adds the account of those without a seat, who never compute, to that of the first worker. */
static void merge(struct worked *into, const struct worked *other)
{
    for (int clock = 0; clock < INSTRUMENTATION_CLOCKS; clock++)
        into->clocked[clock].busy_s += other->clocked[clock].busy_s;
    into->cpu_s += other->cpu_s;
    into->voluntary_switches += other->voluntary_switches;
    into->involuntary_switches += other->involuntary_switches;
    into->minor_faults += other->minor_faults;
    into->major_faults += other->major_faults;
    if (into->peak_memory_bytes < other->peak_memory_bytes)
        into->peak_memory_bytes = other->peak_memory_bytes;
    counters_add(&into->counted, &other->counted);
}

void instrumentation_read(const struct instrumentation *instrumentation, struct worked *workers)
{
    for (unsigned i = 0; i < instrumentation->workers; i++) {
        workers[i] = instrumentation->accounts[1 + i].worked;
        host_read(workers[i].node); /* of one that is idle, too */
    }
    merge(&workers[0], &instrumentation->accounts[0].worked);
}
