/*
 * Two runs, cell by cell: which cells became faster, which slower.
 *
 * Cells are paired by their identity. The values of a cell are the medians of its rounds. Those of
 * runs that were interleaved are paired by round, too: what slowed both down is not in their ratio;
 * and those of a run and itself, which are not independent at all.
 * Else all of one run are taken with all of the other, as if they were independent (see
 * measure/ratio.h for the ratios and their intervals). With fewer than 6 rounds on either side, or
 * of both where they were interleaved, nothing is decided.
 *
 * A cell is slower or faster when the interval of its ratio lies wholly beyond the margin of a
 * change, and remains so with all cells considered: of the cells called slower or faster, at most
 * 5 % are expected to be neither, which is the probability to call any so of two runs of the same
 * program. (Each 95 % interval alone would call up to 5 % of the cells so; one that only the others
 * keep from it is undecided.) Else it is the same within the share that its interval leaves open,
 * and undecided where that is more than what may be called the same.
 * What differs between two runs as a whole, such as a neighbour on the machine or its temperature,
 * no interval within them can tell; interleaved runs share it. Of others, what all cells have
 * in common is not called a change as far as the machine did as much within one run
 * (measure/drift.h): the interval must lie beyond the margin with that left out, too.
 */
#pragma once

#include "analysed_run.h"
#include "ratio.h"

/* Shares by which times differ: a margin m reaches from 1/(1 + m) to 1 + m times as long. */
struct margins {
    double change; /* within it nothing is called faster or slower */
    double same;   /* what may differ by more is not the same; no less than `change` */
};

enum change { CHANGE_SAME, CHANGE_FASTER, CHANGE_SLOWER, CHANGE_UNDECIDED, CHANGE_COUNT };
extern const char *const change_name[CHANGE_COUNT];

/* Why a cell is undecided. */
enum doubt {
    DOUBT_NONE,
    DOUBT_FEW_ROUNDS, /* there is no interval */
    DOUBT_WIDE,       /* the interval leaves room for more than what may be called the same */
    DOUBT_MANY_CELLS, /* it lies beyond a change, as one of so many cells may by chance */
    DOUBT_DRIFT,      /* it does, but not without what all cells have in common */
    DOUBT_COUNT
};
extern const char *const doubt_name[DOUBT_COUNT];

/* A cell that both runs have. */
struct compared {
    const struct analysis_of_cell *base, *other;
    bool is_usable;       /* both verified; else only the above holds */
    size_t pairs;         /* rounds of both, where they belong together; 0: all ratios are taken */
    struct summary ratio; /* of times: above 1 the other is slower */
    double within;        /* the most that the times may differ by, as margins; INFINITY without
                           * an interval */
    double p_value;       /* see ratio.h, of the margin of a change; the greater one of with and
                           * without what is left out for drift; nothing without an interval */
    enum change change;
    enum doubt doubt;
};

struct comparison {
    const struct analysed_run *base, *other;
    struct margins margins;
    bool interleaved;                /* launch by launch; of old, by two processes */
    bool is_itself;                  /* both have the same samples: a run, or a copy of it */
    size_t count, usable, decidable; /* cells in both; of them verified; and with an interval */
    struct compared *cells;          /* in the order of the base */
    size_t changes[CHANGE_COUNT], doubts[DOUBT_COUNT];
    /* See drift.h; NAN: unknown, or the runs were interleaved. */
    double together; /* how many times as long all cells together took */
    double drift;    /* how far rounds of one run were apart, in the run where they were more so */
    double allowed;  /* left out of each ratio to tell a change; 1: nothing */
};

/* The caller frees. The runs must outlive it. */
struct comparison comparison_make(const struct analysed_run *base, const struct analysed_run *other,
                                  struct margins margins);
void comparison_free(struct comparison *comparison);

/* The cell of the other run with the same identity, or NULL. */
const struct analysis_of_cell *comparison_partner(const struct analysed_run *other,
                                                  const struct cell *cell);

/* How many cells are slower, and by at least that share. */
size_t comparison_slower(const struct comparison *comparison, double share);

/* How many cells verified in the base, and failed, did not verify or are missing in the other; not
 * those that lost updates there as expected. */
size_t comparison_lost(const struct comparison *comparison);
