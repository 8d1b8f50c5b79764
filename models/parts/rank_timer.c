#include "rank_timer.h"

#include "clock.h"

#include <mpi.h>

static const int64_t notice_least_ns = 50000, notice_most_ns = 20000000;

/*
 * A rank that begins so long after the moment came too late or lost its core while it waited. One
 * that did not begins within two readings of the clock, which are less than 0.1 µs together; work
 * that is measured takes some µs at least.
 */
static const int64_t late_ns = 1000;

void rank_timer_start(struct rank_timer *timer, bool oversubscribed)
{
    *timer = (struct rank_timer){.notice_ns = notice_least_ns, .oversubscribed = oversubscribed};
    rank_clock_start(&timer->clock);
}

void rank_timer_stop(struct rank_timer *timer)
{
    rank_clock_stop(&timer->clock);
}

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
    int64_t moment = rank_clock_to_root(&timer->clock, clock_now_ns()) + timer->notice_ns;
    MPI_Bcast(&moment, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
    const int64_t own = (int64_t)rank_clock_from_root(&timer->clock, moment);
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
           timer->clock.uncertain_ns <= timer->latest_ns / RANK_TIMER_CERTAIN;
}

uint64_t rank_timer_begin(struct rank_timer *timer)
{
    if (timer->sync_due)
        rank_clock_sync(&timer->clock);
    return begins_by_clock(timer) ? begin_by_clock(timer) : begin_by_barrier(timer);
}

/* Only rank 0's matters. It does not help who came in time and lost its core later. */
static void give_more_notice(struct rank_timer *timer)
{
    timer->notice_ns =
        2 * timer->notice_ns < notice_most_ns ? 2 * timer->notice_ns : notice_most_ns;
}

struct rank_time rank_timer_end(struct rank_timer *timer, uint64_t duration_ns, unsigned executions)
{
    const int64_t begun = rank_clock_to_root(&timer->clock, timer->begun_ns);
    const int64_t since_sync = (int64_t)(clock_now_ns() - timer->clock.synced_ns);
    const int64_t own[] = {(int64_t)duration_ns, begun,      -begun,
                           timer->start.late,    since_sync, timer->came_late};
    int64_t most[] = {0, 0, 0, 0, 0, 0};
    MPI_Allreduce(own, most, 6, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    timer->latest_ns = most[0] / executions;
    timer->start.skew_s = (double)(most[1] + most[2]) * 1e-9;
    timer->start.late = most[3] != 0;
    timer->sync_due = most[4] > RANK_CLOCK_LASTS_NS;
    if (most[5] != 0)
        give_more_notice(timer);
    return (struct rank_time){(double)most[0] * 1e-9, timer->start};
}
