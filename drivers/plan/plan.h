/*
 * Which cells a command is to measure: what was asked for, checked against kernels, models and
 * machine before anything is started.
 */
#pragma once

#include "allocation.h"
#include "catalog.h"
#include "model_spec.h"
#include "status.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of tasks in a run, whose cells are named by them. */
enum { PLAN_NAME_MAX = 32, PLAN_ID_MAX = 320, PLAN_TASKS_MAX = 64, PLAN_PYTHON_MAX = 96 };

/* What limits a cell (see struct kernel_limit). */
struct cell_limit {
    char cell[PLAN_ID_MAX]; /* whose time tells it; empty: there is none */
    enum limit_kind kind;
    char what[KERNEL_WHAT_MAX];
};

/* One point that is measured. Plain data, so that it can be read back from a run's folder. */
struct cell {
    char id[PLAN_ID_MAX]; /* the same for the same cell in every run */
    char kernel[PLAN_NAME_MAX];
    char model[PLAN_NAME_MAX];
    char label[MODEL_SPEC_LABEL_MAX]; /* the model with the options that differ from its defaults,
                                         and its nodes where they are several */
    unsigned options;                 /* how many of the following */
    char option_names[MODEL_OPTIONS_MAX][PLAN_NAME_MAX];
    char option_values[MODEL_OPTIONS_MAX][MODEL_SPEC_VALUE_MAX];
    unsigned workers, ranks, threads, nodes;
    unsigned traits; /* of the model and of its options' values; see enum trait */
    uint64_t size;
    /* The items are whole tasks of these sizes, "100000+200000"; NULL: they are the kernel's. Of a
     * cell in a plan the text is the plan's. */
    const char *tasks;
    uint64_t base_size; /* of the serial cell that it is compared with: `size`, except where the
                             work grows with the workers */
    /* The kernel that it was measured for the sake of, and is told with: of another algorithm, or
     * of what limits that kernel, it is in no experiment's figures. Empty: its own. */
    char told_with[PLAN_NAME_MAX];
    /* Of a peer: the model that it mirrors, and what it is in its own language, see
     * model_spec_python(). Empty: it is none. */
    char mirrors[PLAN_NAME_MAX], python[PLAN_PYTHON_MAX];
    struct cell_limit limit;
    unsigned experiments; /* a set, see experiment.h */
    bool oversubscribed;  /* more workers than there are cores for */
};

struct plan {
    size_t count;
    struct cell *cells;
    json_t *places; /* among these, by their identity, of those that plan_append() put there */
    json_t *texts;  /* that those point at */
};

/* How many workers, and how they are arranged: workers = ranks x threads of each. */
struct shape {
    unsigned workers, ranks, threads;
};

/* A cell as it is wanted, before it is checked. */
struct cell_request {
    const struct kernel *kernel;
    const struct model_spec *choice;
    struct shape shape;
    unsigned nodes; /* that the ranks are spread over, evenly; 0: one */
    uint64_t size;
    const char *tasks;  /* see struct cell */
    uint64_t base_size; /* see struct cell; 0: size */
    bool may_oversubscribe;
    unsigned experiments;  /* see struct cell */
    const char *told_with; /* likewise; NULL: its own */
};

/* What `measure` was asked for; 0 where nothing was. */
struct single {
    const char *kernel, *model;
    uint64_t size;
    const char *tasks; /* see struct cell */
    unsigned workers, ranks, threads;
    unsigned nodes, ppn; /* ranks on each of these */
    bool oversubscribe;
    bool with_base; /* of its speedups, behind it; where the base cannot be measured, why is said */
};

/*
 * Checks what is wanted against the allocation and adds its cell, or its experiments to those of
 * the cell when that is there already. The caller frees the cells with plan_free(), whatever comes
 * of it.
 */
MUST_USE enum status plan_add(struct plan *plan, const struct cell_request *request,
                              const struct allocation *allocation);
/* The same for the one cell that a single asks for, and for its base. */
MUST_USE enum status plan_single(const struct single *single, const struct catalog *catalog,
                                 const struct allocation *allocation, struct plan *plan);
/* Asks those models of its cells, such as peers, that were not asked yet; see catalog.h. */
void plan_ask_models(const struct plan *plan, struct catalog *catalog);
/* Checks likewise the cells of a run that is gone on with. */
MUST_USE enum status plan_check(const struct plan *plan, const struct catalog *catalog,
                                const struct allocation *allocation);
void plan_free(struct plan *plan);

/* The cell of that identity, or NULL. */
struct cell *plan_find(const struct plan *plan, const char *id);

/* Notes that the other cell tells what limits this one. */
void plan_set_limit(struct cell *cell, const struct kernel_limit *by, const struct cell *limit);

/* The cell that plan_add() has added for such a request, or NULL. */
struct cell *plan_wanted(const struct plan *plan, const struct cell_request *request);

/* Adds one, whose identity no other has. */
void plan_append(struct plan *plan, const struct cell *cell);

/* Whether plan_add() would take that size, without a word about it. */
bool plan_fits(const struct cell_request *request, const struct machine *machine);

/* Whether the model goes with the kernel at all: it may combine the partials in the order in which
 * it does, and its options have the kernel. */
bool plan_goes_with(const struct kernel *kernel, const struct model_spec *choice);

/* Whether a model can give each worker as many items as its options want; NULL but for the option
 * that does not, whose initial value does not ask for it. */
static inline const struct model_option *plan_uneven(const struct model_spec *choice,
                                                     uint64_t workers, uint64_t size)
{
    return size % workers > 0 ? model_spec_equal_shares(choice) : NULL;
}

/* Whether a model's workers can be threads of as many ranks as its options say. */
static inline bool plan_divides(const struct model_spec *choice, uint64_t workers)
{
    const uint64_t ranks = model_spec_ranks(choice);
    return ranks == 0 || workers % ranks == 0;
}

/* How a model arranges so many workers, which it can, when nothing but its options is asked for. */
struct shape plan_shape(const struct model_spec *choice, unsigned workers,
                        const struct machine *machine);

/*
 * How a model spreads them over so many nodes, as many on each: in ranks of a number that its
 * options tell, or of `ppn` on each node (0: nobody asked), or as on one. False where it cannot: it
 * has no ranks, or they do not divide so.
 */
bool plan_spread(const struct model_spec *choice, unsigned workers, unsigned nodes, unsigned ppn,
                 const struct machine *machine, struct shape *shape);

/* Whether the cell is what speedups of its kernel and size are over. */
static inline bool plan_is_base(const struct cell *cell)
{
    return cell->traits & TRAIT_BASE;
}

/* Whether the cell is there for the sake of another kernel, and is no model to look at. */
static inline bool plan_is_aside(const struct cell *cell)
{
    return *cell->told_with;
}

/* Its label without its nodes. */
struct short_label {
    char text[MODEL_SPEC_LABEL_MAX];
} plan_label_on_one_node(const struct cell *cell);

/* Whether all of its model's options are as by default. */
static inline bool plan_has_defaults(const struct cell *cell)
{
    return strcmp(plan_label_on_one_node(cell).text, cell->model) == 0;
}

/* Whether it is one of others' whole tasks by itself, told with these. */
static inline bool plan_is_one_task(const struct cell *cell)
{
    return plan_is_aside(cell) && strcmp(cell->told_with, cell->kernel) == 0;
}

/* The kernel that it is told with. */
static inline const char *plan_told_with(const struct cell *cell)
{
    return plan_is_aside(cell) ? cell->told_with : cell->kernel;
}

/* What the kernel is called among those of its result: "sieve"; one that is none of another's
 * algorithms by its name. */
static inline const char *plan_algorithm(const struct cell *cell)
{
    const char *equals = strchr(cell->kernel, '=');
    return equals ? equals + 1 : cell->kernel;
}

/* Whether one algorithm of a kernel and another one, or the same: they have the same result. */
bool plan_have_one_result(const char *kernel, const char *other);

/* Whether the cell is there to limit another kernel's. */
static inline bool plan_limits(const struct cell *cell)
{
    return plan_is_aside(cell) && !plan_have_one_result(cell->told_with, cell->kernel);
}

/* How much its work is: "size 1 000 000", or "3 whole tasks". */
struct short_text plan_size_text(const struct cell *cell);

/* Whether the items of both are the same whole tasks, or none of either are. */
bool plan_have_same_tasks(const struct cell *cell, const struct cell *other);

/* What a cell's speedup is relative to: the base of the same kernel and of the cell's base
 * size, or NULL. */
const struct cell *plan_base(const struct plan *plan, const struct cell *cell);

/* Most workers that a cell may have, most cells and kernels of a run. */
enum { PLAN_WORKERS_MAX = 1 << 20, PLAN_CELLS_MAX = 10000, PLAN_KERNELS_MAX = 256 };
