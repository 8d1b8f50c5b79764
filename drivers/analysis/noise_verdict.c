#include "noise_verdict.h"

#include "analysed_run.h"
#include "memory.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

/* Rounds that follow each other, put together. */
struct span {
    double seconds, stolen, others; /* the shares are means over that time */
    unsigned first, last;
};

/* And can be true: they may come from anywhere. */
static bool is_known(const struct noise *noise)
{
    return noise->seconds > 0 && noise->seconds <= SAMPLES_SECONDS_MAX && noise->stolen <= 1 &&
           noise->others <= 1;
}

static void join(struct span *span, const struct span *next)
{
    span->first = span->seconds > 0 ? span->first : next->first;
    span->last = next->last;
    span->seconds += next->seconds;
    const double weight = next->seconds / span->seconds;
    span->stolen += (next->stolen - span->stolen) * weight;
    span->others += (next->others - span->others) * weight;
}

/* `spans` are zero, one more than there are rounds. Returns how many came of it. */
static size_t put_together(const struct record *record, struct noise_verdict *noisiness,
                           struct span *spans)
{
    size_t count = 0;
    for (unsigned round = 0; round < record->noise_count; round++) {
        const struct noise *noise = &record->noises[round];
        const struct span next = {noise->seconds, noise->stolen, noise->others, round, round};
        if (!is_known(noise))
            continue;
        noisiness->rounds++;
        noisiness->seconds += noise->seconds;
        join(&spans[count], &next);
        count += spans[count].seconds >= NOISE_SECONDS_MIN;
    }
    if (count > 0 && spans[count].seconds > 0)
        join(&spans[count - 1], &spans[count]);
    return count;
}

static void judge(const struct span *spans, struct noise_verdict *noisiness)
{
    const size_t count = noisiness->spans;
    double *stolen = memory_new(3 * count, sizeof *stolen);
    double *others = stolen + count, *both = others + count;
    for (size_t i = 0; i < count; i++) {
        stolen[i] = spans[i].stolen;
        others[i] = spans[i].others;
        both[i] = stolen[i] + others[i];
        if (i > 0 && both[i] <= noisiness->worst)
            continue;
        noisiness->worst = both[i];
        noisiness->worst_round = spans[i].first;
        noisiness->worst_last = spans[i].last;
    }
    noisiness->stolen = stats_median(stolen, count);
    noisiness->others = stats_median(others, count);
    noisiness->median = stats_median(both, count);
    noisiness->taken = noisiness->median > NOISE_MEDIAN_MAX || noisiness->worst > NOISE_SINGLE_MAX;
    free(stolen);
}

void noise_verdict_make(struct analysed_run *run)
{
    struct noise_verdict *noisiness = &run->noise;
    struct span *spans = memory_new((size_t)run->record->noise_count + 1, sizeof *spans);
    *noisiness = (struct noise_verdict){.worst = NAN,
                                        .drift = drift_within(run->times, run->count, run->rounds)};
    noisiness->spans = put_together(run->record, noisiness, spans);
    judge(spans, noisiness);
    noisiness->drifted = noisiness->drift.ratio > DRIFT_MAX;
    noisiness->noisy = noisiness->taken || noisiness->drifted;
    free(spans);
}

static json_t *say_taken(const struct noise_verdict *noisiness)
{
    const unsigned first = noisiness->worst_round + 1, last = noisiness->worst_last + 1;
    char rounds[32], together[128];
    if (last > first)
        (void)snprintf(rounds, sizeof rounds, "s %u to %u", first, last);
    else
        (void)snprintf(rounds, sizeof rounds, " %u", first);
    if (noisiness->spans < noisiness->rounds)
        (void)snprintf(together, sizeof together,
                       "Its %zu rounds were put together to %zu of %g s or more. In their median",
                       noisiness->rounds, noisiness->spans, NOISE_SECONDS_MIN);
    else
        (void)snprintf(together, sizeof together, "In the median of %zu rounds", noisiness->rounds);
    return json_pack(
        "{s:o, s:o}", "verdict",
        json_sprintf("NOISY: %.1f %% of the cores' time went to others, %.1f %% in round%s.",
                     100 * noisiness->median, 100 * noisiness->worst, rounds),
        "details",
        json_sprintf("%s the hypervisor took %.1f %%, other processes %.1f %%. More than %g %% in "
                     "the median or %g %% in a round: measure on an idle machine.",
                     together, 100 * noisiness->stolen, 100 * noisiness->others,
                     100 * NOISE_MEDIAN_MAX, 100 * NOISE_SINGLE_MAX));
}

static json_t *say_drifted(const struct drift *drift)
{
    return json_pack(
        "{s:o, s:o}", "verdict",
        json_sprintf("NOISY: all cells together took %.2f times as long in round %zu as in round "
                     "%zu.",
                     drift->ratio, drift->slowest + 1, drift->fastest + 1),
        "details",
        json_sprintf("More than %g times is the machine's doing, though its counters need not show "
                     "it: times are of those minutes; speedups, which are paired by round, bear "
                     "it.",
                     DRIFT_MAX));
}

json_t *noise_verdict_notices(const struct noise_verdict *noisiness)
{
    json_t *notices = json_array();
    if (noisiness->taken)
        (void)json_array_append_new(notices, say_taken(noisiness));
    else if (noisiness->spans == 0)
        (void)json_array_append_new(
            notices,
            json_pack("{s:o, s:s}", "verdict",
                      noisiness->rounds == 0
                          ? json_string("Noise unknown: what others took of the cores' time is not "
                                        "recorded.")
                          : json_sprintf("Noise unknown: all rounds took %.0f ms together, too "
                                         "short to tell what others took of the cores' time.",
                                         floor(1000 * noisiness->seconds)),
                      "details", ""));
    if (noisiness->drifted)
        (void)json_array_append_new(notices, say_drifted(&noisiness->drift));
    return notices;
}

/* NULL, which is null there, where nothing is known. */
static json_t *known(bool is_known, size_t round)
{
    return is_known ? json_integer((json_int_t)round) : NULL;
}

json_t *noise_verdict_json(const struct noise_verdict *noisiness)
{
    const struct drift *drift = &noisiness->drift;
    const bool has_spans = noisiness->spans > 0, has_drift = !isnan(drift->ratio);
    return json_pack(
        "{s:o?, s:I, s:f, s:I, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?}", "noisy",
        has_spans || noisiness->drifted ? json_boolean(noisiness->noisy) : NULL, "rounds",
        (json_int_t)noisiness->rounds, "seconds", noisiness->seconds, "spans",
        (json_int_t)noisiness->spans, "stolen_share", json_real(noisiness->stolen), "others_share",
        json_real(noisiness->others), "share", json_real(noisiness->median), "worst_share",
        json_real(noisiness->worst), "worst_round", known(has_spans, noisiness->worst_round),
        "worst_round_last", known(has_spans, noisiness->worst_last), "drift",
        json_real(drift->ratio), "slowest_round", known(has_drift, drift->slowest), "fastest_round",
        known(has_drift, drift->fastest));
}
