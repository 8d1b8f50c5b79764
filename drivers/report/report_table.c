#include "report_table.h"

#include "html.h"

#include <math.h>
#include <string.h>

static void write_head(FILE *page, const struct cell_table *table)
{
    (void)fputs(
        "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">model</th>",
        page);
    for (size_t i = 0; i < table->count; i++) {
        const char *heading = table->columns[i].heading;
        const char *unit = heading ? strchr(heading, ',') : NULL;
        if (heading)
            html_print(page, "<th scope=\"col\">%s</th>", heading);
        if (heading && table->columns[i].interval)
            html_print(page, "<th scope=\"col\">95 %% interval%s</th>", unit ? unit : "");
    }
    (void)fputs("</tr></thead>\n<tbody>\n", page);
}

static void write_value(FILE *page, const struct shown *shown, const struct analysis_of_cell *cell)
{
    const struct cell *planned = cell->cell;
    if (!cell_table_is_of_workers(shown)) {
        const struct short_text text = cell_table_text(shown, cell);
        html_print(page, "<td>%s%s</td>", *text.text ? text.text : "–",
                   shown->is_judged && cell->too_wide ? "~" : "");
    } else {
        html_print(page, "<td>%u", planned->workers);
        if (planned->ranks > 1 && planned->threads > 1)
            html_print(page, " (%u × %u)", planned->ranks, planned->threads);
        (void)fputs(planned->oversubscribed ? "*</td>" : "</td>", page);
    }
    if (shown->interval) {
        const struct short_text text = cell_table_interval(shown, cell, " – ");
        html_print(page, "<td>%s</td>", *text.text ? text.text : "–");
    }
}

static void write_row(FILE *page, const struct analysis_of_cell *cell, bool starts_group,
                      const struct cell_table *table)
{
    unsigned left = 0; /* columns of figures */
    (void)fputs(starts_group ? "<tr class=\"group\"><td>" : "<tr><td>", page);
    html_label(page, cell_table_name(cell->cell).text);
    (void)fputs(table->is_marked && cell->factors.perturbed ? " !</td>" : "</td>", page);
    for (size_t i = 0; i < table->count; i++) {
        const struct shown *shown = &table->columns[i];
        const bool is_planned = cell_table_is_of_workers(shown) ||
                                (shown->column && strcmp(shown->column, "size") == 0);
        if (shown->heading && (cell->verified || is_planned))
            write_value(page, shown, cell);
        else if (shown->heading)
            left += 1 + shown->interval;
    }
    if (left > 0)
        html_print(page, "<td class=\"reason %s\" colspan=\"%u\">%s%s</td>",
                   analysis_has_failed(cell) ? "bad" : "soft", left,
                   analysis_has_failed(cell) ? "failed: " : "", analysis_failure(cell));
    (void)fputs("</tr>\n", page);
}

bool report_cells(FILE *page, const struct analysed_kernel *kernel, const struct cell_table *table)
{
    struct cell_table_name above = {""};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!cell_table_has(table, cell))
            continue;
        const struct cell_table_name name = cell_table_name(cell->cell);
        if (!*above.text)
            write_head(page, table);
        write_row(page, cell, *above.text && strcmp(above.text, name.text) != 0, table);
        above = name;
    }
    if (*above.text)
        (void)fputs("</tbody>\n</table>\n</div>\n", page);
    return *above.text;
}

/* ---- what was counted ---- */

static bool is_counted(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->factors.execution;
}

enum { SIZE_COLUMN = 1, OWN_COLUMNS = 5 };

static const struct cell_table system_table = {
    .shows = is_counted,
    .count = 8,
    .columns = {{.heading = "workers"},
                {.column = "size", .heading = "size"},
                {.column = "cpu_s", .heading = "CPU time"},
                {.column = "voluntary_switches", .heading = "switches, voluntary"},
                {.column = "involuntary_switches", .heading = "involuntary"},
                {.column = "minor_faults", .heading = "faults, minor"},
                {.column = "major_faults", .heading = "major"},
                {.column = "peak_memory_bytes", .heading = "peak memory"}}};

static const struct cell_table processor_table = {
    .shows = is_counted,
    .count = 7,
    .columns = {{.heading = "workers"},
                {.column = "size", .heading = "size"},
                {.column = "instructions", .heading = "instructions"},
                {.column = "cycles", .heading = "cycles"},
                {.column = "ipc", .digits = 2, .heading = "IPC"},
                {.column = "counter_1"}, /* the kernel's own */
                {.column = "counter_2"}}};

/* The name of that event where a cell of the kernel has a count of it; else NULL. */
static const char *name_of(const struct analysed_kernel *kernel, unsigned event)
{
    const char *name = NULL;
    for (size_t i = 0; i < kernel->count && !name; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (is_counted(cell) && !isnan(cell->factors.execution->count[event]))
            name = cell->state->events.name[event];
    }
    return name;
}

void report_counters(FILE *page, const struct analysed_kernel *kernel)
{
    struct cell_table system = system_table, processor = processor_table;
    bool scaled = false, any = false;
    for (size_t i = 0; i < kernel->count; i++)
        scaled = scaled || (is_counted(kernel->cells[i]) && analysis_is_scaled(kernel->cells[i]));
    if (!scaled)
        system.columns[SIZE_COLUMN].heading = processor.columns[SIZE_COLUMN].heading = NULL;
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++) {
        const char *name = name_of(kernel, i);
        any = any || name;
        if (i >= INSTRUMENTED_OWN)
            processor.columns[OWN_COLUMNS + i - INSTRUMENTED_OWN].heading = name;
    }
    if (!cell_table_first(&system, kernel))
        return;
    html_fold(page, kernel->name, "What was counted", false);
    (void)report_cells(page, kernel, &system);
    if (any)
        (void)report_cells(page, kernel, &processor);
    html_fold_end(page);
}
