/*
 * What was simulated, as text: each line says that it is.
 */
#pragma once

#include "simulation.h"

#include <stdio.h>

/* One point, as soon as it is there. */
void simulation_print_point(FILE *stream, const struct simulated_point *point);

/* All of it, with the errors where it was measured as well, and what it cannot know. */
void simulation_print(FILE *stream, const struct simulation *simulation);

/* How far the curve can be relied on, in a sentence or two. */
enum { SIMULATION_STATED_MAX = 512 };
void simulation_say_stated(const struct simulated_curve *curve, char text[SIMULATION_STATED_MAX]);

/* "+3.1 %", of a share. */
struct short_text simulation_share(double share);

/* What no simulation here knows of, and says with every one. */
extern const char simulation_limits[];
