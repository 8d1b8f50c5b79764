/*
 * Unit tests of drivers/analysis/efficiency.h, on executions whose factors are
 * worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drawn.h"
#include "efficiency.h"
#include "made_up_execution.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 4, ROUNDS_MAX = 17 };

static const double no_times[ROUNDS] = {NAN, NAN, NAN, NAN};
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

static struct efficiency find_scaled(const struct instrumented *const *own,
                                     const struct instrumented *const *base, double work)
{
    const struct watched watched = {own, no_times, &no_interval};
    const struct watched watched_base = {base, no_times, &no_interval};
    return efficiency_find(&watched, base ? &watched_base : NULL, ROUNDS, work);
}

static struct efficiency find(const struct instrumented *const *own,
                              const struct instrumented *const *base)
{
    return find_scaled(own, base, 1);
}

/* 4 workers, busy 1, 1, 2 and 2 s, in 2.5 s; serial is busy 5 s. */
static void multiplies_to_the_speedup(void **state)
{
    const struct instrumented own = execution(2, 4, 2.5, 6, 2), base = execution(2, 1, 5.1, 5, 5);
    const struct instrumented *const owns[ROUNDS] = {NULL, NULL, &own, NULL};
    const struct instrumented *const bases[ROUNDS] = {NULL, NULL, &base, NULL};
    (void)state;
    const struct efficiency factors = find(owns, bases);
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
    assert_int_equal(find(owns, bases).execution->round, 3); /* the lower one of two */
    bases[3] = NULL;
    assert_int_equal(find(owns, bases).execution->round, 2); /* of 1, 3, 4 */
    own[2].busy_max_s = 0; /* nobody computed: not one to choose */
    assert_int_equal(find(owns, bases).execution->round, 1);
    own[0].wall_s = own[1].wall_s; /* equal ones: the earlier round */
    assert_int_equal(find(owns, bases).execution->round, 0);
}

/* The latest of the workers; one that did nothing has no part in it. */
static void tells_what_is_before_and_after_computing(void **state)
{
    static const struct {
        const char *workers;
        double handed_out_s, collected_s;
    } cases[] = {
        {"[{\"busy_s\":1,\"first_s\":0.25,\"last_s\":1.5},"
         "{\"busy_s\":1,\"first_s\":0.5,\"last_s\":1.25},"
         "{\"busy_s\":0,\"first_s\":null,\"last_s\":null}]",
         0.5, 0.5},
        {"[{\"busy_s\":1,\"first_s\":0,\"last_s\":2.5}]", 0, 0}, /* never below none */
        {"[{\"busy_s\":1},{\"busy_s\":1}]", NAN, NAN},
        {"[{\"busy_s\":0,\"first_s\":null,\"last_s\":null}]", NAN, NAN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct instrumented_events events = {0};
        struct instrumented sums;
        assert_true(made_up_sum(2, cases[i].workers, NULL, &events, &sums));
        assert_true(isnan(cases[i].handed_out_s) ? isnan(sums.handed_out_s)
                                                 : sums.handed_out_s == cases[i].handed_out_s);
        assert_true(isnan(cases[i].collected_s) ? isnan(sums.collected_s)
                                                : sums.collected_s == cases[i].collected_s);
    }
    for (int i = 0; i < 3; i++) {
        static const char *const wrong[] = {"-1", "1e300", "\"soon\""};
        struct instrumented_events events = {0};
        struct instrumented sums;
        char workers[80];
        (void)snprintf(workers, sizeof workers, "[{\"busy_s\":1,\"first_s\":%s}]", wrong[i]);
        assert_false(made_up_sum(2, workers, NULL, &events, &sums));
        (void)snprintf(workers, sizeof workers, "[{\"busy_s\":1,\"last_s\":%s}]", wrong[i]);
        assert_false(made_up_sum(2, workers, NULL, &events, &sums));
    }
}

/* Of all that tell, with and without a base. */
static void summarises_handing_out_and_collecting_over_rounds(void **state)
{
    enum { MANY = 8 };
    struct instrumented own[MANY];
    const struct instrumented *owns[MANY];
    double times[MANY];
    (void)state;
    for (unsigned round = 0; round < MANY; round++) {
        own[round] = execution(round, 2, 2, 3, 1.5);
        own[round].handed_out_s = 0.125 * round;
        own[round].collected_s = round < 3 ? NAN : 0.5;
        owns[round] = &own[round];
        times[round] = 2;
    }
    owns[7] = NULL; /* a launch that failed */
    const struct watched watched = {owns, times, &no_interval};
    const struct efficiency factors = efficiency_find(&watched, NULL, MANY, 1);
    assert_int_equal(factors.handed_out.count, 7);
    assert_near(factors.handed_out.median, 0.375);
    assert_true(factors.handed_out.has_interval);
    assert_near(factors.handed_out.interval.high, 0.75);
    assert_int_equal(factors.collected.count, 4);
    assert_false(factors.collected.has_interval);
    assert_near(factors.collected.median, 0.5);
}

/* Of launches that did not count nothing but busy times is known. */
static void prefers_executions_of_launches_that_counted(void **state)
{
    struct instrumented own[ROUNDS], base[ROUNDS];
    const struct instrumented *owns[ROUNDS], *bases[ROUNDS];
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        own[round] = execution(round, 2, 1 + round, 1.5, 1);
        base[round] = execution(round, 1, 2, 2, 2);
        own[round].cpu_s = round < 3 ? NAN : 1.5;
        owns[round] = &own[round];
        bases[round] = &base[round];
    }
    assert_int_equal(find(owns, bases).execution->round, 3);
    assert_int_equal(find(owns, bases).over_rounds[SHARE_USEFUL].count, ROUNDS);
    own[0].cpu_s = own[1].cpu_s = 1.5;
    assert_int_equal(find(owns, bases).execution->round, 1); /* of 0, 1, 3 */
    own[0].cpu_s = own[1].cpu_s = own[3].cpu_s = NAN;
    assert_int_equal(find(owns, bases).execution->round, 1); /* the lower one of all four */
    own[3].cpu_s = 1.5;
    bases[3] = NULL; /* one without serial's counts for less */
    assert_int_equal(find(owns, bases).execution->round, 1); /* of 0, 1, 2 */
}

/* Twice the work in 1.25 times the time of serial, with two workers. */
static void scales_the_work_of_weak_scaling(void **state)
{
    const struct instrumented own = execution(0, 2, 2.5, 4, 2), base = execution(0, 1, 2, 2, 2);
    const struct instrumented *const owns[ROUNDS] = {&own}, *const bases[ROUNDS] = {&base};
    struct efficiency factors;
    (void)state;
    factors = find_scaled(owns, bases, 2);
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
    struct efficiency factors = find(owns, bases);
    assert_true(factors.has_counters);
    assert_near(factors.instruction_scaling, 10.0 / 12);
    assert_near(factors.ipc_scaling, 0.75);              /* 1.5 a cycle after 2 */
    assert_near(factors.frequency_scaling, 8.0 / 6 / 1); /* 4/3 GHz after 1 */
    assert_near(factors.instruction_scaling * factors.ipc_scaling * factors.frequency_scaling,
                factors.computation);

    /* Four times the work: of each factor only the instructions know it. */
    factors = find_scaled(owns, bases, 4);
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
            const struct efficiency factors = find(owns, bases);
            assert_true(factors.is_complete && !factors.has_counters);
            assert_true(isnan(factors.instruction_scaling) && isnan(factors.ipc_scaling) &&
                        isnan(factors.frequency_scaling));
        }
    *figures[3] = 1e9;
    assert_true(find(owns, bases).has_counters);
    assert_false(find(owns, NULL).has_counters);
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

/* A launch that did not count says nothing of them, and takes nothing back. */
static void keeps_why_nothing_was_counted(void **state)
{
    static const char counted[] = "[{\"busy_s\":1,\"cpu_s\":1,\"processor\":0,\"counters\":"
                                  "{\"PAPI_BR_MSP\":null}}]";
    struct instrumented_events events = {0};
    struct instrumented sums;
    (void)state;
    assert_true(made_up_sum(1, counted, "{\"PAPI_BR_MSP\":\"no PMU\"}", &events, &sums));
    assert_true(sums.cpu_s == 1);
    assert_true(made_up_sum(1, "[{\"busy_s\":0.5}]", NULL, &events, &sums));
    assert_true(sums.workers == 1 && sums.busy_sum_s == 0.5);
    assert_true(isnan(sums.cpu_s) && isnan(sums.minor_faults) && isnan(sums.instructions));
    assert_string_equal(events.name[2], "PAPI_BR_MSP");
    assert_string_equal(events.absent[2], "no PMU");
}

static void does_without_a_base(void **state)
{
    const struct instrumented own = execution(0, 2, 2, 3, 2);
    const struct instrumented *const owns[ROUNDS] = {&own}, *const none[ROUNDS] = {NULL};
    (void)state;
    for (int with = 0; with < 2; with++) {
        const struct efficiency factors = find(owns, with ? none : NULL);
        assert_true(factors.execution && !factors.is_complete);
        assert_near(factors.balance, 0.75);
        assert_near(factors.communication, 1);
        assert_true(isnan(factors.speedup) && isnan(factors.computation));
    }
    assert_null(find(none, none).execution);
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
        factors[i] = find(owns, bases);
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

/* Where serial was slowed down in a round, that round is not chosen while there is another. */
static void is_held_against_a_usual_base(void **state)
{
    const struct instrumented own[] = {execution(0, 2, 1, 2, 1), execution(1, 2, 1.02, 2, 1),
                                       execution(2, 2, 1.04, 2, 1)};
    struct instrumented base[] = {execution(0, 1, 2.5, 2, 2), execution(1, 1, 2.5, 2, 2),
                                  execution(2, 1, 2, 2, 2)};
    const struct instrumented *const owns[ROUNDS] = {&own[0], &own[1], &own[2]};
    const struct instrumented *const bases[ROUNDS] = {&base[0], &base[1], &base[2]};
    const struct summary base_time = {9, 2, true, {1.9, 2.1}};
    const struct watched watched = {owns, no_times, &no_interval};
    const struct watched watched_base = {bases, no_times, &base_time};
    (void)state;
    assert_ptr_equal(efficiency_find(&watched, &watched_base, ROUNDS, 1).execution, &own[2]);
    base[0].wall_s = 2;
    assert_ptr_equal(efficiency_find(&watched, &watched_base, ROUNDS, 1).execution,
                     &own[0]); /* the lower one of two */
    base[0].wall_s = 1.5;
    assert_ptr_equal(efficiency_find(&watched, &watched_base, ROUNDS, 1).execution, &own[2]);
    base[2].wall_s = 2.5;
    assert_ptr_equal(efficiency_find(&watched, &watched_base, ROUNDS, 1).execution,
                     &own[1]); /* all are odd: the median of all */
}

/* ---- what instrumenting perturbs ---- */

/* Of a single launch, by its samples; nothing gets faster by being watched. */
static void tells_that_a_launch_was_perturbed(void **state)
{
    struct instrumented own = execution(0, 1, 1, 1, 1);
    const struct instrumented *const owns[] = {&own};
    const struct summary time = {9, 1, true, {0.9, 1.1}};
    const double times[] = {1};
    static const struct {
        double wall_s;
        bool perturbed;
    } cases[] = {{0.5, false}, {1, false}, {1.1549, false}, {1.1551, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct watched watched = {owns, times, &time};
        own.wall_s = cases[i].wall_s;
        assert_int_equal(efficiency_find(&watched, NULL, 1, 1).perturbed, cases[i].perturbed);
        watched.time = &no_interval;
        assert_false(efficiency_find(&watched, NULL, 1, 1).perturbed);
    }
}

/* A cell's rounds, or serial's. */
struct made_up_rounds {
    struct instrumented execution[ROUNDS_MAX];
    const struct instrumented *executions[ROUNDS_MAX];
    double times[ROUNDS_MAX];
    struct summary time;
};

static struct watched watch(const struct made_up_rounds *rounds)
{
    return (struct watched){rounds->executions, rounds->times, &rounds->time};
}

/* Each launch takes twice as long as the one before; instrumented, so many times that. */
static struct watched make_up(struct made_up_rounds *made, unsigned rounds, double longer)
{
    *made = (struct made_up_rounds){.time = no_interval};
    for (unsigned i = 0; i < rounds; i++) {
        made->times[i] = 1u << i;
        made->execution[i] = execution(i, 1, longer * made->times[i], 1, 1);
        made->executions[i] = &made->execution[i];
    }
    made->time = stats_summary(made->times, rounds);
    return watch(made);
}

static void tells_that_rounds_were_perturbed(void **state)
{
    struct made_up_rounds own, base;
    (void)state;
    static const struct {
        double own, base;
        unsigned rounds;
        bool perturbed;
    } cases[] = {{1.049, 1.049, 6, false}, {0.9, 0.9, 6, false}, {1.051, 1, 6, true},
                 {1, 1.051, 6, true},      {1.5, 1.5, 5, false}, {1.5, 1.5, 2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct watched watched = make_up(&own, cases[i].rounds, cases[i].own);
        const struct watched watched_base = make_up(&base, cases[i].rounds, cases[i].base);
        assert_int_equal(efficiency_find(&watched, &watched_base, cases[i].rounds, 1).perturbed,
                         cases[i].perturbed);
        assert_int_equal(efficiency_find(&watched, NULL, cases[i].rounds, 1).perturbed,
                         cases[i].perturbed && cases[i].own > 1.05);
    }
    /* One round that was not like the others decides nothing. */
    const struct watched watched = make_up(&own, 6, 1.5);
    own.execution[3].wall_s = own.times[3];
    assert_false(efficiency_find(&watched, NULL, 6, 1).perturbed);
    own.executions[3] = NULL;
    assert_false(efficiency_find(&watched, NULL, 6, 1).perturbed); /* five are too few */
}

/* ---- the same, with noise as it was recorded ---- */

enum { STEPS = 20 };

/*
 * Every twentieth of two distributions of a recorded run of 78 cells and 30 rounds, the ends
 * being the 0.2 % and 99.8 % quantiles: of an execution over the median of others of its launch,
 * and of a launch's median over that of its cell.
 */
static const double within_launch[STEPS + 1] = {0.518, 0.851, 0.907, 0.935, 0.952, 0.965, 0.974,
                                                0.980, 0.985, 0.990, 0.994, 0.997, 1.000, 1.005,
                                                1.009, 1.015, 1.023, 1.038, 1.066, 1.136, 1.710};
static const double of_launches[STEPS + 1] = {0.622, 0.911, 0.934, 0.949, 0.959, 0.969, 0.977,
                                              0.983, 0.990, 0.996, 1.000, 1.005, 1.011, 1.021,
                                              1.033, 1.050, 1.072, 1.109, 1.171, 1.302, 1.978};

static double draw_from(const double *quantiles, uint64_t *random)
{
    const size_t fine = 1000, drawn = draw(random, STEPS * fine), step = drawn / fine;
    return quantiles[step] +
           (double)(drawn % fine) / (double)fine * (quantiles[step + 1] - quantiles[step]);
}

struct made_up_noise {
    unsigned rounds, samples, clocks; /* of each launch */
    double noise, longer;             /* how much of what was recorded; what instrumenting costs */
};

static double noisy(const struct made_up_noise *like, const double *quantiles, uint64_t *random)
{
    return 1 + like->noise * (draw_from(quantiles, random) - 1);
}

static void draw_rounds(const struct made_up_noise *like, uint64_t *random,
                        struct made_up_rounds *made)
{
    double samples[ROUNDS_MAX], walls[ROUNDS_MAX];
    *made = (struct made_up_rounds){.time = no_interval};
    for (unsigned round = 0; round < like->rounds; round++) {
        const double launch = noisy(like, of_launches, random);
        for (unsigned i = 0; i < like->samples; i++)
            samples[i] = launch * noisy(like, within_launch, random);
        for (unsigned i = 0; i < like->clocks; i++)
            walls[i] = like->longer * launch * noisy(like, within_launch, random);
        const double wall_s = stats_median(walls, like->clocks);
        made->times[round] = stats_median(samples, like->samples);
        made->execution[round] = execution(round, 1, wall_s, wall_s, wall_s);
        made->executions[round] = &made->execution[round];
    }
    made->time = like->rounds > 1 ? stats_summary(made->times, like->rounds)
                                  : stats_summary(samples, like->samples);
}

/* The share of such cells that are told as perturbed. */
static double share_perturbed(const struct made_up_noise *like)
{
    enum { CELLS = 4000 };
    uint64_t random = 20260101;
    unsigned perturbed = 0;
    for (unsigned i = 0; i < CELLS; i++) {
        struct made_up_rounds own;
        draw_rounds(like, &random, &own);
        const struct watched watched = watch(&own);
        perturbed += efficiency_find(&watched, NULL, like->rounds, 1).perturbed;
    }
    return (double)perturbed / CELLS;
}

/* A run's launches have two samples or five, and one that is clocked or five; of one that is
 * measured by itself, ten and five. */
static void noise_is_no_perturbation(void **state)
{
    static const struct {
        struct made_up_noise like;
        double least, most; /* share of cells */
    } cases[] = {
        {{6, 2, 1, 1, 1}, 0, 0.02},       {{9, 2, 1, 1, 1}, 0, 0.02},
        {{17, 2, 1, 1, 1}, 0, 0.02},      {{10, 5, 5, 1, 1}, 0, 0.02},
        {{1, 10, 5, 1, 1}, 0, 0.02},      {{9, 2, 1, 0.25, 1.15}, 0.95, 1},
        {{17, 2, 1, 1, 1.15}, 0.6, 1},    {{10, 5, 5, 1, 1.15}, 0.95, 1},
        {{1, 10, 5, 0.25, 1.15}, 0.9, 1}, {{1, 10, 5, 1, 1.3}, 0.9, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double share = share_perturbed(&cases[i].like);
        if (!(share >= cases[i].least && share <= cases[i].most))
            fail_msg("case %zu: %.4f of the cells, not %g to %g", i, share, cases[i].least,
                     cases[i].most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplies_to_the_speedup),
        cmocka_unit_test(takes_the_median_execution_that_has_a_base),
        cmocka_unit_test(tells_what_is_before_and_after_computing),
        cmocka_unit_test(summarises_handing_out_and_collecting_over_rounds),
        cmocka_unit_test(prefers_executions_of_launches_that_counted),
        cmocka_unit_test(scales_the_work_of_weak_scaling),
        cmocka_unit_test(takes_computation_apart),
        cmocka_unit_test(makes_no_counters_up),
        cmocka_unit_test(sums_the_counters_of_those_that_computed),
        cmocka_unit_test(names_what_the_kernel_counts),
        cmocka_unit_test(sums_what_the_system_counted),
        cmocka_unit_test(tells_why_nothing_was_counted),
        cmocka_unit_test(keeps_why_nothing_was_counted),
        cmocka_unit_test(does_without_a_base),
        cmocka_unit_test(tells_that_a_launch_was_perturbed),
        cmocka_unit_test(tells_that_rounds_were_perturbed),
        cmocka_unit_test(noise_is_no_perturbation),
        cmocka_unit_test(is_held_against_a_usual_base),
        cmocka_unit_test(shares_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
