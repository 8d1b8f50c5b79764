#include "noisiness.h"

#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The shares of the rounds that count, one array each. */
struct shares {
    double *stolen, *others, *both;
};

static bool counts(const struct noise *noise)
{
    return noise->seconds >= NOISE_SECONDS_MIN && !isnan(noise->stolen) && !isnan(noise->others);
}

static void judge(const struct record *record, const struct shares *shares,
                  struct noisiness *noisiness)
{
    for (unsigned round = 0; round < record->noise_count; round++) {
        const struct noise *noise = &record->noises[round];
        if (!counts(noise))
            continue;
        const size_t i = noisiness->rounds++;
        shares->stolen[i] = noise->stolen;
        shares->others[i] = noise->others;
        shares->both[i] = noise->stolen + noise->others;
        if (i == 0 || shares->both[i] > noisiness->worst) {
            noisiness->worst = shares->both[i];
            noisiness->worst_round = round;
        }
    }
    noisiness->stolen = stats_median(shares->stolen, noisiness->rounds);
    noisiness->others = stats_median(shares->others, noisiness->rounds);
    noisiness->median = stats_median(shares->both, noisiness->rounds);
    noisiness->noisy = noisiness->median > NOISE_MEDIAN_MAX || noisiness->worst > NOISE_SINGLE_MAX;
}

enum status noisiness_of(const struct record *record, struct noisiness *noisiness)
{
    const size_t most = (size_t)record->noise_count + 1;
    const struct shares shares = {calloc(most, sizeof(double)), calloc(most, sizeof(double)),
                                  calloc(most, sizeof(double))};
    const bool is_there = shares.stolen && shares.others && shares.both;
    *noisiness = (struct noisiness){.worst = NAN};
    if (is_there)
        judge(record, &shares, noisiness);
    free(shares.stolen);
    free(shares.others);
    free(shares.both);
    return is_there ? STATUS_OK : status_no_memory("the noise of the rounds");
}

void noisiness_print(const struct noisiness *noisiness, char *text, size_t length)
{
    *text = '\0';
    if (noisiness->noisy)
        (void)snprintf(text, length,
                       "NOISY: %.1f %% of the cores' time went to others, %.1f %% in round %u.\n"
                       "In the median of %zu rounds the hypervisor took %.1f %%, other processes "
                       "%.1f %%.\nMore than %g %% in the median or %g %% in a round: measure on "
                       "an idle machine.",
                       100 * noisiness->median, 100 * noisiness->worst, noisiness->worst_round + 1,
                       noisiness->rounds, 100 * noisiness->stolen, 100 * noisiness->others,
                       100 * NOISE_MEDIAN_MAX, 100 * NOISE_SINGLE_MAX);
}

static json_t *known(const struct noisiness *noisiness, double share)
{
    return noisiness->rounds > 0 ? json_real(share) : json_null();
}

json_t *noisiness_json(const struct noisiness *noisiness)
{
    const bool is_known = noisiness->rounds > 0;
    return json_pack(
        "{s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "noisy",
        is_known ? json_boolean(noisiness->noisy) : json_null(), "rounds",
        (json_int_t)noisiness->rounds, "stolen_share", known(noisiness, noisiness->stolen),
        "others_share", known(noisiness, noisiness->others), "share",
        known(noisiness, noisiness->median), "worst_share", known(noisiness, noisiness->worst),
        "worst_round", is_known ? json_integer(noisiness->worst_round) : json_null());
}
