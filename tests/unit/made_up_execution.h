/*
 * An execution in which each worker's time was taken, as a line of samples.jsonl tells of it.
 */
#pragma once

#include "instrumented.h"

/* The sums of such workers, of which `absent` says why counters are, NULL where the launch did not
 * count. Both are JSON. */
static inline bool made_up_sum(double wall_s, const char *workers, const char *absent,
                               struct instrumented_events *events, struct instrumented *sums)
{
    json_t *execution = json_pack("{s:f, s:o, s:o*}", "wall_s", wall_s, "workers_busy",
                                  json_loads(workers, 0, NULL), "counters_absent",
                                  absent ? json_loads(absent, 0, NULL) : NULL);
    assert_non_null(execution);
    const bool told = instrumented_sum(execution, events, sums);
    json_decref(execution);
    return told;
}
