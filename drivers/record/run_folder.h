/*
 * A run's folder: manifest.json, samples.jsonl, logs. results/README.md describes it for those who
 * read it with other tools.
 */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

#include "machine.h"
#include "plan.h"
#include "record.h"
#include "run_config.h"
#include "samples_file.h"
#include "status.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>

struct run_folder {
    char folder[PATH_MAX];
    FILE *samples;
};

/*
 * Makes the folder, `wanted` or a new one below results/ named after the time. An error when
 * `wanted` holds anything already, but what a run left that was killed before its manifest was
 * whole: nothing overwrites an earlier run.
 */
MUST_USE enum status run_folder_make(const char *wanted, struct run_folder *results);

/* Makes it a run's: writes the manifest, which the caller frees, and opens the samples. */
MUST_USE enum status run_folder_begin(struct run_folder *results, const struct run_config *config,
                                      const struct plan *plan, const struct catalog *catalog,
                                      const struct machine *machine, json_t **manifest);

/* Opens the folder's samples to append to, for this process alone: an error while another one
 * measures them. */
MUST_USE enum status run_folder_open_samples(struct run_folder *results);

/* Appends a launch of the cell, one line a sample, or one that says why it failed, and syncs. */
MUST_USE enum status run_folder_append(struct run_folder *results, const struct cell *cell,
                                       unsigned round, const struct launch_result *launched);

/* Appends the noise of a round that is over, null where it is not known, and syncs. */
MUST_USE enum status run_folder_append_noise(struct run_folder *results, unsigned round,
                                             const struct noise *noise);

/* Appends that a run goes on, when, and with what it is asked for now, and syncs. */
MUST_USE enum status run_folder_resume(struct run_folder *results, const struct run_config *config);

/* Appends why no further round follows, and syncs. */
MUST_USE enum status run_folder_end(struct run_folder *results, enum ending ending);

/* The figures of a round's noise, as the samples' file names them. */
struct noise_figure {
    const char *name;
    size_t place; /* offset in struct noise */
    bool is_count;
};
extern const struct noise_figure run_folder_noise_figures[];
enum { RUN_FOLDER_NOISE_FIGURES = 10 };

/* Closes the samples; `results` may be one that was never created, zeroed. */
void run_folder_close(struct run_folder *results);

/* The path of a file in the folder. False when it is too long. */
bool run_folder_path(const char *folder, const char *file, char *path, size_t length);

/* Writes a file of the folder, which is there whole or not at all: see safe_file_write(). */
MUST_USE enum status run_folder_write(const char *folder, const char *name,
                                      bool (*write)(FILE *stream, const void *what),
                                      const void *what);

/*
 * Reads a folder back, whatever it holds: a clear error, or the lines of samples that can be used.
 * The others, the cut last line of a run that was killed among them, are counted in `bad`. The
 * caller frees plan, record and manifest.
 */
MUST_USE enum status run_folder_load(const char *folder, json_t **manifest, struct plan *plan,
                                     struct record *record, struct bad_lines *bad);

/* Warns of the lines that were left out, if there are any. */
void run_folder_say_bad(const char *folder, const struct bad_lines *bad);

/*
 * Opens the folder of a run that was cut off, to go on with it: reads it back, leaves out what
 * comes after the last whole launch, in the file as well, and fills in what was asked, whose texts
 * are the manifest's. An error on another machine than the run's, with another build than the
 * catalog's, while another process measures it, and where more would be cut than a run leaves that
 * was killed. The caller frees plan, record and manifest, and closes the results.
 */
MUST_USE enum status run_folder_reopen(const char *folder, const struct catalog *catalog,
                                       const struct machine *machine, json_t **manifest,
                                       struct plan *plan, struct record *record,
                                       struct run_config *config, struct run_folder *results);

#endif
