/*
 * What the machine is made of, by hwloc where the suite was built with it.
 */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

struct topology {
    unsigned packages, numa_nodes, cores, hardware_threads;
    char caches[96]; /* "L1d 48K, L2 1024K, L3 32M" */
};

/* False, with the reason, when it cannot be told. */
bool topology_read(struct topology *topology, char *reason, size_t length);

#endif
