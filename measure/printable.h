/*
 * Text from elsewhere, as one may show it: what a file, another program or a user wrote must not
 * paint the terminal, turn the direction of the words around it, or break a line.
 */
#pragma once

#include <stddef.h>

/*
 * Copies the text into one of `length` > 0 bytes, with a question mark for each character that must
 * not be shown. Whole characters, as many as there is room for. `to` may be the text itself.
 */
void printable_copy(const char *from, char *to, size_t length);
