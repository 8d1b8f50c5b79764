/*
 * Loaded before PAPI: counters that count, for machines that have none. Each thread has had two
 * instructions, one cycle and three vector operations for each nanosecond of its processor time;
 * other events do not exist. Nor does the one that COUNTING_WITHOUT in the environment names;
 * COUNTING_CELLS_WITHOUT takes one from cells alone. Of PAPI's interface it has what
 * measure/counters_papi.c takes for events; the rest is PAPI's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <papi.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    long long per_nanosecond;
} counted[] = {{"PAPI_TOT_INS", 2}, {"PAPI_TOT_CYC", 1}, {"PAPI_VEC_DP", 3}};

enum { COUNTED = sizeof counted / sizeof *counted };

/* What a thread has added, in that order. */
static _Thread_local int added[COUNTED];
static _Thread_local int added_count;

static bool is_taken(const char *name, const char *variable)
{
    const char *without = getenv(variable);
    return without && strcmp(name, without) == 0;
}

int PAPI_event_name_to_code(const char *name, int *code)
{
    const bool is_cell = strncmp(program_invocation_short_name, "parbench-cell", 13) == 0;
    if (is_taken(name, "COUNTING_WITHOUT") || (is_cell && is_taken(name, "COUNTING_CELLS_WITHOUT")))
        return PAPI_ENOEVNT;
    for (*code = 0; *code < COUNTED; ++*code)
        if (strcmp(counted[*code].name, name) == 0)
            return PAPI_OK;
    return PAPI_ENOEVNT;
}

int PAPI_get_event_component(int code)
{
    (void)code;
    return 0;
}

int PAPI_create_eventset(int *set)
{
    *set = 1;
    added_count = 0;
    return PAPI_OK;
}

int PAPI_add_event(int set, int code)
{
    (void)set;
    added[added_count++] = code;
    return PAPI_OK;
}

int PAPI_start(int set)
{
    (void)set;
    return PAPI_OK;
}

int PAPI_read(int set, long long *values)
{
    struct timespec used;
    (void)set;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0)
        return PAPI_ESYS;
    for (int i = 0; i < added_count; i++)
        values[i] = counted[added[i]].per_nanosecond * (used.tv_sec * 1000000000LL + used.tv_nsec);
    return PAPI_OK;
}

int PAPI_stop(int set, long long *values)
{
    return PAPI_read(set, values);
}

int PAPI_cleanup_eventset(int set)
{
    (void)set;
    return PAPI_OK;
}

int PAPI_destroy_eventset(int *set)
{
    *set = PAPI_NULL;
    return PAPI_OK;
}
