/*
 * How the program of a cell is started: by itself, by mpirun, by what a batch system brings.
 *
 * To add a launcher: a file NAME.c in this folder that ends in `const struct launcher
 * launcher_NAME`. CMake finds it, and it is used for every cell that it suits better than others
 * do.
 */
#pragma once

#include "allocation.h"
#include "catalog.h"
#include "plan.h"

#include <stdbool.h>
#include <stdio.h>

struct launcher {
    const char *name;
    /* How well it suits such a cell there: 0 not at all; the one with the most is taken. What knows
     * no batch system is content with 1. */
    unsigned (*suits)(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation);
    const char *program, *advice; /* it needs that in PATH, and how to get it; NULL: nothing */
    /* Asked once, behind the version of its program: whether that can start ranks here; else `told`
     * says why not and what to do, as child_version() does. NULL: it can. */
    bool (*can_start)(char *told, size_t length);
    /* Once a command, before its first cell starts: what a user must know. NULL: nothing. */
    void (*tell)(void);
    /* Prints its own words, each with the end of a line; those of the program follow. NULL: there
     * are none. */
    void (*print_words)(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation);
    /* Writes what its program and its cells are to have in their environment where neither user nor
     * site has set it, such as "OMPI_MCA_pml=ob1", from the first place on; it is asked once, and
     * what it says is recorded with each launch. NULL: nothing. */
    void (*choose)(const struct allocation *allocation, const char *chosen[STARTER_CHOSEN_MAX]);
    const char *const *environment; /* as child.h takes it: LAUNCHER_ENVIRONMENT among it */
    /* Names, ended by NULL, of what a launch of this kind around this one has set for its own
     * ranks, which cells must lack; nobody is told, as no user has chosen it. NULL: nothing. */
    const char *const *around;
    /* It fails to start ranks now and then, for no reason that lasts: a launch of which no cell had
     * started when it ended by itself is tried once more, unless its last words tell of ranks that
     * ran. NULL: it never does. */
    bool (*may_have_failed_to_start)(const char *last_words);
    int end_signal; /* makes what it started end; see child.h */
    /* Why the cell failed, in words: from its status as of waitpid(), and the last lines that came
     * beside the protocol. NULL: as child_explain() says it. */
    void (*explain)(int status, const char *last_words, char *text, size_t length);
};

/* The one that suits such a cell best; NULL: none does. */
const struct launcher *launcher_for(const struct cell *cell, const struct model_entry *entry,
                                    const struct allocation *allocation);

/* What every launcher sets: models place their workers themselves, so OpenMP must not as well, and
 * have an option for their schedule. */
#define LAUNCHER_ENVIRONMENT                                                                       \
    "OMP_DYNAMIC=false", "OMP_PROC_BIND=false", "OMP_PLACES", "GOMP_CPU_AFFINITY", "OMP_SCHEDULE"

/* All of them, ended by NULL. CMake writes it. */
extern const struct launcher *const launcher_table[];

extern const struct launcher launcher_mpirun, launcher_mpirun_nodes, launcher_srun, launcher_hydra;
