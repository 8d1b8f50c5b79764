/*
 * The table of futures: who is in which state, and who waits for what.
 *
 * A future is a word of a table, and changes its state by one atomic step, so that a worker that
 * takes it and a caller that cancels it cannot both succeed. When it ends it gets the next place in
 * the order of completion. Whoever ends it then looks whether the caller waits for that; nobody is
 * woken for anything else, since to wake somebody takes longer than a small task.
 *
 * No wake-up is lost. The caller writes what it waits for, then looks whether it is there; a worker
 * writes that it is there, then looks for what is waited. All four are sequentially consistent: the
 * later of the two looks comes after both writes. See procpool.c, where it is the same.
 */
#include "executor_kind.h"

#include "clock.h"
#include "storage.h"

#include <assert.h>
#include <sched.h>
#include <stdlib.h>

#define NOTHING UINT64_MAX

/* A word for each future, whose pages are there: no sample is to pay for them. */
static void *table_of(uint64_t futures, size_t word)
{
    size_t bytes;
    if (__builtin_mul_overflow(futures, word, &bytes))
        bytes = SIZE_MAX;
    const struct storage table = storage_new(bytes, false, "a table of tasks: take a larger chunk");
    storage_touch(&table, 0, bytes);
    return table.start;
}

enum status executor_start(const struct executor_plan *plan, struct executor **started)
{
    struct executor *executor = *started =
        storage_new(sizeof *executor, false, "the executor").start;
    *executor = (struct executor){.plan = *plan};
    atomic_init(&executor->awaited_ended, NOTHING);
    atomic_init(&executor->awaited_future, NO_FUTURE);
    executor->states = table_of(plan->most, sizeof *executor->states);
    executor->order = table_of(plan->most, sizeof *executor->order);
    return plan->kind->start(executor);
}

enum status executor_ready(struct executor *executor)
{
    return executor->plan.kind->ready(executor);
}

/* ---- The queue ---- */

uint64_t executor_submit(struct executor *executor)
{
    const uint64_t submitted =
        atomic_load_explicit(&executor->submitted.number, memory_order_relaxed);
    const uint64_t future = submitted - executor->base;
    assert(future < executor->plan.most);
    atomic_store_explicit(&executor->states[future], FUTURE_PENDING, memory_order_relaxed);
    atomic_store_explicit(&executor->order[future], NO_FUTURE, memory_order_relaxed);
    atomic_store(&executor->submitted.number, submitted + 1);
    executor->plan.kind->submitted(executor);
    return future;
}

/* Gives the future its place in the order of completion, and wakes the caller who waits for it. */
static void report(struct executor *executor, uint64_t future)
{
    const uint64_t place = atomic_fetch_add(&executor->places.number, 1) - executor->base;
    atomic_store(&executor->order[place], future);
    const uint64_t ended = atomic_fetch_add(&executor->ended.number, 1) + 1;
    if (ended >= atomic_load(&executor->awaited_ended) ||
        future == atomic_load(&executor->awaited_future))
        eventcount_advance(&executor->news);
}

bool executor_take(struct executor *executor, uint64_t *future)
{
    uint64_t taken = atomic_load(&executor->taken.number);
    while (taken < atomic_load(&executor->submitted.number)) {
        if (!atomic_compare_exchange_weak(&executor->taken.number, &taken, taken + 1))
            continue;
        *future = taken++ - executor->base;
        uint32_t pending = FUTURE_PENDING;
        if (atomic_compare_exchange_strong(&executor->states[*future], &pending, FUTURE_RUNNING))
            return true;
        (void)atomic_fetch_add(&executor->cancelled, 1);
        report(executor, *future);
    }
    return false;
}

/* As a number of all that were ever submitted: whoever notes it late, when its future has been
 * reported and the caller goes on, tells nothing of the futures after the next reset. */
static void note_failure(struct executor *executor, uint64_t number)
{
    uint64_t latest = atomic_load(&executor->failed);
    while (latest < number && !atomic_compare_exchange_weak(&executor->failed, &latest, number))
        continue;
    eventcount_advance(&executor->news);
}

void executor_end(struct executor *executor, uint64_t future, enum status status)
{
    const bool failed = status != STATUS_OK;
    const uint64_t number = executor->base + future + 1;
    atomic_store(&executor->states[future], failed ? FUTURE_FAILED : FUTURE_FINISHED);
    report(executor, future);
    if (failed)
        note_failure(executor, number);
}

/* ---- States ---- */

enum future_state future_state(const struct executor *executor, uint64_t future)
{
    assert(future < atomic_load(&executor->submitted.number) - executor->base);
    return (enum future_state)atomic_load(&executor->states[future]);
}

bool future_cancel(struct executor *executor, uint64_t future)
{
    uint32_t state = FUTURE_PENDING;
    return atomic_compare_exchange_strong(&executor->states[future], &state, FUTURE_CANCELLED) ||
           state == FUTURE_CANCELLED;
}

void executor_cancel(struct executor *executor)
{
    const uint64_t submitted = atomic_load(&executor->submitted.number);
    for (uint64_t position = atomic_load(&executor->taken.number); position < submitted; position++)
        (void)future_cancel(executor, position - executor->base);
}

/* ---- Waiting ---- */

/* What is waited for; `which` is a future, or how many have ended. */
typedef bool arrival(const struct executor *executor, uint64_t which);

static bool has_ended(const struct executor *executor, uint64_t future)
{
    return future_state(executor, future) >= FUTURE_CANCELLED;
}

static bool have_ended(const struct executor *executor, uint64_t count)
{
    return atomic_load(&executor->ended.number) >= count;
}

static bool have_ended_or_one_failed(const struct executor *executor, uint64_t count)
{
    return have_ended(executor, count) || atomic_load(&executor->failed) > executor->base;
}

static void await(struct executor *executor, arrival *arrived, uint64_t which, uint64_t timeout_ns)
{
    const uint64_t end_ns = timeout_ns > 0 ? clock_now_ns() + timeout_ns : 0;
    uint64_t left_ns = timeout_ns;
    for (bool is_over = false; !is_over;) {
        const uint32_t seen = eventcount_read(&executor->news);
        if (arrived(executor, which))
            break;
        executor->plan.kind->await(executor, seen, left_ns); /* once at least: it may be there */
        if (timeout_ns > 0) {
            const uint64_t now_ns = clock_now_ns();
            is_over = now_ns >= end_ns;
            left_ns = end_ns - now_ns;
        }
    }
    atomic_store(&executor->awaited_ended, NOTHING);
    atomic_store(&executor->awaited_future, NO_FUTURE);
}

enum status future_result(struct executor *executor, uint64_t future, uint64_t timeout_ns)
{
    if (!has_ended(executor, future)) {
        atomic_store(&executor->awaited_future, future);
        await(executor, has_ended, future, timeout_ns);
    }
    return future_state(executor, future) == FUTURE_FINISHED ? STATUS_OK : STATUS_FAILED;
}

uint64_t executor_wait(struct executor *executor, enum wait_until until, uint64_t timeout_ns)
{
    const uint64_t told = executor->base + executor->told;
    const uint64_t submitted = atomic_load(&executor->submitted.number);
    const uint64_t count = until == WAIT_FIRST && told < submitted ? told + 1 : submitted;
    arrival *arrived = until == WAIT_EXCEPTION ? have_ended_or_one_failed : have_ended;
    if (!arrived(executor, count)) {
        atomic_store(&executor->awaited_ended, count);
        await(executor, arrived, count, timeout_ns);
    }
    return atomic_load(&executor->ended.number) - told;
}

bool executor_next(struct executor *executor, uint64_t *future)
{
    if (executor->base + executor->told == atomic_load(&executor->submitted.number))
        return false;
    (void)executor_wait(executor, WAIT_FIRST, 0);
    /* Whoever has the place may be just about to write it. */
    while ((*future = atomic_load(&executor->order[executor->told])) == NO_FUTURE)
        (void)sched_yield();
    executor->told++;
    return true;
}

/* ---- The end ---- */

void executor_reset(struct executor *executor)
{
    const uint64_t submitted = atomic_load(&executor->submitted.number);
    /* The last results may be there before their workers have reported them. */
    while (atomic_load(&executor->ended.number) < submitted)
        (void)sched_yield();
    executor->base = submitted;
    executor->told = 0;
}

struct executor_counts executor_counts(const struct executor *executor)
{
    const uint64_t cancelled = atomic_load(&executor->cancelled);
    return (struct executor_counts){.submitted = atomic_load(&executor->submitted.number),
                                    .completed = atomic_load(&executor->ended.number) - cancelled,
                                    .cancelled = cancelled};
}

void executor_stop(struct executor *executor, bool cancel_pending)
{
    if (executor == NULL)
        return;
    if (cancel_pending)
        executor_cancel(executor);
    else
        (void)executor_wait(executor, WAIT_ALL, 0);
    executor->plan.kind->stop(executor);
    free((void *)executor->states);
    free((void *)executor->order);
    free(executor);
}
