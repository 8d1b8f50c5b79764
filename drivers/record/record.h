/*
 * What a run has measured so far, in memory: every sample, none dropped. The lines of its samples'
 * file make it, see samples_lines.h, as they are measured or read back.
 */
#pragma once

#include "host.h"
#include "instrumented.h"
#include "lanes.h"
#include "noise.h"
#include "plan.h"
#include "worker_times.h"

#include <stdbool.h>
#include <stddef.h>

/* Rounds of a run, and launches of a cell in one, which a file may claim to be any. */
enum { RECORD_ROUNDS_MAX = 100000, RECORD_TURNS_MAX = 10000 };

struct row {
    size_t cell; /* index in the plan */
    unsigned round, sample;
    unsigned turn;       /* which launch of the cell in that round, from 0 */
    unsigned executions; /* that it is, timed together; at least 1 */
    double seconds;      /* of one of them */
    double startup_s;
    double skew_s;      /* between the beginnings of ranks; NAN for one process */
    double uncertain_s; /* by which what a rank knows of another node's clock may be wrong */
    bool verified;
    double updates, lost; /* that it made where some may be lost, and those that were: it is
                           * expected not to verify then */
    bool is_late;         /* a rank began after the agreed moment: its time is not valid */
    size_t counted;       /* which of its cell's counts are its own, from 1; 0: it tells none */
};

/* What a cell's model counts: `names` values of each sample that tells them, of one execution.
 * NAN: that one does not. */
struct counts {
    unsigned names;
    char name[MODEL_COUNTS_MAX][PLAN_NAME_MAX]; /* "gil::handoffs" */
    size_t samples;
    double *values;
};

/* The rows of one cell, in the order of rounds and, within a round, as they were measured. */
struct rows_of_cell {
    size_t count;
    const struct row *const *rows;
};

/* What is known of a cell beside its times. */
struct cell_state {
    bool failed;         /* a launch failed or a sample did not verify */
    bool again;          /* one had failed before the run was resumed: rounds may lack launches */
    unsigned executions; /* of the latest sample; 0: there is none yet */
    /* What its ranks told MPI to move to others in one execution, by the latest sample; 0: nothing,
     * or it does not count that. */
    double messages, message_bytes;
    struct counts counts;
    char failure[320];
    unsigned failed_round, failed_turn; /* the latest launch that failed */
    char result[128];
    struct instrumented_events events; /* why they are absent is of the latest launch that told */
    struct lanes lanes;                /* of the latest launch that told who computed what when */
    struct worker_times workers;       /* of the latest launch that told how long each was busy */
    unsigned round, turns; /* the latest one that it was launched in, and how often in that */
};

/* Why no further round was measured. */
enum ending {
    ENDING_NONE,      /* the run was cut off, or has not ended yet */
    ENDING_SIGNAL,    /* somebody ended it */
    ENDING_LACKING,   /* the time was over before launches that had failed were made up for */
    ENDING_PRECISION, /* every interval is as narrow as asked for */
    ENDING_BUDGET,    /* another round would have overrun the time */
    ENDING_ROUNDS,    /* as many as asked for */
    ENDING_FAILED,    /* every cell did: nothing is left to be measured */
    ENDING_COUNT
};

/* As the samples' file has it: "precision". */
extern const char *const ending_name[ENDING_COUNT];

/* Whether the run came to an end of its own. One that did not cannot pass. */
static inline bool ending_is_whole(enum ending ending)
{
    return ending > ENDING_LACKING;
}

/* The launch that the latest lines are of: all of them follow each other, and its samples in their
 * order. So what is there already is known without keeping the number of each. */
struct present_launch {
    bool is_one; /* there has been any */
    size_t cell;
    unsigned round, turn;
    unsigned samples; /* one more than the last one's number */
    bool has_workers;
};

/* The host that rounds were measured on, from one on. */
struct record_host {
    char name[HOST_BYTES];
    unsigned from;
};

/* Changes of host that are kept. */
enum { RECORD_HOSTS_MAX = 1000 };

struct record {
    const struct plan *plan;
    size_t count;
    struct row *rows;
    size_t state_count;        /* as many as the plan had when the record was new */
    struct cell_state *states; /* one a cell */
    size_t instrumented_count;
    struct instrumented *instrumented; /* at most one a launch */
    unsigned char *launches; /* a bit each round and cell: what is not used is no memory */
    struct present_launch launch;
    unsigned per_launch; /* samples that a whole launch has; 0: not known */
    bool is_whole;       /* nothing is behind the last whole launch, up to which there are */
    size_t whole_rows, whole_instrumented; /* so many */
    enum ending ending;
    /* Asked for when it was last resumed, see struct run_config; 0: see its manifest. */
    double precision, budget_s, budget_most_s;
    unsigned noise_count; /* rounds, from 0, that `noises` has room for */
    struct noise *noises; /* of each round; noise_unknown where none was recorded */
    size_t host_count;    /* one more than there were changes of host; 0: not known */
    struct record_host *hosts;
};

void record_new(const struct plan *plan, struct record *record);
void record_free(struct record *record);

/* Each adds one: a sample, an instrumented execution. */
void record_add(struct record *record, const struct row *row);
void record_instrumented(struct record *record, const struct instrumented *instrumented);

/* Keeps the noise of a round, in place of an earlier one. */
void record_noise(struct record *record, unsigned round, const struct noise *noise);

/* Whether all of a round was measured, when its noise is recorded: what is made up for in it later
 * is no part of that. */
bool record_is_over(const struct record *record, unsigned round);

/* Keeps that a round was measured on that host. */
void record_host(struct record *record, unsigned round, const char *name);

/* Leaves out what is behind the last whole launch. */
void record_cut(struct record *record);

/* Whether a launch of the cell that failed may be made up for: none of its results was wrong. */
bool record_may_retry(const struct record *record, size_t cell);

/* Whether there is such a cell. */
bool record_has_retries(const struct record *record);

/* From here on these cells have not failed, and lack that launch, of which nothing is kept. */
void record_retry(struct record *record);

/* The first round that a cell may lack, as one of its launches had failed; else none: the number of
 * them. */
unsigned record_first_lacking(const struct record *record);

/* Notes that the cell is launched in that round, and which of its launches in it that is. */
void record_begin(struct record *record, size_t cell, unsigned round, unsigned turn);

/* How often it was, as it was where there are samples of it. Of a round before the cell's latest
 * one it is only known whether it was: 0 or 1. */
unsigned record_turns(const struct record *record, size_t cell, unsigned round);

/* One more than the latest round of any sample. */
unsigned record_rounds(const struct record *record);
