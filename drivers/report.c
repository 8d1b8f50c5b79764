#define _GNU_SOURCE
#include "report.h"

#include "html.h"
#include "manifest.h"
#include "regular.h"
#include "report_kernel.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* ---- small pieces ---- */

/* A string or a number of the manifest, NULL and 0 where there is none. */
static const char *string_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void write_term(FILE *page, const char *term, const char *what)
{
    if (!what || !*what)
        return;
    (void)fprintf(page, "<dt>%s</dt><dd>", term);
    html_text(page, what);
    (void)fputs("</dd>\n", page);
}

/* ---- head ---- */

static void write_verdict(FILE *page, const struct report *report)
{
    size_t failed = 0, samples = 0;
    for (size_t i = 0; i < report->count; i++) {
        failed += !report->cells[i].verified;
        samples += report->cells[i].samples;
    }
    const bool right = analysis_passes(report->cells, report->count);
    if (right && ending_is_whole(report->ending))
        (void)fprintf(page,
                      "<p class=\"verdict\">PASS</p>\n<p>All %zu samples of %zu cells were "
                      "verified.</p>\n",
                      samples, report->count);
    else if (right)
        (void)fprintf(page,
                      "<p class=\"verdict fail\">FAIL</p>\n<p>The run did not come to its end. "
                      "All %zu samples that there are were verified.</p>\n",
                      samples);
    else
        (void)fprintf(page,
                      "<p class=\"verdict fail\">FAIL</p>\n<p>%zu of %zu cells failed or did "
                      "not verify.</p>\n",
                      failed, report->count);
}

static void write_head(FILE *page, const struct report *report)
{
    char machine[256], title[288];
    const char *command = string_of(report->manifest, "command");
    manifest_machine_line(report->manifest, machine, sizeof machine);
    (void)snprintf(title, sizeof title, "parbench on %s", machine);
    html_begin(page, title);
    (void)fputs("<header>\n<h1>Parallel models, measured</h1>\n<p class=\"soft\">", page);
    html_text(page, machine);
    (void)fputs("<br><code>", page);
    html_text(page, command ? command : "");
    (void)fputs("</code></p>\n", page);
    write_verdict(page, report);
    (void)fputs("</header>\n<main>\n", page);
}

/* ---- what failed ---- */

static void write_failures(FILE *page, const struct report *report)
{
    if (analysis_passes(report->cells, report->count))
        return;
    (void)fputs("<section>\n<h2 class=\"bad\">What failed</h2>\n<ul>\n", page);
    for (size_t i = 0; i < report->count; i++) {
        const struct analysis_of_cell *cell = &report->cells[i];
        if (cell->verified)
            continue;
        (void)fputs("<li><b>", page);
        html_text(page, cell->cell->kernel);
        (void)fputs(", ", page);
        html_text(page, cell->cell->label);
        (void)fprintf(page, ", %u worker%s:</b> ", cell->cell->workers,
                      cell->cell->workers == 1 ? "" : "s");
        html_text(page, cell->standing->failed ? cell->standing->failure : "not measured");
        (void)fputs("</li>\n", page);
    }
    (void)fputs("</ul>\n<p>A cell that failed has no speedup; what its processes wrote is in "
                "<code>logs/</code>.</p>\n</section>\n",
                page);
}

/* ---- what was run, and where ---- */

static void write_versions(FILE *page, const json_t *versions)
{
    static const char *const names[][2] = {{"parbench", "parbench"}, {"Compiler", "compiler"},
                                           {"Flags", "flags"},       {"MPI", "mpi"},
                                           {"PAPI", "papi"},         {"Figures", "gnuplot"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_term(page, names[i][0], string_of(versions, names[i][1]));
}

static void write_machine(FILE *page, const json_t *machine)
{
    char text[160], memory[32];
    text_bytes(manifest_whole(machine, "memory", 0, INT64_MAX), memory, sizeof memory);
    write_term(page, "Host", string_of(machine, "host"));
    write_term(page, "Processor", string_of(machine, "cpu"));
    (void)snprintf(text, sizeof text, "%.0f allowed, %.0f physical, %.0f hardware threads",
                   number_of(machine, "allowed"), number_of(machine, "cores"),
                   number_of(machine, "hardware_threads"));
    write_term(page, "Cores", text);
    write_term(page, "Caches", string_of(json_object_get(machine, "topology"), "caches"));
    write_term(page, "Memory", memory);
    write_term(page, "System", string_of(machine, "system"));
}

static void write_environment(FILE *page, const json_t *environment)
{
    const char *name;
    json_t *value;
    /* jansson's loop wants an object that it could change. */
    json_object_foreach((json_t *)environment, name, value)
    {
        (void)fputs("<dt><code>", page);
        html_text(page, name);
        (void)fputs("</code></dt><dd>", page);
        html_text(page, json_is_string(value) ? json_string_value(value) : "");
        (void)fputs("</dd>\n", page);
    }
}

static void write_setting(FILE *page, const struct report *report)
{
    const json_t *manifest = report->manifest;
    (void)fputs("<section>\n<h2>What was run, and where</h2>\n<dl>\n", page);
    write_term(page, "Command", string_of(manifest, "command"));
    write_term(page, "Started", string_of(manifest, "started"));
    write_machine(page, json_object_get(manifest, "machine"));
    write_versions(page, json_object_get(manifest, "versions"));
    write_environment(page, json_object_get(manifest, "environment"));
    (void)fputs("</dl>\n</section>\n", page);
}
/* ---- the lock ---- */

static void write_gil(FILE *page, const struct report *report)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/figures/gil.svg", report->folder) >= (int)sizeof path ||
        access(path, R_OK) != 0)
        return;
    (void)fputs("<section>\n<h2>Threads under a global lock</h2>\n"
                "<p>Look for whether the thick line, threads that must hold one lock to compute, "
                "rises above 1 at all, while the same work in threads without the lock, or in "
                "processes, follows the dashed line as far as kernel and cores allow.</p>\n<div "
                "class=\"figures one\">\n",
                page);
    (void)html_svg(page, path,
                   "Speedup over serial against workers, from one to more than there are cores, a "
                   "panel per kernel: threads under a global lock, threads without it, a pool of "
                   "processes. The tables below have the numbers.");
    (void)fputs("</div>\n</section>\n", page);
}

/* ---- how it was measured ---- */

static void write_bases(FILE *page, const struct report *report)
{
    const char *separator = "";
    for (size_t i = 0; i < report->count; i++) {
        const struct analysis_of_cell *cell = &report->cells[i];
        char base[32];
        if (strcmp(cell->cell->model, "serial") != 0 || !cell->verified)
            continue;
        text_seconds(cell->time.median, base, sizeof base);
        (void)fputs(separator, page);
        html_text(page, cell->cell->kernel);
        (void)fprintf(page, " %s", base);
        separator = ", ";
    }
}

/* In words why there are no more rounds. */
static void write_ending(FILE *page, const struct report *report)
{
    const double percent = 100 * number_of(report->manifest, "precision");
    const double budget = number_of(report->manifest, "budget_s");
    switch (report->ending) {
    case ENDING_PRECISION:
        (void)fprintf(page, " Every interval was then within %g %% of its median.", percent);
        break;
    case ENDING_BUDGET:
        (void)fprintf(page,
                      " Another round would have taken longer than the %g s of the budget; not "
                      "every interval is within %g %% of its median.",
                      budget, percent);
        break;
    case ENDING_ROUNDS:
        (void)fprintf(page,
                      " That is as many as were asked for; not every interval is within %g %% of "
                      "its median.",
                      percent);
        break;
    case ENDING_SIGNAL:
    case ENDING_NONE:
    case ENDING_COUNT:
        (void)fputs(" The run was then cut off.", page);
    }
}

static void write_method(FILE *page, const struct report *report)
{
    const json_t *manifest = report->manifest;
    const char *profile = string_of(manifest, "profile");
    size_t rounds = 0;
    bool oversubscribed = false;
    for (size_t i = 0; i < report->count; i++) {
        rounds = report->cells[i].rounds > rounds ? report->cells[i].rounds : rounds;
        oversubscribed = oversubscribed || report->cells[i].cell->oversubscribed;
    }
    (void)fputs("<section>\n<h2>How it was measured</h2>\n<p>Profile ", page);
    html_text(page, profile ? profile : "unknown");
    (void)fprintf(page,
                  ": %zu round%s, each of which launched every cell anew, in an order shuffled "
                  "with the seed %lld; %.0f sample%s a launch, each checked, none dropped.",
                  rounds, rounds == 1 ? "" : "s",
                  (long long)json_integer_value(json_object_get(manifest, "seed")),
                  number_of(manifest, "samples_per_launch"),
                  number_of(manifest, "samples_per_launch") == 1 ? "" : "s");
    write_ending(page, report);
    (void)fputs("</p>\n", page);
    (void)fprintf(page,
                  "<p>Samples of one launch are not independent of each other. So a cell's time "
                  "is the median over rounds of each round's median, with the exact binomial "
                  "95&nbsp;%% interval of the median, which exists from %d rounds on and assumes "
                  "no distribution.%s</p>\n",
                  STATS_MIN_FOR_INTERVAL,
                  rounds == 1 ? " With one round, the intervals of times are over its samples and "
                                "describe that launch only."
                              : "");
    (void)fputs("<p>Speedups are relative to the serial model of the same kernel and paired: the "
                "ratio of the two medians of the same round, its median and interval over rounds. "
                "Serial takes ",
                page);
    write_bases(page, report);
    (void)fputs(". Efficiency is speedup over workers. Start-up, making the workers, comes before "
                "what is timed.</p>\n",
                page);
    if (oversubscribed)
        (void)fputs("<p>* more workers than cores.</p>\n", page);
    (void)fputs("</section>\n", page);
}

/* ---- the page ---- */

static void write_page(FILE *page, const struct report *report)
{
    write_head(page, report);
    write_failures(page, report);
    write_gil(page, report);
    report_kernels(page, report);
    write_method(page, report);
    write_setting(page, report);
    (void)fputs("</main>\n", page);
    html_end(page);
}

enum status report_write(const char *folder, const json_t *manifest,
                         const struct analysis_of_cell *cells, size_t count, enum ending ending)
{
    const struct report report = {folder, manifest, cells, count, ending};
    char path[PATH_MAX], part[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/report.html", folder) >= (int)sizeof path ||
        snprintf(part, sizeof part, "%s/report.html.part", folder) >= (int)sizeof part)
        return status_fail(STATUS_FAILED, "the path %s is too long", folder);
    FILE *page = regular_replace(part);
    bool written = page != NULL;
    if (page) {
        write_page(page, &report);
        written = !ferror(page);
        written = fclose(page) == 0 && written;
    }
    if (written && rename(part, path) == 0)
        return STATUS_OK;
    enum status status = status_fail(STATUS_FAILED, "cannot write %s: %s", path, strerror(errno));
    (void)unlink(part);
    return status;
}
