/*
 * Opening files of a run's folder, which may hold anything: pipes, on which one would wait for
 * ever, devices, on which opening alone does something, links that lead elsewhere.
 */
#ifndef REGULAR_H
#define REGULAR_H

#include <stdint.h>
#include <stdio.h>

/*
 * Opens a regular file of at most so many bytes for reading. NULL, and the stream, which the caller
 * closes; else why not, for "cannot read PATH: …".
 */
const char *regular_open(const char *path, uint64_t bytes_max, FILE **stream);

/* Opens a new file for writing in place of whatever has that name. NULL with errno. */
FILE *regular_replace(const char *path);

/* Opens a file to append to, a new one if there is none, but through no link. NULL with errno. */
FILE *regular_append(const char *path);

#endif
