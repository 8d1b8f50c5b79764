/*
 * What the probes share. A probe is a program linked with one model; it measures what this model
 * costs and prints a row for each figure.
 *
 * A comparison is fair when both sides meet the same machine: they run in turn in one process, A B
 * B A …, and each pair gives one ratio, so that a disturbance longer than a pair touches both.
 * Every execution is verified: a wrong result is an error, however fast it came. After an error a
 * probe ends at once: with it end its threads and processes, and mpirun ends its other ranks.
 *
 * To add a row: a line in the table of a probe_MODEL.c. To compare with something else than the
 * model and the bare kernel: a list of ways as well.
 */
#pragma once

#include "map_buffers.h"
#include "model.h"
#include "plain.h"

#include <limits.h>

struct subject;

/*
 * A way to a kernel's result that is none of the suite's: a plain loop, or a library's function. It
 * runs with so many workers as the subject's job has, as often as the subject has executions. It
 * checks what came out, by probe_check() or otherwise, and tells what time it took without that.
 */
struct way {
    const char *name;
    enum status (*run)(struct subject *subject, double *seconds);
    union {
        plain_pi *pi;
        plain_squares *squares;
    } loop; /* that it runs, if it is one */
    /* The items that this process holds for it; NULL: all. */
    struct range (*held)(const struct job *job);
};

/* Lists of plain loops, ended by one without a name. */
#define PLAIN_PI(run)                                                                              \
    {                                                                                              \
        {"for simd, int", run, {.pi = plain_pi_simd}, NULL},                                       \
            {"for simd, int64_t", run, {.pi = plain_pi_simd64}, NULL},                             \
            {"for, int", run, {.pi = plain_pi_loop}, NULL}, {0},                                   \
    }
#define PLAIN_SQUARES(run, held)                                                                   \
    {                                                                                              \
        {"for simd", run, {.squares = plain_squares_simd}, held},                                  \
            {"for", run, {.squares = plain_squares_loop}, held}, {0},                              \
    }

/* Instead of a number of workers. */
#define ALL_WORKERS UINT_MAX /* as many as the program was told */
#define NO_WORKERS 0         /* the kernel's bare compute() in the calling thread, as in serial */

/* Instead of a number of items. */
#define ITEM_EACH UINT64_MAX /* as many as workers */

enum { PROBE_OPTIONS_MAX = 3 };

/* One side of a row. */
struct contender {
    const char *kernel; /* by its name */
    uint64_t size;      /* 0: the kernel's default */
    unsigned workers;
    unsigned executions;                    /* of a sample; 0: one */
    const char *options[PROBE_OPTIONS_MAX]; /* of the model, each as "name=value" */
    /* The fastest of them is taken; with none in the list the row is left out. NULL: the model, or
     * no workers. */
    const struct way *ways;
};

/* It at work. */
struct subject {
    struct job job;
    unsigned executions;            /* one after the other */
    const struct way *way;          /* NULL: none of them */
    struct team *team;              /* NULL: it is not the model */
    struct map_buffers map_buffers; /* of all that are not the model */
    struct storage partial;         /* likewise */
    struct storage first;           /* a copy of its first result, which has been verified */
};

/* A row: the time of `above` over that of `below`, pair by pair, after two pairs that do not
 * count. */
struct comparison {
    const char *what;
    const char *goal; /* NULL: a speed-up, of which 0.95 of the ideal one is wanted */
    struct contender above, below;
};

/* A row: the time that one takes, in microseconds for each of its items. */
struct cost {
    const char *what, *goal;
    struct contender contender;
};

/* Prints the rows, ended by one without a `what`. */
MUST_USE enum status probe_compare(const struct comparison *rows);
/* The same, but of the microseconds that an execution of `above` takes longer. */
MUST_USE enum status probe_differences(const struct comparison *rows);
MUST_USE enum status probe_costs(const struct cost *rows);

/*
 * The same of the smallest task that is worth it: METG(50 %), the mean duration of a task, in
 * microseconds, at which half of the workers' time goes into the kernel. The range stays as it is
 * and is cut into ever shorter chunks, by the model's option of that name; between the last point
 * below 50 % and the one behind it the duration is interpolated. Without points on both sides there
 * is no figure. Source: E. Slaughter et al., Task Bench, SC 2020, section IV.
 */
MUST_USE enum status probe_metg(const struct cost *rows);

/* The same of what is no kernel under the model: of so many `items` in each of `samples`. */
struct side {
    enum status (*run)(void *context, double *seconds);
    void *context;
};
MUST_USE enum status probe_time(const char *what, const char *goal, struct side side,
                                unsigned samples, double items);

/*
 * Whether the result is right: the first one of a subject by the kernel's verify(), those that
 * follow because they are that one, byte for byte; all outputs of a map. Else says so.
 */
MUST_USE enum status probe_check(struct subject *subject, const struct outcome *outcome);

/* The same of what plain loops give for squares, the sums of their lower and upper 32 bits; NULL:
 * another rank has them. */
MUST_USE enum status probe_check_squares(struct subject *subject, const uint64_t *sums);

/* Whether that is what a plain loop gives for pi, whose sum is less exact than the kernel's is. */
MUST_USE enum status probe_check_pi(double pi);

/* What the program was told. */
unsigned probe_workers(void);
/* On several nodes, of ranks: the kernel whose row is wanted, as MPI begins but once. NULL: on one
 * node, and all rows. */
const char *probe_kernel_over_nodes(void);

/* So much work, or as little as shows that a row can be measured where that is all that is asked
 * for. */
uint64_t probe_size(uint64_t size);

/* What each probe defines: measures and prints. */
MUST_USE enum status probe_measure(void);
