/*
 * The figure of what a class has predicted and measured: a row for each student, or where they are
 * many, how many there are where on the axis.
 */
#pragma once

#include "gnuplot.h"
#include "lab_class.h"

enum { CLASS_ROWS_MAX = 40, CLASS_BINS = 20, CLASS_WORDS_MAX = 640 };

/* Whether its axis is logarithmic: values above 0 differ by more than a factor of 20. */
bool class_figure_is_logarithmic(const struct class_question *question);

/* How many of the numbers are in each bin: of equal width on the axis from `low` to `high`. */
void class_figure_count(const double *numbers, size_t count, double low, double high,
                        bool is_logarithmic, unsigned bins[CLASS_BINS]);

/* How the predictions are distributed beside what was measured, in a few sentences. */
void class_figure_describe(const struct class_question *question, char text[CLASS_WORDS_MAX]);

/* Draws it by the scripts in that folder, of a question with predictions. The caller frees. */
MUST_USE enum status class_figure_draw(const struct lab_class *class,
                                       const struct class_question *question, const char *plots,
                                       struct gnuplot_pair *pair);
