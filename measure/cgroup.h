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

/*
 * How often, and for how long in all, groups that this process is in were kept from computing since
 * they used up their quota, since each was made. NAN where no group tells.
 */
struct throttling {
    double times, seconds;
};
struct throttling cgroup_throttling(const char *root);

/* How many of `cores` cores workers can compute on at once under that quota; 0 below one
 * core's worth of time, with which even one worker would wait most of the time. */
unsigned cgroup_cores_within(unsigned cores, double quota);

/* How many processes and threads groups may have, those of others in them included; UINT64_MAX
 * without a limit. */
uint64_t cgroup_processes(const char *root);

/* Bytes that may still be taken; UINT64_MAX without a limit. */
uint64_t cgroup_memory_left(const char *root);
