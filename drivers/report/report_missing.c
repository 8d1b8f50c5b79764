#include "html.h"
#include "report_section.h"

#include <math.h>

static bool lacks_scaling(const struct analysed_run *run)
{
    bool lacks = false;
    for (size_t i = 0; i < run->count; i++) {
        const struct instrumented *execution = run->cells[i].factors.execution;
        lacks =
            lacks || (execution && (isnan(execution->instructions) || isnan(execution->cycles)));
    }
    return lacks;
}

static bool has_missing(const struct analysed_run *run)
{
    char text[ANALYSIS_MISSING_MAX];
    analysis_say_missing(run->cells, run->count, text, sizeof text);
    return *text;
}

/* Why counters are absent from the page. */
static void write_missing(FILE *page, const struct analysed_run *run)
{
    char text[ANALYSIS_MISSING_MAX];
    analysis_say_missing(run->cells, run->count, text, sizeof text);
    html_print(page, "<p>Hardware counters that this page lacks, in PAPI’s own words: %s.%s</p>\n",
               text,
               lacks_scaling(run)
                   ? " Without instructions or cycles there is no instruction and IPC scaling."
                   : "");
}

const struct report_section section_report_missing = {.place = 50,
                                                      .heading = "What was not counted",
                                                      .is_folded = true,
                                                      .exists = has_missing,
                                                      .write = write_missing};
