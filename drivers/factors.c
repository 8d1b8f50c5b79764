#include "factors.h"

#include <math.h>
#include <stdlib.h>

static const double tolerance = 0.05;

static bool is_usable(const struct instrumented *execution)
{
    return execution && execution->busy_max_s > 0 && execution->wall_s > 0;
}

/* By wall time; of two that took the same time, the earlier one comes first. */
static int compare_walls(const void *a, const void *b)
{
    const struct instrumented *left = *(const struct instrumented *const *)a;
    const struct instrumented *right = *(const struct instrumented *const *)b;
    if (left->wall_s < right->wall_s || left->wall_s > right->wall_s)
        return left->wall_s < right->wall_s ? -1 : 1;
    return (left->round > right->round) - (left->round < right->round);
}

/* Of the rounds that also the base has, when there is a base. `scratch` is as long as `own`. */
static const struct instrumented *median_of(const struct instrumented *const *own,
                                            const struct instrumented *const *base, size_t rounds,
                                            const struct instrumented **scratch)
{
    size_t count = 0;
    for (size_t round = 0; round < rounds; round++)
        if (is_usable(own[round]) && (!base || is_usable(base[round])))
            scratch[count++] = own[round];
    if (count == 0)
        return NULL;
    qsort(scratch, count, sizeof *scratch, compare_walls);
    return scratch[(count - 1) / 2];
}

static bool is_disturbed(double wall_s, const struct summary *time)
{
    return time->has_interval && (wall_s < time->interval.low * (1 - tolerance) ||
                                  wall_s > time->interval.high * (1 + tolerance));
}

static void describe(const struct instrumented *chosen, const struct summary *time,
                     struct factors *factors)
{
    factors->exists = true;
    factors->execution = *chosen;
    factors->round = chosen->round;
    factors->wall_s = chosen->wall_s;
    factors->balance = chosen->busy_sum_s / chosen->workers / chosen->busy_max_s;
    factors->communication = chosen->busy_max_s / chosen->wall_s;
    factors->disturbed = is_disturbed(chosen->wall_s, time);
}

enum status factors_find(const struct instrumented *const *own,
                         const struct instrumented *const *base, size_t rounds,
                         const struct summary *time, struct factors *factors)
{
    *factors = (struct factors){.speedup = NAN, .computation = NAN};
    const struct instrumented **scratch = calloc(rounds + 1, sizeof *scratch);
    if (!scratch)
        return status_no_memory("the factors");
    const struct instrumented *chosen = base ? median_of(own, base, rounds, scratch) : NULL;
    if (chosen) {
        const double serial_s = base[chosen->round]->busy_sum_s;
        factors->is_complete = true;
        factors->computation = serial_s / chosen->busy_sum_s;
        factors->speedup = serial_s / chosen->wall_s;
    } else {
        chosen = median_of(own, NULL, rounds, scratch);
    }
    if (chosen)
        describe(chosen, time, factors);
    free(scratch);
    return STATUS_OK;
}
