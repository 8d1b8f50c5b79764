/*
 * Whether a run's figures can be trusted in the face of what else the machine did, see noise.h.
 */
#ifndef NOISINESS_H
#define NOISINESS_H

#include "record.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Shares of the allowed processors' time; NAN without rounds. */
struct noisiness {
    size_t rounds;         /* whose shares are known and that took at least NOISE_SECONDS_MIN */
    double stolen, others; /* the medians over these rounds, each for itself */
    double median, worst;  /* of both together */
    unsigned worst_round;  /* from 0 */
    bool noisy;            /* beyond NOISE_MEDIAN_MAX or NOISE_SINGLE_MAX */
};

MUST_USE enum status noisiness_of(const struct record *record, struct noisiness *noisiness);

/* With all figures, as a sentence that begins a page. Nothing unless it is noisy. */
void noisiness_print(const struct noisiness *noisiness, char *text, size_t length);

/* A new object, which the caller owns; NULL without memory. Without rounds its figures are null. */
json_t *noisiness_json(const struct noisiness *noisiness);

#endif
