#include "tables.h"

#include "cell_table.h"
#include "experiment.h"
#include "quantities.h"
#include "text.h"

#include <ctype.h>
#include <stdlib.h>

/* What the table is of, and what its speedups are over. */
static void print_heading(FILE *stream, const struct analysed_kernel *kernel,
                          const struct experiment *own, const struct cell *first)
{
    const uint64_t size = first->base_size;
    char bases[CELL_TABLE_BASES_MAX];
    (void)fputs(kernel->name, stream);
    if (own)
        (void)fprintf(stream, ", %c%s", tolower(*own->heading), own->heading + 1);
    if (experiment_is_of_one_size(own)) {
        (void)fputs(own ? ": " : ", ", stream);
        if (first->tasks)
            (void)fprintf(stream, "%s task%s", text_grouped(size).text, plural(size));
        else
            (void)fprintf(stream, "%s %s", experiment_of_size(own), text_grouped(size).text);
    }
    (void)fputc('\n', stream);
    cell_table_bases(kernel, own, bases);
    text_wrapped(stream, "", "%s", bases);
}

/* Nothing where no cell of the kernel is in it. */
static void print_table(FILE *stream, const struct analysed_kernel *kernel,
                        const struct cell_table *table)
{
    const struct analysis_of_cell *first = cell_table_first(table, kernel);
    if (!first)
        return;
    (void)fputc('\n', stream);
    if (!table->shows)
        print_heading(stream, kernel, table->own, first->cell);
    cell_table_print(stream, table, kernel);
}

static void print_kernel(FILE *stream, const struct analysed_run *run,
                         const struct analysed_kernel *kernel)
{
    struct cell_table table = cell_table_of(kernel, NULL);
    if (run->sources.mixed)
        (void)fputc('\n', stream);
    text_wrapped(stream, "", "%s", run->sources.mixed ? analysed_run_machine(run).text : "");
    print_table(stream, kernel, &table);
    for (unsigned e = 0; experiment_table[e]; e++) {
        table = cell_table_of(kernel, experiment_table[e]);
        print_table(stream, kernel, &table);
        tables_print_results(stream, kernel, experiment_table[e]);
    }
    print_table(stream, kernel, &cell_table_factors);
    print_table(stream, kernel, &cell_table_scaling);
    /* Those with one worker, and of weak scaling: what perturbed theirs must be told, too. */
    char *others = cell_table_unexplained(kernel);
    (void)fputs(*others ? "\n! also for these, which are in no table of where the time went:\n"
                        : "",
                stream);
    text_wrapped(stream, "  ", "%s", others);
    free(others);
    tables_print_fits(stream, &run->fits, kernel->name);
}

static bool any(const struct analysed_run *run, const struct cell_table *table)
{
    bool found = false;
    for (size_t i = 0; i < run->kernel_count; i++)
        found = found || cell_table_first(table, &run->kernels[i]);
    return found;
}

static void print_factors_legend(FILE *stream, const struct analysed_run *run)
{
    if (any(run, &cell_table_factors))
        text_wrapped(stream, "",
                     "Where the time went is of the median one of further executions, which are "
                     "no samples%s.",
                     run->manifest ? ", and of rounds in which serial took as long as usual" : "");
    if (any(run, &cell_table_scaling))
        text_wrapped(stream, "",
                     "Counters are of yet another one: what the two differ by is in freq.");
    if (run->totals.perturbed)
        text_wrapped(stream, "",
                     "! those of this cell, or of serial, took over 5 %% longer than its samples: "
                     "what they show may not hold for these.");
}

static void print_legend(FILE *stream, const struct analysed_run *run)
{
    const struct totals *has = &run->totals;
    const bool has_rounds = run->manifest;
    if (has->with_interval)
        text_wrapped(stream, "", "[ ] 95 %% interval of the median.%s",
                     has->speedup && has_rounds ? " Speedups are over serial in the same round."
                                                : "");
    if (has->absolute)
        text_wrapped(
            stream, "",
            "absol.: absolute speedup, over the fastest algorithm under serial; summary.csv has "
            "its intervals.");
    if (has->limited)
        text_wrapped(stream, "",
                     "limit: the share of the limit's speed that is reached; above 1 it is none.");
    for (unsigned e = 0; experiment_table[e]; e++)
        if (experiment_table[e]->legend && has->experiments & experiment_bit(experiment_table[e]))
            text_wrapped(stream, "", "%s", experiment_table[e]->legend);
    if (run->fits.existing > 0)
        text_wrapped(stream, "",
                     "Laws: f and s are serial fractions, sigma contention, kappa coherence.");
    if (has->without_interval)
        text_wrapped(stream, "", "Without [ ]: fewer than %d %s, too few for an interval.",
                     STATS_MIN_FOR_INTERVAL, has_rounds ? "rounds" : "samples");
    if (has->too_wide)
        text_wrapped(stream, "", "~ not within the %g %% of the median that were asked for.",
                     100 * run->precision);
    if (has->oversubscribed)
        text_wrapped(stream, "", "* more workers than cores.");
    print_factors_legend(stream, run);
    if (has->repeated > 0)
        text_wrapped(stream, "",
                     "A sample of %zu cell%s is several executions timed together, up to %u: one "
                     "is too short for the clock.",
                     has->repeated, plural(has->repeated), has->most_executions);
    if (has->late > 0)
        text_wrapped(stream, "", "%zu sample%s not valid: a rank began after the agreed moment.",
                     has->late, has->late == 1 ? " is" : "s are");
    tables_print_losses(stream, run);
}

void tables_print_losses(FILE *stream, const struct analysed_run *run)
{
    const size_t cells = run->totals.with_losses;
    if (cells == 0)
        return;
    text_wrapped(stream, "",
                 "In %zu cell%s updates were lost: two workers read the same result, each made a "
                 "new one of it, and who wrote last overwrote what the other had made. The result "
                 "is wrong then, which is what it is there to show, and no failure:",
                 cells, plural(cells));
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (cell->has_lost)
            text_wrapped(stream, "- ", "%s, %s, %u worker%s: %s", cell->cell->kernel,
                         cell->cell->label, cell->cell->workers, plural(cell->cell->workers),
                         cell->loss);
    }
}

void tables_print(FILE *stream, const struct analysed_run *run)
{
    for (size_t i = 0; i < run->kernel_count; i++)
        print_kernel(stream, run, &run->kernels[i]);
    (void)fputc('\n', stream);
    print_legend(stream, run);
}
