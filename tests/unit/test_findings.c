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

enum { CELLS_MAX = 48, ALLOWED = 16 };

static struct cell planned[CELLS_MAX];
static struct analysis_of_cell cells[CELLS_MAX];
static size_t count;

static int begin(void **state)
{
    (void)state;
    count = 0;
    return 0;
}

/* A cell, `low` to `high` times as fast as serial. */
static struct analysis_of_cell *add_to(const char *kernel, const char *model, unsigned workers,
                                       double low, double high)
{
    assert_true(count < CELLS_MAX);
    planned[count] = (struct cell){.workers = workers,
                                   .threads = strcmp(model, "pool") == 0 ? 1 : workers,
                                   .nodes = 1,
                                   .traits = made_up_traits(model)};
    (void)snprintf(planned[count].kernel, sizeof planned[count].kernel, "%s", kernel);
    (void)snprintf(planned[count].model, sizeof planned[count].model, "%s", model);
    (void)snprintf(planned[count].label, sizeof planned[count].label, "%s", model);
    cells[count] = (struct analysis_of_cell){
        .cell = &planned[count],
        .verified = true,
        .speedup = {9, (low + high) / 2, true, {low, high}},
    };
    return &cells[count++];
}

static struct analysis_of_cell *add(const char *model, unsigned workers, double low, double high)
{
    return add_to("pi", model, workers, low, high);
}

/* As many workers of another algorithm, `low` to `high` times as fast as one. */
static void add_again(unsigned workers, double low, double high)
{
    (void)add_to("pi:algorithm=sieve", "threads", workers, low, high);
    (void)snprintf(planned[count - 1].told_with, sizeof planned->told_with, "pi");
}

/* All that is said, or the strongest, and what is open, a line each; until the next call. */
static const char *say(bool all, bool strongest, bool open)
{
    static char said[32 * 400];
    static const struct record record;
    const struct finding *chosen[FINDINGS_STRONGEST];
    char of_open[FINDINGS_OPEN_MAX];
    struct analysis_of_cell *copies = calloc(CELLS_MAX, sizeof *copies);
    struct analysed_run run = {
        .count = count, .cells = copies, .allowed = ALLOWED, .record = &record};
    assert_non_null(copies);
    memcpy(copies, cells, sizeof cells);
    analysed_run_group(&run);
    run.totals.rounds = 9;
    findings_make(&run);
    said[0] = '\0';
    for (size_t i = 0; all && i < run.findings.count; i++)
        text_append(said, sizeof said, "%s\n", run.findings.all[i].text);
    const size_t some = findings_strongest(&run.findings, chosen);
    for (size_t i = 0; strongest && i < some; i++)
        text_append(said, sizeof said, "%s\n", chosen[i]->text);
    findings_say_open(&run, of_open);
    text_append(said, sizeof said, "%s", open ? of_open : "");
    analysed_run_free(&run);
    return said;
}

static const char *findings(void)
{
    return say(true, false, false);
}

static void sets_the_lock_beside_threads(void **state)
{
    (void)state;
    add("gil", 2, 0.95, 1.00);
    add("gil", 32, 0.91, 0.99); /* more than cores, on purpose */
    add("gil", 64, 0.8, 0.9);   /* more than anybody asked for */
    add("threads", 4, 3.8, 3.9);
    add("threads", 8, 1.9, 2.0);
    add_again(16, 15, 16); /* by another algorithm: nothing that the lock has to do with */
    assert_non_null(strstr(findings(),
                           "pi: threads under the lock run at 0.91 to 0.99 times serial's speed "
                           "with 32 threads; the same kernel under OpenMP reaches 3.80 to 3.90 "
                           "with 4.\n"));
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
    assert_non_null(strstr(said, "pool with 4 workers is at the top, 1.90 to 2.20 times serial; "
                                 "the data do not decide between it and threads."));
    assert_null(strstr(said, "fastest"));
}

/* Each model where it is at its best. */
static void names_the_fastest(void **state)
{
    (void)state;
    add("threads", 4, 3.0, 3.2);
    add("threads", 8, 2.0, 2.2);
    add("pool", 4, 3.3, 3.5);
    add("pool", 16, 10, 13);
    add("mpi", 32, 15, 16); /* shares cores: no rival */
    add("mpi", 4, 2.0, 2.1);
    assert_non_null(strstr(findings(), "pi: pool with 16 workers is the fastest, 10.0 to 13.0 "
                                       "times serial; the next one, threads with 4, 3.00 to 3.20 "
                                       "times.\n"));
}

/* One number of a range has no more digits than the other. */
static void ranges_have_the_digits_of_their_ends(void **state)
{
    static const struct {
        struct interval interval;
        const char *said;
    } cases[] = {{{9.876, 10.234}, "9.9 to 10.2"},
                 {{0.0987, 0.1024}, "0.10"},
                 {{99.94, 100.2}, "100"},
                 {{1.234, 2}, "1.23 to 2.00"},
                 {{-0.6, 12.34}, "-0.6 to 12.3"},
                 {{-12.34, 0}, "-12.3 to 0.0"},
                 {{0, 0}, "0"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(findings_range(&cases[i].interval).text, cases[i].said);
}

static void set_losses(struct analysis_of_cell *cell, double extra, double uneven, double other)
{
    const double losses[SHARE_COUNT] = {0, extra, uneven, other};
    cell->factors.is_complete = true;
    for (enum share share = SHARE_OVERHEAD; share < SHARE_COUNT; share++)
        cell->factors.over_rounds[share] =
            (struct summary){9, losses[share], true, {losses[share] - 0.02, losses[share] + 0.02}};
}

static void names_the_greatest_loss(void **state)
{
    (void)state;
    set_losses(add("mpi", 4, 0.4, 0.5), 0.05, 0.10, 0.70);
    assert_string_equal(findings(),
                        "pi under mpi with 4 workers: 0.40 to 0.50 times serial, slower than "
                        "serial. The greatest loss is communication, locks and hand-over: 68 "
                        "to 72 % of the workers' time.\n");
    begin(NULL);
    set_losses(add("mpi", 4, 2.0, 2.5), 0.05, 0.18, 0.20);
    assert_string_equal(findings(), "pi under mpi with 4 workers: 2.00 to 2.50 times serial; the "
                                    "data do not decide which loss is the greatest.\n");
    begin(NULL);
    set_losses(add("mpi", 4, 3.7, 3.9), 0.01, 0.02, 0.05); /* as good as all of it */
    assert_string_equal(findings(), "");
}

/* The sentence that one comes for: how many workers to take, and why no more. */
static void tells_where_a_curve_peaks(void **state)
{
    (void)state;
    add("threads", 1, 0.98, 1.01);
    add("threads", 2, 1.4, 1.5);
    set_losses(add("threads", 4, 2.06, 2.09), 0.10, 0.10, 0.30);
    add("threads", 8, 1.9, 2.0);
    set_losses(add("threads", 16, 1.23, 1.26), 0.15, 0.10, 0.70);
    assert_string_equal(findings(),
                        "pi under threads peaks with 4 workers, at 2.06 to 2.09 times serial; 16 "
                        "give 1.23 to 1.26. What grows from there on is communication, locks and "
                        "hand-over: 68 to 72 % of the workers' time with 16, 28 to 32 % with 4.\n");
    cells[3].speedup.interval.high = 2.07; /* may be as fast */
    assert_non_null(strstr(findings(), "peaks with 4 to 8 workers, at 2.06 to 2.09"));
    set_losses(&cells[4], 0.11, 0.11, 0.31); /* nobody knows why */
    assert_string_equal(findings(), "pi under threads peaks with 4 to 8 workers, at 2.06 to 2.09 "
                                    "times serial; 16 give 1.23 to 1.26.\n");
}

static void tells_from_where_on_little_is_gained(void **state)
{
    (void)state;
    add("threads", 2, 1.90, 1.95);
    add("threads", 4, 3.00, 3.10);
    add("threads", 8, 3.10, 3.15);
    add("threads", 16, 3.08, 3.20);
    assert_string_equal(findings(), "pi under threads gains at most 7 % from more than 4 workers: "
                                    "3.00 to 3.10 times serial with 4, 3.08 to 3.20 with 16.\n");
    cells[3].speedup.interval.high = 3.4; /* leaves room for more */
    cells[2].speedup.interval.high = 3.31;
    cells[2].speedup.median = 3.3;
    assert_string_equal(findings(), "pi under threads gains at most 10 % from more than 8 workers: "
                                    "3.10 to 3.31 times serial with 8, 3.08 to 3.40 with 16.\n");
    cells[3].speedup.interval.high = 3.6;
    assert_string_equal(findings(), "pi under threads: the data do not decide whether it is faster "
                                    "with 8 or with 16 workers, 3.10 to 3.31 or 3.08 to 3.60 times "
                                    "serial.\n");
}

static void tells_what_gains_nothing(void **state)
{
    (void)state;
    add("mpi", 2, 0.80, 0.84);
    add("mpi", 4, 0.40, 0.42);
    assert_string_equal(findings(), "pi under mpi is slower than serial with any number of "
                                    "workers: 0.80 to 0.84 times its speed at best, with 2, 0.40 "
                                    "to 0.42 with 4.\n");
}

/* The strongest of each sort before the others, and no more than one reads. */
static void tells_the_strongest_first(void **state)
{
    (void)state;
    static const char *const kernels[] = {"a", "b", "c"}, *const models[] = {"x", "y", "z"};
    for (unsigned k = 0; k < 3; k++)
        for (unsigned m = 0; m < 3; m++) {
            add_to(kernels[k], models[m], 4, 3.0 + 0.3 * k - 0.1 * m, 3.05 + 0.3 * k - 0.1 * m);
            add_to(kernels[k], models[m], 16, 1 + 0.02 * m, 1.01 + 0.02 * m);
        }
    const char *said = say(false, true, false);
    const char *first = strstr(said, "c under x peaks"), *second = strstr(said, "b under x peaks");
    const char *third = strstr(said, "a under x peaks"), *other = strstr(said, "c under y peaks");
    assert_ptr_equal(first, said);
    assert_true(first < second && second < third && third < other);
    unsigned lines = 0;
    for (const char *c = said; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 7);
    assert_non_null(strstr(said, "a: x with 4 workers is the fastest"));
    assert_null(strstr(said, "b: x with 4 workers is the fastest")); /* one of its sort is enough */
}

static void puts_what_is_open_into_one_sentence(void **state)
{
    (void)state;
    add("threads", 4, 3.0, 3.2);
    assert_string_equal(say(false, false, true), "");
    add("pool", 4, 3.1, 3.4);
    assert_string_equal(say(false, true, true),
                        "1 more comparison is not decided after 9 rounds; about 30 would decide "
                        "it (parbench run --resume DIR --rounds 30).");
    add_to("primes", "threads", 4, 3.0, 3.2);
    add_to("primes", "pool", 4, 3.001, 3.201);
    assert_string_equal(say(false, true, true),
                        "2 more comparisons are not decided after 9 rounds; about 30 would decide "
                        "1 of them (parbench run --resume DIR --rounds 30), the others are "
                        "alike.");
    begin(NULL);
    add("threads", 4, 3.0, 3.2);
    add("pool", 4, 3.0, 3.2);
    assert_string_equal(say(false, true, true),
                        "1 more comparison is not decided after 9 rounds, and would not be after "
                        "90: these figures are alike.");
}

/* The command that it gives does what it says, whatever ended the run. */
static void goes_on_with_what_ended_the_run(void **state)
{
    (void)state;
    struct record ended = {.ending = ENDING_ROUNDS};
    struct analysed_run run = {.record = &ended,
                               .totals.rounds = 9,
                               .budget_s = 225,
                               .precision = 0.02,
                               .noise = {.rounds = 3, .seconds = 30}};
    assert_string_equal(analysed_run_to_rounds(&run, 27).text,
                        "parbench run --resume DIR --rounds 27");
    assert_string_equal(analysed_run_to_rounds(&run, 30).text,
                        "parbench run --resume DIR --rounds 30 --budget 5m");
    ended.ending = ENDING_PRECISION;
    assert_string_equal(analysed_run_to_rounds(&run, 12).text,
                        "parbench run --resume DIR --rounds 12 --precision 0.2%");
    json_t *manifest = json_pack("{s:s}", "beside", "other/parbench");
    run.manifest = manifest;
    assert_string_equal(analysed_run_to_rounds(&run, 1000).text,
                        "parbench run --resume DIR --beside OTHER/parbench --rounds 1000 "
                        "--precision 0.2% --budget 207m");
    json_decref(manifest);
}

/* A cell `low` to `high` times as fast as the fastest algorithm, and nothing known beside. */
static void add_absolute(const char *model, unsigned workers, double low, double high)
{
    static const struct cell sieve = {.kernel = "pi:algorithm=sieve", .label = "serial"};
    static const struct analysis_of_cell fastest = {.cell = &sieve};
    struct analysis_of_cell *cell = add(model, workers, low, high);
    cell->speedup.has_interval = false;
    cell->absolute = (struct summary){9, (low + high) / 2, true, {low, high}};
    cell->absolute_base = &fastest;
}

static void sets_all_beside_the_fastest_algorithm(void **state)
{
    (void)state;
    add_absolute("serial", 1, 0.0100, 0.0101);
    add_absolute("threads", 4, 0.039, 0.0404);
    add_absolute("pool", 4, 0.03, 0.031);
    add_absolute("threads", 4, 5, 5); /* of another algorithm: it is none of them */
    (void)snprintf(planned[count - 1].told_with, sizeof planned->told_with, "pi");
    assert_string_equal(findings(),
                        "pi: one core with another algorithm, sieve, is 99 to 100 times "
                        "as fast as with the kernel's own, and 24.8 to 25.6 times as "
                        "fast as the fastest cell, threads with 4 workers.\n");
    begin(NULL);
    add_absolute("serial", 1, 0.5, 0.52);
    add_absolute("pool", 2, 0.98, 1.01); /* may be, or not */
    add_absolute("threads", 4, 1.98, 2.05);
    add_absolute("mpi", 3, 1.2, 1.3);
    add_absolute("pool", 3, 1.4, 1.45);
    assert_string_equal(findings(), "pi: one core with another algorithm, sieve, is 1.92 to 2.00 "
                                    "times as fast as with the kernel's own, and pool with 3 "
                                    "workers is 1.40 to 1.45 times as fast as that.\n");
    begin(NULL);
    add_absolute("serial", 1, 0.5, 0.52);
    add_absolute("pool", 2, 0.98, 1.01);
    assert_string_equal(findings(),
                        "pi: one core with another algorithm, sieve, is 1.92 to 2.00 "
                        "times as fast as with the kernel's own; the data do not decide "
                        "whether any model is faster: pool with 2 workers is 0.98 to "
                        "1.01 times as fast as that.\n");
}

static void does_not_decide_which_algorithm_is_the_faster_one(void **state)
{
    (void)state;
    add_absolute("serial", 1, 0.9, 1.02);
    add_absolute("threads", 4, 3, 4);
    assert_string_equal(findings(), "pi: the data do not decide whether one core is faster with "
                                    "another algorithm, sieve: 0.98 to 1.11 times as fast as with "
                                    "the kernel's own.\n");
    begin(NULL);
    add_absolute("serial", 1, 0.5, 0.52);
    cells[0].absolute.has_interval = false;
    assert_string_equal(findings(), "");
    begin(NULL);
    add_absolute("serial", 1, 1, 1); /* its own is the fastest */
    cells[0].absolute_base = cells;
    assert_string_equal(findings(), "");
}

static void tells_what_more_workers_make_of_the_fastest_algorithm(void **state)
{
    static const struct {
        double low, high;
        const char *said;
    } cases[] = {
        {1.8, 1.9, "; 4 workers, under threads, make it 1.80 to 1.90 times as fast again"},
        {0.9, 1.1,
         "; 4 workers, under threads, may make it faster or not: 0.90 to 1.10 times as "
         "fast"},
        {0.4, 0.5, "; 4 workers, under threads, make it no faster: 0.40 to 0.50 times as fast"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[320];
        begin(NULL);
        add_absolute("serial", 1, 0.5, 0.5);
        add_again(1, 1, 1);
        add_again(4, cases[i].low, cases[i].high);
        (void)snprintf(expected, sizeof expected,
                       "pi: one core with another algorithm, sieve, is 2.00 times as fast "
                       "as with the kernel's own%s.\n",
                       cases[i].said);
        assert_string_equal(findings(), expected);
    }
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
        ANEW(ranges_have_the_digits_of_their_ends),
        ANEW(names_the_greatest_loss),
        ANEW(tells_where_a_curve_peaks),
        ANEW(tells_from_where_on_little_is_gained),
        ANEW(tells_what_gains_nothing),
        ANEW(tells_the_strongest_first),
        ANEW(puts_what_is_open_into_one_sentence),
        ANEW(goes_on_with_what_ended_the_run),
        ANEW(sets_all_beside_the_fastest_algorithm),
        ANEW(does_not_decide_which_algorithm_is_the_faster_one),
        ANEW(tells_what_more_workers_make_of_the_fastest_algorithm),
        ANEW(says_nothing_without_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
