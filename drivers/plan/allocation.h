/*
 * Where cells may run: the nodes that this process was given, and how many workers each of them has
 * room for. Read once, from the machine and from what a batch system has set.
 */
#pragma once

#include "cgroup.h"
#include "machine.h"
#include "status.h"

#include <stdbool.h>

struct allocation {
    const struct machine *machine; /* the node that this is */
    const char *scheduler, *job;   /* whose job this is, and its number; NULL: this machine alone */
    unsigned nodes;                /* that cells run on */
    unsigned slots;                /* workers that a node has room for at once */
    const char *known_by;          /* what limits them, a noun */
    unsigned tasks; /* this process, and others that were started with it on this node */
};

/* Workers that all of it has room for at once. */
static inline unsigned allocation_cores(const struct allocation *allocation)
{
    return allocation->nodes * allocation->slots;
}

/* Keeps the machine, which must live as long. */
struct allocation allocation_read(const struct machine *machine);

/* Whether the quota of control groups is below one core: even a single worker waits then, and
 * nothing in its times tells so. */
static inline bool allocation_is_scarce(const struct allocation *allocation)
{
    return cgroup_cores_within(allocation->machine->cores, allocation->machine->quota) == 0;
}

/* That is an error, unless it was `asked` for. */
MUST_USE enum status allocation_check(const struct allocation *allocation, bool asked);

/* Says it in one line, where it is not just this machine. */
void allocation_say(const struct allocation *allocation);
