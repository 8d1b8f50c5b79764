#include "efficiency.h"

#include "memory.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

static const double tolerance = 0.05;

const char *const share_word[SHARE_COUNT] = {[SHARE_USEFUL] = "none",
                                             [SHARE_OVERHEAD] = "overhead",
                                             [SHARE_IMBALANCE] = "balance",
                                             [SHARE_COMMUNICATION] = "communication"};

static bool is_usable(const struct instrumented *execution)
{
    return execution && execution->busy_max_s > 0 && execution->wall_s > 0;
}

/* A share that noise pushed below 0, or a computation that got faster, counts as none lost. */
static void share_out(struct efficiency *factors)
{
    const double busiest = fmin(factors->communication, 1);
    const double busy = busiest * fmin(factors->balance, 1);
    factors->shares[SHARE_USEFUL] = busy * fmin(factors->computation, 1);
    factors->shares[SHARE_OVERHEAD] = busy - factors->shares[SHARE_USEFUL];
    factors->shares[SHARE_IMBALANCE] = busiest - busy;
    factors->shares[SHARE_COMMUNICATION] = 1 - busiest;
}

static bool is_usual(double wall_s, const struct summary *time)
{
    return !time->has_interval || (wall_s >= time->interval.low * (1 - tolerance) &&
                                   wall_s <= time->interval.high * (1 + tolerance));
}

/*
 * Only to the worse: nothing gets faster by being watched, but a launch may still be settling, and
 * its instrumented executions are the last. Each is held against those of its own launch, whose
 * pages and cores it had; of a single launch, against the interval of its samples.
 */
static bool is_perturbed(const struct watched *watched, size_t rounds)
{
    if (rounds == 1)
        return is_usable(*watched->executions) &&
               (*watched->executions)->wall_s > watched->time->interval.high * (1 + tolerance);
    double *ratios = memory_new(rounds, sizeof *ratios);
    for (size_t i = 0; i < rounds; i++) {
        const struct instrumented *execution = watched->executions[i];
        ratios[i] = is_usable(execution) ? execution->wall_s / watched->times[i] : NAN;
    }
    const struct summary longer = stats_summary(ratios, rounds);
    free(ratios);
    return longer.interval.low > 1 + tolerance;
}

/* What the execution of a round tells, beside serial's of the same round. Both may be NULL. */
static struct efficiency look_at(const struct instrumented *own, const struct instrumented *serial,
                                 double work)
{
    struct efficiency factors = {.speedup = NAN,
                                 .balance = NAN,
                                 .communication = NAN,
                                 .computation = NAN,
                                 .instruction_scaling = NAN,
                                 .ipc_scaling = NAN,
                                 .frequency_scaling = NAN,
                                 .ipc = NAN};
    if (!is_usable(own))
        return factors;
    factors.execution = own;
    factors.balance = own->busy_sum_s / own->workers / own->busy_max_s;
    factors.communication = own->busy_max_s / own->wall_s;
    factors.ipc = own->instructions / own->cycles;
    if (!is_usable(serial))
        return factors;
    factors.is_complete = true;
    factors.computation = work * serial->busy_sum_s / own->busy_sum_s;
    factors.speedup = work * serial->busy_sum_s / own->wall_s;
    share_out(&factors);
    factors.has_counters =
        own->instructions > 0 && own->cycles > 0 && serial->instructions > 0 && serial->cycles > 0;
    if (!factors.has_counters)
        return factors;
    factors.instruction_scaling = work * serial->instructions / own->instructions;
    factors.ipc_scaling = factors.ipc / (serial->instructions / serial->cycles);
    factors.frequency_scaling =
        own->cycles / own->busy_sum_s / (serial->cycles / serial->busy_sum_s);
    return factors;
}

/* Rounds among which an execution is chosen: those with a usual one of serial if there are any,
 * else those with any of serial, else all; each time of launches that counted, too, if there are
 * any. */
static const struct choice {
    enum company { USUAL_BASE, ANY_BASE, NO_BASE } with;
    bool counted;
} choices[] = {{USUAL_BASE, true}, {USUAL_BASE, false}, {ANY_BASE, true},
               {ANY_BASE, false},  {NO_BASE, true},     {NO_BASE, false}};

static bool is_among(const struct efficiency *factors, const struct watched *base, size_t round,
                     const struct choice *choice)
{
    if (!factors->execution || (choice->counted && isnan(factors->execution->cpu_s)))
        return false;
    if (!factors->is_complete)
        return choice->with == NO_BASE;
    return choice->with != USUAL_BASE || is_usual(base->executions[round]->wall_s, base->time);
}

/* The one with the lower median of wall times; NULL: there is none. */
static const struct efficiency *median_of(const struct efficiency *all, const struct watched *base,
                                          size_t rounds, const struct choice *choice)
{
    const struct efficiency *median = NULL;
    double *walls = memory_new(rounds, sizeof *walls);
    for (size_t i = 0; i < rounds; i++)
        walls[i] = is_among(&all[i], base, i, choice) ? all[i].execution->wall_s : NAN;
    size_t count = rounds;
    double *sorted = stats_sorted(walls, &count);
    for (size_t i = 0; i < rounds && count > 0 && !median; i++)
        if (walls[i] == sorted[(count - 1) / 2])
            median = &all[i];
    free(sorted);
    free(walls);
    return median;
}

static struct summary summarise(const struct efficiency *all, size_t rounds, enum share share)
{
    double *shares = memory_new(rounds, sizeof *shares);
    for (size_t i = 0; i < rounds; i++)
        shares[i] = all[i].is_complete ? all[i].shares[share] : NAN;
    const struct summary summary = stats_summary(shares, rounds);
    free(shares);
    return summary;
}

/* Of a figure of the executions, which is at that offset of each. */
static struct summary summarise_figure(const struct watched *own, size_t rounds, size_t offset)
{
    double *figures = memory_new(rounds, sizeof *figures);
    for (size_t i = 0; i < rounds; i++) {
        const struct instrumented *execution = own->executions[i];
        figures[i] =
            is_usable(execution) ? *(const double *)((const char *)execution + offset) : NAN;
    }
    const struct summary summary = stats_summary(figures, rounds);
    free(figures);
    return summary;
}

struct efficiency efficiency_find(const struct watched *own, const struct watched *base,
                                  size_t rounds, double work)
{
    struct efficiency *all = memory_new(rounds, sizeof *all);
    for (size_t i = 0; i < rounds; i++)
        all[i] = look_at(own->executions[i], base ? base->executions[i] : NULL, work);
    const struct efficiency *chosen = NULL;
    for (size_t i = 0; i < sizeof choices / sizeof *choices && !chosen; i++)
        chosen = median_of(all, base, rounds, &choices[i]);
    struct efficiency factors = chosen ? *chosen : look_at(NULL, NULL, work);
    factors.perturbed =
        is_perturbed(own, rounds) || (factors.is_complete && is_perturbed(base, rounds));
    for (enum share share = 0; share < SHARE_COUNT; share++)
        factors.over_rounds[share] = summarise(all, rounds, share);
    factors.handed_out = summarise_figure(own, rounds, offsetof(struct instrumented, handed_out_s));
    factors.collected = summarise_figure(own, rounds, offsetof(struct instrumented, collected_s));
    free(all);
    return factors;
}

enum share efficiency_loss(const struct summary over_rounds[SHARE_COUNT], bool *is_decided)
{
    enum share greatest = SHARE_OVERHEAD;
    for (enum share share = greatest + 1; share < SHARE_COUNT; share++)
        if (over_rounds[share].median > over_rounds[greatest].median)
            greatest = share;
    *is_decided = true;
    for (enum share share = SHARE_OVERHEAD; share < SHARE_COUNT; share++)
        *is_decided =
            *is_decided && over_rounds[share].has_interval &&
            (share == greatest || !stats_overlap(&over_rounds[share], &over_rounds[greatest]));
    return over_rounds[greatest].count > 0 ? greatest : SHARE_COUNT;
}
