/*
 * What a cell's processes write: its own lines, which make the result of its launch, and whatever
 * mpirun or a library prints among them.
 */
#pragma once

#include "child.h"
#include "launch_result.h"

#include <stddef.h>
#include <stdio.h>

enum { LISTENER_LINE_BYTES = 8192 };

struct listener {
    struct launch_result *launched;
    const char *log;  /* file for all that is not the protocol; NULL: dropped */
    FILE *log_stream; /* opened with the first line, so that quiet launches leave no file, nor a
                         folder of such */
    struct {
        size_t used;
        char text[LISTENER_LINE_BYTES];
    } lines[CHILD_STREAMS];
};

/* What is heard makes the launch's result, whole with listener_end(). */
struct listener listener_begin(struct launch_result *launched, const char *log);

/* Takes what has come, as child.h hands it on: line by line, however it is cut. */
void listener_take(void *context, enum child_stream stream, const char *bytes, size_t count);

/* Takes lines without an end as well, and closes the log. */
void listener_end(struct listener *listener);
