/* parbench affinity: which cores this process, and so a cell, may use. */
#define _GNU_SOURCE
#include "arguments.h"
#include "commands.h"
#include "machine.h"
#include "placement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static enum status take(void *context, const char *name, const char *value)
{
    (void)context;
    (void)name;
    return status_fail(STATUS_USAGE, "affinity takes no argument, such as \"%s\"", value);
}

enum status command_affinity(int argc, char **argv)
{
    static const struct argument none[] = {{0}};
    static const struct command_line line = {"affinity", "Which cores this process may use.", none};
    struct machine machine;
    char processors[512];
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, take, NULL, &helped);
    if (status != STATUS_OK || helped)
        return status;
    machine_read(&machine);
    placement_print(processors, sizeof processors);
    printf("host              %s\nprocessors        %s\n", machine.host, processors);
    printf("hardware threads  %u\ncores             %u\n", machine.hardware_threads, machine.cores);
    if (isfinite(machine.quota))
        printf("cgroup quota      %.2f cores\n", machine.quota);
    else
        puts("cgroup quota      none");
    printf("allowed workers   %u\n", machine.allowed);
    return STATUS_OK;
}
