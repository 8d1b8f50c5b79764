/*
 * What is said of a worker of a pool that could not be made, or has died, in the same words
 * whatever pool it is.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define AT_NO_CHUNK UINT64_MAX

/* How many workers may die at one chunk, and of each how many at none, before it is no accident:
 * another would die there as well. */
enum { WORKER_DEATHS_MAX = 3 };

struct worker_death {
    unsigned worker;
    pid_t process;
    const char *how;     /* see process_has_ended() */
    uint64_t chunk, of;  /* at which of how many, 0: nobody knows how many; or AT_NO_CHUNK */
    bool respawn;        /* whether another is to take its place, */
    bool is_no_accident; /* unless it would die as well */
};

/* Says it. STATUS_FAILED: nobody takes its place. */
MUST_USE enum status worker_died(const struct worker_death *death);

/* Says that there can be no more processes, by errno. */
MUST_USE enum status worker_not_made(unsigned worker, unsigned workers);
