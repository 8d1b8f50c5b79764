/*
 * Unit tests of drivers/analysis/fits.h: which points of a run laws are fitted to, and how the fits
 * are written. The laws themselves are tested in test_laws.c.
 */
#define _GNU_SOURCE
#include "tables.h"

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

/* NULL: there is none. */
static const struct fit *fit_of(const struct made_up_run *run, const char *kernel,
                                const char *label, enum law law)
{
    const unsigned experiment = law == LAW_GUSTAFSON ? EXPERIMENT_WEAK : EXPERIMENT_STRONG;
    struct cell cell = {.workers = 1};
    (void)snprintf(cell.kernel, sizeof cell.kernel, "%s", kernel);
    (void)snprintf(cell.label, sizeof cell.label, "%s", label);
    return fits_find(&run->analysed.fits, experiment_table[experiment], &cell, law);
}

static const struct fit *find(const struct made_up_run *run, const char *label, enum law law)
{
    const struct fit *fit = fit_of(run, "pi", label, law);
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
    assert_int_equal(run.analysed.fits.existing, 5);
    const struct fit *amdahl = find(&run, "threads", LAW_AMDAHL);
    assert_int_equal(amdahl->points, 4);
    assert_int_equal(amdahl->fewest, 1);
    assert_int_equal(amdahl->most, CORES);
    assert_ptr_equal(amdahl->experiment, experiment_table[EXPERIMENT_STRONG]);
    assert_true(fabs(amdahl->found.parameters[0].median) < 1e-12);
    assert_true(fabs(find(&run, "gil", LAW_AMDAHL)->found.parameters[0].median - 1) < 1e-12);
    assert_int_equal(find(&run, "gil", LAW_UNIVERSAL)->points, 4);
    const struct fit *gustafson = find(&run, "threads", LAW_GUSTAFSON);
    assert_int_equal(gustafson->points, 4);
    assert_ptr_equal(gustafson->experiment, experiment_table[EXPERIMENT_WEAK]);
    /* Efficiency 1, 0.8, 0.8, 0.8 with 1, 2, 4, 8: s between 0.2/(1 - 1/2) and 0.2/(1 - 1/8). */
    assert_true(gustafson->found.parameters[0].median > 0.2 / (1 - 1.0 / 8) &&
                gustafson->found.parameters[0].median < 0.2 / (1 - 1.0 / 2));
    assert_null(fit_of(&run, "pi", "gil", LAW_GUSTAFSON));
    assert_null(fit_of(&run, "pi", "serial", LAW_AMDAHL));
    made_up_end(&run);
}

/* A model has laws of its own under each kernel, though its label is the same. */
static void test_each_kernel_has_its_laws(void **state)
{
    const unsigned strong = 1u << EXPERIMENT_STRONG;
    struct made_up_run run;
    (void)state;
    begin(&run);
    made_up_cell(&run, "primes", "serial", 1, strong);
    for (unsigned workers = 1; workers <= CORES; workers *= 2) {
        made_up_cell(&run, "primes", "threads", workers, strong);
        run.planned[run.plan.count - 1].oversubscribed = false;
    }
    finish(&run, 6);
    assert_int_equal(run.analysed.fits.existing, 7);
    const struct fit *fit = fit_of(&run, "primes", "threads", LAW_AMDAHL);
    assert_non_null(fit);
    assert_int_equal(fit->points, 4);
    json_t *list = tables_fits_json(&run.analysed);
    size_t told = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        told += strcmp(json_string_value(json_object_get(json_array_get(list, i), "kernel")),
                       "primes") == 0;
    assert_int_equal(told, 2);
    json_decref(list);
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
    assert_int_equal(run.analysed.fits.existing, 0);
    made_up_end(&run);

    begin(&run);
    made_up_measure(&run, 6);
    for (size_t i = 0; i < run.plan.count; i++)
        if (strcmp(run.planned[i].label, "threads") == 0 && run.planned[i].workers == 4)
            made_up_fail(&run, i, "killed by signal 9");
    made_up_analyse(&run);
    assert_int_equal(run.analysed.fits.existing, 2);
    assert_non_null(find(&run, "gil", LAW_AMDAHL));
    made_up_end(&run);
}

/* Runs that were put together, of which one measured up to 4 workers and the other 8. */
static void test_points_of_two_runs_are_fitted_together(void **state)
{
    struct made_up_run run;
    (void)state;
    for (unsigned put_together = 0; put_together <= 1; put_together++) {
        begin(&run);
        if (put_together)
            (void)json_object_set_new(run.manifest, "sources",
                                      json_pack("[{s:i}, {s:i}]", "rounds", 6, "rounds", 7));
        record_new(&run.plan, &run.record);
        run.record.ending = ENDING_ROUNDS;
        for (unsigned round = 0; round < 13; round++)
            for (size_t i = 0; i < run.plan.count; i++) {
                const struct cell *cell = &run.planned[i];
                const double slow = round < 6 ? 1 : 2; /* the second one's machine */
                if ((round < 6) == (cell->workers < 8) || cell->workers == 1)
                    made_up_add(&run, i, round, 0, slow * (0.1 + 0.9 / cell->workers), 0);
            }
        made_up_analyse(&run);
        const struct fit *fit = fit_of(&run, "pi", "threads", LAW_AMDAHL);
        assert_int_equal(fit != NULL, put_together);
        if (fit) {
            assert_int_equal(fit->points, 4);
            assert_int_equal(fit->found.parameters->count, 6);
            assert_true(fabs(fit->found.parameters->median - 0.1) < 1e-9);
        }
        made_up_end(&run);
    }
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
    assert_int_equal(run.analysed.fits.existing, 0);
    made_up_end(&run);
}

static char *csv_of(const struct made_up_run *run)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    tables_write_fits(stream, &run->analysed);
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

/* The law of a model in the array. */
static const json_t *law_of(const json_t *list, const char *label, const char *law)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        if (strcmp(json_string_value(json_object_get(object, "model")), label) == 0 &&
            strcmp(json_string_value(json_object_get(object, "law")), law) == 0)
            return object;
    }
    fail_msg("no %s of %s", law, label);
    return NULL;
}

static double number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value))
        fail_msg("%s is no number", key);
    return json_number_value(value);
}

static void expect_null(const json_t *object, const char *key)
{
    if (!json_is_null(json_object_get(object, key)))
        fail_msg("%s is not null", key);
}

static void test_json(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run);
    finish(&run, 6);
    json_t *list = tables_fits_json(&run.analysed);
    assert_int_equal(json_array_size(list), 5); /* gil took no part in weak, serial in none */
    const json_t *law = law_of(list, "gil", "Amdahl");
    const json_t *value = json_object_get(json_object_get(law, "parameters"), "f");
    assert_true(number_at(value, "value") == 1 && number_at(value, "low") == 1 &&
                number_at(value, "high") == 1);
    assert_true(number_at(law, "workers_from") == 1 && number_at(law, "workers_to") == CORES);
    assert_true(number_at(law, "points") == 4 && number_at(law, "rounds") == 6);
    assert_true(fabs(number_at(law, "deviation")) < 1e-12);
    expect_null(law, "reason");
    law = law_of(list, "threads", "universal");
    for (unsigned i = 0; i < 2; i++) {
        value = json_object_get(json_object_get(law, "parameters"), i ? "kappa" : "sigma");
        assert_true(fabs(number_at(value, "value")) < 1e-12);
    }
    law = law_of(list, "threads", "Gustafson");
    assert_string_equal(json_string_value(json_object_get(law, "experiment")), "weak");
    json_decref(list);
    made_up_end(&run);

    /* Without an interval there is none; with three worker counts there is a reason. */
    begin(&run);
    for (size_t i = 0; i < run.plan.count; i++)
        if (strcmp(run.planned[i].label, "gil") == 0)
            run.planned[i].oversubscribed = run.planned[i].workers > 4;
    finish(&run, 5);
    list = tables_fits_json(&run.analysed);
    law = law_of(list, "threads", "Amdahl");
    value = json_object_get(json_object_get(law, "parameters"), "f");
    assert_true(fabs(number_at(value, "value")) < 1e-12);
    expect_null(value, "low");
    law = law_of(list, "gil", "Amdahl");
    expect_null(law, "parameters");
    expect_null(law, "deviation");
    assert_true(number_at(law, "points") == 3 && number_at(law, "workers_to") == 4);
    assert_ptr_equal(strstr(json_string_value(json_object_get(law, "reason")),
                            "3 different worker counts, and a fit takes 4"),
                     json_string_value(json_object_get(law, "reason")));
    json_decref(list);
    made_up_end(&run);
}

static void test_karp_flatt_of_a_cell(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run);
    finish(&run, 6);
    for (size_t i = 0; i < run.plan.count; i++) {
        const struct cell *cell = &run.planned[i];
        const struct summary fraction = run.analysed.cells[i].karp_flatt;
        const bool has = cell->workers > 1 && cell->workers <= CORES &&
                         cell->experiments & 1u << EXPERIMENT_STRONG;
        assert_int_equal(fraction.count, has ? 6 : 0);
        if (has)
            assert_true(fabs(fraction.median - (strcmp(cell->label, "gil") == 0)) < 1e-12);
    }
    made_up_end(&run);
}

static void test_table_fits_a_terminal(void **state)
{
    struct made_up_run run;
    char *text = NULL;
    size_t length;
    (void)state;
    begin(&run);
    for (unsigned workers = 1; workers <= 8; workers *= 2) {
        made_up_cell(&run, "pi", "pool:dispatch=imap_unordered:chunk=64", workers,
                     1u << EXPERIMENT_STRONG);
        run.planned[run.plan.count - 1].oversubscribed = false;
    }
    finish(&run, 6);
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    tables_print_fits(stream, &run.analysed.fits, "primes");
    assert_int_equal(ftell(stream), 0);
    tables_print_fits(stream, &run.analysed.fits, "pi");
    assert_int_equal(fclose(stream), 0);
    expect(text, "\npi, laws of scaling\nmodel ");
    expect(text,
           "\ngil                Amdahl    f                  1.00 [1.00, 1.00]        0.0 %\n");
    expect(text, "\npool:dispatch=imap_unordered:chunk=64\n                   Amdahl    f");
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    free(text);
    made_up_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_model_has_its_laws),
        cmocka_unit_test(test_each_kernel_has_its_laws),
        cmocka_unit_test(test_points_that_failed_or_share_cores_do_not_count),
        cmocka_unit_test(test_points_of_two_runs_are_fitted_together),
        cmocka_unit_test(test_without_a_base_there_is_no_fit),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_karp_flatt_of_a_cell),
        cmocka_unit_test(test_table_fits_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
