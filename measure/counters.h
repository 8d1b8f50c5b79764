/*
 * Hardware counters, by PAPI where the suite was built with it: each thread counts for itself.
 *
 * Nothing here has an error status. A counter that does not exist is a finding about the machine:
 * it has no value, and there are the library's own words for why.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

/* Events that a thread counts at once, without multiplexing, which would make them estimates. */
enum { COUNTERS_MAX = 4 };

/* Stands where an error would: nothing has been read. Errors of the library are negative. */
enum { COUNTERS_UNREAD = 1 };

/* Plain data, so that it can cross MPI. */
struct counters_reading {
    int error[COUNTERS_MAX];       /* 0: there is a value; else see counters_explain() */
    long long value[COUNTERS_MAX]; /* so far, in user mode; see counters_between() */
};

/* What one thread counts. Its contents are of counters_*.c alone; all zero is a closed one. */
struct counters {
    unsigned events, sets;
    struct {
        int handle, component, size, error;
    } set[COUNTERS_MAX]; /* one for each of the library's components that the events belong to */
    struct {
        int error, place;
        unsigned set;
    } event[COUNTERS_MAX];
};

/*
 * Starts counting for the calling thread. `events`: at most COUNTERS_MAX names as papi_avail and
 * papi_native_avail print them, the most important ones first, ended by NULL; one for which no
 * counter is left beside those before it is not counted. A thread has at most one `counters` open.
 * It must be closed by that thread, which its end does as well; so it must live as long.
 * Safe in any thread, and in a process that was forked while its parent had none open.
 */
void counters_open(const char *const *events, struct counters *counters);
void counters_read(const struct counters *counters, struct counters_reading *reading);
void counters_close(struct counters *counters);

/* A reading of nothing, the neutral element of counters_add(). */
struct counters_reading counters_nothing(void);

/* What was counted from one reading of a thread to a later one. */
struct counters_reading counters_between(const struct counters_reading *before,
                                         const struct counters_reading *after);

/* Adds what was counted of the same events. A sum of which a part is missing is no value. */
void counters_add(struct counters_reading *sum, const struct counters_reading *more);

/* Why the event was not counted, in the library's own words. */
void counters_explain(const char *event, int error, char *reason, size_t length);

/*
 * Whether instructions and cycles can be counted here, tried for real: a component that looks
 * enabled may still refuse. False, with the event and why, in the library's own words.
 */
bool counters_probe(char *reason, size_t length);

/* The same, for whoever cannot do without: a failure with that reason. */
MUST_USE enum status counters_require(void);

/* The library and its version, or that there is none. */
void counters_version(char *text, size_t length);
