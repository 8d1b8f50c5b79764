/*
 * Short-lived programs that the front door calls: none through a shell.
 */
#ifndef CHILD_H
#define CHILD_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the program is in PATH. */
bool child_in_path(const char *program);

/*
 * Runs argv[0], found in PATH unless it has a slash, to its end and keeps the start of what it
 * writes to standard output and, if asked, to standard error. False when it cannot be run or ends
 * with another exit status than 0.
 */
bool child_capture(char *const argv[], bool errors_too, char *text, size_t length);

#endif
