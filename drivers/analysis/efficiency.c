#include "efficiency.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

static const double tolerance = 0.05;

static bool is_usable(const struct instrumented *execution)
{
    return execution && execution->busy_max_s > 0 && execution->wall_s > 0;
}

/* The one with the lower median of wall times, among the rounds that also the base has, when there
 * is a base; or NULL. */
static const struct instrumented *median_of(const struct instrumented *const *own,
                                            const struct instrumented *const *base, size_t rounds)
{
    const struct instrumented *median = NULL;
    double *walls = memory_new(rounds, sizeof *walls);
    for (size_t i = 0; i < rounds; i++)
        walls[i] = is_usable(own[i]) && (!base || is_usable(base[i])) ? own[i]->wall_s : NAN;
    size_t count = rounds;
    double *sorted = stats_sorted(walls, &count);
    for (size_t i = 0; i < rounds && count > 0 && !median; i++)
        if (walls[i] == sorted[(count - 1) / 2])
            median = own[i];
    free(sorted);
    free(walls);
    return median;
}

static bool is_perturbed(double wall_s, const struct summary *time)
{
    return time->has_interval && (wall_s < time->interval.low * (1 - tolerance) ||
                                  wall_s > time->interval.high * (1 + tolerance));
}

static void describe(const struct instrumented *chosen, struct efficiency *factors)
{
    factors->execution = chosen;
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
static void summarise_losses(const struct instrumented *const *own,
                             const struct instrumented *const *base, size_t rounds, double work,
                             struct efficiency *factors)
{
    double *overheads = memory_new(3 * rounds, sizeof *overheads);
    double *imbalances = overheads + rounds, *communications = imbalances + rounds;
    size_t count = 0;
    for (size_t round = 0; base && round < rounds; round++) {
        if (!is_usable(own[round]) || !is_usable(base[round]))
            continue;
        struct efficiency of_round = {.computation =
                                          work * base[round]->busy_sum_s / own[round]->busy_sum_s};
        describe(own[round], &of_round);
        const struct time_shares shares = efficiency_shares(&of_round);
        overheads[count] = shares.overhead;
        imbalances[count] = shares.imbalance;
        communications[count++] = shares.communication;
    }
    factors->lost.overhead = stats_summary(overheads, count);
    factors->lost.imbalance = stats_summary(imbalances, count);
    factors->lost.communication = stats_summary(communications, count);
    free(overheads);
}

struct efficiency efficiency_find(const struct instrumented *const *own,
                                  const struct instrumented *const *base, size_t rounds,
                                  double work, const struct summary *time,
                                  const struct summary *base_time)
{
    struct efficiency factors = {.speedup = NAN,
                                 .balance = NAN,
                                 .communication = NAN,
                                 .computation = NAN,
                                 .instruction_scaling = NAN,
                                 .ipc_scaling = NAN,
                                 .frequency_scaling = NAN,
                                 .ipc = NAN};
    const struct instrumented *chosen = base ? median_of(own, base, rounds) : NULL;
    if (chosen) {
        const struct instrumented *serial = base[chosen->round];
        factors.is_complete = true;
        factors.computation = work * serial->busy_sum_s / chosen->busy_sum_s;
        factors.speedup = work * serial->busy_sum_s / chosen->wall_s;
        factors.perturbed = is_perturbed(serial->wall_s, base_time);
        take_apart(chosen, serial, work, &factors);
    } else {
        chosen = median_of(own, NULL, rounds);
    }
    if (chosen) {
        describe(chosen, &factors);
        factors.perturbed = factors.perturbed || is_perturbed(chosen->wall_s, time);
    }
    summarise_losses(own, base, rounds, work, &factors);
    return factors;
}
