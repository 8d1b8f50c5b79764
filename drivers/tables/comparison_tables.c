#include "comparison_tables.h"

#include "cell_json.h"
#include "cell_table.h"
#include "differences.h"
#include "json.h"
#include "manifest.h"
#include "printable.h"
#include "text.h"

#include <math.h>
#include <string.h>

/* Of a list for people; all of it is in the JSON. */
enum { LISTED_MAX = 12, LABEL_COLUMNS = 12 };

/* ---- what was compared ---- */

static void print_run(FILE *stream, const char *side, const struct analysed_run *run)
{
    char folder[PATH_MAX];
    printable_copy(run->folder, folder, sizeof folder);
    (void)fprintf(stream, "%-5s %s\n", side, folder);
    if (run->sources.mixed)
        text_wrapped(stream, "      ", "%s", analysed_run_machine(run).text);
    else
        (void)fprintf(stream, "      %s\n", analysed_run_machine(run).text);
}

static void print_differences(FILE *stream, const json_t *differences)
{
    if (json_array_size(differences) > 0)
        (void)fputs("\nThese differ, too, and may be why times do:\n", stream);
    for (size_t i = 0; i < json_array_size(differences); i++) {
        const json_t *one = json_array_get(differences, i);
        (void)fprintf(stream, "%s\n  base  %s\n  new   %s\n",
                      json_string_value(json_object_get(one, "what")),
                      json_string_value(json_object_get(one, "base")),
                      json_string_value(json_object_get(one, "new")));
    }
}

/* ---- the table ---- */

/* A percentage that is no less than the share, to 1 % or, below that, to 0.1 %. */
static double percent_above(double share)
{
    const double steps = share > 0.01 ? 1 : 10;
    return ceil(100 * steps * share) / steps;
}

/* Of a cell that is undecided, why; of one that is the same, within what. */
static struct short_text verdict_of(const struct compared *compared)
{
    static const char *const reasons[DOUBT_COUNT] = {[DOUBT_NONE] = "",
                                                     [DOUBT_FEW_ROUNDS] = ": rounds",
                                                     [DOUBT_WIDE] = ": wide",
                                                     [DOUBT_MANY_CELLS] = ": chance",
                                                     [DOUBT_DRIFT] = ": drift"};
    const bool is_wide = compared->doubt == DOUBT_WIDE && compared->within < 10;
    struct short_text text;
    if (is_wide || compared->change == CHANGE_SAME)
        (void)snprintf(text.text, sizeof text.text, "%s%s +-%.3g %%", change_name[compared->change],
                       is_wide ? ":" : "", percent_above(compared->within));
    else
        (void)snprintf(text.text, sizeof text.text, "%s%s", change_name[compared->change],
                       reasons[compared->doubt]);
    return text;
}

static void print_cell(FILE *stream, const struct compared *compared, const char *above)
{
    const struct cell *cell = compared->base->cell;
    const struct summary *ratio = &compared->ratio;
    const int digits = ratio->median < 10 ? 3 : ratio->median < 100 ? 2 : 0;
    char text[64];
    (void)snprintf(text, sizeof text, "%.*f", digits, ratio->median);
    if (ratio->has_interval)
        text_append(text, sizeof text, " [%.*f, %.*f]", digits, ratio->interval.low, digits,
                    ratio->interval.high);
    cell_table_label(stream, cell_table_name(cell).text, above, LABEL_COLUMNS);
    (void)fprintf(stream, " %7s %8s %8s %21s  %s\n", cell_table_workers(cell).text,
                  text_seconds(compared->base->time.median).text,
                  text_seconds(compared->other->time.median).text, text, verdict_of(compared).text);
}

/* Whether both can be compared, and stand in one table. */
static bool is_with(const struct compared *one, const struct compared *other)
{
    return one->is_usable && other->is_usable && one->base->kernel == other->base->kernel &&
           one->base->cell->size == other->base->cell->size;
}

/* The table that begins with that cell, if one does. */
static void print_table(FILE *stream, const struct comparison *comparison, size_t index)
{
    const struct compared *cells = comparison->cells;
    const struct cell *first = cells[index].base->cell;
    size_t begin = 0;
    while (begin < index && !is_with(&cells[begin], &cells[index]))
        begin++;
    if (begin < index || !cells[index].is_usable)
        return;
    (void)fprintf(stream, "\n%s, %s\n%-*s %7s %8s %8s %21s  %s\n", plan_told_with(first),
                  plan_size_text(first).text, LABEL_COLUMNS, "model", "workers", "base", "new",
                  "new/base", "verdict");
    struct cell_table_name above = {""};
    for (size_t i = index; i < comparison->count; i++)
        if (is_with(&cells[i], &cells[index])) {
            print_cell(stream, &cells[i], above.text);
            above = cell_table_name(cells[i].base->cell);
        }
}

/* ---- how to read it ---- */

static const struct analysed_run *shorter_of(const struct comparison *comparison)
{
    const struct analysed_run *base = comparison->base, *other = comparison->other;
    return base->totals.rounds < other->totals.rounds ? base : other;
}

static void print_doubts(FILE *stream, const struct comparison *comparison)
{
    const size_t *doubts = comparison->doubts;
    const double change = 100 * comparison->margins.change;
    if (doubts[DOUBT_FEW_ROUNDS])
        text_wrapped(stream, "",
                     "Undecided, rounds: %zu with fewer than %d in %s of the runs; go on with %s.",
                     doubts[DOUBT_FEW_ROUNDS], STATS_MIN_FOR_INTERVAL,
                     comparison->interleaved || comparison->is_itself ? "both" : "one",
                     analysed_run_to_rounds(shorter_of(comparison), STATS_MIN_FOR_INTERVAL).text);
    if (doubts[DOUBT_WIDE])
        text_wrapped(stream, "",
                     "Undecided, +-: %zu whose interval reaches that far, and further than --same.",
                     doubts[DOUBT_WIDE]);
    if (doubts[DOUBT_MANY_CELLS])
        text_wrapped(
            stream, "",
            "Undecided, chance: %zu beyond +-%.3g %% as one of %zu cells may be by chance.",
            doubts[DOUBT_MANY_CELLS], change, comparison->decidable);
    if (doubts[DOUBT_DRIFT])
        text_wrapped(stream, "",
                     "Undecided, drift: %zu beyond +-%.3g %% only with what all cells share.",
                     doubts[DOUBT_DRIFT], change);
    if (doubts[DOUBT_WIDE] || doubts[DOUBT_MANY_CELLS] || doubts[DOUBT_DRIFT])
        text_wrapped(stream, "", "Measure more rounds%s.",
                     comparison->interleaved ? "" : ", or interleaved: run --beside");
}

static void print_legend(FILE *stream, const struct comparison *comparison)
{
    if (comparison->interleaved)
        (void)fputs("\nThe runs were interleaved, launch by launch.", stream);
    if (comparison->is_itself)
        (void)fputs("\nBoth are one run: each round is compared with itself.", stream);
    (void)fputc('\n', stream);
    text_wrapped(
        stream, "",
        "new/base: median of the ratios of %s, [ ] its 95 %% interval. Faster, slower: changed "
        "by more than %.3g %%; of all cells called so at most 5 %% are expected to be neither. "
        "Same: no such change is found, and the interval lies within the per cent named, at most "
        "%.3g %%.",
        comparison->interleaved || comparison->is_itself
            ? "each round"
            : "all rounds of one run to all of the other",
        100 * comparison->margins.change, 100 * comparison->margins.same);
    if (!isnan(comparison->together) && !isnan(comparison->drift)) {
        (void)fputc('\n', stream);
        text_wrapped(stream, "",
                     "All cells together took %.3f times as long; within one run, rounds were up "
                     "to %.3f times apart. So much of what all share may be the machine's, and "
                     "makes no cell faster or slower.",
                     comparison->together, comparison->drift);
    }
    print_doubts(stream, comparison);
    if (comparison->base->totals.oversubscribed)
        (void)fputs("* more workers than cores.\n", stream);
}

/* ---- what was not compared ---- */

static void print_failures(FILE *stream, const json_t *failed)
{
    if (json_array_size(failed) > 0)
        (void)fprintf(stream, "\nNot compared, since it failed or did not verify (%zu):\n",
                      json_array_size(failed));
    for (size_t i = 0; i < json_array_size(failed); i++) {
        const json_t *cell = json_array_get(failed, i);
        const char *base = json_string_value(json_object_get(cell, "base"));
        const char *other = json_string_value(json_object_get(cell, "new"));
        (void)fprintf(stream, "  %s\n", json_string_value(json_object_get(cell, "cell")));
        if (base)
            (void)fprintf(stream, "    base: %s\n", base);
        if (other)
            (void)fprintf(stream, "    new: %s\n", other);
    }
}

static void print_alone(FILE *stream, const char *side, const json_t *cells)
{
    const size_t alone = json_array_size(cells);
    if (alone > 0)
        (void)fprintf(stream, "\nOnly in %s (%zu):\n", side, alone);
    for (size_t i = 0; i < alone && i < LISTED_MAX; i++)
        (void)fprintf(stream, "  %s\n", json_string_value(json_array_get(cells, i)));
    if (alone > LISTED_MAX)
        (void)fprintf(stream, "  and %zu more: see --json\n", alone - LISTED_MAX);
}

void comparison_print_changes(FILE *stream, const size_t changes[CHANGE_COUNT])
{
    for (enum change change = 0; change < CHANGE_COUNT; change++)
        (void)fprintf(stream, "%s%zu %s", change ? ", " : "", changes[change], change_name[change]);
    (void)fputc('\n', stream);
}

void comparison_print(FILE *stream, const struct comparison *comparison, const json_t *object)
{
    print_run(stream, "base", comparison->base);
    print_run(stream, "new", comparison->other);
    print_differences(stream, json_object_get(object, "differences"));
    for (size_t i = 0; i < comparison->count; i++)
        print_table(stream, comparison, i);
    if (comparison->usable > 0)
        print_legend(stream, comparison);
    print_failures(stream, json_object_get(object, "failed"));
    print_alone(stream, "base", json_object_get(object, "only_in_base"));
    print_alone(stream, "new", json_object_get(object, "only_in_new"));
    (void)fputc('\n', stream);
    comparison_print_changes(stream, comparison->changes);
}

/* ---- JSON ---- */

/* A number that is not known, NAN or infinite, is none to json_real(), and null there. */
static json_t *compared_json(const struct compared *compared)
{
    const struct summary *ratio = &compared->ratio;
    json_t *object = cell_json(compared->base->cell);
    (void)json_object_update_new(
        object,
        json_pack("{s:I, s:I, s:I, s:f, s:f, s:f, s:o?, s:o?, s:o?, s:o?, s:s, s:s?}",
                  "rounds_base", (json_int_t)compared->base->rounds, "rounds_new",
                  (json_int_t)compared->other->rounds, "pairs", (json_int_t)compared->pairs,
                  "base_s", compared->base->time.median, "new_s", compared->other->time.median,
                  "ratio", ratio->median, "ratio_low", json_real(ratio->interval.low), "ratio_high",
                  json_real(ratio->interval.high), "within", json_real(compared->within), "p",
                  json_real(ratio->has_interval ? compared->p_value : NAN), "verdict",
                  change_name[compared->change], "doubt",
                  compared->doubt ? doubt_name[compared->doubt] : NULL));
    return object;
}

static void add_cells(const struct comparison *comparison, json_t *usable, json_t *failed)
{
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared *compared = &comparison->cells[i];
        if (compared->is_usable)
            (void)json_array_append_new(usable, compared_json(compared));
        else
            (void)json_array_append_new(failed, json_pack("{s:s, s:s?, s:s?}", "cell",
                                                          compared->base->cell->id, "base",
                                                          analysis_failure(compared->base), "new",
                                                          analysis_failure(compared->other)));
    }
}

/* The cells of a run that the other one does not have, by name. */
static json_t *alone_json(const struct analysed_run *run, const struct analysed_run *other)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < run->count; i++)
        if (!comparison_partner(other, run->cells[i].cell))
            (void)json_array_append_new(cells, json_string(run->cells[i].cell->id));
    return cells;
}

json_t *comparison_json(const struct comparison *comparison)
{
    const struct analysed_run *base = comparison->base, *other = comparison->other;
    json_t *usable = json_array(), *failed = json_array();
    add_cells(comparison, usable, failed);
    json_t *object =
        json_pack("{s:o, s:o, s:b, s:b, s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o?, s:o?, s:f}",
                  "base", json_text(base->folder), "new", json_text(other->folder), "by_turns",
                  (int)comparison->interleaved, "itself", (int)comparison->is_itself,
                  "changed_beyond", comparison->margins.change, "same_within",
                  comparison->margins.same, "differences", differences_find(base, other), "cells",
                  usable, "failed", failed, "only_in_base", alone_json(base, other), "only_in_new",
                  alone_json(other, base), "together", json_real(comparison->together), "drift",
                  json_real(comparison->drift), "allowed", comparison->allowed);
    comparison_set_changes(object, comparison->changes);
    return object;
}

void comparison_set_changes(json_t *object, const size_t changes[CHANGE_COUNT])
{
    for (enum change change = 0; change < CHANGE_COUNT; change++)
        (void)json_object_set_new(object, change_name[change],
                                  json_integer((json_int_t)changes[change]));
}
