#include "html.h"
#include "report_section.h"

static bool has_findings(const struct analysed_run *run)
{
    const struct finding *strongest[FINDINGS_STRONGEST];
    char open[FINDINGS_OPEN_MAX];
    findings_say_open(run, open);
    return *open || findings_strongest(&run->findings, strongest) > 0;
}

/* The strongest findings, and how much is not decided; all of them are told kernel by kernel. */
static void write_findings(FILE *page, const struct analysed_run *run)
{
    const struct finding *strongest[FINDINGS_STRONGEST];
    char open[FINDINGS_OPEN_MAX];
    const size_t count = findings_strongest(&run->findings, strongest);
    findings_say_open(run, open);
    (void)fputs(count > 0 ? "<ul>\n" : "", page);
    for (size_t i = 0; i < count; i++)
        html_print(page, "<li>%s</li>\n", strongest[i]->text);
    (void)fputs(count > 0 ? "</ul>\n" : "", page);
    html_print(
        page,
        "<p class=\"soft\">%s%sFrom … to: 95&nbsp;%% intervals. All findings stand with their "
        "kernels.</p>\n",
        open, *open ? " " : "");
}

const struct report_section section_report_findings = {
    .place = 20, .heading = "Findings", .exists = has_findings, .write = write_findings};
