/*
 * samples.jsonl, read back. What it holds is not to be relied on: it may be cut off, of another
 * run, or no file of samples at all. Good lines are used and the others counted.
 */
#pragma once

#include "record.h"
#include "status.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Longer lines are bad: what a launch on as many nodes as there may be tells of each is shorter.
 * Most samples of a file. */
enum { SAMPLES_LINE_MAX = 1 << 24, SAMPLES_MAX = 10000000 };

/* Lines that cannot be used. */
struct bad_lines {
    size_t count;
    size_t first;    /* its number, from 1 */
    const char *why; /* the first one is bad: "it is cut off" */
};

/* What is known of a file beside the samples in the record. */
struct samples_read {
    struct bad_lines bad;
    int64_t whole;     /* where in the file the last whole launch ends, in bytes */
    size_t bad_behind; /* number of the first whole line behind that is bad; 0: none */
};

/* What is done with a line that can be used. It may change the object, which is not its own. */
typedef void samples_use(json_t *line, void *to);

/*
 * Reads the stream to its end into a new record, which has its `per_launch`, and hands each line
 * that can be used to `use`, in their order, unless that is NULL. Errors name the folder.
 */
MUST_USE enum status samples_read(FILE *stream, const char *folder, struct record *record,
                                  struct samples_read *read, samples_use *use, void *to);
