#define _GNU_SOURCE
#include "report_counters.h"

#include "figure_efficiency.h"
#include "html.h"
#include "missing_counters.h"
#include "report_table.h"
#include "text.h"

#include <math.h>
#include <string.h>

/* ---- computation scaling = instructions x IPC x frequency ---- */

static void write_scaling(FILE *page, const struct analysis_of_cell *cell)
{
    const struct efficiency *factors = &cell->factors;
    report_name(page, cell);
    (void)fprintf(page, "<td>%u</td><td>%.3f</td><td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>\n",
                  cell->cell->workers, factors->computation, factors->instruction_scaling,
                  factors->ipc_scaling, factors->frequency_scaling);
}

void report_scaling(FILE *page, const struct analysed_kernel *kernel)
{
    bool headed = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!figure_efficiency_shows(cell) || !cell->factors.has_counters)
            continue;
        if (!headed)
            (void)fputs("<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr>"
                        "<th>model</th><th>workers</th><th>computation scaling</th>"
                        "<th>= instruction scaling</th><th>× IPC scaling</th>"
                        "<th>× frequency scaling</th></tr></thead>\n<tbody>\n",
                        page);
        headed = true;
        write_scaling(page, cell);
    }
    if (headed)
        (void)fputs("</tbody>\n</table>\n</div>\n<p class=\"soft\">Counters are of another "
                    "execution than busy times: frequency scaling holds what the two differ by, "
                    "beside the clock’s frequency.</p>\n",
                    page);
}

/* ---- what was counted ---- */

/* What the cells of a kernel have. */
struct counted {
    const struct analysed_kernel *kernel;
    bool any, scaled;                       /* with a column of sizes */
    const char *event[INSTRUMENTED_EVENTS]; /* NULL: no cell has a count */
};

static bool is_shown(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->factors.exists;
}

static struct counted look(const struct analysed_kernel *kernel)
{
    struct counted counted = {.kernel = kernel};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_shown(cell))
            continue;
        counted.any = true;
        counted.scaled = counted.scaled || analysis_is_scaled(cell);
        for (unsigned e = 0; e < INSTRUMENTED_EVENTS; e++)
            if (!counted.event[e] && !isnan(instrumented_count(&cell->factors.execution, e)))
                counted.event[e] = cell->state->events.name[e];
    }
    return counted;
}

/* NAN: the cell has no count of that name. */
static double count_of(const struct analysis_of_cell *cell, const char *event)
{
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++)
        if (strcmp(cell->state->events.name[i], event) == 0)
            return instrumented_count(&cell->factors.execution, i);
    return NAN;
}

static void write_value(FILE *page, bool exists, const char *value)
{
    (void)fprintf(page, "<td>%s</td>", exists ? value : "–");
}

static void write_whole(FILE *page, double count)
{
    char text[32] = "";
    if (!isnan(count))
        text_grouped((uint64_t)fmin(count, 1e18), text, sizeof text);
    write_value(page, !isnan(count), text);
}

static void write_system(FILE *page, const struct analysis_of_cell *cell,
                         const struct counted *counted)
{
    const struct instrumented *execution = &cell->factors.execution;
    char text[32] = "";
    (void)counted;
    if (!isnan(execution->cpu_s))
        text_seconds(execution->cpu_s, text, sizeof text);
    write_value(page, !isnan(execution->cpu_s), text);
    write_whole(page, execution->voluntary_switches);
    write_whole(page, execution->involuntary_switches);
    write_whole(page, execution->minor_faults);
    write_whole(page, execution->major_faults);
    if (!isnan(execution->peak_memory_bytes))
        text_bytes((uint64_t)execution->peak_memory_bytes, text, sizeof text);
    write_value(page, !isnan(execution->peak_memory_bytes), text);
}

static void write_processor(FILE *page, const struct analysis_of_cell *cell,
                            const struct counted *counted)
{
    const struct instrumented *execution = &cell->factors.execution;
    const double ipc = cell->factors.ipc;
    char text[32];
    write_whole(page, execution->instructions);
    write_whole(page, execution->cycles);
    (void)snprintf(text, sizeof text, "%.2f", ipc);
    write_value(page, isfinite(ipc), text);
    for (unsigned i = INSTRUMENTED_OWN; i < INSTRUMENTED_EVENTS; i++)
        if (counted->event[i])
            write_whole(page, count_of(cell, counted->event[i]));
}

/* A row for each cell: what all tables have, then what `write` does. */
static void write_rows(FILE *page, const struct counted *counted,
                       void (*write)(FILE *page, const struct analysis_of_cell *cell,
                                     const struct counted *counted))
{
    const char *label = "";
    for (size_t i = 0; i < counted->kernel->count; i++) {
        const struct analysis_of_cell *cell = counted->kernel->cells[i];
        char size[32];
        if (!is_shown(cell))
            continue;
        (void)fputs(*label && strcmp(label, cell->cell->label) != 0 ? "<tr class=\"group\"><td>"
                                                                    : "<tr><td>",
                    page);
        label = cell->cell->label;
        html_text(page, label);
        (void)fputs("</td><td>", page);
        report_workers(page, cell->cell);
        (void)fputs("</td>", page);
        text_grouped(cell->cell->size, size, sizeof size);
        if (counted->scaled)
            write_value(page, true, size);
        write(page, cell, counted);
        (void)fputs("</tr>\n", page);
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
}

static void write_head(FILE *page, const struct counted *counted)
{
    (void)fprintf(page,
                  "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th>model</th>"
                  "<th>workers</th>%s",
                  counted->scaled ? "<th>size</th>" : "");
}

/* Nothing where the processor counted nothing. */
static void write_processor_table(FILE *page, const struct counted *counted)
{
    bool any = false;
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++)
        any = any || counted->event[i];
    if (!any)
        return;
    write_head(page, counted);
    (void)fputs("<th>instructions</th><th>cycles</th><th>IPC</th>", page);
    for (unsigned i = INSTRUMENTED_OWN; i < INSTRUMENTED_EVENTS; i++) {
        if (!counted->event[i])
            continue;
        (void)fputs("<th>", page);
        html_text(page, counted->event[i]);
        (void)fputs("</th>", page);
    }
    (void)fputs("</tr></thead>\n<tbody>\n", page);
    write_rows(page, counted, write_processor);
}

void report_counters(FILE *page, const struct analysed_kernel *kernel)
{
    const struct counted counted = look(kernel);
    if (!counted.any)
        return;
    (void)fputs("<h3>What was counted</h3>\n", page);
    write_head(page, &counted);
    (void)fputs("<th>CPU time</th><th>switches, voluntary</th><th>involuntary</th>"
                "<th>faults, minor</th><th>major</th><th>peak memory</th></tr></thead>\n<tbody>\n",
                page);
    write_rows(page, &counted, write_system);
    write_processor_table(page, &counted);
}

/* ---- what was not ---- */

static bool lacks_scaling(const struct analysed_run *run)
{
    bool lacks = false;
    for (size_t i = 0; i < run->count; i++) {
        const struct efficiency *factors = &run->cells[i].factors;
        lacks = lacks || (factors->exists && (isnan(factors->execution.instructions) ||
                                              isnan(factors->execution.cycles)));
    }
    return lacks;
}

void report_absent(FILE *page, const struct analysed_run *run)
{
    struct missing_counters absences = {0};
    char text[MISSING_COUNTERS_TEXT_MAX];
    for (size_t i = 0; i < run->count; i++)
        missing_counters_add(&absences, &run->cells[i]);
    missing_counters_say(&absences, text, sizeof text);
    if (!*text)
        return;
    (void)fputs("<section>\n<h2>What was not counted</h2>\n<p>Hardware counters that this page "
                "lacks, in PAPI’s own words: ",
                page);
    html_text(page, text);
    (void)fputs(lacks_scaling(run)
                    ? ". Without instructions or cycles there is no instruction and IPC scaling."
                    : ".",
                page);
    (void)fputs("</p>\n</section>\n", page);
}
