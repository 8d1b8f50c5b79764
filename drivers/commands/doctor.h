/*
 * What of `doctor` can be tried on made-up machines.
 */
#pragma once

#include "cgroup.h"
#include "machine.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>

/* Where what is found goes, a row after the other: printed as it comes, and kept. */
struct diagnosis {
    FILE *stream; /* NULL: it is not printed */
    json_t *rows; /* an array of {"status", "what", "detail"}; NULL: it is not kept */
};

/* Tells what the machine is: its processors, how many cores of them the mask and the quota leave
 * and what the latter did so far, its memory, its parts, its clock. Whether a whole core is left,
 * without which nothing is measured unless that is asked for. */
bool doctor_tell_machine(const struct diagnosis *diagnosis, const struct machine *machine,
                         const struct throttling *throttling);

/* Tells what in a machine's settings makes times vary or hides why they do, a row each, with what
 * to do about it; and in the last one, which of them cannot be told. */
void doctor_advise(const struct diagnosis *diagnosis, const struct settings *settings);

/* What this process and those that it starts may have; RLIM_INFINITY: as much as there is. Of
 * processes their control groups may have fewer than their user. */
struct limits {
    rlim_t processes, files, locked_bytes, group_processes;
};

/* Tells them, and what is too few for a run with so many workers. */
void doctor_tell_limits(const struct diagnosis *diagnosis, const struct limits *limits,
                        unsigned workers);
