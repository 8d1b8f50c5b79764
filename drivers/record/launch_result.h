/*
 * What one launch of a cell gave.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

enum { LAUNCH_EXECUTIONS_MAX = 1000000 }; /* of a sample */

/* Samples that came before a failure are there, too. */
struct launch_result {
    unsigned executions; /* of each sample */
    char launcher[128];  /* what started it, and what was chosen: "mpirun OMPI_MCA_pml=ob1" */
    json_t *too_short;   /* launches before this one, whose samples had too few; NULL: none */
    json_t *not_started; /* why a launch before this one started no cell; NULL: none did so */
    json_t *said;        /* what it said, see launch_said() */
    bool ended;          /* normally, with all samples verified */
    char failure[320];   /* why not, in one line */
    /* The last lines that its processes wrote beside the protocol, for a failure that they have
     * not explained themselves. */
    char last_words[2048];
    bool explained;
    bool is_logged; /* all that they wrote beside it is in the log */
};

void launch_result_free(struct launch_result *launched);

/* Appends the samples of another launch of the same cell, which is freed, and its failure, where it
 * has failed. */
void launch_result_join(struct launch_result *launched, struct launch_result *other);

/* The array of all that it said of an event of the protocol, such as "sample". */
json_t *launch_said(const struct launch_result *launched, const char *event);

/* What the first of these has under the key; NULL: it did not tell. */
json_t *launch_told(const struct launch_result *launched, const char *event, const char *key);

/* A new array of what all of these that have it have there. */
json_t *launch_told_by_all(const struct launch_result *launched, const char *event,
                           const char *key);

/* Its execution in which each worker's time was taken, a new object, as samples.jsonl has it and
 * instrumented_sum() takes it; NULL: there was none. */
json_t *launch_execution(const struct launch_result *launched);
