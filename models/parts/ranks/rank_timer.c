#include "rank_timer.h"

#include "clock.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Exchanges of a comparison, and of those that a line is fitted to. */
enum { COMPARED = 64, FITTED_MOST = 8 * COMPARED };

/* Where exchanges take longer than this together, fewer will do: clocks cannot be known well. */
static const int64_t comparison_most_ns = 10000000;

/* A comparison is not worth more than one part in so many of the time. */
enum { WORTH = 20 };

/*
 * By this share of a round trip the ways between two nodes may differ, where each rank has a core
 * of its own. On one that shares its core a message waits, always on the same way.
 */
static const double unequal = 0.1, unequal_on_shared_cores = 1;

static const int64_t notice_least_ns = 50000, notice_most_ns = 20000000;

/*
 * A rank that begins so long after the moment came too late or lost its core while it waited. One
 * that did not begins within two readings of the clock, which are less than 0.1 µs together; work
 * that is measured takes some µs at least.
 */
static const int64_t late_ns = 1000;

/* Of comparisons, which no model takes for its own messages: the highest that any MPI has at
 * least. */
enum { TAG = 32767 };

/* ---- whose clock is how far ahead ---- */

static int64_t now_ns(void)
{
    return (int64_t)clock_now_ns();
}

/*
 * Who they are, each rank tells all others. A communicator of them would do as well; but to split
 * it off took a simulation half a minute for 1,024 nodes.
 */
static void find_heads(struct rank_timer *timer, bool is_head)
{
    int rank, size;
    const int own = is_head;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    timer->heads = memory_new((size_t)size, sizeof *timer->heads);
    MPI_Allgather(&own, 1, MPI_INT, timer->heads, 1, MPI_INT, MPI_COMM_WORLD);
    for (int other = 0; other < size; other++) {
        if (!timer->heads[other])
            continue;
        if (other == rank)
            timer->place = timer->nodes;
        timer->heads[timer->nodes++] = other;
    }
}

/* This node's clock, as often as the other one asks, and the line from there to rank 0's. */
static void answer(struct rank_timer *timer, int other)
{
    int64_t more, now;
    do {
        MPI_Recv(&more, 1, MPI_INT64_T, other, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        now = now_ns();
        MPI_Send(&now, 1, MPI_INT64_T, other, TAG, MPI_COMM_WORLD);
    } while (more);
    MPI_Send(&timer->line, sizeof timer->line, MPI_BYTE, other, TAG, MPI_COMM_WORLD);
}

/* Whereby the oldest may be forgotten. */
static void make_room_for_exchanges(struct rank_timer *timer)
{
    if (!timer->exchanges)
        timer->exchanges = memory_new(FITTED_MOST, sizeof *timer->exchanges);
    if (timer->exchanged > FITTED_MOST - COMPARED) {
        timer->exchanged -= COMPARED;
        memmove(timer->exchanges, timer->exchanges + COMPARED,
                timer->exchanged * sizeof *timer->exchanges);
    }
}

/* The message there is as long as that back, lest it take less. */
static void ask(struct rank_timer *timer, int other)
{
    struct clock_line onward;
    int64_t more;
    make_room_for_exchanges(timer);
    const size_t most = timer->exchanged + COMPARED;
    const int64_t until = now_ns() + comparison_most_ns;
    do {
        struct clock_exchange *exchange = &timer->exchanges[timer->exchanged++];
        exchange->before = now_ns();
        more = timer->exchanged < most && exchange->before < until;
        MPI_Send(&more, 1, MPI_INT64_T, other, TAG, MPI_COMM_WORLD);
        MPI_Recv(&exchange->other, 1, MPI_INT64_T, other, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        exchange->after = now_ns();
    } while (more);
    MPI_Recv(&onward, sizeof onward, MPI_BYTE, other, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    const struct clock_line line =
        clock_line_fit(timer->exchanges, timer->exchanged,
                       timer->oversubscribed ? unequal_on_shared_cores : unequal);
    timer->line = clock_line_join(&line, &onward);
}

/* Of 8 nodes 4 asks 0; then 2 asks 0 and 6 asks 4; then 1, 3, 5 and 7 ask 0, 2, 4 and 6. */
static void ask_and_answer(struct rank_timer *timer)
{
    const int node = timer->place;
    int step = 1;
    while (step < timer->nodes)
        step *= 2;
    for (step /= 2; step > 0; step /= 2) {
        const int place = node % (2 * step);
        if (place == step)
            ask(timer, timer->heads[node - step]);
        else if (place == 0 && node + step < timer->nodes)
            answer(timer, timer->heads[node + step]);
    }
}

static void compare_clocks(struct rank_timer *timer)
{
    if (timer->one_clock)
        return;
    const int64_t begun = now_ns();
    if (timer->place >= 0)
        ask_and_answer(timer);
    MPI_Bcast(&timer->line, sizeof timer->line, MPI_BYTE, 0, timer->node);
    const int64_t now = now_ns(), own = clock_line_uncertain(&timer->line, now);
    MPI_Allreduce(&own, &timer->uncertain_ns, 1, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    timer->rest_until = now + WORTH * (now - begun);
}

void rank_timer_start(struct rank_timer *timer, bool oversubscribed)
{
    int local_rank, local_size, size;
    *timer = (struct rank_timer){
        .place = -1, .notice_ns = notice_least_ns, .oversubscribed = oversubscribed};
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &timer->node);
    MPI_Comm_rank(timer->node, &local_rank);
    MPI_Comm_size(timer->node, &local_size);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    timer->one_clock = local_size == size;
    if (!timer->one_clock)
        find_heads(timer, local_rank == 0);
    compare_clocks(timer);
}

void rank_timer_stop(struct rank_timer *timer)
{
    MPI_Comm_free(&timer->node);
    free(timer->heads);
    free(timer->exchanges);
}

/* ---- a sample ---- */

static uint64_t begin_by_barrier(struct rank_timer *timer)
{
    timer->start = (struct rank_start){.kind = START_BARRIER};
    timer->came_late = false;
    MPI_Barrier(MPI_COMM_WORLD);
    return timer->begun_ns = clock_now_ns();
}

/* Nobody leaves the core to others while it waits: it may not get it back in time. */
static uint64_t begin_by_clock(struct rank_timer *timer)
{
    int64_t now = now_ns();
    int64_t moment = now - clock_line_ahead(&timer->line, now) + timer->notice_ns;
    MPI_Bcast(&moment, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
    const int64_t own = clock_line_own(&timer->line, moment);
    now = now_ns();
    timer->came_late = now > own;
    while (now < own)
        now = now_ns();
    timer->start = (struct rank_start){.kind = START_CLOCK, .late = now - own > late_ns};
    timer->begun_ns = (uint64_t)now;
    return timer->start.late ? timer->begun_ns : (uint64_t)own;
}

/* Whether a sample begins by the clock, if clocks are known well enough. */
static bool is_short(const struct rank_timer *timer)
{
    return !timer->oversubscribed && timer->latest_ns > 0 && timer->latest_ns < RANK_TIMER_SHORT_NS;
}

static bool is_certain(const struct rank_timer *timer)
{
    return timer->uncertain_ns <= timer->latest_ns / RANK_TIMER_CERTAIN;
}

uint64_t rank_timer_begin(struct rank_timer *timer)
{
    return is_short(timer) && is_certain(timer) && !timer->was_late ? begin_by_clock(timer)
                                                                    : begin_by_barrier(timer);
}

void rank_timer_end(struct rank_timer *timer, uint64_t duration_ns, unsigned executions,
                    struct outcome *outcome)
{
    enum { LONGEST, LAST, FIRST, LATE, CAME_LATE, UNCERTAIN_THEN, UNCERTAIN, REST, VALUES };
    const int64_t now = now_ns(), own_begun = (int64_t)timer->begun_ns;
    const int64_t begun = own_begun - clock_line_ahead(&timer->line, own_begun);
    const int64_t own[VALUES] = {
        [LONGEST] = (int64_t)duration_ns,
        [LAST] = begun,
        [FIRST] = -begun,
        [LATE] = timer->start.late,
        [CAME_LATE] = timer->came_late,
        [UNCERTAIN_THEN] = clock_line_uncertain(&timer->line, own_begun),
        [UNCERTAIN] = clock_line_uncertain(&timer->line, now),
        [REST] = timer->rest_until - now,
    };
    int64_t most[VALUES];
    MPI_Allreduce(own, most, VALUES, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    timer->latest_ns = most[LONGEST] / executions;
    timer->uncertain_ns = most[UNCERTAIN];
    timer->was_late = most[LATE] != 0;
    /* Only rank 0's matters. It does not help who came in time and lost its core later. */
    if (most[CAME_LATE] != 0)
        timer->notice_ns =
            2 * timer->notice_ns < notice_most_ns ? 2 * timer->notice_ns : notice_most_ns;
    outcome->seconds = clock_seconds(most[LONGEST]);
    outcome->start = (struct rank_start){.kind = timer->start.kind,
                                         .skew_s = clock_seconds(most[LAST] + most[FIRST]),
                                         .uncertain_s = clock_seconds(most[UNCERTAIN_THEN]),
                                         .late = timer->was_late};
    if (is_short(timer) && !is_certain(timer) && most[REST] <= 0)
        compare_clocks(timer);
}
