/*
 * What the machine is made of, by hwloc where the suite was built with it.
 */
#pragma once

#include <stdint.h>

/* A cache of the first core. */
struct cache {
    const char *kind; /* "data", "instruction" or "unified" */
    unsigned level;
    uint64_t size;      /* in bytes; 0: not known */
    unsigned shared_by; /* hardware threads, itself among them */
};

enum { TOPOLOGY_CACHES_MAX = 8 };

struct topology {
    unsigned packages, numa_nodes, cores, hardware_threads;
    char caches[96]; /* "L1d 48 KiB, L2 1 MiB, L3 32 MiB" */
    unsigned cache_count;
    struct cache cache_list[TOPOLOGY_CACHES_MAX]; /* by level, those of instructions after others */
};

/* NULL, or why it cannot be told. */
const char *topology_read(struct topology *topology);
