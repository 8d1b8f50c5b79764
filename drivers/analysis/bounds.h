/*
 * What no way to arrange work can be faster than. Pure functions.
 */
#pragma once

#include <stddef.h>

/*
 * Of whole tasks, by what each takes by itself: the speedup over one worker that takes all of them
 * which no order passes, with so many workers. The largest task is not divided, and no more than
 * all workers compute.
 */
double bounds_of_tasks(const double *seconds, size_t count, unsigned workers);

/*
 * Likewise, where each worker that is free takes the next task in the order given: list scheduling.
 * However bad the order is, it takes at most 2 - 1/workers times as long as the best one does.
 * Source: R. L. Graham, Bounds on Multiprocessing Timing Anomalies, SIAM Journal on Applied
 * Mathematics 17 (1969).
 */
double bounds_of_tasks_in_order(const double *seconds, size_t count, unsigned workers);

/*
 * Of threads of which one at a time has the lock, where that fraction of the work needs no lock:
 * who has it computes while the others do their released parts. At least one of the threads or the
 * lock is busy all the time, so that the speedup is at most the lesser of the threads and 1 over
 * the fraction that needs the lock. A lock that is handed on in turn reaches it.
 */
double bounds_of_lock(double released, unsigned threads);

/* What it would be if nothing else went on while a thread has the lock. (G. M. Amdahl, Validity of
 * the single processor approach, AFIPS, 1967.) */
double bounds_of_serial_part(double released, unsigned threads);
