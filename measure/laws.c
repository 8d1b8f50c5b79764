#include "laws.h"

#include <math.h>
#include <stdlib.h>

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
    if (workers > 1)
        return fraction;
    return (struct summary){speedup->count, NAN, false, {NAN, NAN}};
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

double laws_speedup(enum law law, const double *parameters, double workers)
{
    double quantity = 1;
    for (unsigned i = 0; i < law_info[law].parameters; i++)
        quantity += parameters[i] * column(law, i, workers);
    return law == LAW_GUSTAFSON ? workers * quantity : workers / quantity;
}

/* ---- one fit ---- */

/* Points of one round, and the columns of the law that are fitted: the others' parameters are 0. */
struct problem {
    enum law law;
    size_t count;
    const unsigned *workers;
    const double *speedups;
    unsigned first, columns;
};

/* The law's quantity at a point; parameters[0] belongs to the first column that is fitted. */
static double predict(const struct problem *problem, const double *parameters, size_t point)
{
    double quantity = 1;
    for (unsigned i = 0; i < problem->columns; i++)
        quantity +=
            parameters[i] * column(problem->law, problem->first + i, problem->workers[point]);
    return quantity;
}

static double residual(const struct problem *problem, double predicted, size_t point)
{
    const double workers = problem->workers[point];
    return log(quantity_of(problem->law, problem->speedups[point], workers) / predicted);
}

/* INFINITY where the law has no meaning: it predicts no positive time. */
static double sum_of_squares(const struct problem *problem, const double *parameters)
{
    double sum = 0;
    for (size_t i = 0; i < problem->count; i++) {
        const double predicted = predict(problem, parameters, i);
        if (!(predicted > 0))
            return INFINITY;
        sum += pow(residual(problem, predicted, i), 2);
    }
    return sum;
}

/* The Gauss-Newton step from these parameters: solves the normal equations of one or two columns.
 * False where they have no solution. */
static bool find_step(const struct problem *problem, const double *parameters, double *step)
{
    double a[2][2] = {{0}}, b[2] = {0};
    for (size_t i = 0; i < problem->count; i++) {
        const double predicted = predict(problem, parameters, i);
        const double error = residual(problem, predicted, i);
        double slope[2] = {0};
        for (unsigned j = 0; j < problem->columns; j++)
            slope[j] = column(problem->law, problem->first + j, problem->workers[i]) / predicted;
        for (unsigned j = 0; j < 2; j++) {
            b[j] += slope[j] * error;
            a[j][0] += slope[j] * slope[0];
            a[j][1] += slope[j] * slope[1];
        }
    }
    if (problem->columns == 1)
        a[1][1] = 1;
    const double determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    step[0] = (a[1][1] * b[0] - a[0][1] * b[1]) / determinant;
    step[1] = (a[0][0] * b[1] - a[1][0] * b[0]) / determinant;
    return isfinite(step[0]) && isfinite(step[1]);
}

/* Gauss-Newton from 0, where all laws are the ideal one; a step that makes it worse is halved. */
static void fit_once(const struct problem *problem, double *parameters)
{
    enum { STEPS_MAX = 100, HALVINGS_MAX = 50 };
    double step[2];
    parameters[0] = parameters[1] = 0;
    double best = sum_of_squares(problem, parameters);
    for (unsigned i = 0; i < STEPS_MAX && find_step(problem, parameters, step); i++) {
        double next[2] = {0}, sum = INFINITY;
        for (unsigned j = 0; j < HALVINGS_MAX && !(sum < best); j++) {
            for (unsigned k = 0; k < 2; k++) {
                next[k] = parameters[k] + step[k];
                step[k] /= 2;
            }
            sum = sum_of_squares(problem, next);
        }
        if (!(sum < best))
            return;
        best = sum;
        parameters[0] = next[0];
        parameters[1] = next[1];
    }
}

/* ---- rounds ---- */

/* The rounds that have all points. */
struct rounds {
    enum law law;
    size_t count, points;
    const unsigned *workers;
    double *speedups;  /* count x points, those of a round together */
    double *estimates; /* LAWS_PARAMETERS_MAX x count, those of a parameter together */
};

static bool is_whole(const struct law_points *points, size_t round)
{
    bool whole = true;
    for (size_t i = 0; i < points->count; i++) {
        const double speedup = points->speedups[i * points->rounds + round];
        whole = whole && isfinite(speedup) && speedup > 0;
    }
    return whole;
}

static void take_rounds(const struct law_points *points, struct rounds *rounds)
{
    for (size_t round = 0; round < points->rounds; round++) {
        if (!is_whole(points, round))
            continue;
        double *row = rounds->speedups + rounds->count++ * points->count;
        for (size_t i = 0; i < points->count; i++)
            row[i] = points->speedups[i * points->rounds + round];
    }
}

/* Fits these columns in each round; writes what their parameters are over rounds. */
static void fit_rounds(struct rounds *rounds, unsigned first, unsigned columns,
                       struct summary *parameters)
{
    for (size_t round = 0; round < rounds->count; round++) {
        const struct problem problem = {rounds->law,     rounds->points,
                                        rounds->workers, rounds->speedups + round * rounds->points,
                                        first,           columns};
        double fitted[2];
        fit_once(&problem, fitted);
        for (unsigned i = 0; i < columns; i++)
            rounds->estimates[i * rounds->count + round] = fitted[i];
    }
    for (unsigned i = 0; i < columns; i++)
        parameters[i] = stats_summary(rounds->estimates + i * rounds->count, rounds->count);
}

static void put_within(struct summary *parameter, double most)
{
    parameter->median = fmin(fmax(parameter->median, 0), most);
    if (!parameter->has_interval)
        return;
    parameter->interval.low = fmin(fmax(parameter->interval.low, 0), most);
    parameter->interval.high = fmin(fmax(parameter->interval.high, 0), most);
}

/* Where one parameter is below its bound, fits the other one alone. */
static void fit_universal(struct rounds *rounds, struct summary *parameters)
{
    fit_rounds(rounds, 0, 2, parameters);
    const bool alone = parameters[0].median < 0 || parameters[1].median < 0;
    const unsigned other = parameters[1].median < 0 ? 0 : 1;
    if (alone) {
        struct summary *kept = &parameters[other];
        const struct interval both = kept->interval;
        fit_rounds(rounds, other, 1, kept);
        kept->interval.low = fmin(kept->interval.low, both.low);
        kept->interval.high = fmax(kept->interval.high, both.high);
    }
    put_within(&parameters[0], INFINITY);
    put_within(&parameters[1], INFINITY);
}

/* The greatest distance of a point's median from the law. */
static double find_deviation(const struct rounds *rounds, const struct law_fit *fit)
{
    double parameters[LAWS_PARAMETERS_MAX] = {0};
    for (unsigned i = 0; i < law_info[rounds->law].parameters; i++)
        parameters[i] = fit->parameters[i].median;
    double greatest = 0;
    for (size_t i = 0; i < rounds->points; i++) {
        const double law = laws_speedup(rounds->law, parameters, rounds->workers[i]);
        for (size_t round = 0; round < rounds->count; round++)
            rounds->estimates[round] = rounds->speedups[round * rounds->points + i];
        const double median = stats_median(rounds->estimates, rounds->count);
        greatest = fmax(greatest, fabs(law / median - 1));
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

enum status laws_fit(enum law law, const struct law_points *points, struct law_fit *fit)
{
    struct rounds rounds = {.law = law, .points = points->count, .workers = points->workers};
    *fit = (struct law_fit){.counts = different_counts(points)};
    if (fit->counts < LAWS_MIN_WORKER_COUNTS)
        return STATUS_OK;
    rounds.speedups = calloc(points->count * points->rounds + 1, sizeof *rounds.speedups);
    rounds.estimates = calloc(LAWS_PARAMETERS_MAX * points->rounds + 1, sizeof *rounds.estimates);
    const bool there = rounds.speedups && rounds.estimates;
    if (there)
        take_rounds(points, &rounds);
    if (there && rounds.count > 0) {
        fit->exists = true;
        if (law == LAW_UNIVERSAL) {
            fit_universal(&rounds, fit->parameters);
        } else {
            fit_rounds(&rounds, 0, 1, fit->parameters);
            put_within(fit->parameters, 1); /* a fraction */
        }
        fit->deviation = find_deviation(&rounds, fit);
    }
    free(rounds.estimates);
    free(rounds.speedups);
    return there ? STATUS_OK : status_no_memory("the fit of a law");
}
