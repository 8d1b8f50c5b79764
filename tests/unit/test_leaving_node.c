/*
 * Unit tests of drivers/analysis/leaving_node.h and of what the experiment nodes says of it, on
 * times that were made up: what leaving the node costs, what explains it, and what is not known.
 */
#define _GNU_SOURCE
#include "analysed_run.h"
#include "leaving_node.h"
#include "made_up_experiments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

enum { ROUNDS = 8, CELLS = 3 };

/* The same ranks on one node, on two, and others. */
static struct made_up {
    struct cell planned[CELLS];
    struct cell_state states[CELLS];
    double times[CELLS][ROUNDS];
    struct instrumented executions[CELLS][ROUNDS];
    const struct instrumented *pointers[CELLS][ROUNDS];
    struct analysis_of_cell cells[CELLS];
    const struct analysis_of_cell *all[CELLS];
    struct analysed_run run;
    struct analysed_kernel kernel;
} made;

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* A cell that takes so long in all rounds, but for 0.1 % from one to the next. */
static void set(int cell, unsigned nodes, double time, double handed_out, double collected)
{
    made.planned[cell] = (struct cell){.workers = 4,
                                       .ranks = 4,
                                       .threads = 1,
                                       .nodes = nodes,
                                       .size = 1000,
                                       .base_size = 1000,
                                       .experiments = 1u << EXPERIMENT_NODES};
    (void)snprintf(made.planned[cell].kernel, PLAN_NAME_MAX, "squares");
    (void)snprintf(made.planned[cell].model, PLAN_NAME_MAX, "mpi");
    (void)snprintf(made.planned[cell].label, MODEL_SPEC_LABEL_MAX, "mpi%s",
                   nodes > 1 ? ":nodes=2" : "");
    made.states[cell] = (struct cell_state){.executions = 1, .messages = 9, .message_bytes = 9e6};
    for (int round = 0; round < ROUNDS; round++) {
        const double drift = 1 + 0.001 * round;
        made.times[cell][round] = time * drift;
        made.executions[cell][round] = (struct instrumented){.workers = 4,
                                                             .wall_s = time * drift,
                                                             .handed_out_s = handed_out * drift,
                                                             .collected_s = collected * drift};
        made.pointers[cell][round] = &made.executions[cell][round];
    }
    made.cells[cell] = (struct analysis_of_cell){.cell = &made.planned[cell],
                                                 .state = &made.states[cell],
                                                 .times = made.times[cell],
                                                 .executions = made.pointers[cell],
                                                 .time = stats_summary(made.times[cell], ROUNDS),
                                                 .verified = true};
    made.all[cell] = &made.cells[cell];
}

/* 100 ms on one node; on two 10 ms more, of which moving takes 8 and computing 1; nobody knows of
 * the last one. Of serial there is nothing to compare. */
static int make(void **state)
{
    (void)state;
    made = (struct made_up){.run = {.rounds = ROUNDS}, .kernel = {.name = "squares", .count = 2}};
    made.kernel.run = &made.run;
    made.kernel.cells = made.all;
    set(0, 1, 0.100, 0.002, 0.004);
    set(1, 2, 0.110, 0.007, 0.007);
    for (int round = 0; round < ROUNDS; round++) /* instruments did not take part in 1 ms of it */
        made.executions[1][round].wall_s = 0.109 * (1 + 0.001 * round);
    return 0;
}

static const struct summary within = {8, 1e-6, true, {0.5e-6, 1.5e-6}},
                            between = {8, 1e-3, true, {0.9e-3, 1.1e-3}},
                            few = {3, 1e-3, false, {NAN, NAN}};

static struct leaving_node find(const struct summary *latency_within,
                                const struct summary *latency_between)
{
    const struct leaving_node_messages messages = {latency_within, latency_between};
    struct leaving_node cost;
    leaving_node_find(&made.cells[0], &made.cells[1], ROUNDS, &messages, &cost);
    return cost;
}

static void adds_up_to_the_difference(void **state)
{
    (void)state;
    const struct leaving_node cost = find(&within, &between);
    assert_near(cost.ratio.median, 1.1);
    assert_near(cost.moving.median, 0.08);
    assert_near(cost.computing.median, 0.01);
    assert_near(cost.left.median, 0.01);
    assert_near(cost.ratio.median - 1,
                cost.moving.median + cost.computing.median + cost.left.median);
    assert_true(cost.moving.has_interval && cost.left.has_interval);
    assert_true(fabs(cost.bandwidth.median * 0.014 * 1.0035 / 9e6 - 1) < 1e-3);
    assert_true(cost.bandwidth_within.median > cost.bandwidth.median);
    /* Handing out, and a level of the tree. */
    assert_int_equal(cost.in_a_row, 2);
    assert_near(cost.latency.low, 2 * (0.9e-3 - 1.5e-6) / 0.10035);
    assert_near(cost.latency.high, 2 * (1.1e-3 - 0.5e-6) / 0.10035);
}

/* What slows both down alike is in none of it. */
static void is_paired_by_round(void **state)
{
    (void)state;
    for (int cell = 0; cell < 2; cell++) {
        made.times[cell][3] *= 10;
        made.executions[cell][3].wall_s *= 10;
        made.executions[cell][3].handed_out_s *= 10;
        made.executions[cell][3].collected_s *= 10;
    }
    const struct leaving_node cost = find(&within, &between);
    assert_near(cost.ratio.interval.high, 1.1);
    assert_near(cost.moving.interval.high, 0.08);
}

static void does_not_know_what_nobody_told(void **state)
{
    (void)state;
    assert_true(isnan(find(NULL, NULL).latency.low));
    assert_true(isnan(find(&within, NULL).latency.low));
    assert_true(isnan(find(&few, &between).latency.high));
    made.states[1].messages = made.states[1].message_bytes = 0;
    assert_int_equal(find(&within, &between).in_a_row, 0);
    assert_true(isnan(find(&within, &between).latency.low));
    assert_int_equal(find(&within, &between).bandwidth.count, 0);
    for (int round = 0; round < ROUNDS; round++) /* an older run */
        made.executions[0][round].collected_s = NAN;
    struct leaving_node cost = find(&within, &between);
    assert_int_equal(cost.moving.count + cost.computing.count + cost.left.count, 0);
    assert_near(cost.ratio.median, 1.1);
    for (int round = 0; round < ROUNDS; round++)
        made.pointers[1][round] = NULL;
    made.times[1][0] = made.times[1][1] = made.times[0][2] = NAN;
    cost = find(&within, &between);
    assert_int_equal(cost.ratio.count, ROUNDS - 3);
    assert_false(cost.ratio.has_interval);
}

static void counts_messages_that_wait_for_each_other(void **state)
{
    static const struct {
        double messages;
        unsigned ranks, nodes;
        bool direct, several;
        unsigned in_a_row;
    } cases[] = {
        {1, 2, 2, false, false, 1},       {3, 2, 2, false, false, 2},
        {3, 4, 4, false, false, 2},       {9, 4, 4, false, false, 3},
        {9, 4, 2, false, false, 2},       {15, 6, 3, false, false, 3},
        {9, 4, 4, true, false, 2},        {3, 4, 4, true, false, 1},
        {1, 2, 2, false, true, 2},        {9, 4, 4, false, true, 5},
        {9, 4, 4, true, true, 2},         {3, 4, 4, true, true, 3},
        {0, 2, 2, false, false, 0},       {NAN, 2, 2, false, false, 0},
        {9, 4, 1, false, false, 0},       {0, 1, 1, false, false, 0},
        {3069, 1024, 8, false, false, 4}, {1e18, 2, 1u << 31, false, false, 32},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(leaving_node_in_a_row(cases[i].messages, cases[i].ranks, cases[i].nodes,
                                               cases[i].direct, cases[i].several),
                         cases[i].in_a_row);
}

static void finds_the_same_model_on_one_node(void **state)
{
    (void)state;
    set(2, 1, 0.1, 0, 0);
    made.planned[2].workers = 2;
    made.kernel.count = CELLS;
    assert_ptr_equal(leaving_node_from(&made.kernel, &made.cells[1]), &made.cells[0]);
    assert_null(leaving_node_from(&made.kernel, &made.cells[0]));
    made.cells[0].verified = false;
    assert_null(leaving_node_from(&made.kernel, &made.cells[1]));
    made.cells[0].verified = true;
    made.cells[1].verified = false;
    assert_null(leaving_node_from(&made.kernel, &made.cells[1]));
    made.cells[1].verified = true;
    made.planned[0].size = 2000;
    assert_null(leaving_node_from(&made.kernel, &made.cells[1]));
    made.planned[0].size = 1000;
    made.cells[0].one_node_series++; /* another model, or with another option */
    assert_null(leaving_node_from(&made.kernel, &made.cells[1]));
}

/* ---- in words ---- */

/* The only finding, until the next call; empty: there is none. */
static const char *said(bool *is_decided)
{
    static char text[600];
    struct findings findings = {.all = NULL};
    experiment_table[EXPERIMENT_NODES]->find(&made.kernel, 4, &findings);
    assert_true(findings.count <= 1);
    (void)snprintf(text, sizeof text, "%s", findings.count == 1 ? findings.all[0].text : "");
    *is_decided = findings.count == 1 && findings.all[0].sort;
    findings_free(&findings);
    return text;
}

/* None of its sentences is longer than what is read at a glance. */
static void assert_is_short(const char *text)
{
    for (const char *end; (end = strstr(text, ". ")); text = end + 2)
        if (end - text >= 160)
            fail_msg("too long: %.*s", (int)(end - text), text);
    if (strlen(text) > 160)
        fail_msg("too long: %s", text);
}

static void says_what_it_costs_and_why(void **state)
{
    bool is_decided;
    (void)state;
    const char *text = said(&is_decided);
    assert_string_equal(text, "squares: 4 workers of mpi take 10 to 10 % longer on 2 nodes than on "
                              "one. Of that, moving data is 8.0 to 8.0 % (at 0.64 GB/s, "
                              "not 1.49 to 1.50), computing 1.0 to 1.0 %; 1.0 to 1.0 % is "
                              "unexplained.");
    assert_true(is_decided);
    assert_is_short(text);
    made.states[0].messages = made.states[0].message_bytes = 0; /* a rank with all of its node */
    assert_non_null(strstr(said(&is_decided), " (at 0.64 GB/s), computing 1.0"));
    made.states[1].message_bytes = 9000; /* short ones, of which nobody knows the latency */
    assert_non_null(strstr(said(&is_decided), "moving data is 8.0 to 8.0 %, computing 1.0"));
    for (int round = 0; round < ROUNDS; round++)
        made.executions[1][round].handed_out_s = NAN;
    assert_string_equal(said(&is_decided), "squares: 4 workers of mpi take 10 to 10 % longer on 2 "
                                           "nodes than on one.");
}

/* Of weak scaling the same is asked; of a model that takes part in neither it is not. */
static void tells_of_weak_scaling(void **state)
{
    bool is_decided;
    (void)state;
    for (int cell = 0; cell < 2; cell++) {
        made.planned[cell].experiments = 1u << EXPERIMENT_WEAK;
        made.planned[cell].base_size = 250;
    }
    const char *text = said(&is_decided);
    assert_non_null(strstr(text, "squares, weak scaling: 4 workers of mpi take 10 to 10 % longer"));
    assert_true(is_decided);
    assert_is_short(text);
    made.planned[1].experiments = 1u << EXPERIMENT_GIL;
    assert_string_equal(said(&is_decided), "");
}

/* The latency of messages within a node and between two, as a kernel that moves bytes has them. */
static void set_latencies(double one_s, double two_s)
{
    static struct cell planned[2];
    static struct cell_state states[2];
    static double times[2][ROUNDS];
    static struct analysis_of_cell cells[2];
    for (int i = 0; i < 2; i++) {
        planned[i] = (struct cell){.workers = 2,
                                   .ranks = 2,
                                   .threads = 1,
                                   .nodes = 1 + (unsigned)i,
                                   .size = 2,
                                   .base_size = 2,
                                   .traits = TRAIT_POINT_TO_POINT};
        (void)snprintf(planned[i].kernel, PLAN_NAME_MAX, "copy");
        (void)snprintf(planned[i].model, PLAN_NAME_MAX, "mpi-p2p");
        (void)snprintf(planned[i].label, MODEL_SPEC_LABEL_MAX, "mpi-p2p%s", i ? ":nodes=2" : "");
        for (int round = 0; round < ROUNDS; round++)
            times[i][round] = 2 * (i ? two_s : one_s);
        cells[i] = (struct analysis_of_cell){
            .cell = &planned[i], .state = &states[i], .times = times[i], .verified = true};
    }
    made.run.cells = cells;
    made.run.count = 2;
}

static void tells_latency_of_short_messages(void **state)
{
    bool is_decided;
    (void)state;
    made.states[1].message_bytes = 9000;
    set_latencies(1e-6, 1e-3);
    const char *text = said(&is_decided);
    assert_string_equal(text, "squares: 4 workers of mpi take 10 to 10 % longer on 2 nodes than on "
                              "one. Of that, moving data is 8.0 to 8.0 % (latency: 2.0 to 2.0 %, "
                              "2 x 1.00 ms, not 1.00 us), computing 1.0 to 1.0 %; 1.0 to 1.0 % is "
                              "unexplained.");
    assert_is_short(text);
    /* More than all that there is to explain. */
    set_latencies(1e-6, 50e-3);
    assert_non_null(strstr(said(&is_decided), "8.0 % (latency would be more: 100 to 100 %), comp"));
}

/* Shares that are more than the whole, as where instruments slow one of both down. */
static void says_that_it_explains_too_much(void **state)
{
    bool is_decided;
    (void)state;
    for (int round = 0; round < ROUNDS; round++)
        made.executions[1][round].wall_s = 0.120 * (1 + 0.001 * round);
    const char *text = said(&is_decided);
    assert_non_null(
        strstr(text, "computing 12 to 12 %: 10 to 10 % more than there is to explain."));
    assert_is_short(text);
}

static void says_what_it_gains(void **state)
{
    bool is_decided;
    (void)state;
    set(1, 2, 0.080, 0.0020001, 0.004);
    made.states[1].messages = 0;
    const char *text = said(&is_decided);
    assert_string_equal(text, "squares: 4 workers of mpi take 20 to 20 % less on 2 nodes than on "
                              "one. Of that, moving data is 0.00 to 0.00 %, computing 20 to 20 %; "
                              "0.00 to 0.00 % is unexplained.");
    assert_true(is_decided);
    assert_is_short(text);
}

static void does_not_decide_what_intervals_do_not(void **state)
{
    bool is_decided;
    (void)state;
    for (int round = 0; round < ROUNDS; round++)
        made.times[1][round] = 0.1 * (round % 2 ? 0.98 : 1.03);
    const char *text = said(&is_decided);
    assert_non_null(strstr(text, "squares: 4 workers of mpi take 0.97 to 1.03 times as long on 2 "
                                 "nodes as on one: the data do not decide"));
    assert_false(is_decided);
    made.run.rounds = STATS_MIN_FOR_INTERVAL - 1;
    assert_string_equal(said(&is_decided), "");
    made.run.rounds = ROUNDS;
    made.planned[1].experiments = 0; /* of another one */
    assert_string_equal(said(&is_decided), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(adds_up_to_the_difference, make),
        cmocka_unit_test_setup(is_paired_by_round, make),
        cmocka_unit_test_setup(does_not_know_what_nobody_told, make),
        cmocka_unit_test_setup(counts_messages_that_wait_for_each_other, make),
        cmocka_unit_test_setup(finds_the_same_model_on_one_node, make),
        cmocka_unit_test_setup(says_what_it_costs_and_why, make),
        cmocka_unit_test_setup(tells_of_weak_scaling, make),
        cmocka_unit_test_setup(tells_latency_of_short_messages, make),
        cmocka_unit_test_setup(says_that_it_explains_too_much, make),
        cmocka_unit_test_setup(says_what_it_gains, make),
        cmocka_unit_test_setup(does_not_decide_what_intervals_do_not, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
