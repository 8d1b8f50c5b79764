/*
 * Unit tests of drivers/figures/figures.h and of the scripts in plots/, with gnuplot. How a figure
 * looks is not tested, but what it says and that it is there in full or not at all.
 */
#define _GNU_SOURCE
#include "figures.h"
#include "svg.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"

/* A figure of the run that is not made yet. */
static struct figure figure_of(const struct made_up_run *run, unsigned experiment, size_t which,
                               size_t kernel)
{
    const struct experiment_figure *what = &experiment_table[experiment]->figures[which];
    return (struct figure){.run = &run->analysed,
                           .experiment = experiment_table[experiment],
                           .what = what,
                           .kernel = what->is_of_all ? NULL : &run->analysed.kernels[kernel]};
}

/* What the file with its numbers has, which the caller frees. */
static char *numbers_of(const struct figure *figure)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    figure_write(stream, figure);
    assert_int_equal(fclose(stream), 0);
    return text;
}

/* The scripts lie beside the tests in the tree. */
static const char *own_plots(void)
{
    static char own[512];
    (void)snprintf(own, sizeof own, "%.*s../../plots",
                   (int)(strlen(__FILE__) - strlen("test_figures.c")), __FILE__);
    return own;
}

static enum status draw(const struct made_up_run *run, const char *processor, const char *plots)
{
    json_t *manifest =
        json_pack("{s:{s:s, s:i, s:s}}", "machine", "host", "a-machine.with-a-name.example.org",
                  "allowed", 128, "cpu", processor);
    struct analysed_run analysed = run->analysed;
    analysed.manifest = manifest;
    const enum status status = figures_draw(&analysed, plots ? plots : own_plots());
    json_decref(manifest);
    return status;
}

/* Draws, and keeps what is written to standard error. */
static enum status draw_aside(const struct made_up_run *run, const char *plots, char **said)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/said", run->folder);
    (void)fflush(stderr);
    int kept = dup(STDERR_FILENO);
    int aside = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    assert_true(kept >= 0 && aside >= 0 && dup2(aside, STDERR_FILENO) >= 0);
    enum status status = draw(run, "a processor", plots);
    (void)fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    (void)close(aside);
    *said = made_up_read(run, "said");
    return status;
}

static void expect_text(const struct made_up_run *run, const char *file, const char *wanted)
{
    char *text = made_up_read(run, file);
    if (!strstr(text, wanted))
        fail_msg("%s has no \"%s\"", file, wanted);
    free(text);
}

/* What most tests look at is drawn once. */
static struct made_up_run drawn;

/* gnuplot draws what a test looks at: one kind of picture, or more. A PNG takes as long as the
 * others together. */
static int look_at_svg(void **state)
{
    (void)state;
    return setenv("KINDS", "svg", 1);
}

static int look_at_narrow_too(void **state)
{
    (void)state;
    return setenv("KINDS", "svg narrow", 1);
}

static int look_at_all(void **state)
{
    (void)state;
    return setenv("KINDS", "svg narrow png", 1);
}

/* Puts one before gnuplot that leaves out the others. */
static void stand_before_gnuplot(void)
{
    char path[4096];
    made_up_write(&drawn, "gnuplot",
                  "#!/bin/sh\n"
                  "case \" $KINDS --version \" in\n"
                  "*\" ${4-$1} \"*) PATH=${PATH#*:} exec gnuplot \"$@\" ;;\n"
                  "esac\n"
                  "echo '<svg></svg>IEND' >\"$5\"\n",
                  0777);
    const char *before = getenv("PATH");
    (void)snprintf(path, sizeof path, "%s:%s", drawn.folder, before ? before : "");
    assert_int_equal(setenv("PATH", path, 1), 0);
}

static int draw_once(void **state)
{
    (void)state;
    made_up_begin(&drawn);
    made_up_kernel(&drawn, "pi");
    made_up_kernel(&drawn, "primes");
    made_up_measure(&drawn, 6);
    made_up_analyse(&drawn);
    stand_before_gnuplot();
    assert_int_equal(look_at_all(NULL), 0);
    assert_int_equal(draw(&drawn, "Processor with one, too", NULL), STATUS_OK);
    return look_at_svg(NULL);
}

static int forget_drawn(void **state)
{
    (void)state;
    made_up_end(&drawn);
    return 0;
}

static void test_each_kernel_has_its_figures_and_all_have_some(void **state)
{
    const struct made_up_run run = drawn;
    (void)state;
    assert_int_equal(made_up_files(&run, "figures", ".tsv"), 8);
    assert_int_equal(made_up_files(&run, "figures", ".svg"), 8);
    assert_int_equal(made_up_files(&run, "figures/narrow", ""), 8);
    assert_int_equal(made_up_files(&run, "figures/narrow", ".svg"), 8);
    assert_int_equal(made_up_files(&run, "figures", ".png"), 8);
    assert_int_equal(made_up_files(&run, "figures", ".part"), 0);
    expect_text(&run, "figures/strong-primes-time.svg", "primes: strong scaling, time");
    expect_text(&run, "figures/strong-pi-speedup.svg", "speedup over serial (1.00 s)");
    expect_text(&run, "figures/strong-pi-speedup.svg",
                "size 1 000 000; 6 samples in 6 rounds per point, median and 95 % interval");
    expect_text(&run, "figures/gil.svg", ">size 1 000 000, serial 1.00 s<");
    expect_text(&run, "figures/gil.svg", ">more workers than cores<");
    expect_text(&run, "figures/strong.svg", "Strong scaling, speedup of all kernels");
    expect_text(&run, "figures/strong.svg", ">primes<");
    expect_text(&run, "figures/narrow/strong.svg", ">ideal<");
    expect_text(&run, "figures/strong.tsv", "\npool\tprimes\n1\t1\t1\t1\t1\t1\t6\t6\n2\t2\t");
}

/* The page looks for figures by the same name. */
static void test_figures_are_where_their_name_says(void **state)
{
    unsigned there = 0;
    (void)state;
    for (unsigned e = 0; e < EXPERIMENT_COUNT; e++)
        for (size_t i = 0; experiment_table[e]->figures[i].heading; i++) {
            struct figure figure = figure_of(&drawn, e, i, 1);
            char path[192];
            figure_make(&figure);
            (void)snprintf(path, sizeof path, "%s/figures/%s.svg", drawn.folder, figure.name);
            assert_int_equal(access(path, F_OK) == 0, figure.count > 0);
            there += figure.count > 0;
            figure_free(&figure);
        }
    assert_int_equal(there, 5);
}

static void test_the_numbers_are_a_block_per_model(void **state)
{
    const struct made_up_run run = drawn;
    (void)state;
    expect_text(&run, "figures/strong-pi-speedup.tsv",
                "gil\n1\t1\t1\t1\t1\t1\t6\t6\n2\t1\t1\t1\t1\t2\t6\t6\n\n\n"
                "pool\n1\t1\t1\t1\t1\t1\t6\t6\n2\t2\t2\t2\t1\t2\t6\t6\n\n\n"
                "threads\n1\t1\t1\t1\t1\t1\t6\t6\n2\t2\t2\t2\t1\t2\t6\t6\n");
    expect_text(&run, "figures/strong-pi-time.tsv", "serial\n1\t1\t1\t1\t1\t1\t6\t6\n\n\ngil\n");
}

/* They are no models to look at: with them, the figures are as without. */
static void test_other_algorithms_are_not_drawn(void **state)
{
    const unsigned both = 1u << EXPERIMENT_STRONG | 1u << EXPERIMENT_GIL;
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_algorithm(&run, "pi", "x", "serial", 1)->experiments = both;
    made_up_algorithm(&run, "pi", "x", "threads", 2)->experiments = both;
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    for (unsigned experiment = 0; experiment < EXPERIMENT_COUNT; experiment++)
        for (size_t i = 0; experiment_table[experiment]->figures[i].heading; i++) {
            struct figure figure = figure_of(&run, experiment, i, 0);
            figure_make(&figure);
            for (size_t j = 0; j < figure.count; j++)
                assert_string_equal(figure.points[j].cell->cell->kernel, "pi");
            figure_free(&figure);
        }
    made_up_end(&run);
}

/* One that was asked for has figures, whose files have names that any system takes. */
static void test_files_of_an_algorithm(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi:algorithm=x");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    struct figure figure = figure_of(&run, EXPERIMENT_STRONG, 0, 0);
    figure_make(&figure);
    assert_string_equal(figure.name, "strong-pi-algorithm-x-speedup");
    figure_free(&figure);
    made_up_end(&run);
}

static void test_efficiency_of_weak_scaling(void **state)
{
    const struct experiment_figure *figures = experiment_table[EXPERIMENT_WEAK]->figures;
    unsigned count = 0;
    struct made_up_run run;
    (void)state;
    while (figures[count].heading)
        count++;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_WEAK);
    made_up_weak(&run, "pi");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    assert_int_equal(made_up_files(&run, "figures", ".tsv"), count);
    assert_int_equal(made_up_files(&run, "figures/narrow", ""), count);
    expect_text(&run, "figures/weak-pi-efficiency.svg", "pi: weak scaling, efficiency");
    expect_text(&run, "figures/weak-pi-efficiency.svg",
                "for each worker the work of size 1 000 000; 6 samples");
    expect_text(&run, "figures/weak-pi-efficiency.tsv",
                "threads\n1\t1\t1\t1\t1\t1\t6\t6\n2\t0.8\t0.8\t0.8\t1\t2\t6\t6\n"
                "4\t0.8\t0.8\t0.8\t1\t4\t6\t6\n");
    made_up_end(&run);
}

static void test_efficiency_of_strong_scaling(void **state)
{
    const struct made_up_run run = drawn;
    (void)state;
    expect_text(&run, "figures/strong-pi-efficiency.svg", "efficiency over serial (1.00 s)");
    expect_text(&run, "figures/strong-pi-efficiency.tsv",
                "gil\n1\t1\t1\t1\t1\t1\t6\t6\n2\t0.5\t0.5\t0.5\t1\t2\t6\t6\n");
}

static void test_a_law_is_drawn_over_what_it_was_fitted_on(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    for (unsigned workers = 1; workers <= 16; workers *= 2)
        made_up_cell(&run, "pi", "gil", workers, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "pool", 2, 1u << EXPERIMENT_STRONG); /* has none */
    for (size_t i = 0; i < run.plan.count; i++)
        run.planned[i].oversubscribed = run.planned[i].workers > 8;
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    expect_text(&run, "figures/strong-pi-speedup.svg",
                "thin lines: universal scalability law as fitted, dashed beyond; light shade: its "
                "parameters' 95 % interval");
    char *text = made_up_read(&run, "figures/strong-pi-speedup.tsv");
    const char *law = strstr(text, "\n\n\ngil, universal law\n1\t1\t1\t1\t0\n");
    assert_non_null(law);
    /* Those with more workers than cores tell nothing of the law, but are in the figure. */
    assert_non_null(strstr(law, "\n8\t1\t1\t1\t0\n8\t1\t1\t1\t1\n"));
    assert_non_null(strstr(law, "\n16\t1\t1\t1\t1\n"));
    assert_null(strstr(law, "\n16\t1\t1\t1\t0\n"));
    assert_null(strstr(text, "pool, "));
    free(text);
    text = made_up_read(&run, "figures/strong-pi-time.tsv");
    assert_null(strstr(text, "universal"));
    free(text);
    made_up_end(&run);
}

static void test_the_interval_of_a_law(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_WEAK);
    made_up_weak(&run, "pi");
    made_up_cell(&run, "pi", "threads", 8, 1u << EXPERIMENT_WEAK);
    run.planned[run.plan.count - 1].size *= 8;
    run.planned[run.plan.count - 1].oversubscribed = false;
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(run.analysed.fits.existing, 1);
    struct law_fit *found = &run.analysed.fits.all[0].found;
    found->parameters[0] = (struct summary){6, 0.25, true, {0.125, 0.5}};
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    expect_text(&run, "figures/weak-pi-efficiency.svg",
                "thin lines: Gustafson's law as fitted, dashed beyond; light shade: its "
                "parameter's 95 % interval");
    /* 8 - s 7 of 8 */
    expect_text(&run, "figures/weak-pi-efficiency.tsv", "\n8\t0.78125\t0.5625\t0.890625\t0\n");
    found->parameters[0] = (struct summary){6, 0.25, false, {NAN, NAN}};
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    expect_text(&run, "figures/weak-pi-efficiency.tsv", "\n8\t0.78125\tNaN\tNaN\t0\n");
    char *text = made_up_read(&run, "figures/weak-pi-efficiency.svg");
    assert_null(strstr(text, "light shade"));
    free(text);
    made_up_end(&run);
}

static void test_too_few_rounds_have_no_interval(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_GIL);
    made_up_cell(&run, "pi", "threads", 1, 1u << EXPERIMENT_GIL);
    made_up_measure(&run, 5);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    expect_text(&run, "figures/gil.tsv", "threads\tpi\n1\t1\tNaN\tNaN\t");
    expect_text(&run, "figures/gil.svg", "no interval: fewer than 6 rounds");
    made_up_end(&run);
}

static void test_failed_cells_are_left_out(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_measure(&run, 6);
    made_up_fail(&run, 8, "killed by signal 9"); /* threads with 2 workers */
    made_up_fail(&run, 7, "killed by signal 9"); /* threads with 1 worker */
    made_up_analyse(&run);
    struct figure figure = figure_of(&run, EXPERIMENT_STRONG, 0, 0);
    figure_make(&figure);
    char *text = numbers_of(&figure);
    assert_null(strstr(text, "threads\n"));
    assert_non_null(strstr(text, "pool\n"));
    free(text);
    figure_free(&figure);
    made_up_end(&run);
}

static void test_nothing_to_show_is_no_figure(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_GIL);
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    assert_int_equal(made_up_files(&run, "figures", ".svg"), 0);
    assert_int_equal(made_up_files(&run, "figures/narrow", ""), 0);
    made_up_end(&run);
}

static void test_a_model_keeps_its_line(void **state)
{
    struct made_up_run run;
    unsigned styles[2] = {0, 0};
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "pool", 2, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "threads", 2, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "gil", 2, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "primes", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "primes", "threads", 2, 1u << EXPERIMENT_STRONG);
    made_up_measure(&run, 1);
    made_up_analyse(&run);
    for (unsigned i = 0; i < 2; i++) {
        struct figure figure = figure_of(&run, EXPERIMENT_STRONG, 0, i);
        figure_make(&figure);
        assert_int_equal(figure.count, i ? 1 : 3);
        assert_string_equal(figure.points[figure.count - 1].cell->cell->label, "threads");
        styles[i] = figure_style(&figure, &figure.points[figure.count - 1]);
        /* The gil comes first, with the line that is kept for it. */
        assert_int_equal(i == 0 ? figure_style(&figure, &figure.points[0]) : 1, 1);
        figure_free(&figure);
    }
    assert_int_equal(styles[0], styles[1]);
    made_up_end(&run);
}

/* Of twenty models each has a line type of its own. */
static void test_many_models_are_told_apart(void **state)
{
    enum { MODELS = 20, TYPES = 512 };
    bool is_taken[TYPES] = {false};
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    for (unsigned i = 0; i < MODELS; i++) {
        char label[32];
        (void)snprintf(label, sizeof label, "model%u", i);
        made_up_cell(&run, "pi", label, 2, 1u << EXPERIMENT_STRONG);
    }
    made_up_measure(&run, 1);
    made_up_analyse(&run);
    struct figure figure = figure_of(&run, EXPERIMENT_STRONG, 0, 0);
    figure_make(&figure);
    assert_int_equal(figure.count, MODELS);
    for (unsigned i = 0; i < MODELS; i++) {
        const unsigned style = figure_style(&figure, &figure.points[i]);
        assert_true(style < TYPES && !is_taken[style]);
        is_taken[style] = true;
    }
    figure_free(&figure);
    made_up_end(&run);
}

/* On whatever nodes, and whether it was measured on one of them, a model has one colour. */
static void test_nodes_change_dashes_alone(void **state)
{
    static const struct {
        const char *label;
        unsigned workers, nodes, style;
    } cells[] = {{"threads", 2, 1, 2},    {"mpi", 2, 1, 3},      {"mpi", 2, 2, 43},
                 {"mpi", 4, 4, 83},       {"hybrid", 2, 2, 44},  {"hybrid", 16, 16, 124},
                 {"hybrid", 32, 32, 164}, {"hybrid", 64, 64, 44}};
    enum { CELLS = sizeof cells / sizeof *cells };
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_NODES);
    for (unsigned i = 0; i < CELLS; i++) {
        char label[32];
        (void)snprintf(label, sizeof label, cells[i].nodes > 1 ? "%s:nodes=%u" : "%s",
                       cells[i].label, cells[i].nodes);
        made_up_cell(&run, "pi", label, cells[i].workers, 1u << EXPERIMENT_NODES);
        run.planned[i + 1].nodes = cells[i].nodes;
    }
    made_up_measure(&run, 1);
    made_up_analyse(&run);
    struct figure figure = figure_of(&run, EXPERIMENT_NODES, 0, 0);
    figure_make(&figure);
    assert_int_equal(figure.count, CELLS);
    for (unsigned i = 0; i < CELLS; i++) {
        assert_int_equal(figure.points[i].cell->cell->nodes, cells[i].nodes);
        assert_int_equal(figure_style(&figure, &figure.points[i]), cells[i].style);
        assert_true(figure_starts_series(&figure, i));
    }
    figure_free(&figure);
    made_up_end(&run);
}

static void test_names_are_never_interpreted(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_GIL);
    made_up_cell(&run, "pi", "pool:a={/=40 `date`}<b>", 2, 1u << EXPERIMENT_GIL);
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "no_de^1 @x \\n $HOME `date` & co", NULL), STATUS_OK);
    expect_text(&run, "figures/gil.svg", "no_de^1 @x \\n $HOME `date` &amp; co");
    expect_text(&run, "figures/gil.svg", "pool:a={/=40 `date`}&lt;b>");
    made_up_end(&run);
}

static void test_long_machine_lines_are_broken(void **state)
{
    struct made_up_run run;
    char machine[400] = "first";
    (void)state;
    while (strlen(machine) < 380)
        (void)snprintf(machine + strlen(machine), sizeof machine - strlen(machine), " möre");
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_GIL);
    made_up_cell(&run, "pi", "pool", 2, 1u << EXPERIMENT_GIL);
    made_up_measure(&run, 1);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, machine, NULL), STATUS_OK);
    char *text = made_up_read(&run, "figures/gil.svg");
    const char *first = strstr(text, "first m");
    assert_non_null(first);
    assert_true(strcspn(first, "<") <= 140);
    assert_null(strstr(text, "…</text>")); /* nothing of it is cut */
    free(text);
    made_up_end(&run);
}

static void test_lines_of_a_narrow_figure_are_broken_once_more(void **state)
{
    const struct made_up_run run = drawn;
    (void)state;
    expect_text(&run, "figures/strong-pi-time.svg", "128 cores, Processor with one, too</text>");
    expect_text(&run, "figures/narrow/strong-pi-time.svg", "128 cores, Processor</text>");
    expect_text(&run, "figures/narrow/strong-pi-time.svg", ">with one, too</text>");
}

static void test_figures_are_the_same_every_time(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_GIL);
    made_up_cell(&run, "pi", "pool", 2, 1u << EXPERIMENT_GIL);
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    char *first = made_up_read(&run, "figures/gil.svg");
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    char *second = made_up_read(&run, "figures/gil.svg");
    assert_string_equal(first, second);
    free(first);
    free(second);
    made_up_end(&run);
}

/* Draws with another folder of scripts or another PATH; expects a failure that says `wanted`. */
static void expect_failure(const struct made_up_run *run, const char *plots, const char *wanted)
{
    char *said;
    assert_int_equal(draw_aside(run, plots, &said), STATUS_FAILED);
    if (!strstr(said, wanted))
        fail_msg("\"%s\" has no \"%s\"", said, wanted);
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    free(said);
    assert_int_equal(made_up_files(run, "figures", ".part"), 0);
}

/* PATH, which the caller frees. */
static char *path_now(void)
{
    const char *path = getenv("PATH");
    assert_non_null(path);
    char *copy = path ? strdup(path) : NULL;
    assert_non_null(copy);
    return copy;
}

static void test_a_broken_script_is_an_error_in_one_line(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    made_up_write(&run, "speedup.gp", "set output output\nplot undefined_thing\n", 0666);
    expect_failure(&run, run.folder, "undefined variable: undefined_thing");
    assert_int_equal(made_up_files(&run, "figures", ".svg"), 0);
    assert_int_equal(made_up_files(&run, "figures/narrow", ""), 0);
    made_up_end(&run);
}

static void test_without_gnuplot_nothing_is_drawn(void **state)
{
    struct made_up_run run;
    char *path = path_now(), version[128];
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(setenv("PATH", run.folder, 1), 0);
    assert_false(gnuplot_is_there(version, sizeof version));
    expect_failure(&run, NULL, "cannot start gnuplot");
    assert_int_equal(made_up_files(&run, "figures", ".svg"), 0);
    assert_int_equal(made_up_files(&run, "figures", ".tsv"), 0);
    assert_int_equal(setenv("PATH", path, 1), 0);
    assert_true(gnuplot_is_there(version, sizeof version));
    assert_memory_equal(version, "gnuplot ", strlen("gnuplot "));
    free(path);
    made_up_end(&run);
}

/* Nor is the start of a picture, which is what a full disk leaves. */
static void test_an_empty_file_is_no_success_and_replaces_nothing(void **state)
{
    static const char *const programs[] = {
        "#!/bin/sh\n: >\"$5\"\n",
        "#!/bin/sh\nfor i in 1 2 3 4 5; do echo '<svg width=1>'; done >\"$5\"\n"
        "echo '\"a.gp\" line 3: warning: Skipping data file' >&2\n"};
    struct made_up_run run;
    char *path = path_now();
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    made_up_folder(&run, "figures");
    made_up_write(&run, "figures/strong-pi-speedup.svg", "an earlier one", 0666);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        made_up_write(&run, "gnuplot", programs[i], 0777);
        assert_int_equal(setenv("PATH", run.folder, 1), 0);
        expect_failure(&run, NULL, "it wrote no whole picture: is the disk full?");
        assert_int_equal(setenv("PATH", path, 1), 0);
    }
    assert_int_equal(made_up_files(&run, "figures", ".svg"), 1);
    assert_int_equal(made_up_files(&run, "figures", ".tsv"), 0);
    expect_text(&run, "figures/strong-pi-speedup.svg", "an earlier one");
    free(path);
    made_up_end(&run);
}

/* What was drawn before one that fails stays, and what is drawn beside it does not. */
static void test_a_figure_that_fails_takes_none_before_it_along(void **state)
{
    struct made_up_run run;
    char *path = path_now();
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_kernel(&run, "primes");
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    made_up_write(
        &run, "gnuplot",
        "#!/bin/sh\ncase $5 in\n*strong-primes-speedup*) echo 'a.gp line 3: why' >&2; exit 1\n"
        "esac\necho '<svg></svg>IEND' >\"$5\"\n",
        0777);
    assert_int_equal(setenv("PATH", run.folder, 1), 0);
    expect_failure(&run, NULL, "strong-primes-speedup.svg: a.gp line 3: why");
    assert_int_equal(setenv("PATH", path, 1), 0);
    expect_text(&run, "figures/strong-pi-speedup.svg", "<svg>");
    expect_text(&run, "figures/strong-pi-speedup.png", "IEND");
    assert_int_equal(made_up_files(&run, "figures", "strong-primes-speedup.svg"), 0);
    assert_int_equal(made_up_files(&run, "figures/narrow", "strong.svg"), 0);
    free(path);
    made_up_end(&run);
}

static void test_many_workers_and_models(void **state)
{
    struct made_up_run run;
    char label[32];
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_WEAK);
    for (unsigned model = 0; model < 13; model++)
        for (unsigned workers = 1; workers <= 64; workers *= 8) {
            (void)snprintf(label, sizeof label, "threads:chunk=%u", model);
            if (run.plan.count < MADE_UP_CELLS_MAX)
                made_up_cell(&run, "pi", label, workers, 1u << EXPERIMENT_WEAK);
        }
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    expect_text(&run, "figures/weak-pi-efficiency.svg", "threads:chunk=12");
    expect_text(&run, "figures/weak-pi-efficiency.svg", "2 cores");
    made_up_end(&run);
}

/* The text of an SVG that begins here: where it is, whether it ends there, and its letters. */
static const char *next_text(const char *svg, double *x, double *y, bool *ends, size_t *letters)
{
    const char *place = strstr(svg, "translate(");
    const char *text = place ? strstr(place, "<text>") : NULL;
    if (!text)
        return NULL;
    assert_int_equal(sscanf(place, "translate(%lf,%lf)", x, y), 2);
    const char *end = strstr(place, "text-anchor=\"end\"");
    *ends = end && end < text;
    *letters = strcspn(text + strlen("<text>"), "<");
    return text + strlen("<text>");
}

/* All that is written is in the picture, if its letters are narrow, and all entries are there. */
static void expect_all_inside(const struct made_up_run *run, const char *file,
                              const char *const *entries)
{
    const double letter = 5;
    double width = 0, height = 0, x, y;
    bool ends;
    size_t letters;
    char *svg = made_up_read(run, file);
    const char *size = strstr(svg, "width=\"");
    assert_non_null(size);
    assert_int_equal(sscanf(size, "width=\"%lf\" height=\"%lf\"", &width, &height), 2);
    for (const char *text = svg; (text = next_text(text, &x, &y, &ends, &letters));) {
        const double left = ends ? x - letter * (double)letters : x;
        const double right = ends ? x : x + letter * (double)letters;
        if (left < 0 || right > width || y > height - 3)
            fail_msg("%s has \"%.*s\" outside", file, (int)letters, text);
    }
    for (; *entries; entries++)
        if (!strstr(svg, *entries))
            fail_msg("%s has no \"%s\"", file, *entries);
    free(svg);
}

static void expect_both_inside(const struct made_up_run *run, const char *name,
                               const char *const *entries)
{
    char file[64];
    (void)snprintf(file, sizeof file, "figures/%s.svg", name);
    expect_all_inside(run, file, entries);
    (void)snprintf(file, sizeof file, "figures/narrow/%s.svg", name);
    expect_all_inside(run, file, entries);
}

/* What options make of a model's name; the last is as long as labels get. */
static const char *const long_labels[] = {
    "gil", "mpi:dispatch=imap:chunk=4096", "threads:schedule=guided",
    ("pool:dispatch=imap_unordered:chunk=1048576:transport=shared-memory:"
     "start=forkserver:barrier=sense-reversing:wait=spin-then-block:reduce=binomial-tree:last="
     "yes")};
enum { LONG_LABELS = sizeof long_labels / sizeof *long_labels };

static void test_a_key_has_all_its_entries(void **state)
{
    static const char *const entries[] = {
        ">ideal", ">gil<", ">mpi:dispatch=imap:chunk=4096<", ">threads:sc", "last=yes", NULL};
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    for (unsigned i = 0; i < LONG_LABELS; i++)
        for (unsigned workers = 1; workers <= 2; workers++)
            made_up_cell(&run, "pi", long_labels[i], workers,
                         1u << EXPERIMENT_GIL | 1u << EXPERIMENT_STRONG);
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    expect_both_inside(&run, "gil", entries);
    expect_both_inside(&run, "strong-pi-speedup", entries);
    expect_both_inside(&run, "strong-pi-efficiency", entries);
    expect_both_inside(&run, "strong-pi-time", entries);
    made_up_end(&run);
}

/* No two labels of the y axis, which end at the same place, touch each other, or what is left of
 * them. */
static void expect_labels_apart(const struct made_up_run *run, const char *file, unsigned least)
{
    double x, y, last_x = 0, last_y = 0;
    bool ends;
    size_t letters;
    unsigned labels = 0;
    char *svg = made_up_read(run, file);
    for (const char *text = svg; (text = next_text(text, &x, &y, &ends, &letters));)
        if (ends) {
            if (labels > 0 && x == last_x && fabs(y - last_y) < 14)
                fail_msg("%s: \"%.*s\" touches the label before", file, (int)letters, text);
            if (letters > 5)
                fail_msg("%s: \"%.*s\" is too long", file, (int)letters, text);
            labels++;
            last_x = x;
            last_y = y;
        }
    if (labels < least)
        fail_msg("%s has only %u labels", file, labels);
    free(svg);
}

/* On 64 cores, with speedups of up to `most` and, of one model, down to `least`. */
static void draw_range(struct made_up_run *run, unsigned experiments, double most, double least)
{
    made_up_begin(run);
    made_up_cell(run, "pi", "serial", 1, experiments);
    for (unsigned workers = 1; workers <= 64; workers *= 2)
        made_up_cell(run, "pi", "threads", workers, experiments);
    made_up_cell(run, "pi", "pool", 64, experiments);
    record_new(&run->plan, &run->record);
    run->record.ending = ENDING_ROUNDS;
    for (size_t i = 0; i < run->plan.count; i++) {
        struct cell *cell = &run->planned[i];
        cell->oversubscribed = false;
        made_up_add(run, i, 0, 0,
                    strcmp(cell->label, "pool") == 0 ? 1 / least : 1 / fmin(cell->workers, most),
                    0);
    }
    made_up_analyse(run);
    run->analysed.allowed = 64;
    assert_int_equal(draw(run, "a processor", NULL), STATUS_OK);
}

static void test_ticks_are_readable_over_any_range(void **state)
{
    struct made_up_run run;
    (void)state;
    draw_range(&run, 1u << EXPERIMENT_STRONG, 16, 1e-5);
    expect_labels_apart(&run, "figures/strong-pi-speedup.svg", 5);
    expect_labels_apart(&run, "figures/narrow/strong-pi-speedup.svg", 5);
    expect_labels_apart(&run, "figures/narrow/strong.svg", 5);
    expect_text(&run, "figures/strong-pi-speedup.svg", ">1e-5<");
    made_up_end(&run);
    draw_range(&run, 1u << EXPERIMENT_GIL, 2, 0.005);
    expect_labels_apart(&run, "figures/gil.svg", 4);
    expect_text(&run, "figures/gil.svg", ">0.01<");
    made_up_end(&run);
}

/* Where the labels of the y axis are, and what they are. The distance of the first two. */
static double list_labels(const struct made_up_run *run, const char *name, char *list,
                          size_t length)
{
    double x, y, first_y = NAN, distance = NAN;
    bool ends;
    size_t letters;
    char file[64];
    (void)snprintf(file, sizeof file, "figures/%s.svg", name);
    char *svg = made_up_read(run, file);
    *list = '\0';
    for (const char *text = svg; (text = next_text(text, &x, &y, &ends, &letters));)
        if (ends) {
            (void)snprintf(list + strlen(list), length - strlen(list), "%.*s at %g\n", (int)letters,
                           text, y);
            distance = isnan(distance) ? fabs(first_y - y) : distance;
            first_y = y;
        }
    free(svg);
    return distance;
}

/* NAN: there is no such label. */
static double label_at(const char *list, const char *label)
{
    char wanted[16];
    double y = NAN;
    (void)snprintf(wanted, sizeof wanted, "\n%s at ", label);
    const char *found = strstr(list, wanted);
    if (found)
        (void)sscanf(found + strlen(wanted), "%lf", &y);
    return y;
}

/* Both axes are of powers of 2, and so it is straight. */
static void test_the_ideal_is_straight_at_many_cores(void **state)
{
    struct made_up_run run;
    char labels[1000];
    (void)state;
    draw_range(&run, 1u << EXPERIMENT_GIL, 48, 1);
    expect_labels_apart(&run, "figures/gil.svg", 6);
    (void)list_labels(&run, "gil", labels, sizeof labels);
    const double step = label_at(labels, "2") - label_at(labels, "4");
    assert_true(step > 10);
    assert_true(fabs(label_at(labels, "32") - label_at(labels, "64") - step) < 0.2);
    made_up_end(&run);
}

static void expect_shortened(const char *svg, const char *wanted)
{
    char *made = svg_shortened(svg);
    assert_string_equal(made, wanted);
    free(made);
}

static void test_an_svg_says_nothing_twice(void **state)
{
    (void)state;
    expect_shortened("<?xml version=\"1.0\"?>\n<svg \n width=\"8\"\n>\n\n<title>Gnuplot</title>\n"
                     "<g id=\"gnuplot_canvas\">\n<filter id='a'>\n<b/></filter>\n",
                     "<?xml version=\"1.0\"?><svg width=\"8\"><g id=\"gnuplot_canvas\" "
                     "fill=\"none\" color=\"black\" "
                     "font-family=\"Liberation Sans,Arial,sans-serif\">");
    /* A group in which there is nothing, also within another, and one with something. */
    expect_shortened("<g fill=\"none\" color=\"black\" stroke=\"rgb(  0, 114, 178)\" "
                     "stroke-width=\"1.00\" stroke-linecap=\"butt\">\n<g a=\"b\">\n</g>\n</g>\n"
                     "<g color=\"red\">\n\t<path stroke='rgb(255, 0, 9)'  d='M8.06,12.25 "
                     "L12.00,-3.50  \n\t\tM0.222,4.004 '/></g>",
                     "<g color=\"red\"><path stroke='#ff0009' d='M8.06,12.2 L12,-3.5 "
                     "M0.22,4'/></g>");
    /* Text stays as it is, whatever is in it. */
    expect_shortened("<g x=\"10.50\">\n\t<text>1.00  fill=\"none\" rgb(1,2,3) 12.345</text>\n</g>",
                     "<g x=\"10.5\"><text>1.00  fill=\"none\" rgb(1,2,3) 12.345</text></g>");
    /* What ends too early is no reason to read on. */
    expect_shortened("<g id=\"gnuplot_plot_1\" ><title>x", "<g><title>x");
    expect_shortened("<g id=\"gnuplot_plot_", "<g");
    expect_shortened("</g>", "</g>");
    expect_shortened("<g 1.", "<g 1.");
}

/* Of the kind that a page has many of. */
static void test_an_svg_is_short(void **state)
{
    (void)state;
    char *svg = made_up_read(&drawn, "figures/narrow/strong-pi-speedup.svg");
    assert_true(strlen(svg) < 12000);
    assert_null(strstr(svg, "<g></g>"));
    free(svg);
}

static void test_kernels_have_the_same_axes(void **state)
{
    static const char *const quantities[] = {"speedup", "efficiency", "time"};
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_cell(&run, "primes", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "primes", "pool", 2, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "primes", "threads", 2, 1u << EXPERIMENT_STRONG);
    made_up_measure(&run, 6);
    for (unsigned round = 0; round < 6; round++) { /* faster and far slower than pi ever is */
        made_up_add(&run, run.plan.count - 2, round, 1, 0.001, 0.25);
        made_up_add(&run, run.plan.count - 1, round, 1, 1000, 0.25);
    }
    made_up_analyse(&run);
    assert_int_equal(draw(&run, "a processor", NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
        char name[64], pi[1000], primes[1000];
        (void)snprintf(name, sizeof name, "strong-pi-%s", quantities[i]);
        const double decade = list_labels(&run, name, pi, sizeof pi);
        (void)snprintf(name, sizeof name, "strong-primes-%s", quantities[i]);
        const double other = list_labels(&run, name, primes, sizeof primes);
        if (strcmp(quantities[i], "time") == 0)
            assert_true(fabs(decade - other) < 0.1); /* times as long are as far below */
        else
            assert_string_equal(pi, primes);
    }
    made_up_end(&run);
}

/* Cells that a run of the kernel has a bar of each of, with all of it in `cells`. */
static void make_bars(struct analysis_of_cell *cells, const struct cell *planned, size_t count)
{
    static const struct instrumented execution = {.workers = 2};
    for (size_t i = 0; i < count; i++)
        cells[i] = (struct analysis_of_cell){.cell = &planned[i],
                                             .verified = true,
                                             .factors = {.execution = &execution,
                                                         .is_complete = true,
                                                         .speedup = 1,
                                                         .balance = 1,
                                                         .communication = 1,
                                                         .computation = 1}};
}

/* What WCAG 2 calls relative luminance, of a colour such as 0x007d5a. */
static double luminance(unsigned long colour)
{
    static const double weights[] = {0.0722, 0.7152, 0.2126};
    double sum = 0;
    for (unsigned i = 0; i < 3; i++) {
        const double share = (double)(colour >> (8 * i) & 255) / 255;
        sum += weights[i] * (share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static void test_white_text_on_a_bar_can_be_read(void **state)
{
    static const char useful[] = "linetype 31 linecolor rgb \"#";
    char path[PATH_MAX], line[256];
    double contrast = 0; /* of white with it */
    (void)state;
    (void)snprintf(path, sizeof path, "%.*s/style.gp", PATH_MAX - 16, own_plots());
    FILE *style = fopen(path, "r");
    assert_non_null(style);
    while (fgets(line, sizeof line, style)) {
        const char *colour = strstr(line, useful);
        if (colour)
            contrast = 1.05 / (luminance(strtoul(colour + strlen(useful), NULL, 16)) + 0.05);
    }
    (void)fclose(style);
    assert_true(contrast >= 4.5);
}

/* Draws a bar for each of the cells. */
static enum status draw_bars(const char *folder, struct analysis_of_cell *cells, size_t count)
{
    struct analysed_kernel kernel = {.name = "pi"};
    const struct record record = {.count = 0};
    const struct analysed_run analysed = {.folder = folder,
                                          .record = &record,
                                          .count = count,
                                          .cells = cells,
                                          .kernel_count = 1,
                                          .kernels = &kernel};
    return figures_draw(&analysed, own_plots());
}

static void test_bars_have_a_key_and_names_of_any_length(void **state)
{
    static const char *const entries[] = {">useful<",
                                          ">extra or slower computing<",
                                          ">waiting for the slowest<",
                                          ">communication, locks, hand-over<",
                                          ">mpi:dispatch=imap:chunk=4096",
                                          "last=yes",
                                          "2",
                                          NULL};
    struct made_up_run run;
    struct analysis_of_cell cells[LONG_LABELS];
    (void)state;
    made_up_begin(&run);
    for (unsigned i = 0; i < LONG_LABELS; i++)
        made_up_cell(&run, "pi", long_labels[i], 2, 0);
    make_bars(cells, run.planned, LONG_LABELS);
    assert_int_equal(draw_bars(run.folder, cells, LONG_LABELS), STATUS_OK);
    expect_both_inside(&run, "where-pi", entries);
    assert_int_equal(draw_bars(run.folder, cells, 3), STATUS_OK);
    expect_both_inside(&run, "where-pi", (const char *const[]){">waiting for the slowest<", NULL});
    made_up_end(&run);
}

/* A picture of so many bars is as high as it may be, and one more is refused in a line. */
static void test_too_many_bars_are_refused(void **state)
{
    enum { BARS = 801 };
    struct made_up_run run;
    struct cell planned[BARS];
    struct analysis_of_cell cells[BARS];
    (void)state;
    made_up_begin(&run);
    for (size_t i = 0; i < BARS; i++)
        planned[i] =
            (struct cell){.kernel = "pi", .label = "pool", .workers = 2, .size = 7, .base_size = 7};
    make_bars(cells, planned, BARS);
    assert_int_equal(draw_bars(run.folder, cells, BARS - 1), STATUS_OK);
    expect_text(&run, "figures/where-pi.svg", "pool, 2");
    assert_int_equal(draw_bars(run.folder, cells, BARS), STATUS_FAILED);
    made_up_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kernel_has_its_figures_and_all_have_some),
        cmocka_unit_test(test_figures_are_where_their_name_says),
        cmocka_unit_test(test_the_numbers_are_a_block_per_model),
        cmocka_unit_test(test_other_algorithms_are_not_drawn),
        cmocka_unit_test(test_files_of_an_algorithm),
        cmocka_unit_test(test_efficiency_of_weak_scaling),
        cmocka_unit_test(test_efficiency_of_strong_scaling),
        cmocka_unit_test(test_a_law_is_drawn_over_what_it_was_fitted_on),
        cmocka_unit_test(test_the_interval_of_a_law),
        cmocka_unit_test(test_too_few_rounds_have_no_interval),
        cmocka_unit_test(test_failed_cells_are_left_out),
        cmocka_unit_test(test_nothing_to_show_is_no_figure),
        cmocka_unit_test(test_a_model_keeps_its_line),
        cmocka_unit_test(test_many_models_are_told_apart),
        cmocka_unit_test(test_nodes_change_dashes_alone),
        cmocka_unit_test(test_names_are_never_interpreted),
        cmocka_unit_test(test_long_machine_lines_are_broken),
        cmocka_unit_test(test_lines_of_a_narrow_figure_are_broken_once_more),
        cmocka_unit_test(test_figures_are_the_same_every_time),
        cmocka_unit_test(test_a_broken_script_is_an_error_in_one_line),
        cmocka_unit_test(test_without_gnuplot_nothing_is_drawn),
        cmocka_unit_test(test_an_empty_file_is_no_success_and_replaces_nothing),
        cmocka_unit_test(test_a_figure_that_fails_takes_none_before_it_along),
        cmocka_unit_test(test_many_workers_and_models),
        cmocka_unit_test_setup_teardown(test_a_key_has_all_its_entries, look_at_narrow_too,
                                        look_at_svg),
        cmocka_unit_test_setup_teardown(test_ticks_are_readable_over_any_range, look_at_narrow_too,
                                        look_at_svg),
        cmocka_unit_test(test_the_ideal_is_straight_at_many_cores),
        cmocka_unit_test(test_an_svg_says_nothing_twice),
        cmocka_unit_test(test_an_svg_is_short),
        cmocka_unit_test(test_kernels_have_the_same_axes),
        cmocka_unit_test(test_white_text_on_a_bar_can_be_read),
        cmocka_unit_test_setup_teardown(test_bars_have_a_key_and_names_of_any_length,
                                        look_at_narrow_too, look_at_svg),
        cmocka_unit_test_setup_teardown(test_too_many_bars_are_refused, look_at_all, look_at_svg),
    };
    return cmocka_run_group_tests(tests, draw_once, forget_drawn);
}
