/*
 * The machine that a run takes place on, as a reader of its figures must know it.
 */
#pragma once

#include "host.h"
#include "settings.h"
#include "topology.h"

#include <stdbool.h>
#include <stdint.h>

struct machine {
    char host[HOST_BYTES];
    char cpu[96];
    char system[128];      /* kernel and its release */
    char architecture[64]; /* x86_64 */
    bool has_topology;
    unsigned hardware_threads; /* in this process's affinity mask */
    unsigned cores;            /* physical ones that these belong to */
    unsigned allowed;          /* workers that can compute at the same time: cores within quota, or
                                  1, which waits, for less than one core */
    double quota;              /* cores' worth of time that cgroups allow; INFINITY: no limit */
    uint64_t memory;           /* bytes in the machine; 0: not known */
    uint64_t memory_available; /* bytes that can be taken now, cgroups considered; UINT64_MAX: not
                                  known */
    double clock_resolution_s, clock_cost_s; /* see clock.h */
    double shortest_s; /* that the clock times to a thousandth, and that a reading of it disturbs by
                          no more than a twentieth */
    struct settings settings; /* at the time of reading */
    struct topology topology;
    const char *no_topology; /* why not */
};

/* `root` is prepended to /proc and to /sys/fs, for tests; "" is the machine. */
void machine_read(const char *root, struct machine *machine);
