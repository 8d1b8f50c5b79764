/*
 * How near the cells of a run come to what limits their kernel (struct kernel_limit): memory, a
 * unit of the processor, the part that one worker has to do alone. It is told by a cell of the same
 * run, measured in the same rounds.
 */
#pragma once

#include "kernel.h"

struct analysed_run;

/* The least time with so many workers, where the limit's own cell takes `limit_s`, and one worker
 * `base_s`, which only LIMIT_OF_SERIAL_PART asks for. NAN: one of them is not known. */
double limit_share_least(enum limit_kind kind, double limit_s, double base_s, unsigned workers);

/* Fills in each cell's `limit` and what is told of it, paired by round as speedups are. */
void limit_share_make(struct analysed_run *run);
