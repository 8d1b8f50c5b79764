#include "html.h"
#include "report_section.h"

static void write_findings(FILE *page, const struct analysed_run *run)
{
    const struct finding *strongest[FINDINGS_STRONGEST];
    char open[FINDINGS_OPEN_MAX];
    const size_t count = findings_strongest(&run->findings, strongest);
    findings_say_open(run, open);
    if (count == 0 && !*open)
        return;
    (void)fputs("<section>\n<h2>Findings</h2>\n", page);
    (void)fputs(count > 0 ? "<ul>\n" : "", page);
    for (size_t i = 0; i < count; i++)
        html_print(page, "<li>%s</li>\n", strongest[i]->text);
    (void)fputs(count > 0 ? "</ul>\n" : "", page);
    html_print(page,
               "<p class=\"soft\">%s%sFrom … to: 95 %% intervals. All findings stand with their "
               "kernels.</p>\n</section>\n",
               open, *open ? " " : "");
}

/* The strongest findings, and how much is not decided; all of them are told kernel by kernel. */
const struct report_section section_report_findings = {.place = 20, .write = write_findings};
