#include "transfer_fit.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

static size_t different_bytes(const struct transfer_points *points)
{
    size_t different = 0;
    for (size_t i = 0; i < points->count; i++) {
        size_t first = 0;
        while (points->bytes[first] != points->bytes[i])
            first++;
        different += first == i;
    }
    return different;
}

/* The least squares of one round, of errors that are relative to `measured`: T0 and 1/B, by the
 * distances from their weighted means, which loses no digits of T0. NAN where a point lacks. */
static void fit_round(const struct transfer_points *points, size_t round, double *latency,
                      double *per_byte)
{
    double weights = 0, bytes = 0, seconds = 0, squares = 0, products = 0;
    for (size_t i = 0; i < points->count; i++) {
        const size_t at = i * points->rounds + round;
        const double weight = pow(points->measured[at], -2);
        weights += weight;
        bytes += weight * points->bytes[i];
        seconds += weight * points->seconds[at];
    }
    bytes /= weights;
    seconds /= weights;
    for (size_t i = 0; i < points->count; i++) {
        const size_t at = i * points->rounds + round;
        const double weight = pow(points->measured[at], -2), apart = points->bytes[i] - bytes;
        squares += weight * apart * apart;
        products += weight * apart * (points->seconds[at] - seconds);
    }
    *per_byte = products / squares;
    *latency = seconds - bytes * *per_byte;
}

static bool is_told(const struct summary *parameter)
{
    return parameter->count > 0 &&
           (parameter->has_interval ? parameter->interval.low : parameter->median) > 0;
}

/* The bandwidth of so many seconds a byte: its order is the other way round. */
static struct summary inverse(const struct summary *per_byte)
{
    struct summary bandwidth = *per_byte;
    bandwidth.median = 1 / per_byte->median;
    bandwidth.interval = (struct interval){1 / per_byte->interval.high, 1 / per_byte->interval.low};
    return bandwidth;
}

double transfer_seconds(const struct transfer_fit *fit, double bytes)
{
    return fit->latency.median + bytes / fit->bandwidth.median;
}

/* The greatest distance of a point's median from the line. */
static double find_deviation(const struct transfer_fit *fit, const struct transfer_points *points)
{
    double greatest = 0;
    for (size_t i = 0; i < points->count; i++) {
        const size_t at = i * points->rounds;
        const double seconds = stats_median(points->seconds + at, points->rounds),
                     measured = stats_median(points->measured + at, points->rounds),
                     error = transfer_seconds(fit, points->bytes[i]) - seconds;
        greatest = fmax(greatest, fabs(error) / measured);
    }
    return greatest;
}

static void find_range(const struct transfer_points *points, struct transfer_fit *fit)
{
    fit->least_bytes = INFINITY;
    for (size_t i = 0; i < points->count; i++) {
        fit->least_bytes = fmin(fit->least_bytes, points->bytes[i]);
        fit->most_bytes = fmax(fit->most_bytes, points->bytes[i]);
    }
}

struct transfer_fit transfer_fit(const struct transfer_points *points)
{
    const struct summary none = stats_summary(NULL, 0);
    struct transfer_fit fit = {.latency = none, .bandwidth = none, .deviation = NAN};
    double *latencies = memory_new(2 * points->rounds, sizeof *latencies),
           *per_byte = latencies + points->rounds;
    fit.points = different_bytes(points);
    for (size_t round = 0; fit.points >= TRANSFER_MIN_POINTS && round < points->rounds; round++)
        fit_round(points, round, &latencies[round], &per_byte[round]);
    if (fit.points >= TRANSFER_MIN_POINTS) {
        const struct summary latency = stats_summary(latencies, points->rounds),
                             slope = stats_summary(per_byte, points->rounds);
        find_range(points, &fit);
        fit.latency = is_told(&latency) ? latency : none;
        fit.bandwidth = is_told(&slope) ? inverse(&slope) : none;
        fit.exists = fit.latency.count > 0 || fit.bandwidth.count > 0;
    }
    if (fit.latency.count > 0 && fit.bandwidth.count > 0)
        fit.deviation = find_deviation(&fit, points);
    free(latencies);
    return fit;
}
