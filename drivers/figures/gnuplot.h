/*
 * Running the gnuplot scripts in plots/ so that a figure is there in full or not at all.
 */
#ifndef GNUPLOT_H
#define GNUPLOT_H

#include "status.h"

#include <stddef.h>
#include <stdio.h>

/* What a script is given beside the kind of file to write, the file and the data: plain text, none
 * of which gnuplot evaluates. NULL after the last one. */
enum { GNUPLOT_ARGUMENTS_MAX = 6 };

struct drawing {
    const char *script; /* path */
    const char *folder; /* where its files go; it has a folder `narrow` */
    const char *name;   /* theirs without .svg, .png, .tsv */
    const char *arguments[GNUPLOT_ARGUMENTS_MAX + 1];
    /* Writes the numbers that the figure shows. */
    void (*write)(FILE *stream, const void *what);
    const void *what;
};

/*
 * Writes NAME.tsv and draws NAME.svg and NAME.png from it, and narrow/NAME.svg, which is laid out
 * anew for the half of a page or a telephone. All replace earlier ones only once all are complete.
 * An error when gnuplot is not there or fails, with its own first word on it.
 */
MUST_USE enum status gnuplot_draw(const struct drawing *drawing);

#endif
