/*
 * When a run has rounds enough, and why; and what a round may leave out. Pure functions of what was
 * asked for and how far it is.
 */
#pragma once

#include "analysis.h"
#include "record.h"
#include "run_config.h"

#include <stdbool.h>
#include <stddef.h>

/* How far a run is. */
struct so_far {
    unsigned done;    /* rounds, those before it was resumed among them */
    unsigned begun;   /* rounds of these in which something was launched since it was begun or */
    double elapsed_s; /* resumed, and how long that is ago */
    double next_s;    /* what the next one will take, as far as it is known */
    bool failed;      /* every cell has */
    bool precise;     /* every cell that has not has an interval as narrow as asked for */
};

/*
 * Why no further round is due; ENDING_NONE when one is. One that would overrun the budget is not
 * begun. The fewest rounds that the profile promises are measured though the intervals are narrow
 * already, and may take `budget_most_s`.
 */
enum ending stopping_find(const struct run_config *config, const struct so_far *so_far);

/*
 * Whether a cell is due in that round, from 0, if its intervals are so wide by the rounds before.
 * One whose time and speedup are both as narrow as asked for rests, and is launched in every fourth
 * round only: so that what there is of a round is spent on those that are wide. An interval may be
 * narrow by chance; so no cell rests in the fewest rounds that the profile promises, nor in the
 * first nine, from which on an interval does not reach from the smallest value to the largest.
 * Bases never do, nor what is there to limit others: they are in everybody's speedup, or share of
 * the limit.
 */
bool stopping_is_due(const struct run_config *config, unsigned round, const struct cell *cell,
                     const struct widths *widths);

/*
 * Whether the launches of that round, from 0, count what the system and the processor do, for which
 * each takes a further execution. Counts differ little between launches: so those of the first
 * round and of every fourth, in which nothing rests, tell them. Where counters are insisted on all
 * do.
 */
bool stopping_is_counted(const struct run_config *config, unsigned round);

/* What these fewest rounds take by those that are there, with them, in seconds; 0: there are as
 * many, or nothing is left to be measured. */
double stopping_fewest_s(const struct run_config *config, const struct so_far *so_far);

/* Where that is longer than the budget, a line that says how long, and what makes it shorter; else
 * nothing. */
void stopping_warn(const struct run_config *config, const struct so_far *so_far, char *text,
                   size_t length);
