/*
 * Who computed which piece when: a picture with a lane for each worker of one execution, or of a
 * few of them below each other, on one scale.
 */
#pragma once

#include "analysed_run.h"
#include "experiment.h"
#include "gnuplot.h"
#include "lanes.h"

enum { TIMELINE_PANELS_MAX = 6 };

struct timeline_panel {
    const char *rank; /* "fastest", or NULL: it is one of several, or alone */
    const struct cell *cell;
    const struct lanes *lanes;
};

struct timeline_picture {
    char heading[160], caption[400];
    size_t count;
    struct timeline_panel panels[TIMELINE_PANELS_MAX];
};

/* How it is drawn, and the numbers that it shows: times in seconds from the beginning of the
 * execution, and the items. The picture stays the caller's. */
struct drawing timeline_drawing(const struct timeline_picture *picture, const char *plots,
                                const char *name);

/* The lines below the heading: the machine, the size, and what must be known to read the lanes. */
void timeline_caption(struct timeline_picture *picture, const char *machine);

/* Of a run: one for each kernel of an experiment that shows such, with those of its cells that were
 * verified and tell it. */
struct timeline_figure {
    const struct analysed_kernel *kernel;
    const struct experiment *experiment; /* NULL before the first one */
    char name[GNUPLOT_NAME_MAX];         /* of its files, without .svg and the like */
    struct timeline_picture picture;
};

/* Makes the next one of the kernel, at first from one whose `kernel` alone is set. False at the
 * end. */
bool timeline_figure_next(struct timeline_figure *figure);

/* What is to be seen: how busy its workers were. */
enum { TIMELINE_WORDS_MAX = 1024 };
void timeline_figure_describe(const struct timeline_figure *figure, char text[TIMELINE_WORDS_MAX]);
