/*
 * A loop that OpenMP threads share, over pieces of a range: what the models `threads` and, within a
 * rank, `hybrid` do alike. Who takes which piece is as schedule(runtime) was set by the thread that
 * calls these. The team is there: see openmp_form().
 */
#pragma once

#include "partials.h"

/* Each thread meets what it will probably use, by that function: whoever writes a page has it
 * near. */
void openmp_loop_meet(const struct partials *partials, const struct map_buffers *map_buffers,
                      unsigned threads,
                      void (*meet)(const struct map_buffers *map_buffers, struct range range));

/* Computes all pieces, then combines their partials, by all threads: partials_result() is what they
 * made, unless a piece has failed. */
MUST_USE enum status openmp_loop_compute(const struct partials *partials,
                                         const struct map_buffers *map_buffers, unsigned threads);
