#include "embedded.h"
#include "html.h"
#include "json.h"
#include "manifest.h"
#include "memory.h"
#include "quantities.h"
#include "report_section.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A cell in words, with its size where it has more work than its base. */
static void say_cell(FILE *stream, const struct cell *cell)
{
    const bool grows = cell->size != cell->base_size;
    (void)fprintf(stream, "%s with %u worker%s on %s%s%s", cell->label, cell->workers,
                  plural(cell->workers), cell->kernel, grows ? " of size " : "",
                  grows ? text_grouped(cell->size).text : "");
}

/* Each of these says something of a cell behind a comma, or nothing: */
typedef void say(FILE *stream, const struct analysis_of_cell *cell);

/* what the base of a kernel takes, */
static void say_base(FILE *stream, const struct analysis_of_cell *cell)
{
    if (plan_is_base(cell->cell) && cell->verified)
        (void)fprintf(stream, ", %s %s", cell->cell->kernel, text_seconds(cell->time.median).text);
}

/* by how much its first sample of a launch is slower, */
static void say_slow_first(FILE *stream, const struct analysis_of_cell *cell)
{
    if (!cell->flags.slow_first)
        return;
    (void)fputs(", ", stream);
    say_cell(stream, cell->cell);
    (void)fprintf(stream, " (%.2f times)", cell->flags.first.median);
}

/* and how far apart its ranks began. */
static void say_skew(FILE *stream, const struct analysis_of_cell *cell)
{
    (void)fprintf(stream, ", %s (", text_seconds(cell->skew_s).text);
    say_cell(stream, cell->cell);
    if (cell->uncertain_s > 0)
        (void)fprintf(stream, ", known to within %s", text_seconds(cell->uncertain_s).text);
    (void)fputc(')', stream);
}

/* What is said of the cells; null: nothing. */
static json_t *said(const struct analysis_of_cell *cells, size_t count, say *say_of)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    for (size_t i = 0; i < count; i++)
        say_of(stream, &cells[i]);
    memory_close(stream, &text);
    json_t *list = json_known_text(length > 0 ? text + strlen(", ") : "");
    free(text);
    return list;
}

/* The fewest rounds of a cell that verified, where there are more of others; 0: there are not. */
static size_t fewest_rounds(const struct analysed_run *run)
{
    size_t fewest = run->totals.rounds;
    for (size_t i = 0; i < run->count; i++)
        if (run->cells[i].verified && run->cells[i].rounds < fewest)
            fewest = run->cells[i].rounds;
    return fewest < run->totals.rounds ? fewest : 0;
}

static json_t *words_of_rounds(const struct analysed_run *run)
{
    const size_t rounds = run->totals.rounds;
    /* The fewest rounds of a profile may take more than the budget. */
    const bool few = rounds < manifest_whole(run->manifest, "rounds_at_least", 0, INT_MAX) &&
                     run->budget_most_s > run->budget_s;
    return json_pack(
        "{s:O, s:b, s:I, s:o, s:b, s:b, s:{s:b}, s:b, s:f, s:f, s:i, s:o}", "manifest",
        run->manifest, "put together", run->sources.count > 0, "rounds", (json_int_t)rounds,
        "fewest", json_known_count(fewest_rounds(run)), "one round", rounds == 1, "interleaved",
        json_is_string(json_object_get(run->manifest, "by_turns")), "ended",
        ending_name[run->record->ending], 1, "few", (int)few, "budget",
        few ? run->budget_most_s : run->budget_s, "precision", 100 * run->precision, "enough",
        STATS_MIN_FOR_INTERVAL, "bases", said(run->cells, run->count, say_base));
}

static json_t *words_of_samples(const struct analysed_run *run)
{
    const struct totals *totals = &run->totals;
    return json_pack(
        "{s:o, s:i, s:o, s:o, s:b, s:o, s:I, s:I, s:I, s:o, s:b, s:b}", "repeated",
        json_known_count(totals->repeated), "most executions", (int)totals->most_executions,
        "closest", said(totals->closest, totals->closest != totals->widest, say_skew), "widest",
        said(totals->widest, totals->widest != NULL, say_skew), "one late", totals->late == 1,
        "late", json_known_count(totals->late), "samples", (json_int_t)totals->samples, "outliers",
        (json_int_t)totals->outliers, "far outliers", (json_int_t)totals->far_outliers,
        "slow first", said(run->cells, run->count, say_slow_first), "too wide",
        (int)totals->too_wide, "oversubscribed", (int)totals->oversubscribed);
}

static void write_method(FILE *page, const struct analysed_run *run)
{
    json_t *words = words_of_rounds(run);
    (void)json_object_update_new(words, words_of_samples(run));
    html_fill(page, method_html, words);
    json_decref(words);
}

const struct report_section section_report_method = {
    .place = 60, .heading = "How it was measured", .is_folded = true, .write = write_method};
