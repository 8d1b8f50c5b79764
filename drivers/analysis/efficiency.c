#include "efficiency.h"

#include <math.h>
#include <stdlib.h>

static const double tolerance = 0.05;

static const struct efficiency efficiency_unknown = {
    .wall_s = NAN,
    .speedup = NAN,
    .balance = NAN,
    .communication = NAN,
    .computation = NAN,
    .instruction_scaling = NAN,
    .ipc_scaling = NAN,
    .frequency_scaling = NAN,
    .ipc = NAN,
    .execution = {.cpu_s = NAN,
                  .voluntary_switches = NAN,
                  .involuntary_switches = NAN,
                  .minor_faults = NAN,
                  .major_faults = NAN,
                  .peak_memory_bytes = NAN,
                  .instructions = NAN,
                  .cycles = NAN,
                  .own = {NAN, NAN}},
};

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

static bool is_perturbed(double wall_s, const struct summary *time)
{
    return time->has_interval && (wall_s < time->interval.low * (1 - tolerance) ||
                                  wall_s > time->interval.high * (1 + tolerance));
}

static void describe(const struct instrumented *chosen, struct efficiency *factors)
{
    factors->exists = true;
    factors->execution = *chosen;
    factors->round = chosen->round;
    factors->wall_s = chosen->wall_s;
    factors->balance = chosen->busy_sum_s / chosen->workers / chosen->busy_max_s;
    factors->communication = chosen->busy_max_s / chosen->wall_s;
    factors->ipc = chosen->instructions / chosen->cycles;
}

static bool is_counted(const struct instrumented *execution)
{
    return execution->instructions > 0 && execution->cycles > 0;
}

/* `work` is how many times as much as that of `serial` the work is. */
static void take_apart(const struct instrumented *own, const struct instrumented *serial,
                       double work, struct efficiency *factors)
{
    if (!is_counted(own) || !is_counted(serial))
        return;
    factors->has_counters = true;
    factors->instruction_scaling = work * serial->instructions / own->instructions;
    factors->ipc_scaling =
        own->instructions / own->cycles / (serial->instructions / serial->cycles);
    factors->frequency_scaling =
        own->cycles / own->busy_sum_s / (serial->cycles / serial->busy_sum_s);
}

/* A share that noise pushed below 0, or a computation that got faster, counts as none lost. */
struct time_shares efficiency_shares(const struct efficiency *factors)
{
    const double busiest = fmin(factors->communication, 1);
    const double busy = busiest * fmin(factors->balance, 1);
    const double useful = busy * fmin(factors->computation, 1);
    return (struct time_shares){useful, busy - useful, busiest - busy, 1 - busiest};
}

/* The three losses over the rounds that both have. */
static enum status summarise_losses(const struct instrumented *const *own,
                                    const struct instrumented *const *base, size_t rounds,
                                    double work, struct efficiency *factors)
{
    struct summary *const summaries[] = {&factors->lost.overhead, &factors->lost.imbalance,
                                         &factors->lost.communication};
    double *losses = calloc(3 * rounds + 1, sizeof *losses);
    size_t count = 0;
    if (!losses)
        return status_no_memory("the factors");
    for (size_t round = 0; base && round < rounds; round++) {
        if (!is_usable(own[round]) || !is_usable(base[round]))
            continue;
        struct efficiency of_round = {.computation =
                                          work * base[round]->busy_sum_s / own[round]->busy_sum_s};
        describe(own[round], &of_round);
        const struct time_shares shares = efficiency_shares(&of_round);
        losses[count] = shares.overhead;
        losses[rounds + count] = shares.imbalance;
        losses[2 * rounds + count++] = shares.communication;
    }
    for (size_t i = 0; i < 3; i++)
        *summaries[i] = stats_summary(losses + i * rounds, count);
    free(losses);
    return STATUS_OK;
}

enum status efficiency_find(const struct instrumented *const *own,
                            const struct instrumented *const *base, size_t rounds, double work,
                            const struct summary *time, const struct summary *base_time,
                            struct efficiency *factors)
{
    *factors = efficiency_unknown;
    const struct instrumented **scratch = calloc(rounds + 1, sizeof *scratch);
    if (!scratch)
        return status_no_memory("the factors");
    const struct instrumented *chosen = base ? median_of(own, base, rounds, scratch) : NULL;
    if (chosen) {
        const double serial_s = work * base[chosen->round]->busy_sum_s;
        factors->is_complete = true;
        factors->computation = serial_s / chosen->busy_sum_s;
        factors->speedup = serial_s / chosen->wall_s;
        take_apart(chosen, base[chosen->round], work, factors);
        factors->perturbed = is_perturbed(base[chosen->round]->wall_s, base_time);
    } else {
        chosen = median_of(own, NULL, rounds, scratch);
    }
    if (chosen) {
        describe(chosen, factors);
        factors->perturbed = factors->perturbed || is_perturbed(chosen->wall_s, time);
    }
    free(scratch);
    return summarise_losses(own, base, rounds, work, factors);
}
