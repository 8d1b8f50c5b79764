/*
 * What is known of the terminal that a stream goes to.
 */
#pragma once

#include <stdbool.h>

/*
 * How many columns it has now; 80 where it does not tell. 0: it is none on which a line can be
 * drawn anew, as a file is not, nor a terminal that TERM calls dumb or does not name.
 */
unsigned terminal_columns(int file);

/* Whether colours suit it: what can draw a line anew can colour it, unless NO_COLOR is set to
 * anything (https://no-color.org). */
bool terminal_has_colours(int file);
