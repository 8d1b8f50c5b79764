/*
 * Hardware counters, by PAPI where the suite was built with it.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether instructions can be counted here, tried for real: a component that looks enabled may
 * still refuse. False, with the reason in the library's own words.
 */
bool counters_probe(char *reason, size_t length);

/* The library and its version, or that there is none. */
void counters_version(char *text, size_t length);

#endif
