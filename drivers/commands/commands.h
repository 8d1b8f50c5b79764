/*
 * The front door's commands: one file each, which ends in its `struct subcommand`.
 *
 * To add a command: write drivers/commands/NAME.c with its struct, subcommand_NAME, which CMake
 * finds, and test it in tests/cli/.
 */
#pragma once

#include "arguments.h"

#include <stdio.h>

struct subcommand {
    const char *name, *help; /* one line */
    struct command_line line;
    size_t options_size; /* of the struct that its arguments are put into, */
    const void *initial; /* and as this begins; NULL: all zero */
    enum status (*run)(void *options, const struct words *words);
};

/* All of them, by file name, ended by NULL; CMake writes the table. */
extern const struct subcommand *const subcommand_table[];

/* Prints what the last of the words behind "parbench", which somebody has begun, may become, a line
 * each: as the synopses and options name things, so that what is new is completed as well. */
void completions_print(char *const *words, size_t count);

/* What somebody who has not said a command yet would do next. */
void help_first_steps(FILE *stream);
