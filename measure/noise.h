/*
 * What else the machine did while something was measured on it: time that the hypervisor took,
 * time that other processes took, time for which a quota held the measured ones back, and what the
 * measured processes met: switches, faults, frequency.
 *
 * Two readings enclose the measurement. Shares are of the processors' time as /proc/stat counts it,
 * in steps of usually 10 ms: of less than NOISE_SECONDS_MIN they say little.
 */
#pragma once

#include "cgroup.h"
#include "placement.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/*
 * Beyond these, figures are not to be trusted to a few per cent: what the hypervisor and others
 * took of the processors' time together, in the median of several measurements, and in any one; and
 * likewise for how much of the time that they asked for the measured processes were held back.
 */
#define NOISE_MEDIAN_MAX 0.02
#define NOISE_SINGLE_MAX 0.10
#define NOISE_SECONDS_MIN 1.0

struct noise_reading {
    uint64_t at_ns;
    /* Of the processors, since the machine started, in seconds; false: cannot be read. */
    bool has_times;
    double all, busy, stolen;
    double own; /* of `busy`: this process, and its children that were waited for */
    struct throttling throttling; /* by the quota of control groups; NAN: unknown */
    double low_mhz, high_mhz;     /* of the processors' frequencies; NAN: unknown */
    double load;                  /* average of the last minute; NAN: unknown */
    struct rusage children;       /* likewise: their switches and faults */
};

/* What happened between two readings. NAN where it is not known. */
struct noise {
    double seconds;           /* between them */
    double stolen, others;    /* shares of the processors' time */
    double throttled;         /* share of the time that these processes had or were kept from by a
                                 quota; */
    double throttled_times;   /* and how often they were */
    double low_mhz, high_mhz; /* the lowest and highest frequency of both readings */
    double load;              /* average of the last minute, at the second reading */
    double involuntary_switches, voluntary_switches; /* of children that ended in between */
    double minor_faults, major_faults;
};

/* A noise of which nothing is known. */
extern const struct noise noise_unknown;

/* `root` is prepended to /proc and /sys, for tests; "" is the machine. */
void noise_read(const char *root, struct processors processors, struct noise_reading *reading);

/* The share of others is at least 0: time is counted in steps, and theirs is what is left. */
struct noise noise_between(const struct noise_reading *before, const struct noise_reading *after);
