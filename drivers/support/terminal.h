/*
 * What is known of the terminal that a stream goes to.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Text is never wider, on however wide a terminal: longer lines are hard to read. */
enum { TERMINAL_TEXT_COLUMNS = 80 };

/*
 * How many columns it has now; 80 where it does not tell. 0: it is none on which a line can be
 * drawn anew, as a file is not, nor a terminal that TERM calls dumb or does not name.
 */
unsigned terminal_columns(int file);

/* How many columns a text has that is written to the stream: fewer than TERMINAL_TEXT_COLUMNS where
 * that is a narrower terminal. */
int terminal_text_columns(FILE *stream);

/* Whether colours suit it: what can draw a line anew can colour it, unless NO_COLOR is set to
 * anything (https://no-color.org). */
bool terminal_has_colours(int file);
