#include "noise_verdict.h"

#include "analysed_run.h"
#include "memory.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

/* Rounds that follow each other, put together. */
struct span {
    double seconds, stolen, others, throttled; /* the shares are means over that time */
    unsigned first, last;
};

/* And can be true: they may come from anywhere. */
static bool is_known(const struct noise *noise)
{
    return noise->seconds > 0 && noise->seconds <= SAMPLES_SECONDS_MAX && noise->stolen <= 1 &&
           noise->others <= 1 && !(noise->throttled > 1);
}

static void join(struct span *span, const struct span *next)
{
    span->first = span->seconds > 0 ? span->first : next->first;
    span->last = next->last;
    span->seconds += next->seconds;
    const double weight = next->seconds / span->seconds;
    span->stolen += (next->stolen - span->stolen) * weight;
    span->others += (next->others - span->others) * weight;
    span->throttled += (next->throttled - span->throttled) * weight;
}

/* Rounds from `first` on, before `end`. `spans` are zero, one more than there are rounds. Returns
 * how many came of it; behind them is what was too short for any. */
static size_t put_together(const struct record *record, unsigned first, unsigned end,
                           struct noise_verdict *noisiness, struct span *spans)
{
    size_t count = 0;
    for (unsigned round = first; round < end && round < record->noise_count; round++) {
        const struct noise *noise = &record->noises[round];
        const struct span next = {noise->seconds,   noise->stolen, noise->others,
                                  noise->throttled, round,         round};
        if (!is_known(noise)) {
            noisiness->untold_s += fmax(0, noise->seconds);
            continue;
        }
        noisiness->rounds++;
        noisiness->seconds += noise->seconds;
        join(&spans[count], &next);
        count += spans[count].seconds >= NOISE_SECONDS_MIN;
    }
    if (count > 0 && spans[count].seconds > 0)
        join(&spans[count - 1], &spans[count]);
    return count;
}

static double stolen_of(const struct span *span)
{
    return span->stolen;
}

static double others_of(const struct span *span)
{
    return span->others;
}

static double both_of(const struct span *span)
{
    return span->stolen + span->others;
}

static double throttled_of(const struct span *span)
{
    return span->throttled;
}

static struct noise_share judge(const struct span *spans, size_t count,
                                double share_of(const struct span *))
{
    struct noise_share share = {.worst = NAN};
    double *shares = memory_new(count, sizeof *shares);
    for (size_t i = 0; i < count; i++) {
        shares[i] = share_of(&spans[i]);
        if (!(shares[i] > share.worst) && !isnan(share.worst))
            continue;
        share.worst = shares[i];
        share.first = spans[i].first;
        share.last = spans[i].last;
    }
    share.median = stats_median(shares, count);
    share.is_beyond = share.median > NOISE_MEDIAN_MAX || share.worst > NOISE_SINGLE_MAX;
    free(shares);
    return share;
}

/* Those of one run, or of each of those that it was put together of. */
static size_t find_spans(const struct analysed_run *run, struct noise_verdict *noisiness,
                         struct span *spans)
{
    const struct sources *sources = &run->sources;
    size_t count = 0;
    if (sources->count == 0)
        return put_together(run->record, 0, run->record->noise_count, noisiness, spans);
    for (size_t i = 0; i < sources->count; i++) {
        const size_t first = sources->all[i].first;
        count += put_together(run->record, (unsigned)first,
                              (unsigned)(first + sources->all[i].rounds), noisiness, spans + count);
        spans[count] = (struct span){0}; /* the next one is of another run */
    }
    return count;
}

void noise_verdict_make(struct analysed_run *run)
{
    struct noise_verdict *noisiness = &run->noise;
    struct span *spans = memory_new((size_t)run->record->noise_count + 1, sizeof *spans);
    *noisiness = (struct noise_verdict){.drift = drift_within(run->times, run->count, run->rounds),
                                        .mixed = run->sources.mixed};
    const size_t count = noisiness->spans = find_spans(run, noisiness, spans);
    noisiness->stolen = judge(spans, count, stolen_of).median;
    noisiness->others = judge(spans, count, others_of).median;
    noisiness->taken = judge(spans, count, both_of);
    noisiness->throttled = judge(spans, count, throttled_of);
    noisiness->drifted = noisiness->drift.ratio > DRIFT_MAX;
    noisiness->noisy =
        noisiness->taken.is_beyond || noisiness->throttled.is_beyond || noisiness->drifted;
    free(spans);
}

struct rounds_text {
    char text[32];
};

/* " 3" or "s 3 to 5", after "round". */
static struct rounds_text rounds_of(const struct noise_share *share)
{
    const unsigned first = share->first + 1, last = share->last + 1;
    struct rounds_text rounds;
    if (last > first)
        (void)snprintf(rounds.text, sizeof rounds.text, "s %u to %u", first, last);
    else
        (void)snprintf(rounds.text, sizeof rounds.text, " %u", first);
    return rounds;
}

static json_t *say_taken(const struct noise_verdict *noisiness)
{
    const struct noise_share *taken = &noisiness->taken;
    char together[80] = "";
    if (noisiness->spans < noisiness->rounds)
        (void)snprintf(together, sizeof together,
                       " (Rounds shorter than %g s count together with their neighbours.)",
                       NOISE_SECONDS_MIN);
    return json_pack(
        "{s:o, s:o}", "verdict",
        json_sprintf("NOISY: others took %.1f %% of the cores' time, and %.1f %% in round%s.",
                     100 * taken->median, 100 * taken->worst, rounds_of(taken).text),
        "details",
        json_sprintf("In a typical round other processes took %.1f %% and the hypervisor %.1f %%; "
                     "up to %g %%, or %g %% in one round, is fine.%s What uses all cores suffers "
                     "most: speedups look smaller than they are. End what else runs here, or take "
                     "a machine for yourself, and measure again.",
                     100 * noisiness->others, 100 * noisiness->stolen, 100 * NOISE_MEDIAN_MAX,
                     100 * NOISE_SINGLE_MAX, together));
}

static json_t *say_throttled(const struct noise_share *throttled)
{
    return json_pack(
        "{s:o, s:s}", "verdict",
        json_sprintf("NOISY: a control group's quota held cells back for %.1f %% of the time that "
                     "they asked for, %.1f %% in round%s.",
                     100 * throttled->median, 100 * throttled->worst, rounds_of(throttled).text),
        "details",
        "Whoever uses up the quota waits, and the wait is in the times: ask for more cores, or "
        "take fewer workers.");
}

static json_t *say_drifted(const struct drift *drift)
{
    return json_pack(
        "{s:o, s:o}", "verdict",
        json_sprintf("NOISY: the machine was %.2f times as slow in round %zu as in round %zu.",
                     drift->ratio, drift->slowest + 1, drift->fastest + 1),
        "details",
        json_sprintf(
            "In some rounds all cells took longer, as happens where a machine gets warm, lowers "
            "its clock or shares its memory; up to %g times is fine. Speedups do not suffer, as "
            "both of their times are of the same round. Times in seconds are good to %.0f %% at "
            "best: to compare them with another run's, measure both together (run --beside).",
            DRIFT_MAX, 100 * (drift->ratio - 1)));
}

/* One machine is slower than another, whether either drifted or not. */
static json_t *say_mixed(const struct drift *drift)
{
    return json_pack(
        "{s:o, s:o}", "verdict",
        json_sprintf("NOISY: mixed machines, %.2f times as slow in round %zu as in round %zu.",
                     drift->ratio, drift->slowest + 1, drift->fastest + 1),
        "details",
        json_sprintf("These rounds are of machines of several kinds, of which one may be slower "
                     "than another. Speedups do not suffer as times do, both of which are of one "
                     "round. Times in seconds are good to %.0f %% at best: for those, look at each "
                     "of the runs alone.",
                     100 * (drift->ratio - 1)));
}

/* So that Linux, which counts in hundredths of a second, may have had nothing to count. */
static bool is_brief(double seconds)
{
    return seconds > 0 && seconds < NOISE_SECONDS_MIN;
}

json_t *noise_verdict_notices(const struct noise_verdict *noisiness)
{
    json_t *notices = json_array();
    if (noisiness->taken.is_beyond)
        (void)json_array_append_new(notices, say_taken(noisiness));
    else if (noisiness->spans == 0)
        (void)json_array_append_new(
            notices,
            json_pack(
                "{s:o, s:s}", "verdict",
                noisiness->rounds == 0 && !is_brief(noisiness->untold_s)
                    ? json_string("Noise unknown: what others took of the cores' time is not "
                                  "recorded.")
                    : json_sprintf("Noise unknown: all rounds took %.0f ms together, too "
                                   "short to tell what others took of the cores' time.",
                                   floor(1000 * (noisiness->seconds > 0 ? noisiness->seconds
                                                                        : noisiness->untold_s))),
                "details", ""));
    if (noisiness->throttled.is_beyond)
        (void)json_array_append_new(notices, say_throttled(&noisiness->throttled));
    if (noisiness->drifted)
        (void)json_array_append_new(notices, noisiness->mixed ? say_mixed(&noisiness->drift)
                                                              : say_drifted(&noisiness->drift));
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
    const struct noise_share *taken = &noisiness->taken, *throttled = &noisiness->throttled;
    const bool has_spans = noisiness->spans > 0, has_drift = !isnan(drift->ratio);
    return json_pack(
        "{s:o?, s:I, s:f, s:I, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?}",
        "noisy", has_spans || noisiness->drifted ? json_boolean(noisiness->noisy) : NULL, "rounds",
        (json_int_t)noisiness->rounds, "seconds", noisiness->seconds, "spans",
        (json_int_t)noisiness->spans, "stolen_share", json_real(noisiness->stolen), "others_share",
        json_real(noisiness->others), "share", json_real(taken->median), "worst_share",
        json_real(taken->worst), "worst_round", known(has_spans, taken->first), "worst_round_last",
        known(has_spans, taken->last), "throttled_share", json_real(throttled->median),
        "throttled_worst_share", json_real(throttled->worst), "drift", json_real(drift->ratio),
        "slowest_round", known(has_drift, drift->slowest), "fastest_round",
        known(has_drift, drift->fastest));
}
