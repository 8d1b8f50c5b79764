/*
 * The front door's commands: one file each, which ends in its `struct subcommand`.
 *
 * To add a command: write drivers/commands/NAME.c with its struct, subcommand_NAME, which CMake
 * finds, and test it in tests/cli/.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "status.h"

struct subcommand {
    const char *name, *help; /* one line */
    /* Parses its own arguments, argv[0] being its name. */
    enum status (*run)(int argc, char **argv);
};

/* All of them, by file name, ended by NULL; CMake writes the table. */
extern const struct subcommand *const subcommand_table[];
enum { SUBCOMMANDS_MAX = 32 };

#endif
