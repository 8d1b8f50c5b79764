#include "noise_verdict.h"

#include "analysed_run.h"
#include "memory.h"
#include "stats.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static void say_taken(const struct noise_verdict *noisiness, struct noise_notice *notice)
{
    const size_t length = sizeof notice->details;
    text_append(notice->verdict, sizeof notice->verdict,
                "NOISY: %.1f %% of the cores' time went to others, %.1f %% in round%s %u",
                100 * noisiness->median, 100 * noisiness->worst,
                noisiness->worst_last > noisiness->worst_round ? "s" : "",
                noisiness->worst_round + 1);
    if (noisiness->worst_last > noisiness->worst_round)
        text_append(notice->verdict, sizeof notice->verdict, " to %u", noisiness->worst_last + 1);
    text_append(notice->verdict, sizeof notice->verdict, ".");
    if (noisiness->spans < noisiness->rounds)
        text_append(notice->details, length,
                    "Its %zu rounds were put together to %zu of %g s or more. In their median ",
                    noisiness->rounds, noisiness->spans, NOISE_SECONDS_MIN);
    else
        text_append(notice->details, length, "In the median of %zu rounds ", noisiness->rounds);
    text_append(notice->details, length,
                "the hypervisor took %.1f %%, other processes %.1f %%. More than %g %% in the "
                "median or %g %% in a round: measure on an idle machine.",
                100 * noisiness->stolen, 100 * noisiness->others, 100 * NOISE_MEDIAN_MAX,
                100 * NOISE_SINGLE_MAX);
}

static void say_drifted(const struct noise_verdict *noisiness, struct noise_notice *notice)
{
    const struct drift *drift = &noisiness->drift;
    text_append(notice->verdict, sizeof notice->verdict,
                "NOISY: all cells together took %.2f times as long in round %zu as in round %zu.",
                drift->ratio, drift->slowest + 1, drift->fastest + 1);
    text_append(notice->details, sizeof notice->details,
                "More than %g times is the machine's doing, though its counters need not show it: "
                "times are of those minutes; speedups, which are paired by round, bear it.",
                DRIFT_MAX);
}

void noise_verdict_say(const struct noise_verdict *noisiness,
                       struct noise_notice notices[NOISE_NOTICES])
{
    char *unknown = notices[0].verdict;
    memset(notices, 0, NOISE_NOTICES * sizeof *notices);
    if (noisiness->taken)
        say_taken(noisiness, &notices[0]);
    else if (noisiness->rounds == 0)
        text_append(unknown, sizeof notices->verdict,
                    "Noise unknown: what others took of the cores' time is not recorded.");
    else if (noisiness->spans == 0)
        text_append(unknown, sizeof notices->verdict,
                    "Noise unknown: all rounds took %.0f ms together, too short to tell what "
                    "others took of the cores' time.",
                    floor(1000 * noisiness->seconds));
    if (noisiness->drifted)
        say_drifted(noisiness, &notices[1]);
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
