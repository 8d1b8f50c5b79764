/*
 * An execution of a cell in which each worker's time was taken, which is never a timed one: what
 * its workers said of themselves, and the sums of it.
 */
#ifndef INSTRUMENTED_H
#define INSTRUMENTED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Sums over a cell's workers, in seconds. */
struct instrumented {
    size_t cell; /* index in the plan */
    unsigned round, workers;
    double wall_s, busy_sum_s, busy_max_s;
    double cpu_s; /* this and the rest are of another execution of the same launch */
    double voluntary_switches, involuntary_switches, minor_faults, major_faults;
    double instructions, cycles; /* NAN unless every worker that computed has them */
};

/*
 * Sums up an array of objects, one a worker, as a cell says them and samples.jsonl has them under
 * `workers_busy`; results/README.md names their keys. Figures that an earlier version did not know
 * may lack. False when there is no worker, or a figure that none can have. `sums->cell` and
 * `sums->round` are left to the caller.
 */
bool instrumented_sum(double wall_s, const json_t *workers, struct instrumented *sums);

/*
 * Writes why there are no instructions or no cycles, in the words of the library that should have
 * counted them; nothing where it has none. `absent` is the object that comes with the workers as
 * `counters_absent`, or NULL.
 */
void instrumented_absent(const json_t *absent, char *text, size_t length);

#endif
