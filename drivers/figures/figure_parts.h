/*
 * What the files that draw figures have in common: what scripts are told, and the numbers.
 */
#pragma once

#include "figures.h"

#include <stdbool.h>
#include <stdio.h>

enum { FIGURE_CAPTION_MAX = 640 };

/* Tells the script the heading; the caption's first line, of the machine, and how often points were
 * measured. */
void figure_tell_heading(FILE *settings, const struct figure *figure);
void figure_append_machine(const struct figure *figure, char *text, size_t length);
void figure_append_effort(const struct figure *figure, char *text, size_t length);

/* What a script of bars is told, of where the time went and of an own quantity. */
void figure_tell_where(FILE *settings, const void *figure);
void figure_tell_bars(FILE *settings, const void *figure);

/* Their numbers. */
void figure_write_where(FILE *stream, const struct figure *figure);
void figure_write_bars(FILE *stream, const struct figure *figure);

/* An interval's columns; of NAN: there is none. */
void figure_write_interval(FILE *stream, double low, double high);

/* What the caption says of an experiment's own lines, what a script is told of these and its own
 * quantities, and the blocks of the lines. */
void figure_append_own(const struct figure *figure, char *text, size_t length);
void figure_tell_own(FILE *settings, const struct figure *figure);
void figure_write_own(FILE *stream, const struct figure *figure);

/* Least and greatest value of the figure's own lines widen these. */
void figure_widen_by_own(const struct figure *figure, double *low, double *high);
