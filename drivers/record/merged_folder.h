/*
 * The folders of several runs made into one more, which is read as any run's is; see merge.h.
 */
#pragma once

#include "status.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct merge_asked {
    const char *const *folders;
    size_t count;
    const char *out;     /* the new folder; NULL: one below results/, named after the time */
    const char *command; /* the whole command line */
    bool mixed;          /* their machines may be of several kinds */
};

/*
 * Makes the new folder, of which `made` becomes the path, and puts manifest and samples in it. The
 * runs stay as they are; while they are read nobody else measures them. An error where one of them
 * is no run, is still being measured, or comes twice, where the new folder would be in one of them
 * or is not empty, and where merge_check() has one. Nothing is left then.
 */
MUST_USE enum status merged_folder_make(const struct merge_asked *asked, char made[PATH_MAX]);
