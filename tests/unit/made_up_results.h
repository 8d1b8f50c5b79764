/*
 * A run's folder that was never measured, in the folder of its own that a test works in.
 */
#pragma once

#include "made_up_experiments.h"
#include "own_folder.h"
#include "run_folder.h"
#include "samples_lines.h"

static struct cell cells[] = {
    {.id = "pi/serial/workers:1/ranks:1/threads:1/nodes:1/n:1000",
     .kernel = "pi",
     .model = "serial",
     .label = "serial",
     .workers = 1,
     .ranks = 1,
     .threads = 1,
     .nodes = 1,
     .size = 1000,
     .base_size = 1000,
     .traits = TRAIT_BASE | TRAIT_SHARED_MEMORY,
     .experiments = 1u << EXPERIMENT_GIL | 1u << EXPERIMENT_STRONG},
    {.id = "pi/threads:chunk=7/workers:4/ranks:1/threads:4/nodes:1/n:9007199254740993",
     .kernel = "pi",
     .model = "threads",
     .label = "threads:chunk=7",
     .options = 2,
     .option_names = {"schedule", "chunk"},
     .option_values = {"static", "7"},
     .workers = 4,
     .ranks = 1,
     .threads = 4,
     .nodes = 1,
     .size = 9007199254740993,
     .base_size = 9007199254740992,
     .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS,
     .oversubscribed = true,
     .experiments = 1u << EXPERIMENT_GIL},
};
static const struct plan plan = {.count = 2, .cells = cells};
static const struct machine machine = {.host = "node1", .cpu = "cpu", .cores = 2, .allowed = 2};
static const struct allocation here = {.machine = &machine, .nodes = 1, .slots = 2};
static const struct run_config config = {.command = "parbench run",
                                         .profile = "smoke",
                                         .samples = 3,
                                         .rounds = 2,
                                         .precision = 0.02,
                                         .budget_s = 5,
                                         .budget_most_s = 20,
                                         .timeout_s = 60,
                                         .seed = 42};

static inline void abandon(struct side *side)
{
    side_free(side);
    *side = (struct side){.manifest = NULL};
}

/* What could not be created is freed. */
static inline enum status try_to_create(const char *wanted, struct side *side)
{
    *side = (struct side){.manifest = NULL};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        plan_append(&side->plan, &cells[i]);
    record_new(&side->plan, &side->record);
    enum status status = run_folder_make(wanted, side);
    if (status == STATUS_OK)
        status = run_folder_begin(side, &config, &here);
    if (status != STATUS_OK)
        abandon(side);
    return status;
}

static inline void create(const char *wanted, struct side *side)
{
    assert_int_equal(try_to_create(wanted, side), STATUS_OK);
}

/* What a launch with such samples gives, all verified when it ended; the caller frees it. */
static inline struct launch_result launch_with(const double *seconds, unsigned count,
                                               const char *failure)
{
    struct launch_result launched = {
        .executions = 1,
        .said = json_pack("{s:[{s:f}], s:[], s:[{s:s}], s:[], s:[]}", "started", "startup_s", 0.125,
                          "sample", "result", "result", "3.14", "passes", "worker"),
        .ended = !failure};
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(json_array_append_new(
                             launch_said(&launched, "sample"),
                             json_pack("{s:f, s:b, s:{s:f}}", "seconds", seconds[i], "verified",
                                       !failure || i + 1 < count, "counts", "gil::handoffs", 3.0)),
                         0);
    (void)snprintf(launched.failure, sizeof launched.failure, "%s", failure ? failure : "");
    return launched;
}

static inline void append(struct side *side, unsigned cell, unsigned round, const double *seconds,
                          unsigned count, const char *failure)
{
    struct launch_result launched = launch_with(seconds, count, failure);
    assert_int_equal(side_append(side, lines_of_launch(&cells[cell], round, 0, &launched)),
                     STATUS_OK);
    launch_result_free(&launched);
}

/* The folder "run" with one launch of each cell. */
static inline void make_run(void)
{
    struct side results;
    create("run", &results);
    append(&results, 0, 0, (const double[]){0.1, 1.0 / 3, 1e-9}, 3, NULL);
    append(&results, 1, 0, (const double[]){0.3}, 1, NULL);
    side_free(&results);
}

static inline void write_file(const char *path, const char *mode, const char *text)
{
    FILE *stream = fopen(path, mode);
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

static inline enum status load(struct side *loaded)
{
    *loaded = (struct side){.manifest = NULL};
    return run_folder_load("run", loaded);
}
