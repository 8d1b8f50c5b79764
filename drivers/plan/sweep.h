/*
 * The cells of a run: experiments, each a sweep over worker counts, for kernels and models.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "experiment.h"
#include "plan.h"

/* How much is measured, and for how long. */
struct profile {
    const char *name;
    unsigned samples;    /* of each launch */
    unsigned rounds_min; /* before precision or budget may end the run */
    unsigned rounds_max;
    double budget_s,
        budget_most_s;        /* unless one is asked for; the latter for `rounds_min` rounds */
    unsigned widths_max;      /* most worker counts of a sweep */
    unsigned weak_widths_max; /* likewise for `weak`, where it was not asked for by name */
    unsigned size_divisor;    /* of each kernel's default size; */
    unsigned map_divisor; /* of a map's: to fill and to check memory takes longer than it does */
};
extern const struct profile profile_table[];
enum { PROFILE_COUNT = 3 };

/* What `run` was asked for. Lists are the user's text, NULL where the default holds. */
struct request {
    unsigned experiments; /* bits; 0: all */
    const char *kernels, *models, *workers, *sizes;
    const struct profile *profile;
    bool oversubscribe;
};

/* The caller frees the plan's cells with plan_free(), whatever came of it. */
MUST_USE enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                                const struct machine *machine, struct plan *plan);

/*
 * The worker counts of a strong-scaling sweep: powers of two up to `most` and `most` itself,
 * thinned to `widths_max`, the first and the last kept. Returns how many.
 */
unsigned sweep_widths(unsigned most, unsigned widths_max, unsigned *widths);
enum { SWEEP_WIDTHS_MAX = 40 }; /* what `widths` must have room for */

#endif
