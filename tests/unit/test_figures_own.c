/*
 * Unit tests of figures of quantities that experiments make of their cells: what they show, in
 * which order, and which lines stand beside them; and of series and what follows of these.
 */
#define _GNU_SOURCE
#include "figures.h"
#include "results.h"
#include "tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"

/* Seconds of all workers; serial has none. */
static void effort_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = plan_is_base(cell->cell) ? own_none() : own_scaled(&cell->time, cell->cell->workers);
}

static void time_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = cell->time;
}

static void below_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = own_scaled(&cell->time, -1);
}

static double half_of(const struct analysis_of_cell *cell)
{
    return cell->time.median / 2;
}

static double one(const struct analysis_of_cell *cell)
{
    (void)cell;
    return 1;
}

static double none(const struct analysis_of_cell *cell)
{
    (void)cell;
    return NAN;
}

static const struct own_quantity effort = {.name = "effort in all",
                                           .unit = "s",
                                           .value = effort_of},
                                 duration = {.name = "time", .unit = "s", .value = time_of},
                                 below = {.name = "below", .unit = "", .value = below_of},
                                 on_line = {.name = "below",
                                            .unit = "",
                                            .is_linear = true,
                                            .value = below_of};

static const struct own_line lines[] = {{"half", false, half_of},
                                        {"one", true, one},
                                        {"never", true, none},
                                        {"nor this", false, none},
                                        {0}};

static struct made_up_run run;

/* Serial, gil, pool and threads, each with 1 and 2 workers. */
static int begin(void **state)
{
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    return 0;
}

static int end(void **state)
{
    (void)state;
    made_up_end(&run);
    return 0;
}

static struct figure figure_of(const struct experiment_figure *what)
{
    struct figure figure = {.run = &run.analysed,
                            .experiment = experiment_table[EXPERIMENT_STRONG],
                            .what = what,
                            .kernel = &run.analysed.kernels[0]};
    figure_make(&figure);
    return figure;
}

/* Holds the numbers of the figure, behind their two lines of comment, against these. */
static void expect_numbers(const struct experiment_figure *what, const char *wanted)
{
    char *text = NULL;
    size_t length;
    struct figure figure = figure_of(what);
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    figure_write(stream, &figure);
    assert_int_equal(fclose(stream), 0);
    const char *rest = strchr(strchr(text, '\n') + 1, '\n') + 1;
    assert_string_equal(rest, wanted);
    free(text);
    figure_free(&figure);
}

static void test_a_line_a_series_over_the_axis(void **state)
{
    const struct experiment_figure what = {.quantity = QUANTITY_OWN, .own = &effort};
    (void)state;
    expect_numbers(&what, "gil\n1\t1\t1\t1\t1\t1\t6\t6\n2\t2\t2\t2\t1\t2\t6\t6\n\n\n"
                          "pool\n1\t1\t1\t1\t1\t1\t6\t6\n2\t1\t1\t1\t1\t2\t6\t6\n\n\n"
                          "threads\n1\t1\t1\t1\t1\t1\t6\t6\n2\t1\t1\t1\t1\t2\t6\t6\n");
}

/* The axis's own value stands at the end of each line then. */
static void test_over_another_quantity(void **state)
{
    const struct experiment_figure what = {
        .quantity = QUANTITY_OWN, .own = &effort, .over = &duration};
    (void)state;
    expect_numbers(&what, "gil\n1\t1\t1\t1\t1\t1\t6\t6\t1\n1\t2\t2\t2\t1\t2\t6\t6\t2\n\n\n"
                          "pool\n0.5\t1\t1\t1\t1\t2\t6\t6\t2\n1\t1\t1\t1\t1\t1\t6\t6\t1\n\n\n"
                          "threads\n0.5\t1\t1\t1\t1\t2\t6\t6\t2\n1\t1\t1\t1\t1\t1\t6\t6\t1\n");
}

/* Those of series first, in their order; those that are nowhere not at all. */
static void test_lines_beside_the_points(void **state)
{
    const struct experiment_figure what = {
        .quantity = QUANTITY_OWN, .own = &effort, .lines = lines};
    (void)state;
    expect_numbers(&what, "gil\n1\t1\t1\t1\t1\t1\t6\t6\n2\t2\t2\t2\t1\t2\t6\t6\n\n\n"
                          "pool\n1\t1\t1\t1\t1\t1\t6\t6\n2\t1\t1\t1\t1\t2\t6\t6\n\n\n"
                          "threads\n1\t1\t1\t1\t1\t1\t6\t6\n2\t1\t1\t1\t1\t2\t6\t6\n"
                          "\n\ngil, half\n1\t0.5\n2\t0.5\n"
                          "\n\npool, half\n1\t0.5\n2\t0.25\n"
                          "\n\nthreads, half\n1\t0.5\n2\t0.25\n"
                          "\n\none\n1\t1\n2\t1\n");
}

/* In a panel for each value on the axis. */
static void test_bars_are_in_the_order_of_what_they_show(void **state)
{
    const struct experiment_figure what = {
        .quantity = QUANTITY_OWN, .own = &duration, .is_bars = true, .lines = lines};
    (void)state;
    expect_numbers(&what, "# workers: 1\n"
                          "serial\t1\t1\t1\t1\t1\t6\t6\ngil\t1\t1\t1\t1\t1\t6\t6\n"
                          "pool\t1\t1\t1\t1\t1\t6\t6\nthreads\t1\t1\t1\t1\t1\t6\t6\n"
                          "\n\n# workers: 2\n"
                          "pool\t0.5\t0.5\t0.5\t1\t2\t6\t6\nthreads\t0.5\t0.5\t0.5\t1\t2\t6\t6\n"
                          "gil\t1\t1\t1\t1\t2\t6\t6\n");
}

static void test_what_has_no_place_on_its_axis_is_left_out(void **state)
{
    const struct experiment_figure what = {.quantity = QUANTITY_OWN, .own = &below},
                                   linear = {.quantity = QUANTITY_OWN, .own = &on_line};
    (void)state;
    struct figure figure = figure_of(&what);
    assert_int_equal(figure.count, 0);
    figure_free(&figure);
    figure = figure_of(&linear);
    assert_int_equal(figure.count, 7);
    figure_free(&figure);
}

static void test_files_and_words(void **state)
{
    const struct experiment_figure what = {.quantity = QUANTITY_OWN, .own = &effort},
                                   over = {.quantity = QUANTITY_OWN,
                                           .own = &effort,
                                           .over = &duration,
                                           .id = "by-time"},
                                   bars = {.quantity = QUANTITY_OWN,
                                           .own = &effort,
                                           .is_bars = true,
                                           .alternative = "All effort"};
    char text[FIGURE_ALTERNATIVE_MAX];
    (void)state;
    struct figure figure = figure_of(&what);
    assert_string_equal(figure.name, "strong-pi-effort-in-all");
    assert_string_equal(figure_script(&figure), "lines");
    figure_describe(&figure, text);
    assert_string_equal(text, "effort in all of pi against workers, a line per model. With 2: "
                              "gil 2.00 s, pool 1.00 s, threads 1.00 s");
    figure_free(&figure);
    figure = figure_of(&over);
    assert_string_equal(figure.name, "strong-pi-by-time");
    figure_describe(&figure, text);
    assert_string_equal(text, "effort in all of pi against time, a line per model. "
                              "gil 2.00 s at 1.00 s, pool 1.00 s at 1.00 s, "
                              "threads 1.00 s at 1.00 s");
    figure_free(&figure);
    figure = figure_of(&bars);
    assert_string_equal(figure_script(&figure), "bars");
    figure_describe(&figure, text);
    assert_string_equal(text, "All effort of pi, a bar per cell, the longest last: gil 1.00 s, "
                              "pool 1.00 s, threads 1.00 s: pool 1.00 s, threads 1.00 s, "
                              "gil 2.00 s");
    figure_free(&figure);
}

/* ---- series, and what follows of them ---- */

static const struct experiment over_chunks = {
    .name = "chunks", .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "1,2"}};

static void test_series_differ_in_workers_where_these_are_not_the_axis(void **state)
{
    struct cell a = {.label = "pool:chunk=1", .workers = 1},
                b = {.label = "pool:chunk=2", .workers = 1},
                c = {.label = "pool:chunk=2", .workers = 2}, d = {.label = "pool", .workers = 1};
    (void)state;
    assert_true(series_is_one(&over_chunks, &a, &b));
    assert_true(series_is_one(&over_chunks, &a, &d));
    assert_false(series_is_one(&over_chunks, &b, &c));
    assert_true(series_is_one(experiment_table[EXPERIMENT_STRONG], &b, &c));
    assert_false(series_is_one(experiment_table[EXPERIMENT_STRONG], &a, &c));
}

static void last_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                    struct summary *value)
{
    const struct experiment *strong = experiment_table[EXPERIMENT_STRONG];
    const struct analysis_of_cell *last = first, *next;
    while ((next = series_next(strong, kernel, first, last)))
        last = next;
    *value = last == first ? own_none() : last->time;
}

static void test_a_row_for_each_series_that_has_a_result(void **state)
{
    static const struct own_result results[] = {
        {.name = "time of the most", .unit = "s", .value = last_of}, {0}};
    struct experiment strong = *experiment_table[EXPERIMENT_STRONG];
    const struct analysed_kernel *kernel = &run.analysed.kernels[0];
    const struct analysis_of_cell *first = NULL;
    static const char *const labels[] = {"gil", "pool", "threads"};
    (void)state;
    assert_null(results_next(experiment_table[EXPERIMENT_STRONG], kernel, NULL));
    for (unsigned i = 0; i < 3; i++) { /* serial has one cell */
        first = series_first(experiment_table[EXPERIMENT_STRONG], kernel, first);
        if (i == 0)
            first = series_first(experiment_table[EXPERIMENT_STRONG], kernel, first);
        assert_non_null(first);
        assert_string_equal(first->cell->label, labels[i]);
        assert_int_equal(first->cell->workers, 1);
        assert_float_equal(results_value(&results[0], kernel, first).median, i == 0 ? 1 : 0.5, 0);
    }
    assert_null(series_first(experiment_table[EXPERIMENT_STRONG], kernel, first));
    assert_null(strong.results);
    assert_false(tables_has_results(&run.analysed));
}

static void test_units_as_people_read_them(void **state)
{
    (void)state;
    assert_string_equal(own_text("s", 3.1e-6).text, "3.10 us");
    assert_string_equal(own_text("B", 1536).text, "1.50 KiB");
    assert_string_equal(own_text("B", 8).text, "8 B");
    assert_string_equal(own_text("B", 1 << 20).text, "1 MiB");
    assert_string_equal(own_text("B/s", 8.1e9).text, "8.10 GB/s");
    assert_string_equal(own_text("", 0.5).text, "0.50");
    assert_string_equal(own_prose("s", 3.1e-6).text, "3.10 µs");
    assert_string_equal(own_text("%", 17).text, "17 %");
    assert_string_equal(own_text("%", -0.596).text, "-0.60 %");
    assert_string_equal(own_text("", 0).text, "0");
    assert_string_equal(own_text("", -12).text, "-12");
    assert_string_equal(own_text("", 2.5e7).text, "2.50e+07");
    assert_string_equal(own_text_beside("B/s", 85e6, 8e9).text, "0.0850");
    struct summary summary = {6, 3.1e-6, true, {2.95e-6, 3.1e-6}};
    assert_string_equal(own_range("s", &summary).text, "2.95 to 3.10 µs");
    assert_string_equal(own_range("B/s", &summary).text, "2.95e-06 to 3.10e-06 B/s");
    summary.interval.low = summary.interval.high;
    assert_string_equal(own_range("s", &summary).text, "3.10 µs");
    summary.interval = (struct interval){2, 12};
    assert_string_equal(own_range("%", &summary).text, "2 to 12 %");
    assert_string_equal(own_range("", &summary).text, "2 to 12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_a_series_over_the_axis),
        cmocka_unit_test(test_over_another_quantity),
        cmocka_unit_test(test_lines_beside_the_points),
        cmocka_unit_test(test_bars_are_in_the_order_of_what_they_show),
        cmocka_unit_test(test_what_has_no_place_on_its_axis_is_left_out),
        cmocka_unit_test(test_files_and_words),
        cmocka_unit_test(test_series_differ_in_workers_where_these_are_not_the_axis),
        cmocka_unit_test(test_a_row_for_each_series_that_has_a_result),
        cmocka_unit_test(test_units_as_people_read_them),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
