/*
 * The words of a command.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Linux takes words of up to 128 KiB, which is room for the sizes of as many tasks as a cell may
 * have. */
enum { COMMAND_WORDS_MAX = 48, COMMAND_BYTES_MAX = 160 << 10 };

/* Begin with a zeroed one. It holds its words itself, and so is not to be copied. */
struct command {
    char *words[COMMAND_WORDS_MAX]; /* ended by NULL, as execvp() takes them */
    unsigned count;
    bool incomplete; /* too many words, or too long ones */
    size_t used;
    char text[COMMAND_BYTES_MAX];
};

/* Appends one word; what cannot be appended makes the command incomplete. */
void command_add(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends several, which blanks part. */
void command_add_words(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
