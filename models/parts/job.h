/*
 * What a model's workers are to do, and what came of it: all that models, their parts and the
 * harness that times them have in common.
 */
#pragma once

#include "kernel.h"

#include <string.h>

enum { MODEL_OPTIONS_MAX = 8, MODEL_COUNTS_MAX = 8 };

struct model_option; /* see model.h */

/* The caller owns it and keeps it until stop(). */
struct job {
    const struct kernel *kernel;
    uint64_t size;
    unsigned workers, ranks, threads; /* threads of each rank */
    bool oversubscribe;               /* more workers than cores, on purpose */
    unsigned traits, helpers;         /* its model's own */
    const struct model_option *options;
    const char *values[MODEL_OPTIONS_MAX]; /* one per option; checked */
};

/* What a model counts in the executions of a sample. */
struct count_info {
    const char *name; /* "gil::handoffs"; of seconds it ends in "_s" */
    const char *unit; /* "s", "bytes", …; empty for a mere number. All but seconds are whole */
    const char *help; /* one line */
};

/* What was counted of one of the model's `counts`. */
struct count {
    const char *name;
    double value;
};

/* How well the ranks of a sample began together. */
struct rank_start {
    enum {
        START_ALONE,   /* one process, which has one beginning */
        START_BARRIER, /* each rank when it came out of a barrier */
        START_CLOCK    /* all at a moment agreed upon before, by clocks that were compared */
    } kind;
    double skew_s;      /* from the first rank's beginning to the last one's, by rank 0's clock */
    double uncertain_s; /* by which what a rank knows of that clock may be wrong */
    bool late;          /* a rank began after the agreed moment: the sample is not valid */
};

/* What one sample gave. */
struct outcome {
    double seconds; /* of all its executions: see sample.h */
    /* The whole result. NULL except in the process that owns it; the team's, until it executes
     * again. */
    const void *partial;
    void *output;            /* all items of a map there, else NULL */
    struct rank_start start; /* of ranks */
    unsigned counted;
    struct count counts[MODEL_COUNTS_MAX];
};

/* Adds it to the outcome; the name is one of the model's `counts`, and must outlive the outcome. */
static inline void outcome_count(struct outcome *outcome, const char *name, double value)
{
    if (outcome->counted < MODEL_COUNTS_MAX)
        outcome->counts[outcome->counted++] = (struct count){name, value};
}

/* Whether a count of that name is of updates that were lost, or of all that were made, as a model
 * has them whose updates may be lost. */
static inline bool count_ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), behind = strlen(end);
    return length >= behind && strcmp(name + length - behind, end) == 0;
}
#define COUNT_LOST "::lost"
#define COUNT_UPDATES "::updates"

/* Takes what a library that a model really runs with says of itself: one that the model was built
 * with need not be the one that is loaded. The name is the suite's: "mpi_library". */
typedef void library_add(void *context, const char *name, const char *value);

struct team; /* each model's own */

/*
 * What the harness needs where a team is several processes that each run the harness. All of them
 * call each function together.
 */
struct group {
    /* A sample begins: returns from which moment of its own clock this process's duration
     * counts. */
    uint64_t (*begin)(struct team *team);
    /* Before a launch's first execution, and between two of a sample, lest some run ahead. */
    void (*meet)(struct team *team);
    /* A sample has ended: the longest of the durations, and how the processes began. */
    void (*end)(struct team *team, uint64_t duration_ns, unsigned executions,
                struct outcome *outcome);
    /* Brings `bytes` of every process to the one that owns the result, in the order of ranks, into
     * `all`, which others do not have. */
    void (*collect)(struct team *team, const void *mine, size_t bytes, void *all);
    /* Whether this process owns the result. */
    bool (*owns)(struct team *team);
};
