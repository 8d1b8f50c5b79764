/*
 * Which cells a command is to measure: what was asked for, checked against kernels, models and
 * machine before anything is started.
 */
#ifndef PLAN_H
#define PLAN_H

#include "catalog.h"
#include "machine.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAN_NAME_MAX = 32, PLAN_LABEL_MAX = 160, PLAN_ID_MAX = 320 };

/* A named sweep with a question. Cells carry a set of them as bits. */
enum experiment { EXPERIMENT_GIL, EXPERIMENT_STRONG, EXPERIMENT_COUNT };

struct experiment_info {
    const char *name, *question;
};
extern const struct experiment_info experiment_info[EXPERIMENT_COUNT];

/* One point that is measured. Plain data, so that it can be read back from a run's folder. */
struct cell {
    char id[PLAN_ID_MAX]; /* the same for the same cell in every run */
    char kernel[PLAN_NAME_MAX];
    char model[PLAN_NAME_MAX];
    char label[PLAN_LABEL_MAX]; /* the model with the options that differ from its defaults */
    unsigned options;           /* how many of the following */
    char option_names[MODEL_OPTIONS_MAX][PLAN_NAME_MAX];
    char option_values[MODEL_OPTIONS_MAX][PLAN_NAME_MAX];
    unsigned workers, ranks, threads, nodes;
    uint64_t size;
    bool oversubscribed;  /* more workers than the machine allows at once */
    unsigned experiments; /* bits 1u << enum experiment */
};

struct plan {
    size_t count;
    struct cell *cells;
};

/* How much is measured, and for how long. */
struct profile {
    const char *name;
    unsigned samples;    /* of each launch */
    unsigned rounds_min; /* before precision or budget may end the run */
    unsigned rounds_max;
    double budget_s;
    unsigned widths_max;   /* most worker counts of a sweep */
    unsigned size_divisor; /* of each kernel's default size */
};
extern const struct profile profile_table[];
enum { PROFILE_COUNT = 3 };

/* What `run` was asked for. Lists are the user's text, NULL where the default holds. */
struct request {
    unsigned experiments; /* bits; 0: all */
    const char *kernels, *models, *workers, *sizes;
    const struct profile *profile;
    bool oversubscribe;
};

/* What `measure` was asked for; 0 where nothing was. */
struct single {
    const char *kernel, *model;
    unsigned workers, ranks, threads;
    uint64_t size;
    bool oversubscribe;
};

/* The caller frees the plan's cells with plan_free(), whatever came of it. */
MUST_USE enum status plan_sweep(const struct request *request, const struct catalog *catalog,
                                const struct machine *machine, struct plan *plan);
MUST_USE enum status plan_single(const struct single *single, const struct catalog *catalog,
                                 const struct machine *machine, struct plan *plan);
void plan_free(struct plan *plan);

/* The serial cell of the same kernel and size, or NULL. */
const struct cell *plan_base(const struct plan *plan, const struct cell *cell);

/*
 * The worker counts of a strong-scaling sweep: powers of two up to `most` and `most` itself,
 * thinned to `widths_max`, the first and the last kept. Returns how many; `widths` has room for 40.
 */
unsigned plan_widths(unsigned most, unsigned widths_max, unsigned *widths);
enum { PLAN_WIDTHS_MAX = 40 };

#endif
