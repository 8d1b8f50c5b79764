#include "embedded.h"
#include "html.h"
#include "manifest.h"
#include "memory.h"
#include "report_section.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>

/* What the base of each kernel takes; the caller frees. */
static char *say_bases(const struct analysed_run *run)
{
    char *text = NULL;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    const char *separator = "";
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (!plan_is_base(cell->cell) || !cell->verified)
            continue;
        (void)fprintf(stream, "%s%s %s", separator, cell->cell->kernel,
                      text_seconds(cell->time.median).text);
        separator = ", ";
    }
    memory_close(stream);
    return text;
}

/* Why there are no more rounds. */
static void say_ending(const struct analysed_run *run, char *text, size_t length)
{
    const bool is_few =
        run->totals.rounds < manifest_whole(run->manifest, "rounds_at_least", 0, INT_MAX) &&
        run->budget_most_s > run->budget_s;
    char precision[64];
    (void)snprintf(precision, sizeof precision, "within %g %% of its median", 100 * run->precision);
    switch (run->record->ending) {
    case ENDING_PRECISION:
        (void)snprintf(text, length, "Every interval was then %s.", precision);
        break;
    case ENDING_BUDGET:
        (void)snprintf(text, length,
                       "Another round would have taken longer than the %g s %s; not every interval "
                       "is %s.",
                       is_few ? run->budget_most_s : run->budget_s,
                       is_few ? "that the fewest rounds of a profile may take" : "of the budget",
                       precision);
        break;
    case ENDING_ROUNDS:
        (void)snprintf(text, length, "That is as many as were asked for%s%s.",
                       run->totals.too_wide ? "; not every interval is " : "",
                       run->totals.too_wide ? precision : "");
        break;
    case ENDING_FAILED:
        (void)snprintf(text, length,
                       "Every cell had failed then: nothing was left to be measured.");
        break;
    case ENDING_SIGNAL:
    case ENDING_NONE:
    case ENDING_COUNT:
        (void)snprintf(text, length, "The run was then cut off.");
    }
}

enum { CELL_TEXT_MAX = 512 };

/* A cell in words, with its size where it has more work than its base. */
static void say_cell(const struct cell *cell, char text[CELL_TEXT_MAX])
{
    (void)snprintf(text, CELL_TEXT_MAX, "%s with %u worker%s on %s%s%s", cell->label, cell->workers,
                   cell->workers == 1 ? "" : "s", cell->kernel,
                   cell->size != cell->base_size ? " of size " : "",
                   cell->size != cell->base_size ? text_grouped(cell->size).text : "");
}

/* What is odd about samples, none of which was left out. */
static void write_flags(FILE *page, const struct analysed_run *run)
{
    const char *separator = " The first sample of a launch is slower than the others under ";
    html_print(page,
               "<p>Of %zu samples %zu lie beyond Tukey's fences at 1.5 times the distance of the "
               "quartiles of their cell, %zu of these beyond 3 times; they count like all others.",
               run->totals.samples, run->totals.outliers, run->totals.far_outliers);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        char text[CELL_TEXT_MAX];
        if (!cell->flags.slow_first)
            continue;
        say_cell(cell->cell, text);
        html_print(page, "%s%s (%.2f times)", separator, text, cell->flags.first.median);
        separator = ", ";
    }
    (void)fputs(*separator == ',' ? ".</p>\n" : "</p>\n", page);
}

static void write_skew(FILE *page, const char *before, const struct analysis_of_cell *cell)
{
    char text[CELL_TEXT_MAX];
    say_cell(cell->cell, text);
    html_print(page, "%s%s (%s)", before, text_seconds(cell->skew_s).text, text);
}

/* Samples that are several executions, and how ranks began theirs. */
static void write_timing(FILE *page, const struct analysed_run *run)
{
    const struct totals *totals = &run->totals;
    const bool differ = totals->widest != totals->closest;
    if (totals->repeated > 0)
        html_print(
            page,
            "<p>A sample of %zu cell%s is several executions timed together, up to %u, since "
            "one is too short for the clock; its time is that of one.</p>\n",
            totals->repeated, totals->repeated == 1 ? "" : "s", totals->most_executions);
    if (totals->widest) {
        (void)fputs("<p>Ranks began a sample apart, from the first to the last one, the median of "
                    "a cell’s samples being ",
                    page);
        write_skew(page, differ ? "from " : "", totals->closest);
        if (differ)
            write_skew(page, " to ", totals->widest);
        (void)fputs("; their time is the longest of their own durations.</p>\n", page);
    }
    if (totals->late > 0)
        html_print(page,
                   "<p>%zu sample%s not valid: a rank began after the agreed moment. %s kept, and "
                   "in no median.</p>\n",
                   totals->late, totals->late == 1 ? " is" : "s are",
                   totals->late == 1 ? "It is" : "They are");
}

static void write_marks(FILE *page, const struct analysed_run *run)
{
    if (run->totals.too_wide)
        html_print(page, "<p>~ not within the %g&nbsp;%% of the median that were asked for.</p>\n",
                   100 * run->precision);
    if (run->totals.oversubscribed)
        (void)fputs("<p>* more workers than cores.</p>\n", page);
}

/* "1 round", "2 rounds" */
static void say_count(size_t count, const char *what, char *text, size_t length)
{
    (void)snprintf(text, length, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

static enum status write_method(FILE *page, const struct analysed_run *run)
{
    char counted[32], seed[24], samples[32], ending[256], enough[8], *bases = say_bases(run);
    const char *profile = json_string_value(json_object_get(run->manifest, "profile"));
    const size_t rounds = run->totals.rounds;
    say_count(rounds, "round", counted, sizeof counted);
    say_count(manifest_whole(run->manifest, "samples_per_launch", 0, INT_MAX), "sample", samples,
              sizeof samples);
    (void)snprintf(seed, sizeof seed, "%" JSON_INTEGER_FORMAT,
                   json_integer_value(json_object_get(run->manifest, "seed")));
    (void)snprintf(enough, sizeof enough, "%d", STATS_MIN_FOR_INTERVAL);
    say_ending(run, ending, sizeof ending);
    const bool interleaved = json_is_string(json_object_get(run->manifest, "by_turns"));
    const struct html_word words[] = {
        {"profile", profile ? profile : "unknown"},
        {"rounds", counted},
        {"seed", seed},
        {"samples", samples},
        {"interleaved",
         interleaved ? " It was interleaved with another build’s run, launch by launch." : ""},
        {"ending", ending},
        {"enough", enough},
        {"one round", rounds == 1 ? " With one round, the intervals of times are over its samples "
                                    "and describe that launch only."
                                  : ""},
        {"base times", bases},
        {NULL, NULL}};
    html_fill(page, method_html, words);
    free(bases);
    write_timing(page, run);
    write_flags(page, run);
    write_marks(page, run);
    (void)fputs("</section>\n", page);
    return STATUS_OK;
}

const struct report_section section_report_method = {.place = 60, .write = write_method};
