#include "report.h"

#include "html.h"
#include "manifest.h"
#include "report_section.h"
#include "safe_file.h"

#include <limits.h>

/* ---- head ---- */

static void write_verdict(FILE *page, const struct analysed_run *run)
{
    const size_t samples = run->totals.samples, failed = run->count - run->totals.verified;
    html_print(page, "<p class=\"verdict%s\">%s</p>\n<p>", run->passes ? "" : " fail",
               run->passes ? "PASS" : "FAIL");
    if (run->passes)
        html_print(page, "All %zu samples of %zu cells were verified.", samples, run->count);
    else if (run->verified)
        html_print(page,
                   "The run did not come to its end. All %zu samples that there are were verified.",
                   samples);
    else
        html_print(page, "%zu of %zu cells failed or did not verify.", failed, run->count);
    (void)fputs("</p>\n", page);
}

static void write_noise(FILE *page, const struct noise_verdict *noise)
{
    struct noise_notice notices[NOISE_NOTICES];
    noise_verdict_say(noise, notices);
    for (size_t i = 0; i < NOISE_NOTICES; i++)
        if (*notices[i].verdict)
            html_print(page, "<p class=\"%s\">%s%s%s</p>\n", noise->noisy ? "bad" : "soft",
                       notices[i].verdict, *notices[i].details ? " " : "", notices[i].details);
}

static void write_head(FILE *page, const struct analysed_run *run)
{
    char machine[256], title[288];
    const char *command = json_string_value(json_object_get(run->manifest, "command"));
    manifest_machine_line(run->manifest, machine, sizeof machine);
    (void)snprintf(title, sizeof title, "parbench on %s", machine);
    html_begin(page, title);
    (void)fputs("<header>\n", page);
    write_noise(page, &run->noise);
    html_print(page,
               "<h1>Parallel models, measured</h1>\n<p class=\"soft\">%s<br><code>%s</code></p>\n",
               machine, command ? command : "");
    write_verdict(page, run);
    (void)fputs("</header>\n<main>\n", page);
}

/* ---- the page ---- */

/* The first section behind that place; NULL: there is none. */
static const struct report_section *next_section(unsigned place)
{
    const struct report_section *next = NULL;
    for (size_t i = 0; section_table[i]; i++)
        if (section_table[i]->place > place && (!next || section_table[i]->place < next->place))
            next = section_table[i];
    return next;
}

static enum status write_page(FILE *page, const struct analysed_run *run)
{
    enum status status = STATUS_OK;
    write_head(page, run);
    for (const struct report_section *section = next_section(0); section && status == STATUS_OK;
         section = next_section(section->place))
        status = section->write(page, run);
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
