/*
 * How many workers one cell is to have, and how it may be launched, as the command line says it:
 * what `measure` and `affinity` have in common.
 */
#ifndef CELL_OPTIONS_H
#define CELL_OPTIONS_H

#include "arguments.h"
#include "plan.h"
#include "status.h"

/* For the table of a command's arguments. */
#define CELL_OPTIONS_WORKERS                                                                       \
    {                                                                                              \
        "workers", "W", "how many compute at once (default: all allowed cores)"                    \
    }
#define CELL_OPTIONS_RANKS                                                                         \
    {                                                                                              \
        "ranks", "R", "of mpi and hybrid: MPI ranks"                                               \
    }
#define CELL_OPTIONS_THREADS                                                                       \
    {                                                                                              \
        "threads", "T", "of hybrid: threads of each rank"                                          \
    }
#define CELL_OPTIONS_OVERSUBSCRIBE                                                                 \
    {                                                                                              \
        "oversubscribe", NULL, "allow more workers than cores"                                     \
    }
#define CELL_OPTIONS_TIMEOUT                                                                       \
    {                                                                                              \
        "cell-timeout", "TIME", "end it after this time (default 60s)"                             \
    }
static const double cell_options_timeout_s = 60;

/* Takes one of these; leaves another option alone. */
MUST_USE enum status cell_options_take(struct single *single, double *timeout_s, const char *name,
                                       const char *value);

/* Takes the value of an option that is a number of things, from 1. */
MUST_USE enum status cell_options_take_number(const char *name, const char *value,
                                              unsigned *number);

#endif
