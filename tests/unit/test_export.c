/*
 * Exports, with a made-up run: each is read back and held against what its readers demand, and
 * holds exactly the run's samples.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "export_format.h"
#include "made_up_run.h"

#include <math.h>

enum { ROUNDS = 6, SAMPLES = 2, REPEATED = 2, FAILED = 5, UNMEASURED = 9, CELLS = 10 };

/* The table has them for the rest of the program. */
extern const struct export_format export_csv, export_gbench, export_pyperf, export_bmf,
    export_extrap, export_amdahl, export_amdahl_terse;

static struct made_up_run run;
static struct analysed_run stored; /* as one that was read */
static json_t *made_up_manifest;

static void take_over(void)
{
    stored = run.analysed;
    stored.folder = "run";
    stored.manifest = made_up_manifest;
}

static void measure(void)
{
    record_new(&run.plan, &run.record);
    run.record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (size_t cell = 0; cell < run.plan.count; cell++)
            for (unsigned sample = 0; sample < SAMPLES && cell != UNMEASURED; sample++) {
                made_up_add(&run, cell, round, sample,
                            1e-3 * (double)(cell + 1) / (3 + round + 7 * sample), 0.1);
                if (cell == FAILED && round == 0 && sample == 0)
                    run.record.rows[run.record.count - 1].verified = false;
            }
    for (size_t i = 0; i < run.record.count; i++)
        if (run.record.rows[i].cell == REPEATED)
            run.record.rows[i].executions = 1 + run.record.rows[i].round;
    made_up_fail(&run, FAILED, "the result is \"wrong\"");
    made_up_analyse(&run);
}

static int begin(void **state)
{
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    assert_int_equal(run.plan.count, CELLS);
    measure();
    made_up_manifest = json_pack("{s:s, s:{s:s, s:s, s:s, s:i}, s:{s:s, s:s, s:s}}", "started",
                                 "2026-01-02T03:04:05Z", "machine", "host", "node1", "cpu",
                                 "a \"cpu\"", "system", " ", "hardware_threads", 4, "versions",
                                 "parbench", "1.2.3", "compiler", "GNU\n12", "flags", "-DNDEBUG");
    take_over();
    return made_up_manifest ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    json_decref(made_up_manifest);
    made_up_end(&run);
    return 0;
}

/* What the format makes of the run, which the caller frees. */
static char *export(const struct export_format *format)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    assert_true(!format->check || format->check(&stored) == STATUS_OK);
    format->write(&stored, stream);
    assert_int_equal(fclose(stream), 0);
    assert_true(length > 0 && text[length - 1] == '\n');
    return text;
}

static json_t *export_object(const struct export_format *format)
{
    char *text = export(format);
    json_t *object = json_loads(text, 0, NULL); /* refuses NaN */
    assert_true(json_is_object(object));
    free(text);
    return object;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static double number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void test_formats_have_names(void **state)
{
    (void)state;
    unsigned count = 0;
    for (; export_table[count]; count++) {
        assert_true(*export_table[count]->name && *export_table[count]->help);
        for (unsigned i = 0; i < count; i++)
            assert_string_not_equal(export_table[count]->name, export_table[i]->name);
    }
    assert_true(count >= 7);
}

static void test_csv_has_every_sample(void **state)
{
    (void)state;
    char *place = NULL;
    (void)snprintf(run.planned[0].label, sizeof run.planned[0].label, "odd,\"label\"");
    char *text = export(&export_csv);
    char *line = strtok_r(text, "\n", &place);
    assert_string_equal(line, "cell,kernel,model,workers,ranks,threads,nodes,size,oversubscribed,"
                              "round,sample,seconds,startup_s,verified,late,executions,turn,lost");
    for (size_t i = 0; i < run.record.count; i++) {
        const struct row *row = &run.record.rows[i];
        const struct cell *cell = &run.planned[row->cell];
        double seconds, startup, lost;
        unsigned round, sample, verified, late, executions, turn;
        char start[640];
        assert_non_null(line = strtok_r(NULL, "\n", &place));
        (void)snprintf(start, sizeof start, "%s,pi,%s,%u,1,%u,1,1000000,%d,", cell->id,
                       row->cell == 0 ? "\"odd,\"\"label\"\"\"" : cell->label, cell->workers,
                       cell->workers, cell->workers > 2);
        assert_memory_equal(line, start, strlen(start));
        assert_int_equal(sscanf(line + strlen(start), "%u,%u,%lf,%lf,%u,%u,%u,%u,%lf", &round,
                                &sample, &seconds, &startup, &verified, &late, &executions, &turn,
                                &lost),
                         9);
        assert_int_equal(round, row->round);
        assert_int_equal(sample, row->sample);
        assert_memory_equal(&seconds, &row->seconds, sizeof seconds); /* every bit */
        assert_true(startup == 0.1);
        assert_int_equal(verified, row->verified);
        assert_int_equal(late, 0);
        assert_int_equal(executions, row->executions);
        assert_int_equal(turn, row->turn);
        assert_true(lost == row->lost);
    }
    assert_null(strtok_r(NULL, "\n", &place));
    free(text);
}

/* ---- Google Benchmark ---- */

static void check_nanoseconds(const json_t *object, const char *key, double seconds)
{
    assert_true(fabs(number_at(object, key) - seconds * 1e9) <= 0.0005 + 1e-15 * seconds * 1e9);
}

/* Such as a sample of so many has: a product with 1e9 is 12287277.000000002. */
static void test_nanoseconds_are_whole_again(void **state)
{
    (void)state;
    assert_true(export_nanoseconds(0.012287277) == 12287277);
    assert_true(export_nanoseconds(3.7971e-5) == 37971);
    assert_true(export_nanoseconds(1.25e-9) == 1.25);
    assert_true(isnan(export_nanoseconds(NAN)));
}

static void check_gbench_entry(const json_t *entry, size_t cell, size_t repetition)
{
    char name[256];
    (void)snprintf(name, sizeof name, "pi/%s/n:1000000/workers:%u/real_time",
                   run.planned[cell].label, run.planned[cell].workers);
    assert_string_equal(text_at(entry, "name"), name);
    assert_string_equal(text_at(entry, "run_name"), name);
    assert_string_equal(text_at(entry, "run_type"), "iteration");
    assert_string_equal(text_at(entry, "time_unit"), "ns");
    assert_true(number_at(entry, "family_index") == (double)cell);
    assert_true(number_at(entry, "repetition_index") == (double)repetition);
    assert_true(number_at(entry, "threads") == run.planned[cell].workers);
    assert_true(number_at(entry, "cpu_time") == number_at(entry, "real_time"));
}

static void test_gbench_has_every_sample(void **state)
{
    (void)state;
    json_t *object = export_object(&export_gbench);
    const json_t *benchmarks = json_object_get(object, "benchmarks");
    size_t index = 0;
    for (size_t cell = 0; cell < CELLS; cell++) {
        size_t repetition = 0;
        for (size_t i = 0; i < run.record.count; i++) {
            if (run.record.rows[i].cell != cell)
                continue;
            const json_t *entry = json_array_get(benchmarks, index++);
            check_gbench_entry(entry, cell, repetition++);
            check_nanoseconds(entry, "real_time", run.record.rows[i].seconds);
            assert_true(number_at(entry, "iterations") == run.record.rows[i].executions);
            assert_int_equal(json_is_true(json_object_get(entry, "error_occurred")),
                             !run.record.rows[i].verified);
        }
        if (cell != FAILED && cell != UNMEASURED)
            continue;
        const json_t *entry = json_array_get(benchmarks, index++);
        check_gbench_entry(entry, cell, repetition++);
        assert_true(json_is_true(json_object_get(entry, "error_occurred")));
        assert_string_equal(text_at(entry, "error_message"),
                            cell == FAILED ? "the result is \"wrong\"" : "not measured");
        assert_true(number_at(entry, "repetitions") == (double)repetition);
    }
    assert_int_equal(json_array_size(benchmarks), index);
    json_decref(object);
}

static void test_gbench_context(void **state)
{
    (void)state;
    json_t *object = export_object(&export_gbench);
    const json_t *context = json_object_get(object, "context");
    assert_string_equal(text_at(context, "date"), "2026-01-02T03:04:05Z");
    assert_string_equal(text_at(context, "host_name"), "node1");
    assert_string_equal(text_at(context, "executable"), "parbench");
    assert_string_equal(text_at(context, "library_build_type"), "release");
    assert_true(number_at(context, "num_cpus") == 4);
    assert_true(number_at(context, "mhz_per_cpu") >= 0);
    assert_true(number_at(context, "json_schema_version") == 1);
    assert_true(json_is_array(json_object_get(context, "caches")));
    assert_true(json_is_array(json_object_get(context, "load_avg")));
    json_decref(object);
}

/* As Google Benchmark writes them, which has 0 threads for not known; what is no cache and one of
 * no known size is left out. */
static void test_gbench_caches(void **state)
{
    (void)state;
    const char *topology =
        "{\"cache_list\": [{\"level\": 1, \"type\": \"data\", \"size\": 49152, \"shared_by\": 2},"
        "{\"level\": 1, \"type\": \"instruction\", \"size\": 32768, \"shared_by\": 2}, 7,"
        "{\"level\": 2, \"type\": \"\\u001b\"}, {\"level\": 3, \"type\": \"unified\", \"size\": "
        "null, \"shared_by\": 8}, {\"level\": 4, \"type\": \"unified\", \"size\": 4096}]}";
    json_t *machine = json_object_get(made_up_manifest, "machine");
    assert_int_equal(json_object_set_new(machine, "topology", json_loads(topology, 0, NULL)), 0);
    json_t *object = export_object(&export_gbench);
    json_t *expected = json_pack(
        "[{s:s, s:i, s:i, s:i}, {s:s, s:i, s:i, s:i}, {s:s, s:i, s:i, s:i}]", "type", "Data",
        "level", 1, "size", 49152, "num_sharing", 2, "type", "Instruction", "level", 1, "size",
        32768, "num_sharing", 2, "type", "Unified", "level", 4, "size", 4096, "num_sharing", 0);
    assert_true(
        json_equal(json_object_get(json_object_get(object, "context"), "caches"), expected));
    json_decref(expected);
    json_decref(object);
}

/* ---- pyperf ---- */

/* What parse_metadata() in pyperf's _metadata.py takes. */
static void check_metadata(const json_t *metadata)
{
    const char *name;
    json_t *value;
    assert_true(json_is_object(metadata));
    json_object_foreach((json_t *)metadata, name, value)
    {
        const char *text = json_string_value(value);
        assert_true(json_is_number(value) ||
                    (text && text[strspn(text, " \t")] && !strpbrk(text, "\r\n")));
    }
}

/* The values of a run are those of the cell's samples in its round. */
static void check_launch(const json_t *launch, size_t cell, unsigned round)
{
    const json_t *values = json_object_get(launch, "values");
    size_t index = 0;
    check_metadata(json_object_get(launch, "metadata"));
    assert_true(number_at(json_object_get(launch, "metadata"), "round") == round);
    for (size_t i = 0; i < run.record.count; i++) {
        const struct row *row = &run.record.rows[i];
        if (row->cell != cell || row->round != round)
            continue;
        assert_true(json_real_value(json_array_get(values, index++)) == row->seconds);
        assert_true(number_at(json_object_get(launch, "metadata"), "loops") == row->executions);
    }
    assert_int_equal(json_array_size(values), index);
}

static void test_pyperf_has_a_run_a_launch(void **state)
{
    (void)state;
    json_t *object = export_object(&export_pyperf);
    const json_t *benchmarks = json_object_get(object, "benchmarks");
    const json_t *common = json_object_get(object, "metadata");
    size_t index = 0;
    assert_string_equal(text_at(object, "version"), "1.0");
    assert_string_equal(text_at(common, "unit"), "second");
    assert_string_equal(text_at(common, "hostname"), "node1");
    assert_null(json_object_get(common, "platform")); /* blank */
    assert_null(json_object_get(common, "compiler")); /* two lines */
    check_metadata(common);
    for (size_t cell = 0; cell < CELLS; cell++) {
        if (cell == FAILED || cell == UNMEASURED)
            continue;
        const json_t *benchmark = json_array_get(benchmarks, index++);
        const json_t *metadata = json_object_get(benchmark, "metadata");
        const json_t *launches = json_object_get(benchmark, "runs");
        check_metadata(metadata);
        assert_string_equal(text_at(metadata, "name"), run.planned[cell].id);
        assert_int_equal(json_array_size(launches), ROUNDS);
        for (unsigned round = 0; round < ROUNDS; round++)
            check_launch(json_array_get(launches, round), cell, round);
    }
    assert_int_equal(json_array_size(benchmarks), index);
    json_decref(object);
}

/* Of a base that was launched again in a round. */
static void test_pyperf_tells_launches_of_a_round_apart(void **state)
{
    (void)state;
    run.record.rows[SAMPLES - 1].turn = 1;
    json_t *object = export_object(&export_pyperf);
    json_t *first = json_array_get(json_object_get(object, "benchmarks"), 0);
    assert_int_equal(json_array_size(json_object_get(first, "runs")), ROUNDS + 1);
    json_decref(object);
}

/* ---- Bencher Metric Format ---- */

static void test_bmf_has_medians_with_intervals(void **state)
{
    (void)state;
    json_t *object = export_object(&export_bmf);
    assert_int_equal(json_object_size(object), CELLS - 2);
    for (size_t cell = 0; cell < CELLS; cell++) {
        const json_t *measures = json_object_get(object, run.planned[cell].id);
        const struct summary *time = &run.analysed.cells[cell].time;
        if (cell == FAILED || cell == UNMEASURED) {
            assert_null(measures);
            continue;
        }
        const json_t *latency = json_object_get(measures, "latency");
        assert_int_equal(json_object_size(measures), 1);
        check_nanoseconds(latency, "value", time->median);
        check_nanoseconds(latency, "lower_value", time->interval.low);
        check_nanoseconds(latency, "upper_value", time->interval.high);
    }
    json_decref(object);
}

/* A plan of these alone, measured. */
static void measure_anew(void)
{
    record_free(&run.record);
    made_up_measure(&run, 1);
    made_up_analyse(&run);
    take_over();
}

/* ---- amdahl ---- */

/* The objects one behind the other, in a new array. */
static json_t *export_objects(void)
{
    char *text = export(&export_amdahl_terse);
    const size_t length = strlen(text);
    json_t *objects = json_array(), *object;
    json_error_t end = {.position = 0};
    for (size_t at = 0; at + 1 < length; at += (size_t)end.position) {
        object = json_loadb(text + at, length - at, JSON_DISABLE_EOF_CHECK, &end);
        assert_true(json_is_object(object));
        assert_int_equal(json_array_append_new(objects, object), 0);
    }
    free(text);
    return objects;
}

/* That worker i was busy for 0.5 - i / 10 s of 0.75, on one node after the other. */
static void tell_workers(size_t cell, size_t count)
{
    json_t *execution = json_pack("{s:f, s:[]}", "wall_s", 0.75, "workers_busy");
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(json_object_get(execution, "workers_busy"),
                                    json_pack("{s:s, s:f}", "node", i % 2 > 0 ? "n\033" : "n1",
                                              "busy_s", 0.5 - (double)i / 10));
    run.record.states[cell].workers = worker_times_read(execution);
    json_decref(execution);
}

/* By the keys that `amdahl --terse` has, in its order, and what the lesson's plots read of them. */
static void check_terse(const json_t *object, size_t cell)
{
    static const char *const keys[] = {
        "host",           "nproc",  "serial_work", "parallel_work", "parallel_proportion",
        "execution_time", "kernel", "model",       "size"};
    const struct cell *planned = &run.planned[cell];
    const char *key;
    json_t *value;
    size_t i = 0;
    json_object_foreach((json_t *)object, key, value) assert_string_equal(key, keys[i++]);
    assert_int_equal(i, sizeof keys / sizeof *keys);
    assert_true(json_is_integer(json_object_get(object, "nproc")));
    assert_true(number_at(object, "nproc") == planned->workers);
    assert_true(number_at(object, "execution_time") == run.analysed.cells[cell].time.median);
    assert_string_equal(text_at(object, "kernel"), "pi");
    assert_string_equal(text_at(object, "model"), planned->label);
    assert_true(number_at(object, "size") == 1000000);
}

/* Of a curve without a fit all cells have the proportion of the one with most workers and a core
 * for each; where none has two, there is none. What was not looked at is null. */
static void test_terse_has_cells_by_models_and_workers(void **state)
{
    (void)state;
    static const size_t told[] = {1, 2, 3, 4, 6, 7, 8};
    tell_workers(8, 2);
    json_t *objects = export_objects();
    assert_int_equal(json_array_size(objects), sizeof told / sizeof *told);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const json_t *object = json_array_get(objects, i);
        const size_t last = told[i] < 4 ? 2 : 8;
        const double speedup = run.analysed.cells[last].speedup.median;
        check_terse(object, told[i]);
        if (run.planned[told[i]].label[0] == 'p')
            assert_true(json_is_null(json_object_get(object, "parallel_proportion")));
        else
            assert_true(fabs(number_at(object, "parallel_proportion") - 2 * (1 - 1 / speedup)) <
                        1e-12);
        assert_string_equal(text_at(object, "host"), told[i] == 8 ? "n1" : "node1");
        assert_int_equal(json_is_null(json_object_get(object, "serial_work")), told[i] != 8);
        assert_int_equal(json_is_null(json_object_get(object, "parallel_work")), told[i] != 8);
    }
    const json_t *looked_at = json_array_get(objects, 6);
    assert_true(number_at(looked_at, "parallel_work") == 0.5);
    assert_true(number_at(looked_at, "serial_work") == 0.25);
    json_decref(objects);
}

/* Serial is no point of a curve unless there is nothing else; what grows with the workers is
 * none either. */
static void test_terse_leaves_out_what_is_no_curve(void **state)
{
    (void)state;
    run.plan.count = 0;
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    measure_anew();
    json_t *objects = export_objects();
    assert_int_equal(json_array_size(objects), 1);
    check_terse(json_array_get(objects, 0), 0);
    json_decref(objects);
    made_up_cell(&run, "pi", "threads", 2, 1u << EXPERIMENT_WEAK);
    run.planned[1].size *= 2;
    measure_anew();
    assert_int_equal(export_amdahl.check(&stored), STATUS_FAILED);
}

/* A run of serial and threads with 8, 4, 2 and 1 workers, which Amdahl's law holds of: a fraction
 * of it is serial. */
static void measure_law(double fraction)
{
    run.plan.count = 0;
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    for (unsigned workers = 8; workers > 0; workers /= 2) {
        made_up_cell(&run, "pi", "threads", workers, 1u << EXPERIMENT_STRONG);
        run.planned[run.plan.count - 1].oversubscribed = false;
    }
    record_free(&run.record);
    record_new(&run.plan, &run.record);
    run.record.ending = ENDING_ROUNDS;
    for (size_t i = 0; i < run.plan.count; i++)
        made_up_add(&run, i, 0, 0, fraction + (1 - fraction) / run.planned[i].workers, 0.1);
    made_up_analyse(&run);
    take_over();
}

static void test_terse_has_the_fitted_proportion(void **state)
{
    (void)state;
    measure_law(0.1);
    json_t *objects = export_objects();
    assert_int_equal(json_array_size(objects), 4);
    for (size_t i = 0; i < 4; i++) {
        const json_t *object = json_array_get(objects, i);
        check_terse(object, 4 - i);
        assert_true(fabs(number_at(object, "parallel_proportion") - 0.9) < 1e-6);
    }
    json_decref(objects);
}

static void test_amdahl_has_its_words(void **state)
{
    (void)state;
    measure_law(0.2);
    tell_workers(3, 2);
    char *text = export(&export_amdahl);
    assert_non_null(strstr(
        text, "Doing 1.000000000 seconds of 'work' on 2 processors,\n"
              " which should take 0.600000000 seconds with 0.800000 parallel proportion of the "
              "workload.\n"
              " The workload is pi of size 1 000 000, by threads.\n\n"
              "  Hello, World! I am process 0 of 2 on n1. All that was not parallel 'work' took "
              "0.250000000 seconds.\n"
              "  Hello, World! I am process 0 of 2 on n1. I did parallel 'work' for 0.500000000 "
              "seconds.\n"
              "  Hello, World! I am process 1 of 2 on n?. I did parallel 'work' for 0.400000000 "
              "seconds.\n\n"
              "Total execution time (according to rank 0): 0.600000000 seconds\n\n"
              "Doing 1.000000000 seconds of 'work' on 4 processors,\n"));
    assert_memory_equal(text, "Doing 1.000000000 seconds of 'work' on 1 processor,\n", 51);
    free(text);
}

/* More than cores can compute at once are no workers of the law, and a time that grows with the
 * workers follows from no proportion. */
static void test_amdahl_says_where_the_law_does_not_hold(void **state)
{
    (void)state;
    run.plan.count = 0;
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "threads", 2, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "threads", 4, 1u << EXPERIMENT_STRONG);
    measure_anew();
    char *text = export(&export_amdahl);
    assert_non_null(strstr(text, " on 2 processors,\n which took as long as with 1.000000 parallel "
                                 "proportion of the workload.\n"));
    assert_non_null(strstr(text, " on 4 processors.\n The workload is pi"));
    assert_null(strstr(text, "Hello"));
    free(text);
    for (size_t i = 0; i < run.record.count; i++)
        run.record.rows[i].seconds = run.record.rows[i].cell == 0 ? 1 : 1.5;
    made_up_analyse(&run);
    take_over();
    text = export(&export_amdahl);
    assert_non_null(strstr(text, " which Amdahl's law does not explain: the parallel proportion of "
                                 "the workload would be -1.000000.\n"));
    free(text);
}

/* ---- Extra-P ---- */

struct tally {
    char path[64];
    unsigned lines[6]; /* at so many workers */
};

static struct tally *tally_of(struct tally *tallies, const char *path)
{
    while (*tallies->path && strcmp(tallies->path, path) != 0)
        tallies++;
    (void)snprintf(tallies->path, sizeof tallies->path, "%s", path);
    return tallies;
}

/* Reads the lines back, and counts them by call path and workers. */
static double count_lines(char *text, struct tally *tallies)
{
    double sum = 0;
    char *place = NULL;
    for (char *line = strtok_r(text, "\n", &place); line; line = strtok_r(NULL, "\n", &place)) {
        json_t *object = json_loads(line, 0, NULL);
        assert_non_null(object);
        const json_t *params = json_object_get(object, "params");
        assert_int_equal(json_object_size(params), 1);
        assert_string_equal(text_at(object, "metric"), "time");
        const double workers = number_at(params, "p");
        assert_true(workers >= 1 && workers <= 5);
        tally_of(tallies, text_at(object, "callpath"))->lines[(unsigned)workers]++;
        sum += number_at(object, "value");
        json_decref(object);
    }
    return sum;
}

/* Of gil, threads and pool 1 worker is there, in both experiments: pool failed with 2, and with 4
 * only gil is left. Serial is no call path. */
static void test_extrap_takes_what_all_have(void **state)
{
    (void)state;
    struct tally tallies[CELLS] = {{.path = ""}};
    unsigned paths = 0;
    double expected = 0;
    char *text = export(&export_extrap);
    assert_true(strncmp(text, "{\"params\":{\"p\":1},\"callpath\":\"", 30) == 0);
    const double sum = count_lines(text, tallies);
    for (const struct tally *tally = tallies; *tally->path; tally++, paths++) {
        assert_int_equal(tally->lines[1], ROUNDS * SAMPLES);
        assert_int_equal(tally->lines[2] + tally->lines[4], 0);
        assert_null(strstr(tally->path, "serial"));
    }
    assert_int_equal(paths, 6);
    for (size_t i = 0; i < run.record.count; i++) {
        const struct cell *cell = &run.planned[run.record.rows[i].cell];
        const bool is_in = strcmp(cell->label, "serial") != 0 && cell->workers == 1;
        expected += is_in ? 2 * run.record.rows[i].seconds : 0;
    }
    assert_true(fabs(sum - expected) < 1e-12);
    free(text);
}

/* Another algorithm has next to no cells: a path of its own would keep others out. */
static void test_extrap_leaves_other_algorithms_out(void **state)
{
    (void)state;
    struct cell *cell = &run.planned[3];
    assert_string_equal(cell->label, "gil");
    (void)snprintf(cell->told_with, sizeof cell->told_with, "%s", cell->kernel);
    text_append(cell->kernel, sizeof cell->kernel, "%s", KERNEL_ALGORITHM "other");
    cell->experiments = 0;
    char *text = export(&export_extrap);
    assert_non_null(strstr(text, "->pi->threads"));
    assert_null(strstr(text, "other"));
    free(text);
}

/* Two ways to arrange 4 workers are one point, that of the first one. */
static void test_extrap_takes_the_first_arrangement(void **state)
{
    struct tally tallies[CELLS] = {{.path = ""}};
    (void)state;
    run.plan.count = 0;
    made_up_cell(&run, "pi", "hybrid", 4, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "hybrid", 4, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "hybrid", 2, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "gil", 4, 1u << EXPERIMENT_STRONG);
    measure_anew();
    char *text = export(&export_extrap);
    const double sum = count_lines(text, tallies);
    assert_string_equal(tallies[0].path, "strong->pi->hybrid");
    assert_string_equal(tallies[1].path, "strong->pi->gil");
    assert_string_equal(tallies[2].path, "");
    for (unsigned i = 0; i < 2; i++)
        assert_true(tallies[i].lines[2] == 0 && tallies[i].lines[4] == 1);
    assert_true(sum == run.record.rows[0].seconds + run.record.rows[3].seconds);
    free(text);
}

/* What has no worker count in common would be refused by Extra-P. */
static void test_extrap_refuses_what_has_nothing_in_common(void **state)
{
    (void)state;
    run.plan.count = 0;
    made_up_cell(&run, "pi", "gil", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "threads", 2, 1u << EXPERIMENT_STRONG);
    measure_anew();
    assert_int_equal(export_extrap.check(&stored), STATUS_FAILED);
}

/* ---- nothing to export ---- */

static void test_nothing_verified_is_refused(void **state)
{
    (void)state;
    for (size_t cell = 0; cell < CELLS; cell++)
        run.analysed.cells[cell].verified = false;
    stored.totals.verified = 0;
    assert_int_equal(export_pyperf.check(&stored), STATUS_FAILED);
    assert_int_equal(export_bmf.check(&stored), STATUS_FAILED);
    assert_int_equal(export_extrap.check(&stored), STATUS_FAILED);
    assert_int_equal(export_amdahl.check(&stored), STATUS_FAILED);
    assert_int_equal(export_amdahl_terse.check(&stored), STATUS_FAILED);
}

static void test_formats_are_chosen_by_name(void **state)
{
    (void)state;
    const struct export_format *format = &export_csv;
    assert_int_equal(export_choose(NULL, true, &format), STATUS_OK);
    assert_null(format);
    assert_int_equal(export_choose("amdahl-terse", false, &format), STATUS_OK);
    assert_ptr_equal(format, &export_amdahl_terse);
    assert_int_equal(export_choose("amdahl", true, &format), STATUS_USAGE);
    assert_int_equal(export_choose("amdal", false, &format), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_have_names),
        cmocka_unit_test(test_formats_are_chosen_by_name),
        cmocka_unit_test_setup_teardown(test_csv_has_every_sample, begin, end),
        cmocka_unit_test(test_nanoseconds_are_whole_again),
        cmocka_unit_test_setup_teardown(test_gbench_has_every_sample, begin, end),
        cmocka_unit_test_setup_teardown(test_gbench_context, begin, end),
        cmocka_unit_test_setup_teardown(test_gbench_caches, begin, end),
        cmocka_unit_test_setup_teardown(test_pyperf_has_a_run_a_launch, begin, end),
        cmocka_unit_test_setup_teardown(test_pyperf_tells_launches_of_a_round_apart, begin, end),
        cmocka_unit_test_setup_teardown(test_bmf_has_medians_with_intervals, begin, end),
        cmocka_unit_test_setup_teardown(test_terse_has_cells_by_models_and_workers, begin, end),
        cmocka_unit_test_setup_teardown(test_terse_leaves_out_what_is_no_curve, begin, end),
        cmocka_unit_test_setup_teardown(test_terse_has_the_fitted_proportion, begin, end),
        cmocka_unit_test_setup_teardown(test_amdahl_has_its_words, begin, end),
        cmocka_unit_test_setup_teardown(test_amdahl_says_where_the_law_does_not_hold, begin, end),
        cmocka_unit_test_setup_teardown(test_extrap_takes_what_all_have, begin, end),
        cmocka_unit_test_setup_teardown(test_extrap_leaves_other_algorithms_out, begin, end),
        cmocka_unit_test_setup_teardown(test_extrap_takes_the_first_arrangement, begin, end),
        cmocka_unit_test_setup_teardown(test_extrap_refuses_what_has_nothing_in_common, begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_verified_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
