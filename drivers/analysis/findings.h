/*
 * Findings: sentences that a run's data support, each with its figures and their 95 % intervals.
 *
 * Two figures differ only where their intervals do not overlap; else a sentence says that the data
 * do not decide, and how many rounds might. Below six rounds there are no intervals, and so no
 * findings. All of them are told kernel by kernel; at a run's end only those that one would act on.
 */
#pragma once

#include "stats.h"
#include "text.h"

struct analysed_run;

/* Sentences of one sort, of which a run's end tells so many, unless there is room for more. */
struct finding_sort {
    unsigned most;
};

struct finding {
    char *text;
    size_t kernel;                   /* its place among those of the run */
    const struct finding_sort *sort; /* NULL: the data do not decide it, */
    double rounds; /* but about so many rounds would; INFINITY: the figures are alike */
    double
        factor; /* else by how much it matters: how many times one figure is the other at least */
};

struct findings {
    size_t count;
    struct finding *all; /* in the order of kernels and experiments */
    size_t kernel;       /* of which they are said now */
};

/* Fills in what each experiment says of the run's cells, kernel by kernel. */
void findings_make(struct analysed_run *run);
void findings_free(struct findings *findings);

/* The strongest of those that are decided: returns how many, FINDINGS_STRONGEST at most. */
enum { FINDINGS_STRONGEST = 7 };
size_t findings_strongest(const struct findings *findings,
                          const struct finding *strongest[FINDINGS_STRONGEST]);

/* Writes one sentence on all that is not decided, and how many rounds would, or why there are no
 * findings; nothing where there is nothing. */
enum { FINDINGS_OPEN_MAX = 400 };
void findings_say_open(const struct analysed_run *run, char text[FINDINGS_OPEN_MAX]);

/* ---- for experiments ---- */

void findings_say(struct findings *findings, const struct finding_sort *sort, double factor,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What the data do not decide, between two figures with intervals that overlap. */
void findings_doubt(struct findings *findings, const struct summary *one,
                    const struct summary *other, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "2.06 to 2.09": the interval's ends, with as many digits each; "2.06" where both are that. */
struct short_text findings_range(const struct interval *interval);
