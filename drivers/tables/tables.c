#include "tables.h"

#include "baselines.h"
#include "cell_table.h"
#include "experiment.h"
#include "fits_tables.h"
#include "perturbed.h"
#include "printable.h"
#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The unit that a kernel's times share, so that a column can be compared at a glance. */
struct unit {
    const char *name;
    double seconds;
};

static struct unit unit_for(double least)
{
    static const struct unit units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}};
    return least >= 1 ? units[0] : least >= 1e-3 ? units[1] : units[2];
}

static void format_interval(const struct summary *summary, double unit, char *text, size_t length)
{
    double middle = summary->median / unit;
    int digits = middle < 10 ? 3 : middle < 100 ? 2 : middle < 1000 ? 1 : 0;
    if (summary->has_interval)
        (void)snprintf(text, length, "%.*f [%.*f, %.*f]", digits, middle, digits,
                       summary->interval.low / unit, digits, summary->interval.high / unit);
    else
        (void)snprintf(text, length, "%.*f", digits, middle);
}

/* A table of a kernel. */
struct table {
    const struct analysed_kernel *kernel;
    const struct experiment *own; /* whose it is; NULL: the kernel's */
    struct unit unit;
    bool scaled;   /* efficiency and scaled speedup stand in the place of speedup and efficiency */
    bool absolute; /* with a column of absolute speedups */
};

/* At most six characters, unless it is beyond all reason. */
static void format_ratio(double ratio, char *text, size_t length)
{
    (void)snprintf(text, length, "%.*f",
                   ratio < 0.1    ? 4
                   : ratio < 10   ? 3
                   : ratio < 100  ? 2
                   : ratio < 1000 ? 1
                                  : 0,
                   ratio);
}

/* A label that leaves no room for the workers has a line of its own. */
static void print_label(FILE *stream, const struct cell *cell, const struct experiment *own)
{
    enum { COLUMNS = 21 };
    char shape[CELL_TABLE_TEXT_MAX];
    int length = (int)strlen(cell->label);
    cell_table_workers(cell, shape);
    if (!experiment_is_of_one_size(own))
        axis_text(&own->axis, cell, shape);
    (void)fputs(cell->label, stream);
    if (length + 1 + (int)strlen(shape) > COLUMNS) {
        (void)fputc('\n', stream);
        length = 0;
    }
    (void)fprintf(stream, "%*s", COLUMNS - length, shape);
}

static void print_cell(FILE *stream, const struct analysis_of_cell *cell, const struct table *table)
{
    char time[48], relative[48] = "-", other[16] = "-", absolute[16] = "-", failure[46];
    print_label(stream, cell->cell, table->own);
    if (!cell->verified) {
        printable_copy(cell->state->failed ? cell->state->failure : "not measured", failure,
                       sizeof failure);
        (void)fprintf(stream, "  FAILED: %s\n", failure);
        return;
    }
    format_interval(&cell->time, table->unit.seconds, time, sizeof time);
    if (cell->has_efficiency && table->scaled) {
        format_interval(&cell->efficiency, 1, relative, sizeof relative);
        (void)snprintf(other, sizeof other, "%.2f", cell->scaled.median);
    } else if (cell->has_speedup) {
        format_interval(&cell->speedup, 1, relative, sizeof relative);
        (void)snprintf(other, sizeof other, "%.2f", analysis_efficiency(cell));
    }
    (void)fprintf(stream, " %21s%c %21s %6s", time, cell->too_wide ? '~' : ' ', relative, other);
    if (cell->has_absolute)
        format_ratio(cell->absolute.median, absolute, sizeof absolute);
    if (table->absolute)
        (void)fprintf(stream, " %6s", absolute);
    (void)fputc('\n', stream);
}

/* Those with one worker, and of weak scaling: whether theirs was perturbed must be told, too. */
static void print_perturbed(FILE *stream, const struct analysed_kernel *kernel)
{
    char *others = perturbed_elsewhere(kernel, cell_table_is_explained);
    if (others) {
        (void)fputs("\n! in no table of where the time went:\n", stream);
        text_wrapped(stream, "  ", others);
    }
    free(others);
}

static void print_heading(FILE *stream, const struct cell *first, const struct table *table)
{
    char size[32], time[24], bases[BASELINES_TEXT_MAX];
    text_grouped(first->base_size, size, sizeof size);
    (void)snprintf(time, sizeof time, "median, %s", table->unit.name);
    (void)fprintf(stream, "\n%s, ", table->kernel->name);
    if (table->own)
        (void)fprintf(stream, "%c%s: ", tolower(*table->own->heading), table->own->heading + 1);
    (void)fprintf(stream, "%s %s\n", experiment_of_size(table->own), size);
    baselines_say(&table->kernel->bases, table->scaled, bases, sizeof bases);
    if (*bases && experiment_is_of_one_size(table->own))
        text_wrapped(stream, "", bases);
    (void)fprintf(stream, "%-14s%7s %21s  %21s %6s%s\n", "model",
                  experiment_is_of_one_size(table->own) ? "workers" : "size", time,
                  table->scaled ? "efficiency" : "speedup", table->scaled ? "scaled" : "effic.",
                  table->absolute ? " absol." : "");
}

/* Nothing where there are no such cells. */
static void print_kernel(FILE *stream, const struct analysed_kernel *kernel,
                         const struct experiment *own)
{
    const bool scaled = own && experiment_is_scaled(own);
    const struct table table = {kernel, own, unit_for(kernel->least_s), scaled,
                                !scaled && baselines_differ(&kernel->bases)};
    bool begun = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        if (!experiment_tables(own, cell))
            continue;
        if (!begun)
            print_heading(stream, cell, &table);
        begun = true;
        print_cell(stream, kernel->cells[i], &table);
    }
}

static void print_timing(FILE *stream, const struct timing *timing)
{
    if (timing->repeated > 0)
        (void)fprintf(stream,
                      "A sample of %u cell%s is several executions timed together, up to %u: one "
                      "is too\nshort for the clock.\n",
                      timing->repeated, timing->repeated == 1 ? "" : "s", timing->most_executions);
    if (timing->late > 0)
        (void)fprintf(stream, "%zu sample%s not valid: a rank began after the agreed moment.\n",
                      timing->late, timing->late == 1 ? " is" : "s are");
}

/* What in a run's tables needs a word. */
struct legend {
    char own[400]; /* of experiments */
    bool absolute, fitted, without_interval, too_wide, oversubscribed, explained, counted,
        perturbed;
};

static void note(struct legend *legend, const struct analysis_of_cell *cell)
{
    legend->absolute |= cell->has_absolute && plan_is_best(cell->absolute_base->cell);
    legend->without_interval |= !cell->time.has_interval;
    legend->too_wide |= cell->verified && cell->too_wide;
    legend->oversubscribed |= cell->cell->oversubscribed;
    legend->explained |= cell_table_is_explained(cell);
    legend->counted |= cell_table_is_counted(cell);
    legend->perturbed |= cell->verified && cell->factors.perturbed;
}

static void note_experiments(struct legend *legend, const struct analysed_run *run)
{
    for (unsigned e = 0; experiment_table[e]; e++) {
        bool has = false;
        for (size_t i = 0; i < run->count; i++)
            has = has || experiment_has(experiment_table[e], run->cells[i].cell);
        if (has && experiment_table[e]->legend)
            text_append(legend->own, sizeof legend->own, "%s%s", *legend->own ? "\n" : "",
                        experiment_table[e]->legend);
    }
}

static void print_legend(FILE *stream, const struct legend *legend, double precision)
{
    char few[96], wide[96];
    const struct {
        bool there;
        const char *words;
    } notes[] = {
        {true, "[ ] 95 % interval of the median. Speedup against serial, paired by round."},
        {legend->absolute, "absol.: absolute speedup, against the best serial algorithm, paired "
                           "likewise;\nsummary.csv has its intervals."},
        {*legend->own, legend->own},
        {legend->fitted, "Laws: f and s are serial fractions, sigma contention, kappa coherence."},
        {legend->without_interval, few},
        {legend->too_wide, wide},
        {legend->oversubscribed, "* more workers than cores."},
        {legend->explained, "Where the time went is of one execution more, which is not timed: the "
                            "one with\nthe median time of all rounds."},
        {legend->counted, "Counters are of another one still: what the two differ by is in freq."},
        {legend->perturbed, "! instrumentation perturbed it, or serial's: it took more or "
                            "less time than\nthose timed."},
    };
    (void)snprintf(few, sizeof few,
                   "Without [ ]: fewer than %d rounds or samples, too few for an interval.",
                   STATS_MIN_FOR_INTERVAL);
    (void)snprintf(wide, sizeof wide, "~ not within the %g %% of the median that were asked for.",
                   100 * precision);
    (void)fputc('\n', stream);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes[i].there)
            (void)fprintf(stream, "%s\n", notes[i].words);
}

void tables_print(FILE *stream, const struct analysed_run *run)
{
    const struct timing timing = analysis_timing(run);
    struct legend legend = {.fitted = run->fits.existing > 0};
    for (size_t i = 0; i < run->count; i++)
        note(&legend, &run->cells[i]);
    note_experiments(&legend, run);
    for (size_t i = 0; i < run->kernel_count; i++) {
        const struct analysed_kernel *kernel = &run->kernels[i];
        print_kernel(stream, kernel, NULL);
        for (unsigned e = 0; experiment_table[e]; e++)
            print_kernel(stream, kernel, experiment_table[e]);
        cell_table_print(stream, &cell_table_factors, kernel, cell_table_is_explained);
        cell_table_print(stream, &cell_table_scaling, kernel, cell_table_is_counted);
        print_perturbed(stream, kernel);
        (void)fits_print(stream, &run->fits, kernel->name);
    }
    print_legend(stream, &legend, run->precision);
    print_timing(stream, &timing);
}
