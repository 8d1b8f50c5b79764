/*
 * A run's folder: manifest.json, samples.jsonl, logs. results/README.md describes it for those who
 * read it with other tools.
 */
#pragma once

#include "catalog.h"
#include "machine.h"
#include "plan.h"
#include "record.h"
#include "run_config.h"
#include "samples_file.h"
#include "status.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>

/* What one build measures or has measured, and where it goes. */
struct side {
    struct catalog catalog;
    struct run_config config;
    const char *gnuplot; /* its version, where figures are to be drawn; NULL: none are */
    json_t *nodes;       /* what those of several told, see node_report.h; NULL: one, this host */
    json_t *manifest;
    struct plan plan;
    struct record record; /* of `plan`: the struct stays where it is; what it holds already is not
                             measured again */
    struct samples_read read; /* what is known of a file that was read into it */
    char folder[PATH_MAX];
    FILE *samples; /* while it is measured, by this process alone */
};

/* Closes and frees all that it has; zeroed ones, too. */
void side_free(struct side *side);

/* Takes lines of samples.jsonl over into the record, and appends them to the file, synced: what was
 * measured outlives whatever comes next. The array is taken over; see samples_lines.h. */
MUST_USE enum status side_append(struct side *side, json_t *lines);

/*
 * Makes the folder, `wanted` or a new one below results/ named after the time, and opens its
 * samples. An error when `wanted` holds anything already, but what a run left that was killed
 * before its manifest was whole: nothing overwrites an earlier run. Of several that want it one
 * gets it.
 */
MUST_USE enum status run_folder_make(const char *wanted, struct side *side);

/* The error that this would have at once, for the folder as it is now, before what takes long. */
MUST_USE enum status run_folder_check_new(const char *wanted);

/* Makes its folder a run's: writes the manifest. `config` is the side's, with what tells of the run
 * beside it. */
MUST_USE enum status run_folder_begin(struct side *side, const struct run_config *config,
                                      const struct allocation *allocation);

/* The same with the manifest that the side has already. */
MUST_USE enum status run_folder_write_manifest(const struct side *side);

/* Whether there is a run in the folder: one that can be gone on with has a manifest. */
bool run_folder_is_run(const char *folder);

/* The path of a file in the folder. False when it is too long. */
bool run_folder_path(const char *folder, const char *file, char *path, size_t length);

/* Opens a file of the folder of at most so many bytes for reading, or says why not: see
 * safe_file_open(). */
const char *run_folder_open(const char *folder, const char *name, uint64_t bytes_max,
                            FILE **stream);

/* Owns a run's folder as long as the side lives, to write what is made from its samples: an error
 * while another process does. Without effect where the samples cannot be written. */
MUST_USE enum status run_folder_own(const char *folder, struct side *side);

/* Whether the path leads, by whatever links, to a file that the suite writes there. */
bool run_folder_has(const char *folder, const char *path);

/* Whether a cell's processes wrote anything that is in logs/. */
bool run_folder_has_logs(const char *folder);

/* Writes a file of the folder, which is there whole or not at all: see safe_file_write(). */
MUST_USE enum status run_folder_write(const char *folder, const char *name,
                                      void (*write)(FILE *stream, const void *what),
                                      const void *what);

/*
 * Reads a folder back, whatever it holds: a clear error, or the lines of samples that can be used.
 * The others, the cut last line of a run that was killed among them, are counted. The caller frees
 * the side, which is zeroed before but for its catalog.
 */
MUST_USE enum status run_folder_load(const char *folder, struct side *side);
/* Its parts: what was asked, */
MUST_USE enum status run_folder_load_manifest(const char *folder, struct side *side);
/* and what was measured; each line that can be used goes to `use` as well, see samples_read(). */
MUST_USE enum status run_folder_load_samples(const char *folder, struct side *side,
                                             samples_use *use, void *to);

/* Warns of the lines that were left out, if there are any. */
void run_folder_say_bad(const char *folder, const struct bad_lines *bad);

/* An error for a run that was put together of others: nobody goes on with it. */
MUST_USE enum status run_folder_check_single(const char *folder, const json_t *manifest);

/*
 * Opens the folder of a run that was cut off, to go on with it: reads it back, leaves out what
 * comes after the last whole launch, in the file as well, and fills in what was asked, whose texts
 * are the manifest's. An error on a machine of another kind, with another build than the
 * catalog's, while another process measures it, and where more would be cut than a run leaves that
 * was killed. The caller frees the side, which is zeroed before but for its catalog.
 */
MUST_USE enum status run_folder_reopen(const char *folder, const struct machine *machine,
                                       struct side *side);

/* Whether a run that was reopened may go on on the side's `nodes`: each is of the kind of one that
 * it was begun on. */
MUST_USE enum status run_folder_check_nodes(const struct side *side);
