/*
 * Tests whose program starts itself again as ranks, by what its MPI has for that.
 */
#pragma once

#include "child.h"
#include "launcher.h"
#include "memory.h"

#include <mpi.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many ranks of this program, with the word `what` each; returns only where they cannot be
 * started. */
static int own_ranks_start(const char *self, unsigned count, const char *what)
{
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int library_length;
    MPI_Get_library_version(library, &library_length);
    const struct launcher *launcher =
        strstr(library, "MPICH Version") ? &launcher_hydra : &launcher_mpirun;
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    const struct cell cell = {.ranks = count, .oversubscribed = true};
    const struct allocation here = {.machine = &(struct machine){.host = ""}};
    launcher->print_words(command, &cell, &(struct model){.helpers = 0}, &here);
    (void)fprintf(command, "%s\n%s\n", self, what);
    memory_close(command, &text);
    char **words = child_words(text);
    (void)execvp(words[0], words);
    return EXIT_FAILURE;
}

/* The main() of a program whose argument is how many ranks it starts, `count` unless it is given.
 * `run` is what each of them does, and returns how many tests have failed. */
static inline int own_ranks_main(int argc, char **argv, unsigned count, int run(void))
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "rank") != 0)
        return own_ranks_start(argv[0], *word ? (unsigned)strtoul(word, NULL, 10) : count, "rank");
    MPI_Init(&argc, &argv);
    if (run() > 0)
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE); /* the others may wait for this rank */
    MPI_Finalize();
    return EXIT_SUCCESS;
}

/* A rank that fails alone leaves the others waiting for it. */
static bool own_ranks_any(bool it)
{
    int own = it, any = 0;
    MPI_Allreduce(&own, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return any != 0;
}
