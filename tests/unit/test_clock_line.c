/*
 * Unit tests of clock_line.h: the truth is found in made-up exchanges, as well as it
 * is said to be, whatever queues there are on the ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock_line.h"

#include <math.h>
#include <stdlib.h>

enum { EACH = 64, MOST = 16 * EACH, SEEDS = 200 };

#define UNEQUAL 0.1

static const int64_t ahead_ns = -3600000000000, pause_ns = 100000000;

/* How the other clock is, and what the ways to it are like. */
struct way {
    double drift;
    int64_t there_ns, back_ns; /* at best */
    int64_t queue_ns;          /* a mean, of what each way takes longer */
    int64_t stall_ns;          /* of one exchange in three, on the way there */
};

static const struct way even = {.there_ns = 10000, .back_ns = 10000};

static uint64_t seed;

/* From 0 to below 1. */
static double drawn(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) * 0x1p-53;
}

static int64_t queue(int64_t mean_ns)
{
    return (int64_t)((double)mean_ns * -log(1 - drawn()));
}

static int64_t true_ahead(const struct way *way, int64_t own)
{
    return ahead_ns + (int64_t)llround(way->drift * (double)own);
}

/* The last of them ends then; a pause follows each EACH. */
static int64_t exchange(struct clock_exchange *exchanges, size_t count, const struct way *way)
{
    int64_t now = 1000;
    for (size_t i = 0; i < count; i++) {
        now += i > 0 && i % EACH == 0 ? pause_ns : 0;
        const int64_t arrives = now + way->there_ns + queue(way->queue_ns) +
                                (way->stall_ns > 0 && drawn() < 1.0 / 3 ? way->stall_ns : 0);
        const int64_t after = arrives + way->back_ns + queue(way->queue_ns);
        exchanges[i] = (struct clock_exchange){
            .before = now, .other = arrives - true_ahead(way, arrives), .after = after};
        now = after + 100;
    }
    return now;
}

static bool is_within(const struct clock_line *line, const struct way *way, int64_t own)
{
    return llabs(clock_line_ahead(line, own) - true_ahead(way, own)) <=
           clock_line_uncertain(line, own);
}

/* How many of SEEDS lines, by so many exchanges each, are farther from the truth than they say: at
 * their end, or in the time that passes until the next ones. */
static int wrong_lines(const struct way *way, size_t count, int64_t uncertain_most)
{
    struct clock_exchange exchanges[MOST];
    int wrong = 0;
    for (seed = 1; seed <= SEEDS; seed++) {
        const uint64_t here = seed;
        const int64_t end = exchange(exchanges, count, way);
        const struct clock_line line = clock_line_fit(exchanges, count, UNEQUAL);
        wrong += !is_within(&line, way, end) || !is_within(&line, way, end + pause_ns) ||
                 clock_line_uncertain(&line, end) > uncertain_most;
        seed = here;
    }
    return wrong;
}

static void without_queues_the_line_is_the_truth(void **state)
{
    (void)state;
    struct clock_exchange exchanges[EACH];
    const int64_t end = exchange(exchanges, EACH, &even);
    const struct clock_line line = clock_line_fit(exchanges, EACH, UNEQUAL);
    assert_int_equal(clock_line_ahead(&line, end), ahead_ns);
    assert_int_equal(line.uncertain_ns,
                     1100); /* a tenth may be unequal, and the clocks' readings */
    assert_int_equal(clock_line_ahead(&line, end + pause_ns), ahead_ns);
}

/* Half of the ways, which is the limit of what one exchange tells, is 10 µs and more. */
static void queues_are_seen_through(void **state)
{
    (void)state;
    struct way way = even;
    way.queue_ns = 2000;
    assert_int_equal(wrong_lines(&way, EACH, 5000), 0);
    assert_int_equal(wrong_lines(&way, 8 * (size_t)EACH, 5000), 0);
}

static void outliers_are_left_out(void **state)
{
    (void)state;
    struct way way = even;
    way.queue_ns = 500;
    way.stall_ns = 1000000;
    assert_int_equal(wrong_lines(&way, EACH, 3000), 0);
    assert_int_equal(wrong_lines(&way, 8 * (size_t)EACH, 3000), 0);
    /* Also where many in a row are. */
    struct clock_exchange exchanges[EACH];
    (void)exchange(exchanges, EACH, &even);
    for (int i = EACH / 4; i < EACH / 2; i++)
        exchanges[i].after += 1000000;
    assert_int_equal(clock_line_fit(exchanges, EACH, UNEQUAL).uncertain_ns, 1100);
}

static void ways_that_are_somewhat_unequal_are_allowed_for(void **state)
{
    (void)state;
    struct way way = {.there_ns = 9000, .back_ns = 11000, .queue_ns = 500};
    assert_int_equal(wrong_lines(&way, EACH, 3000), 0);
    way.there_ns = 11000;
    way.back_ns = 9000;
    assert_int_equal(wrong_lines(&way, 8 * (size_t)EACH, 3000), 0);
    /* More than that no exchange shows. */
    way.there_ns = 15000;
    way.back_ns = 5000;
    assert_int_equal(wrong_lines(&way, EACH, 3000), SEEDS);
    struct clock_exchange exchanges[EACH];
    const int64_t end = exchange(exchanges, EACH, &way);
    const struct clock_line line = clock_line_fit(exchanges, EACH, 1);
    assert_true(is_within(&line, &way, end));
}

static void drift_is_found_by_several_comparisons(void **state)
{
    (void)state;
    static const double drifts[] = {20e-6, -40e-6};
    struct clock_exchange exchanges[MOST];
    for (int i = 0; i < 2; i++) {
        const struct way way = {drifts[i], 10000, 10000, 500, 0};
        seed = 7;
        const int64_t end = exchange(exchanges, 8 * (size_t)EACH, &way);
        const struct clock_line line = clock_line_fit(exchanges, 8 * (size_t)EACH, UNEQUAL);
        assert_true(fabs(line.drift - way.drift) <= line.drift_uncertain);
        assert_true(line.drift_uncertain < 10e-6);
        assert_true(is_within(&line, &way, end + 10000000000));
        assert_int_equal(wrong_lines(&way, 8 * (size_t)EACH, 3000), 0);
    }
}

/* It lasts a millisecond, in which clocks part by less than messages vary. */
static void one_comparison_tells_no_drift_and_allows_for_it(void **state)
{
    (void)state;
    struct clock_exchange exchanges[EACH];
    const struct way way = {50e-6, 10000, 10000, 500, 0};
    seed = 1;
    const int64_t end = exchange(exchanges, EACH, &way);
    const struct clock_line line = clock_line_fit(exchanges, EACH, UNEQUAL);
    assert_true(line.drift == 0 && line.drift_uncertain == 50e-6);
    assert_true(is_within(&line, &way, end + 1000000000));
    assert_int_equal(clock_line_uncertain(&line, line.at + 1000000000) - line.uncertain_ns, 50000);
    assert_int_equal(clock_line_uncertain(&line, line.at - 1000000000) - line.uncertain_ns, 50000);
}

/* Somebody sets the other clock's pace anew: the line is as uncertain as it is bent. */
static void a_line_that_is_none_is_uncertain(void **state)
{
    (void)state;
    struct clock_exchange exchanges[MOST];
    seed = 1;
    const int64_t end = exchange(exchanges, MOST, &even);
    for (int i = MOST / 2; i < MOST; i++) /* 100 µs a second, from then on */
        exchanges[i].other -= (exchanges[i].before - exchanges[MOST / 2].before) / 10000;
    const struct clock_line line = clock_line_fit(exchanges, MOST, UNEQUAL);
    const int64_t now_ahead = ahead_ns + (end - exchanges[MOST / 2].before) / 10000;
    assert_true(clock_line_uncertain(&line, end) > 5000);
    assert_true(llabs(clock_line_ahead(&line, end) - now_ahead) <=
                clock_line_uncertain(&line, end));
}

/* By the quickest alone, and then the truth is within half of it for certain. */
static void few_exchanges_tell_what_the_quickest_does(void **state)
{
    (void)state;
    const struct clock_exchange one = {.before = 1000, .after = 21000, .other = 500};
    struct clock_exchange exchanges[EACH] = {one};
    struct clock_line line = clock_line_fit(exchanges, 1, UNEQUAL);
    assert_int_equal(line.at, 11000);
    assert_int_equal(line.ahead_ns, 10500);
    assert_int_equal(line.uncertain_ns, 10100);
    assert_true(line.drift == 0 && line.drift_uncertain == 50e-6);
    for (int i = 1; i < EACH; i++) { /* many, of which one is quick */
        exchanges[i] = one;
        exchanges[i].after += 100000 + i;
    }
    line = clock_line_fit(exchanges, EACH, UNEQUAL);
    assert_int_equal(line.ahead_ns, 10500);
    assert_int_equal(line.uncertain_ns, 10100);
    /* A clock that stands still between them tells no drift. */
    for (int i = 1; i < EACH; i++)
        exchanges[i] = one;
    line = clock_line_fit(exchanges, EACH, UNEQUAL);
    assert_int_equal(line.ahead_ns, 10500);
    assert_true(line.drift == 0 && line.drift_uncertain == 50e-6);
}

static void a_moment_of_the_other_clock_is_found_on_ones_own(void **state)
{
    (void)state;
    const struct clock_line line = {1000, -7000000, 10, 40e-6, 1e-6}, same = {0};
    for (int64_t own = -1000000000; own <= 1000000000; own += 123456789) {
        const int64_t other = own - clock_line_ahead(&line, own);
        assert_true(llabs(clock_line_own(&line, other) - own) <= 1);
        assert_int_equal(clock_line_own(&same, own), own);
        assert_int_equal(clock_line_ahead(&same, own), 0);
        assert_int_equal(clock_line_uncertain(&same, own), 0);
    }
}

static void lines_join_to_one(void **state)
{
    (void)state;
    const struct clock_line line = {5000, -7000000000000, 300, 40e-6, 1e-6};
    const struct clock_line onward = {7000000900000, 500000000, 200, -30e-6, 2e-6}, same = {0};
    const struct clock_line both = clock_line_join(&line, &onward);
    for (int64_t own = -100000000000; own <= 100000000000; own += 12345678900) {
        const int64_t ahead = clock_line_ahead(&line, own);
        assert_true(llabs(clock_line_ahead(&both, own) - ahead -
                          clock_line_ahead(&onward, own - ahead)) <= 2);
    }
    assert_int_equal(both.uncertain_ns, 300 + clock_line_uncertain(&onward, 5000 + 7000000000000));
    assert_true(fabs(both.drift_uncertain - 3e-6) < 1e-12);
    const struct clock_line alone = clock_line_join(&line, &same);
    assert_int_equal(alone.ahead_ns, line.ahead_ns);
    assert_int_equal(alone.uncertain_ns, line.uncertain_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_queues_the_line_is_the_truth),
        cmocka_unit_test(queues_are_seen_through),
        cmocka_unit_test(outliers_are_left_out),
        cmocka_unit_test(ways_that_are_somewhat_unequal_are_allowed_for),
        cmocka_unit_test(drift_is_found_by_several_comparisons),
        cmocka_unit_test(one_comparison_tells_no_drift_and_allows_for_it),
        cmocka_unit_test(a_line_that_is_none_is_uncertain),
        cmocka_unit_test(few_exchanges_tell_what_the_quickest_does),
        cmocka_unit_test(a_moment_of_the_other_clock_is_found_on_ones_own),
        cmocka_unit_test(lines_join_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
