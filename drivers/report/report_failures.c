#include "html.h"
#include "report_section.h"

/* The cells that failed, or those that were not measured. */
static void write_cells(FILE *page, const struct analysed_run *run, bool failed)
{
    (void)fputs("<ul>\n", page);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (!cell->verified && analysis_has_failed(cell) == failed)
            html_print(page, "<li><b>%s, %s, %u worker%s%s</b>%s%s</li>\n", cell->cell->kernel,
                       cell->cell->label, cell->cell->workers, cell->cell->workers == 1 ? "" : "s",
                       failed ? ":" : "", failed ? " " : "", failed ? analysis_failure(cell) : "");
    }
    (void)fputs("</ul>\n", page);
}

static void write_failures(FILE *page, const struct analysed_run *run)
{
    const struct totals *has = &run->totals;
    if (has->verified == run->count)
        return;
    (void)fputs("<section>\n", page);
    if (has->failed > 0) {
        (void)fputs("<h2 class=\"bad\">What failed</h2>\n", page);
        write_cells(page, run, true);
        (void)fputs("<p>A cell that failed has no speedup; what its processes wrote is in "
                    "<code>logs/</code>.</p>\n",
                    page);
    }
    if (has->verified + has->failed < run->count) {
        (void)fputs("<h2>What was not measured</h2>\n", page);
        write_cells(page, run, false);
    }
    (void)fputs("</section>\n", page);
}

const struct report_section section_report_failures = {.place = 10, .write = write_failures};
