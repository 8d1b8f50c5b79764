/*
 * A run that never took place: a plan, its samples and their analysis, for tests of what is made
 * of them. Times are exact: the kernel takes 1 s, 1/workers s under all models but gil,
 * and 1.25 s where the work is scaled with the workers.
 */
#pragma once

#include "analysed_run.h"
#include "made_up_experiments.h"
#include "made_up_traits.h"
#include "own_folder.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MADE_UP_CELLS_MAX = 128, MADE_UP_TEXT_MAX = 1 << 20 };

struct made_up_run {
    char folder[64];
    struct cell planned[MADE_UP_CELLS_MAX];
    struct plan plan;
    struct record record;
    json_t *manifest; /* tells of two cores */
    struct analysed_run analysed;
};

static inline void made_up_cell(struct made_up_run *run, const char *kernel, const char *label,
                                unsigned workers, unsigned experiments)
{
    assert_true(run->plan.count < MADE_UP_CELLS_MAX);
    struct cell *cell = &run->planned[run->plan.count++];
    *cell = (struct cell){.workers = workers,
                          .ranks = 1,
                          .threads = workers,
                          .nodes = 1,
                          .size = 1000000,
                          .base_size = 1000000,
                          .traits = made_up_traits(label),
                          .oversubscribed = workers > 2,
                          .experiments = experiments};
    (void)snprintf(cell->kernel, sizeof cell->kernel, "%s", kernel);
    (void)snprintf(cell->label, sizeof cell->label, "%s", label);
    (void)snprintf(cell->model, sizeof cell->model, "%.*s", (int)strcspn(label, ":"), label);
    (void)snprintf(cell->id, sizeof cell->id, "%s/%s/%u", kernel, label, workers);
}

/* Another algorithm of the kernel, told with it. */
static inline struct cell *made_up_algorithm(struct made_up_run *run, const char *kernel,
                                             const char *word, const char *label, unsigned workers)
{
    struct cell *cell = &run->planned[run->plan.count];
    char name[PLAN_NAME_MAX];
    (void)snprintf(name, sizeof name, "%s:algorithm=%s", kernel, word);
    made_up_cell(run, name, label, workers, 0);
    (void)snprintf(cell->told_with, sizeof cell->told_with, "%s", kernel);
    return cell;
}

/* Serial, gil, pool and threads with 1 and 2 workers, in both experiments; 4 of them in gil. */
static inline void made_up_kernel(struct made_up_run *run, const char *kernel)
{
    static const char *const labels[] = {"gil", "pool", "threads"};
    const unsigned gil = 1u << EXPERIMENT_GIL, both = gil | 1u << EXPERIMENT_STRONG;
    made_up_cell(run, kernel, "serial", 1, both);
    for (unsigned i = 0; i < sizeof labels / sizeof *labels; i++)
        for (unsigned workers = 1; workers <= 4; workers *= 2)
            made_up_cell(run, kernel, labels[i], workers, workers > 2 ? gil : both);
}

/* Threads with 1, 2 and 4 workers, each of which has the work of one; the first needs a base. */
static inline void made_up_weak(struct made_up_run *run, const char *kernel)
{
    made_up_cell(run, kernel, "threads", 1, 1u << EXPERIMENT_WEAK);
    for (unsigned workers = 2; workers <= 4; workers *= 2) {
        made_up_cell(run, kernel, "threads", workers, 1u << EXPERIMENT_WEAK);
        run->planned[run->plan.count - 1].size *= workers;
        run->planned[run->plan.count - 1].oversubscribed = false;
    }
}

/* A folder of its own, nothing planned yet. */
static inline void made_up_begin(struct made_up_run *run)
{
    *run = (struct made_up_run){.folder = "/tmp/parbench-made-up-XXXXXX"};
    assert_non_null(mkdtemp(run->folder));
    run->manifest = json_pack("{s:{s:i}}", "machine", "allowed", 2);
    assert_non_null(run->manifest);
    run->plan.cells = run->planned;
}

/* Adds a sample that verified. */
static inline void made_up_add(struct made_up_run *run, size_t cell, unsigned round,
                               unsigned sample, double seconds, double startup_s)
{
    const struct row row = {.cell = cell,
                            .round = round,
                            .sample = sample,
                            .executions = 1,
                            .seconds = seconds,
                            .startup_s = startup_s,
                            .skew_s = NAN,
                            .verified = true};
    record_add(&run->record, &row);
}

static inline void made_up_measure(struct made_up_run *run, unsigned rounds)
{
    record_new(&run->plan, &run->record);
    run->record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < rounds; round++)
        for (size_t i = 0; i < run->plan.count; i++) {
            const struct cell *cell = &run->planned[i];
            double seconds = strcmp(cell->label, "gil") == 0 ? 1 : 1.0 / cell->workers;
            if (cell->size != cell->base_size)
                seconds = 1.25;
            made_up_add(run, i, round, 0, seconds, 0.25);
        }
}

static inline void made_up_fail(struct made_up_run *run, size_t cell, const char *reason)
{
    run->record.states[cell].failed = true;
    (void)snprintf(run->record.states[cell].failure, sizeof run->record.states[cell].failure, "%s",
                   reason);
}

/* Also once more, after the record changed. */
static inline void made_up_analyse(struct made_up_run *run)
{
    analysed_run_free(&run->analysed);
    analysed_run_make(run->folder, run->manifest, &run->record, &run->analysed);
}

/* The first finding that has the text; NULL: none has. */
static inline const char *made_up_said(const struct made_up_run *run, const char *text)
{
    const struct findings *findings = &run->analysed.findings;
    for (size_t i = 0; i < findings->count; i++)
        if (strstr(findings->all[i].text, text))
            return findings->all[i].text;
    return NULL;
}

/* Files of the folder, or of one in it, whose names end like this. */
static inline unsigned made_up_files(const struct made_up_run *run, const char *below,
                                     const char *end)
{
    char path[128];
    unsigned count = 0;
    (void)snprintf(path, sizeof path, "%s/%s", run->folder, below);
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        count += *entry->d_name != '.' && length >= strlen(end) &&
                 strcmp(entry->d_name + length - strlen(end), end) == 0;
    }
    if (folder)
        (void)closedir(folder);
    return count;
}

/* A file of the folder, which the caller frees. */
static inline char *made_up_read(const struct made_up_run *run, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", run->folder, name);
    FILE *stream = fopen(path, "re");
    char *text = calloc(MADE_UP_TEXT_MAX, 1);
    assert_non_null(text);
    if (!stream)
        fail_msg("%s is not there", path);
    assert_true(fread(text, 1, MADE_UP_TEXT_MAX - 1, stream) < MADE_UP_TEXT_MAX - 1);
    (void)fclose(stream);
    return text;
}

static inline void made_up_write(const struct made_up_run *run, const char *name, const char *text,
                                 mode_t mode)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", run->folder, name);
    FILE *stream = fopen(path, "we");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static inline void made_up_folder(const struct made_up_run *run, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", run->folder, name);
    assert_int_equal(mkdir(path, 0777), 0);
}

static inline void made_up_end(struct made_up_run *run)
{
    (void)own_folder_delete(run->folder);
    analysed_run_free(&run->analysed);
    json_decref(run->manifest);
    json_decref(run->plan.places);
    record_free(&run->record);
}
