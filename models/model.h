/*
 * The contract of a model: a way to spread a kernel's work over workers.
 *
 * A model knows no mathematics: it decides who computes which range, moves inputs, outputs and
 * partials, and has the partials combined in index order.
 *
 * To add a model:
 *   1. Write models/NAME.c. At its foot put one `const struct model this_model = { … };` with
 *      designated initialisers. serial.c is the shortest example, threads.c one with options.
 *   2. Add one line `parbench_model(NAME …)` to CMakeLists.txt that names its libraries.
 *   3. Build. The model becomes a program of its own, parbench-cell-NAME, which the front door
 *      finds and asks for this description; the tests of the matrix cover it.
 */
#ifndef MODEL_H
#define MODEL_H

#include "kernel.h"
#include "rank_start.h"
#include "runtime_libraries.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { MODEL_OPTIONS_MAX = 8, MODEL_VALUES_MAX = 12, MODEL_COUNTS_MAX = 8 };

/* What the front door and experiments go by, instead of names: bits of a model, which those of the
 * values that its options have are added to. */
enum trait {
    TRAIT_BASE = 1u << 0,   /* speedups of all models are over its: one worker, a plain loop */
    TRAIT_BEST = 1u << 1,   /* a base that executes the kernel's best(), and needs its memory */
    TRAIT_LOCKED = 1u << 2, /* one worker computes at a time, however many there are */
    TRAIT_SHARED_MEMORY = 1u << 3, /* all workers see the same inputs and partials, within a node */
    TRAIT_CHUNKS = 1u << 4 /* its option "chunk" is the items of a piece; each has a partial */
};

/* What a value of an option must look like. */
enum option_kind {
    OPTION_CHOICE,  /* one of `values` */
    OPTION_COUNT,   /* an integer > 0, or one of `values` */
    OPTION_DURATION /* a number > 0 with its unit: "5ms" */
};

/* A word that an option takes. */
struct option_value {
    const char *word;
    const char *python; /* what does this in Python; NULL: nothing of its own */
    unsigned traits;
};

struct model_option {
    const char *name;
    enum option_kind kind;
    struct option_value
        values[MODEL_VALUES_MAX + 1]; /* see option_kind; ended by one without a word */
    const char *initial;
    const char *help;   /* one line */
    const char *python; /* what sets it in Python; NULL: nothing */
};

/* How workers come into being, and so how a cell is launched. */
enum launch {
    LAUNCH_ALONE,     /* one process, one worker */
    LAUNCH_THREADS,   /* one process, a thread a worker */
    LAUNCH_PROCESSES, /* one process that makes the others */
    LAUNCH_RANKS,     /* mpirun, a rank a worker */
    LAUNCH_HYBRID     /* mpirun, ranks x threads */
};

/* Whether mpirun launches it. */
static inline bool launch_has_ranks(enum launch launch)
{
    return launch == LAUNCH_RANKS || launch == LAUNCH_HYBRID;
}

/* What the workers are to do. The caller owns it and keeps it until stop(). */
struct job {
    const struct kernel *kernel;
    uint64_t size;
    unsigned workers, ranks, threads; /* threads of each rank */
    unsigned executions; /* of a sample: 1, unless one takes too little time for the clock */
    bool oversubscribe;  /* more workers than cores, on purpose */
    const struct model_option *options;
    const char *values[MODEL_OPTIONS_MAX]; /* one per option; checked */
};

/* A figure that a model counts in the executions of a sample: "gil::handoffs". Seconds have a name
 * that ends in "_s"; all others are whole numbers. What is new has a line in drivers/cell/events_sde.c,
 * too. */
struct count {
    const char *name;
    double value;
};

/* What one sample gave. */
struct outcome {
    double seconds; /* of all its executions: see run() */
    /* The whole result. NULL except in the process that owns it; the team's, until the next run. */
    const void *partial;
    void *output;            /* all items of a map, else NULL */
    struct rank_start start; /* of ranks */
    unsigned counted;
    struct count counts[MODEL_COUNTS_MAX];
};

/* Adds a figure to the outcome; `name` must outlive it. */
static inline void outcome_count(struct outcome *outcome, const char *name, double value)
{
    if (outcome->counted < MODEL_COUNTS_MAX)
        outcome->counts[outcome->counted++] = (struct count){name, value};
}

/* The next execution must not find the outputs of this one, and pass on them. */
static inline void outcome_wipe(const struct outcome *outcome, const struct job *job)
{
    if (outcome->output)
        memset(outcome->output, 0xff, job->size * job->kernel->output_item_size);
}

struct team; /* each model's own */

struct model {
    const char *name;
    const char *title;  /* one line for people */
    const char *python; /* what it is called there */
    enum launch launch;
    unsigned traits; /* of enum trait */
    /* How many times the inputs and outputs of a map are held at once. */
    unsigned copies;
    /* The most items of a map that it can move; 0: no limit. */
    uint64_t max_map_size;
    /* Ended by one without a name; NULL for none. */
    const struct model_option *options;

    /* Starts the workers and puts inputs in place with their owner. Its time is the start-up. */
    enum status (*start)(const struct job *job, struct team **team);
    /*
     * One sample: as many executions as the job says, timed together from when all workers are
     * ready to when the last whole result is with its owner: dispatch, compute, move, combine, and
     * again. With ranks every process calls it, and `seconds` is the longest of their durations
     * after a common start. `outcome` comes zeroed.
     */
    enum status (*run)(struct team *team, struct outcome *outcome);
    /*
     * Brings `bytes` of every process to the one that owns the result, in the order of ranks, into
     * `all`, which others do not have. NULL where all workers share the memory of instrumentation.h.
     */
    void (*collect)(struct team *team, const void *mine, size_t bytes, void *all);
    /* Adds which libraries it runs with; before start(), and with more to tell after it. NULL where
     * its workers need none. */
    void (*tell)(struct runtime_libraries *libraries);
    /* Ends all workers and frees everything. `team` may be NULL. */
    void (*stop)(struct team *team);
};

/* Defined once in each model's file. */
extern const struct model this_model;

#endif
