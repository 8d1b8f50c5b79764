/*
 * What the launchers that start ranks by Open MPI's mpirun have in common.
 */
#pragma once

#include "launcher.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether the model's ranks are Open MPI's, as far as its program tells. */
bool open_mpi_has(const struct model_entry *entry);

/* Members of struct launcher. */
void open_mpi_tell(void);
void open_mpi_choose(const struct allocation *allocation, const char *chosen[STARTER_CHOSEN_MAX]);
bool open_mpi_may_have_failed_to_start(const char *last_words);
extern const char *const open_mpi_environment[], *const open_mpi_around[];

/* The member `explain`. `only_node`: where all ranks are, "" where they are on several nodes;
 * mpirun does not say on which of them a rank ended itself. */
void open_mpi_explain(int status, const char *last_words, const char *only_node, char *text,
                      size_t length);

/* Names of the nodes from `first` on, with commas between, and what follows each. */
void open_mpi_print_names(FILE *command, const struct allocation *allocation, unsigned first,
                          unsigned nodes, const char *follows);

/* Whether user or site have set Open MPI's parameter of that name, in a variable or a file. */
bool open_mpi_is_set(const char *name);

/* Words: that this is root, where it is; and that ranks which share cores pause between two polls
 * for messages. */
void open_mpi_print_root(FILE *command);
void open_mpi_print_yield(FILE *command, const struct cell *cell, const struct model *model);
