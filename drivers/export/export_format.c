#include "export_format.h"

#include <stdlib.h>

enum status export_check_verified(const struct analysed_run *run)
{
    size_t verified = 0;
    for (size_t i = 0; i < run->plan->count; i++)
        verified += run->cells[i].verified;
    const size_t left_out = run->plan->count - verified;
    if (verified == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell that was measured and verified: nothing "
                           "can be exported",
                           run->folder);
    if (left_out > 0)
        status_say("%zu of %zu cells are left out: they failed or did not verify", left_out,
                   run->plan->count);
    return STATUS_OK;
}

static void sort_rows(const struct record *record, struct export_rows *rows)
{
    const size_t cells = record->plan->count;
    size_t *ends = rows->ends + 1;
    for (size_t i = 0; i < record->count; i++)
        ends[record->rows[i].cell + 1]++;
    for (size_t cell = 1; cell < cells; cell++)
        ends[cell] += ends[cell - 1];
    /* So far each cell's end is its beginning. */
    for (size_t i = 0; i < record->count; i++)
        rows->rows[ends[record->rows[i].cell]++] = &record->rows[i];
}

enum status export_rows_make(const struct record *record, struct export_rows *rows)
{
    rows->rows = calloc(record->count + 1, sizeof *rows->rows);
    rows->ends = calloc(record->plan->count + 2, sizeof *rows->ends);
    if (!rows->rows || !rows->ends)
        return status_no_memory("the export");
    sort_rows(record, rows);
    return STATUS_OK;
}

void export_rows_free(struct export_rows *rows)
{
    free(rows->ends);
    free(rows->rows);
    *rows = (struct export_rows){.rows = NULL};
}

struct rows_of_cell export_rows_of(const struct export_rows *rows, size_t cell)
{
    const size_t first = rows->ends[cell];
    return (struct rows_of_cell){rows->ends[cell + 1] - first, rows->rows + first};
}

enum status export_json(json_t *object, FILE *stream)
{
    if (!object)
        return status_no_memory("the export");
    (void)json_dumpf(object, stream, JSON_INDENT(1));
    (void)fputc('\n', stream);
    json_decref(object);
    return STATUS_OK;
}
