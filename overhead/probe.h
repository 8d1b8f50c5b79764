/*
 * What the probes share. A probe is a program linked with one model; it measures what this model
 * costs and prints a row for each figure.
 *
 * A comparison is fair when both sides meet the same machine: they run in turn in one process, A B
 * B A …, and each pair gives one ratio, so that a disturbance longer than a pair touches both.
 * Every execution is verified: a wrong result is an error, however fast it came.
 */
#pragma once

#include "model.h"

/* One of two sides: executes once, checks what came out, and tells the time it took. */
struct side {
    enum status (*run)(const void *context, double *seconds);
    const void *context;
};

/*
 * Prints the time of `above` over that of `below` as a row, pair by pair, after two pairs that do
 * not count. Nothing is printed without a `what`: by ranks that are not the first.
 */
MUST_USE enum status probe_compare(const char *what, const char *goal, struct side above,
                                   struct side below);

/* The program's model at work on a kernel. */
struct subject {
    struct job job;
    struct team *team;
};

/* Starts the model; `option` is one of its options as "name=value", or NULL. */
MUST_USE enum status probe_start(struct subject *subject, const char *kernel, uint64_t size,
                                 unsigned workers, const char *option);
void probe_stop(struct subject *subject);

/* The model's side, and the side of the same kernel's bare computation in the calling thread, as
 * the serial model times it; no map. */
struct side probe_model(const struct subject *subject);
struct side probe_serial(const struct subject *subject);

/*
 * Compares the model with the fastest of the plain forms, which `run` executes with the form as its
 * context, and prints the row. `agree`: called by all ranks, of which the first decides which form
 * and prints; NULL: there are none.
 */
MUST_USE enum status probe_plain(const struct subject *subject, const char *what,
                                 enum status (*run)(const void *form, double *seconds),
                                 bool (*agree)(unsigned *fastest));

/* Whether that is what a plain loop gives for pi; else says so. */
MUST_USE enum status probe_pi(double pi);

/* What each probe defines: measures with so many workers, as the command line says, and prints. */
MUST_USE enum status probe_measure(unsigned workers);

/* Prints a row of the table, or a remark under one. */
void probe_row(const char *what, const char *goal, const double *values, size_t count);
void probe_remark(const char *what, const char *value);
