#include "embedded.h"
#include "html.h"
#include "overview_table.h"
#include "report_section.h"

static bool has_overview(const struct analysed_run *run)
{
    return run->overview.model_count > 0;
}

static void write_entry(FILE *page, const struct overview_entry *entry)
{
    const struct overview_text text = overview_text(entry);
    if (overview_level(entry) == 0) {
        html_print(page, "<td>%s</td>", text.lines[0].text);
        return;
    }
    const double share = 100 * entry->efficiency;
    html_print(
        page,
        "<td class=\"level-%u\" style=\"--share: %.0f%%\"><div><b>%s</b> <span>%.0f %%</span>"
        "</div>",
        overview_level(entry), share < 100 ? share : 100, text.lines[0].text, share);
    for (unsigned i = 1; i < OVERVIEW_LINES; i++)
        if (*text.lines[i].text)
            html_print(page, "<div>%s</div>", text.lines[i].text);
    (void)fputs("</td>", page);
}

static void write_overview(FILE *page, const struct analysed_run *run)
{
    const struct overview *overview = &run->overview;
    const struct overview_marks marks = overview_marks(run);
    if (run->sources.mixed)
        html_print(page, "<p class=\"bad\">%s</p>\n", analysed_run_machine(run).text);
    (void)fputs("<div class=\"scroll glance\" tabindex=\"0\">\n<table class=\"overview\">\n"
                "<thead><tr><th scope=\"col\">model</th>",
                page);
    for (size_t k = 0; k < overview->kernel_count; k++) {
        (void)fputs("<th scope=\"col\"><a href=\"#on-", page);
        html_id(page, overview->kernels[k]->name);
        html_print(page, "\">%s</a></th>", overview->kernels[k]->name);
    }
    (void)fputs("</tr></thead>\n<tbody>\n", page);
    for (size_t m = 0; m < overview->model_count; m++) {
        (void)fputs("<tr><th scope=\"row\">", page);
        html_label(page, overview->models[m]);
        (void)fputs("</th>", page);
        for (size_t k = 0; k < overview->kernel_count; k++)
            write_entry(page, overview_at(overview, k, m));
        (void)fputs("</tr>\n", page);
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
    json_t *words = json_pack("{s:b, s:b, s:b, s:i}", "uncertain", (int)marks.is_uncertain, "bare",
                              (int)marks.lacks_interval, "oversubscribed",
                              (int)marks.is_oversubscribed, "enough", STATS_MIN_FOR_INTERVAL);
    html_fill(page, overview_html, words);
    json_decref(words);
}

/* The answer at a glance: models by kernels, coloured by efficiency. */
const struct report_section section_report_overview = {
    .place = 15, .heading = "At a glance", .exists = has_overview, .write = write_overview};
