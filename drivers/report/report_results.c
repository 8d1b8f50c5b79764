#include "report_table.h"

#include "html.h"
#include "results.h"

static void write_value(FILE *page, const struct own_result *result, const struct summary *value)
{
    if (value->count == 0)
        (void)fputs("<td>–</td><td>–</td>", page);
    else if (!value->has_interval)
        html_print(page, "<td>%s</td><td>–</td>", own_text(result->unit, value->median).text);
    else
        html_print(page, "<td>%s</td><td>%s – %s</td>", own_text(result->unit, value->median).text,
                   own_text(result->unit, value->interval.low).text,
                   own_text(result->unit, value->interval.high).text);
}

void report_results(FILE *page, const struct analysed_kernel *kernel,
                    const struct experiment *experiment)
{
    const struct own_result *results = experiment->results;
    const struct analysis_of_cell *first = results_next(experiment, kernel, NULL);
    if (!first)
        return;
    (void)fputs(
        "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">model</th>",
        page);
    for (unsigned i = 0; results[i].name; i++)
        html_print(page, "<th scope=\"col\">%s</th><th scope=\"col\">95 %% interval</th>",
                   results[i].name);
    (void)fputs("</tr></thead>\n<tbody>\n", page);
    for (; first; first = results_next(experiment, kernel, first)) {
        (void)fputs("<tr><td>", page);
        html_label(page, series_name(experiment, kernel->run, first->cell).text);
        (void)fputs("</td>", page);
        for (unsigned i = 0; results[i].name; i++) {
            const struct summary value = results_value(&results[i], kernel, first);
            write_value(page, &results[i], &value);
        }
        (void)fputs("</tr>\n", page);
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
}
