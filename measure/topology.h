/*
 * What the machine is made of, by hwloc where the suite was built with it.
 */
#pragma once

#include "placement.h"

#include <stdint.h>

/* A cache of the first core. */
struct cache {
    const char *kind; /* "data", "instruction" or "unified" */
    unsigned level;
    uint64_t size;      /* in bytes; 0: not known */
    unsigned shared_by; /* hardware threads, itself among them */
};

enum { TOPOLOGY_CACHES_MAX = 8 };

/* 0: not known. */
struct topology {
    unsigned packages, cores, hardware_threads;
    unsigned numa_nodes; /* that have processors of those that may be used; memory beside them, as
                            of an accelerator or on a slower bus, is no node of its own */
    char caches[96];     /* "L1d 48 KiB, L2 1 MiB, L3 32 MiB" */
    unsigned cache_count;
    struct cache cache_list[TOPOLOGY_CACHES_MAX]; /* by level, those of instructions after others */
};

/* NULL, or why it cannot be told. `usable`: the processors of this process; none: not known. */
const char *topology_read(struct processors usable, struct topology *topology);
