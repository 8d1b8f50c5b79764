/*
 * What a cell's program and the front door agree on.
 */
#pragma once

#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Grows when the lines change so that one build would misread another's: see --beside. It is in
 * what a program says of itself, and in the first line of a cell. */
enum { PROTOCOL_VERSION = 1 };

/* Tells a cell's own lines from whatever mpirun or a library prints. */
#define PROTOCOL_PREFIX "@parbench "

/* What every error of the suite's own begins with, the program's name up to its first colon. */
#define PROTOCOL_PROGRAM "parbench"

/* Programs of cells are called this, then the model's name. */
#define PROTOCOL_CELL "parbench-cell-"

/* Programs of cells in other languages likewise: see peers/. */
#define PROTOCOL_PEER "parbench-peer-"

/* Behind a cell's other arguments: it may have more workers than cores. */
#define PROTOCOL_OVERSUBSCRIBE "--oversubscribe"

/* Likewise, before "100000+200000": the cell's items are whole tasks of these sizes; see
 * tasks.h. */
#define PROTOCOL_TASKS "--tasks="

/* Likewise, before "ITEM:TIMES": the piece with that item fails so often. */
#define PROTOCOL_FAIL_TASK "--fail-task="

/* Likewise: the first execution is a sample already. */
#define PROTOCOL_COLD "--cold"

/* Likewise: workers are clocked, but nothing of what they do is counted. Programs of earlier
 * builds, which --beside starts, do not take it; those that do say so: see description_takes(). */
#define PROTOCOL_UNCOUNTED "--uncounted"

/* Likewise, before a number of seconds, taken by those that say so: each process ends then, where
 * nobody else can end it, as what started it is gone or cut off from its node. */
#define PROTOCOL_LIMIT "--limit="

/* Likewise, before a number of pieces, taken by those that say so: what each worker computed when
 * is noted in an execution of its own, up to so many pieces of it; see timeline.h. */
#define PROTOCOL_TIMELINE "--timeline="

/* Likewise, taken by those that say so: the last execution's outputs are told, as the kernel shows
 * them; see outputs_table.h. */
#define PROTOCOL_OUTPUTS "--outputs"

/* Asked so, a cell's program and a front door each tell in one line what they are. */
#define PROTOCOL_DESCRIBE "--describe"

/* Asked so, with paths of programs behind it, a front door tells what the node is that it is on,
 * and which of these programs are there: see probe.h. */
#define PROTOCOL_NODE "--node"

/* Whether one that says so of itself speaks this version; else `why` has it in words. */
bool protocol_is_spoken(const json_t *said, char *why, size_t length);

/* Writes a line of the cell's: the object, which it takes over, with the name of the event. */
MUST_USE enum status protocol_say(const char *event, json_t *object);
