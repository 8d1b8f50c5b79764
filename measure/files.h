/*
 * Reading what the kernel tells in small files of /proc and /sys. Paths begin with a root, which is
 * "" on the machine and a folder with made-up files in tests.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens root/path for reading, which the caller closes; NULL when it cannot. */
FILE *files_open(const char *root, const char *path);

/* Whether there is such a file or folder. */
bool files_exist(const char *root, const char *path);

/*
 * The first line of the file whose path `format` gives, without white space at its end. False when
 * there is no such file, or nothing in it; a line that was empty before then is so still.
 */
bool files_line(char *line, size_t length, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The name of the first entry, by its letters, of the folder whose path `format` gives; "" when
 * there is none, or no such folder. */
void files_first(char *name, size_t length, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The number that the first line begins with, NAN when there is none. */
double files_number(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The value of the first line "KEY : VALUE", "KEY = VALUE" or "KEY VALUE", with blanks or without,
 * of root/path, cut when it is longer. */
bool files_field(const char *root, const char *path, const char *key, char *value, size_t length);

/* Whether the list has the word. `separator`: the character between two. */
bool files_lists(const char *list, char separator, const char *word);
