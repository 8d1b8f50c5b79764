/* parbench affinity: which cores this process, and so a cell, may use. */
#define _GNU_SOURCE
#include "arguments.h"
#include "commands.h"
#include "machine.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>

/* "0-3,8": the processors in this process's mask. */
static void print_mask(void)
{
    cpu_set_t mask;
    if (sched_getaffinity(0, sizeof mask, &mask) != 0)
        return;
    const char *separator = "";
    for (size_t first = 0; first < CPU_SETSIZE; first++) {
        if (!CPU_ISSET(first, &mask))
            continue;
        size_t last = first;
        while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, &mask))
            last++;
        printf(last > first ? "%s%zu-%zu" : "%s%zu", separator, first, last);
        separator = ",";
        first = last;
    }
    puts("");
}

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
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, take, NULL, &helped);
    if (status != STATUS_OK || helped)
        return status;
    machine_read(&machine);
    printf("host              %s\nprocessors        ", machine.host);
    print_mask();
    printf("hardware threads  %u\ncores             %u\n", machine.hardware_threads, machine.cores);
    if (isfinite(machine.quota))
        printf("cgroup quota      %.2f cores\n", machine.quota);
    else
        puts("cgroup quota      none");
    printf("allowed workers   %u\n", machine.allowed);
    return STATUS_OK;
}
