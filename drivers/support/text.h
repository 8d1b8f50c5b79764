/*
 * What people write and read: lists, words, sizes, durations.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The next item of a list that is separated by commas, into `item`; `*list` moves on and is NULL
 * after the last one. False at the end. An item that does not fit is cut, and so unknown.
 */
bool text_next(const char **list, char *item, size_t length);

/*
 * Whether the text is a word of fewer than `length` bytes: letters, digits and _, behind the first
 * of them also the characters in `more`. Such words mean nothing special to terminals, gnuplot,
 * HTML, CSV or a file system.
 */
bool text_is_word(const char *text, const char *more, size_t length);

/* What follows the first character: of a name, of names with options, of a cell's identity. */
#define TEXT_IN_NAMES "-+."
#define TEXT_IN_LABELS TEXT_IN_NAMES ":="
#define TEXT_IN_IDS TEXT_IN_LABELS "/"

/* Turns what a file's name should not hold of a name or an identity, ':' and '=', into '-', and '/'
 * into '_'. */
void text_file_name(char *text);

/* A text by value: text_bytes(size).text is there until the end of the full expression. */
struct short_text {
    char text[32];
};

/* A duration with its unit, at least three digits: "59.1 ms". */
struct short_text text_seconds(double seconds);

/* In the unit that another one has, and without its name: "0.85" beside 1.20 ms. */
struct short_text text_seconds_beside(double seconds, double other);

/* One that is a limit, as people ask for it: "1.5 s", "300 ms". */
struct short_text text_duration(double seconds);

/* The time of day in UTC, in the format of strftime(). */
struct short_text text_now(const char *format) __attribute__((format(strftime, 1, 0)));

/* A number with separators between groups of three digits: "1 000 000". */
struct short_text text_grouped(uint64_t number);

/* Bytes with their unit: "23.4 GiB". */
struct short_text text_bytes(uint64_t bytes);

/* How many digits of a number are shown behind the point: 50, 49.9, 2.06, 0.98, but 0.0404, 0. */
int text_digits(double number);

/* Appends to a text of at most `length` bytes, which is cut when it is full. */
void text_append(char *text, size_t length, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints a word of a command, such as a folder's name, as a shell takes it: as it is, or between
 * quotes where it has what means something else to a shell. */
void text_print_word(FILE *stream, const char *word);

/* The same by value: text_word(folder).text, cut where it is longer than paths are. */
struct shell_word {
    char text[PATH_MAX];
} text_word(const char *word);

/* Prints a paragraph of at most 80 columns, and of no more than a terminal has, behind a mark, with
 * lines after the first indented as far; nothing of an empty text. Words are kept whole, but for
 * those such as "map|imap", and those that are longer than a line, which are broken behind a ':' if
 * they have one. */
void text_wrapped(FILE *stream, const char *mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
