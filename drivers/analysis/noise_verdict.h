/*
 * Whether a run's figures can be trusted in the face of what else the machine did, see noise.h.
 *
 * Short rounds that follow each other are put together, weighted by their time, until they make up
 * NOISE_SECONDS_MIN: a span. What is left at the end goes to the last one. What slows the machine
 * down without taking its time shows in the times alone, see drift.h.
 */
#pragma once

#include "drift.h"
#include "record.h"

#include <jansson.h>

/* A share over spans; NAN where none is known. */
struct noise_share {
    double median, worst;
    unsigned first, last; /* rounds of the worst span, from 0 */
    bool is_beyond;       /* NOISE_MEDIAN_MAX or NOISE_SINGLE_MAX */
};

struct noise_verdict {
    size_t rounds;                /* whose shares are known, */
    double seconds;               /* and what these took together */
    double untold_s;              /* what the others took, which may be less than a clock's tick */
    size_t spans;                 /* 0: they are too short for anything to be said */
    double stolen, others;        /* of the allowed processors' time, the medians over spans */
    struct noise_share taken;     /* both together */
    struct noise_share throttled; /* see struct noise */
    struct drift drift;
    bool drifted; /* beyond DRIFT_MAX */
    bool mixed;   /* rounds are of machines of several kinds */
    bool noisy;   /* any of these */
};

struct analysed_run;

/* Fills in the run's, from its record and times. */
void noise_verdict_make(struct analysed_run *run);

/*
 * What others took when it is noisy, or why nobody knows; for how much of the time a quota held the
 * cells back; and how far the machine drifted. A new
 * array of {"verdict": TEXT, "details": TEXT}, which the caller owns: a sentence to begin a page
 * with, and what more is to be said of it, or "".
 */
json_t *noise_verdict_notices(const struct noise_verdict *noisiness);

/* A new object, which the caller owns. Without spans its figures are null. */
json_t *noise_verdict_json(const struct noise_verdict *noisiness);
