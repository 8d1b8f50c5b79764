/*
 * What children leave behind in groups of their own, such as ranks of an mpirun that was killed:
 * their orphans become children of this program, and are ended.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* The children that are nobody's orphans, as whoever started this program had them already. */
struct orphans {
    pid_t *others;
    size_t count;
};

/* From now on orphans come to this program. */
struct orphans orphans_begin(void);

/* Kills all children but the others, which are what is left where those that this program has
 * started since are waited for. Where Linux does not list them they are left alone. */
void orphans_end(struct orphans *orphans);
