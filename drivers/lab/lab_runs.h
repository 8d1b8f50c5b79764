/*
 * The runs of a lab's record, as its questions look values up in them. A run is read when it is
 * first asked for, and kept.
 */
#pragma once

#include "analysed_run.h"
#include "lab.h"
#include "measured.h"

#include <limits.h>

struct lab_run; /* one that was read */

struct lab_runs {
    const struct lab *lab;
    const char *record; /* the folder that the runs are in */
    size_t count;
    struct lab_run **all; /* each stays where it was read */
    char machine[256];    /* that values were last looked up of; see lab_runs_value() */
};

/* The folder of the run, RECORD/RUN, or where there is none but one is kept, that one. False: there
 * is neither. */
bool lab_runs_folder(const struct lab_runs *runs, const char *run, char folder[PATH_MAX]);

/* What the lab's value of that name is. Of runs on several machines only those of the first one
 * that was looked up since lab_runs_forget_machine() are known: they are not compared. */
struct measured lab_runs_value(struct lab_runs *runs, const char *name);
void lab_runs_forget_machine(struct lab_runs *runs);

/* The run is read anew when it is next asked for. */
void lab_runs_forget(struct lab_runs *runs, const char *run);
void lab_runs_free(struct lab_runs *runs);

/* What a value of one run is: not known where others took more than LAB_VALUE_TAKEN_MAX of the
 * cores' time. A part of lab_runs_value(), for tests. */
#define LAB_VALUE_TAKEN_MAX 0.10
struct measured lab_value_in(const struct analysed_run *run, const struct lab_value *value);
