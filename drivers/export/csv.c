/*
 * CSV (RFC 4180): a header, then every sample in the order in which it was measured. Times are in
 * seconds with all their digits.
 */
#include "export_format.h"
#include "json.h"

#include <string.h>

/* A field and its comma, in quotes where it holds what would end it. */
static void write_text(FILE *stream, const char *text)
{
    const char *quote = strpbrk(text, ",\"\r\n") ? "\"" : "";
    (void)fputs(quote, stream);
    for (; *text; text++)
        (void)fprintf(stream, *text == '"' ? "\"\"" : "%c", *text);
    (void)fprintf(stream, "%s,", quote);
}

/* As few digits as read back as the same number, and its comma. */
static void write_real(FILE *stream, double number)
{
    json_t *real = json_real(number);
    json_dump_stream(stream, real, JSON_ENCODE_ANY);
    (void)fputc(',', stream);
    json_decref(real);
}

static void write_csv(const struct analysed_run *run, FILE *stream)
{
    (void)fprintf(stream, "cell,kernel,model,workers,ranks,threads,nodes,size,oversubscribed,round,"
                          "sample,seconds,startup_s,verified,late,executions,turn,lost\n");
    for (size_t i = 0; i < run->record->count; i++) {
        const struct row *row = &run->record->rows[i];
        const struct cell *cell = &run->plan->cells[row->cell];
        write_text(stream, cell->id);
        write_text(stream, cell->kernel);
        write_text(stream, cell->label);
        (void)fprintf(stream, "%u,%u,%u,%u,%llu,%d,%u,%u,", cell->workers, cell->ranks,
                      cell->threads, cell->nodes, (unsigned long long)cell->size,
                      cell->oversubscribed, row->round, row->sample);
        write_real(stream, row->seconds);
        write_real(stream, row->startup_s);
        (void)fprintf(stream, "%d,%d,%u,%u,%.0f\n", row->verified, row->is_late, row->executions,
                      row->turn, row->lost);
    }
}

const struct export_format export_csv = {
    .name = "csv",
    .help = "every sample, one row: spreadsheets, pandas, R",
    .write = write_csv,
};
