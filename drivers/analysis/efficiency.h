/*
 * Where the time went: what keeps a speedup below the number of workers, as an exact product
 *
 *     speedup = workers x load balance x communication efficiency x computation scaling
 *
 *     load balance             = mean(busy) / max(busy)
 *     communication efficiency = max(busy) / wall
 *     computation scaling      = serial's busy / sum(busy)
 *
 * of one execution in which each worker's busy time was taken; see instrumentation.h. All that is
 * neither computing nor combining counts as communication: handing out work, moving bytes, waiting
 * for a lock, for messages, or for others at the end. Source: the efficiency metrics of the POP
 * Centre of Excellence, from C. Rosas, J. Gimenez, J. Labarta, Scalability prediction for
 * fundamental performance factors, Supercomputing Frontiers and Innovations 1(2), 2014.
 *
 * Where the processor counts instructions and cycles, computation scaling is taken apart as well,
 * as the same source does, and as exactly:
 *
 *     computation scaling = instruction scaling x IPC scaling x frequency scaling
 *
 *     instruction scaling = serial's instructions / sum(instructions)
 *     IPC scaling         = sum(instructions) / sum(cycles), over serial's
 *     frequency scaling   = sum(cycles) / sum(busy), over serial's
 *
 * Beside the factors stands how long handing out and collecting took, before and after computing:
 * of each round's execution, summarised over rounds like the shares.
 *
 * Counters are of another execution of the same launch than busy times; see instrumentation.h. So
 * frequency scaling holds, beside the clock's, what one execution took longer than the other.
 */
#pragma once

#include "instrumented.h"
#include "stats.h"

/* The workers' time, in shares that add up to 1. */
enum share {
    SHARE_USEFUL,        /* what serial takes for the same work */
    SHARE_OVERHEAD,      /* computing that serial does not do, or does faster */
    SHARE_IMBALANCE,     /* waiting for the slowest worker */
    SHARE_COMMUNICATION, /* communication: hand-over, waiting for locks */
    SHARE_COUNT
};

/* What is lost, in a word: "overhead", "balance", "communication"; "none" of the useful share. */
extern const char *const share_word[SHARE_COUNT];

struct efficiency {
    const struct instrumented *execution; /* that all of this is from; NULL: there is none */
    bool is_complete;  /* there is one of serial in the same round: else speedup and computation
                        * are NAN; */
    bool has_counters; /* and both have counters: else what computation is made of is NAN */
    double speedup, balance, communication, computation;
    double instruction_scaling, ipc_scaling, frequency_scaling;
    double ipc; /* instructions of a cycle; NAN: they were not counted */
    /* Instrumenting perturbed the cell, or the base that it is held against: the instrumented
     * executions took more than 5 % longer than the timed ones of the same launches, by the 95 %
     * interval of that ratio over rounds. False where there is no interval to tell. */
    bool perturbed;
    double shares[SHARE_COUNT];              /* of that execution, where it is complete, */
    struct summary over_rounds[SHARE_COUNT]; /* and of all rounds that have a base */
    /* Of every round that tells, see struct instrumented. */
    struct summary handed_out, collected;
};

/* What was measured of a cell, with an element for each round. */
struct watched {
    const struct instrumented *const *executions; /* NULL where there is none; they must outlive
                                                   * what is made of them */
    const double *times;        /* of the timed executions of the same launch; NAN: none */
    const struct summary *time; /* of all of these; of a single round, that of its samples */
};

/*
 * The factors of that execution of a cell's `own` whose wall time is their median (the lower one of
 * two): of a single one, so that they multiply exactly. Only rounds count in which serial's took as
 * long as usual, which is within the timed interval widened by 5 %, if there are any: what is held
 * against an odd one says nothing of the cell. Of these only such are taken whose launches counted
 * what the system does, if there are any. `base` is serial's, or NULL. `work` is how many times the
 * base's work the cell's is: 1 unless it is one of weak scaling, whose speedup is then the scaled
 * one.
 */
struct efficiency efficiency_find(const struct watched *own, const struct watched *base,
                                  size_t rounds, double work);

/* The greatest loss of these shares over rounds, by their medians, and whether their intervals
 * decide that it is; SHARE_COUNT: they are not known. */
enum share efficiency_loss(const struct summary over_rounds[SHARE_COUNT], bool *is_decided);
