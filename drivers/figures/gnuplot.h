/*
 * Running the gnuplot scripts in plots/ so that a figure is there in full or not at all.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stdio.h>

enum { GNUPLOT_NAME_MAX = 96 };

struct drawing {
    const char *plots;  /* the folder of the scripts, */
    const char *script; /* and which of them, without .gp */
    const char *name;   /* of the files, without .svg, .png, .tsv */
    /* Writes what the script is told, as assignments to variables, */
    void (*tell)(FILE *settings, const void *what);
    /* and the numbers that the figure shows. */
    void (*write)(FILE *stream, const void *what);
    const void *what;
};

/* Writes an assignment of a text, of which gnuplot evaluates nothing. */
void gnuplot_set(FILE *settings, const char *variable, const char *text);

/* Figures of one run, some of which wait to be drawn: as many pictures side by side as there are
 * processors. Signals are held until the end. */
struct gnuplot;
struct gnuplot *gnuplot_begin(const char *run);

/*
 * Writes what becomes figures/NAME.tsv in the run's folder, for NAME.svg and NAME.png to be drawn
 * from it, and figures/narrow/NAME.svg, which is laid out anew for the half of a page or a
 * telephone, side by side. All replace earlier ones only once all are complete. An error when
 * gnuplot is not there or fails at this figure or at one that has waited, with its own first word
 * on it; nothing is to be added then.
 */
MUST_USE enum status gnuplot_add(struct gnuplot *gnuplot, const struct drawing *drawing);

/* Draws those that still wait, and frees it. `status`, or where that is fine, that of drawing. */
MUST_USE enum status gnuplot_end(struct gnuplot *gnuplot, enum status status);

/* Whether gnuplot is there, and its version; else it says that nothing is drawn, why, and how to
 * have it drawn. */
bool gnuplot_is_there(char *version, size_t length);

/*
 * One picture into a file that a user names, of the kind that its ending says: .svg or .png, or
 * .tsv, the numbers alone. gnuplot_check_file() says beforehand whether that can be: that it ends
 * otherwise is an error of usage; the others are that gnuplot is not there, or the folder, or may
 * not be written to. A file that is there is replaced by a whole one.
 */
MUST_USE enum status gnuplot_check_file(const char *option, const char *path);
MUST_USE enum status gnuplot_draw_file(const char *path, const struct drawing *drawing);

/*
 * The two SVGs of a figure, for a page that carries them: as wide as that, and laid out anew for
 * narrow screens. The caller frees them; both are NULL where drawing failed.
 */
struct gnuplot_pair {
    char *wide, *narrow;
};
MUST_USE enum status gnuplot_draw_pair(const struct drawing *drawing, struct gnuplot_pair *pair);
void gnuplot_free_pair(struct gnuplot_pair *pair);
