/*
 * What the models that build on OpenMP share: a team of as many threads as were asked for, each on
 * a core of its own, that libgomp keeps from one parallel region to the next.
 */
#pragma once

#include "job.h"
#include "status.h"

/*
 * Forms the team of `threads` threads, which are the workers `first`, first+1 … of the `workers`
 * workers on this node, and gives each its seat; see seat.h. An error when OpenMP gives fewer.
 */
MUST_USE enum status openmp_form(unsigned threads, unsigned first, unsigned workers);

/* Adds `openmp_library`, the file of the run-time library that is loaded. */
void openmp_tell(library_add *add, void *context);

/* Waits until all threads are awake: a barrier before a clock. */
void openmp_wake(unsigned threads);
