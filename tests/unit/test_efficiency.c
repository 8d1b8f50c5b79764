/*
 * Unit tests of drivers/analysis/efficiency.h, on executions whose factors are
 * worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "efficiency.h"
#include "made_up_execution.h"

#include <math.h>

enum { ROUNDS = 4 };

static const struct summary no_interval = {1, 1, false, {NAN, NAN}};

static struct instrumented execution(unsigned round, unsigned workers, double wall_s, double sum_s,
                                     double max_s)
{
    return (struct instrumented){.round = round,
                                 .workers = workers,
                                 .wall_s = wall_s,
                                 .busy_sum_s = sum_s,
                                 .busy_max_s = max_s};
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

static struct efficiency find(const struct instrumented *const *own,
                              const struct instrumented *const *base, const struct summary *time)
{
    const double work = 1;
    return efficiency_find(own, base, ROUNDS, work, time, &no_interval);
}

/* 4 workers, busy 1, 1, 2 and 2 s, in 2.5 s; serial is busy 5 s. */
static void multiplies_to_the_speedup(void **state)
{
    const struct instrumented own = execution(2, 4, 2.5, 6, 2), base = execution(2, 1, 5.1, 5, 5);
    const struct instrumented *const owns[ROUNDS] = {NULL, NULL, &own, NULL};
    const struct instrumented *const bases[ROUNDS] = {NULL, NULL, &base, NULL};
    (void)state;
    const struct efficiency factors = find(owns, bases, &no_interval);
    assert_true(factors.execution && factors.is_complete && !factors.perturbed);
    assert_int_equal(factors.execution->round, 2);
    assert_near(factors.balance, 0.75);
    assert_near(factors.communication, 0.8);
    assert_near(factors.computation, 5.0 / 6);
    assert_near(factors.speedup, 2);
    assert_near(4 * factors.balance * factors.communication * factors.computation, factors.speedup);
}

static void takes_the_median_execution_that_has_a_base(void **state)
{
    struct instrumented own[ROUNDS], base[ROUNDS];
    const struct instrumented *owns[ROUNDS], *bases[ROUNDS];
    static const double walls[ROUNDS] = {4, 1, 3, 2};
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        own[round] = execution(round, 2, walls[round], 1.5, 1);
        base[round] = execution(round, 1, 2, 2, 2);
        owns[round] = &own[round];
        bases[round] = &base[round];
    }
    assert_int_equal(find(owns, bases, &no_interval).execution->round,
                     3); /* the lower one of two */
    bases[3] = NULL;
    assert_int_equal(find(owns, bases, &no_interval).execution->round, 2); /* of 1, 3, 4 */
    own[2].busy_max_s = 0; /* nobody computed: not one to choose */
    assert_int_equal(find(owns, bases, &no_interval).execution->round, 1);
    own[0].wall_s = own[1].wall_s; /* equal ones: the earlier round */
    assert_int_equal(find(owns, bases, &no_interval).execution->round, 0);
}

/* Twice the work in 1.25 times the time of serial, with two workers. */
static void scales_the_work_of_weak_scaling(void **state)
{
    const struct instrumented own = execution(0, 2, 2.5, 4, 2), base = execution(0, 1, 2, 2, 2);
    const struct instrumented *const owns[ROUNDS] = {&own}, *const bases[ROUNDS] = {&base};
    struct efficiency factors;
    (void)state;
    factors = efficiency_find(owns, bases, ROUNDS, 2, &no_interval, &no_interval);
    assert_near(factors.speedup, 1.6);
    assert_near(factors.computation, 1);
    assert_near(2 * factors.balance * factors.communication * factors.computation, 1.6);
}

/* As above, with 12e9 instructions in 8e9 cycles; serial's 10e9 in 5e9. */
static void takes_computation_apart(void **state)
{
    struct instrumented own = execution(2, 4, 2.5, 6, 2), base = execution(2, 1, 5.1, 5, 5);
    const struct instrumented *const owns[ROUNDS] = {NULL, NULL, &own, NULL};
    const struct instrumented *const bases[ROUNDS] = {NULL, NULL, &base, NULL};
    (void)state;
    own.instructions = 12e9;
    own.cycles = 8e9;
    base.instructions = 10e9;
    base.cycles = 5e9;
    struct efficiency factors = find(owns, bases, &no_interval);
    assert_true(factors.has_counters);
    assert_near(factors.instruction_scaling, 10.0 / 12);
    assert_near(factors.ipc_scaling, 0.75);              /* 1.5 a cycle after 2 */
    assert_near(factors.frequency_scaling, 8.0 / 6 / 1); /* 4/3 GHz after 1 */
    assert_near(factors.instruction_scaling * factors.ipc_scaling * factors.frequency_scaling,
                factors.computation);

    /* Four times the work: of each factor only the instructions know it. */
    factors = efficiency_find(owns, bases, ROUNDS, 4, &no_interval, &no_interval);
    assert_near(factors.instruction_scaling, 40.0 / 12);
    assert_near(factors.ipc_scaling, 0.75);
    assert_near(factors.instruction_scaling * factors.ipc_scaling * factors.frequency_scaling,
                factors.computation);
}

/* What is not counted is no number, whichever of the four it is; nor is a count of nothing. */
static void makes_no_counters_up(void **state)
{
    struct instrumented own = execution(0, 2, 2, 3, 2), base = execution(0, 1, 3, 3, 3);
    const struct instrumented *const owns[ROUNDS] = {&own}, *const bases[ROUNDS] = {&base};
    double *const figures[] = {&own.instructions, &own.cycles, &base.instructions, &base.cycles};
    (void)state;
    for (size_t missing = 0; missing < 4; missing++)
        for (int without = 0; without < 2; without++) {
            for (size_t i = 0; i < 4; i++)
                *figures[i] = i != missing ? 1e9 : without ? NAN : 0;
            const struct efficiency factors = find(owns, bases, &no_interval);
            assert_true(factors.is_complete && !factors.has_counters);
            assert_true(isnan(factors.instruction_scaling) && isnan(factors.ipc_scaling) &&
                        isnan(factors.frequency_scaling));
        }
    *figures[3] = 1e9;
    assert_true(find(owns, bases, &no_interval).has_counters);
    assert_false(find(owns, NULL, &no_interval).has_counters);
}

/* What such workers come to, the first ones of their cell. */
static struct instrumented sum_of(const char *workers, struct instrumented_events *events)
{
    struct instrumented sums;
    *events = (struct instrumented_events){0};
    assert_true(made_up_sum(1, workers, "{}", events, &sums));
    return sums;
}

static void sums_the_counters_of_those_that_computed(void **state)
{
    struct instrumented_events events;
    (void)state;
    struct instrumented sums = sum_of("[{\"busy_s\":1,\"processor\":0,"
                                      "\"counters\":{\"PAPI_TOT_INS\":5,\"PAPI_TOT_CYC\":4}},"
                                      "{\"busy_s\":1,\"processor\":1,"
                                      "\"counters\":{\"PAPI_TOT_INS\":7,\"PAPI_TOT_CYC\":null}}]",
                                      &events);
    assert_true(sums.instructions == 12 && isnan(sums.cycles));
    /* A worker that had nothing to do in that execution has counted nothing. */
    sums = sum_of("[{\"busy_s\":1,\"processor\":0,\"counters\":{\"PAPI_TOT_INS\":5}},"
                  "{\"busy_s\":1,\"processor\":-1,\"counters\":{\"PAPI_TOT_INS\":null}}]",
                  &events);
    assert_true(sums.instructions == 5 && isnan(sums.cycles));
    sums =
        sum_of("[{\"busy_s\":1,\"processor\":-1,\"counters\":{\"PAPI_TOT_INS\":null}}]", &events);
    assert_true(isnan(sums.instructions) && isnan(sums.own[0]));
    sums = sum_of("[{\"busy_s\":1}]", &events); /* from before there were counters */
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++)
        assert_true(isnan(sums.count[i]));
}

#define OWN_WORKER(processor, counters)                                                            \
    "{\"busy_s\":1,\"processor\":" #processor ",\"counters\":{\"PAPI_TOT_INS\":3," counters "}}"

static void names_what_the_kernel_counts(void **state)
{
    struct instrumented_events events;
    (void)state;
    struct instrumented sums = sum_of(
        "[" OWN_WORKER(0, "\"PAPI_L3_TCM\":5,\"PAPI_RES_STL\":null,\"third\":1") "," OWN_WORKER(
            1, "\"PAPI_L3_"
               "TCM\":6") "]",
        &events);
    assert_string_equal(events.name[INSTRUMENTED_OWN], "PAPI_L3_TCM");
    assert_string_equal(events.name[INSTRUMENTED_OWN + 1], "PAPI_RES_STL");
    assert_true(sums.count[INSTRUMENTED_OWN] == 11 && sums.own[0] == 11);
    assert_true(isnan(sums.count[INSTRUMENTED_OWN + 1]));
    assert_true(sums.count[INSTRUMENTED_INSTRUCTIONS] == 6);

    /* A later launch of the cell keeps the names, whatever it says; a wrong one gives none. */
    static const char later[] = "[" OWN_WORKER(0, "\"PAPI_BR_MSP\":9,\"PAPI_L3_TCM\":7") "]";
    static const char wrong[] = "[" OWN_WORKER(0, "\"PAPI_BR_MSP\":-9") "]";
    assert_true(made_up_sum(1, later, "{}", &events, &sums));
    assert_string_equal(events.name[INSTRUMENTED_OWN], "PAPI_L3_TCM");
    assert_true(sums.own[0] == 7);
    events = (struct instrumented_events){0};
    assert_false(made_up_sum(1, wrong, "{}", &events, &sums));
    assert_string_equal(events.name[INSTRUMENTED_OWN], "");

    /* Names that would mean something to who reads a table are passed over. */
    sums = sum_of("[" OWN_WORKER(0, "\"\":1,\"=a\":1,\"a,b\":1,\"a\\nb\":1,\"sde:::x\":2") "]",
                  &events);
    assert_string_equal(events.name[INSTRUMENTED_OWN], "sde:::x");
    assert_string_equal(events.name[INSTRUMENTED_OWN + 1], "");
    assert_true(sums.own[0] == 2 && isnan(sums.own[1]));
}

static void sums_what_the_system_counted(void **state)
{
    struct instrumented_events events;
    (void)state;
    struct instrumented sums =
        sum_of("[{\"busy_s\":1,\"cpu_s\":0.5,\"voluntary_switches\":1,\"involuntary_switches\":2,"
               "\"minor_faults\":3,\"major_faults\":4,\"peak_memory_bytes\":4096},"
               "{\"busy_s\":1,\"cpu_s\":0.25,\"voluntary_switches\":10,\"involuntary_switches\":20,"
               "\"minor_faults\":30,\"major_faults\":40,\"peak_memory_bytes\":8192},"
               "{\"busy_s\":0,\"cpu_s\":0,\"voluntary_switches\":0,\"involuntary_switches\":0,"
               "\"minor_faults\":0,\"major_faults\":0,\"peak_memory_bytes\":null}]",
               &events);
    assert_true(sums.cpu_s == 0.75);
    assert_true(sums.voluntary_switches == 11 && sums.involuntary_switches == 22);
    assert_true(sums.minor_faults == 33 && sums.major_faults == 44);
    assert_true(sums.peak_memory_bytes == 8192); /* the largest */

    /* What one of them does not tell is not known of all. */
    sums = sum_of("[{\"busy_s\":1,\"cpu_s\":0.5,\"peak_memory_bytes\":0},{\"busy_s\":1}]", &events);
    assert_true(isnan(sums.cpu_s) && isnan(sums.voluntary_switches));
    assert_true(isnan(sums.minor_faults) && isnan(sums.major_faults));
    assert_true(isnan(sums.peak_memory_bytes));
}

static void tells_why_nothing_was_counted(void **state)
{
    static const struct {
        const char *absent, *words[3];
    } cases[] = {
        {"{\"PAPI_TOT_INS\":\"no PMU\",\"PAPI_TOT_CYC\":\"none\"}", {"no PMU", "none", ""}},
        {"{\"PAPI_BR_MSP\":\"no PMU\",\"PAPI_TOT_CYC\":\"none\"}", {"", "none", "no PMU"}},
        {"{\"PAPI_TOT_INS\":\"\\u001b[31mred\"}", {"?[31mred", "", ""}},
        {"{\"PAPI_L3_TCM\":\"no PMU\",\"\":\"no name\"}", {"", "", ""}},
        {"{\"PAPI_TOT_INS\":7}", {"", "", ""}},
        {"[]", {"", "", ""}},
    };
    static const char workers[] = "[" OWN_WORKER(0, "\"PAPI_BR_MSP\":null") "]";
    struct instrumented_events events = {0};
    struct instrumented sums;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(made_up_sum(1, workers, cases[i].absent, &events, &sums));
        for (unsigned event = 0; event < 3; event++)
            assert_string_equal(events.absent[event], cases[i].words[event]);
        assert_string_equal(events.absent[3], "");
        assert_true(made_up_sum(1, workers, "{}", &events, &sums));
        assert_string_equal(events.absent[0], "");
    }
}

static void does_without_a_base(void **state)
{
    const struct instrumented own = execution(0, 2, 2, 3, 2);
    const struct instrumented *const owns[ROUNDS] = {&own}, *const none[ROUNDS] = {NULL};
    (void)state;
    for (int with = 0; with < 2; with++) {
        const struct efficiency factors = find(owns, with ? none : NULL, &no_interval);
        assert_true(factors.execution && !factors.is_complete);
        assert_near(factors.balance, 0.75);
        assert_near(factors.communication, 1);
        assert_true(isnan(factors.speedup) && isnan(factors.computation));
    }
    assert_null(find(none, none, &no_interval).execution);
}

static void tells_when_instrumenting_perturbed(void **state)
{
    struct instrumented own = execution(0, 1, 1, 1, 1);
    const struct instrumented *const owns[ROUNDS] = {&own};
    const struct summary time = {9, 1, true, {0.9, 1.1}};
    static const struct {
        double wall_s;
        bool perturbed;
    } cases[] = {{0.8549, true}, {0.8551, false}, {1, false}, {1.1549, false}, {1.1551, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        own.wall_s = cases[i].wall_s;
        assert_int_equal(find(owns, NULL, &time).perturbed, cases[i].perturbed);
        assert_false(find(owns, NULL, &no_interval).perturbed);
    }
}

/* Of the second, computing got faster; of the third, a worker was busy for longer than it took. */
static void shares_add_up(void **state)
{
    static const struct {
        unsigned workers;
        double wall_s, sum_s, max_s, serial_s;
    } cases[] = {{4, 2.5, 6, 2, 5}, {2, 1, 2, 1, 2.5}, {2, 1, 1.01, 1.01, 0.505}};
    struct efficiency factors[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct instrumented base = execution(0, 1, 9, cases[i].serial_s, 9);
        const struct instrumented own =
            execution(0, cases[i].workers, cases[i].wall_s, cases[i].sum_s, cases[i].max_s);
        const struct instrumented *const owns[ROUNDS] = {&own}, *const bases[ROUNDS] = {&base};
        double sum = 0;
        factors[i] = find(owns, bases, &no_interval);
        for (enum share share = 0; share < SHARE_COUNT; share++) {
            sum += factors[i].shares[share];
            assert_true(factors[i].shares[share] >= 0);
            assert_true(factors[i].over_rounds[share].median == factors[i].shares[share]);
        }
        assert_near(sum, 1);
    }
    assert_near(factors[0].shares[SHARE_USEFUL], 0.5);
    assert_near(factors[0].shares[SHARE_OVERHEAD], 0.1);
    assert_near(factors[0].shares[SHARE_IMBALANCE], 0.2);
    assert_near(factors[0].shares[SHARE_COMMUNICATION], 0.2);
    assert_near(factors[1].shares[SHARE_USEFUL], 1);
    assert_near(factors[2].shares[SHARE_USEFUL], 0.25);
}

static void tells_when_instrumenting_perturbed_the_base(void **state)
{
    const struct instrumented own = execution(0, 2, 1, 2, 1);
    struct instrumented base = execution(0, 1, 2, 2, 2);
    const struct instrumented *const owns[ROUNDS] = {&own}, *const bases[ROUNDS] = {&base};
    const struct summary time = {9, 1, true, {0.9, 1.1}}, base_time = {9, 2, true, {1.9, 2.1}};
    struct efficiency factors;
    (void)state;
    factors = efficiency_find(owns, bases, ROUNDS, 1, &time, &base_time);
    assert_false(factors.perturbed);
    base.wall_s = 2.5;
    factors = efficiency_find(owns, bases, ROUNDS, 1, &time, &base_time);
    assert_true(factors.perturbed);
    factors = efficiency_find(owns, bases, ROUNDS, 1, &time, &no_interval);
    assert_false(factors.perturbed);
}

/* Where serial was slowed down in a round, that round is not chosen while there is another. */
static void is_held_against_a_usual_base(void **state)
{
    const struct instrumented own[] = {execution(0, 2, 1, 2, 1), execution(1, 2, 1.02, 2, 1),
                                       execution(2, 2, 1.04, 2, 1)};
    struct instrumented base[] = {execution(0, 1, 2.5, 2, 2), execution(1, 1, 2.5, 2, 2),
                                  execution(2, 1, 2, 2, 2)};
    const struct instrumented *const owns[ROUNDS] = {&own[0], &own[1], &own[2]};
    const struct instrumented *const bases[ROUNDS] = {&base[0], &base[1], &base[2]};
    const struct summary time = {9, 1, true, {0.9, 1.1}}, base_time = {9, 2, true, {1.9, 2.1}};
    struct efficiency factors;
    (void)state;
    factors = efficiency_find(owns, bases, ROUNDS, 1, &time, &base_time);
    assert_ptr_equal(factors.execution, &own[2]);
    assert_false(factors.perturbed);
    base[0].wall_s = 2;
    factors = efficiency_find(owns, bases, ROUNDS, 1, &time, &base_time);
    assert_ptr_equal(factors.execution, &own[0]); /* the lower one of two */
    base[0].wall_s = base[2].wall_s = 2.5;
    factors = efficiency_find(owns, bases, ROUNDS, 1, &time, &base_time);
    assert_ptr_equal(factors.execution, &own[1]); /* all are odd: the median of all */
    assert_true(factors.perturbed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplies_to_the_speedup),
        cmocka_unit_test(takes_the_median_execution_that_has_a_base),
        cmocka_unit_test(scales_the_work_of_weak_scaling),
        cmocka_unit_test(takes_computation_apart),
        cmocka_unit_test(makes_no_counters_up),
        cmocka_unit_test(sums_the_counters_of_those_that_computed),
        cmocka_unit_test(names_what_the_kernel_counts),
        cmocka_unit_test(sums_what_the_system_counted),
        cmocka_unit_test(tells_why_nothing_was_counted),
        cmocka_unit_test(does_without_a_base),
        cmocka_unit_test(tells_when_instrumenting_perturbed),
        cmocka_unit_test(tells_when_instrumenting_perturbed_the_base),
        cmocka_unit_test(is_held_against_a_usual_base),
        cmocka_unit_test(shares_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
