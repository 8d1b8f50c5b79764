/*
 * Unit tests of drivers/analysis/findings.h: what is said of speedups whose intervals are known,
 * and what is not.
 */
#define _GNU_SOURCE
#include "analysed_run.h"
#include "made_up_traits.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 8, ALLOWED = 4 };

static struct cell planned[CELLS_MAX];
static struct analysis_of_cell cells[CELLS_MAX];
static size_t count;

static int begin(void **state)
{
    (void)state;
    count = 0;
    return 0;
}

/* A cell of the kernel pi, `low` to `high` times as fast as serial. */
static struct analysis_of_cell *add(const char *model, unsigned workers, double low, double high)
{
    assert_true(count < CELLS_MAX);
    planned[count] = (struct cell){
        .kernel = "pi", .workers = workers, .threads = workers, .traits = made_up_traits(model)};
    (void)snprintf(planned[count].model, sizeof planned[count].model, "%s", model);
    (void)snprintf(planned[count].label, sizeof planned[count].label, "%s", model);
    cells[count] = (struct analysis_of_cell){
        .cell = &planned[count],
        .verified = true,
        .speedup = {9, (low + high) / 2, true, {low, high}},
    };
    return &cells[count++];
}

/* All that is said, a line each; until the next call. */
static const char *findings(void)
{
    static char said[8 * 400];
    struct analysis_of_cell *copies = calloc(CELLS_MAX, sizeof *copies);
    struct analysed_run run = {.count = count, .cells = copies, .allowed = ALLOWED};
    assert_non_null(copies);
    memcpy(copies, cells, sizeof cells);
    analysed_run_group(&run);
    findings_make(&run);
    said[0] = '\0';
    for (size_t i = 0; i < json_array_size(run.findings); i++) {
        text_append(said, sizeof said, "%s\n", json_string_value(json_array_get(run.findings, i)));
    }
    analysed_run_free(&run);
    return said;
}

static void sets_the_lock_beside_threads(void **state)
{
    (void)state;
    add("gil", 2, 0.95, 1.00);
    add("gil", 8, 0.91, 0.99);
    add("threads", 2, 1.9, 2.0);
    add("threads", 4, 3.8, 3.9);
    assert_string_equal(findings(),
                        "pi: threads under the lock run at 0.91 to 0.99 times serial's speed with "
                        "8 threads; the same kernel under OpenMP at 3.80 to 3.90 with 4.\n");
}

static void does_not_decide_where_intervals_overlap(void **state)
{
    (void)state;
    add("gil", 4, 0.9, 1.3);
    add("threads", 4, 1.2, 1.9);
    add("pool", 4, 1.9, 2.2);
    add("mpi", 4, 0.5, 1.1);
    const char *said = findings();
    assert_non_null(strstr(said, "the data do not decide whether threads gain anything"));
    assert_non_null(strstr(said, "pool is at the top, 1.90 to 2.20 times serial; the data do not "
                                 "decide between it and threads."));
    assert_null(strstr(said, "fastest"));
}

static void names_the_fastest(void **state)
{
    (void)state;
    add("threads", 4, 3.0, 3.2);
    add("pool", 4, 3.3, 3.5);
    add("mpi", 8, 5, 6); /* shares cores: no rival */
    add("mpi", 4, 2.0, 2.1);
    assert_string_equal(findings(), "pi: pool is the fastest with 4 workers, 3.30 to 3.50 times "
                                    "serial; the next one, threads, 3.00 to 3.20 times.\n");
}

static void set_losses(struct analysis_of_cell *cell, double extra, double uneven, double other)
{
    struct efficiency *factors = &cell->factors;
    factors->is_complete = true;
    factors->over_rounds[SHARE_OVERHEAD] =
        (struct summary){9, extra, true, {extra - 0.02, extra + 0.02}};
    factors->over_rounds[SHARE_IMBALANCE] =
        (struct summary){9, uneven, true, {uneven - 0.02, uneven + 0.02}};
    factors->over_rounds[SHARE_COMMUNICATION] =
        (struct summary){9, other, true, {other - 0.02, other + 0.02}};
}

static void names_the_greatest_loss(void **state)
{
    (void)state;
    set_losses(add("mpi", 4, 0.4, 0.5), 0.05, 0.10, 0.70);
    assert_string_equal(findings(),
                        "pi under mpi with 4 workers: 0.40 to 0.50 times serial, slower than "
                        "serial. The greatest loss is communication, locks and hand-over: 68.0 "
                        "to 72.0 % of the workers' time.\n");
    begin(NULL);
    set_losses(add("mpi", 4, 2.0, 2.5), 0.05, 0.18, 0.20);
    assert_string_equal(findings(), "pi under mpi with 4 workers: 2.00 to 2.50 times serial; the "
                                    "data do not decide which loss is the greatest.\n");
    begin(NULL);
    set_losses(add("mpi", 4, 3.7, 3.9), 0.01, 0.02, 0.05); /* as good as all of it */
    assert_string_equal(findings(), "");
}

/* A cell `low` to `high` times as fast as the best serial algorithm, and nothing known beside. */
static void add_absolute(const char *model, unsigned workers, double low, double high)
{
    static const struct cell planned_best = {
        .kernel = "pi", .label = BEST_LABEL, .traits = TRAIT_BEST};
    static const struct analysis_of_cell best = {.cell = &planned_best};
    struct analysis_of_cell *cell = add(model, workers, low, high);
    cell->speedup.has_interval = false;
    cell->absolute = (struct summary){9, (low + high) / 2, true, {low, high}};
    cell->absolute_base = &best;
    (void)snprintf(planned[count - 1].best, sizeof planned->best, "a sieve");
}

static void sets_all_beside_the_best_serial_algorithm(void **state)
{
    (void)state;
    add_absolute(BEST_LABEL, 1, 1, 1); /* itself is none of them */
    add_absolute("serial", 1, 0.01, 0.0101);
    add_absolute("threads", 4, 0.039, 0.0404);
    add_absolute("pool", 4, 0.03, 0.031);
    assert_string_equal(findings(), "pi: no cell is faster than the best serial algorithm, a "
                                    "sieve: threads with 4 workers reaches 0.039 to 0.0404 times "
                                    "its speed.\n");
    begin(NULL);
    add_absolute("serial", 1, 0.5, 0.52);
    add_absolute("pool", 2, 0.98, 1.01); /* may be, or not */
    add_absolute("threads", 4, 1.98, 2.05);
    add_absolute("mpi", 3, 1.2, 1.3);
    add_absolute("pool", 3, 1.4, 1.45);
    assert_string_equal(findings(), "pi: it takes 3 workers, under pool, to be faster than the "
                                    "best serial algorithm, a sieve: 1.4 to 1.45 times its "
                                    "speed.\n");
    begin(NULL);
    add_absolute("serial", 1, 0.5, 0.52);
    add_absolute("pool", 2, 0.98, 1.01);
    assert_string_equal(findings(), "pi: the data do not decide whether any cell is faster than "
                                    "the best serial algorithm, a sieve: pool with 2 workers "
                                    "reaches 0.98 to 1.01 times its speed.\n");
    begin(NULL);
    add_absolute("serial", 1, 0.5, 0.52);
    cells[0].absolute.has_interval = false;
    assert_string_equal(findings(), "");
}

static void says_nothing_without_intervals(void **state)
{
    (void)state;
    add("gil", 4, 0.9, 1.0)->speedup.has_interval = false;
    add("threads", 4, 3.8, 3.9)->speedup.has_interval = false;
    add("pool", 4, 3.3, 3.5)->speedup.has_interval = false;
    assert_string_equal(findings(), "");
}

#define ANEW(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(sets_the_lock_beside_threads),
        ANEW(does_not_decide_where_intervals_overlap),
        ANEW(names_the_fastest),
        ANEW(names_the_greatest_loss),
        ANEW(sets_all_beside_the_best_serial_algorithm),
        ANEW(says_nothing_without_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
