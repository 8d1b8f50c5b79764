/*
 * Two runs cell by cell, with made-up samples: a slow-down is found, nothing is found where nothing
 * is, and what cannot be compared is told.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "comparison_tables.h"
#include "differences.h"
#include "made_up_run.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <limits.h>
#include <math.h>

/* Two runs of the same cells. */
struct pair {
    struct made_up_run runs[2];
    struct analysed_run stored[2];
    json_t *manifests[2];
    struct comparison comparison;
};

static gsl_rng *random_numbers;

static int begin(void **state)
{
    static struct pair pair;
    random_numbers = gsl_rng_alloc(gsl_rng_mt19937);
    pair = (struct pair){.comparison = {.base = NULL}};
    for (unsigned i = 0; i < 2; i++) {
        made_up_begin(&pair.runs[i]);
        made_up_kernel(&pair.runs[i], "pi");
        made_up_kernel(&pair.runs[i], "primes");
    }
    *state = &pair;
    return 0;
}

static int end(void **state)
{
    struct pair *pair = *state;
    comparison_free(&pair->comparison);
    for (unsigned i = 0; i < 2; i++) {
        json_decref(pair->manifests[i]);
        made_up_end(&pair->runs[i]);
    }
    gsl_rng_free(random_numbers);
    return 0;
}

/* Rounds of three samples each, of 10 ms with noise; one cell takes `factor` times as long. */
static void measure(struct made_up_run *run, unsigned rounds, double noise, size_t odd,
                    double factor)
{
    record_free(&run->record);
    record_new(&run->plan, &run->record);
    run->record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < rounds; round++)
        for (size_t cell = 0; cell < run->plan.count; cell++) {
            const double seconds =
                0.01 * exp(gsl_ran_gaussian(random_numbers, noise)) * (cell == odd ? factor : 1);
            for (unsigned sample = 0; sample < 3; sample++)
                made_up_add(run, cell, round, sample, seconds * (1 + 0.001 * sample), 0.001);
        }
    made_up_analyse(run);
}

static const struct comparison *compare_within(struct pair *pair, struct margins margins)
{
    for (unsigned i = 0; i < 2; i++) {
        struct made_up_run *run = &pair->runs[i];
        pair->stored[i] = run->analysed;
        pair->stored[i].folder = i ? "new run" : "base run";
        pair->stored[i].manifest = pair->manifests[i];
    }
    comparison_free(&pair->comparison);
    pair->comparison = comparison_make(&pair->stored[0], &pair->stored[1], margins);
    return &pair->comparison;
}

static const struct comparison *compare(struct pair *pair, double margin)
{
    return compare_within(pair, (struct margins){margin, margin});
}

enum { NONE = INT_MAX, ODD = 3 };

static void test_five_percent_slower_is_found(void **state)
{
    struct pair *pair = *state;
    for (unsigned rounds = 7; rounds <= 15; rounds += 4) {
        measure(&pair->runs[0], rounds, 0.003, NONE, 1);
        measure(&pair->runs[1], rounds, 0.003, ODD, 1.05);
        const struct comparison *comparison = compare(pair, 0.02);
        assert_int_equal(comparison->count, 20);
        assert_int_equal(comparison->usable, 20);
        assert_int_equal(comparison->changes[CHANGE_SAME], 19);
        assert_int_equal(comparison->changes[CHANGE_SLOWER], 1);
        assert_int_equal(comparison->cells[ODD].change, CHANGE_SLOWER);
        assert_true(fabs(comparison->cells[ODD].ratio.median - 1.05) < 0.01);
        assert_int_equal(comparison->cells[ODD].base->rounds, rounds);
        assert_int_equal(comparison_slower(comparison, 0), 1);
        assert_int_equal(comparison_slower(comparison, 0.04), 1);
        assert_int_equal(comparison_slower(comparison, 0.06), 0);
    }
}

static void test_faster_is_not_slower(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 9, 0.003, ODD, 1.05);
    measure(&pair->runs[1], 9, 0.003, NONE, 1);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->cells[ODD].change, CHANGE_FASTER);
    assert_int_equal(comparison->changes[CHANGE_SAME], 19);
    assert_int_equal(comparison_slower(comparison, 0), 0);
}

static void test_same_data_are_the_same(void **state)
{
    struct pair *pair = *state;
    for (unsigned i = 0; i < 2; i++) {
        gsl_rng_set(random_numbers, 7);
        measure(&pair->runs[i], 9, 0.003, NONE, 1);
    }
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->changes[CHANGE_SAME], 20);
    for (size_t i = 0; i < comparison->count; i++)
        assert_true(fabs(comparison->cells[i].ratio.median - 1) < 1e-12);
}

/* A run and itself are no two measurements: however far apart its rounds are, nothing differs. */
static void test_a_run_is_the_same_as_itself(void **state)
{
    struct pair *pair = *state;
    for (unsigned i = 0; i < 2; i++) {
        gsl_rng_set(random_numbers, 7);
        measure(&pair->runs[i], 9, 0.5, NONE, 1);
    }
    const struct comparison *comparison = compare(pair, 0.02);
    assert_true(comparison->is_itself);
    assert_int_equal(comparison->changes[CHANGE_SAME], 20);
    for (size_t i = 0; i < comparison->count; i++) {
        assert_true(comparison->cells[i].ratio.median == 1 && comparison->cells[i].within == 0);
        assert_int_equal(comparison->cells[i].pairs, 9);
    }
    gsl_rng_set(random_numbers, 8); /* one that spreads as far is another one */
    measure(&pair->runs[1], 9, 0.5, NONE, 1);
    comparison = compare(pair, 0.02);
    assert_false(comparison->is_itself);
    assert_int_equal(comparison->changes[CHANGE_SAME], 0);
    measure(&pair->runs[0], 0, 0.5, NONE, 1); /* nor is one without samples */
    measure(&pair->runs[1], 0, 0.5, NONE, 1);
    assert_false(compare(pair, 0.02)->is_itself);
}

static void test_few_rounds_decide_nothing(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 9, 0.001, NONE, 1);
    measure(&pair->runs[1], 5, 0.001, ODD, 3);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->changes[CHANGE_UNDECIDED], 20);
    assert_int_equal(comparison->doubts[DOUBT_FEW_ROUNDS], 20);
    assert_int_equal(comparison->decidable, 0);
    assert_false(comparison->cells[ODD].ratio.has_interval);
    assert_true(isinf(comparison->cells[ODD].within));
    assert_int_equal(comparison_slower(comparison, 0), 0);
}

/* Six rounds that are all slower than six others happen by chance, in one of 30 cells. */
static void test_many_cells_need_more_rounds(void **state)
{
    struct pair *pair = *state;
    for (unsigned i = 0; i < 2; i++)
        made_up_kernel(&pair->runs[i], "squares");
    measure(&pair->runs[0], 6, 0.001, NONE, 1);
    measure(&pair->runs[1], 6, 0.001, ODD, 1.2);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->decidable, 30);
    assert_int_equal(comparison->cells[ODD].doubt, DOUBT_MANY_CELLS);
    assert_int_equal(comparison->changes[CHANGE_SLOWER], 0);
    comparison = compare_within(pair, (struct margins){0.02, 0.25});
    assert_int_equal(comparison->cells[ODD].doubt, DOUBT_MANY_CELLS); /* nor is it the same */
    assert_int_equal(comparison->changes[CHANGE_SAME], 29);
    measure(&pair->runs[1], 7, 0.001, ODD, 1.2);
    comparison = compare(pair, 0.02);
    assert_int_equal(comparison->cells[ODD].change, CHANGE_SLOWER);
}

static void test_wide_intervals_decide_nothing(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 9, 0.2, NONE, 1);
    measure(&pair->runs[1], 9, 0.2, NONE, 1);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->changes[CHANGE_UNDECIDED], 20);
    assert_true(comparison->doubts[DOUBT_WIDE] >= 15);
}

/* How far apart the times may be is named, and decides whether that is the same. */
static void test_the_same_is_within_what_the_interval_leaves_open(void **state)
{
    struct pair *pair = *state;
    const struct margins margins = {0.02, 0.08};
    measure(&pair->runs[0], 9, 0.05, NONE, 1);
    measure(&pair->runs[1], 9, 0.05, NONE, 1);
    const struct comparison *comparison = compare_within(pair, margins);
    assert_true(comparison->changes[CHANGE_SAME] > 0);
    assert_true(comparison->doubts[DOUBT_WIDE] > 0);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared *cell = &comparison->cells[i];
        const double low = cell->ratio.interval.low, high = cell->ratio.interval.high;
        assert_true(fabs(1 + cell->within - high) < 1e-12 ||
                    fabs(1 / (1 + cell->within) - low) < 1e-12);
        assert_true(high < 1 + cell->within + 1e-12 && low > 1 / (1 + cell->within) - 1e-12);
        if (cell->change == CHANGE_SAME)
            assert_true(cell->within <= margins.same && low <= 1 + margins.change &&
                        high >= 1 / (1 + margins.change));
        if (cell->doubt == DOUBT_WIDE)
            assert_true(cell->within > margins.same);
    }
}

/*
 * Two runs of the same program, bounds of next to nothing: in at most 5 % of 400 comparisons any of
 * 20 cells is called faster or slower; 8 % would be exceeded less than once in 200 by chance.
 */
static void test_nothing_is_found_where_nothing_is(void **state)
{
    enum { TRIALS = 400 };
    struct pair *pair = *state;
    unsigned with_any = 0, cells = 0;
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        measure(&pair->runs[0], 9, 0.01, NONE, 1);
        measure(&pair->runs[1], 9, 0.01, NONE, 1);
        const struct comparison *comparison = compare(pair, 1e-9);
        const size_t wrong =
            comparison->changes[CHANGE_SLOWER] + comparison->changes[CHANGE_FASTER];
        with_any += wrong > 0;
        cells += (unsigned)wrong;
    }
    assert_true(with_any <= 0.08 * TRIALS);
    assert_true(cells <= 0.05 * TRIALS * 20);
}

static void test_failed_and_missing_cells_are_left_out(void **state)
{
    struct pair *pair = *state;
    pair->runs[1].plan.count--; /* the last one is only in the base */
    measure(&pair->runs[0], 9, 0.003, NONE, 1);
    measure(&pair->runs[1], 9, 0.003, NONE, 1);
    made_up_fail(&pair->runs[1], ODD, "it broke");
    pair->runs[0].record.rows[5].verified = false;
    struct row *lossy = &pair->runs[1].record.rows[7];
    lossy->verified = false; /* as expected */
    lossy->updates = 9;
    lossy->lost = 2;
    for (unsigned i = 0; i < 2; i++)
        made_up_analyse(&pair->runs[i]);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->count, 19);
    assert_int_equal(comparison->usable, 16);
    assert_int_equal(comparison->changes[CHANGE_SAME], 16);
    assert_false(comparison->cells[ODD].is_usable || comparison->cells[lossy->cell].is_usable);
    assert_false(comparison->cells[pair->runs[0].record.rows[5].cell].is_usable);
    assert_null(comparison_partner(&pair->stored[1], pair->stored[0].cells[19].cell));
    assert_int_equal(comparison_lost(comparison), 2); /* neither what did not verify before */
}

/* ---- what all cells have in common ---- */

/* Each round of a run slows all its cells down by a factor of its own. */
static void slow_down(struct made_up_run *run, double first, double step)
{
    for (size_t i = 0; i < run->record.count; i++)
        run->record.rows[i].seconds *= first + step * (run->record.rows[i].round % 3);
    made_up_analyse(run);
}

static void test_the_machine_s_drift_is_no_change(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 15, 0.003, NONE, 1);
    measure(&pair->runs[1], 15, 0.003, ODD, 1.3);
    slow_down(&pair->runs[0], 1, 0.05);
    slow_down(&pair->runs[1], 1.11, 0.05);
    const struct comparison *comparison = compare_within(pair, (struct margins){0.02, 0.25});
    assert_true(fabs(comparison->together - 1.11) < 0.02);
    assert_true(fabs(comparison->drift - 1.1) < 0.01);
    assert_true(comparison->allowed == comparison->drift);
    assert_int_equal(comparison->doubts[DOUBT_DRIFT], 19);
    assert_int_equal(comparison->changes[CHANGE_SLOWER], 1);
    assert_int_equal(comparison->cells[ODD].change, CHANGE_SLOWER);
    assert_true(comparison->cells[ODD].ratio.median > 1.4); /* nothing is left out of that */
}

/* A compiler, say, that makes everything slower by more than the machine ever did. */
static void test_what_slows_all_cells_down_is_a_change(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 15, 0.003, NONE, 1);
    measure(&pair->runs[1], 15, 0.003, NONE, 1);
    slow_down(&pair->runs[0], 1, 0.005);
    slow_down(&pair->runs[1], 1.2, 0.005);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->changes[CHANGE_SLOWER], 20);
    comparison_free(&pair->comparison);
    pair->comparison =
        comparison_make(&pair->stored[1], &pair->stored[0], (struct margins){0.02, 0.02});
    assert_int_equal(pair->comparison.changes[CHANGE_FASTER], 20);
    assert_true(pair->comparison.allowed < 1 && pair->comparison.allowed > 0.98);
}

static void test_few_cells_have_nothing_in_common(void **state)
{
    struct pair *pair = *state;
    for (unsigned i = 0; i < 2; i++)
        pair->runs[i].plan.count = 9;
    measure(&pair->runs[0], 15, 0.003, NONE, 1);
    measure(&pair->runs[1], 15, 0.003, NONE, 1);
    slow_down(&pair->runs[1], 1.05, 0);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_true(isnan(comparison->together) && isnan(comparison->drift));
    assert_true(comparison->allowed == 1);
    assert_int_equal(comparison->changes[CHANGE_SLOWER], 9);
}

enum { RECORDED_ROUNDS = 9 };

static void read_round(struct made_up_run *run, size_t cell, unsigned round)
{
    made_up_add(run, cell, round, 0, strtod(strtok(NULL, "\t"), NULL), 0.001);
}

/* Plans the cells of recorded_pair.tsv in both runs, then reads what each took. */
static void read_recorded(struct pair *pair, bool plans)
{
    char line[1024];
    size_t cell = 0;
    FILE *stream = fopen(RECORDED_PAIR, "r");
    assert_non_null(stream);
    while (fgets(line, sizeof line, stream)) {
        if (*line == '#')
            continue;
        const char *kernel = strtok(line, "\t"), *label = strtok(NULL, "\t");
        const unsigned workers = (unsigned)strtoul(strtok(NULL, "\t"), NULL, 10);
        for (unsigned i = 0; i < 2; i++)
            for (unsigned round = 0; round < RECORDED_ROUNDS && !plans; round++)
                read_round(&pair->runs[i], cell, round);
        for (unsigned i = 0; i < 2 && plans; i++)
            made_up_cell(&pair->runs[i], kernel, label, workers, 1u << EXPERIMENT_STRONG);
        cell++;
    }
    (void)fclose(stream);
}

/* The second one met a slower machine: taken for themselves, nine of its cells became slower. */
static void test_one_build_on_a_drifting_machine(void **state)
{
    struct pair *pair = *state;
    for (unsigned i = 0; i < 2; i++)
        pair->runs[i].plan.count = 0;
    read_recorded(pair, true);
    for (unsigned i = 0; i < 2; i++)
        record_new(&pair->runs[i].plan, &pair->runs[i].record);
    read_recorded(pair, false);
    for (unsigned i = 0; i < 2; i++)
        made_up_analyse(&pair->runs[i]);
    const struct comparison *comparison = compare_within(pair, (struct margins){0.02, 0.25});
    assert_int_equal(comparison->decidable, 106);
    assert_true(fabs(comparison->together - 1.095) < 0.005);
    assert_true(fabs(comparison->drift - 1.103) < 0.005);
    assert_true(comparison->changes[CHANGE_SLOWER] + comparison->changes[CHANGE_FASTER] <= 1);
    assert_true(comparison->doubts[DOUBT_DRIFT] > 10);
}

/* ---- interleaved runs ---- */

static void interleave(struct pair *pair, int seed, bool base_did)
{
    for (unsigned i = 0; i < 2; i++) {
        json_decref(pair->manifests[i]);
        pair->manifests[i] =
            json_pack("{s:s?, s:i}", "by_turns", i || base_did ? "us" : NULL, "seed", i ? seed : 7);
    }
}

/* Rounds in which others on the machine slow all cells down, the same ones in both runs. */
static void measure_perturbed(struct made_up_run *run, unsigned rounds, size_t odd, double factor)
{
    measure(run, rounds, 0.003, odd, factor);
    for (size_t i = 0; i < run->record.count; i++)
        run->record.rows[i].seconds *= 1 + 0.7 * (run->record.rows[i].round * 7 % 5);
    made_up_analyse(run);
}

static void test_interleaved_runs_share_what_perturbs_them(void **state)
{
    struct pair *pair = *state;
    measure_perturbed(&pair->runs[0], 15, NONE, 1);
    measure_perturbed(&pair->runs[1], 12, ODD, 1.05);
    interleave(pair, 7, true);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_true(comparison->interleaved);
    assert_int_equal(comparison->changes[CHANGE_SAME], 19);
    assert_int_equal(comparison->changes[CHANGE_SLOWER], 1);
    const struct compared *cell = &comparison->cells[ODD];
    assert_int_equal(cell->change, CHANGE_SLOWER);
    assert_true(fabs(cell->ratio.median - 1.05) < 0.01);
    assert_true(cell->base->rounds == 15 && cell->other->rounds == 12 && cell->pairs == 12);
    assert_true(isnan(comparison->drift) && comparison->allowed == 1); /* both met the same */
    interleave(pair, 8, true);
    comparison = compare(pair, 0.02); /* each of them with another run */
    assert_true(!comparison->interleaved && comparison->cells[ODD].pairs == 0);
    assert_int_equal(comparison->doubts[DOUBT_WIDE], 20);
    interleave(pair, 7, false);
    assert_false(compare(pair, 0.02)->interleaved);
}

static void test_few_pairs_decide_nothing(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 9, 0.003, NONE, 1);
    measure(&pair->runs[1], 5, 0.003, ODD, 2);
    interleave(pair, 7, true);
    const struct comparison *comparison = compare(pair, 0.02);
    assert_int_equal(comparison->doubts[DOUBT_FEW_ROUNDS], 20);
    assert_true(fabs(comparison->cells[ODD].ratio.median - 2) < 0.05);
    assert_true(isinf(comparison->cells[ODD].within));
}

/* ---- what differs beside times ---- */

static json_t *manifest(const char *host, int allowed, const char *threads)
{
    json_t *made = json_pack("{s:s, s:{s:s, s:i}, s:{s:s}, s:{s:s*}}", "profile", "quick",
                             "machine", "host", host, "allowed", allowed, "versions", "flags",
                             "-O3", "environment", "OMP_NUM_THREADS", threads);
    assert_non_null(made);
    return made;
}

static void assert_difference(const json_t *differences, size_t index, const char *what,
                              const char *base, const char *other)
{
    const json_t *difference = json_array_get(differences, index);
    assert_string_equal(json_string_value(json_object_get(difference, "what")), what);
    assert_string_equal(json_string_value(json_object_get(difference, "base")), base);
    assert_string_equal(json_string_value(json_object_get(difference, "new")), other);
}

static void test_differences(void **state)
{
    struct pair *pair = *state;
    pair->manifests[0] = manifest("node1", 2, NULL);
    pair->manifests[1] = manifest("node1", 2, NULL);
    measure(&pair->runs[0], 1, 0, NONE, 1);
    measure(&pair->runs[1], 1, 0, NONE, 1);
    (void)compare(pair, 0.02);
    json_t *differences = differences_find(&pair->stored[0], &pair->stored[1]);
    assert_int_equal(json_array_size(differences), 0);
    json_decref(differences);

    json_decref(pair->manifests[1]);
    pair->manifests[1] = manifest("node2", 4, "3");
    pair->stored[1].manifest = pair->manifests[1];
    pair->runs[1].planned[2].size = 7;
    differences = differences_find(&pair->stored[0], &pair->stored[1]);
    assert_int_equal(json_array_size(differences), 4);
    assert_difference(differences, 0, "host", "node1", "node2");
    assert_difference(differences, 1, "allowed workers", "2", "4");
    assert_difference(differences, 2, "OMP_NUM_THREADS", "not set", "3");
    assert_difference(differences, 3, "size of pi", "1000000", "7, 1000000");
    json_decref(differences);
}

/* What tells two jobs apart, and what they were given, which may be why times differ. */
static const char *const job_numbers[] = {"SLURM_JOB_ID",
                                          "SLURM_JOBID",
                                          "SLURM_STEP_ID",
                                          "SLURM_TASK_PID",
                                          "SLURM_SRUN_COMM_PORT",
                                          "SLURM_STEP_LAUNCHER_PORT",
                                          "SLURM_JOB_END_TIME",
                                          "SLURM_SUBMIT_DIR",
                                          "SLURM_LAUNCH_NODE_IPADDR",
                                          "SLURM_JOB_NAME",
                                          "SLURM_JOB_NODELIST",
                                          "PBS_JOBID",
                                          "PBS_JOBCOOKIE",
                                          "PBS_NODEFILE",
                                          "PBS_MOMPORT",
                                          "PBS_O_WORKDIR",
                                          "LSB_JOBID",
                                          "LSB_JOBRES_PID",
                                          "LSB_HOSTS",
                                          "LSB_DJOB_HOSTFILE",
                                          "OMPI_MCA_orte_hnp_uri",
                                          "OMPI_COMM_WORLD_RANK",
                                          "PMIX_RANK",
                                          "PMIX_SERVER_URI41"};
static const char *const given_to_job[] = {"LSB_BIND_CPU_LIST",
                                           "LSB_DJOB_NUMPROC",
                                           "OMPI_MCA_pml",
                                           "PMIX_MCA_gds",
                                           "PRTE_MCA_ras",
                                           "UCX_TLS",
                                           "MPIR_CVAR_POLLS_BEFORE_YIELD",
                                           "OMP_STACKSIZE",
                                           "PBS_NUM_PPN",
                                           "PBS_QUEUE",
                                           "SLURM_CPUS_PER_TASK",
                                           "SLURM_CPU_FREQ_REQ",
                                           "SLURM_JOB_PARTITION",
                                           "SLURM_MEM_PER_NODE",
                                           "SLURM_NTASKS",
                                           "SLURM_THREADS_PER_CORE"};

static void test_differences_of_jobs(void **state)
{
    enum {
        NUMBERS = sizeof job_numbers / sizeof *job_numbers,
        GIVEN = sizeof given_to_job / sizeof *given_to_job
    };
    struct pair *pair = *state;
    for (int i = 0; i < 2; i++) {
        json_t *environment = json_object();
        for (size_t j = 0; j < NUMBERS; j++)
            assert_int_equal(json_object_set_new(environment, job_numbers[j], json_integer(i)), 0);
        for (size_t j = 0; j < GIVEN; j++)
            assert_int_equal(json_object_set_new(environment, given_to_job[j], json_integer(i)), 0);
        pair->manifests[i] = json_pack("{s:o}", "environment", environment);
        measure(&pair->runs[i], 1, 0, NONE, 1);
    }
    (void)compare(pair, 0.02);
    json_t *differences = differences_find(&pair->stored[0], &pair->stored[1]);
    assert_int_equal(json_array_size(differences), GIVEN);
    for (size_t i = 0; i < GIVEN; i++) {
        const json_t *difference = json_array_get(differences, i);
        const char *what = json_string_value(json_object_get(difference, "what"));
        bool found = false;
        for (size_t j = 0; j < GIVEN; j++)
            found = found || strcmp(what, given_to_job[j]) == 0;
        assert_true(found);
    }
    json_decref(differences);
}

/* A manifest that has nothing but this, in JSON. */
static json_t *manifest_of(const char *text)
{
    json_t *object = json_loads(text, 0, NULL);
    assert_non_null(object);
    return object;
}

/* What is null is not known either; of a model that only one run has there is nothing to say. */
static void test_differences_of_settings_and_libraries(void **state)
{
    struct pair *pair = *state;
    measure(&pair->runs[0], 1, 0, NONE, 1);
    measure(&pair->runs[1], 1, 0, NONE, 1);
    pair->manifests[0] = manifest_of(
        "{\"machine\": {\"smt\": false, \"turbo\": null, \"hypervisor\": null, \"topology\": {"
        "\"packages\": 1, \"numa_nodes\": 1, \"caches\": \"L1d 48 KiB\"}}, \"models\": {\"mpi\": {"
        "\"mpi_library\": \"Open MPI\"}, \"pool\": {}, \"threads\": {\"openmp_library\": \"x\"}}}");
    pair->manifests[1] = manifest_of(
        "{\"machine\": {\"smt\": true, \"turbo\": true, \"topology\": {\"packages\": 2, "
        "\"numa_nodes\": 1}}, \"models\": {\"mpi\": {\"mpi_library\": \"MPICH\"}, \"pool\": {}}, "
        "\"versions\": {\"openmp_library\": \"libomp\"}}");
    (void)compare(pair, 0.02);
    json_t *differences = differences_find(&pair->stored[0], &pair->stored[1]);
    assert_difference(differences, 0, "sockets", "1", "2");
    assert_difference(differences, 1, "caches", "L1d 48 KiB", "not known");
    assert_difference(differences, 2, "SMT", "no", "yes");
    assert_difference(differences, 3, "turbo", "not known", "yes");
    assert_difference(differences, 4, "OpenMP library, when built", "not known", "libomp");
    assert_difference(differences, 5, "MPI library of mpi", "Open MPI", "MPICH");
    assert_int_equal(json_array_size(differences), 6);
    json_decref(differences);
}

/* Long texts are not cut, neither for being told apart nor within a character. */
static void test_differences_of_long_texts(void **state)
{
    struct pair *pair = *state;
    char flags[2][1024];
    measure(&pair->runs[0], 1, 0, NONE, 1);
    measure(&pair->runs[1], 1, 0, NONE, 1);
    for (unsigned i = 0; i < 2; i++) {
        size_t used = i;
        memset(flags[i], 'x', used);
        for (; used < 1000; used += 2)
            memcpy(flags[i] + used, "\xc2\xb5", 2);
        flags[i][used] = '\0';
        pair->manifests[i] = json_pack("{s:{s:s}}", "versions", "flags", flags[i]);
    }
    (void)compare(pair, 0.02);
    json_t *differences = differences_find(&pair->stored[0], &pair->stored[1]);
    assert_int_equal(json_array_size(differences), 1);
    assert_difference(differences, 0, "flags", flags[0], flags[1]);
    json_decref(differences);
}

/* Each kernel's sizes are sought once, whatever their number is; a few of them are named. */
static void test_differences_of_many_sizes(void **state)
{
    struct pair *pair = *state;
    enum { SIZES = PLAN_CELLS_MAX };
    for (unsigned i = 0; i < 2; i++) {
        struct cell *cells = calloc(SIZES, sizeof *cells);
        struct analysis_of_cell *analysed = calloc(SIZES, sizeof *analysed);
        assert_true(cells && analysed);
        for (size_t j = 0; j < SIZES; j++) {
            cells[j] = pair->runs[i].planned[0];
            cells[j].size = 2 * j + 1 + i;
            analysed[j].cell = &cells[j];
        }
        pair->stored[i] = (struct analysed_run){.count = SIZES, .cells = analysed};
        pair->stored[i].stored.plan = (struct plan){.count = SIZES, .cells = cells};
        pair->stored[i].plan = &pair->stored[i].stored.plan;
        analysed_run_group(&pair->stored[i]);
    }
    json_t *differences = differences_find(&pair->stored[0], &pair->stored[1]);
    assert_int_equal(json_array_size(differences), 1);
    const char *base = json_string_value(json_object_get(json_array_get(differences, 0), "base"));
    assert_memory_equal(base, "1, 3, 5, 7, ", 12);
    assert_true(strlen(base) < 1024 && strstr(base, " more"));
    json_decref(differences);
    for (unsigned i = 0; i < 2; i++)
        analysed_run_free(&pair->stored[i]);
}

/* ---- text ---- */

static void test_table_fits_a_terminal(void **state)
{
    struct pair *pair = *state;
    char *text = NULL;
    size_t length = 0, column = 0;
    (void)snprintf(pair->runs[0].planned[2].label, sizeof pair->runs[0].planned[2].label,
                   "pool:dispatch=imap:chunk=123456");
    measure(&pair->runs[0], 9, 0.3, NONE, 1);
    measure(&pair->runs[1], 9, 0.3, ODD, 700);
    const struct comparison *comparison = compare_within(pair, (struct margins){0.02, 1});
    json_t *object = comparison_json(comparison);
    FILE *stream = open_memstream(&text, &length);
    comparison_print(stream, comparison, object);
    assert_int_equal(fclose(stream), 0);
    for (size_t i = 0; i < length; i++) {
        column = text[i] == '\n' ? 0 : column + 1;
        if (column > 80)
            fail_msg("more than 80 columns: %.*s", 100, text + i - 80);
    }
    assert_non_null(strstr(text, "pool:dispatch=imap:chunk=123456\n"));
    assert_non_null(strstr(text, "  same +-"));
    assert_non_null(strstr(text, "\nMeasure more rounds, or interleaved: run --beside.\n"));
    free(text);
    json_decref(object);
}

/* Why a cell is undecided stands in its row. */
static void test_rows_have_the_reason(void **state)
{
    struct pair *pair = *state;
    char *text = NULL;
    size_t length = 0;
    measure(&pair->runs[0], 9, 0.05, NONE, 1);
    measure(&pair->runs[1], 9, 0.05, NONE, 1);
    struct comparison *comparison = (struct comparison *)compare(pair, 0.02);
    for (enum doubt doubt = DOUBT_FEW_ROUNDS; doubt < DOUBT_COUNT; doubt++) {
        comparison->cells[doubt].change = CHANGE_UNDECIDED;
        comparison->cells[doubt].doubt = doubt;
        comparison->cells[doubt].within = 0.123;
    }
    json_t *object = comparison_json(comparison);
    FILE *stream = open_memstream(&text, &length);
    comparison_print(stream, comparison, object);
    assert_int_equal(fclose(stream), 0);
    assert_non_null(strstr(text, "  undecided: rounds\n"));
    assert_non_null(strstr(text, "  undecided: +-13 %\n"));
    assert_non_null(strstr(text, "  undecided: chance\n"));
    assert_non_null(strstr(text, "  undecided: drift\n"));
    free(text);
    json_decref(object);
}

/* Cells of another algorithm stand in the table of the kernel that they are told with. */
static void test_rows_of_other_algorithms_say_so(void **state)
{
    struct pair *pair = *state;
    char *text = NULL;
    size_t length = 0;
    for (unsigned i = 0; i < 2; i++) {
        (void)made_up_algorithm(&pair->runs[i], "primes", "sieve", "threads", 2);
        measure(&pair->runs[i], 9, 0.05, NONE, 1);
    }
    const struct comparison *comparison = compare(pair, 0.02);
    json_t *object = comparison_json(comparison);
    FILE *stream = open_memstream(&text, &length);
    comparison_print(stream, comparison, object);
    assert_int_equal(fclose(stream), 0);
    const char *table = strstr(text, "\nprimes, size 1 000 000\n");
    assert_non_null(table);
    assert_null(strstr(table + 2, "primes"));
    assert_non_null(strstr(table, "\nthreads (sieve)\n"));
    free(text);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_five_percent_slower_is_found, begin, end),
        cmocka_unit_test_setup_teardown(test_faster_is_not_slower, begin, end),
        cmocka_unit_test_setup_teardown(test_same_data_are_the_same, begin, end),
        cmocka_unit_test_setup_teardown(test_a_run_is_the_same_as_itself, begin, end),
        cmocka_unit_test_setup_teardown(test_few_rounds_decide_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_many_cells_need_more_rounds, begin, end),
        cmocka_unit_test_setup_teardown(test_wide_intervals_decide_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_the_same_is_within_what_the_interval_leaves_open,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_is_found_where_nothing_is, begin, end),
        cmocka_unit_test_setup_teardown(test_failed_and_missing_cells_are_left_out, begin, end),
        cmocka_unit_test_setup_teardown(test_the_machine_s_drift_is_no_change, begin, end),
        cmocka_unit_test_setup_teardown(test_what_slows_all_cells_down_is_a_change, begin, end),
        cmocka_unit_test_setup_teardown(test_few_cells_have_nothing_in_common, begin, end),
        cmocka_unit_test_setup_teardown(test_one_build_on_a_drifting_machine, begin, end),
        cmocka_unit_test_setup_teardown(test_interleaved_runs_share_what_perturbs_them, begin, end),
        cmocka_unit_test_setup_teardown(test_few_pairs_decide_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_differences, begin, end),
        cmocka_unit_test_setup_teardown(test_differences_of_jobs, begin, end),
        cmocka_unit_test_setup_teardown(test_differences_of_settings_and_libraries, begin, end),
        cmocka_unit_test_setup_teardown(test_differences_of_long_texts, begin, end),
        cmocka_unit_test_setup_teardown(test_differences_of_many_sizes, begin, end),
        cmocka_unit_test_setup_teardown(test_table_fits_a_terminal, begin, end),
        cmocka_unit_test_setup_teardown(test_rows_have_the_reason, begin, end),
        cmocka_unit_test_setup_teardown(test_rows_of_other_algorithms_say_so, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
