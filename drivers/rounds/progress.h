/*
 * How far a run is, for people: a line that a terminal draws anew, or one a round.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct progress {
    unsigned round, rounds; /* from 0; at most so many */
    size_t done, cells;     /* of this round */
    double share;           /* of all that there is to do, or of the time for it: from 0 to 1 */
    double elapsed_s, left_s;
    const char *label; /* what comes next */
};

enum { PROGRESS_LINE_MAX = 512 };

/* The line for a terminal of so many columns, which leaves the last one free: what is longer is
 * cut, the bar first. */
void progress_line(const struct progress *progress, unsigned columns, char line[PROGRESS_LINE_MAX]);

/* Shows it on standard error, on a terminal in place of what it showed before. Elsewhere once a
 * round: with `first`. */
void progress_show(const struct progress *progress, bool first);

/* Takes it away before something else is said. */
void progress_clear(void);
