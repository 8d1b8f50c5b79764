/*
 * What each worker does with its time, in executions that are not timed: a stand-in for the kernel
 * that notes for whoever calls it how long it computed, and where.
 *
 * A model knows nothing of it: it gets the stand-in as its kernel. In a timed execution this is the
 * kernel itself, the same functions by the same pointers; only while a pass is on do the pointers
 * of compute() and combine() lead through the instrumentation. They lie in shared memory,
 * so that processes that a model forked follow.
 *
 * The busy time is that of computing and combining; all else (handing out work, moving bytes,
 * waiting) is not busy. It goes to the account of whoever's seat it is; see seat.h. What is
 * combined by one who has no seat, a pool's parent or the thread that started a team, counts as the
 * first worker's where all of them rest meanwhile. Where one is at work, as a pool's may be that
 * hands its results over one by one, it counts for nobody: that time is a worker's already, and
 * none can be busy for longer than the execution takes.
 *
 * Beside it stands when a worker first began to compute in an execution and when it last had
 * computed. Until the latest of the workers began, work and inputs were on their way to them, and
 * after the latest had done partials and outputs were on theirs. Both count from when the execution
 * began in the worker's own process: ranks begin within their skew of each other (see struct
 * rank_start), and by so much what is held together of several is uncertain.
 */
#pragma once

#include "counters.h"
#include "eventcount.h"
#include "host.h"
#include "kernel.h"
#include "storage.h"
#include "timeline.h"

/* Each pass is an execution of its own, lest one measurement disturbs another. */
enum instrumentation_pass {
    /* Busy time, in up to so many passes: a single execution is easily an odd one, so that with the
     * median time tells, of these or of many launches. */
    INSTRUMENTATION_CLOCK,
    INSTRUMENTATION_CLOCKS = 5,
    /* What the system and the processor count, and placement: costs system calls for each piece.
     * The processor's counters, once begun, go on in threads that wait for the next execution:
     * so this is the last pass, after all that is timed. */
    INSTRUMENTATION_COUNT = INSTRUMENTATION_CLOCKS,
    /* Who computed which piece when, where it is asked for: an execution before that one. */
    INSTRUMENTATION_TIMELINE
};

/* What one worker did in a pass that clocks, sums over its executions. */
struct clocked {
    double busy_s;
    double first_s, last_s; /* until it first began to compute, and until it last had done so */
    unsigned executions;    /* in which it computed: those that the two are of */
};

/* What one worker did in all passes. Plain data, so that it can cross MPI. */
struct worked {
    struct clocked clocked[INSTRUMENTATION_CLOCKS]; /* the rest is of INSTRUMENTATION_COUNT */
    double cpu_s; /* processor time while computing and combining */
    uint64_t voluntary_switches, involuntary_switches, minor_faults, major_faults; /* likewise */
    char node[HOST_BYTES]; /* the host that it is on */
    int processor;         /* on which it was last, -1: it did nothing */
    char processors[48];   /* its affinity mask, as "0-3,8" */
    /* The most memory that its process ever held, shared pages included; never less than what the
     * process that started it held then. */
    uint64_t peak_memory_bytes;      /* 0: it had nothing to do */
    struct counters_reading counted; /* while computing and combining */
};

/* One worker's, on cache lines of its own. */
struct account {
    _Alignas(EVENTCOUNT_LINE) struct worked worked;
    _Atomic uint64_t rests_since_ns; /* when its latest piece of work ended */
    /* The beginning of the execution that it last computed in, and until when it did. */
    uint64_t execution_ns, computed_ns;
};

/* Shared by all processes. */
struct instrumentation {
    struct kernel kernel;                 /* the stand-in */
    const char *events[COUNTERS_MAX + 1]; /* what `counted` is of, in its order, ended by NULL:
                                             instructions, cycles, and what the kernel names */
    _Atomic bool unseated; /* somebody computed who has no seat: the accounts are wrong */
    _Atomic bool crowded;  /* two were at work at once who have one seat: likewise */
    _Atomic bool too_long; /* a partial that was computed is longer than partial_size() tells */
    /* The rest is of instrumentation.c alone. */
    struct storage storage; /* of all this */
    const struct kernel *inner;
    unsigned workers;
    enum instrumentation_pass pass; /* that is on */
    struct storage timelines;       /* where asked for: one an account, each of so many bytes: */
    size_t timeline_bytes;
    uint64_t timeline_gap_ns;
    _Atomic uint64_t execution_ns; /* when the execution that is on began */
    struct account accounts[];     /* that of whoever has no seat, then one a seat */
};

/*
 * For a kernel that this process's `workers` workers will execute. Made before they are; at most
 * one in a process, since a kernel's functions have no context of their own. The caller frees it
 * after the workers have ended.
 */
struct instrumentation *instrumentation_new(const struct kernel *kernel, unsigned workers);
void instrumentation_free(struct instrumentation *instrumentation);

/*
 * Before the workers are made: has INSTRUMENTATION_TIMELINE note up to `most` pieces of each of
 * them. Gaps up to `gap_ns` are none: of workers that take turns by a lock they lie within one's
 * turn.
 */
void instrumentation_ask_timelines(struct instrumentation *instrumentation, unsigned most,
                                   uint64_t gap_ns);

/* Of the latest such pass that of a worker, or of the number of workers: of whoever has no seat and
 * combined, also while workers were at work. */
const struct timeline *instrumentation_timeline(const struct instrumentation *instrumentation,
                                                unsigned worker);

/* Around an execution, while no worker computes. Passes that clock are numbered from
 * INSTRUMENTATION_CLOCK on. */
void instrumentation_begin(struct instrumentation *instrumentation, enum instrumentation_pass pass);
void instrumentation_end(struct instrumentation *instrumentation);

/* In a pass, before each execution: it begins, or has begun, at that moment of this process's
 * clock. */
void instrumentation_execution(struct instrumentation *instrumentation, uint64_t began_ns);

/* Whoever had that seat is no more, and may have ended in the middle of a piece: by whoever forks
 * another in its place. Without an instrumentation it is nothing. */
void instrumentation_left(unsigned seat);

/* Writes what each of the workers did in the latest execution of each pass. */
void instrumentation_read(const struct instrumentation *instrumentation, struct worked *workers);
