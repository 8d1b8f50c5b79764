/*
 * Nodes and the slots of each, as people, Open MPI and batch systems write them. Pure functions of
 * texts. A node that is named again gets the slots of both; one without a number of slots has one
 * each time that it is named, where that is several times, and else as many as nobody tells.
 */
#pragma once

#include "host.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { NODES_MAX = 1 << 14, NODES_SLOTS_MAX = 1 << 20 };

struct node {
    char name[HOST_BYTES];
    unsigned slots;      /* that were told; 0: none */
    unsigned unnumbered; /* how often it was named without a number of them */
    unsigned named;      /* how often in all */
};

/* In the order in which they were first named. */
struct nodes {
    size_t count;
    struct node *all;
    json_t *places; /* among these, by their names */
};

void nodes_free(struct nodes *nodes);

/* Slots of a node; 0: nobody tells. */
unsigned node_slots(const struct node *node);

/* Whether both are names of one host, of which one may lack the domain. */
bool node_is(const char *name, const char *other);

/* Whether a text tells of a node of that name, and not just of one with a longer name. */
bool node_is_told(const char *text, const char *name);

/*
 * Adds those of a text. False for one that is none of its kind, or that has too many nodes; what
 * was added stays.
 */
bool nodes_read_hosts(const char *text, struct nodes *nodes); /* "a:16,b:16" */
bool nodes_read_pairs(const char *text, struct nodes *nodes); /* "a 16 b 16": LSB_MCPU_HOSTS */

/* Slurm's SLURM_JOB_NODELIST, "n[01-03,7],m2", and SLURM_JOB_CPUS_PER_NODE, "16(x3),8,8", each of
 * which counts `each` times; NULL: not told. */
bool nodes_read_slurm(const char *list, const char *counts, unsigned each, struct nodes *nodes);

/* A host file: "a slots=16" or "a" in each line, with comments behind '#'. Returns the number of
 * the first line that is none; 0: all are. */
unsigned nodes_read_file(const char *text, struct nodes *nodes);
