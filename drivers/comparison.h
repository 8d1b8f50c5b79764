/*
 * Two runs, cell by cell: which cells became faster, which slower.
 *
 * Cells are paired by their identity. The values of a cell are the medians of its rounds, which are
 * independent of each other, and those of one run of those of another (see measure/ratio.h for the
 * ratio and its interval). With fewer than 6 rounds on either side nothing is decided.
 *
 * `same` is the share by which times may differ and still count as the same: a cell is the same
 * when the interval of its ratio lies wholly within 1/(1 + same) to 1 + same; slower or faster when
 * it lies wholly outside, and remains so with all cells considered: of the cells called slower or
 * faster, at most 5 % are expected to be neither. Of two runs of the same program that is the
 * probability to call any cell slower or faster; so at least 95 % of the cells, and in 95 of 100
 * comparisons all, are the same or undecided. (Each 95 % interval alone would call up to 5 % of the
 * cells faster or slower, 2 of 40 in every comparison.) What differs between two runs as a whole,
 * such as a neighbour on the machine or its temperature, no interval within them can tell: `same`
 * is to be no less than that.
 */
#ifndef COMPARISON_H
#define COMPARISON_H

#include "ratio.h"
#include "stored.h"

enum change { CHANGE_SAME, CHANGE_FASTER, CHANGE_SLOWER, CHANGE_UNDECIDED, CHANGE_COUNT };
extern const char *const change_name[CHANGE_COUNT];

/* Why a cell is undecided. */
enum doubt {
    DOUBT_NONE,
    DOUBT_FEW_ROUNDS, /* there is no interval */
    DOUBT_WIDE,       /* the interval lies neither within nor outside */
    DOUBT_MANY_CELLS, /* it lies outside, as one of so many cells may by chance */
    DOUBT_COUNT
};
extern const char *const doubt_name[DOUBT_COUNT];

/* A cell that both runs have. */
struct compared {
    const struct analysis_of_cell *base, *other;
    bool is_usable; /* both verified; else only the above holds */
    size_t base_rounds, other_rounds;
    struct ratio ratio; /* of times: above 1 the other is slower */
    double chance;      /* see ratio_chance(), with the bound 1 + same; 1 without an interval */
    enum change change;
    enum doubt doubt;
};

struct comparison {
    const struct stored *base, *other;
    double same;
    size_t count, usable, decidable; /* cells in both; of them verified; and with an interval */
    struct compared *cells;          /* in the order of the base */
    size_t changes[CHANGE_COUNT], doubts[DOUBT_COUNT];
};

/* The caller frees, whatever came of it. The runs must outlive it. */
MUST_USE enum status comparison_make(const struct stored *base, const struct stored *other,
                                     double same, struct comparison *comparison);
void comparison_free(struct comparison *comparison);

/* The cell of the other run with the same identity, or NULL. */
const struct analysis_of_cell *comparison_partner(const struct stored *other,
                                                  const struct cell *cell);

/* How many cells are slower, and by at least that share. */
size_t comparison_slower(const struct comparison *comparison, double share);

#endif
