/*
 * What can be set of a loop that OpenMP threads share: of `threads`, and within a rank of `hybrid`.
 */
#pragma once

#include "model.h"
#include "options.h"

#include <omp.h>

#define LOOP_OPTIONS                                                                               \
    {.name = "schedule",                                                                           \
     .kind = OPTION_CHOICE,                                                                        \
     .values = {{.word = "static"}, {.word = "dynamic"}, {.word = "guided"}},                      \
     .initial = "static",                                                                          \
     .help = "who computes which piece of the range"},                                             \
    {                                                                                              \
        .name = "chunk", .kind = OPTION_COUNT, .values = {{.word = "auto"}}, .initial = "auto",    \
        .help = "most items of a piece; auto: a piece a thread (static), or 64 (dynamic, guided)"  \
    }

/* Pieces a thread under dynamic and guided schedules: enough to even out irregular work. */
enum { LOOP_PIECES_PER_THREAD = 64 };

/* Into how many pieces, at least one, the threads of a process cut what they share. */
static inline uint64_t loop_pieces(const struct job *job, struct range range)
{
    const uint64_t chunk = job_count(job, "chunk", 0);
    if (chunk > 0)
        return range_pieces(range, chunk);
    return job_chose(job, "schedule", "static") ? job->threads
                                                : (uint64_t)job->threads * LOOP_PIECES_PER_THREAD;
}

/* What schedule(runtime) then means in the regions that the calling thread begins. An iteration is
 * a piece, so that the chunk there is 1. */
static inline void loop_set_schedule(const struct job *job)
{
    omp_set_schedule(job_chose(job, "schedule", "static")    ? omp_sched_static
                     : job_chose(job, "schedule", "dynamic") ? omp_sched_dynamic
                                                             : omp_sched_guided,
                     1);
}
