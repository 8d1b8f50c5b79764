#include "html.h"
#include "report_section.h"

static void write_failures(FILE *page, const struct analysed_run *run)
{
    if (run->verified)
        return;
    (void)fputs("<section>\n<h2 class=\"bad\">What failed</h2>\n<ul>\n", page);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (!cell->verified)
            html_print(page, "<li><b>%s, %s, %u worker%s:</b> %s</li>\n", cell->cell->kernel,
                       cell->cell->label, cell->cell->workers, cell->cell->workers == 1 ? "" : "s",
                       analysis_failure(cell));
    }
    (void)fputs("</ul>\n<p>A cell that failed has no speedup; what its processes wrote is in "
                "<code>logs/</code>.</p>\n</section>\n",
                page);
}

const struct report_section section_report_failures = {.place = 10, .write = write_failures};
