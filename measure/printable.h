/*
 * Text from elsewhere, as one may show it: what a file, another program or a user wrote must not
 * paint the terminal, turn the direction of the words around it, or break a line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * The bytes of the character of UTF-8 that the text begins with, 0 at its end. `*shown`: it may be
 * shown as it is; else it is a byte that is no UTF-8, or a character that controls and cannot be
 * seen.
 */
size_t printable_next(const char *text, bool *shown);

/*
 * Copies the text into one of `length` > 0 bytes, with a question mark for each character that must
 * not be shown. Whole characters, as many as there is room for. `to` may be the text itself.
 */
void printable_copy(const char *from, char *to, size_t length);

/* Prints all of the text so. Whether the stream took it is the caller's to check. */
void printable_print(FILE *stream, const char *text);
