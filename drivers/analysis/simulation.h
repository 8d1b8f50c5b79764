/*
 * What was simulated of a run, and how far it can be relied on: the rank models of its kernels
 * with more ranks than were measured, in the serial model's size. All of it is a prediction.
 *
 * Simulations take the serial model's time and the costs of messages from the run, and nothing of
 * the cells that they predict. So where a cell was both measured and simulated, the difference is
 * the simulation's own error.
 */
#pragma once

#include "analysed_run.h"

#include <limits.h>

/* The folder of a run that holds what was simulated, and the file in it that has a line a point. */
#define SIMULATION_FOLDER "simulated"
#define SIMULATION_FILE SIMULATION_FOLDER "/simulated.jsonl"

/* What messages take, in seconds and bytes a second, between two nodes and within one. */
struct simulation_costs {
    double latency_s, bytes_s, node_latency_s, node_bytes_s;
};

/* What a point was simulated from: two can be compared where it is the same. */
struct simulation_base {
    double serial_s; /* for the whole size with one worker */
    struct simulation_costs costs;
    unsigned shared_cores; /* that all nodes have together, which are none really; 0: their own */
};

struct simulated_point {
    char kernel[PLAN_NAME_MAX], model[PLAN_NAME_MAX];
    uint64_t size;
    unsigned ranks, nodes;
    struct simulation_base base;
    double seconds;
    double wall_s; /* that simulating it took */
    /* The cell that was measured with as many ranks on as many nodes; NULL: there is none that can
     * be relied on. */
    const struct analysis_of_cell *measured;
    double error;  /* simulated time over the measured median, less 1; NAN: it was not measured */
    double spread; /* by which the measured median itself is uncertain, relative to it */
};

/* The points of one kernel and model, by nodes and ranks. */
struct simulated_curve {
    const struct analysed_kernel *kernel;
    const char *model;
    size_t count;
    struct simulated_point *points;
    size_t checked; /* points with several ranks that were measured as well */
    /* The error that predictions are stated with: the largest that was seen at such points, and the
     * spread of what was measured there. NAN: there are none. */
    double stated;
    /* Of those points, how many are within what all others together state; of one alone nothing can
     * be said, and it is 0. */
    size_t within;
};

struct simulation {
    size_t count; /* of lines that could be used */
    struct simulated_point *points;
    size_t curve_count;
    struct simulated_curve *curves; /* in the order of the run's kernels */
};

/* Reads what was simulated of the run: nothing where nothing was, and of what was simulated anew
 * from other costs or times, the latest. Lines that cannot be used are left out. The caller frees,
 * before the run. */
struct simulation simulation_read(const struct analysed_run *run);
void simulation_free(struct simulation *simulation);

/* The parts of it: a line as JSON and back, false for one that is none; and from points, which are
 * taken over, the curves. */
json_t *simulation_line(const struct simulated_point *point);
bool simulation_take(const json_t *line, struct simulated_point *point);
struct simulation simulation_make(const struct analysed_run *run, struct simulated_point *points,
                                  size_t count);

/* Whether a cell can be held against a simulated one: of the serial model's size, with a rank a
 * worker, a core for each, and its options as by default. */
bool simulation_is_comparable(const struct analysed_kernel *kernel,
                              const struct analysis_of_cell *cell);

/* The same point, simulated from the same; NULL: it was not. */
const struct simulated_point *simulation_find(const struct simulation *simulation,
                                              const struct simulated_point *point);

/* What a point has with `error` as the simulation's: 0 is what it says. */
double simulation_speedup(const struct simulated_point *point, double error);

/* What the other points that were checked state, as `stated` is of all. NAN: there are none. */
double simulation_stated_without(const struct simulated_curve *curve, size_t point);
