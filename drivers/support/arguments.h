/*
 * A command's options, each described once, by a row of a table: how it is called, what its value
 * is and where that is put, its help, and how JSON keeps it. From the table come parsing, --help,
 * the name that a misspelt one may have meant, and what a manifest keeps of the options.
 */
#pragma once

#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a value is, and as what it is put. Nothing is given where that is zero. */
enum argument_kind {
    ARGUMENT_NONE,     /* behind the last one of a table */
    ARGUMENT_SWITCH,   /* bool: an option without a value */
    ARGUMENT_TEXT,     /* const char *: the words of the command line themselves */
    ARGUMENT_COUNT,    /* unsigned, from `least` to `most` */
    ARGUMENT_NUMBER,   /* uint64_t, > 0, as large as JSON's integers are */
    ARGUMENT_SIZE,     /* uint64_t: 1000000, 1e6 or 1M */
    ARGUMENT_PERCENT,  /* double, a share: 2%, or 2, is 0.02 */
    ARGUMENT_DURATION, /* double, seconds: 5m is 300, and 10 is 10 */
};

struct argument {
    const char *name;  /* without the dashes; NULL: no option, kept under its key only, behind all
                          that are */
    const char *value; /* what follows it, for the help: "N"; NULL for a switch */
    const char *help;  /* one line */
    size_t place;      /* offset in the command's options */
    /* What else holds of the value, which was put, and what follows from it; NULL: nothing. */
    enum status (*check)(void *options);
    const char *of_several; /* what is said where one value is a list of them; NULL: nothing */
    const char *key;        /* under which JSON keeps it; NULL: it does not */
    enum argument_kind kind;
    unsigned least, most; /* of a count */
    bool may_lack;        /* JSON that earlier versions wrote has not got it */
    bool is_resumable;    /* a run that goes on takes it as well */
};

struct command_line {
    const char *synopsis;             /* "measure KERNEL MODEL[:option=value...] [OPTION...]" */
    const char *summary;              /* one line */
    const struct argument *arguments; /* ended by {0}; NULL: none */
    unsigned words_most;              /* how many words that are no options it takes, and */
    const char *words_enough;         /* what is said of more: "one folder is reported" */
    unsigned words_least;             /* how many it needs, and */
    const char *words_needed;         /* what is said of fewer: "report needs a folder" */
    void (*describe)(void);           /* prints more behind the summary; NULL: nothing */
    const char *example;              /* words behind "parbench" that are right as they stand */
};

/* The words of a command line that are no options, in their order. */
struct words {
    unsigned count;
    char *const *all;
    const char *whole; /* the whole command line, as the dispatch has joined it */
    bool helped;       /* help was asked for and printed, and nothing else is to be done */
};

/*
 * Parses argv[1 …], in which it moves the words to the front: options go to their places in
 * `options`. One with a value is given once: of two, nobody knows which one is meant.
 */
MUST_USE enum status arguments_parse(const struct command_line *line, int argc, char **argv,
                                     void *options, struct words *words);

/* Prints what --help does: how the command is used. */
void arguments_help(const struct command_line *line);

/* Whether the option was given, or what is kept under the key is known. */
bool argument_is_given(const struct argument *argument, const void *options);

/* Takes the value over from other options of the same command. */
void argument_copy(const struct argument *argument, const void *from, void *options);

/* The value as JSON, null where there is none; and back. False for one that cannot be. Texts that
 * were read are the JSON's. */
json_t *argument_json(const struct argument *argument, const void *options);
bool argument_read(const struct argument *argument, const json_t *object, void *options);

/* Reads the value of an option that is a size; a usage error for what is none. */
MUST_USE enum status argument_size(const char *name, const char *value, uint64_t *size);

/* The failure of a value: says what was expected. */
enum status argument_wrong(const char *name, const char *value, const char *expected);
