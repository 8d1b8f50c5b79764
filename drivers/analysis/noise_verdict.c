#include "noise_verdict.h"

#include "analysed_run.h"
#include "samples_file.h"
#include "stats.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Rounds that follow each other, put together. */
struct span {
    double seconds, stolen, others; /* the shares are means over that time */
    unsigned first, last;
};

/* One array each, with an element for every span. */
struct shares {
    double *stolen, *others, *both;
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

static void judge(const struct span *spans, const struct shares *shares,
                  struct noise_verdict *noisiness)
{
    for (size_t i = 0; i < noisiness->spans; i++) {
        shares->stolen[i] = spans[i].stolen;
        shares->others[i] = spans[i].others;
        shares->both[i] = spans[i].stolen + spans[i].others;
        if (i == 0 || shares->both[i] > noisiness->worst) {
            noisiness->worst = shares->both[i];
            noisiness->worst_round = spans[i].first;
            noisiness->worst_last = spans[i].last;
        }
    }
    noisiness->stolen = stats_median(shares->stolen, noisiness->spans);
    noisiness->others = stats_median(shares->others, noisiness->spans);
    noisiness->median = stats_median(shares->both, noisiness->spans);
    noisiness->taken = noisiness->median > NOISE_MEDIAN_MAX || noisiness->worst > NOISE_SINGLE_MAX;
}

enum status noise_verdict_make(struct analysed_run *run)
{
    struct noise_verdict *noisiness = &run->noise;
    const size_t most = (size_t)run->record->noise_count + 1;
    struct span *spans = calloc(most, sizeof *spans);
    const struct shares shares = {calloc(most, sizeof(double)), calloc(most, sizeof(double)),
                                  calloc(most, sizeof(double))};
    const bool is_there = spans && shares.stolen && shares.others && shares.both;
    *noisiness = (struct noise_verdict){.worst = NAN,
                                        .drift = drift_within(run->times, run->count, run->rounds)};
    if (is_there) {
        noisiness->spans = put_together(run->record, noisiness, spans);
        judge(spans, &shares, noisiness);
    }
    noisiness->drifted = noisiness->drift.ratio > DRIFT_MAX;
    noisiness->noisy = noisiness->taken || noisiness->drifted;
    free(shares.stolen);
    free(shares.others);
    free(shares.both);
    free(spans);
    return is_there ? STATUS_OK : status_no_memory("the noise of the rounds");
}

static void print_taken(const struct noise_verdict *noisiness, char *text, size_t length)
{
    (void)snprintf(text, length, "NOISY: %.1f %% of the cores' time went to others, %.1f %% in ",
                   100 * noisiness->median, 100 * noisiness->worst);
    if (noisiness->worst_last > noisiness->worst_round)
        text_append(text, length, "rounds %u to %u.\n", noisiness->worst_round + 1,
                    noisiness->worst_last + 1);
    else
        text_append(text, length, "round %u.\n", noisiness->worst_round + 1);
    if (noisiness->spans < noisiness->rounds)
        text_append(text, length,
                    "Its %zu rounds were put together to %zu of %g s or more. In their median\n",
                    noisiness->rounds, noisiness->spans, NOISE_SECONDS_MIN);
    else
        text_append(text, length, "In the median of %zu rounds ", noisiness->rounds);
    text_append(text, length,
                "the hypervisor took %.1f %%, other processes %.1f %%.\nMore than %g %% in the "
                "median or %g %% in a round: measure on an idle machine.",
                100 * noisiness->stolen, 100 * noisiness->others, 100 * NOISE_MEDIAN_MAX,
                100 * NOISE_SINGLE_MAX);
}

static void print_drifted(const struct noise_verdict *noisiness, char *text, size_t length)
{
    const struct drift *drift = &noisiness->drift;
    text_append(
        text, length,
        "%sNOISY: all cells together took %.2f times as long in round %zu as in round %zu.\n"
        "More than %g times is the machine's doing, though its counters need not show\n"
        "it: times are of those minutes; speedups, which are paired by round, bear it.",
        *text ? "\n" : "", drift->ratio, drift->slowest + 1, drift->fastest + 1, DRIFT_MAX);
}

void noise_verdict_print(const struct noise_verdict *noisiness, char *text, size_t length)
{
    *text = '\0';
    if (noisiness->taken)
        print_taken(noisiness, text, length);
    else if (noisiness->rounds == 0)
        (void)snprintf(text, length,
                       "Noise unknown: what others took of the cores' time is not recorded.");
    else if (noisiness->spans == 0)
        (void)snprintf(text, length,
                       "Noise unknown: all rounds took %.0f ms together, too short to tell what "
                       "others\ntook of the cores' time.",
                       floor(1000 * noisiness->seconds));
    if (noisiness->drifted)
        print_drifted(noisiness, text, length);
}

static json_t *known(const struct noise_verdict *noisiness, double share)
{
    return noisiness->spans > 0 ? json_real(share) : json_null();
}

static json_t *known_round(const struct noise_verdict *noisiness, unsigned round)
{
    return noisiness->spans > 0 ? json_integer(round) : json_null();
}

json_t *noise_verdict_json(const struct noise_verdict *noisiness)
{
    const bool is_told = !isnan(noisiness->drift.ratio);
    return json_pack(
        "{s:o, s:I, s:f, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "noisy",
        noisiness->spans > 0 || noisiness->drifted ? json_boolean(noisiness->noisy) : json_null(),
        "rounds", (json_int_t)noisiness->rounds, "seconds", noisiness->seconds, "spans",
        (json_int_t)noisiness->spans, "stolen_share", known(noisiness, noisiness->stolen),
        "others_share", known(noisiness, noisiness->others), "share",
        known(noisiness, noisiness->median), "worst_share", known(noisiness, noisiness->worst),
        "worst_round", known_round(noisiness, noisiness->worst_round), "worst_round_last",
        known_round(noisiness, noisiness->worst_last), "drift",
        is_told ? json_real(noisiness->drift.ratio) : json_null(), "slowest_round",
        is_told ? json_integer((json_int_t)noisiness->drift.slowest) : json_null(), "fastest_round",
        is_told ? json_integer((json_int_t)noisiness->drift.fastest) : json_null());
}
