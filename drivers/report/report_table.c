#include "report_table.h"

#include "html.h"

#include <string.h>

void report_workers(FILE *page, const struct cell *cell)
{
    (void)fprintf(page, "%u", cell->workers);
    if (cell->ranks > 1 && cell->threads > 1)
        (void)fprintf(page, " (%u × %u)", cell->ranks, cell->threads);
    if (cell->oversubscribed)
        (void)fputs("*", page);
}

static void write_head(FILE *page, const char *title, const struct cell_table *table)
{
    (void)fprintf(
        page, "%s<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th>model</th>", title);
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].heading)
            html_print(page, "<th>%s</th>", table->columns[i].heading);
    (void)fputs("</tr></thead>\n<tbody>\n", page);
}

static void write_row(FILE *page, const struct analysis_of_cell *cell, bool starts_group,
                      const struct cell_table *table)
{
    html_print(page, starts_group ? "<tr class=\"group\"><td>%s%s</td>" : "<tr><td>%s%s</td>",
               cell->cell->label, table->marked && cell->factors.perturbed ? " !" : "");
    for (size_t i = 0; i < table->count; i++) {
        const struct shown *shown = &table->columns[i];
        char text[CELL_TABLE_TEXT_MAX];
        if (!shown->heading)
            continue;
        (void)fputs("<td>", page);
        if (shown->column) {
            cell_table_text(shown, cell, 0, "–", text);
            html_text(page, text);
        } else {
            report_workers(page, cell->cell);
        }
        (void)fputs("</td>", page);
    }
    (void)fputs("</tr>\n", page);
}

bool report_cells(FILE *page, const char *title, const struct analysed_kernel *kernel,
                  cell_table_shows *shows, const struct cell_table *table)
{
    const char *label = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!shows(cell))
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
