/*
 * What messages cost, from made-up runs whose answers were worked out by hand, and what is said of
 * them.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"
#include "messages.h"

/* Items: 8 B, 8 KiB and 64 MiB go to the other rank. Serial copies all of them, of which half is in
 * the times of ranks: without it 8 KiB take 20 µs there and back, and 64 MiB 30 ms. */
static const struct {
    uint64_t size;
    double serial_s, ranks_s;
} made_up_times[] = {{2, 0, 2e-6}, {2048, 2e-6, 2.1e-5}, {1 << 24, 0.02, 0.04}};

static const double half = 67108864 / 30e-3; /* of the bandwidth there and back, bytes a second */

enum { SIZES = 3 };

static bool is_near(double value, double expected)
{
    return fabs(value - expected) <= 1e-9 * expected;
}

static void plan_cells(struct made_up_run *run, const char *label, unsigned nodes)
{
    const bool is_serial = made_up_traits(label) & TRAIT_BASE;
    for (size_t i = 0; i < SIZES; i++) {
        struct cell *cell = &run->planned[run->plan.count];
        made_up_cell(run, "copy", label, is_serial ? 1 : 2, 1u << EXPERIMENT_MESSAGES);
        cell->ranks = is_serial ? 1 : 2;
        cell->threads = 1;
        cell->nodes = nodes;
        cell->size = cell->base_size = made_up_times[i].size;
        (void)snprintf(cell->id, sizeof cell->id, "%s/%u/%zu", label, nodes, i);
    }
}

/* Times of ranks are so many times as long as above. */
static void measure(struct made_up_run *run, unsigned rounds, double factor)
{
    record_new(&run->plan, &run->record);
    run->record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < rounds; round++)
        for (size_t i = 0; i < run->plan.count; i++)
            made_up_add(run, i, round, 0,
                        run->planned[i].traits & TRAIT_BASE
                            ? made_up_times[i % SIZES].serial_s
                            : factor * made_up_times[i % SIZES].ranks_s,
                        0.25);
    made_up_analyse(run);
}

static void latency_bandwidth_and_where_messages_are_long(void **state)
{
    struct made_up_run run;
    struct message_costs costs;
    (void)state;
    made_up_begin(&run);
    plan_cells(&run, "serial", 1);
    plan_cells(&run, "mpi-p2p", 1);
    measure(&run, 6, 1);
    assert_true(messages_find(&run.analysed, 1, &costs));
    assert_null(costs.collective.shortest);
    const struct message_way *way = &costs.direct;
    assert_true(is_near(way->least_bytes, 8) && is_near(way->most_bytes, 1 << 26));
    assert_true(way->without_copy && way->latency.has_interval);
    assert_true(is_near(way->latency.median, 1e-6));
    assert_true(is_near(way->bandwidth.median, 2 * half));
    assert_true(is_near(way->bandwidth.interval.low, 2 * half));
    /* Between 8 KiB and 64 MiB, whose bandwidths are 16 KiB / 20 µs and twice the half. */
    const double below = 16384 / 20e-6;
    assert_true(
        is_near(way->half.median, 8192 * pow(8192, log(half / below) / log(2 * half / below))));
    assert_non_null(made_up_said(&run,
                                 "copy: messages between two ranks of one node under mpi-p2p: 1.00 "
                                 "µs one way with 8 B, 4.47 GB/s with 64 MiB, half of that from "));
    assert_false(messages_find(&run.analysed, 2, &costs));
    made_up_end(&run);
}

/* Calls of all ranks are another way, and so is another number of nodes. */
static void ways_and_nodes_are_told_apart(void **state)
{
    struct made_up_run run;
    struct message_costs costs;
    (void)state;
    made_up_begin(&run);
    plan_cells(&run, "serial", 1);
    plan_cells(&run, "mpi", 1);
    plan_cells(&run, "mpi-p2p:nodes=2", 2);
    measure(&run, 6, 2);
    assert_true(messages_find(&run.analysed, 1, &costs));
    assert_null(costs.direct.shortest);
    assert_string_equal(costs.collective.shortest->cell->label, "mpi");
    assert_true(is_near(costs.collective.latency.median, 2e-6));
    assert_true(messages_find(&run.analysed, 2, &costs));
    assert_null(costs.collective.shortest);
    assert_true(is_near(costs.direct.bandwidth.median, 134217728 / 70e-3));
    assert_non_null(
        made_up_said(&run, "collective calls of two ranks of one node under mpi: 2.00 µs"));
    assert_non_null(
        made_up_said(&run, "messages between two ranks of two nodes under mpi-p2p: 2.00 µs"));
    made_up_end(&run);
}

/* Without serial there is nothing to take off; with fewer rounds no interval and no finding. */
static void what_was_not_measured_is_not_made_up(void **state)
{
    struct made_up_run run;
    struct message_costs costs;
    (void)state;
    made_up_begin(&run);
    plan_cells(&run, "mpi-p2p", 1);
    measure(&run, 5, 1);
    assert_true(messages_find(&run.analysed, 1, &costs));
    assert_false(costs.direct.without_copy);
    assert_true(is_near(costs.direct.bandwidth.median, 134217728 / 40e-3));
    assert_false(costs.direct.bandwidth.has_interval);
    assert_null(made_up_said(&run, "messages"));
    /* Cells that failed are none: the middle one becomes the longest, the first the only one. */
    made_up_fail(&run, 2, "it was killed");
    made_up_analyse(&run);
    assert_true(messages_find(&run.analysed, 1, &costs));
    assert_true(is_near(costs.direct.most_bytes, 8192));
    made_up_fail(&run, 1, "it was killed");
    made_up_analyse(&run);
    assert_true(messages_find(&run.analysed, 1, &costs));
    assert_true(costs.direct.bandwidth.count == 0 && isnan(costs.direct.half.median));
    made_up_fail(&run, 0, "it was killed");
    made_up_analyse(&run);
    assert_false(messages_find(&run.analysed, 1, &costs));
    made_up_end(&run);
}

/* What a cell may be that tells nothing of messages. */
struct other {
    const char *model, *kernel; /* NULL: as of those that do */
    unsigned traits, workers;
};

static void plan_other_cells(struct made_up_run *run, const struct other *other)
{
    plan_cells(run, other->model ? other->model : "mpi-p2p", 1);
    for (size_t i = 0; i < SIZES; i++) {
        struct cell *cell = &run->planned[i];
        if (other->kernel)
            (void)snprintf(cell->kernel, sizeof cell->kernel, "%s", other->kernel);
        cell->traits |= other->traits;
        cell->workers = cell->ranks = other->workers > 0 ? other->workers : 2;
    }
}

static void other_cells_are_no_messages(void **state)
{
    static const struct other others[] = {
        {.kernel = "squares"},
        {.kernel = "no-such"},
        {.model = "mpi-p2p:mode=synchronous"},
        {.traits = TRAIT_RANKS},         /* threads in ranks */
        {.traits = TRAIT_CHUNKS},        /* a message a chunk */
        {.traits = TRAIT_SHARED_MEMORY}, /* pages that ranks share */
        {.workers = 3},
    };
    struct made_up_run run;
    struct message_costs costs;
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        made_up_begin(&run);
        plan_other_cells(&run, &others[i]);
        measure(&run, 6, 1);
        assert_false(messages_find(&run.analysed, 1, &costs));
        assert_null(made_up_said(&run, "messages"));
        made_up_end(&run);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(latency_bandwidth_and_where_messages_are_long),
        cmocka_unit_test(ways_and_nodes_are_told_apart),
        cmocka_unit_test(what_was_not_measured_is_not_made_up),
        cmocka_unit_test(other_cells_are_no_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
