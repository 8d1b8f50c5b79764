/*
 * A command's options, each described once: for parsing, for its --help, and for the name that a
 * misspelt one may have meant.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "status.h"

#include <stdbool.h>

struct argument {
    const char *name;  /* without the dashes */
    const char *value; /* what follows it, for the help: "N"; NULL for a switch */
    const char *help;  /* one line */
};

struct command_line {
    const char *synopsis;             /* "measure KERNEL MODEL[:option=value...] [OPTION...]" */
    const char *summary;              /* one line */
    const struct argument *arguments; /* ended by one without a name */
};

/*
 * Receives each option as NAME and VALUE, NULL for a switch, and each word that is no option as
 * NULL and the word.
 */
typedef enum status argument_take(void *context, const char *name, const char *value);

/* Parses argv[1 …]. `*helped`: help was asked for and printed, and nothing else is to be done. */
MUST_USE enum status arguments_parse(const struct command_line *line, int argc, char **argv,
                                     argument_take *take, void *context, bool *helped);

/* The failure of a value: says what was expected. */
enum status argument_wrong(const char *name, const char *value, const char *expected);

/* The failure of a name among `count` that are known: suggests the nearest. `what`: "kernel". */
enum status argument_unknown(const char *what, const char *word, const char *const *names,
                             unsigned count);

#endif
