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
#ifndef TURNS_H
#define TURNS_H

#include "status.h"

struct turns;

/* Longest name that runs can meet under. */
enum { TURNS_NAME_MAX = 80 };

/*
 * Waits for the other run that is told the same name. `about`, in words, must be the same of both,
 * or it is an error. `interrupts`: see interrupts.h; once it is readable this and turns_take() end
 * with STATUS_INTERRUPTED. The caller frees, whatever came of it.
 */
MUST_USE enum status turns_open(const char *name, const char *about, int interrupts,
                                struct turns **turns);

/*
 * Waits until this run may measure that cell, or pass it over. An error when the other run has
 * ended or is at another cell. For NULL, a run that takes no turns, this and what follows do
 * nothing.
 */
MUST_USE enum status turns_take(struct turns *turns, unsigned round, const char *cell);

/* That cell is done with. */
void turns_give(struct turns *turns, unsigned round, const char *cell);

/* After the last cell: waits for the other run's last one, which nothing must disturb. */
void turns_finish(struct turns *turns);

void turns_free(struct turns *turns);

#endif
