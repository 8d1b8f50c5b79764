#include "tables.h"

#include "cell_table.h"
#include "experiment.h"
#include "fits_tables.h"
#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

/* Those with one worker, and of weak scaling: whether theirs was perturbed must be told, too. */
static void print_perturbed(FILE *stream, const struct analysed_kernel *kernel)
{
    char *others = cell_table_unexplained(kernel);
    if (others) {
        (void)fputs("\n! in no table of where the time went:\n", stream);
        text_wrapped(stream, "  ", others);
    }
    free(others);
}

/* What the table is of, and what its speedups are over. */
static void print_heading(FILE *stream, const struct analysed_kernel *kernel,
                          const struct experiment *own, uint64_t base_size)
{
    char bases[CELL_TABLE_BASES_MAX];
    (void)fprintf(stream, "%s, ", kernel->name);
    if (own)
        (void)fprintf(stream, "%c%s: ", tolower(*own->heading), own->heading + 1);
    (void)fprintf(stream, "%s %s\n", experiment_of_size(own), text_grouped(base_size).text);
    cell_table_bases(&kernel->bases, own && experiment_is_scaled(own), bases, sizeof bases);
    if (*bases && experiment_is_of_one_size(own))
        text_wrapped(stream, "", bases);
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
        print_heading(stream, kernel, table->own, first->cell->base_size);
    cell_table_print(stream, table, kernel);
}

static void print_kernel(FILE *stream, const struct analysed_kernel *kernel,
                         const struct fits *fits)
{
    struct cell_table table = cell_table_of(kernel, NULL);
    print_table(stream, kernel, &table);
    for (unsigned e = 0; experiment_table[e]; e++) {
        table = cell_table_of(kernel, experiment_table[e]);
        print_table(stream, kernel, &table);
    }
    print_table(stream, kernel, &cell_table_factors);
    print_table(stream, kernel, &cell_table_scaling);
    print_perturbed(stream, kernel);
    (void)fits_print(stream, fits, kernel->name);
}

static bool any(const struct analysed_run *run, cell_table_shows *is)
{
    bool found = false;
    for (size_t i = 0; i < run->count; i++)
        found = found || is(&run->cells[i]);
    return found;
}

/* The sentence where it holds. */
static void say(FILE *stream, bool holds, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(FILE *stream, bool holds, const char *format, ...)
{
    char text[512];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (holds)
        text_wrapped(stream, "", text);
}

static void print_legend(FILE *stream, const struct analysed_run *run)
{
    const struct totals *has = &run->totals;
    say(stream, true, "[ ] 95 %% interval of the median. Speedup against serial, paired by round.");
    say(stream, has->absolute,
        "absol.: absolute speedup, against the best serial algorithm, paired likewise; "
        "summary.csv has its intervals.");
    for (unsigned e = 0; experiment_table[e]; e++) {
        const char *words = experiment_table[e]->legend;
        say(stream, words && has->experiments & experiment_bit(experiment_table[e]), "%s",
            words ? words : "");
    }
    say(stream, run->fits.existing > 0,
        "Laws: f and s are serial fractions, sigma contention, kappa coherence.");
    say(stream, has->without_interval,
        "Without [ ]: fewer than %d rounds or samples, too few for an interval.",
        STATS_MIN_FOR_INTERVAL);
    say(stream, has->too_wide, "~ not within the %g %% of the median that were asked for.",
        100 * run->precision);
    say(stream, has->oversubscribed, "* more workers than cores.");
    say(stream, any(run, analysis_is_explained),
        "Where the time went is of one execution more, which is not timed: the one with the "
        "median time of all rounds.");
    say(stream, any(run, cell_table_is_counted),
        "Counters are of another one still: what the two differ by is in freq.");
    say(stream, has->perturbed,
        "! instrumentation perturbed it, or serial's: it took more or less time than those timed.");
    say(stream, has->repeated > 0,
        "A sample of %zu cell%s is several executions timed together, up to %u: one is too short "
        "for the clock.",
        has->repeated, has->repeated == 1 ? "" : "s", has->most_executions);
    say(stream, has->late > 0, "%zu sample%s not valid: a rank began after the agreed moment.",
        has->late, has->late == 1 ? " is" : "s are");
}

void tables_print(FILE *stream, const struct analysed_run *run)
{
    for (size_t i = 0; i < run->kernel_count; i++)
        print_kernel(stream, &run->kernels[i], &run->fits);
    (void)fputc('\n', stream);
    print_legend(stream, run);
}
