#include "rank_timer.h"

#include "clock.h"

enum { ATTEMPTS = 20 };

/* For so long a comparison of clocks is good. They drift apart by up to some 10 µs a second, which
 * is 1 µs in this time. */
static const int64_t comparison_lasts_ns = 100000000, drift_ns = 1000;

static const int64_t notice_least_ns = 50000, notice_most_ns = 20000000;

/*
 * A rank that begins so long after the moment came too late or lost its core while it waited. One
 * that did not begins within two readings of the clock, which are less than 0.1 µs together; work
 * that is measured takes some µs at least.
 */
static const int64_t late_ns = 1000;

/* ---- whose clock is how far ahead ---- */

/* Rank 0's side: its clock, as often as the other asks. */
static void answer(MPI_Comm askers, int other)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int64_t now;
        MPI_Recv(NULL, 0, MPI_BYTE, other, 0, askers, MPI_STATUS_IGNORE);
        now = (int64_t)clock_now_ns();
        MPI_Send(&now, 1, MPI_INT64_T, other, 0, askers);
    }
}

static void ask(struct rank_timer *timer)
{
    int64_t shortest = INT64_MAX;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int64_t root;
        const int64_t before = (int64_t)clock_now_ns();
        MPI_Send(NULL, 0, MPI_BYTE, 0, 0, timer->askers);
        MPI_Recv(&root, 1, MPI_INT64_T, 0, 0, timer->askers, MPI_STATUS_IGNORE);
        const int64_t after = (int64_t)clock_now_ns();
        if (after - before < shortest) {
            shortest = after - before;
            timer->ahead_ns = before + shortest / 2 - root;
        }
    }
    timer->uncertain_ns = shortest / 2 + drift_ns;
}

static void ask_or_answer(struct rank_timer *timer)
{
    int rank, size;
    MPI_Comm_rank(timer->askers, &rank);
    MPI_Comm_size(timer->askers, &size);
    for (int other = 1; rank == 0 && other < size; other++)
        answer(timer->askers, other);
    if (rank > 0)
        ask(timer);
}

/* Takes the time of a few messages for each node, one after the other. */
static void compare_clocks(struct rank_timer *timer)
{
    timer->ahead_ns = timer->uncertain_ns = 0;
    if (timer->askers != MPI_COMM_NULL)
        ask_or_answer(timer);
    MPI_Bcast(&timer->ahead_ns, 1, MPI_INT64_T, 0, timer->node);
    MPI_Allreduce(MPI_IN_PLACE, &timer->uncertain_ns, 1, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    timer->synced_ns = clock_now_ns();
}

void rank_timer_start(struct rank_timer *timer, bool oversubscribed)
{
    int local_rank;
    *timer = (struct rank_timer){.notice_ns = notice_least_ns, .oversubscribed = oversubscribed};
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &timer->node);
    MPI_Comm_rank(timer->node, &local_rank);
    MPI_Comm_split(MPI_COMM_WORLD, local_rank == 0 ? 0 : MPI_UNDEFINED, 0, &timer->askers);
    compare_clocks(timer);
}

void rank_timer_stop(struct rank_timer *timer)
{
    if (timer->askers != MPI_COMM_NULL)
        MPI_Comm_free(&timer->askers);
    MPI_Comm_free(&timer->node);
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
    int64_t moment = (int64_t)clock_now_ns() - timer->ahead_ns + timer->notice_ns;
    MPI_Bcast(&moment, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
    const int64_t own = moment + timer->ahead_ns;
    int64_t now = (int64_t)clock_now_ns();
    timer->came_late = now > own;
    while (now < own)
        now = (int64_t)clock_now_ns();
    timer->start = (struct rank_start){.kind = START_CLOCK, .late = now - own > late_ns};
    timer->begun_ns = (uint64_t)now;
    return timer->start.late ? timer->begun_ns : (uint64_t)own;
}

static bool begins_by_clock(const struct rank_timer *timer)
{
    return !timer->oversubscribed && timer->latest_ns > 0 &&
           timer->latest_ns < RANK_TIMER_SHORT_NS &&
           timer->uncertain_ns <= timer->latest_ns / RANK_TIMER_CERTAIN;
}

uint64_t rank_timer_begin(struct rank_timer *timer)
{
    if (timer->sync_due)
        compare_clocks(timer);
    return begins_by_clock(timer) ? begin_by_clock(timer) : begin_by_barrier(timer);
}

void rank_timer_end(struct rank_timer *timer, uint64_t duration_ns, unsigned executions,
                    struct outcome *outcome)
{
    const int64_t begun = (int64_t)timer->begun_ns - timer->ahead_ns;
    const int64_t since_sync = (int64_t)(clock_now_ns() - timer->synced_ns);
    const int64_t own[] = {(int64_t)duration_ns, begun,      -begun,
                           timer->start.late,    since_sync, timer->came_late};
    int64_t most[] = {0, 0, 0, 0, 0, 0};
    MPI_Allreduce(own, most, 6, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    timer->latest_ns = most[0] / executions;
    timer->sync_due = most[4] > comparison_lasts_ns;
    /* Only rank 0's matters. It does not help who came in time and lost its core later. */
    if (most[5] != 0)
        timer->notice_ns =
            2 * timer->notice_ns < notice_most_ns ? 2 * timer->notice_ns : notice_most_ns;
    outcome->seconds = clock_seconds(most[0]);
    outcome->start = (struct rank_start){.kind = timer->start.kind,
                                         .skew_s = clock_seconds(most[1] + most[2]),
                                         .late = most[3] != 0};
}
