/*
 * The words of a command and the environment that it runs in: how every cell is started, and every
 * program that measures what the suite itself costs.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "status.h"

#include <stdbool.h>

enum { COMMAND_WORDS_MAX = 48 };

/* Begin with a zeroed one, and end with command_free(). */
struct command {
    char *words[COMMAND_WORDS_MAX]; /* ended by NULL, as execvp() takes them */
    unsigned count;
    bool incomplete; /* too many words, or no memory */
};

/* Appends one word; what cannot be appended makes the command incomplete. */
void command_add(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends mpirun and its own words for so many ranks on this node; the program's follow. */
void command_add_mpirun(struct command *command, unsigned ranks, bool oversubscribed);

void command_free(struct command *command);

/* In which models place their workers themselves, as child.h takes it. */
extern const char *const command_environment[];

#endif
