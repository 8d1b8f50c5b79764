/*
 * Unit tests of drivers/record/run_folder.h: what is written to a run's folder is read back as it
 * was, and a run goes on where it was cut off. What else may stand there: test_bad_run_folder.c.
 */
#define _GNU_SOURCE
#include "run_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_execution.h"
#include "made_up_results.h"
#include "manifest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A file system that has no locks, while this is set. */
static bool no_locks;
/* The file that another run writes and is done with just before this one has its lock. */
static const char *meanwhile;

int flock(int file, int how)
{
    FILE *other = meanwhile ? fopen(meanwhile, "we") : NULL;
    if (other)
        (void)fclose(other);
    errno = ENOLCK;
    return no_locks ? -1 : (int)syscall(SYS_flock, file, how);
}

/* ---- what was written is read back ---- */

static void assert_same_cell(const struct cell *cell, const struct cell *expected)
{
    assert_string_equal(cell->id, expected->id);
    assert_string_equal(cell->kernel, expected->kernel);
    assert_string_equal(cell->model, expected->model);
    assert_string_equal(cell->label, expected->label);
    assert_int_equal(cell->options, expected->options);
    for (unsigned i = 0; i < cell->options; i++) {
        assert_string_equal(cell->option_names[i], expected->option_names[i]);
        assert_string_equal(cell->option_values[i], expected->option_values[i]);
    }
    assert_int_equal(cell->workers, expected->workers);
    assert_int_equal(cell->ranks, expected->ranks);
    assert_int_equal(cell->threads, expected->threads);
    assert_int_equal(cell->nodes, expected->nodes);
    assert_true(cell->size == expected->size);
    assert_true(cell->base_size == expected->base_size);
    assert_int_equal(cell->oversubscribed, expected->oversubscribed);
    assert_int_equal(cell->experiments, expected->experiments);
    assert_int_equal(cell->traits, expected->traits);
}

static void assert_row(const struct row *row, size_t cell, unsigned sample, double seconds)
{
    assert_int_equal(row->cell, cell);
    assert_int_equal(row->round, 0);
    assert_int_equal(row->sample, sample);
    assert_memory_equal(&row->seconds, &seconds, sizeof seconds); /* every bit */
    assert_memory_equal(&row->startup_s, &(const double){0.125}, sizeof seconds);
    assert_true(row->verified);
}

static void reads_back_what_was_written(void **state)
{
    struct side loaded;
    (void)state;
    make_run();
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.plan.count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_same_cell(&loaded.plan.cells[i], &cells[i]);
    assert_int_equal(loaded.record.count, 4);
    assert_row(&loaded.record.rows[0], 0, 0, 0.1);
    assert_row(&loaded.record.rows[1], 0, 1, 1.0 / 3);
    assert_row(&loaded.record.rows[2], 0, 2, 1e-9);
    assert_row(&loaded.record.rows[3], 1, 0, 0.3);
    assert_string_equal(loaded.record.states[0].result, "3.14");
    assert_false(loaded.record.states[0].failed);
    assert_int_equal(json_integer_value(json_object_get(loaded.manifest, "seed")), 42);
    side_free(&loaded);
}

static void reads_a_failure_back(void **state)
{
    struct side results;
    struct side loaded;
    (void)state;
    create("run", &results);
    append(&results, 0, 0, (const double[]){0.1, 0.2}, 2, "the result is \"wrong\"\tand \x01 odd");
    append(&results, 1, 0, NULL, 0, "it was killed");
    side_free(&results);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.record.count, 2);
    assert_true(loaded.record.rows[0].verified);
    assert_false(loaded.record.rows[1].verified);
    assert_true(loaded.record.states[0].failed);
    /* What would paint a terminal is not kept. */
    assert_string_equal(loaded.record.states[0].failure, "the result is \"wrong\"?and ? odd");
    assert_string_equal(loaded.record.states[0].result, "");
    assert_true(loaded.record.states[1].failed);
    side_free(&loaded);
}

/* A line on the first launch of cell 1 in round 1, which has failed. */
static void append_to_failed(const char *rest)
{
    char line[512];
    (void)snprintf(line, sizeof line, "{\"cell\":\"%s\",\"round\":1,%s}\n", cells[1].id, rest);
    write_file("run/samples.jsonl", "a", line);
}

/* But for one with a wrong result; nothing is kept of the launch that failed. */
static void cells_that_failed_have_not_once_a_run_is_resumed(void **state)
{
    static const char resumed[] = "{\"resumed\":{\"precision\":0.25,\"budget_s\":7%s}}\n";
    struct side results, loaded;
    char line[128];
    (void)state;
    create("run", &results);
    append(&results, 0, 0, (const double[]){0.1, 0.2}, 2, "the result is wrong");
    append(&results, 1, 0, (const double[]){0.3}, 1, NULL);
    side_free(&results);
    append_to_failed("\"wall_s\":1.0,\"workers_busy\":[{\"busy_s\":0.5}]");
    append_to_failed("\"sample\":0,\"seconds\":0.5,\"startup_s\":0.125,\"verified\":true");
    append_to_failed("\"failed\":\"it was killed\"");
    (void)snprintf(line, sizeof line, resumed, ""); /* as earlier versions had it */
    write_file("run/samples.jsonl", "a", line);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.record.count, 4);
    assert_int_equal(loaded.record.instrumented_count, 1);
    assert_true(loaded.record.states[0].failed && loaded.record.states[1].failed);
    assert_true(record_has_retries(&loaded.record));
    assert_false(record_may_retry(&loaded.record, 0));
    side_free(&loaded);
    (void)snprintf(line, sizeof line, resumed, ",\"retried\":true");
    write_file("run/samples.jsonl", "a", line);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.record.count, 3);
    assert_int_equal(loaded.record.whole_rows, 3);
    assert_int_equal(loaded.record.instrumented_count, 0);
    assert_true(loaded.record.states[0].failed && !loaded.record.states[1].failed);
    assert_string_equal(loaded.record.states[1].failure, "");
    assert_false(record_has_retries(&loaded.record));
    assert_int_equal(record_first_lacking(&loaded.record), 1);
    assert_int_equal(record_turns(&loaded.record, 1, 0), 1);
    assert_int_equal(record_turns(&loaded.record, 1, 1), 0);
    side_free(&loaded);
}

static enum ending ending_read(void)
{
    struct side loaded;
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    const enum ending ending = loaded.record.ending;
    side_free(&loaded);
    return ending;
}

static void remembers_why_it_ended(void **state)
{
    struct side results;
    (void)state;
    create("run", &results);
    append(&results, 0, 0, (const double[]){0.1}, 1, NULL);
    assert_int_equal(ending_read(), ENDING_NONE);
    for (enum ending ending = ENDING_SIGNAL; ending < ENDING_COUNT; ending++) {
        assert_int_equal(side_append(&results, lines_of_ending(ending)), STATUS_OK);
        assert_int_equal(ending_read(), ending);
    }
    append(&results, 0, 1, (const double[]){0.1}, 1, NULL); /* it went on */
    assert_int_equal(ending_read(), ENDING_NONE);
    side_free(&results);
    write_file("run/samples.jsonl", "a", "{\"ended\":\"bored\"}\n");
    struct side loaded;
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 1);
    assert_int_equal(loaded.record.ending, ENDING_NONE);
    side_free(&loaded);
}

/* Of what was asked for, the latest holds; older lines know of one budget. */
static void remembers_what_a_resumed_run_was_asked_for(void **state)
{
    struct side results;
    struct side loaded;
    struct run_config later = config;
    (void)state;
    create("run", &results);
    append(&results, 0, 0, (const double[]){0.1}, 1, NULL);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_true(loaded.record.precision == 0 && loaded.record.budget_s == 0);
    side_free(&loaded);
    later.precision = 0.5;
    later.budget_s = 3;
    later.budget_most_s = 12;
    assert_int_equal(side_append(&results, lines_of_resumption(&later)), STATUS_OK);
    side_free(&results);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_true(loaded.record.precision == 0.5);
    assert_true(loaded.record.budget_s == 3 && loaded.record.budget_most_s == 12);
    side_free(&loaded);
    write_file("run/samples.jsonl", "a",
               "{\"resumed\":{\"precision\":0.25,\"budget_s\":7}}\n"
               "{\"resumed\":{\"precision\":0.25,\"budget_s\":-1}}\n"
               "{\"resumed\":{\"precision\":0.25}}\n");
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 2);
    assert_true(loaded.record.precision == 0.25);
    assert_true(loaded.record.budget_s == 7 && loaded.record.budget_most_s == 7);
    side_free(&loaded);
}

/* ---- going on ---- */

/* What could not be opened is freed. */
static enum status reopen(const struct machine *where, struct side *results, size_t *rows)
{
    const struct run_config *again = &results->config;
    *results = (struct side){.manifest = NULL};
    enum status status = run_folder_reopen("run", where, results);
    if (status == STATUS_OK) {
        assert_string_equal(again->profile, "smoke");
        assert_true(again->samples == 3 && again->rounds == 2 && again->seed == 42);
        assert_true(again->precision == 0.02 && again->timeout_s == 60);
        assert_true(again->budget_s == 5 && again->budget_most_s == 20);
    }
    *rows = results->record.count;
    if (status != STATUS_OK)
        abandon(results);
    return status;
}

/* Two whole launches, then one whose last sample is missing, then half a line. */
/* ---- noise ---- */

static const struct noise some_noise = {.seconds = 2.5,
                                        .stolen = 0.01,
                                        .others = 1.0 / 3,
                                        .throttled = 0.625,
                                        .throttled_times = 11,
                                        .low_mhz = NAN,
                                        .high_mhz = 3600.5,
                                        .load = 1.25,
                                        .involuntary_switches = 7,
                                        .voluntary_switches = 8,
                                        .minor_faults = 9,
                                        .major_faults = 0};

static void assert_noise(const struct noise *noise, const struct noise *expected)
{
    assert_memory_equal(&noise->seconds, &expected->seconds, sizeof noise->seconds);
    assert_memory_equal(&noise->others, &expected->others, sizeof noise->others);
    assert_true(noise->stolen == expected->stolen && noise->load == expected->load);
    assert_true(noise->throttled == expected->throttled);
    assert_true(noise->throttled_times == expected->throttled_times);
    assert_true(isnan(noise->low_mhz) && noise->high_mhz == expected->high_mhz);
    assert_true(noise->involuntary_switches == expected->involuntary_switches);
    assert_true(noise->voluntary_switches == expected->voluntary_switches);
    assert_true(noise->minor_faults == expected->minor_faults);
    assert_true(noise->major_faults == expected->major_faults);
}

static void reads_noise_back_by_round(void **state)
{
    struct side results;
    struct side loaded;
    struct noise later = some_noise;
    (void)state;
    create("run", &results);
    append(&results, 0, 0, (const double[]){0.1}, 1, NULL);
    assert_int_equal(side_append(&results, lines_of_noise(2, &some_noise, "node1")), STATUS_OK);
    assert_int_equal(side_append(&results, lines_of_noise(0, &some_noise, "node1")), STATUS_OK);
    later.load = 9;
    /* Of a launch that an earlier version made up for. */
    assert_int_equal(side_append(&results, lines_of_noise(0, &later, "node2")), STATUS_OK);
    side_free(&results);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.record.count, 1);
    assert_int_equal(loaded.record.noise_count, 3);
    assert_noise(&loaded.record.noises[0], &some_noise);
    assert_int_equal(loaded.record.host_count, 1);
    assert_true(record_is_over(&loaded.record, 0) && !record_is_over(&loaded.record, 1));
    assert_true(record_is_over(&loaded.record, 2) && !record_is_over(&loaded.record, 3));
    assert_true(isnan(loaded.record.noises[1].stolen) && isnan(loaded.record.noises[1].load));
    assert_noise(&loaded.record.noises[2], &some_noise);
    side_free(&loaded);
}

static void leaves_out_noise_that_is_none(void **state)
{
    static const char *const lines[] = {
        "{\"noise\":7}",
        "{\"noise\":{}}",
        "{\"noise\":{\"round\":-1}}",
        "{\"noise\":{\"round\":100000}}",
        "{\"noise\":{\"round\":1.5}}",
        "{\"noise\":{\"round\":0,\"stolen_share\":-0.1}}",
        "{\"noise\":{\"round\":0,\"stolen_share\":\"0.1\"}}",
        "{\"noise\":{\"round\":0,\"load1\":[]}}",
    };
    struct side loaded;
    (void)state;
    make_run();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        write_file("run/samples.jsonl", "a", lines[i]);
        write_file("run/samples.jsonl", "a", "\n");
    }
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, sizeof lines / sizeof *lines);
    assert_int_equal(loaded.record.noise_count, 0);
    side_free(&loaded);

    /* One of an earlier version, or of a later one, may tell less, or more. */
    write_file("run/samples.jsonl", "a",
               "{\"noise\":{\"round\":1,\"load1\":3,\"moon\":\"new\"}}\n");
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, sizeof lines / sizeof *lines);
    assert_int_equal(loaded.record.noise_count, 2);
    assert_true(loaded.record.noises[1].load == 3 && isnan(loaded.record.noises[1].others));
    side_free(&loaded);
}

/* A run that goes on after a round keeps what is known of that round. */
static void keeps_noise_when_going_on(void **state)
{
    struct side loaded = {.manifest = NULL};
    (void)state;
    make_run();
    assert_int_equal(run_folder_reopen("run", &machine, &loaded), STATUS_OK);
    append(&loaded, 1, 0, (const double[]){0.1, 0.2, 0.3}, 3, NULL);
    assert_int_equal(side_append(&loaded, lines_of_noise(0, &some_noise, "node1")), STATUS_OK);
    append(&loaded, 0, 1, (const double[]){0.1}, 1, NULL); /* cut off: three make a launch */
    side_free(&loaded);
    loaded = (struct side){.manifest = NULL};
    assert_int_equal(run_folder_reopen("run", &machine, &loaded), STATUS_OK);
    side_free(&loaded);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.record.count, 6);
    assert_int_equal(loaded.record.noise_count, 1);
    assert_noise(&loaded.record.noises[0], &some_noise);
    side_free(&loaded);
}

/* The name of the host is of no account, and is recorded of each round. */
static void goes_on_on_a_machine_of_the_same_kind(void **state)
{
    struct machine others[] = {machine, machine, machine, machine};
    struct side loaded = {.manifest = NULL};
    struct manifest_difference difference;
    (void)state;
    make_run();
    (void)snprintf(others[0].host, sizeof others->host, "node2");
    others[0].settings.threads_per_core = 2; /* which the run's does not tell */
    assert_int_equal(run_folder_reopen("run", &others[0], &loaded), STATUS_OK);
    append(&loaded, 1, 0, (const double[]){0.1, 0.2, 0.3}, 3, NULL);
    assert_int_equal(side_append(&loaded, lines_of_noise(0, &some_noise, "node1")), STATUS_OK);
    assert_int_equal(side_append(&loaded, lines_of_noise(1, &some_noise, "node2")), STATUS_OK);
    assert_int_equal(side_append(&loaded, lines_of_noise(2, &some_noise, "node2")), STATUS_OK);
    side_free(&loaded);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.record.host_count, 2);
    assert_string_equal(loaded.record.hosts[0].name, "node1");
    assert_string_equal(loaded.record.hosts[1].name, "node2");
    assert_int_equal(loaded.record.hosts[1].from, 1);

    (void)snprintf(others[1].cpu, sizeof others->cpu, "another");
    others[2].allowed = 4;
    others[3].has_topology = true; /* which it does not tell either */
    others[3].topology.numa_nodes = 2;
    assert_true(manifest_is_of_kind(loaded.manifest, &others[3], &difference));
    assert_false(manifest_is_of_kind(loaded.manifest, &others[1], &difference));
    assert_string_equal(difference.path, "machine.cpu");
    assert_string_equal(difference.one, "\"cpu\"");
    assert_string_equal(difference.other, "\"another\"");
    assert_false(manifest_is_of_kind(loaded.manifest, &others[2], &difference));
    assert_string_equal(difference.path, "machine.allowed");
    json_t *topology = json_pack("{s:i}", "numa_nodes", 1);
    (void)json_object_set_new(json_object_get(loaded.manifest, "machine"), "topology", topology);
    assert_false(manifest_is_of_kind(loaded.manifest, &others[3], &difference));
    assert_string_equal(difference.path, "machine.topology.numa_nodes");
    assert_string_equal(difference.other, "2");
    side_free(&loaded);

    loaded = (struct side){.manifest = NULL};
    assert_int_equal(run_folder_reopen("run", &others[1], &loaded), STATUS_USAGE);
    side_free(&loaded);
}

static void cuts_what_is_not_whole(void **state)
{
    struct side results;
    struct stat whole, cut;
    const double seconds[] = {1, 2, 3};
    size_t rows;
    (void)state;
    create("run", &results);
    append(&results, 0, 0, seconds, 3, NULL);
    append(&results, 1, 0, seconds, 1, "it broke");
    assert_int_equal(stat("run/samples.jsonl", &whole), 0);
    append(&results, 0, 1, seconds, 2, NULL);
    side_free(&results);
    write_file("run/samples.jsonl", "a", "{\"cell\": \"pi/ser");

    assert_int_equal(reopen(&machine, &results, &rows), STATUS_OK);
    assert_int_equal(rows, 4);
    assert_int_equal(stat("run/samples.jsonl", &cut), 0);
    assert_int_equal(cut.st_size, whole.st_size);
    append(&results, 0, 1, seconds, 3, NULL);
    side_free(&results);

    struct machine other = machine;
    other.allowed = 3;
    assert_int_equal(reopen(&machine, &results, &rows), STATUS_OK);
    assert_int_equal(rows, 7);
    side_free(&results);
    assert_int_equal(reopen(&other, &results, &rows), STATUS_USAGE);
}

/* Going on is refused, and every byte of the samples stays. */
static void refuses_to_go_on(const char *samples)
{
    struct side results;
    struct stat before, after;
    size_t rows;
    write_file("run/samples.jsonl", "w", samples);
    assert_int_equal(stat("run/samples.jsonl", &before), 0);
    if (reopen(&machine, &results, &rows) == STATUS_OK)
        fail_msg("went on with %s", samples);
    assert_int_equal(stat("run/samples.jsonl", &after), 0);
    assert_int_equal(after.st_size, before.st_size);
}

#define GOOD(round, sample)                                                                        \
    "{\"cell\":\"pi/serial/workers:1/ranks:1/threads:1/nodes:1/n:1000\",\"round\":" round          \
    ",\"sample\":" sample ",\"seconds\":1,\"startup_s\":0,\"verified\":true}\n"

static void deletes_nothing_that_a_cut_does_not_explain(void **state)
{
    struct side results;
    size_t rows;
    (void)state;
    make_run();
    refuses_to_go_on("{}\n");
    refuses_to_go_on("#!/bin/sh\nexit 0\n");
    refuses_to_go_on(GOOD("0", "0") "{\n");
    refuses_to_go_on(GOOD("0", "0") GOOD("0", "1") GOOD("1", "0")); /* two launches */
    refuses_to_go_on(GOOD("0", "0") GOOD("0,\"turn\":1", "0"));     /* likewise, in one round */
    refuses_to_go_on(GOOD("0", "3") GOOD("0", "4") GOOD("0", "5")); /* of another manifest */
    refuses_to_go_on(GOOD("0", "2") GOOD("99999", "2"));            /* no rounds between */
    assert_int_equal(rename("run/samples.jsonl", "samples"), 0);
    write_file("samples", "w", GOOD("0", "0") GOOD("0", "1") GOOD("0", "2"));
    assert_int_equal(symlink("../samples", "run/samples.jsonl"), 0);
    assert_int_equal(reopen(&machine, &results, &rows), STATUS_FAILED);
    assert_int_equal(unlink("run/samples.jsonl"), 0);
    assert_int_equal(rename("samples", "run/samples.jsonl"), 0);
    assert_int_equal(reopen(&machine, &results, &rows), STATUS_OK);
    assert_int_equal(rows, 3);
    side_free(&results);
}

/* ---- folders ---- */

static void overwrites_nothing(void **state)
{
    struct side results;
    struct stat before, after;
    (void)state;
    make_run();
    assert_int_equal(stat("run/samples.jsonl", &before), 0);
    assert_int_equal(try_to_create("run", &results), STATUS_USAGE);
    assert_null(results.samples);
    assert_int_equal(stat("run/samples.jsonl", &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(before.st_ino, after.st_ino);

    write_file("file", "w", "mine");
    assert_int_equal(try_to_create("file", &results), STATUS_USAGE);
    assert_int_equal(try_to_create("file/below", &results), STATUS_FAILED);
    assert_int_equal(try_to_create("/proc/no/such/folder", &results), STATUS_FAILED);
    assert_int_equal(try_to_create("", &results), STATUS_FAILED);
}

/* While one has made its folder, and nothing of it is written yet, and after that. */
static void a_folder_is_one_runs(void **state)
{
    struct side first = {.manifest = NULL}, second = {.manifest = NULL};
    (void)state;
    assert_int_equal(run_folder_make("run", &first), STATUS_OK);
    assert_int_equal(try_to_create("run", &second), STATUS_FAILED);
    assert_int_equal(run_folder_own("run", &second), STATUS_FAILED);
    abandon(&second);
    assert_int_not_equal(access("run/manifest.json", F_OK), 0);
    assert_int_equal(run_folder_begin(&first, &config, &here), STATUS_OK);
    abandon(&first);
    assert_int_equal(try_to_create("run", &second), STATUS_USAGE);

    /* One that ended before its manifest was whole left it to others. */
    assert_int_equal(unlink("run/manifest.json"), 0);
    create("run", &second);
    side_free(&second);
    assert_int_equal(unlink("run/manifest.json"), 0);
    write_file("run/samples.jsonl", "w", "mine\n");
    assert_int_equal(try_to_create("run", &second), STATUS_USAGE);
}

/* Of several nodes their names, and what each has room for. */
static void tells_its_nodes(void **state)
{
    static const struct {
        unsigned count;
        const char *line;
    } cases[] = {
        {0, "node1: 2 cores, cpu"},
        {1, "node1: 2 cores, cpu"},
        {2, "n1, n2: 2 nodes x 4 cores, cpu"},
        {4, "n1, n2, n3, n4: 4 nodes x 4 cores, cpu"},
        {5, "n1, n2, n3 ... n5: 5 nodes x 4 cores, cpu"},
    };
    struct allocation given = {.machine = &machine, .slots = 4, .given_by = "--hosts"};
    struct catalog none = {.count = 0};
    (void)state;
    assert_true(nodes_read_hosts("n1:4,n2:4", &given.list));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *manifest = manifest_make(&config, &plan, &none, &given, NULL),
               *nodes = json_array();
        const json_t *told = json_object_get(manifest, "allocation");
        for (unsigned n = 1; n <= cases[i].count; n++)
            (void)json_array_append_new(nodes, json_pack("{s:o}", "host", json_sprintf("n%u", n)));
        (void)json_object_set_new(manifest, "nodes", nodes);
        assert_string_equal(json_string_value(json_object_get(told, "given_by")), "--hosts");
        assert_string_equal(manifest_machine_line(manifest, false).text, cases[i].line);
        assert_int_equal(manifest_slots(manifest), 4);
        json_decref(manifest);
    }
    nodes_free(&given.list);
    json_t *unnamed = manifest_make(&config, &plan, &none, &here, NULL);
    assert_true(json_is_null(json_object_get(unnamed, "allocation")));
    assert_int_equal(manifest_slots(unnamed), 2);
    json_decref(unnamed);
    /* Whatever stands there. */
    json_t *rubbish = json_pack("{s:{s:s}, s:[i, {s:s}, n]}", "allocation", "slots", "x", "nodes",
                                1, "host", "b", NULL);
    assert_int_equal(manifest_slots(rubbish), 1);
    (void)json_object_set_new(rubbish, "machine", json_pack("{s:i}", "allowed", 3));
    assert_int_equal(manifest_slots(rubbish), 3);
    (void)json_object_del(rubbish, "machine");
    assert_string_equal(manifest_machine_line(rubbish, true).text,
                        "?, b, ? and others of their kind: 3 nodes x 1 core, unknown processor");
    json_decref(rubbish);
}

/* Of a machine that does not tell. */
static void what_is_not_known_is_null(void **state)
{
    static const char *const keys[] = {
        "memory", "memory_available", "cgroup_quota_cores",    "threads_per_core",
        "smt",    "governor",         "transparent_huge_pages"};
    static const char *const of_topology[] = {"packages", "numa_nodes", "cores", "caches"};
    struct machine silent = machine;
    const struct allocation there = {.machine = &silent, .nodes = 1, .slots = 2};
    struct side side = {.manifest = NULL};
    (void)state;
    silent.memory_available = UINT64_MAX;
    silent.quota = INFINITY;
    silent.settings.load[0] = NAN;
    silent.has_topology = true;
    silent.topology.cache_count = 1;
    silent.topology.cache_list[0].kind = "data";
    assert_int_equal(run_folder_make("run", &side), STATUS_OK);
    assert_int_equal(run_folder_begin(&side, &config, &there), STATUS_OK);
    const json_t *told = json_object_get(side.manifest, "machine");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_true(json_is_null(json_object_get(told, keys[i])));
    assert_true(json_is_null(json_array_get(json_object_get(told, "load_average"), 0)));
    told = json_object_get(told, "topology");
    for (size_t i = 0; i < sizeof of_topology / sizeof *of_topology; i++)
        assert_true(json_is_null(json_object_get(told, of_topology[i])));
    told = json_array_get(json_object_get(told, "cache_list"), 0);
    assert_true(json_is_null(json_object_get(told, "size")));
    assert_true(json_is_null(json_object_get(told, "shared_by")));
    side_free(&side);
}

static void a_folder_that_was_used_before_its_lock_is_anothers(void **state)
{
    struct side late = {.manifest = NULL};
    (void)state;
    meanwhile = "run/manifest.json";
    const enum status status = try_to_create("run", &late);
    meanwhile = NULL;
    assert_int_equal(status, STATUS_USAGE);
    struct stat manifest;
    assert_true(stat("run/manifest.json", &manifest) == 0 && manifest.st_size == 0);
}

/* It is who made the samples' file. */
static void a_folder_is_one_runs_without_locks(void **state)
{
    struct side first = {.manifest = NULL}, second = {.manifest = NULL};
    (void)state;
    no_locks = true;
    assert_int_equal(run_folder_make("run", &first), STATUS_OK);
    assert_int_equal(run_folder_make("run", &second), STATUS_FAILED);
    side_free(&first);
    side_free(&second);
    no_locks = false;
    /* With locks, what one left that was killed then is as good as nothing. */
    write_file("run/manifest.json.17-0.part", "w", "{");
    first = (struct side){.manifest = NULL};
    assert_int_equal(run_folder_make("run", &first), STATUS_OK);
    assert_int_not_equal(access("run/manifest.json.17-0.part", F_OK), 0);
    side_free(&first);
}

/* Of all names that the next seconds give, 100 are there. */
static void never_takes_a_folder_that_is_there(void **state)
{
    enum { SECONDS = 20, THERE = 100 };
    struct side results;
    char path[PATH_MAX];
    const time_t now = time(NULL);
    (void)state;
    assert_int_equal(mkdir("results", 0700), 0);
    for (int second = 0; second < SECONDS; second++) {
        char stamp[32];
        struct tm when;
        const time_t then = now + second;
        assert_non_null(gmtime_r(&then, &when));
        assert_true(strftime(stamp, sizeof stamp, "%Y-%m-%dT%H%M%SZ", &when) > 0);
        for (int i = 1; i <= THERE; i++) {
            (void)snprintf(path, sizeof path, i == 1 ? "results/%s" : "results/%s-%d", stamp, i);
            assert_int_equal(mkdir(path, 0500), 0);
        }
    }
    create(NULL, &results);
    const char *number = strrchr(results.folder, 'Z') + 1;
    assert_true(time(NULL) >= now + SECONDS || strcmp(number, "-101") == 0);
    side_free(&results);
}

static void knows_its_own_files(void **state)
{
    static const char *const own[] = {"run/manifest.json",
                                      "run/../run/samples.jsonl",
                                      "run/summary.csv",
                                      "run/logs/a.log",
                                      "run/fom.txt",
                                      "link to samples",
                                      "link to run/samples.jsonl",
                                      "other name"};
    static const char *const others[] = {"run/other.csv", "mine", "none", "run/none", "run", ""};
    char path[PATH_MAX];
    (void)state;
    make_run();
    write_file("run/summary.csv", "w", "");
    assert_false(run_folder_has_logs("run")); /* before there is anything in it */
    assert_int_equal(mkdir("run/logs", 0777), 0);
    assert_true(run_folder_has_logs("run"));
    write_file("run/logs/a.log", "w", "");
    write_file("run/fom.txt", "w", "");
    write_file("run/other.csv", "w", "");
    write_file("mine", "w", "");
    assert_int_equal(symlink("run/samples.jsonl", "link to samples"), 0);
    assert_int_equal(symlink("run", "link to run"), 0);
    assert_int_equal(link("run/samples.jsonl", "other name"), 0);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        assert_non_null(realpath(own[i], path));
        if (!run_folder_has("run", own[i]) || !run_folder_has("link to run", path))
            fail_msg("not its own: %s", own[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (run_folder_has("run", others[i]))
            fail_msg("its own: %s", others[i]);
}

static void takes_an_empty_folder_as_it_is(void **state)
{
    struct side results;
    struct stat before, after;
    (void)state;
    assert_int_equal(mkdir("empty", 0750), 0);
    assert_int_equal(symlink("empty", "link"), 0);
    assert_int_equal(stat("empty", &before), 0);
    create("link", &results);
    side_free(&results);
    assert_int_equal(stat("empty", &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(before.st_mode, after.st_mode);
    assert_int_equal(access("empty/samples.jsonl", F_OK), 0);

    assert_int_equal(mkdir("here", 0750), 0);
    assert_int_equal(chdir("here"), 0);
    create(".", &results);
    side_free(&results);
}

static void names_folders_of_their_own(void **state)
{
    struct side first, second, third;
    (void)state;
    create(NULL, &first);
    create(NULL, &second);
    create(NULL, &third);
    assert_string_not_equal(first.folder, second.folder);
    assert_string_not_equal(second.folder, third.folder);
    assert_string_not_equal(first.folder, third.folder);
    assert_int_equal(strncmp(first.folder, "results/2", 9), 0);
    side_free(&first);
    side_free(&second);
    side_free(&third);
}

static void says_when_a_sample_cannot_be_written(void **state)
{
    struct side results;
    (void)state;
    create("run", &results);
    assert_int_equal(fclose(results.samples), 0);
    results.samples = fopen("/dev/full", "w");
    assert_non_null(results.samples);
    struct launch_result launched = launch_with((const double[]){1}, 1, NULL);
    assert_int_equal(side_append(&results, lines_of_launch(&cells[0], 0, 0, &launched)),
                     STATUS_FAILED);
    launch_result_free(&launched);
    /* An ending that is in no file is none. */
    assert_int_equal(side_append(&results, lines_of_ending(ENDING_ROUNDS)), STATUS_FAILED);
    assert_int_equal(results.record.ending, ENDING_NONE);
    side_free(&results);
}

static void cuts_no_path(void **state)
{
    char path[12];
    (void)state;
    assert_true(run_folder_path("run", "file", path, sizeof path));
    assert_string_equal(path, "run/file");
    assert_false(run_folder_path("run", "filename", path, sizeof path));
}

/* Of those models that were planned, and whatever these tell. */
static void tells_the_libraries_of_models(void **state)
{
    struct model_entry *entries = calloc(3, sizeof *entries);
    struct side side = {.plan = plan, .catalog = {.count = 3, .entries = entries}};
    (void)state;
    assert_non_null(entries);
    entries[0].model.name = "serial";
    entries[0].description = json_pack("{s:s}", "name", "serial");
    entries[1].model.name = "threads";
    entries[1].description = json_pack("{s:{s:s}}", "libraries", "openmp_library", "libgomp.so");
    entries[2].model.name = "mpi";
    entries[2].description = json_pack("{s:{s:s}}", "libraries", "mpi_library", "MPI 5");
    assert_int_equal(run_folder_make("run", &side), STATUS_OK);
    assert_int_equal(run_folder_begin(&side, &config, &here), STATUS_OK);
    assert_int_equal(fclose(side.samples), 0);
    json_t *expected =
        json_pack("{s:{}, s:{s:s}}", "serial", "threads", "openmp_library", "libgomp.so");
    assert_true(json_equal(json_object_get(side.manifest, "models"), expected));
    json_decref(expected);
    json_decref(side.manifest);
    for (size_t i = 0; i < side.catalog.count; i++)
        json_decref(entries[i].description);
    free(entries);
}

/* With the workers of its launch, as its cell told them. */
static void keeps_what_a_launch_ran_with(void **state)
{
    struct side results;
    struct launch_result launched = {
        .said = json_pack("{s:[{s:{s:s}}], s:[], s:[{s:f, s:i}], s:[{s:f}]}", "started",
                          "libraries", "mpi_library", "MPI 5", "sample", "passes", "wall_s", 0.5,
                          "huge_bytes", 4194304, "worker", "busy_s", 0.25),
        .ended = true};
    char line[1024] = "";
    (void)state;
    create("run", &results);
    assert_int_equal(side_append(&results, lines_of_launch(&cells[0], 0, 0, &launched)), STATUS_OK);
    side_free(&results);
    launch_result_free(&launched);
    FILE *stream = fopen("run/samples.jsonl", "r");
    assert_non_null(stream);
    assert_non_null(fgets(line, sizeof line, stream));
    assert_int_equal(fclose(stream), 0);
    assert_non_null(strstr(line, "\"libraries\":{\"mpi_library\":\"MPI 5\"}"));
    assert_non_null(strstr(line, "\"huge_bytes\":4194304"));
    struct side loaded;
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 0);
    assert_int_equal(loaded.record.instrumented_count, 1);
    side_free(&loaded);
}

/* In whatever order they come, and however many there are. */
static void knows_which_launches_there_were(void **state)
{
    static const unsigned rounds[] = {5, 20, 21, 3, 60, 700};
    struct cell three[3] = {{.id = "0"}, {.id = "1"}, {.id = "2"}};
    const struct plan launched = {.count = 3, .cells = three};
    struct record record;
    (void)state;
    record_new(&launched, &record);
    assert_int_equal(record_turns(&record, 0, 0), 0);
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
        for (size_t cell = i % 2; cell < 3; cell += 2)
            record_begin(&record, cell, rounds[i], 0);
    for (unsigned round = 0; round < 2000; round++)
        for (size_t cell = 0; cell < 3; cell++) {
            bool expected = false;
            for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
                expected = expected || (rounds[i] == round && cell % 2 == i % 2);
            assert_int_equal(record_turns(&record, cell, round), expected);
        }
    record_cut(&record);
    assert_int_equal(record.count, 0);
    assert_int_equal(record_turns(&record, 0, 5), 0);
    record_free(&record);
}

/* Several launches of a cell in a round. */
static void knows_how_often_a_cell_was_launched(void **state)
{
    struct cell one = {.id = "0"};
    const struct plan launched = {.count = 1, .cells = &one};
    struct record record;
    (void)state;
    record_new(&launched, &record);
    for (unsigned turn = 0; turn < 3; turn++) {
        assert_int_equal(record_turns(&record, 0, 4), turn);
        record_add(&record, &(struct row){.round = 4, .turn = turn});
    }
    assert_int_equal(record_turns(&record, 0, 4), 3);
    record.whole_rows = 2;
    record_cut(&record);
    assert_int_equal(record_turns(&record, 0, 4), 2);
    record_begin(&record, 0, 5, 0);
    assert_int_equal(record_turns(&record, 0, 5), 1);
    assert_int_equal(record_turns(&record, 0, 4), 1); /* at least */
    record_free(&record);
}

/* A launch of two samples and 7 executions, and what a worker did in it. */
static void take_launch(struct record *record, unsigned round, const char *failure)
{
    struct launch_result launched = launch_with((const double[]){0.5, 0.25}, 2, failure);
    launched.executions = 7;
    (void)json_array_append_new(
        launch_said(&launched, "passes"),
        json_pack("{s:f, s:{s:s}}", "wall_s", 0.5, "counters_absent", "PAPI_TOT_CYC", "no cycles"));
    (void)json_array_append_new(launch_said(&launched, "worker"),
                                json_pack("{s:f, s:i, s:{s:i, s:n}}", "busy_s", 0.25, "processor",
                                          1, "counters", "PAPI_TOT_INS", 7, "PAPI_TOT_CYC"));
    json_t *lines = lines_of_launch(&record->plan->cells[1], round, 0, &launched);
    lines_take_all(lines, record);
    json_decref(lines);
    launch_result_free(&launched);
}

static void a_launch_becomes_a_part_of_the_record(void **state)
{
    struct plan of_two = {.count = 0};
    struct record record;
    (void)state;
    plan_append(&of_two, &(struct cell){.id = "0"});
    plan_append(&of_two, &(struct cell){.id = "1"});
    record_new(&of_two, &record);
    const struct cell_state *launched = &record.states[1];
    take_launch(&record, 3, NULL);
    assert_int_equal(record.count, 2);
    assert_true(record.rows[1].cell == 1 && record.rows[1].round == 3);
    assert_true(record.rows[1].sample == 1 && record.rows[1].seconds == 0.25);
    assert_true(record.rows[1].startup_s == 0.125 && record.rows[1].executions == 7);
    assert_true(record.rows[1].verified && !launched->failed);
    assert_int_equal(launched->executions, 7);
    assert_string_equal(launched->result, "3.14");
    assert_int_equal(record.instrumented_count, 1);
    assert_true(record.instrumented[0].cell == 1 && record.instrumented[0].round == 3);
    assert_true(record.instrumented[0].instructions == 7 && isnan(record.instrumented[0].cycles));
    assert_string_equal(launched->events.absent[INSTRUMENTED_CYCLES], "no cycles");
    take_launch(&record, 5, "it broke");
    assert_true(launched->failed);
    assert_string_equal(launched->failure, "it broke");
    assert_int_equal(record_rounds(&record), 6);
    record_free(&record);
    plan_free(&of_two);
}

/* What there is of a cell's first, second, … launch in a round; -1: the line does not tell. */
static bool is_taken(struct record *record, unsigned round, int turn, unsigned sample)
{
    json_t *line =
        json_pack("{s:s, s:i, s:i, s:f, s:f, s:b}", "cell", "0", "round", (int)round, "sample",
                  (int)sample, "seconds", 1.0, "startup_s", 0.0, "verified", 1);
    if (turn >= 0)
        (void)json_object_set_new(line, "turn", json_integer(turn));
    const bool taken = !lines_take(line, record);
    json_decref(line);
    return taken;
}

static void takes_the_launches_of_a_round_once_each(void **state)
{
    struct plan one = {.count = 0};
    struct record record;
    (void)state;
    plan_append(&one, &(struct cell){.id = "0"});
    record_new(&one, &record);
    assert_true(is_taken(&record, 0, -1, 0));
    assert_true(is_taken(&record, 0, -1, 1));
    assert_true(is_taken(&record, 0, 1, 0));
    assert_false(is_taken(&record, 0, 1, 0));
    assert_false(is_taken(&record, 0, -1, 2)); /* it is over */
    assert_true(is_taken(&record, 0, 2, 0));
    assert_true(is_taken(&record, 1, -1, 0));
    assert_false(is_taken(&record, 0, 3, 0));
    assert_false(is_taken(&record, 1, RECORD_TURNS_MAX, 0));
    assert_int_equal(record.count, 5);
    static const unsigned turns[] = {0, 0, 1, 2, 0};
    for (size_t i = 0; i < record.count; i++)
        assert_int_equal(record.rows[i].turn, turns[i]);
    record_free(&record);
    plan_free(&one);
}

static void takes_a_start_that_can_be(void **state)
{
    static const struct {
        const char *start;
        bool can_be;
    } cases[] = {{"{\"skew_s\": 0, \"late\": false}", true},
                 {"{\"skew_s\": 0.25, \"late\": true}", true},
                 {"{\"skew_s\": 0, \"uncertain_s\": 1e-6, \"late\": true}", true},
                 {"{\"skew_s\": 0, \"uncertain_s\": -1e-6, \"late\": true}", false},
                 {"{\"skew_s\": 0, \"uncertain_s\": 1e300, \"late\": true}", false},
                 {"{\"skew_s\": 0, \"uncertain_s\": null, \"late\": true}", false},
                 {"{\"skew_s\": -0.25, \"late\": true}", false},
                 {"{\"skew_s\": 1e300, \"late\": true}", false},
                 {"{\"skew_s\": \"0\", \"late\": true}", false},
                 {"{\"skew_s\": 0.25, \"late\": 1}", false},
                 {"{\"skew_s\": 0.25}", false},
                 {"{\"late\": true}", false}};
    struct plan one = {.count = 0};
    struct record record;
    (void)state;
    plan_append(&one, &cells[0]);
    record_new(&one, &record);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *line = json_pack("{s:s, s:i, s:i, s:f, s:f, s:b, s:o}", "cell", cells[0].id,
                                 "round", (int)i, "sample", 0, "seconds", 1.0, "startup_s", 0.0,
                                 "verified", 1, "start", json_loads(cases[i].start, 0, NULL));
        assert_non_null(line);
        if (!lines_take(line, &record) != cases[i].can_be)
            fail_msg("%s", cases[i].start);
        json_decref(line);
    }
    record_free(&record);
    plan_free(&one);
}

/* What the kernel counts is known by the first that tells, also where a later one counts
 * nothing. */
static void sums_what_workers_say(void **state)
{
    struct instrumented_events events = {0};
    struct instrumented sums;
    (void)state;
    assert_false(made_up_sum(0.5, "[]", "{}", &events, &sums));
    assert_false(made_up_sum(0.5, "[{\"busy_s\": -1, \"counters\": {\"PAPI_L1_DCM\": 5}}]", "{}",
                             &events, &sums));
    assert_string_equal(events.name[INSTRUMENTED_OWN], "");
    assert_true(
        made_up_sum(0.5,
                    "[{\"busy_s\": 0.25, \"processor\": 1, \"counters\": {\"PAPI_TOT_INS\": 7, "
                    "\"PAPI_TOT_CYC\": 9, \"PAPI_L1_DCM\": 5}}, {\"busy_s\": 0.125, "
                    "\"processor\": -1, \"counters\": {}}]",
                    "{}", &events, &sums));
    assert_string_equal(events.name[INSTRUMENTED_OWN], "PAPI_L1_DCM");
    assert_int_equal(sums.workers, 2);
    assert_true(sums.busy_sum_s == 0.375 && sums.busy_max_s == 0.25);
    assert_true(sums.instructions == 7 && sums.cycles == 9 && sums.own[0] == 5);
    assert_true(made_up_sum(0.5, "[{\"busy_s\": 0.25, \"processor\": -1}]", "{}", &events, &sums));
    assert_string_equal(events.name[INSTRUMENTED_OWN], "PAPI_L1_DCM");
    assert_true(isnan(sums.instructions) && isnan(sums.cycles) && isnan(sums.own[0]));
    assert_true(made_up_sum(0.5,
                            "[{\"busy_s\": 0.25, \"peak_memory_bytes\": 5000}, "
                            "{\"busy_s\": 0.5, \"peak_memory_bytes\": 3000}]",
                            "{}", &events, &sums));
    assert_true(sums.peak_memory_bytes == 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(reads_back_what_was_written),
        IN_A_FOLDER(reads_a_failure_back),
        IN_A_FOLDER(cells_that_failed_have_not_once_a_run_is_resumed),
        IN_A_FOLDER(remembers_why_it_ended),
        IN_A_FOLDER(remembers_what_a_resumed_run_was_asked_for),
        IN_A_FOLDER(reads_noise_back_by_round),
        IN_A_FOLDER(leaves_out_noise_that_is_none),
        IN_A_FOLDER(keeps_noise_when_going_on),
        IN_A_FOLDER(goes_on_on_a_machine_of_the_same_kind),
        IN_A_FOLDER(cuts_what_is_not_whole),
        IN_A_FOLDER(deletes_nothing_that_a_cut_does_not_explain),
        IN_A_FOLDER(overwrites_nothing),
        IN_A_FOLDER(a_folder_is_one_runs),
        cmocka_unit_test(tells_its_nodes),
        IN_A_FOLDER(what_is_not_known_is_null),
        IN_A_FOLDER(a_folder_that_was_used_before_its_lock_is_anothers),
        IN_A_FOLDER(a_folder_is_one_runs_without_locks),
        IN_A_FOLDER(never_takes_a_folder_that_is_there),
        IN_A_FOLDER(knows_its_own_files),
        IN_A_FOLDER(takes_an_empty_folder_as_it_is),
        IN_A_FOLDER(names_folders_of_their_own),
        IN_A_FOLDER(says_when_a_sample_cannot_be_written),
        IN_A_FOLDER(tells_the_libraries_of_models),
        IN_A_FOLDER(keeps_what_a_launch_ran_with),
        cmocka_unit_test(knows_which_launches_there_were),
        cmocka_unit_test(a_launch_becomes_a_part_of_the_record),
        cmocka_unit_test(knows_how_often_a_cell_was_launched),
        cmocka_unit_test(takes_the_launches_of_a_round_once_each),
        cmocka_unit_test(takes_a_start_that_can_be),
        cmocka_unit_test(sums_what_workers_say),
        cmocka_unit_test(cuts_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
