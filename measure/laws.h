/*
 * Laws of scaling, fitted to speedups. Pure functions.
 *
 *   Karp–Flatt   e = (1/S - 1/p) / (1 - 1/p), the serial fraction that one speedup tells of.
 *                A. H. Karp, H. P. Flatt, Measuring Parallel Processor Performance, CACM 33(5),
 *                1990, p. 540.
 *   Amdahl       S(p) = 1 / (f + (1 - f)/p), 0 <= f <= 1: a fraction f is not parallel.
 *                G. M. Amdahl, AFIPS Spring Joint Computer Conference, 1967, p. 483.
 *   universal    S(p) = p / (1 + sigma (p - 1) + kappa p (p - 1)), sigma, kappa >= 0: contention,
 *                and coherence, what workers must tell each other. Amdahl's law is kappa = 0.
 *                N. J. Gunther, A General Theory of Computational Scalability Based on Rational
 *                Functions, arXiv:0808.1431, 2008, section 2.
 *   Gustafson    scaled speedup p - s (p - 1), 0 <= s <= 1, where the work grows with the workers:
 *                s is the serial fraction of the parallel execution's time.
 *                J. L. Gustafson, Reevaluating Amdahl's Law, CACM 31(5), 1988, p. 532.
 *
 * All speedups of a round share its base, so that the residuals of one curve are not independent
 * and tell too little of a parameter's uncertainty. Rounds are independent. So the law is fitted to
 * each round's speedups by itself, and a parameter is the median over rounds with its exact
 * binomial 95 % interval (stats.h), as times and speedups are. No distribution is assumed.
 *
 * A fit minimises the squares of relative errors (differences of logarithms), since a time's noise
 * is relative to it. It is made without bounds; what is then out of bounds is put onto them, which
 * takes no truth that is within them out of its interval. Where that makes one of sigma and kappa
 * 0, the other is fitted alone, and its interval encloses those of both fits.
 *
 * An interval is about the parameter's noise and takes the law for granted: `deviation` tells how
 * far it is from what was measured.
 */
#pragma once

#include "stats.h"

enum law { LAW_AMDAHL, LAW_UNIVERSAL, LAW_GUSTAFSON, LAW_COUNT };

enum { LAWS_PARAMETERS_MAX = 2, LAWS_MIN_WORKER_COUNTS = 4 };

struct law_info {
    const char *name;  /* "Amdahl" */
    const char *title; /* "Amdahl's law" */
    unsigned parameters;
    const char *symbols[LAWS_PARAMETERS_MAX]; /* "f" */
};
extern const struct law_info law_info[LAW_COUNT];

/* Speedups, scaled ones for Gustafson's law, of several worker counts in several rounds. */
struct law_points {
    size_t count, rounds;
    const unsigned *workers; /* of each point */
    const double *speedups; /* count x rounds, those of a point together; NAN where there is none */
};

struct law_fit {
    bool exists;
    size_t counts;                                  /* different worker counts of the points */
    struct summary parameters[LAWS_PARAMETERS_MAX]; /* `count` is how many rounds were fitted */
    /* Of the law from the point whose median is farthest, relative to it; NAN without a fit. */
    double deviation;
};

/* Fits a law to those rounds that have all of the points. There is no fit with fewer than
 * LAWS_MIN_WORKER_COUNTS different worker counts, or without any such round. */
struct law_fit laws_fit(enum law law, const struct law_points *points);

/* The speedup that a law with these parameters predicts. */
double laws_speedup(enum law law, const double *parameters, double workers);

/* Karp and Flatt's serial fraction with the interval that the speedup's makes of it: below 0 where
 * the speedup is more than ideal. None for one worker. */
struct summary laws_karp_flatt(const struct summary *speedup, unsigned workers);
