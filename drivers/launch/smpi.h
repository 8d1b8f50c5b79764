/*
 * Ranks that are simulated: the cell's program of a model, compiled for SimGrid's SMPI and started
 * by its smpirun on a cluster that is described to it (see simulate/). Whatever comes of it is a
 * prediction, and no measurement. Source: A. Degomme, A. Legrand, G. S. Markomanolis, M. Quinson,
 * M. Stillwell, F. Suter, Simulating MPI applications: the SMPI approach, IEEE Transactions on
 * Parallel and Distributed Systems 28(8), 2017.
 */
#pragma once

#include "catalog.h"
#include "launch_result.h"
#include "status.h"

#include <limits.h>
#include <stdint.h>

/* Programs of simulated cells are called this, then the model's name; that which tells how a
 * kernel's work is spread is of none. All lie beside those of the real cells. */
#define SMPI_CELL "parbench-simulated-"
#define SMPI_WORK SMPI_CELL "work"

/* The path of one of them; false: it was not built. */
bool smpi_find(const struct catalog *catalog, const char *program, char path[PATH_MAX]);

/* Whether something can be simulated, and by which version; else what to do. */
bool smpi_answers(const struct catalog *catalog, char *line, size_t length);

/* Messages between two ranks take that, and so many bytes a second. */
struct smpi_link {
    double latency_s, bytes_s;
};

/* The nodes are alike, each with a core a rank, and on one switch. */
struct smpi_cluster {
    struct smpi_link between, within; /* nodes */
    unsigned ranks, per_node;
    double speed; /* of a core; 1: that of the serial model's */
};

struct smpi_cell {
    const char *program, *kernel;
    uint64_t size;
    struct smpi_cluster cluster;
    const char *folder; /* that exists; what smpirun reads is written there */
    const char *work;   /* the file with the kernel's work, in what words: see charged_kernel.c */
    const char *log;    /* see struct launch_options */
    double timeout_s;
};

/* How a kernel's work is spread, as SMPI_WORK tells it: an object, which the caller owns. */
MUST_USE enum status smpi_work(const struct catalog *catalog, const char *kernel, uint64_t size,
                               double timeout_s, json_t **work);

/* Simulates one sample of it, as launch_cell() launches a real one. */
MUST_USE enum status smpi_run(const struct smpi_cell *cell, struct launch_result *launched);
