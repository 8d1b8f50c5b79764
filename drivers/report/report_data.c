#include "embedded.h"
#include "html.h"
#include "manifest.h"
#include "report_section.h"
#include "run_folder.h"
#include "safe_file.h"
#include "samples_file.h"
#include "text.h"

#include <limits.h>

/* Samples beyond are not in the page but beside it: a browser reads a page as a whole. It is about
 * 170,000 samples. */
enum { BYTES_MAX = 64 << 20 };

/* Samples on their way into the page. */
struct writing {
    FILE *page;
    size_t lines;
    bool failed;
};

/* What a line repeats of its cell stands in the manifest, once. */
static void leave_out_cell(json_t *line)
{
    static const char *const keys[] = {"kernel", "model",     "label",         "options",
                                       "ranks",  "workers",   "threads",       "nodes",
                                       "size",   "base_size", "oversubscribed"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        (void)json_object_del(line, keys[i]);
}

static void write_line(json_t *line, void *to)
{
    struct writing *writing = to;
    leave_out_cell(line);
    (void)fputs(writing->lines++ ? ",\n" : "\n", writing->page);
    writing->failed = !html_json(writing->page, line) || writing->failed;
}

/* Reads the samples once more: what is in memory is less than what they tell. */
static enum status write_samples(FILE *samples, const struct analysed_run *run,
                                 struct writing *writing)
{
    struct record record;
    struct samples_read read;
    const unsigned per_launch =
        (unsigned)manifest_whole(run->manifest, "samples_per_launch", 0, INT_MAX);
    enum status status = record_new(run->plan, &record);
    (void)fputc('[', writing->page);
    if (status == STATUS_OK)
        status =
            samples_read(samples, "samples.jsonl", per_launch, &record, &read, write_line, writing);
    (void)fputc(']', writing->page);
    record_free(&record);
    return status;
}

static void write_words(FILE *page, const struct writing *writing, const char *absent)
{
    const struct short_text most = text_bytes(BYTES_MAX);
    char lines[48];
    (void)snprintf(lines, sizeof lines, "%s line%s", text_grouped(writing->lines).text,
                   writing->lines == 1 ? "" : "s");
    const struct html_word words[] = {
        {"lines", lines}, {"reason", absent}, {"most", most.text}, {NULL, NULL}};
    html_fill(page, absent ? data_absent_html : data_html, words);
    (void)fputs(data_console_html, page);
}

static enum status write_data(FILE *page, const struct analysed_run *run)
{
    char path[PATH_MAX];
    struct writing writing = {.page = page};
    FILE *samples = NULL;
    enum status status = STATUS_OK;
    const char *absent = run_folder_path(run->folder, "samples.jsonl", path, sizeof path)
                             ? safe_file_open(path, BYTES_MAX, &samples)
                             : "its path is too long";
    (void)fputs("<section>\n<h2>Raw data</h2>\n<script type=\"application/json\" id=\"data\">"
                "{\"manifest\":",
                page);
    writing.failed = !html_json(page, run->manifest);
    (void)fputs(",\n\"samples\":", page);
    if (absent)
        (void)fputs("null", page);
    else
        status = write_samples(samples, run, &writing);
    if (samples)
        (void)fclose(samples);
    (void)fputs("}</script>\n", page);
    write_words(page, &writing, absent);
    if (status == STATUS_OK && writing.failed)
        status = status_no_memory("the raw data of the page");
    return status;
}

/*
 * The raw data, all that the page's numbers can be computed from once more: <script
 * type="application/json" id="data"> with the manifest and every line of the folder's samples that
 * can be used, line by line. Where these cannot be had, or are too many, the section says so.
 */
const struct report_section section_report_data = {.place = 80, .write = write_data};
