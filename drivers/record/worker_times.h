/*
 * How long each worker of an execution was busy, one by one; instrumented.h has the sums.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

struct worker_time {
    double busy_s;
    const char *node; /* the host that it was on; NULL: nobody tells */
};

struct worker_times {
    double wall_s;           /* of the execution */
    size_t count;            /* 0: they are not known one by one */
    struct worker_time *all; /* in the order of ranks and, within one, of their numbers */
    json_t *nodes;           /* the names that those have */
};

/* Those of an execution's object, which instrumented_sum() has taken. The caller frees them with
 * worker_times_free(). */
struct worker_times worker_times_read(const json_t *execution);
void worker_times_free(struct worker_times *times);
