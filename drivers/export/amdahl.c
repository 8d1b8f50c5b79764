/*
 * The words of HPC Carpentry's program `amdahl`, a block a cell. Real work is told of when it is
 * done: "I did" stands in place of "I will do". Times have nine digits behind the point in place of
 * six: real work may be short.
 */
#include "amdahl_cells.h"
#include "export_format.h"
#include "quantities.h"

#include <math.h>
#include <stdlib.h>

/* Half of the last digit that is shown of a proportion. */
#define SHOWN 5e-7

/* A law that does not hold is not put into the words of one that does. */
static void write_law(const struct amdahl_cell *told, FILE *stream)
{
    const double proportion = told->proportion;
    if (isnan(proportion) || told->cell->cell->oversubscribed)
        (void)fputs(".\n", stream);
    else if (proportion < -SHOWN || proportion > 1 + SHOWN)
        (void)fprintf(stream,
                      ",\n which Amdahl's law does not explain: the parallel proportion of the "
                      "workload would be %f.\n",
                      proportion);
    else if (isnan(told->expected_s))
        (void)fprintf(stream,
                      ",\n which took as long as with %f parallel proportion of the workload.\n",
                      proportion);
    else
        (void)fprintf(stream,
                      ",\n which should take %.9f seconds with %f parallel proportion of the "
                      "workload.\n",
                      told->expected_s, proportion);
}

/* The work is in the time that serial takes for it. */
static void write_work(const struct amdahl_cell *told, FILE *stream)
{
    const struct cell *cell = told->cell->cell;
    const double work_s = plan_is_base(cell) ? told->cell->time.median : told->cell->base_s;
    (void)fputs("Doing ", stream);
    if (isfinite(work_s))
        (void)fprintf(stream, "%.9f seconds of ", work_s);
    (void)fprintf(stream, "'work' on %u processor%s", cell->workers, plural(cell->workers));
    write_law(told, stream);
    (void)fprintf(stream, " The workload is %s of %s, by %s.\n\n", cell->kernel,
                  plan_size_text(cell).text, cell->label);
}

static void write_greeting(const struct amdahl_cell *told, size_t worker, const char *node,
                           FILE *stream)
{
    (void)fprintf(stream, "  Hello, World! I am process %zu of %u", worker,
                  told->cell->cell->workers);
    if (node)
        (void)fprintf(stream, " on %s", node);
    (void)fputs(". ", stream);
}

static void write_workers(const struct amdahl_cell *told, FILE *stream)
{
    const struct worker_times *workers = &told->cell->state->workers;
    if (isfinite(told->serial_s)) {
        write_greeting(told, 0, told->host, stream);
        (void)fprintf(stream, "All that was not parallel 'work' took %.9f seconds.\n",
                      told->serial_s);
    }
    for (size_t i = 0; i < workers->count; i++) {
        write_greeting(told, i, workers->all[i].node, stream);
        (void)fprintf(stream, "I did parallel 'work' for %.9f seconds.\n", workers->all[i].busy_s);
    }
}

static void write_amdahl(const struct analysed_run *run, FILE *stream)
{
    size_t count;
    struct amdahl_cell *cells = amdahl_cells(run, &count);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i > 0 ? "\n" : "", stream);
        write_work(&cells[i], stream);
        write_workers(&cells[i], stream);
        (void)fprintf(stream, "\nTotal execution time (according to rank 0): %.9f seconds\n",
                      cells[i].cell->time.median);
    }
    free(cells);
}

const struct export_format export_amdahl = {
    .name = "amdahl",
    .help = "as HPC Carpentry's amdahl prints, a block a cell",
    .check = amdahl_check,
    .write = write_amdahl,
};
