/*
 * What is known of the terminal that a stream goes to.
 */
#pragma once

/*
 * How many columns it has now; 80 where it does not tell. 0: it is none on which a line can be
 * drawn anew, as a file is not, nor a terminal that TERM calls dumb or does not name.
 */
unsigned terminal_columns(int file);
