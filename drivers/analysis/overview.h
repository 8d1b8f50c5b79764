/*
 * A run's answer at a glance: kernels x models, with what each model reaches under each kernel, at
 * how many workers, what all cores give beside that, and what they lose most of their time to.
 *
 * Told of are the cells of the kernels' own tables whose speedup is over serial: neither serial
 * itself, nor those whose work grows with the workers. With more workers than cores they count only
 * where a model has no others.
 */
#pragma once

#include "efficiency.h"

struct analysed_run;
struct analysed_kernel;

/* A model, with options that are not its defaults, under a kernel. */
struct overview_entry {
    const struct analysis_of_cell *best;   /* the fastest; NULL: none has a speedup */
    const struct analysis_of_cell *widest; /* with the most workers, which may have failed; NULL:
                                            * it was not measured under this kernel */
    /* How much of what all workers could give is reached at best: the speedup of `best` over the
     * workers of `widest`. That is the efficiency where both are one cell; NAN without `best`. */
    double efficiency;
    /* What the widest loses most to, by medians over rounds; SHARE_USEFUL: it loses 5 % in all
     * or less; SHARE_COUNT: it failed, or nobody looked. */
    enum share loss;
    bool is_certain; /* the intervals decide so, and instrumenting did not perturb what was seen */
};

struct overview {
    size_t model_count;  /* 0: there is nothing to tell of */
    const char **models; /* their labels, in the order of the plan */
    size_t kernel_count;
    const struct analysed_kernel **kernels; /* the run's that there is something to tell of */
    struct overview_entry *entries;         /* a row of models for each of these kernels */
};

/* Of how high the entry's efficiency is: 1 to 5, where the last begins at 0.8; 0: it has none. */
enum { OVERVIEW_LEVELS = 5 };
unsigned overview_level(const struct overview_entry *entry);

/* Fills in the run's; a part of analysed_run_make(), which see. */
void overview_make(struct analysed_run *run);
void overview_free(struct overview *overview);

/* The entry of the overview's kernel and its model of those places. */
const struct overview_entry *overview_at(const struct overview *overview, size_t kernel,
                                         size_t model);
