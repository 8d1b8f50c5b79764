/*
 * Unit tests of drivers/fits.h: which points of a run laws are fitted to, and how the fits are
 * written. The laws themselves are tested in test_laws.c.
 */
#define _GNU_SOURCE
#include "fits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"

#include <math.h>

enum { CORES = 8 };

/* Serial, gil and threads with 1, 2, 4, 8 and 16 workers on 8 cores; threads also in weak. */
static void begin(struct made_up_run *run)
{
    const unsigned strong = 1u << EXPERIMENT_STRONG, weak = 1u << EXPERIMENT_WEAK;
    made_up_begin(run);
    made_up_cell(run, "pi", "serial", 1, strong | weak);
    for (unsigned workers = 1; workers <= 2 * CORES; workers *= 2) {
        made_up_cell(run, "pi", "gil", workers, strong);
        made_up_cell(run, "pi", "threads", workers, workers > 1 ? strong : strong | weak);
        if (workers == 1)
            continue;
        made_up_cell(run, "pi", "threads", workers, weak);
        run->planned[run->plan.count - 1].size *= workers;
    }
    for (size_t i = 0; i < run->plan.count; i++)
        run->planned[i].oversubscribed = run->planned[i].workers > CORES;
}

static void finish(struct made_up_run *run, unsigned rounds)
{
    made_up_measure(run, rounds);
    made_up_analyse(run);
}

static const struct fit *find(const struct made_up_run *run, const char *label, enum law law)
{
    const struct fit *fit = fits_find(&run->fits, "pi", label, law);
    if (!fit)
        fail_msg("no fit of law %d to %s", law, label);
    return fit;
}

/* threads are ideal, gil gains nothing; scaled work takes 1.25 times serial's time. */
static void test_each_model_has_its_laws(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run);
    finish(&run, 6);
    assert_int_equal(run.fits.count, 5);
    const struct fit *amdahl = find(&run, "threads", LAW_AMDAHL);
    assert_int_equal(amdahl->points, 4);
    assert_int_equal(amdahl->fewest, 1);
    assert_int_equal(amdahl->most, CORES);
    assert_int_equal(amdahl->experiment, EXPERIMENT_STRONG);
    assert_true(fabs(amdahl->found.parameters[0].median) < 1e-12);
    assert_true(fabs(find(&run, "gil", LAW_AMDAHL)->found.parameters[0].median - 1) < 1e-12);
    assert_int_equal(find(&run, "gil", LAW_UNIVERSAL)->points, 4);
    const struct fit *gustafson = find(&run, "threads", LAW_GUSTAFSON);
    assert_int_equal(gustafson->points, 4);
    assert_int_equal(gustafson->experiment, EXPERIMENT_WEAK);
    /* Efficiency 1, 0.8, 0.8, 0.8 with 1, 2, 4, 8: s between 0.2/(1 - 1/2) and 0.2/(1 - 1/8). */
    assert_true(gustafson->found.parameters[0].median > 0.2 / (1 - 1.0 / 8) &&
                gustafson->found.parameters[0].median < 0.2 / (1 - 1.0 / 2));
    assert_null(fits_find(&run.fits, "pi", "gil", LAW_GUSTAFSON));
    assert_null(fits_find(&run.fits, "pi", "serial", LAW_AMDAHL));
    assert_null(fits_find(NULL, "pi", "threads", LAW_AMDAHL));
    made_up_end(&run);
}

static void test_points_that_failed_or_share_cores_do_not_count(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run);
    for (size_t i = 0; i < run.plan.count; i++)
        run.planned[i].oversubscribed = run.planned[i].workers > CORES / 2;
    finish(&run, 6);
    assert_int_equal(run.fits.count, 0);
    made_up_end(&run);

    begin(&run);
    made_up_measure(&run, 6);
    for (size_t i = 0; i < run.plan.count; i++)
        if (strcmp(run.planned[i].label, "threads") == 0 && run.planned[i].workers == 4)
            made_up_fail(&run, i, "killed by signal 9");
    made_up_analyse(&run);
    assert_int_equal(run.fits.count, 2);
    assert_non_null(find(&run, "gil", LAW_AMDAHL));
    made_up_end(&run);
}

/* A serial that failed leaves nothing to compare with. */
static void test_without_a_base_there_is_no_fit(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run);
    made_up_measure(&run, 6);
    made_up_fail(&run, 0, "killed by signal 9");
    made_up_analyse(&run);
    assert_int_equal(run.fits.count, 0);
    made_up_end(&run);
}

static char *csv_of(const struct made_up_run *run)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    assert_true(fits_write_csv(stream, &run->fits, run->cells, run->plan.count));
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void expect(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void test_csv(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run);
    finish(&run, 6);
    char *text = csv_of(&run);
    expect(text, "kernel,model,experiment,law,parameter,workers_from,workers_to,points,value,low,"
                 "high,rounds,deviation\npi,");
    expect(text, "\npi,gil,strong,Karp-Flatt,e,2,2,1,1,1,1,6,\n");
    expect(text, "\npi,threads,strong,Karp-Flatt,e,8,8,1,0,0,0,6,\n");
    assert_null(strstr(text, "Karp-Flatt,e,16"));
    assert_null(strstr(text, "Karp-Flatt,e,1,"));
    expect(text, "\npi,gil,strong,Amdahl,f,1,8,4,1,1,1,6,");
    expect(text, "\npi,threads,strong,universal,sigma,1,8,4,0,0,0,6,0\n");
    expect(text, "\npi,threads,strong,universal,kappa,1,8,4,0,0,0,6,0\n");
    expect(text, "\npi,threads,weak,Gustafson,s,1,8,4,0.2");
    free(text);
    made_up_end(&run);

    begin(&run);
    finish(&run, 5); /* too few for an interval */
    text = csv_of(&run);
    expect(text, "\npi,gil,strong,Karp-Flatt,e,2,2,1,1,,,5,\n");
    expect(text, "\npi,threads,strong,Amdahl,f,1,8,4,0,,,5,0\n");
    assert_null(strstr(text, "nan"));
    free(text);
    made_up_end(&run);
}

static void test_table_fits_a_terminal(void **state)
{
    struct made_up_run run;
    char *text = NULL;
    size_t length;
    (void)state;
    begin(&run);
    finish(&run, 6);
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    assert_true(fits_print(stream, &run.fits, "pi"));
    assert_false(fits_print(stream, &run.fits, "primes"));
    assert_false(fits_print(stream, NULL, "pi"));
    assert_int_equal(fclose(stream), 0);
    expect(text, "\npi, laws of scaling\nmodel ");
    expect(text,
           "\ngil                Amdahl    f                  1.00 [1.00, 1.00]        0.0 %\n");
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    free(text);
    made_up_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_model_has_its_laws),
        cmocka_unit_test(test_points_that_failed_or_share_cores_do_not_count),
        cmocka_unit_test(test_without_a_base_there_is_no_fit),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_table_fits_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
