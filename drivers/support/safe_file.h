/*
 * Opening files of a run's folder, which may hold anything: pipes, on which one would wait for
 * ever, devices, on which opening alone does something, links that lead elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Opens a regular file of at most so many bytes for reading. NULL, and the stream, which the caller
 * closes; else why not, for "cannot read PATH: …".
 */
const char *safe_file_open(const char *path, uint64_t bytes_max, FILE **stream);

/* Opens a new file for writing in place of whatever has that name. NULL with errno. */
FILE *safe_file_replace(const char *path);

/*
 * Writes a file that is there whole or not at all, whatever ends the program meanwhile: under
 * another name first, PATH.NUMBER.part, and in place of whatever had its own. Of several that write
 * it at once the last one's stays. `write` gets the stream and the context. NULL, or why not, for
 * "cannot write PATH: …".
 */
const char *safe_file_write(const char *path, void (*write)(FILE *stream, const void *context),
                            const void *context);

/*
 * Writes to what a user names. A file is replaced as safe_file_write() does, also behind links; a
 * pipe, a device, and what standard output is already, get it as it comes. NULL: standard output.
 * Whether that took all is the caller's to look at.
 */
const char *safe_file_give(const char *path, void (*write)(FILE *stream, const void *context),
                           const void *context);

/* Opens a file to append to, a new one if there is none, but through no link. NULL with errno. */
FILE *safe_file_append(const char *path);

/* Makes the folder, and those above it, where they are not there. False with errno. */
bool safe_file_folders(const char *path);
