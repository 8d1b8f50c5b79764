/*
 * An execution of a cell in which each worker's time was taken, which is never a timed one: what
 * its workers said of themselves, and the sums of it.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A duration, in seconds, that a sample can have had: the clock's unit is 1e-9, a life is 3e9. */
#define SAMPLES_SECONDS_MIN 1e-12
#define SAMPLES_SECONDS_MAX 1e9

#define SAMPLES_COUNT_MAX 1e18 /* whole numbers beyond are not told apart */

/* The processor's counters of a cell: two of every cell, then those that its kernel names. */
enum {
    INSTRUMENTED_INSTRUCTIONS,
    INSTRUMENTED_CYCLES,
    INSTRUMENTED_OWN,
    INSTRUMENTED_EVENTS = INSTRUMENTED_OWN + 2
};

/* Their names, and why they are absent. */
struct instrumented_events {
    char name[INSTRUMENTED_EVENTS][64];    /* PAPI's; empty: the kernel names no more */
    char absent[INSTRUMENTED_EVENTS][256]; /* in PAPI's words; empty: nobody says */
};

/* Sums over a cell's workers, in seconds; NAN where it is not known of all of them. */
struct instrumented {
    size_t cell;                   /* index in the plan */
    unsigned round, turn, workers; /* the first two as a row has them, see record.h */
    double wall_s, busy_sum_s, busy_max_s;
    /* Until the last of the workers began to compute, and since the last of them had done so, to
     * the end: what of the wall time is before and after computing. NAN: nobody tells. */
    double handed_out_s, collected_s;
    double cpu_s; /* this and the rest are of another execution of the same launch */
    double voluntary_switches, involuntary_switches, minor_faults, major_faults;
    double peak_memory_bytes; /* no sum: the largest, since workers share memory */
    union {                   /* the processor's counters, each by its place or by name */
        double count[INSTRUMENTED_EVENTS];
        struct {
            double instructions, cycles;
            double own[INSTRUMENTED_EVENTS - INSTRUMENTED_OWN]; /* those of the kernel */
        };
    };
};

/*
 * Sums up an execution: an object, as samples.jsonl has it, with `wall_s`, `workers_busy` or
 * `nodes_busy`, and `counters_absent`; results/README.md names all keys. Figures that an earlier
 * version did not know may lack. False when there is no worker, or a figure that none can have.
 * `sums->cell`, `sums->round` and `sums->turn` are left to the caller. `events` are the cell's,
 * all zero before its first launch: the first workers that have counters name them.
 */
bool instrumented_sum(const json_t *execution, struct instrumented_events *events,
                      struct instrumented *sums);

/* Whether the object tells of an execution's workers, one by one or node by node. */
bool instrumented_is_told(const json_t *line);
