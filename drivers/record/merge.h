/*
 * Several runs made one: their cells by their identity, their rounds one behind the other, so that
 * what is compared round by round is of one run. Nothing of files: see merged_folder.h.
 */
#pragma once

#include "plan.h"
#include "record.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* One of the runs; one that was put together itself stands for those that it is of. */
struct merge_part {
    const char *folder;
    const json_t *manifest;
    const struct plan *plan;
    /* What its samples tell: */
    size_t rounds, samples;
    enum ending ending;
    double precision; /* that was asked for at last; 0: see its manifest */
};

/*
 * Whether they can be one run. An error where two are the same run, where a kernel has two sizes in
 * an experiment that is of one, or where their machines are not of one kind, unless these may be
 * `mixed`. Needs nothing of their samples.
 */
MUST_USE enum status merge_check(const struct merge_part *parts, size_t count, bool mixed);

/* Whether two runs are the same, or have one in common that they were put together of. */
bool merge_has_common(const json_t *one, const json_t *other);

/* The cells of all of them, each once, in the order in which one run would have them. The caller
 * frees the plan, which is zeroed before, whatever comes of it. */
MUST_USE enum status merge_plans(const struct merge_part *parts, size_t count, struct plan *merged);

/* The manifest of all of them, which the caller owns: with `sources`, and of the rest what is the
 * same in all. An error where it is larger than one may be. */
MUST_USE enum status merge_manifests(const struct merge_part *parts, size_t count,
                                     const struct plan *merged, const char *command,
                                     json_t **manifest);

/* How the merged run ended: as all did, else as the first did that ended before what was asked for
 * was reached. */
enum ending merge_ending(const struct merge_part *parts, size_t count);

/* Launches of a run that had failed and were made up for when it was resumed: it is as if there had
 * been none. Two objects of the caller's, empty at first. */
struct merge_retries {
    json_t *dropped; /* the last line that each of these has, */
    json_t *failed;  /* and the latest failure of each cell that has one */
    json_int_t lines;
};

/*
 * Whether the next line of the run's samples counts, which its record has taken over. Which
 * launches are made up for is known behind the last line: by then all lines are to be looked at
 * once more, from `lines` 0 on.
 */
bool merge_keeps(struct merge_retries *retries, const json_t *line, const struct record *record);

/* The line of samples as it is in the merged run, `first` rounds later. False for one on the whole
 * run, of which there is none. */
bool merge_line(json_t *line, size_t first);
