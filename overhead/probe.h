/*
 * What the probes share. A probe is a program linked with one model; it measures what this model
 * costs and prints a row for each figure.
 *
 * A comparison is fair when both sides meet the same machine: they run in turn in one process, A B
 * B A …, and each pair gives one ratio, so that a disturbance longer than a pair touches both.
 * Every execution is verified: a wrong result is an error, however fast it came. After an error a
 * probe ends at once: with it end its threads and processes, and mpirun ends its other ranks.
 */
#pragma once

#include "model.h"

/* The columns of the table, which one program heads and others fill: what, goal, median, interval,
 * least and most, and the number of samples. 80 wide. */
#define ROW_HEAD "what                         goal    median [95 % interval]    min ..   max    n"
#define ROW_FORMAT "%-28s %-7s %6s [%6s, %6s] %6s ..%6s %4zu\n"

/* Executes once, checks what came out, and tells the time it took. */
struct side {
    enum status (*run)(const void *context, double *seconds);
    const void *context;
};

/* Prints the time of `side` as a row, in microseconds for each of its `items`, after a sample that
 * does not count. */
enum { PROBE_SAMPLES_MAX = 1000 };
MUST_USE enum status probe_time(const char *what, const char *goal, struct side side,
                                unsigned samples, double items);

/* The program's model at work on a kernel; without a team the bare computation in the calling
 * thread, as the serial model times it, of no map. */
struct subject {
    struct job job;
    struct team *team;
};

/* Starts it; `size` 0 is the kernel's default, and no workers are the bare computation. `option` is
 * one of the model's as "name=value", or NULL. */
MUST_USE enum status probe_start(struct subject *subject, const char *kernel, uint64_t size,
                                 unsigned workers, const char *option);
struct side probe_side(const struct subject *subject);
void probe_stop(struct subject *subject);

/* Prints a row: the time of so many workers over that of others, 0 as above. */
struct comparison {
    const char *what, *goal, *kernel, *option;
    unsigned above, below;
};
MUST_USE enum status probe_compare_workers(const struct comparison *row);

/* Pi by a plain loop: see plain.c. Which form is the fastest depends on compiler and processor. */
struct plain_form {
    const char *name;
    /* The sum of 4 / (1 + x²) over the midpoints begin … end-1 of steps of that width. */
    double (*sum)(int begin, int end, double step);
};

enum { PLAIN_FORMS = 3 };
extern const struct plain_form plain_forms[PLAIN_FORMS]; /* of a probe that plain.c is linked to */

/* Compares the model at work on pi with the fastest of the forms, which `run` executes with the
 * form as its context. */
MUST_USE enum status probe_plain(const char *what, const struct subject *model,
                                 const struct plain_form *forms,
                                 enum status (*run)(const void *form, double *seconds));

/* Whether that is what a plain loop gives for pi; else says so. */
MUST_USE enum status probe_pi(double pi);

/* What each probe defines: measures with so many workers, as the command line says, and prints. */
MUST_USE enum status probe_measure(unsigned workers);
