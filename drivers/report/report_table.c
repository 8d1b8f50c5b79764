#include "report_table.h"

#include "html.h"

#include <string.h>

static void write_head(FILE *page, const char *title, const struct cell_table *table)
{
    (void)fprintf(
        page, "%s<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th>model</th>", title);
    for (size_t i = 0; i < table->count; i++) {
        const char *heading = table->columns[i].heading;
        const char *unit = heading ? strchr(heading, ',') : NULL;
        if (heading)
            html_print(page, "<th>%s</th>", heading);
        if (heading && table->columns[i].interval)
            html_print(page, "<th>95 %% interval%s</th>", unit ? unit : "");
    }
    (void)fputs("</tr></thead>\n<tbody>\n", page);
}

static void write_value(FILE *page, const struct shown *shown, const struct analysis_of_cell *cell)
{
    const struct cell *planned = cell->cell;
    char text[CELL_TABLE_TEXT_MAX];
    if (shown->column) {
        cell_table_text(shown, cell, "–", text);
        html_print(page, "<td>%s%s</td>", text, shown->is_judged && cell->too_wide ? "~" : "");
    } else {
        html_print(page, "<td>%u", planned->workers);
        if (planned->ranks > 1 && planned->threads > 1)
            html_print(page, " (%u × %u)", planned->ranks, planned->threads);
        (void)fputs(planned->oversubscribed ? "*</td>" : "</td>", page);
    }
    if (shown->interval)
        html_print(page, "<td>%s</td>", cell_table_interval(shown, cell, " – ", text) ? text : "–");
}

static void write_row(FILE *page, const struct analysis_of_cell *cell, bool starts_group,
                      const struct cell_table *table)
{
    unsigned left = 0; /* columns of figures */
    html_print(page, starts_group ? "<tr class=\"group\"><td>%s%s</td>" : "<tr><td>%s%s</td>",
               cell->cell->label, table->is_marked && cell->factors.perturbed ? " !" : "");
    for (size_t i = 0; i < table->count; i++) {
        const struct shown *shown = &table->columns[i];
        const bool is_planned = !shown->column || strcmp(shown->column, "size") == 0;
        if (shown->heading && (cell->verified || is_planned))
            write_value(page, shown, cell);
        else if (shown->heading)
            left += 1 + shown->interval;
    }
    if (left > 0)
        html_print(page, "<td class=\"reason bad\" colspan=\"%u\">failed: %s</td>", left,
                   analysis_failure(cell));
    (void)fputs("</tr>\n", page);
}

bool report_cells(FILE *page, const char *title, const struct analysed_kernel *kernel,
                  const struct cell_table *table)
{
    const char *label = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!cell_table_has(table, cell))
            continue;
        if (!label)
            write_head(page, title, table);
        write_row(page, cell, label && strcmp(label, cell->cell->label) != 0, table);
        label = cell->cell->label;
    }
    if (label)
        (void)fputs("</tbody>\n</table>\n</div>\n", page);
    return label != NULL;
}
