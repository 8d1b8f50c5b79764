/*
 * Unit tests of drivers/analysis/transfer_fit.h on made-up times whose line is known. The noise
 * comes from a generator with a fixed seed, so that every number here is the same at every run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drawn.h"
#include "transfer_fit.h"

#include <math.h>

enum { POINTS_MAX = 8, ROUNDS_MAX = 40 };

/* 16 B to 128 MiB, as many times more from one to the next. */
static const double bytes[POINTS_MAX] = {16, 128, 1024, 16384, 1 << 17, 1 << 20, 1 << 24, 1 << 27};

struct made_up {
    double latency, per_byte;
    double other;  /* seconds a byte that do not belong to moving, and were taken off */
    double noise;  /* of each measured time, relative to it: at most so much either way */
    double factor; /* by which the times of the second half of the points are longer; 0: 1 */
    size_t count, rounds;
};

struct sample {
    struct transfer_points points;
    double seconds[POINTS_MAX * ROUNDS_MAX], measured[POINTS_MAX * ROUNDS_MAX];
};

static void make_up(const struct made_up *what, struct sample *sample)
{
    uint64_t random = 20;
    for (size_t i = 0; i < what->count; i++)
        for (size_t round = 0; round < what->rounds; round++) {
            const size_t at = i * what->rounds + round;
            const double drawn = (double)draw(&random, 2001) / 1000 - 1,
                         other = what->other * bytes[i],
                         factor = what->factor > 0 && i >= what->count / 2 ? what->factor : 1,
                         whole = factor * (what->latency + what->per_byte * bytes[i]) + other;
            sample->measured[at] = whole * (1 + what->noise * drawn);
            sample->seconds[at] = sample->measured[at] - other;
        }
    sample->points = (struct transfer_points){what->count, what->rounds, bytes, sample->seconds,
                                              sample->measured};
}

static struct transfer_fit fit_of(const struct made_up *what)
{
    struct sample sample;
    make_up(what, &sample);
    return transfer_fit(&sample.points);
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* From 1 µs to 10 ms, from 0.1 to 100 GB/s. */
static void a_line_without_noise_is_found_exactly(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) {
            const double latency = pow(10, 2 * i - 6), bandwidth = pow(10, 8 + j);
            const struct made_up what = {.latency = latency,
                                         .per_byte = 1 / bandwidth,
                                         .count = 8,
                                         .rounds = 6,
                                         .other = 1e-10};
            const struct transfer_fit fit = fit_of(&what);
            assert_true(fit.exists && fit.points == 8);
            assert_true(fit.least_bytes == 16 && fit.most_bytes == 1 << 27);
            assert_near(fit.latency.median, latency, 1e-6);
            assert_near(fit.bandwidth.median, bandwidth, 1e-6);
            assert_near(fit.latency.interval.low, latency, 1e-6);
            assert_near(fit.bandwidth.interval.high, bandwidth, 1e-6);
            assert_true(fit.deviation < 1e-6);
            assert_near(transfer_seconds(&fit, 1e6), latency + 1e6 / bandwidth, 1e-6);
        }
}

/* The longest time is 100,000 times the shortest one, and its noise alone 5,000 times as long. */
static void few_bytes_tell_what_none_would_cost_whatever_the_noise_of_many(void **state)
{
    const struct made_up what = {
        .latency = 1e-6, .per_byte = 1e-9, .noise = 0.05, .count = 8, .rounds = 21};
    const struct transfer_fit fit = fit_of(&what);
    (void)state;
    assert_true(fit.exists && fit.latency.count == 21);
    assert_near(fit.latency.median, 1e-6, 0.03);
    assert_near(fit.bandwidth.median, 1e9, 0.03);
    assert_true(fit.latency.interval.low <= 1e-6 && fit.latency.interval.high >= 1e-6);
    assert_true(fit.bandwidth.interval.low <= 1e9 && fit.bandwidth.interval.high >= 1e9);
    assert_true(fit.latency.interval.low < fit.latency.interval.high);
    assert_true(fit.bandwidth.interval.low < fit.bandwidth.interval.high);
    assert_true(fit.deviation > 0 && fit.deviation < 0.05);
}

static void a_line_needs_four_points_and_a_whole_round(void **state)
{
    struct made_up what = {.latency = 1e-6, .per_byte = 1e-9, .count = 3, .rounds = 6};
    struct transfer_fit fit = fit_of(&what);
    struct sample sample;
    (void)state;
    assert_false(fit.exists);
    assert_int_equal(fit.points, 3);
    assert_true(fit.latency.count == 0 && fit.bandwidth.count == 0 && isnan(fit.deviation));
    assert_true(isnan(transfer_seconds(&fit, 1)));
    /* As many of the same bytes are one. */
    const double same[] = {8, 8, 16, 32, 8};
    what.count = 5;
    make_up(&what, &sample);
    sample.points.bytes = same;
    fit = transfer_fit(&sample.points);
    assert_false(fit.exists);
    assert_int_equal(fit.points, 3);
    what.count = 4;
    assert_true(fit_of(&what).exists);
    /* A round without one of its points is left out: too few for an interval, then none. */
    make_up(&what, &sample);
    sample.seconds[2 * what.rounds + 1] = NAN;
    fit = transfer_fit(&sample.points);
    assert_true(fit.exists && fit.latency.count == 5 && !fit.latency.has_interval);
    for (size_t round = 0; round < what.rounds; round++)
        sample.measured[3 * what.rounds + round] = NAN;
    assert_false(transfer_fit(&sample.points).exists);
}

/* Of memory that is shared, times do not grow with the bytes; of a wire that has no latency only
 * that; and where serial takes longer than the others do, nothing is left. */
static void what_the_times_do_not_tell_has_no_value(void **state)
{
    (void)state;
    const struct transfer_fit flat =
        fit_of(&(struct made_up){.latency = 1e-5, .noise = 0.01, .count = 8, .rounds = 15});
    assert_true(flat.exists && flat.latency.has_interval);
    assert_near(flat.latency.median, 1e-5, 0.01);
    assert_true(flat.bandwidth.count == 0 && isnan(flat.bandwidth.median));
    assert_true(isnan(flat.deviation) && isnan(transfer_seconds(&flat, 8)));
    const struct transfer_fit free_of_latency =
        fit_of(&(struct made_up){.per_byte = 1e-9, .noise = 0.05, .count = 8, .rounds = 15});
    assert_true(free_of_latency.exists && free_of_latency.latency.count == 0);
    assert_near(free_of_latency.bandwidth.median, 1e9, 0.05);
    const struct transfer_fit faster = fit_of(&(struct made_up){.latency = -1e-7,
                                                                .per_byte = -1e-10,
                                                                .other = 1e-9,
                                                                .noise = 0.001,
                                                                .count = 8,
                                                                .rounds = 15});
    assert_false(faster.exists);
}

/* Who sends long messages in another way than short ones has no line, and it is told. */
static void the_deviation_tells_that_there_is_no_line(void **state)
{
    const struct transfer_fit fit = fit_of(
        &(struct made_up){.latency = 1e-6, .per_byte = 1e-9, .factor = 3, .count = 8, .rounds = 7});
    (void)state;
    assert_true(fit.exists && fit.deviation > 0.3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_without_noise_is_found_exactly),
        cmocka_unit_test(few_bytes_tell_what_none_would_cost_whatever_the_noise_of_many),
        cmocka_unit_test(a_line_needs_four_points_and_a_whole_round),
        cmocka_unit_test(what_the_times_do_not_tell_has_no_value),
        cmocka_unit_test(the_deviation_tells_that_there_is_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
