#include "clock_line.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

/* Exchanges of which the quickest is a point; points without which there is no line. */
enum { GROUP = 8, POINTS_LEAST = 6 };

static const double slow = 2;

/* Crystals are some 25 µs a second from what they should be, at most. A clock that is being set
 * meanwhile, as by ntpd or chrony, may run further off. */
static const double drift_most = 50e-6;

/* Two readings of a clock, one on each side. */
static const int64_t reading_ns = 100;

struct point {
    double at, ahead; /* in nanoseconds from those of the quickest exchange */
};

static int64_t taken(const struct clock_exchange *exchange)
{
    return exchange->after - exchange->before;
}

static int64_t middle(const struct clock_exchange *exchange)
{
    return exchange->before + taken(exchange) / 2;
}

static int64_t ahead(const struct clock_exchange *exchange)
{
    return middle(exchange) - exchange->other;
}

static const struct clock_exchange *quickest_of(const struct clock_exchange *exchanges,
                                                size_t count)
{
    const struct clock_exchange *quickest = exchanges;
    for (size_t i = 1; i < count; i++)
        if (taken(&exchanges[i]) < taken(quickest))
            quickest = &exchanges[i];
    return quickest;
}

/* Returns how many. There is room for one of each group. */
static size_t take_points(const struct clock_exchange *exchanges, size_t count,
                          const struct clock_exchange *quickest, struct point *points)
{
    size_t taken_points = 0;
    for (size_t i = 0; i + GROUP <= count; i += GROUP) {
        const struct clock_exchange *best = quickest_of(&exchanges[i], GROUP);
        if ((double)taken(best) <= slow * (double)taken(quickest))
            points[taken_points++] = (struct point){(double)(middle(best) - middle(quickest)),
                                                    (double)(ahead(best) - ahead(quickest))};
    }
    return taken_points;
}

/* Of the even points. */
static struct point mean_of(const struct point *points, size_t count)
{
    struct point sum = {0, 0};
    double fitted = 0;
    for (size_t i = 0; i < count; i += 2) {
        sum.at += points[i].at;
        sum.ahead += points[i].ahead;
        fitted++;
    }
    return (struct point){sum.at / fitted, sum.ahead / fitted};
}

/* The slope of least squares, of the even points. */
static double slope_of(const struct point *points, size_t count, struct point mean)
{
    double squares = 0, products = 0;
    for (size_t i = 0; i < count; i += 2) {
        const double at = points[i].at - mean.at;
        squares += at * at;
        products += at * (points[i].ahead - mean.ahead);
    }
    return squares > 0 ? products / squares : 0;
}

/* How far the farthest of the odd points is from the line. */
static double farthest(const struct point *points, size_t count, struct point mean, double drift)
{
    double most = 0;
    for (size_t i = 1; i < count; i += 2)
        most = fmax(most, fabs(points[i].ahead - mean.ahead - drift * (points[i].at - mean.at)));
    return most;
}

/* Between the first point and the last the line is no farther from the truth than from what checks
 * it. Its ends may be so far off in opposite directions. */
static struct clock_line through(const struct point *points, size_t count,
                                 const struct clock_exchange *quickest, double unequal)
{
    const struct point mean = mean_of(points, count);
    const double end = points[count - 1].at, span = end - points[0].at;
    double drift = slope_of(points, count, mean);
    double off = farthest(points, count, mean, drift);
    double drift_uncertain = 2 * off / span;
    if (!(drift_uncertain < drift_most)) {
        drift = 0;
        drift_uncertain = drift_most;
        off = farthest(points, count, mean, drift);
    }
    return (struct clock_line){
        .at = middle(quickest) + llround(end),
        .ahead_ns = ahead(quickest) + llround(mean.ahead + drift * (end - mean.at)),
        .uncertain_ns = llround(off + unequal / 2 * (double)taken(quickest)) + reading_ns,
        .drift = drift,
        .drift_uncertain = drift_uncertain,
    };
}

struct clock_line clock_line_fit(const struct clock_exchange *exchanges, size_t count,
                                 double unequal)
{
    const struct clock_exchange *quickest = quickest_of(exchanges, count);
    struct point *points = memory_new(count / GROUP, sizeof *points);
    const size_t taken_points = take_points(exchanges, count, quickest, points);
    struct clock_line line = {.at = middle(quickest),
                              .ahead_ns = ahead(quickest),
                              .uncertain_ns = taken(quickest) / 2 + reading_ns,
                              .drift_uncertain = drift_most};
    if (taken_points >= POINTS_LEAST)
        line = through(points, taken_points, quickest, unequal);
    free(points);
    return line;
}

int64_t clock_line_ahead(const struct clock_line *line, int64_t own)
{
    return line->ahead_ns + llround(line->drift * (double)(own - line->at));
}

int64_t clock_line_uncertain(const struct clock_line *line, int64_t own)
{
    return line->uncertain_ns + llround(line->drift_uncertain * fabs((double)(own - line->at)));
}

int64_t clock_line_own(const struct clock_line *line, int64_t other)
{
    const int64_t since = other - (line->at - line->ahead_ns); /* by the other's clock */
    return line->at + llround((double)since / (1 - line->drift));
}

struct clock_line clock_line_join(const struct clock_line *line, const struct clock_line *onward)
{
    const int64_t between = line->at - line->ahead_ns; /* the second clock, at `at` */
    return (struct clock_line){
        .at = line->at,
        .ahead_ns = line->ahead_ns + clock_line_ahead(onward, between),
        .uncertain_ns = line->uncertain_ns + clock_line_uncertain(onward, between),
        .drift = line->drift + onward->drift * (1 - line->drift),
        .drift_uncertain = line->drift_uncertain + onward->drift_uncertain,
    };
}
