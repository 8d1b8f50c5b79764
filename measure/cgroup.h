/*
 * What control groups leave of the machine to this process: versions 1 and 2, its own group and
 * all those above it. A cpuset is not looked at: the system takes it into the affinity mask.
 */
#pragma once

#include <stdint.h>

/*
 * The cores' worth of time per second that the quota allows; INFINITY without one. `root` is
 * prepended to /proc and /sys, for tests; "" is the machine.
 */
double cgroup_cpu_quota(const char *root);

/* How many of `cores` cores workers can compute on at once under that quota; at least 1. */
unsigned cgroup_cores_within(unsigned cores, double quota);

/* Bytes that may still be taken; UINT64_MAX without a limit. */
uint64_t cgroup_memory_left(const char *root);
