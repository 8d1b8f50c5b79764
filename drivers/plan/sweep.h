/*
 * The cells of a run: experiments, each a sweep along its axis, for kernels and models.
 */
#pragma once

#include "arguments.h"
#include "experiment.h"
#include "model_spec.h"
#include "plan.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* How much a run measures, and for how long. */
struct profile {
    const char *name;
    unsigned samples;    /* of each launch */
    unsigned rounds_min; /* before precision or budget may end the run */
    unsigned rounds_max;
    unsigned points_max; /* most sizes, and numbers of an option, along an axis that names them */
    double budget_s,
        budget_most_s;           /* unless one is asked for; the latter for `rounds_min` rounds */
    unsigned widths_max;         /* most worker counts of a sweep */
    unsigned unasked_widths_max; /* likewise for a costly one that was not asked for by name */
    unsigned size_divisor;       /* of each kernel's default size; */
    unsigned map_divisor; /* of a map's: to fill and to check memory takes longer than it does */
};

/* Ended by one without a name. */
extern const struct profile profile_table[];

/*
 * What `run` was asked for. Lists are the user's text, NULL where the default holds. Workers may be
 * ranges, "1-8". Of models, what follows a value and is no model is another value of that option:
 * "pool:chunk=10,100" are two.
 */
struct request {
    unsigned experiments; /* a set, see struct cell; 0: all */
    const char *kernels, *models, *workers, *nodes, *sizes;
    unsigned ppn, threads; /* ranks on each node, threads of each; 0: not asked for */
    const struct profile *profile;
    bool oversubscribe;
    bool alone; /* without what is told with a kernel */
};

/* Asks for the experiments of these words, each a name or some with commas between; a usage error
 * for one that is none. */
MUST_USE enum status sweep_take_experiments(const struct words *words, struct request *request);

/* The most worker counts of a sweep that were not asked for. */
enum { SWEEP_WIDTHS_MAX = 40 };

/* A kernel, and its size. */
struct sweep_kernel {
    const struct kernel *kernel;
    uint64_t size;
    unsigned sized; /* whom one was asked for, as bits, see take_size(); the highest one counts */
    bool is_added;  /* for experiments that have kernels of their own, and no others */
};

/* What is being planned, as an experiment's scale() sees it. */
struct sweep {
    const struct request *request;
    const struct catalog *catalog;
    unsigned asked; /* its experiments, a bit each, those of them that come along with others */
    const struct allocation *allocation;
    const struct experiment *experiment;
    const struct sweep_kernel *own; /* the kernel whose cells are being added, */
    bool is_variant;  /* whose model has a value of an option that the experiment varies; or */
    bool is_of_bases; /* their bases in their place; or */
    bool is_trial;    /* none, but how many there would be are counted in */
    unsigned tried;
    /* The peer that a model is measured beside, which has the peer's size; NULL: there is none. */
    const struct model_spec *beside;
    struct plan *plan;

    /* The request's lists, read. */
    unsigned kernel_count, model_count, width_count, nodes_count;
    struct sweep_kernel *kernels; /* by default all that are no algorithm and no limit of others */
    /* All that were built by default; the base of every speedup is always the first one. */
    struct model_spec *models;
    unsigned *widths; /* none by default */
    unsigned *nodes;  /* numbers of them; one by default */

    unsigned model; /* the place of the one whose cells are being added, and */
    struct sweep_found {
        unsigned wanted, left_out; /* cells, and what it does not go with */
    } * found;                     /* so far of each */
};

/* Whether the experiment of the sweep was asked for by its name. */
bool sweep_is_named(const struct sweep *sweep);

/* The most nodes that a request names; 0: it names none. A usage error where it names them
 * wrongly. */
MUST_USE enum status sweep_most_nodes(const struct request *request, unsigned *most);

/* The caller frees the plan's cells with plan_free(), whatever came of it. A usage error for what
 * cannot be. */
MUST_USE enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                                const struct allocation *allocation, struct plan *plan);

/*
 * The worker counts of a sweep: powers of two up to `most` and `most` itself, thinned to
 * `widths_max`, the first and the last kept. Returns how many; `widths` has room for
 * SWEEP_WIDTHS_MAX.
 */
unsigned sweep_widths(unsigned most, unsigned widths_max, unsigned *widths);
