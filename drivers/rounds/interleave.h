/*
 * Two runs of the same cells that take turns: each cell that one launches the other launches right
 * before or after it, so that what the machine does to one it does to the other. They measure two
 * cells at a time, the first turn excepted: A1, B1 B2, A2 A3, B3 B4, … so that neither is always
 * the one that follows the other.
 *
 * They meet under a name, which is known on the machine, or in its network namespace, for as long
 * as one of them waits there. What goes from one to the other is the name of the latest cell, at
 * which the other must be, too.
 */
#ifndef INTERLEAVE_H
#define INTERLEAVE_H

#include "status.h"

struct interleave;

/* Longest name that runs can meet under. */
enum { INTERLEAVE_NAME_MAX = 80 };

/*
 * Waits for the other run that is told the same name. `about`, in words, must be the same of both,
 * or it is an error. `interrupts`: see signals.h; once it is readable this and interleave_take() end
 * with STATUS_INTERRUPTED. The caller frees, whatever came of it.
 */
MUST_USE enum status interleave_open(const char *name, const char *about, int interrupts,
                                     struct interleave **turns);

/*
 * Waits until this run may measure that cell, or pass it over. An error when the other run has
 * ended or is at another cell. For NULL, a run that takes no turns, this and what follows do
 * nothing.
 */
MUST_USE enum status interleave_take(struct interleave *turns, unsigned round, const char *cell);

/* That cell is done with. */
void interleave_give(struct interleave *turns, unsigned round, const char *cell);

/* After the last cell: waits for the other run's last one, which nothing must disturb. */
void interleave_finish(struct interleave *turns);

void interleave_free(struct interleave *turns);

#endif
