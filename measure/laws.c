#include "laws.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct law_info law_info[LAW_COUNT] = {
    [LAW_AMDAHL] = {"Amdahl", "Amdahl's law", 1, {"f", NULL}},
    [LAW_UNIVERSAL] = {"universal", "universal scalability law", 2, {"sigma", "kappa"}},
    [LAW_GUSTAFSON] = {"Gustafson", "Gustafson's law", 1, {"s", NULL}},
};

struct summary laws_karp_flatt(const struct summary *speedup, unsigned workers)
{
    const double p = workers;
    struct summary fraction = *speedup;
    fraction.median = (1 / speedup->median - 1 / p) / (1 - 1 / p);
    fraction.interval.low = (1 / speedup->interval.high - 1 / p) / (1 - 1 / p);
    fraction.interval.high = (1 / speedup->interval.low - 1 / p) / (1 - 1 / p);
    return workers > 1 ? fraction : stats_summary(NULL, 0);
}

/* ---- all laws are of one form: a quantity is 1 + the sum of parameters x columns ---- */

static double column(enum law law, unsigned parameter, double workers)
{
    if (law == LAW_GUSTAFSON)
        return 1 / workers - 1;
    return parameter == 0 ? workers - 1 : workers * (workers - 1);
}

static double quantity_of(enum law law, double speedup, double workers)
{
    return law == LAW_GUSTAFSON ? speedup / workers : workers / speedup;
}

static double predict(enum law law, const double *parameters, double workers)
{
    const double quantity = 1 + parameters[0] * column(law, 0, workers);
    return law_info[law].parameters < 2 ? quantity
                                        : quantity + parameters[1] * column(law, 1, workers);
}

double laws_speedup(enum law law, const double *parameters, double workers)
{
    const double quantity = predict(law, parameters, workers);
    return law == LAW_GUSTAFSON ? workers * quantity : workers / quantity;
}

/* ---- one fit ---- */

/* A round that has all points, and which of the law's parameters are fitted; the others are 0. */
struct problem {
    enum law law;
    const struct law_points *points;
    size_t round;
    bool is_fitted[LAWS_PARAMETERS_MAX];
};

/* At some parameters: the normal equations of a Gauss-Newton step, in which a parameter that is not
 * fitted has a row of its own, and the sum of squares, INFINITY where the law has no meaning: it
 * predicts no positive time. */
struct equations {
    double a[2][2], b[2], squares;
};

static struct equations set_up(const struct problem *problem, const double *parameters)
{
    const struct law_points *points = problem->points;
    const bool *is_fitted = problem->is_fitted;
    struct equations at = {.a = {{!is_fitted[0], 0}, {0, !is_fitted[1]}}};
    for (size_t i = 0; i < points->count; i++) {
        const double workers = points->workers[i];
        const double speedup = points->speedups[i * points->rounds + problem->round];
        const double predicted = predict(problem->law, parameters, workers);
        if (!(predicted > 0))
            return (struct equations){.squares = INFINITY};
        const double error = log(quantity_of(problem->law, speedup, workers) / predicted);
        double slope[2];
        for (unsigned j = 0; j < 2; j++)
            slope[j] = is_fitted[j] ? column(problem->law, j, workers) / predicted : 0;
        for (unsigned j = 0; j < 2; j++) {
            at.b[j] += slope[j] * error;
            at.a[j][0] += slope[j] * slope[0];
            at.a[j][1] += slope[j] * slope[1];
        }
        at.squares += error * error;
    }
    return at;
}

/* Gauss-Newton from 0, where all laws are the ideal one; a step that makes it worse is halved. */
static void fit_once(const struct problem *problem, double *parameters)
{
    enum { STEPS_MAX = 100, HALVINGS_MAX = 50 };
    parameters[0] = parameters[1] = 0;
    struct equations at = set_up(problem, parameters), next = at;
    for (unsigned i = 0; i < STEPS_MAX; i++) {
        const double determinant = at.a[0][0] * at.a[1][1] - at.a[0][1] * at.a[1][0];
        double moved[2], step[] = {(at.a[1][1] * at.b[0] - at.a[0][1] * at.b[1]) / determinant,
                                   (at.a[0][0] * at.b[1] - at.a[1][0] * at.b[0]) / determinant};
        if (!isfinite(step[0]) || !isfinite(step[1]))
            return;
        for (unsigned j = 0; j < HALVINGS_MAX && !(next.squares < at.squares); j++) {
            for (unsigned k = 0; k < 2; k++) {
                moved[k] = parameters[k] + step[k];
                step[k] /= 2;
            }
            next = set_up(problem, moved);
        }
        if (!(next.squares < at.squares))
            return;
        at = next;
        memcpy(parameters, moved, sizeof moved);
    }
}

/* ---- rounds ---- */

/* A copy of the speedups in which a round that lacks one of them has none. */
static double *whole_rounds(const struct law_points *points)
{
    const size_t count = points->count * points->rounds;
    double *speedups = memory_new(count, sizeof *speedups);
    for (size_t round = 0; round < points->rounds; round++) {
        bool is_whole = true;
        for (size_t i = round; i < count; i += points->rounds)
            is_whole = is_whole && isfinite(points->speedups[i]) && points->speedups[i] > 0;
        for (size_t i = round; i < count; i += points->rounds)
            speedups[i] = is_whole ? points->speedups[i] : NAN;
    }
    return speedups;
}

/* Fits these parameters in each round; writes what they are over rounds. */
static void fit_rounds(enum law law, const struct law_points *points, bool first, bool second,
                       struct summary *parameters)
{
    struct problem problem = {law, points, 0, {first, second}};
    double *estimates = memory_new(2 * points->rounds, sizeof *estimates);
    for (size_t *round = &problem.round; *round < points->rounds; ++*round) {
        double fitted[2] = {NAN, NAN};
        if (!isnan(points->speedups[*round]))
            fit_once(&problem, fitted);
        estimates[*round] = fitted[0];
        estimates[points->rounds + *round] = fitted[1];
    }
    for (unsigned i = 0; i < 2; i++)
        if (problem.is_fitted[i])
            parameters[i] = stats_summary(estimates + i * points->rounds, points->rounds);
    free(estimates);
}

static void put_within(struct summary *parameter, double most)
{
    double *const numbers[] = {&parameter->median, &parameter->interval.low,
                               &parameter->interval.high};
    for (unsigned i = 0; i < (parameter->has_interval ? 3 : 1); i++)
        *numbers[i] = fmin(fmax(*numbers[i], 0), most);
}

/* Where one parameter is below its bound, fits the other one alone. */
static void fit_universal(const struct law_points *points, struct summary *parameters)
{
    fit_rounds(LAW_UNIVERSAL, points, true, true, parameters);
    if (parameters[0].median < 0 || parameters[1].median < 0) {
        const bool is_first = parameters[1].median < 0;
        struct summary *kept = &parameters[is_first ? 0 : 1];
        const struct interval both = kept->interval;
        fit_rounds(LAW_UNIVERSAL, points, is_first, !is_first, parameters);
        kept->interval.low = fmin(kept->interval.low, both.low);
        kept->interval.high = fmax(kept->interval.high, both.high);
    }
    put_within(&parameters[0], INFINITY);
    put_within(&parameters[1], INFINITY);
}

/* The greatest distance of a point's median from the law. */
static double find_deviation(enum law law, const struct law_points *points,
                             const struct summary *fitted)
{
    const double parameters[] = {fitted[0].median, fitted[1].median};
    double greatest = 0;
    for (size_t i = 0; i < points->count; i++) {
        const double median = stats_median(points->speedups + i * points->rounds, points->rounds);
        const double predicted = laws_speedup(law, parameters, points->workers[i]);
        greatest = fmax(greatest, fabs(predicted / median - 1));
    }
    return greatest;
}

static size_t different_counts(const struct law_points *points)
{
    size_t different = 0;
    for (size_t i = 0; i < points->count; i++) {
        size_t first = 0;
        while (points->workers[first] != points->workers[i])
            first++;
        different += first == i;
    }
    return different;
}

struct law_fit laws_fit(enum law law, const struct law_points *points)
{
    struct law_fit fit = {.counts = different_counts(points), .deviation = NAN};
    if (fit.counts < LAWS_MIN_WORKER_COUNTS)
        return fit;
    double *speedups = whole_rounds(points);
    const struct law_points whole = {points->count, points->rounds, points->workers, speedups};
    if (law == LAW_UNIVERSAL) {
        fit_universal(&whole, fit.parameters);
    } else {
        fit_rounds(law, &whole, true, false, fit.parameters);
        put_within(&fit.parameters[0], 1); /* a fraction */
    }
    fit.exists = fit.parameters[0].count > 0;
    if (fit.exists)
        fit.deviation = find_deviation(law, &whole, fit.parameters);
    free(speedups);
    return fit;
}
