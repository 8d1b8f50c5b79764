/*
 * Goes through a lab with a student: shows its text, asks, measures, compares, and keeps what came
 * of it, so that it can be left at any time and gone on with.
 */
#pragma once

#include "lab.h"
#include "status.h"

#include <stdbool.h>

struct lab_asked {
    const char *out;     /* the folder of the record; NULL: results/labN */
    const char *student; /* a name; NULL: who is at a terminal is asked */
    const char *answers; /* a file; NULL: somebody is asked */
    const char *profile; /* of its runs; NULL: as the lab has it */
    unsigned step;       /* to begin with; 0: where the record was left */
    bool json;           /* prints the record at the end, and all else as messages */
};

/* STATUS_FAILED where the record could not be kept, which was said: what could not be measured is
 * in it as that. STATUS_INTERRUPTED after a signal. */
MUST_USE enum status lab_guide(const struct lab_text *text, const struct lab_asked *asked);

/* The folder of a lab's record where nobody names one: "results/lab1". */
void lab_guide_folder(unsigned number, char *folder, size_t length);
