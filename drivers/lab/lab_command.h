/*
 * The commands in a lab's text, as the guide runs them.
 */
#pragma once

#include "lab.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

/* Where and how they are run. */
struct lab_place {
    const struct lab *lab;
    const char *program; /* the path of this one, which may be built anew meanwhile */
    const char *record;  /* in place of results/labN, of which the text speaks */
    const char *profile; /* of runs; NULL: as they are written */
    bool only_runs;      /* whoever reads what others show is not there */
    FILE *stream;        /* what is said about them, and what they say themselves */
};

/* What came of one. */
enum lab_ran {
    LAB_RAN,        /* it was run, or had been, and what it was to do is done */
    LAB_RAN_BADLY,  /* it failed, as it has said */
    LAB_RAN_PARTLY, /* a signal came meanwhile */
    LAB_RAN_NOT,    /* it is left to the student */
};

/* Runs a line. One that measures a run, whose name is put into `run`, is gone on with, and not
 * measured again, unless `again`: then the earlier one is kept beside it. Of models that cannot be
 * used here it says so, and leaves them out. */
enum lab_ran lab_command_run(const struct lab_place *place, const char *line, bool again,
                             char run[LAB_NAME_MAX]);
