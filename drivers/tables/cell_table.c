#include "cell_table.h"

#include "columns.h"
#include "experiment.h"
#include "memory.h"
#include "printable.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN(column, digits, heading, brief, format)                                              \
    {                                                                                              \
        column, heading, brief, format, 0, digits, false, false                                    \
    }

const struct cell_table cell_table_factors = {
    .shows = analysis_is_explained,
    .title = "where the time went",
    .width = 25,
    .is_marked = true,
    .count = 5,
    .columns = {
        SHOWN("watched_speedup", 3, "speedup", "speedup", " %7s"),
        SHOWN(NULL, 0, "= workers", "workers", " = %7s"),
        SHOWN("load_balance", 3, "× load balance", "balance", " x %8s"),
        SHOWN("communication_efficiency", 3, "× communication efficiency", "communic.", " x %9s"),
        SHOWN("computation_scaling", 3, "× computation scaling", "comput.", " x %7s")}};

const struct cell_table cell_table_scaling = {
    .shows = cell_table_is_counted,
    .title = "what computing cost",
    .width = 25,
    .has_workers = true,
    .count = 7,
    .columns = {SHOWN(NULL, 0, "workers", NULL, NULL),
                SHOWN("computation_scaling", 3, "computation scaling", "comput.", " %7s"),
                SHOWN("instruction_scaling", 3, "= instruction scaling", "instr.", " = %6s"),
                SHOWN("ipc_scaling", 3, "× IPC scaling", "IPC", " x %6s"),
                SHOWN("frequency_scaling", 3, "× frequency scaling", "freq.", " x %6s"),
                {"instructions", NULL, "instr./1e6", "  %11s", 1e6, 1, false, false},
                SHOWN("ipc", 2, NULL, "IPC", " %5s")}};

bool cell_table_is_counted(const struct analysis_of_cell *cell)
{
    return analysis_is_explained(cell) && cell->factors.has_counters;
}

char *cell_table_unexplained(const struct analysed_kernel *kernel)
{
    char *text;
    size_t length;
    const char *separator = "";
    FILE *stream = memory_open(&text, &length);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!cell->verified || !cell->factors.perturbed || analysis_is_explained(cell))
            continue;
        (void)fprintf(stream, "%s%s with %u worker%s%s", separator, cell->cell->label,
                      cell->cell->workers, cell->cell->workers == 1 ? "" : "s",
                      analysis_is_scaled(cell) ? " in weak scaling" : "");
        separator = ", ";
    }
    memory_close(stream, &text);
    return text;
}

/* ---- times and speedups ---- */

/* The unit that all times of a kernel share, so that a column can be compared at a glance: the one
 * in which the least is at least 1. */
static const struct unit {
    double seconds;
    const char *heading, *brief;
} units[] = {{1, "median, s", "median, s "},
             {1e-3, "median, ms", "median, ms "},
             {1e-6, "median, µs", "median, us "}};

struct cell_table cell_table_of(const struct analysed_kernel *kernel, const struct experiment *own)
{
    const struct unit *unit = &units[(kernel->least_s < 1) + (kernel->least_s < 1e-3)];
    const struct baselines *bases = &kernel->bases;
    const bool scaled = own && experiment_is_scaled(own);
    const char *relative = scaled ? "efficiency" : "speedup";
    const char *absolute =
        !scaled && bases->absolute && bases->absolute != bases->relative ? "absolute_speedup" : "";
    const struct shown shown[] = {
        SHOWN(NULL, 0, "workers", NULL, NULL),
        SHOWN(own ? "size" : "", 0, "size", NULL, NULL),
        {"median_s", unit->heading, unit->brief, " %22s", unit->seconds, 3, true, true},
        {relative, relative, relative, " %21s", 0, 3, true, false},
        SHOWN(scaled ? "scaled_speedup" : "efficiency", 2, scaled ? "scaled speedup" : "efficiency",
              scaled ? "scaled" : "effic.", " %6s"),
        {absolute, "absolute speedup", NULL, NULL, 0, 4, true, false},
        SHOWN(absolute, 4, NULL, "absol.", " %6s"),
        SHOWN("startup_s", 0, "start-up", NULL, NULL)};
    struct cell_table table = {.own = own,
                               .title = experiment_is_of_one_size(own) ? "model         workers"
                                                                       : "model            size",
                               .width = 21,
                               .has_workers = true};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (!shown[i].column || *shown[i].column)
            table.columns[table.count++] = shown[i];
    return table;
}

void cell_table_bases(const struct baselines *bases, bool scaled, char *text, size_t length)
{
    const char *best = bases->best;
    *text = '\0';
    if (!bases->relative)
        return;
    text_append(text, length, "%s over serial, %s", scaled ? "efficiency" : "speedup",
                text_seconds(bases->relative->time.median).text);
    if (scaled)
        return;
    if (bases->absolute == bases->relative) {
        text_append(text, length, ", which is the best serial algorithm as well");
    } else if (bases->absolute) {
        text_append(text, length, "; absolute over %s, %s%s%s", bases->absolute->cell->label,
                    text_seconds(bases->absolute->time.median).text, best ? ", " : "",
                    best ? best : "");
    } else if (best) {
        text_append(text, length, "; the best serial algorithm, %s, was not measured", best);
    }
}

bool cell_table_has(const struct cell_table *table, const struct analysis_of_cell *cell)
{
    return table->shows ? table->shows(cell) : experiment_tables(table->own, cell->cell);
}

/* ---- what is in a row ---- */

/* Of a figure with an interval: fewer where there are more before the point. */
static int digits_of(const struct shown *shown, double number)
{
    const bool is_wide = shown->digits > 3; /* it may be anything from far below to far above 1 */
    return !shown->interval && !is_wide ? shown->digits
                                        : shown->digits - (is_wide && number >= 0.1) -
                                              (number >= 10) - (number >= 100) - (number >= 1000);
}

void cell_table_text(const struct shown *shown, const struct analysis_of_cell *cell,
                     const char *absent, char text[CELL_TABLE_TEXT_MAX])
{
    const struct column *column = columns_find(shown->column);
    json_t *value = columns_value(column, cell);
    const double number = json_number_value(value) / (shown->per > 0 ? shown->per : 1);
    if (json_is_null(value))
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%s", absent);
    else if (shown->digits > 0)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%.*f", digits_of(shown, number), number);
    else if (strcmp(column->unit, "s") == 0)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%s", text_seconds(number).text);
    else if (strcmp(column->unit, "B") == 0)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%s", text_bytes((uint64_t)number).text);
    else
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%s",
                       text_grouped((uint64_t)fmin(number, 1e18)).text);
    json_decref(value);
}

bool cell_table_interval(const struct shown *shown, const struct analysis_of_cell *cell,
                         const char *between, char text[CELL_TABLE_TEXT_MAX])
{
    const struct summary *summary = columns_summary(columns_find(shown->column), cell);
    const double unit = shown->per > 0 ? shown->per : 1;
    const int digits = digits_of(shown, summary->median / unit);
    if (summary->has_interval)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%.*f%s%.*f", digits,
                       summary->interval.low / unit, between, digits,
                       summary->interval.high / unit);
    return summary->has_interval;
}

void cell_table_workers(const struct cell *cell, char text[CELL_TABLE_TEXT_MAX])
{
    const char *mark = cell->oversubscribed ? "*" : "";
    if (cell->ranks > 1 && cell->threads > 1)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%ux%u%s", cell->ranks, cell->threads, mark);
    else
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%u%s", cell->workers, mark);
}

/* ---- on a terminal ---- */

static void print_head(FILE *stream, const struct cell_table *table)
{
    (void)fprintf(stream, "%-*s", table->width, table->title);
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].brief)
            (void)fprintf(stream, table->columns[i].format, table->columns[i].brief);
    (void)fputc('\n', stream);
}

/* A label that leaves no room for the workers has a line of its own. */
static void print_label(FILE *stream, const struct cell_table *table, const struct cell *cell)
{
    char workers[CELL_TABLE_TEXT_MAX] = "";
    int length = (int)strlen(cell->label);
    if (!experiment_is_of_one_size(table->own))
        (void)snprintf(workers, sizeof workers, "%s", axis_text(&table->own->axis, cell).text);
    else if (table->has_workers)
        cell_table_workers(cell, workers);
    (void)fputs(cell->label, stream);
    if (length + table->has_workers + (int)strlen(workers) > table->width) {
        (void)fputc('\n', stream);
        length = 0;
    }
    (void)fprintf(stream, "%*s", table->width - length, workers);
}

static void print_value(FILE *stream, const struct shown *shown,
                        const struct analysis_of_cell *cell)
{
    char value[CELL_TABLE_TEXT_MAX], interval[CELL_TABLE_TEXT_MAX], text[2 * CELL_TABLE_TEXT_MAX];
    if (shown->column)
        cell_table_text(shown, cell, "-", value);
    else
        cell_table_workers(cell->cell, value);
    (void)snprintf(text, sizeof text, "%s", value);
    if (shown->interval && cell_table_interval(shown, cell, ", ", interval))
        text_append(text, sizeof text, " [%s]", interval);
    if (shown->is_judged)
        text_append(text, sizeof text, cell->too_wide ? "~" : " ");
    (void)fprintf(stream, shown->format, text);
}

static void print_row(FILE *stream, const struct cell_table *table,
                      const struct analysis_of_cell *cell)
{
    char failure[46];
    print_label(stream, table, cell->cell);
    if (!cell->verified) {
        printable_copy(analysis_failure(cell), failure, sizeof failure);
        (void)fprintf(stream, "  FAILED: %s\n", failure);
        return;
    }
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].format)
            print_value(stream, &table->columns[i], cell);
    (void)fputs(table->is_marked && cell->factors.perturbed ? " !\n" : "\n", stream);
}

void cell_table_print(FILE *stream, const struct cell_table *table,
                      const struct analysed_kernel *kernel)
{
    print_head(stream, table);
    for (size_t i = 0; i < kernel->count; i++)
        if (cell_table_has(table, kernel->cells[i]))
            print_row(stream, table, kernel->cells[i]);
}

const struct analysis_of_cell *cell_table_first(const struct cell_table *table,
                                                const struct analysed_kernel *kernel)
{
    for (size_t i = 0; i < kernel->count; i++)
        if (cell_table_has(table, kernel->cells[i]))
            return kernel->cells[i];
    return NULL;
}
