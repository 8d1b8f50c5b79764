#include "report_table.h"

#include "html.h"

void report_workers(FILE *page, const struct cell *cell)
{
    (void)fprintf(page, "%u", cell->workers);
    if (cell->ranks > 1 && cell->threads > 1)
        (void)fprintf(page, " (%u × %u)", cell->ranks, cell->threads);
    if (cell->oversubscribed)
        (void)fputs("*", page);
}

void report_name(FILE *page, const struct analysis_of_cell *cell)
{
    (void)fputs("<tr><td>", page);
    html_text(page, cell->cell->label);
    (void)fprintf(page, "%s%s</td>", cell->cell->oversubscribed ? "*" : "",
                  cell->factors.perturbed ? " !" : "");
}
