/*
 * Where cells may run: the nodes that this process was given, and how many workers each of them has
 * room for. Read once, from what a user asks for, what a batch system has set, and the machine.
 */
#pragma once

#include "cgroup.h"
#include "machine.h"
#include "nodes.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

/* What a user says of it; NULL and false: nothing. */
struct allocation_asked {
    const char *hosts, *hostfile; /* see nodes.h; one of them at most */
    bool mixed;                   /* nodes may differ */
    const char *launcher;         /* what starts ranks */
    const char *launch_args;      /* words for what starts ranks, with blanks between */
};

/* NOLINTBEGIN(bugprone-macro-parentheses): a member has none */

/* The rows of such a member of a command's options. */
#define ALLOCATION_ARGUMENT(kind_, place_) .kind = (kind_), .place = (place_), .is_resumable = true
#define ALLOCATION_ARGUMENTS(options, member)                                                      \
    {"hosts", "A:N,B:N", "nodes, with the slots of each (default: the job's)",                     \
     ALLOCATION_ARGUMENT(ARGUMENT_TEXT, offsetof(options, member.hosts))},                         \
        {"hostfile", "FILE", "the same from a file, lines \"name slots=N\"",                       \
         ALLOCATION_ARGUMENT(ARGUMENT_TEXT, offsetof(options, member.hostfile))},                  \
        {"mixed", NULL, "nodes may differ in kind and slots",                                      \
         ALLOCATION_ARGUMENT(ARGUMENT_SWITCH, offsetof(options, member.mixed))},                   \
        {"launcher", "NAME", "what starts ranks: mpirun, or in a job of Slurm srun",               \
         ALLOCATION_ARGUMENT(ARGUMENT_TEXT, offsetof(options, member.launcher))},                  \
    {                                                                                              \
        "launch-args", "WORDS", "more words for what starts ranks, such as mpirun",                \
            ALLOCATION_ARGUMENT(ARGUMENT_TEXT, offsetof(options, member.launch_args))              \
    }

/* NOLINTEND(bugprone-macro-parentheses) */

struct allocation {
    const struct machine *machine; /* the host that this is */
    const char *scheduler, *job;   /* whose job this is, and its number; NULL: none's */
    const char *given_by;          /* the option that has named the nodes; NULL: none */
    unsigned nodes;                /* that there are */
    unsigned slots;                /* workers that each node has room for at once */
    unsigned own_slots;            /* that the first one has where that is more; 0: it is not */
    const char *limited_by;        /* what leaves fewer slots here than were given; NULL: nothing */
    unsigned tasks;                /* this process, and others that were started with it */
    bool is_elsewhere;             /* this host is none of the nodes */
    bool is_mixed; /* nodes may differ, and have as many slots as the least of them */
    const char *launcher, *launch_args; /* as they were asked for; NULL: none */
    struct nodes list; /* the nodes, this host first; empty: this host, which nobody named */
};

/* Workers that so many of the nodes have room for at once. */
static inline unsigned allocation_cores(const struct allocation *allocation, unsigned nodes)
{
    return nodes == 1 && allocation->own_slots > 0 ? allocation->own_slots
                                                   : nodes * allocation->slots;
}

/* Keeps the machine, which must live as long. A usage error for hosts that are none; a failure
 * where what a batch system has set names none. The caller frees. */
MUST_USE enum status allocation_read(const struct machine *machine,
                                     const struct allocation_asked *asked,
                                     struct allocation *allocation);
void allocation_free(struct allocation *allocation);

/* Whether the quota of control groups is below one core: even a single worker waits then, and
 * nothing in its times tells so. */
static inline bool allocation_is_scarce(const struct allocation *allocation)
{
    return cgroup_cores_within(allocation->machine->cores, allocation->machine->quota) == 0;
}

/* That is an error, unless it was `asked` for; and so are several tasks that were started together,
 * which would all measure at once. */
MUST_USE enum status allocation_check(const struct allocation *allocation, bool asked);

/* The place of the first of so many nodes that has more slots than another one of all; as many as
 * were asked for: none has. */
unsigned allocation_find_larger(const struct allocation *allocation, unsigned nodes);

/* Whether cells can span so many nodes, and single processes run on one; else says why not. */
MUST_USE enum status allocation_check_nodes(const struct allocation *allocation, unsigned nodes);
MUST_USE enum status allocation_check_here(const struct allocation *allocation);

/* By value, as struct short_text is. */
struct allocation_words {
    char text[HOST_BYTES + 32];
};

/* ", with n1 named more than once", of the first of the nodes that a user has named so; else "". */
struct allocation_words allocation_named_again(const struct allocation *allocation);

/* Whether the first `used` nodes, where a user has named them, are hosts that are known by these
 * names; else says which one is not. */
MUST_USE enum status allocation_check_names(const struct allocation *allocation, unsigned used);

/* Says it in one line, where it is not just this machine; cells span up to `used` nodes. */
void allocation_say(const struct allocation *allocation, unsigned used);
