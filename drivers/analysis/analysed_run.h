/*
 * A run that was stored: all that its folder tells, read back and analysed.
 */
#ifndef ANALYSED_RUN_H
#define ANALYSED_RUN_H

#include "analysis.h"
#include "run_folder.h"

struct analysed_run {
    const char *folder;
    json_t *manifest;
    struct plan plan;
    struct record record;           /* of `plan`: the struct stays where it was read */
    struct analysis_of_cell *cells; /* one each of the plan */
};

/*
 * Reads the folder, and says what of it cannot be used, or that the run was cut off. The caller
 * frees `stored`, which is zeroed or was read, whatever came of it; `folder` stays the caller's.
 */
MUST_USE enum status analysed_run_read(const char *folder, struct analysed_run *stored);
void analysed_run_free(struct analysed_run *stored);

#endif
