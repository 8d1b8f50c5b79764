/*
 * The JSON that HPC Carpentry's `amdahl --terse` prints, an object a cell, one behind the other as
 * `>>` puts them there: its six keys, and behind them which cell it is.
 */
#include "amdahl_cells.h"
#include "export_format.h"

#include "json.h"

#include <stdlib.h>

static json_t *make_object(const struct amdahl_cell *told)
{
    const struct cell *cell = told->cell->cell;
    return json_pack("{s:o, s:i, s:o, s:o, s:o, s:f, s:s, s:s, s:I}", "host", json_text(told->host),
                     "nproc", (int)cell->workers, "serial_work", json_known(told->serial_s),
                     "parallel_work", json_known(told->parallel_s), "parallel_proportion",
                     json_known(told->proportion), "execution_time", told->cell->time.median,
                     "kernel", cell->kernel, "model", cell->label, "size", (json_int_t)cell->size);
}

static void write_terse(const struct analysed_run *run, FILE *stream)
{
    size_t count;
    struct amdahl_cell *cells = amdahl_cells(run, &count);
    for (size_t i = 0; i < count; i++)
        json_write(stream, make_object(&cells[i]), JSON_INDENT(4));
    free(cells);
}

const struct export_format export_amdahl_terse = {
    .name = "amdahl-terse",
    .help = "JSON of HPC Carpentry's amdahl --terse, an object a cell",
    .check = amdahl_check,
    .write = write_terse,
};
