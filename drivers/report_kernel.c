#define _GNU_SOURCE
#include "report_kernel.h"

#include "figure_factors.h"
#include "html.h"
#include "sweep.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* How many workers, and how they are arranged where that is not plain. */
static void write_workers(FILE *page, const struct cell *cell)
{
    (void)fprintf(page, "%u", cell->workers);
    if (cell->ranks > 1 && cell->threads > 1)
        (void)fprintf(page, " (%u × %u)", cell->ranks, cell->threads);
    if (cell->oversubscribed)
        (void)fputs("*", page);
}

struct unit {
    const char *name;
    double seconds;
};

/* The unit that all times of a kernel share: the one in which the least is at least 1. */
static struct unit unit_for(const struct report *report, const char *kernel)
{
    double least = INFINITY;
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->cells[i].cell->kernel, kernel) == 0 && report->cells[i].verified)
            least = fmin(least, report->cells[i].time.median);
    return least >= 1      ? (struct unit){"s", 1}
           : least >= 1e-3 ? (struct unit){"ms", 1e-3}
                           : (struct unit){"µs", 1e-6};
}

static void write_summary(FILE *page, const struct summary *summary, double unit, bool too_wide)
{
    const double middle = summary->median / unit;
    const int digits = middle < 10 ? 3 : middle < 100 ? 2 : middle < 1000 ? 1 : 0;
    (void)fprintf(page, "<td>%.*f%s</td>", digits, middle, too_wide ? "~" : "");
    if (summary->has_interval)
        (void)fprintf(page, "<td>%.*f – %.*f</td>", digits, summary->interval.low / unit, digits,
                      summary->interval.high / unit);
    else
        (void)fputs("<td>–</td>", page);
}

static void write_row(FILE *page, const struct analysis_of_cell *cell, struct unit unit, bool first)
{
    char startup[32];
    (void)fputs(first ? "<tr class=\"group\"><td>" : "<tr><td>", page);
    html_text(page, cell->cell->label);
    (void)fputs("</td><td>", page);
    write_workers(page, cell->cell);
    (void)fputs("</td>", page);
    if (!cell->verified) {
        (void)fputs("<td class=\"reason bad\" colspan=\"6\">failed: ", page);
        html_text(page, cell->standing->failed ? cell->standing->failure : "not measured");
        (void)fputs("</td></tr>\n", page);
        return;
    }
    text_seconds(cell->startup_s, startup, sizeof startup);
    write_summary(page, &cell->time, unit.seconds, cell->too_wide);
    if (cell->has_speedup) {
        write_summary(page, &cell->speedup, 1, false);
        (void)fprintf(page, "<td>%.2f</td>", analysis_efficiency(cell));
    } else {
        (void)fputs("<td>–</td><td>–</td><td>–</td>", page);
    }
    (void)fprintf(page, "<td>%s</td></tr>\n", startup);
}

static void write_table(FILE *page, const struct report *report, const char *kernel)
{
    const struct unit unit = unit_for(report, kernel);
    const char *label = "";
    (void)fprintf(page,
                  "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th>model</th>"
                  "<th>workers</th><th>median, %s</th><th>95 %% interval, %s</th><th>speedup</th>"
                  "<th>95 %% interval</th><th>efficiency</th><th>start-up</th></tr></thead>\n"
                  "<tbody>\n",
                  unit.name, unit.name);
    for (size_t i = 0; i < report->count; i++) {
        const struct analysis_of_cell *cell = &report->cells[i];
        if (strcmp(cell->cell->kernel, kernel) != 0)
            continue;
        write_row(page, cell, unit, *label && strcmp(label, cell->cell->label) != 0);
        label = cell->cell->label;
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
}

/* What a reader who cannot see the figure should know: where it ends. */
static void describe(const struct report *report, const char *kernel, bool time, char *text,
                     size_t length)
{
    unsigned most = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct cell *cell = report->cells[i].cell;
        if (strcmp(cell->kernel, kernel) == 0 && cell->experiments & 1u << EXPERIMENT_STRONG &&
            cell->workers > most)
            most = cell->workers;
    }
    (void)snprintf(text, length, "%s of %s against workers, a line per model. With %u: ",
                   time ? "Time" : "Speedup over serial", kernel, most);
    const char *separator = "";
    for (size_t i = 0; i < report->count; i++) {
        const struct analysis_of_cell *cell = &report->cells[i];
        char value[32];
        if (strcmp(cell->cell->kernel, kernel) != 0 || cell->cell->workers != most ||
            !cell->has_speedup)
            continue;
        if (time)
            text_seconds(cell->time.median, value, sizeof value);
        else
            (void)snprintf(value, sizeof value, "%.2f", cell->speedup.median);
        text_append(text, length, "%s%s %s", separator, cell->cell->label, value);
        separator = ", ";
    }
}

static void write_strong_figure(FILE *page, const struct report *report, const char *kernel,
                                bool time)
{
    char path[PATH_MAX], alt[1024];
    describe(report, kernel, time, alt, sizeof alt);
    /* A kernel whose name is no file name has no figure. */
    if (!strchr(kernel, '/') &&
        snprintf(path, sizeof path, "%s/figures/strong-%s-%s.svg", report->folder, kernel,
                 time ? "time" : "speedup") < (int)sizeof path)
        (void)html_svg(page, path, alt);
}

static void write_factors_figure(FILE *page, const struct report *report, const char *kernel)
{
    char path[PATH_MAX], alt[256];
    (void)snprintf(alt, sizeof alt,
                   "Where the time of all workers went under %s, a bar per cell: useful, extra "
                   "computing, waiting for the slowest, communication. The table has the factors.",
                   kernel);
    if (!strchr(kernel, '/') && snprintf(path, sizeof path, "%s/figures/where-%s.svg",
                                         report->folder, kernel) < (int)sizeof path)
        (void)html_svg(page, path, alt);
}

static void write_factors(FILE *page, const struct factors *factors, unsigned workers)
{
    (void)fprintf(page, "<td>%.3f</td><td>%u</td><td>%.3f</td><td>%.3f</td><td>%.3f</td>",
                  factors->speedup, workers, factors->balance, factors->communication,
                  factors->computation);
}

/* Where the time went: speedup = workers x balance x communication x computation. */
static void write_factors_table(FILE *page, const struct report *report, const char *kernel)
{
    bool headed = false, disturbed = false;
    for (size_t i = 0; i < report->count; i++) {
        const struct analysis_of_cell *cell = &report->cells[i];
        if (!figure_factors_shows(cell, kernel))
            continue;
        if (!headed)
            (void)fputs("<h3>Where the time went</h3>\n<div class=\"figures one\">\n", page);
        if (!headed)
            write_factors_figure(page, report, kernel);
        if (!headed)
            (void)fputs("</div>\n<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr>"
                        "<th>model</th><th>speedup</th><th>= workers</th><th>× load balance</th>"
                        "<th>× communication efficiency</th><th>× computation scaling</th></tr>"
                        "</thead>\n<tbody>\n",
                        page);
        headed = true;
        disturbed = disturbed || cell->factors.disturbed;
        (void)fputs("<tr><td>", page);
        html_text(page, cell->cell->label);
        (void)fprintf(page, "%s%s</td>", cell->cell->oversubscribed ? "*" : "",
                      cell->factors.disturbed ? " !" : "");
        write_factors(page, &cell->factors, cell->cell->workers);
        (void)fputs("</tr>\n", page);
    }
    if (headed)
        (void)fputs("</tbody>\n</table>\n</div>\n", page);
    if (disturbed)
        (void)fputs(
            "<p class=\"soft\">! Watching the workers disturbed this execution: its time is "
            "not within the interval of those timed, widened by 5&nbsp;%.</p>\n",
            page);
}

static void write_kernel(FILE *page, const struct report *report, const struct cell *first)
{
    char size[32];
    const char *result = "";
    text_grouped(first->size, size, sizeof size);
    for (size_t i = 0; i < report->count && !*result; i++)
        if (strcmp(report->cells[i].cell->kernel, first->kernel) == 0 && report->cells[i].verified)
            result = report->cells[i].standing->result;
    (void)fputs("<section>\n<h2>", page);
    html_text(page, first->kernel);
    (void)fprintf(page, "</h2>\n<p class=\"soft\">Size %s%s", size, *result ? "; result " : "");
    html_text(page, result);
    (void)fputs(".</p>\n<div class=\"figures\">\n", page);
    write_strong_figure(page, report, first->kernel, false);
    write_strong_figure(page, report, first->kernel, true);
    (void)fputs("</div>\n", page);
    write_table(page, report, first->kernel);
    write_factors_table(page, report, first->kernel);
    (void)fputs("</section>\n", page);
}

void report_kernels(FILE *page, const struct report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (analysis_starts_kernel(report->cells, i))
            write_kernel(page, report, report->cells[i].cell);
}
