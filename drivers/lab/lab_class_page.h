/*
 * The page of a class: who is where, and of each question what was predicted, measured and chosen.
 */
#pragma once

#include "gnuplot.h"
#include "lab_class.h"

#include <stdio.h>

/* A class with the figures of its questions, in their order; of those without one both are NULL. */
struct class_shown {
    struct lab_class class;
    struct gnuplot_pair *figures;
};

struct class_page {
    size_t count;
    struct class_shown **all; /* in the order of their labs */
    bool has_figures;         /* false: gnuplot was not there, or failed */
};

/* `what` is a class_page, as safe_file_give() wants it. */
void class_page_write(FILE *page, const void *what);
