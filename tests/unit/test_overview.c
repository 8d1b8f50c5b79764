/*
 * Unit tests of drivers/analysis/overview.h and drivers/tables/overview_table.h: what a run comes
 * to, model by model and kernel by kernel.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"
#include "memory.h"
#include "overview_table.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct made_up_run run;

enum { ROUNDS = 7 };

static int begin(void **state)
{
    (void)state;
    made_up_begin(&run);
    return 0;
}

static int end(void **state)
{
    (void)state;
    made_up_end(&run);
    return 0;
}

/* A cell that is planned, and how much less than the 1 s of serial it takes; 0: it failed. */
struct wanted {
    const char *kernel, *label;
    double speedup;
    unsigned workers;
    enum { WITH_CORES, OVERSUBSCRIBED, SCALED } kind;
};

/* Plans the cells, which one without a kernel ends, and adds a run of them to the record, whose
 * rounds differ by 1 % from each other. */
static void measure(const struct wanted *rows)
{
    size_t count = 0;
    for (const struct wanted *row = rows; row->kernel; row++, count++) {
        const bool is_scaled = row->kind == SCALED;
        made_up_cell(&run, row->kernel, row->label, row->workers,
                     1u << (is_scaled ? EXPERIMENT_WEAK : EXPERIMENT_STRONG));
        struct cell *cell = &run.planned[run.plan.count - 1];
        cell->oversubscribed = row->kind == OVERSUBSCRIBED;
        cell->size *= is_scaled ? 2 : 1;
    }
    record_new(&run.plan, &run.record);
    run.record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++)
            if (rows[i].speedup > 0)
                made_up_add(&run, i, round, 0, (1 + 0.01 * round) / rows[i].speedup, 0.25);
            else
                made_up_fail(&run, i, "it was killed");
    made_up_analyse(&run);
}

static const struct overview_entry *entry(size_t kernel, size_t model)
{
    return overview_at(&run.analysed.overview, kernel, model);
}

/* What stands in the entry, lines with bars between. */
static const char *told(size_t kernel, size_t model)
{
    static char text[128];
    const struct overview_text words = overview_text(entry(kernel, model));
    (void)snprintf(text, sizeof text, "%s|%s|%s", words.lines[0].text, words.lines[1].text,
                   words.lines[2].text);
    return text;
}

static char *print(void (*what)(FILE *, const struct analysed_run *))
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    what(stream, &run.analysed);
    (void)fclose(stream);
    return text;
}

static void overview_print_plain(FILE *stream, const struct analysed_run *analysed)
{
    overview_print(stream, analysed, false);
}

static void overview_print_coloured(FILE *stream, const struct analysed_run *analysed)
{
    overview_print(stream, analysed, true);
}

/* With more workers than cores only where nothing else is there, and without those that have their
 * own tables. */
static void tells_the_best_and_what_all_give(void **state)
{
    static const struct {
        struct wanted rows[8];
        struct {
            const char *told;
            unsigned best, widest;
            double efficiency;
        } models[2]; /* under the only kernel that there is something to tell of */
        const char *marks;
    } cases[] = {{{{"copy", "serial", 1, 1, WITH_CORES},
                   {"pi", "serial", 1, 1, WITH_CORES},
                   {"pi", "threads", 1.8, 2, WITH_CORES},
                   {"pi", "threads", 2.5, 4, WITH_CORES},
                   {"pi", "threads", 1.25, 8, WITH_CORES},
                   {"pi", "pool", 1.9, 2, WITH_CORES},
                   {"pi", "pool", 3.6, 4, WITH_CORES}},
                  {{"2.50 [2.50,2.50]|at 4; 8: 1.25|", 4, 8, 2.5 / 8},
                   {"3.60 [3.60,3.60]|at 4|", 4, 4, 0.9}},
                  ""},
                 {{{"pi", "serial", 1, 1, WITH_CORES},
                   {"pi", "threads", 1.9, 2, WITH_CORES},
                   {"pi", "threads", 2.5, 4, OVERSUBSCRIBED},
                   {"pi", "pool", 0.8, 4, OVERSUBSCRIBED},
                   {"pi", "pool", 0.7, 8, OVERSUBSCRIBED},
                   {"pi", "mpi", 1, 2, SCALED}},
                  {{"1.90 [1.90,1.90]|at 2|", 2, 2, 1.9 / 2},
                   {"0.80 [0.80,0.80]|at 4*; 8*: 0.70|", 4, 8, 0.1}},
                  "* more workers than cores.\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)end(state);
        (void)begin(state);
        measure(cases[i].rows);
        assert_int_equal(run.analysed.overview.model_count, 2);
        assert_int_equal(run.analysed.overview.kernel_count, 1);
        assert_string_equal(run.analysed.overview.kernels[0]->name, "pi");
        for (size_t m = 0; m < 2; m++) {
            assert_string_equal(told(0, m), cases[i].models[m].told);
            assert_int_equal(entry(0, m)->best->cell->workers, cases[i].models[m].best);
            assert_int_equal(entry(0, m)->widest->cell->workers, cases[i].models[m].widest);
            assert_true(fabs(entry(0, m)->efficiency - cases[i].models[m].efficiency) < 1e-9);
        }
        char *marks = print(overview_print_marks);
        assert_string_equal(marks, cases[i].marks);
        free(marks);
    }
}

static void says_what_failed_or_is_not_there(void **state)
{
    (void)state;
    measure((const struct wanted[]){{"pi", "serial", 1, 1, WITH_CORES},
                                    {"pi", "threads", 1.8, 2, WITH_CORES},
                                    {"pi", "threads", 0, 4, WITH_CORES},
                                    {"pi", "mpi", 0, 2, WITH_CORES},
                                    {"primes", "serial", 1, 1, WITH_CORES},
                                    {"primes", "threads", 1.5, 2, WITH_CORES},
                                    {0}});
    assert_string_equal(told(0, 0), "1.80 [1.80,1.80]|at 2; 4: failed|");
    assert_string_equal(told(0, 1), "failed||");
    assert_string_equal(told(1, 1), "-||");
    made_up_fail(&run, 0, "it was killed"); /* serial itself */
    made_up_analyse(&run);
    assert_string_equal(told(0, 0), "failed||");
    assert_string_equal(told(1, 0), "1.50 [1.50,1.50]|at 2|");
}

/* By how much of what all workers could give is reached, as on the page; what has no speedup, and
 * what stands below it, is left as it is. */
static void is_coloured_by_efficiency(void **state)
{
    (void)state;
    measure((const struct wanted[]){{"pi", "serial", 1, 1, WITH_CORES},
                                    {"pi", "gil", 0.9, 5, WITH_CORES},
                                    {"pi", "pool", 2.0, 5, WITH_CORES},
                                    {"pi", "threads", 3.2, 4, WITH_CORES},
                                    {"pi", "mpi", 0, 4, WITH_CORES},
                                    {0}});
    static const unsigned levels[] = {1, 3, 5, 0};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        assert_int_equal(overview_level(entry(0, i)), levels[i]);
    char *text = print(overview_print_coloured);
    assert_non_null(strstr(text, "gil      \033[38;5;16;48;5;216m0.90 [0.90,0.90]\033[0m\n"
                                 "         at 5\n"));
    assert_non_null(strstr(text, "pool     \033[38;5;16;48;5;254m2.00 [2.00,2.00]\033[0m\n"));
    assert_non_null(strstr(text, "threads  \033[38;5;16;48;5;111m3.20 [3.20,3.20]\033[0m\n"));
    assert_non_null(strstr(text, "mpi      failed\n"));
    assert_non_null(strstr(text, "\nColour: best over the most workers, from "
                                 "\033[38;5;16;48;5;216m 0 % \033[0m"));
    assert_non_null(strstr(text, "\033[38;5;16;48;5;111m 80 % \033[0m on.\n"));
    free(text);
    text = print(overview_print_plain);
    assert_null(strchr(text, '\033'));
    assert_null(strstr(text, "Colour:"));
    free(text);
}

static void set_losses(struct analysis_of_cell *cell, double extra, double uneven, double other)
{
    const double losses[SHARE_COUNT] = {0, extra, uneven, other};
    cell->factors.is_complete = true;
    for (enum share share = 0; share < SHARE_COUNT; share++)
        cell->factors.over_rounds[share] =
            (struct summary){9, losses[share], true, {losses[share] - 0.02, losses[share] + 0.02}};
}

static void names_the_greatest_loss(void **state)
{
    (void)state;
    struct cell planned = {.workers = 4};
    struct analysis_of_cell cell = {.cell = &planned, .speedup = {9, 2, true, {1.9, 2.1}}};
    bool is_certain;
    assert_int_equal(analysis_loss(&cell, &is_certain), SHARE_COUNT);
    set_losses(&cell, 0.1, 0.3, 0.1);
    assert_int_equal(analysis_loss(&cell, &is_certain), SHARE_IMBALANCE);
    assert_true(is_certain);
    set_losses(&cell, 0.1, 0.2, 0.23); /* the intervals overlap */
    assert_int_equal(analysis_loss(&cell, &is_certain), SHARE_COMMUNICATION);
    assert_false(is_certain);
    set_losses(&cell, 0.4, 0.1, 0.1);
    cell.factors.perturbed = true;
    assert_int_equal(analysis_loss(&cell, &is_certain), SHARE_OVERHEAD);
    assert_false(is_certain);
    cell.speedup.interval.high = 3.9; /* may be as good as all of it */
    assert_int_equal(analysis_loss(&cell, &is_certain), SHARE_USEFUL);
    assert_true(is_certain);
    cell.speedup.count = 0;
    assert_int_equal(analysis_loss(&cell, &is_certain), SHARE_COUNT);
}

/* Not what the fastest do, where these are fewer. */
static void tells_what_the_most_workers_lose_to(void **state)
{
    (void)state;
    measure((const struct wanted[]){{"pi", "serial", 1, 1, WITH_CORES},
                                    {"pi", "threads", 1.8, 2, WITH_CORES},
                                    {"pi", "threads", 1.2, 4, WITH_CORES},
                                    {0}});
    set_losses(&run.analysed.cells[1], 0.1, 0.3, 0.1);
    set_losses(&run.analysed.cells[2], 0.1, 0.1, 0.5);
    overview_free(&run.analysed.overview);
    overview_make(&run.analysed);
    assert_string_equal(told(0, 0), "1.80 [1.80,1.80]|at 2; 4: 1.20|communication");
    set_losses(&run.analysed.cells[2], 0.1, 0.5, 0.51);
    overview_free(&run.analysed.overview);
    overview_make(&run.analysed);
    assert_string_equal(told(0, 0), "1.80 [1.80,1.80]|at 2; 4: 1.20|communication?");
}

/* In 80 columns, whatever there is: kernels that do not fit beside each other come below. */
static void is_no_wider_than_a_terminal(void **state)
{
    (void)state;
    static const char *const kernels[] = {"pi", "a-name-that-is-long", "third", "fourth", "fifth"};
    static const char *const labels[] = {"serial", "threads", "pool:dispatch=imap:chunk=64"};
    enum {
        KERNELS = sizeof kernels / sizeof *kernels,
        LABELS = sizeof labels / sizeof *labels,
        CELLS = KERNELS * LABELS
    };
    struct wanted rows[CELLS + 1] = {{0}};
    for (size_t i = 0; i < CELLS; i++)
        rows[i] = (struct wanted){kernels[i / LABELS], labels[i % LABELS], i % LABELS ? 1.5 : 1,
                                  i % LABELS ? 2 : 1, WITH_CORES};
    measure(rows);
    char *text = print(overview_print_plain);
    unsigned columns = 0;
    for (const char *c = text; *c; c++) {
        columns = *c == '\n' ? 0 : columns + 1;
        assert_true(columns <= 80);
        assert_false(*c == '\n' && c[-1] == ' ');
    }
    for (size_t i = 0; i < KERNELS; i++)
        assert_non_null(strstr(text, kernels[i]));
    assert_non_null(strstr(text, "\npool:dispatch=imap:chunk=64\n         1.50 [1.50,1.50]"));
    free(text);
}

/* The overview on a terminal so wide, which the caller frees. */
static char *print_on_terminal(unsigned short columns)
{
    enum { MOST = 4000 }; /* what a terminal takes before anyone reads */
    const struct winsize size = {.ws_row = 40, .ws_col = columns};
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    FILE *terminal = fdopen(slave, "w");
    overview_print(terminal, &run.analysed, false);
    (void)fclose(terminal);
    char *text = memory_new(MOST + 1, 1);
    ssize_t count;
    for (size_t used = 0; (count = read(master, text + used, MOST - used)) > 0;)
        used += (size_t)count;
    (void)close(master);
    return text;
}

static void has_fewer_kernels_a_line_on_a_narrower_terminal(void **state)
{
    (void)state;
    measure((const struct wanted[]){{"pi", "serial", 1, 1, WITH_CORES},
                                    {"pi", "threads", 0.2, 2, WITH_CORES},
                                    {"primes", "serial", 1, 1, WITH_CORES},
                                    {"primes", "threads", 1.7, 2, WITH_CORES},
                                    {0}});
    assert_int_equal(setenv("TERM", "xterm", 1), 0);
    char *text = print_on_terminal(43);
    assert_non_null(strstr(text, "threads  0.20 [0.20,0.20]  1.70 [1.70,1.70]\r\n"));
    free(text);
    text = print_on_terminal(42);
    assert_non_null(strstr(text, "threads  0.20 [0.20,0.20]\r\n"));
    assert_non_null(strstr(text, "threads  1.70 [1.70,1.70]\r\n"));
    free(text);
}

static void prints_nothing_without_entries(void **state)
{
    (void)state;
    measure((const struct wanted[]){{"pi", "serial", 1, 1, WITH_CORES}, {0}});
    char *text = print(overview_print_plain);
    assert_string_equal(text, "");
    free(text);
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(tells_the_best_and_what_all_give),
        ANEW(says_what_failed_or_is_not_there),
        ANEW(is_coloured_by_efficiency),
        ANEW(names_the_greatest_loss),
        ANEW(tells_what_the_most_workers_lose_to),
        ANEW(is_no_wider_than_a_terminal),
        ANEW(prints_nothing_without_entries),
        ANEW(has_fewer_kernels_a_line_on_a_narrower_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
