/*
 * Who computed which piece when: a picture with a lane for each worker of one execution, or of a
 * few of them below each other, on one scale.
 */
#pragma once

#include "gnuplot.h"
#include "lanes.h"
#include "plan.h"

enum { TIMELINE_PANELS_MAX = 6 };

struct timeline_panel {
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
