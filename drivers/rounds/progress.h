/*
 * How far a run is: a bar that redraws itself on a terminal, a plain line a round elsewhere.
 * All of it on standard error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool terminal;
    size_t cells;    /* of a round */
    unsigned rounds; /* at most */
    double budget_s;
    uint64_t start_ns;
};

struct progress progress_start(size_t cells, unsigned rounds, double budget_s);

/* `done` cells of round `round`, 0-based, are measured; `label` comes next, as the `first` one that
 * is launched in this round. */
void progress_show(const struct progress *progress, unsigned round, size_t done, bool first,
                   const char *label);

/* Clears the bar. */
void progress_end(const struct progress *progress);
