/*
 * The answer at a glance (overview.h) in words, and as a table on a terminal.
 */
#pragma once

#include "analysed_run.h"
#include "text.h"

#include <stdbool.h>
#include <stdio.h>

/* What stands in an entry, a line each; empty ones last. */
enum { OVERVIEW_LINES = 3 };
struct overview_text {
    /* "2.06 [2.01,2.11]", or why there is no speedup; "at 8; 64: 1.25", the latter of what all give
     * where that is less, or has failed; "communication?", with the mark where not certain. */
    struct short_text lines[OVERVIEW_LINES];
};
struct overview_text overview_text(const struct overview_entry *entry);

/* Whether an entry of the run has a "?", or no interval, or a "*". */
struct overview_marks {
    bool is_uncertain, lacks_interval, is_oversubscribed;
};
struct overview_marks overview_marks(const struct analysed_run *run);

/* A line for each of them that an entry of the run has: what its marks stand for. */
void overview_print_marks(FILE *stream, const struct analysed_run *run);

/* Models by kernels, of as many columns as terminal_text_columns() says, coloured by efficiency if
 * they are to be; nothing of a run without entries. */
void overview_print(FILE *stream, const struct analysed_run *run, bool coloured);
