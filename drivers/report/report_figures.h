/*
 * The figures on report.html: those of experiments, and where the time went. They were drawn
 * before, into the run's folder; one that should be there and is not is said to be missing.
 */
#pragma once

#include "analysed_run.h"
#include "experiment.h"

#include <stdio.h>

/* The figures that the kernel has of an experiment with tables of its own, or those of where the
 * time went, figure_where; of NULL: of the others, either those of times or all but them. */
void report_figures(FILE *page, const struct analysed_run *run,
                    const struct analysed_kernel *kernel, const struct experiment *own,
                    bool of_times);

/* A picture among the run's figures. Where it shares the page's width with others, it is the one
 * laid out for half of that; else narrow screens show that in its place. */
struct report_picture {
    const char *name, *alternative;
    bool is_half;
    bool is_map; /* its colours tell more and less, and stay as they are on a dark page */
};
void report_picture(FILE *page, const struct analysed_run *run,
                    const struct report_picture *picture);

/* Words of an experiment; `size` is the one that its work is reckoned from. */
void report_about(FILE *page, const struct experiment *experiment, uint64_t size);
