/*
 * The contract of a model: a way to spread a kernel's work over workers.
 *
 * A model knows no mathematics: it decides who computes which range, moves inputs, outputs and
 * partials, and has the partials combined in index order.
 *
 * To add a model:
 *   1. Write models/NAME.c. At its foot put one `const struct model this_model = { … };` with
 *      designated initialisers: what it is, which options it takes and refuses together, what it
 *      counts. serial.c is the simplest example, pool.c one with options and counts.
 *      Whoever makes a worker, for one execution or for all, has it take its seat before it
 *      computes: seat_take() binds it to its core and tells whose its time is (parts/seat.h); a
 *      model that forgets that is told so at its first launch. It computes by
 *      map_buffers_compute() and hands its status on: a piece can fail.
 *   2. Add one line `parbench_model(NAME …)` to the top CMakeLists.txt that names its libraries.
 *   3. Build. The model becomes a program of its own, parbench-cell-NAME, which the front door
 *      finds and asks for this description; what it lacks is told then. The tests of the matrix
 *      cover it.
 */
#pragma once

#include "job.h"
#include "status.h"

enum { MODEL_VALUES_MAX = 16, MODEL_REFUSALS_MAX = 8 };

/* What the front door and experiments go by, instead of names: bits of a model, which those of the
 * values that its options have are added to. */
enum trait {
    TRAIT_BASE = 1u << 0,   /* speedups of all models are over its: one worker, a plain loop */
    TRAIT_LOCKED = 1u << 1, /* one worker computes at a time, however many there are */
    TRAIT_SHARED_MEMORY = 1u << 2, /* all workers see the same inputs and partials, within a node */
    TRAIT_CHUNKS = 1u << 3, /* its option "chunk" is the items of a piece; each has a partial, or
                             * each worker has where they come in any order: see below */
    TRAIT_RANKS = 1u << 4,  /* its option "ranks" is how many ranks its workers are threads of */
    TRAIT_ON_REQUEST = 1u << 5, /* it is measured only where it is named, or an experiment asks for
                                 * such */
    TRAIT_POINT_TO_POINT = 1u << 6, /* its ranks send messages from one to another, where others
                                     * take part in calls all together */
    TRAIT_ANY_ORDER = 1u << 7,      /* it combines partials as they come: of kernels that commute,
                                     * others are refused before it starts */
    /* Updates may be lost, and the result is wrong then, as is to be seen; its count "…::lost" says
     * how many, of as many as "…::updates". A worker has up to three whole results: two that others
     * may read, and one that it makes. */
    TRAIT_MAY_LOSE = 1u << 8,
    TRAIT_ALL_INPUTS = 1u << 9,    /* each worker holds all inputs of a map */
    TRAIT_EQUAL_SHARES = 1u << 10, /* of a value: all workers have as many items, and sizes that do
                                    * not divide so are refused before it starts */
    TRAIT_ALL_PARTIALS = 1u << 11, /* one worker holds the partials of all at once */
    TRAIT_PEER = 1u << 12,         /* a program of another language: see `mirrors` */
    /* Each piece is handed out or answered by a message or, in shared memory, by waking someone. */
    TRAIT_BY_MESSAGE = 1u << 13,
    TRAIT_BY_PROCESS = 1u << 14 /* each piece is a process of its own */
};

/* What a value of an option must look like. */
enum option_kind {
    OPTION_CHOICE,   /* one of `values` */
    OPTION_COUNT,    /* an integer > 0, or one of `values` */
    OPTION_DURATION, /* a number > 0 with its unit: "5ms" */
    OPTION_FRACTION  /* a number from 0 to 1: "0.25" */
};

/* A word that an option takes. */
struct option_value {
    const char *word;
    const char *python; /* what does this in Python; NULL: nothing of its own */
    unsigned traits;
    unsigned lacks;  /* traits that are not there with it, whichever other value has them */
    unsigned copies; /* how many times more the inputs and outputs of a map are held with it */
    /* The most bytes of all inputs of a map, or of all outputs, that it can move; 0: no limit. */
    uint64_t max_bytes;
    /* The only kernels that it goes with, "pi,primes", such as those whose loops a peer has in its
     * own language; others are refused before anything starts. NULL: all. */
    const char *kernels;
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

/*
 * Two settings of a model that exclude each other, checked before anything starts. A setting is
 * "option=value", or "option" for any value but the initial one.
 */
struct refusal {
    const char *setting, *other;
    const char *reason; /* as users read it behind the two: "it chooses the batch itself" */
};

/* How workers come into being, and so how a cell is launched. */
enum launch {
    LAUNCH_ALONE,     /* one process, one worker */
    LAUNCH_THREADS,   /* one process, a thread a worker */
    LAUNCH_PROCESSES, /* one process that makes the others, or threads where an option says so */
    LAUNCH_RANKS,     /* mpirun, a rank a worker */
    LAUNCH_HYBRID     /* mpirun, ranks x threads */
};

/* Whether mpirun launches it. */
static inline bool launch_has_ranks(enum launch launch)
{
    return launch == LAUNCH_RANKS || launch == LAUNCH_HYBRID;
}

/* Whether a process of it has several threads that work. */
static inline bool launch_has_threads(enum launch launch)
{
    return launch == LAUNCH_THREADS || launch == LAUNCH_HYBRID;
}

struct model {
    const char *name;
    const char *title;  /* one line for people */
    const char *python; /* what it is called there */
    /* Of a peer, the name of the model of this suite that does the same in C: "pool". Its options
     * are called as they are there, where there are the same. NULL: it is no peer. */
    const char *mirrors;
    enum launch launch;
    unsigned traits; /* of enum trait */
    /* Ranks or processes beside the workers, such as a manager: launched, never counted as workers.
     * Of ranks they are the first, on the first node, and have cores where workers leave some. */
    unsigned helpers;
    /* How many times the inputs and outputs of a map are held at once; see struct option_value. */
    unsigned copies;
    /* The most items of a map that it can move; 0: no limit. */
    uint64_t max_map_size;
    /* Ended by one without a name; NULL for none. */
    const struct model_option *options;
    const struct refusal *refusals;  /* ended by one without a setting; NULL for none */
    const struct count_info *counts; /* ended by one without a name; NULL for none */

    /* How its processes begin and end together; NULL for one that the launcher made alone. */
    const struct group *group;

    size_t team_bytes; /* sizeof(struct team), which is each model's own; it begins as zeros */
    /* Starts the workers and puts inputs in place with their owner. Its time is the start-up. */
    enum status (*start)(const struct job *job, struct team *team);
    /* Before a sample's clock: waits until all workers are awake, and begins to count. NULL where
     * nobody sleeps. */
    enum status (*ready)(struct team *team);
    /*
     * One execution, up to the whole result with its owner: dispatch, compute, move, combine. The
     * harness times it, as often as it must be; no model reads a clock.
     */
    enum status (*execute)(struct team *team, struct outcome *outcome);
    /* Adds what it counted in the sample, after the clock. NULL: it counts nothing. */
    void (*count)(struct team *team, struct outcome *outcome);
    /* Adds which libraries it runs with; before start(), and with more to tell after it. NULL where
     * its workers need none. Models with ranks have ranks_tell() among it: what starts ranks goes
     * by the MPI. */
    void (*tell)(library_add *add, void *context);
    /* Ends all workers and frees everything, also what a start that failed has left. One of a group
     * that failed does not come here: it ends, and its launcher ends the others, which wait. */
    void (*stop)(struct team *team);
};

/* Defined once in each model's file. */
extern const struct model this_model;

/* What a model lacks, as it is called here, or NULL for one that is complete. */
const char *model_missing(const struct model *model);
