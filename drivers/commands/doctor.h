/*
 * What of `doctor` can be tried on made-up machines.
 */
#pragma once

#include "cgroup.h"
#include "machine.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints what the machine is: its processors, how many cores of them the mask and the quota leave
 * and what the latter did so far, its memory, its parts, its clock. Whether a whole core is left,
 * without which nothing is measured unless that is asked for. */
bool doctor_tell_machine(FILE *stream, const struct machine *machine,
                         const struct throttling *throttling);

/* Prints what in a machine's settings makes times vary or hides why they do, a line each, with what
 * to do about it; and in the last one, which of them cannot be told. */
void doctor_advise(FILE *stream, const struct settings *settings);
