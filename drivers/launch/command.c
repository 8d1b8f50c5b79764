#define _GNU_SOURCE
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void command_add(struct command *command, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = NULL;
    if (command->count + 1 < COMMAND_WORDS_MAX && vasprintf(&text, format, values) >= 0)
        command->words[command->count++] = text;
    else
        command->incomplete = true;
    va_end(values);
}

/*
 * On this node only, whatever the allocation is. mpirun does not bind: it would ignore the mask
 * that it runs under, and count cores in another order than other models do. Each rank binds
 * itself, see placement.h. Ranks that share cores must not poll for messages without a pause.
 */
void command_add_mpirun(struct command *command, unsigned ranks, bool oversubscribed)
{
    command_add(command, "mpirun");
    if (geteuid() == 0)
        command_add(command, "--allow-run-as-root");
    command_add(command, "--host");
    command_add(command, "localhost:%u", ranks);
    command_add(command, "-n");
    command_add(command, "%u", ranks);
    command_add(command, "--map-by");
    command_add(command, "slot");
    command_add(command, "--bind-to");
    command_add(command, "none");
    if (oversubscribed) {
        command_add(command, "--mca");
        command_add(command, "mpi_yield_when_idle");
        command_add(command, "1");
    }
}

void command_free(struct command *command)
{
    for (unsigned i = 0; i < command->count; i++)
        free(command->words[i]);
    *command = (struct command){.count = 0};
}

/* OpenMP must not place threads as well. */
const char *const command_environment[] = {"OMP_DYNAMIC=false", "OMP_PROC_BIND=false", "OMP_PLACES",
                                           "GOMP_CPU_AFFINITY", NULL};
