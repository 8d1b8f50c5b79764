/*
 * The contract of an experiment: a question, the cells that answer it, and what is shown of them.
 *
 * An experiment knows no kernel and no model by name: models take part by what they are. It is
 * data, and the few functions that data cannot be.
 *
 * To add an experiment:
 *   1. Write experiments/NAME.c. At its foot put one `const struct experiment experiment_NAME =
 *      { … };` with designated initialisers. tests/extended/grain.c is the shortest, gil.c is
 *      one that says what it found, weak.c one whose work grows with the workers, dispatch.c
 *      one with a quantity of its own.
 *   2. Build. CMake finds the file; `run NAME` measures it, and its figures are on the page.
 */
#pragma once

#include "laws.h"
#include "own_quantity.h"
#include "plan.h"
#include "text.h"

#include <stdbool.h>

struct sweep;
struct profile;
struct analysed_kernel;
struct findings;

/* What an experiment varies; all else of its cells is the same. */
struct axis {
    enum axis_kind { AXIS_WORKERS, AXIS_SIZE, AXIS_OPTION } kind;
    const char *option; /* of the models, for AXIS_OPTION */
    /* What it takes: for AXIS_OPTION the option's values, for AXIS_SIZE what the run's size is
     * divided by, separated by commas; for AXIS_WORKERS how many there are, up to the cores where
     * there are not more on purpose, of which a profile may take fewer, or NULL: powers of two up
     * to all cores. */
    const char *values;
    bool is_absolute; /* of AXIS_SIZE: they are sizes, of which a profile may take fewer */
    /* Of AXIS_SIZE: it shows how many bytes of inputs each of so many equal shares has, of a map;
     * 0: it shows the sizes. */
    unsigned shares;
    const char *name; /* what it is called on figures; NULL: as what it varies */
};

/* "workers", "size", the option, or a name of its own. */
const char *axis_name(const struct axis *axis);

/* Whether it is of sizes that it names, or has numbers among an option's values. */
bool axis_has_numbers(const struct axis *axis);

/* Where the cell lies on the axis, > 0. Where no value is a number, each has the power of two of
 * its place among them, and so they lie evenly spaced on a logarithmic axis. 0: the cell has no
 * place there, as a word among numbers has none. */
double axis_value(const struct axis *axis, const struct cell *cell);

/* The same as people write it. */
struct short_text axis_text(const struct axis *axis, const struct cell *cell);

/* Cells of one line: the label without the option that is the axis. */
struct axis_series {
    char text[MODEL_SPEC_LABEL_MAX];
} axis_series(const struct axis *axis, const struct cell *cell);

/* What a figure draws over the axis. */
enum quantity { QUANTITY_SPEEDUP, QUANTITY_TIME, QUANTITY_EFFICIENCY, QUANTITY_OWN };

struct experiment_figure {
    const char *heading; /* stands above it; behind "KERNEL: " where it is of one */
    enum quantity quantity;
    /* Of QUANTITY_OWN: what it draws; over another quantity than the axis, NULL: over the axis; and
     * lines beside its points, ended by one without a title, NULL: none. */
    const struct own_quantity *own, *over;
    const struct own_line *lines;
    /* Likewise: a bar for each cell, the longest last, and a panel for each kernel and each value
     * on the axis, which is no figure's then; a line is a mark across all bars of a panel. Only
     * bars are drawn of all kernels. */
    bool is_bars;
    bool has_limit; /* what limits each kernel is measured beside, and drawn */
    bool has_law;   /* of those that are fitted, one is drawn */
    bool is_of_all; /* it has a panel for each kernel; else each kernel has one of its own */
    enum law law;
    bool (*shows)(const struct cell *cell); /* of its cells, these; NULL: all */
    /* NULL in what follows: as the quantity has it. */
    const char *id;          /* its files are EXPERIMENT-KERNEL-ID, those of all EXPERIMENT; of
                              * QUANTITY_OWN its own name with '-' for spaces */
    const char *script;      /* of plots/ */
    const char *alternative; /* for who does not see it: "Time"; " of KERNEL …" follows */
    const char *numbers;     /* what they are, for who finds the file with them */
};

struct experiment {
    const char *name, *question;
    /* What a model must have to take part, beside the option that is the axis, and what it must not
     * have; the base always does. */
    unsigned traits, without;
    unsigned launches;     /* ways to start workers, a bit 1u << enum launch each; 0: all of them */
    bool takes_on_request; /* where no models are named, also those that are for requests only */
    /* Peers take part in it without being named, and beside each the model that it mirrors, with
     * the same options and workers. In others they take part where they are named. */
    bool is_of_peers;
    /* Its kernels are those whose work is to move bytes, whatever others are asked for. */
    bool moves_bytes;
    /* Which of these may take part, where traits do not tell. NULL: all. */
    bool (*takes)(const struct model *model);
    /* Its kernels where none are named: those that it suits, whatever others are measured, and of
     * those that are for requests no others. NULL: all that are measured. */
    bool (*suits)(const struct kernel *kernel);
    /* Options of models, "schedule,dispatch": each word but the initial one makes a series of its
     * own, one option at a time, where it may be combined with the axis; and so do settings, as
     * "release=1,kind=ticks:every=10", of models that take them all. A model takes part with those
     * of which its traits are as above. One that is named with options is measured as it is named.
     * NULL: none. */
    const char *varies;
    struct axis axis;
    /* Along another axis than workers: with each of so many of them, "1,2,4", a series each, of
     * which a profile may take fewer. NULL: with as many as may be. */
    const char *widths;
    /* The size of a cell, whose model has the axis's value; the base is serial at that size, and is
     * measured at each of them. 0: with this value of an axis of options, or one that the
     * experiment varies, there is no such cell. NULL, and where a size was asked for: that of its
     * kernel. */
    uint64_t (*size)(const struct kernel *kernel, const struct model_spec *choice,
                     const struct profile *profile);
    /* Its items are whole tasks of sizes that are told of a kernel, "100000+200000", and its
     * kernels no maps; the base has also each task by itself. NULL: the items are the kernel's. */
    const char *(*tasks)(const struct kernel *kernel);
    /* Its cells have so many times the size that their kernel has by default, in every profile, as
     * what they are about lasts so long. 0, and where a size was asked for: that of its kernel. */
    unsigned enlarged;
    /* Workers go up to so many times the cores, on purpose; 0: no more than there are cores. */
    unsigned oversubscription;
    /* All of its cells but the base have so many workers, on one node, and where there are as many
     * nodes also on one each; 0: as many as the run has. */
    unsigned workers;
    bool is_on_request; /* it is measured by its name, or along with another one, only */
    /* Its cells take so long that a profile measures fewer, or along another axis than workers
     * none, unless it was asked for by name. */
    bool is_costly;
    /* It compares one node with several: when it is asked for by name, ranks are spread over 1, 2,
     * 4 … and all of those that there are, and without several it has no cells. */
    bool is_over_nodes;
    /* Others that are measured along with it when it is asked for by name, as if they had not been,
     * under the models that take part in it: their names, ended by NULL; NULL: none. */
    const char *const *with;
    /*
     * For work that grows along the axis: changes the size of a cell, whose base keeps `base_size`.
     * `*taken` is true, and false on return for a cell to leave out, of which it has said why.
     * NULL: a cell's base is serial at the cell's own size, and there is an absolute one beside it.
     */
    enum status (*scale)(const struct sweep *sweep, struct cell_request *request, bool *taken);

    unsigned laws; /* a bit 1u << enum law for each that is fitted, over workers */
    /* Which of a kernel's cells it shows in a picture of who computed what when; see lanes.h. */
    enum timelines {
        TIMELINE_NONE,
        TIMELINE_EXTREMES, /* the fastest and the slowest */
        TIMELINE_ALL       /* the first ones of all */
    } timeline;
    const struct experiment_figure *figures; /* ended by one without a heading; NULL: none */
    /* Says what the kernel's cells show, those of other experiments, too, on a machine with so many
     * cores; see findings.h. NULL: it has nothing to say. */
    void (*find)(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings);

    /* Words for people. The heading and what is to be read from it, as HTML, stand on the page
     * above its figure of all kernels or its own tables; {size} is the size that work is
     * reckoned from. */
    const char *heading, *about;
    /* Its cells are in tables of their own, and not in the kernel's, where others are. */
    bool has_own_tables;
    /* What these have behind the time, ended by NULL; on a terminal in place of the speedup, as
     * many as there is room for. NULL: nothing of its own. */
    const struct own_quantity *const *columns;
    /* What follows of each series, a table with a row a series, ended by one without a name; it is
     * in results.csv and --json, too. NULL: nothing. */
    const struct own_result *results;
    const char *of_size; /* stands before that size, in place of "size" */
    const char *legend;  /* stands below the tables on a terminal; NULL: nothing does */
};

/* All of them, ended by NULL. CMake writes it. */
extern const struct experiment *const experiment_table[];

/* Cells carry a set of experiments, a bit each, in the order of the table: 32 are the most. */
unsigned experiment_bit(const struct experiment *experiment);

/* Whether an experiment of the cell may show who computed what when in it. */
bool experiment_has_timeline(const struct cell *cell);

/* Those that are measured along with it, a bit each. */
unsigned experiment_with(const struct experiment *experiment);

static inline bool experiment_has(const struct experiment *experiment, const struct cell *cell)
{
    return cell->experiments & experiment_bit(experiment);
}

/* Whether the cell is in the experiment's own tables; of NULL: in those of its kernel. */
bool experiment_tables(const struct experiment *own, const struct cell *cell);

/* Whether its cells of a kernel have one size and base; of NULL: those of the kernel's table. */
static inline bool experiment_is_of_one_size(const struct experiment *experiment)
{
    return !experiment || (experiment->axis.kind != AXIS_SIZE && !experiment->size);
}

/* Whether the cell is there to see what other sizes make of it, and for nothing else. */
bool experiment_is_of_sizes(const struct cell *cell);

/* What stands before the size. */
static inline const char *experiment_of_size(const struct experiment *experiment)
{
    return experiment && experiment->of_size ? experiment->of_size : "size";
}
