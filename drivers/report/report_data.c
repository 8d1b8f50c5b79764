#include "embedded.h"
#include "html.h"
#include "json.h"
#include "memory.h"
#include "packed.h"
#include "report_section.h"
#include "run_folder.h"
#include "samples_file.h"

#include <stdlib.h>

/* Samples beyond are not in the page but beside it: a browser reads a page as a whole. It is about
 * 170,000 samples. */
enum { BYTES_MAX = 64 << 20 };

/* Samples on their way into the page. */
struct writing {
    FILE *stream;
    size_t lines;
};

static void write_line(json_t *line, void *to)
{
    /* What a line repeats of its cell stands in the manifest, once. */
    static const char *const of_cell[] = {"kernel", "model",     "label",         "options",
                                          "ranks",  "workers",   "threads",       "nodes",
                                          "size",   "base_size", "oversubscribed"};
    struct writing *writing = to;
    for (size_t i = 0; i < sizeof of_cell / sizeof *of_cell; i++)
        (void)json_object_del(line, of_cell[i]);
    (void)json_object_del(line, "timeline"); /* of which the page has a picture */
    (void)fputs(writing->lines++ ? ",\n" : "[\n", writing->stream);
    json_dump_stream(writing->stream, line, JSON_COMPACT);
}

/* Reads the samples once more: what is in memory is less than what they tell. NULL, or why they
 * cannot be had. */
static const char *write_samples(const struct analysed_run *run, struct writing *writing)
{
    FILE *samples;
    struct record record;
    struct samples_read read;
    const char *wrong = run_folder_open(run->folder, "samples.jsonl", BYTES_MAX, &samples);
    if (wrong)
        return wrong;
    record_new(run->plan, &record);
    if (samples_read(samples, run->folder, &record, &read, write_line, writing) != STATUS_OK)
        wrong = "it cannot be read";
    record_free(&record);
    (void)fclose(samples);
    return wrong;
}

static void write_data(FILE *page, const struct analysed_run *run)
{
    char *lines;
    size_t length;
    struct writing writing = {memory_open(&lines, &length), 0};
    const char *absent = write_samples(run, &writing);
    (void)fputs(writing.lines ? "\n]" : "[]", writing.stream);
    memory_close(writing.stream, &lines);
    (void)fputs("<script type=\"application/json\" id=\"data\">{\"manifest\":", page);
    html_json(page, run->manifest);
    (void)fputs(",\n\"samples\":", page);
    if (absent) {
        (void)fputs("null", page);
    } else {
        (void)fputc('"', page);
        packed_write(page, lines, length);
        (void)fputc('"', page);
    }
    (void)fputs("}</script>\n", page);
    free(lines);
    json_t *words = json_pack("{s:s*, s:i, s:I}", "absent", absent, "most", BYTES_MAX, "lines",
                              (json_int_t)writing.lines);
    html_fill(page, data_html, words);
    json_decref(words);
}

/*
 * The raw data, all that the page's numbers can be computed from once more: <script
 * type="application/json" id="data"> with the manifest and, compressed, every line of the folder's
 * samples that can be used. Where these cannot be had, or are too many, the section says so.
 */
const struct report_section section_report_data = {
    .place = 80, .heading = "Raw data", .is_folded = true, .write = write_data};
