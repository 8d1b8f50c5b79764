#include "html.h"
#include "report_section.h"

static void write_findings(FILE *page, const struct analysed_run *run)
{
    if (json_array_size(run->findings) == 0)
        return;
    (void)fputs("<section>\n<h2>Findings</h2>\n<ul>\n", page);
    for (size_t i = 0; i < json_array_size(run->findings); i++)
        html_print(page, "<li>%s</li>\n", json_string_value(json_array_get(run->findings, i)));
    (void)fputs("</ul>\n<p class=\"soft\">From … to: 95&nbsp;% intervals. Where they overlap, the "
                "data do not decide.</p>\n</section>\n",
                page);
}

const struct report_section section_report_findings = {.place = 20, .write = write_findings};
