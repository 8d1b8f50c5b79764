#define _GNU_SOURCE
#include "report.h"

#include "html.h"
#include "manifest.h"
#include "report_counters.h"
#include "report_data.h"
#include "report_environment.h"
#include "report_figures.h"
#include "report_kernel.h"
#include "run_folder.h"
#include "safe_file.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <string.h>

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

/* ---- head ---- */

static void write_verdict(FILE *page, const struct analysed_run *run)
{
    size_t failed = 0, samples = 0;
    for (size_t i = 0; i < run->count; i++) {
        failed += !run->cells[i].verified;
        samples += run->cells[i].samples;
    }
    const bool right = run->verified;
    if (right && ending_is_whole(run->record->ending))
        (void)fprintf(page,
                      "<p class=\"verdict\">PASS</p>\n<p>All %zu samples of %zu cells were "
                      "verified.</p>\n",
                      samples, run->count);
    else if (right)
        (void)fprintf(page,
                      "<p class=\"verdict fail\">FAIL</p>\n<p>The run did not come to its end. "
                      "All %zu samples that there are were verified.</p>\n",
                      samples);
    else
        (void)fprintf(page,
                      "<p class=\"verdict fail\">FAIL</p>\n<p>%zu of %zu cells failed or did "
                      "not verify.</p>\n",
                      failed, run->count);
}

static void write_noise(FILE *page, const struct noise_verdict *noise)
{
    const char *begin = noise->noisy ? "<p class=\"bad\">" : "<p class=\"soft\">";
    struct noise_notice notices[NOISE_NOTICES];
    noise_verdict_say(noise, notices);
    for (size_t i = 0; i < NOISE_NOTICES; i++)
        if (*notices[i].verdict) {
            (void)fputs(begin, page);
            html_print(page, *notices[i].details ? "%s %s</p>\n" : "%s%s</p>\n", notices[i].verdict,
                       notices[i].details);
        }
}

static void write_head(FILE *page, const struct analysed_run *run)
{
    char machine[256], title[288];
    const char *command = string_of(run->manifest, "command");
    manifest_machine_line(run->manifest, machine, sizeof machine);
    (void)snprintf(title, sizeof title, "parbench on %s", machine);
    html_begin(page, title);
    (void)fputs("<header>\n", page);
    write_noise(page, &run->noise);
    (void)fputs("<h1>Parallel models, measured</h1>\n<p class=\"soft\">", page);
    html_text(page, machine);
    (void)fputs("<br><code>", page);
    html_text(page, command ? command : "");
    (void)fputs("</code></p>\n", page);
    write_verdict(page, run);
    (void)fputs("</header>\n<main>\n", page);
}

/* ---- what failed ---- */

static void write_failures(FILE *page, const struct analysed_run *run)
{
    if (run->verified)
        return;
    (void)fputs("<section>\n<h2 class=\"bad\">What failed</h2>\n<ul>\n", page);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (cell->verified)
            continue;
        (void)fputs("<li><b>", page);
        html_text(page, cell->cell->kernel);
        (void)fputs(", ", page);
        html_text(page, cell->cell->label);
        (void)fprintf(page, ", %u worker%s:</b> ", cell->cell->workers,
                      cell->cell->workers == 1 ? "" : "s");
        html_text(page, cell->state->failed ? cell->state->failure : "not measured");
        (void)fputs("</li>\n", page);
    }
    (void)fputs("</ul>\n<p>A cell that failed has no speedup; what its processes wrote is in "
                "<code>logs/</code>.</p>\n</section>\n",
                page);
}

/* ---- what the data show ---- */

static void write_findings(FILE *page, const struct analysed_run *run)
{
    if (run->findings.count == 0)
        return;
    (void)fputs("<section>\n<h2>Findings</h2>\n<ul>\n", page);
    for (size_t i = 0; i < run->findings.count; i++) {
        (void)fputs("<li>", page);
        html_text(page, run->findings.list[i].text);
        (void)fputs("</li>\n", page);
    }
    (void)fputs("</ul>\n<p class=\"soft\">From … to: 95&nbsp;% intervals. Where they overlap, the "
                "data do not decide.</p>\n</section>\n",
                page);
}

/* ---- how it was measured ---- */

static void write_bases(FILE *page, const struct analysed_run *run)
{
    const char *separator = "";
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        char base[32];
        if (!plan_is_base(cell->cell) || !cell->verified)
            continue;
        text_seconds(cell->time.median, base, sizeof base);
        (void)fputs(separator, page);
        html_text(page, cell->cell->kernel);
        (void)fprintf(page, " %s", base);
        separator = ", ";
    }
}

static bool any_too_wide(const struct analysed_run *run)
{
    bool too_wide = false;
    for (size_t i = 0; i < run->count; i++)
        too_wide = too_wide || (run->cells[i].verified && run->cells[i].too_wide);
    return too_wide;
}

static void write_budget(FILE *page, const struct analysed_run *run, size_t rounds)
{
    const bool is_few = (double)rounds < number_of(run->manifest, "rounds_at_least") &&
                        run->budget_most_s > run->budget_s;
    (void)fprintf(page, " Another round would have taken longer than the %g s %s",
                  is_few ? run->budget_most_s : run->budget_s,
                  is_few ? "that the fewest rounds of a profile may take" : "of the budget");
}

/* In words why there are no more rounds. */
static void write_ending(FILE *page, const struct analysed_run *run, size_t rounds)
{
    const double percent = 100 * run->precision;
    switch (run->record->ending) {
    case ENDING_PRECISION:
        (void)fprintf(page, " Every interval was then within %g %% of its median.", percent);
        break;
    case ENDING_BUDGET:
        write_budget(page, run, rounds);
        (void)fprintf(page, "; not every interval is within %g %% of its median.", percent);
        break;
    case ENDING_ROUNDS:
        (void)fputs(" That is as many as were asked for", page);
        if (any_too_wide(run))
            (void)fprintf(page, "; not every interval is within %g %% of its median", percent);
        (void)fputs(".", page);
        break;
    case ENDING_FAILED:
        (void)fputs(" Every cell had failed then: nothing was left to be measured.", page);
        break;
    case ENDING_SIGNAL:
    case ENDING_NONE:
    case ENDING_COUNT:
        (void)fputs(" The run was then cut off.", page);
    }
}

/* A cell in words, with its size where it has more work than its base. */
static void write_cell(FILE *page, const struct cell *cell)
{
    char size[32];
    html_text(page, cell->label);
    (void)fprintf(page, " with %u worker%s on ", cell->workers, cell->workers == 1 ? "" : "s");
    html_text(page, cell->kernel);
    text_grouped(cell->size, size, sizeof size);
    if (cell->size != cell->base_size)
        (void)fprintf(page, " of size %s", size);
}

/* What is odd about samples, none of which was left out. */
static void write_flags(FILE *page, const struct analysed_run *run)
{
    size_t samples = 0, outliers = 0, far_outliers = 0;
    const char *separator = " The first sample of a launch is slower than the others under ";
    for (size_t i = 0; i < run->count; i++) {
        samples += run->cells[i].samples;
        outliers += (size_t)fmax(0, run->cells[i].flags.outliers);
        far_outliers += (size_t)fmax(0, run->cells[i].flags.far_outliers);
    }
    (void)fprintf(page,
                  "<p>Of %zu samples %zu lie beyond Tukey's fences at 1.5 times the distance of "
                  "the quartiles of their cell, %zu of these beyond 3 times; they count like all "
                  "others.",
                  samples, outliers, far_outliers);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (!cell->flags.slow_first)
            continue;
        (void)fputs(separator, page);
        write_cell(page, cell->cell);
        (void)fprintf(page, " (%.2f times)", cell->flags.first.median);
        separator = ", ";
    }
    (void)fputs(*separator == ',' ? ".</p>\n" : "</p>\n", page);
}

static void write_skew(FILE *page, const struct analysis_of_cell *cell)
{
    char skew[32];
    text_seconds(cell->skew_s, skew, sizeof skew);
    (void)fprintf(page, "%s (", skew);
    write_cell(page, cell->cell);
    (void)fputc(')', page);
}

/* Samples that are several executions, and how ranks began theirs. */
static void write_timing(FILE *page, const struct analysed_run *run)
{
    const struct timing timing = analysis_timing(run);
    if (timing.repeated > 0)
        (void)fprintf(page,
                      "<p>A sample of %u cell%s is several executions timed together, up to %u, "
                      "since one is too short for the clock; its time is that of one.</p>\n",
                      timing.repeated, timing.repeated == 1 ? "" : "s", timing.most_executions);
    if (timing.widest) {
        (void)fputs(
            "<p>Ranks began a sample apart, from the first to the last one, the median of a "
            "cell’s samples being ",
            page);
        if (timing.widest != timing.closest)
            (void)fputs("from ", page);
        write_skew(page, timing.closest);
        if (timing.widest != timing.closest) {
            (void)fputs(" to ", page);
            write_skew(page, timing.widest);
        }
        (void)fputs("; their time is the longest of their own durations.</p>\n", page);
    }
    if (timing.late > 0)
        (void)fprintf(page,
                      "<p>%zu sample%s not valid: a rank began after the agreed moment. %s kept, "
                      "and in no median.</p>\n",
                      timing.late, timing.late == 1 ? " is" : "s are",
                      timing.late == 1 ? "It is" : "They are");
}

static void write_marks(FILE *page, const struct analysed_run *run)
{
    bool oversubscribed = false;
    for (size_t i = 0; i < run->count; i++)
        oversubscribed = oversubscribed || run->cells[i].cell->oversubscribed;
    if (any_too_wide(run))
        (void)fprintf(page,
                      "<p>~ not within the %g&nbsp;%% of the median that were asked for.</p>\n",
                      100 * run->precision);
    if (oversubscribed)
        (void)fputs("<p>* more workers than cores.</p>\n", page);
}

static void write_method(FILE *page, const struct analysed_run *run)
{
    const json_t *manifest = run->manifest;
    const char *profile = string_of(manifest, "profile");
    size_t rounds = 0;
    for (size_t i = 0; i < run->count; i++)
        rounds = run->cells[i].rounds > rounds ? run->cells[i].rounds : rounds;
    (void)fputs("<section>\n<h2>How it was measured</h2>\n<p>Profile ", page);
    html_text(page, profile ? profile : "unknown");
    (void)fprintf(page,
                  ": %zu round%s, each of which launched every cell anew, in an order shuffled "
                  "with the seed %lld; %.0f sample%s a launch, each checked, none dropped.",
                  rounds, rounds == 1 ? "" : "s",
                  (long long)json_integer_value(json_object_get(manifest, "seed")),
                  number_of(manifest, "samples_per_launch"),
                  number_of(manifest, "samples_per_launch") == 1 ? "" : "s");
    if (string_of(manifest, "by_turns"))
        (void)fputs(" It was interleaved with another build’s run, launch by launch.", page);
    write_ending(page, run, rounds);
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
                "Absolute ones are paired likewise, with the best serial algorithm. Serial takes ",
                page);
    write_bases(page, run);
    (void)fputs(". Efficiency is speedup over workers; in weak scaling, see there. Start-up, "
                "making the workers, comes before "
                "what is timed.</p>\n",
                page);
    (void)fputs(
        "<p>Where the time went is told by one more execution in each launch, which is not "
        "timed: in it each worker's own computing and combining, its busy time, is clocked. "
        "Load balance is the mean busy time over the longest, communication efficiency the "
        "longest over the execution's time, computation scaling serial's busy time over "
        "the sum of the workers'; their product with the number of workers is exactly this "
        "execution's speedup. Shown is the execution whose time is the median of all "
        "rounds.</p>\n"
        "<p>What was counted is of another execution of the same launch, while workers computed "
        "and combined, summed over them: by the system the CPU time, the switches that a worker "
        "made to wait or that were forced on it, and the faults of memory; by the processor the "
        "events that PAPI names, in user mode. Peak memory is no sum but the largest that the "
        "process of any worker ever had, what it shares with others included. – is what was not "
        "counted.</p>\n",
        page);
    write_timing(page, run);
    write_flags(page, run);
    write_marks(page, run);
    (void)fputs("</section>\n", page);
}

/* ---- the page ---- */

static enum status write_page(FILE *page, const struct analysed_run *run)
{
    write_head(page, run);
    write_failures(page, run);
    write_findings(page, run);
    report_overviews(page, run);
    report_kernels(page, run);
    report_absent(page, run);
    write_method(page, run);
    report_environment(page, run->manifest);
    enum status status = report_data(page, run);
    (void)fputs("</main>\n", page);
    html_end(page);
    return status;
}

struct page {
    const struct analysed_run *run;
    enum status *status;
};

static bool write_whole_page(FILE *stream, const void *context)
{
    const struct page *page = context;
    *page->status = write_page(stream, page->run);
    return *page->status == STATUS_OK && !ferror(stream);
}

enum status report_write(const struct analysed_run *run)
{
    char path[PATH_MAX];
    enum status status = STATUS_OK;
    if (snprintf(path, sizeof path, "%s/report.html", run->folder) >= (int)sizeof path)
        return status_fail(STATUS_FAILED, "the path %s is too long", run->folder);
    const struct page page = {run, &status};
    const char *wrong = safe_file_write(path, write_whole_page, &page);
    if (status == STATUS_OK && wrong)
        status = status_fail(STATUS_FAILED, "cannot write %s: %s", path, wrong);
    return status;
}
