/*
 * What it costs to move bytes, from made-up runs whose lines are known, and what is said of them.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"
#include "transfers.h"

extern const struct experiment experiment_comm;

enum { SIZES = 5, WAYS_MAX = 5 };

static const uint64_t sizes[SIZES] = {2, 1000, 30000, 1000000, 8388608};

/* How a model moves: T0, seconds a byte, and bytes an item by what ranks count, 0: nobody does. */
struct way {
    const char *label;
    unsigned traits, ranks;
    double latency, per_byte, counted;
};

static const double serial_per_item = 4e-10;

/* Without items that ranks count: of all 16 bytes, and of a fork's 8. */
static const struct way ways[WAYS_MAX] = {
    {"pool", TRAIT_SHARED_MEMORY | TRAIT_CHUNKS, 1, 1e-5, 0, 0},
    {"pool:transport=pipe", TRAIT_CHUNKS, 1, 3e-5, 1e-9, 0},
    {"queue", TRAIT_CHUNKS | TRAIT_BY_PROCESS, 1, 5e-4, 2e-9, 0},
    {"mpi", 0, 2, 4e-6, 2e-10, 8},
    {"mpi-p2p", TRAIT_POINT_TO_POINT, 2, 2e-6, 1e-10, 8}};

static double bytes_an_item(const struct way *way)
{
    return way->traits & TRAIT_SHARED_MEMORY ? 0
           : way->counted > 0                ? way->counted
           : way->traits & TRAIT_BY_PROCESS  ? 8
                                             : 16;
}

static void plan_series(struct made_up_run *run, const char *label, const struct way *way)
{
    for (size_t i = 0; i < SIZES; i++) {
        struct cell *cell = &run->planned[run->plan.count];
        made_up_cell(run, "squares", label, way ? 2 : 1, 1u << EXPERIMENT_COMM);
        cell->size = cell->base_size = sizes[i];
        cell->ranks = way ? way->ranks : 1;
        cell->threads = 1;
        cell->traits = way ? way->traits : TRAIT_BASE | TRAIT_SHARED_MEMORY;
        (void)snprintf(cell->id, sizeof cell->id, "%s/%zu", label, i);
    }
}

/* Serial, then these; each as much slower than its line in odd rounds as faster in the others. */
static void make_run(struct made_up_run *run, const struct way *some, size_t count, unsigned rounds)
{
    made_up_begin(run);
    plan_series(run, "serial", NULL);
    for (size_t w = 0; w < count; w++)
        plan_series(run, some[w].label, &some[w]);
    record_new(&run->plan, &run->record);
    run->record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < rounds; round++)
        for (size_t i = 0; i < run->plan.count; i++) {
            const double items = (double)sizes[i % SIZES], noise = round % 2 ? 1.01 : 0.99;
            const struct way *way = i < SIZES ? NULL : &some[i / SIZES - 1];
            const double work = items * serial_per_item,
                         moving =
                             way ? way->latency + way->per_byte * items * bytes_an_item(way) : 0;
            made_up_add(run, i, round, 0, (way ? work / 2 + moving : work) * noise, 0.25);
            run->record.states[i].message_bytes = way ? way->counted * items : 0;
        }
    made_up_analyse(run);
}

static const struct analysis_of_cell *cell_of(const struct made_up_run *run, size_t way,
                                              size_t size)
{
    return &run->analysed.cells[(1 + way) * SIZES + size];
}

static bool is_near(double value, double expected)
{
    return fabs(value - expected) <= 0.02 * expected;
}

static void bytes_are_those_that_moved(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, ways, WAYS_MAX, 6);
    for (size_t w = 0; w < WAYS_MAX; w++) {
        const struct analysis_of_cell *cell = cell_of(&run, w, 3);
        assert_true(transfers_bytes(cell) == 1e6 * bytes_an_item(&ways[w]));
        const struct summary moving = transfers_summary(cell);
        assert_int_equal(moving.count, ways[w].traits & TRAIT_SHARED_MEMORY ? 0 : 6);
        if (moving.count > 0)
            assert_true(is_near(moving.median, ways[w].latency + ways[w].per_byte * 1e6 *
                                                                     bytes_an_item(&ways[w])));
    }
    assert_true(transfers_bytes(&run.analysed.cells[0]) == 0);
    /* Of no map nothing moves, whatever ranks have counted. */
    (void)snprintf(run.planned[(size_t)4 * SIZES].kernel, PLAN_NAME_MAX, "pi");
    assert_true(transfers_bytes(cell_of(&run, 3, 0)) == 0);
    made_up_end(&run);
}

static void each_series_has_its_line(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, ways, WAYS_MAX, 6);
    for (size_t w = 0; w < WAYS_MAX; w++) {
        const struct transfer_fit fit =
            transfers_fit(&experiment_comm, &run.analysed.kernels[0], cell_of(&run, w, 2));
        const double time = transfers_time(&fit, cell_of(&run, w, 4));
        if (ways[w].per_byte > 0) {
            assert_int_equal(fit.points, SIZES);
            assert_true(is_near(fit.latency.median, ways[w].latency));
            assert_true(is_near(1 / fit.bandwidth.median, ways[w].per_byte));
            assert_true(is_near(time, cell_of(&run, w, 4)->time.median));
        } else
            assert_true(!fit.exists && isnan(time));
    }
    made_up_end(&run);
}

static void what_is_dear_and_what_is_worth_it(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, ways, WAYS_MAX, 6);
    const char *lines = made_up_said(&run, "next to nothing");
    assert_non_null(lines);
    assert_non_null(strstr(lines, "most by queue, T0 = 495 to 505 µs, and least by mpi-p2p, "));
    assert_non_null(strstr(lines, "queue moves the fewest, B = "));
    assert_non_null(strstr(lines, "and mpi-p2p the most, "));
    const char *longest = made_up_said(&run, "takes longest");
    assert_non_null(longest);
    assert_non_null(strstr(longest, "with 64 MiB of inputs queue takes longest, 135 to 138 ms, "));
    assert_non_null(strstr(longest, " times as long as mpi-p2p, the fastest to move bytes; pool, "
                                    "which moves none, takes "));
    assert_non_null(made_up_said(&run, "whoever moves bytes is slower than serial"));
    assert_non_null(
        made_up_said(&run, "pool, which moves none, is faster than serial from 7.6 MiB of "));
    made_up_end(&run);
}

/* Below six rounds there are no intervals; and who is faster than serial is told from where on. */
static void no_more_is_said_than_is_known(void **state)
{
    static const struct way quick[] = {{"mpi-p2p", TRAIT_POINT_TO_POINT, 2, 1e-5, 1e-11, 8}};
    struct made_up_run run;
    (void)state;
    make_run(&run, ways, WAYS_MAX, 5);
    assert_int_equal(run.analysed.findings.count, 0);
    made_up_end(&run);
    make_run(&run, quick, 1, 6);
    assert_null(made_up_said(&run, "slower than serial"));
    assert_non_null(
        made_up_said(&run, "mpi-p2p, which moves bytes, is faster than serial from 7.6 MiB"));
    assert_null(made_up_said(&run, "takes longest"));
    made_up_end(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_that_moved),
        cmocka_unit_test(each_series_has_its_line),
        cmocka_unit_test(what_is_dear_and_what_is_worth_it),
        cmocka_unit_test(no_more_is_said_than_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
