#include "tables.h"

#include "bases.h"
#include "printable.h"
#include "results.h"
#include "sweep.h"
#include "text.h"

#include <math.h>
#include <string.h>

/* The unit that a kernel's times share, so that a column can be compared at a glance. */
struct unit {
    const char *name;
    double seconds;
};

/* That of the least time; but not of the best serial algorithm, which may take a time of quite
 * another order than all models do. */
static struct unit unit_for(const struct analysis_of_cell *cells, size_t count, const char *kernel)
{
    static const struct unit units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}};
    double least = INFINITY, best = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double *of = plan_is_best(cells[i].cell) ? &best : &least;
        if (strcmp(cells[i].cell->kernel, kernel) == 0 && cells[i].time.median < *of)
            *of = cells[i].time.median;
    }
    least = isfinite(least) ? least : best;
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

static void write_shape(const struct cell *cell, char *shape, size_t length)
{
    if (cell->ranks > 1 && cell->threads > 1)
        (void)snprintf(shape, length, "%ux%u", cell->ranks, cell->threads);
    else
        (void)snprintf(shape, length, "%u", cell->workers);
    text_append(shape, length, "%s", cell->oversubscribed ? "*" : "");
}

/* A table of one kernel: its cells of one size, or those of its weak scaling, where efficiency and
 * scaled speedup stand in the place of speedup and efficiency. */
struct table {
    const char *kernel;
    struct unit unit;
    struct bases bases;
    bool weak, absolute; /* with a column of absolute speedups */
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
static void print_label(FILE *stream, const struct cell *cell)
{
    enum { COLUMNS = 21 };
    char shape[32];
    int length = (int)strlen(cell->label);
    write_shape(cell, shape, sizeof shape);
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
    print_label(stream, cell->cell);
    if (!cell->verified) {
        printable_copy(cell->standing->failed ? cell->standing->failure : "not measured", failure,
                       sizeof failure);
        (void)fprintf(stream, "  FAILED: %s\n", failure);
        return;
    }
    format_interval(&cell->time, table->unit.seconds, time, sizeof time);
    if (cell->has_efficiency && table->weak) {
        format_interval(&cell->efficiency, 1, relative, sizeof relative);
        (void)snprintf(other, sizeof other, "%.2f", analysis_scaled_speedup(cell).median);
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

/* Whether there is something to say of where the cell's time went. */
static bool is_explained(const struct analysis_of_cell *cell, const char *kernel)
{
    return strcmp(cell->cell->kernel, kernel) == 0 && cell->verified && cell->cell->workers > 1 &&
           cell->factors.exists && !analysis_is_scaled(cell);
}

/* A factor's product is the speedup of one execution, whose workers were watched. */
static void print_factors(FILE *stream, const struct analysis_of_cell *cells, size_t count,
                          const char *kernel)
{
    bool headed = false;
    for (size_t i = 0; i < count; i++) {
        const struct factors *factors = &cells[i].factors;
        char speedup[16] = "-", computation[16] = "-", shape[32];
        if (!is_explained(&cells[i], kernel))
            continue;
        if (!headed)
            (void)fprintf(stream, "\n%-25s %7s = %7s x %8s x %9s x %s\n", "where the time went",
                          "speedup", "workers", "balance", "communic.", "comput.");
        headed = true;
        if (factors->is_complete) {
            (void)snprintf(speedup, sizeof speedup, "%.3f", factors->speedup);
            (void)snprintf(computation, sizeof computation, "%.3f", factors->computation);
        }
        write_shape(cells[i].cell, shape, sizeof shape);
        (void)fprintf(stream, "%-25s %7s = %7s x %8.3f x %9.3f x %7s%s\n", cells[i].cell->label,
                      speedup, shape, factors->balance, factors->communication, computation,
                      factors->disturbed ? " !" : "");
    }
}

static void print_heading(FILE *stream, const struct cell *first, const struct table *table)
{
    char size[32], time[24], bases[BASES_TEXT_MAX];
    text_grouped(first->base_size, size, sizeof size);
    (void)snprintf(time, sizeof time, "median, %s", table->unit.name);
    (void)fprintf(stream, "\n%s, %s%s\n", table->kernel,
                  table->weak ? "weak scaling: for each worker the work of size " : "size ", size);
    bases_say(&table->bases, table->weak, bases, sizeof bases);
    if (*bases)
        text_wrapped(stream, "", bases);
    (void)fprintf(stream, "%-14s%7s %21s  %21s %6s%s\n", "model", "workers", time,
                  table->weak ? "efficiency" : "speedup", table->weak ? "scaled" : "effic.",
                  table->absolute ? " absol." : "");
}

/* Nothing where there are no such cells. */
static void print_kernel(FILE *stream, const struct analysis_of_cell *cells, size_t count,
                         const char *kernel, bool weak)
{
    struct table table = {kernel, unit_for(cells, count, kernel), bases_of(cells, count, kernel),
                          weak, false};
    bool begun = false;
    table.absolute = !weak && bases_differ(&table.bases);
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = cells[i].cell;
        if (strcmp(cell->kernel, kernel) != 0 ||
            !(weak ? sweep_is_weak(cell) : sweep_is_of_one_size(cell)))
            continue;
        if (!begun)
            print_heading(stream, cell, &table);
        begun = true;
        print_cell(stream, &cells[i], &table);
    }
}

void tables_print(FILE *stream, const struct analysis_of_cell *cells, size_t count,
                  const struct fits *fits)
{
    bool oversubscribed = false, without_interval = false, too_wide = false, explained = false,
         disturbed = false, weak = false, fitted = false, absolute = false;
    for (size_t i = 0; i < count; i++) {
        if (analysis_starts_kernel(cells, i)) {
            print_kernel(stream, cells, count, cells[i].cell->kernel, false);
            print_kernel(stream, cells, count, cells[i].cell->kernel, true);
            print_factors(stream, cells, count, cells[i].cell->kernel);
            fitted = fits_print(stream, fits, cells[i].cell->kernel) || fitted;
        }
        weak = weak || sweep_is_weak(cells[i].cell);
        absolute = absolute || (cells[i].has_absolute && plan_is_best(cells[i].absolute_base));
        oversubscribed = oversubscribed || cells[i].cell->oversubscribed;
        without_interval = without_interval || !cells[i].time.has_interval;
        explained = explained || is_explained(&cells[i], cells[i].cell->kernel);
        disturbed = disturbed ||
                    (is_explained(&cells[i], cells[i].cell->kernel) && cells[i].factors.disturbed);
        too_wide = too_wide || (cells[i].verified && cells[i].too_wide);
    }
    (void)fprintf(stream, "\n[ ] 95 %% interval of the median. Speedup against serial, paired by "
                          "round.\n");
    if (absolute)
        (void)fputs(
            "absol.: absolute speedup, against the best serial algorithm, paired likewise;\n"
            "summary.csv has its intervals.\n",
            stream);
    if (weak)
        (void)fprintf(stream, "Weak scaling: efficiency is serial's time with its work over the "
                              "time with\nworkers times that work; scaled is workers times that "
                              "efficiency.\n");
    if (fitted)
        (void)fputs("Laws: f and s are serial fractions, sigma contention, kappa coherence.\n",
                    stream);
    if (without_interval)
        (void)fprintf(stream,
                      "Without [ ]: fewer than %d rounds or samples, too few for an "
                      "interval.\n",
                      STATS_MIN_FOR_INTERVAL);
    if (too_wide)
        (void)fprintf(stream, "~ not within the %g %% of the median that were asked for.\n",
                      100 * cells[0].precision);
    if (oversubscribed)
        (void)fprintf(stream, "* more workers than cores.\n");
    if (explained)
        (void)fprintf(stream,
                      "Where the time went is of one execution more, which is not timed: the "
                      "one with\nthe median time of all rounds.\n");
    if (disturbed)
        (void)fprintf(stream, "! watching the workers disturbed it: it took more or less time than "
                              "those timed.\n");
}

/* What there is instead of a speedup: the base is of another size. */
static void print_scaled_fom(FILE *stream, const struct analysis_of_cell *cell)
{
    const struct summary scaled = analysis_scaled_speedup(cell);
    (void)fprintf(stream, " base_size=%llu", (unsigned long long)cell->cell->base_size);
    if (cell->has_efficiency)
        (void)fprintf(stream, " scaled=%.4f", scaled.median);
    if (cell->has_efficiency && scaled.has_interval)
        (void)fprintf(stream, " scaled_low=%.4f scaled_high=%.4f", scaled.interval.low,
                      scaled.interval.high);
}

void tables_print_fom(FILE *stream, const struct analysis_of_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct analysis_of_cell *analysed = &cells[i];
        const struct cell *cell = analysed->cell;
        const struct summary *time = &analysed->time, *speedup = &analysed->speedup;
        (void)fprintf(stream,
                      "FOM kernel=%s model=%s workers=%u ranks=%u threads=%u nodes=%u size=%llu "
                      "samples=%zu",
                      cell->kernel, cell->label, cell->workers, cell->ranks, cell->threads,
                      cell->nodes, (unsigned long long)cell->size, analysed->samples);
        if (analysed->verified) {
            (void)fprintf(stream, " median_s=%.9f", time->median);
            if (time->has_interval)
                (void)fprintf(stream, " ci_low_s=%.9f ci_high_s=%.9f", time->interval.low,
                              time->interval.high);
        }
        if (analysed->has_speedup) {
            (void)fprintf(stream, " speedup=%.4f", speedup->median);
            if (speedup->has_interval)
                (void)fprintf(stream, " speedup_low=%.4f speedup_high=%.4f", speedup->interval.low,
                              speedup->interval.high);
        }
        if (analysis_is_scaled(analysed))
            print_scaled_fom(stream, analysed);
        if (analysed->has_efficiency)
            (void)fprintf(stream, " efficiency=%.4f", analysis_efficiency(analysed));
        (void)fputc('\n', stream);
    }
}

void tables_print_verdict(FILE *stream, bool passes)
{
    (void)fprintf(stream, "VALIDATION: %s\n", passes ? "PASS" : "FAIL");
}

static void write_number(FILE *stream, bool exists, double value)
{
    if (exists)
        (void)fprintf(stream, ",%.9g", value);
    else
        (void)fputc(',', stream);
}

static void write_factors(FILE *stream, const struct factors *factors, bool there)
{
    const bool exists = there && factors->exists, complete = exists && factors->is_complete;
    write_number(stream, exists, factors->wall_s);
    write_number(stream, complete, factors->speedup);
    write_number(stream, exists, factors->balance);
    write_number(stream, exists, factors->communication);
    write_number(stream, complete, factors->computation);
    write_number(stream, exists, factors->disturbed);
}

static void write_flags(FILE *stream, const struct analysis_of_cell *cell)
{
    const struct flags *flags = &cell->flags;
    const double width = stats_relative_width(&cell->time);
    write_number(stream, flags->has_fences, (double)flags->outliers);
    write_number(stream, flags->has_fences, (double)flags->far_outliers);
    write_number(stream, flags->first.has_interval, flags->slow_first);
    (void)fprintf(stream, ",%s", cell->stopped ? cell->stopped : "");
    write_number(stream, cell->verified && isfinite(width), width);
}

static void write_absolute(FILE *stream, const struct analysis_of_cell *cell)
{
    const bool exists = cell->has_absolute, bounded = exists && cell->absolute.has_interval;
    (void)fprintf(stream, ",%s", exists ? cell->absolute_base->label : "");
    write_number(stream, exists, cell->absolute_base_s);
    write_number(stream, exists, cell->absolute.median);
    write_number(stream, bounded, cell->absolute.interval.low);
    write_number(stream, bounded, cell->absolute.interval.high);
}

bool tables_write_csv(FILE *stream, const struct analysis_of_cell *cells, size_t count)
{
    (void)fprintf(stream,
                  "kernel,model,workers,ranks,threads,nodes,size,oversubscribed,rounds,"
                  "samples,verified,median_s,ci_low_s,ci_high_s,startup_s,base_s,speedup,"
                  "speedup_low,speedup_high,efficiency,watched_s,watched_speedup,"
                  "load_balance,communication_efficiency,computation_scaling,disturbed,"
                  "outliers,far_outliers,slow_first,stopped,half_width,base_size,efficiency_low,"
                  "efficiency_high,absolute_base,absolute_base_s,absolute_speedup,"
                  "absolute_speedup_low,absolute_speedup_high\n");
    for (size_t i = 0; i < count; i++) {
        const struct analysis_of_cell *analysed = &cells[i];
        const struct cell *cell = analysed->cell;
        const struct summary *time = &analysed->time, *speedup = &analysed->speedup;
        const struct summary *efficiency = &analysed->efficiency;
        const bool there = analysed->verified, faster = analysed->has_speedup;
        const bool related = analysed->has_efficiency;
        (void)fprintf(stream, "%s,%s,%u,%u,%u,%u,%llu,%d,%zu,%zu,%d", cell->kernel, cell->label,
                      cell->workers, cell->ranks, cell->threads, cell->nodes,
                      (unsigned long long)cell->size, cell->oversubscribed, analysed->rounds,
                      analysed->samples, there);
        write_number(stream, there, time->median);
        write_number(stream, there && time->has_interval, time->interval.low);
        write_number(stream, there && time->has_interval, time->interval.high);
        write_number(stream, there, analysed->startup_s);
        write_number(stream, related, analysed->base_s);
        write_number(stream, faster, speedup->median);
        write_number(stream, faster && speedup->has_interval, speedup->interval.low);
        write_number(stream, faster && speedup->has_interval, speedup->interval.high);
        write_number(stream, related, efficiency->median);
        write_factors(stream, &analysed->factors, there);
        write_flags(stream, analysed);
        (void)fprintf(stream, ",%llu", (unsigned long long)cell->base_size);
        write_number(stream, related && efficiency->has_interval, efficiency->interval.low);
        write_number(stream, related && efficiency->has_interval, efficiency->interval.high);
        write_absolute(stream, analysed);
        (void)fprintf(stream, "\n");
    }
    return fflush(stream) == 0 && !ferror(stream);
}

static void set_number(json_t *object, const char *key, bool exists, double value)
{
    (void)json_object_set_new(object, key, exists ? json_real(value) : json_null());
}

static json_t *factors_object(const struct factors *factors)
{
    json_t *object = factors->exists ? json_object() : json_null();
    if (!factors->exists || !object)
        return object;
    set_number(object, "watched_s", true, factors->wall_s);
    set_number(object, "watched_speedup", factors->is_complete, factors->speedup);
    set_number(object, "load_balance", true, factors->balance);
    set_number(object, "communication_efficiency", true, factors->communication);
    set_number(object, "computation_scaling", factors->is_complete, factors->computation);
    set_number(object, "cpu_s", true, factors->execution.cpu_s);
    set_number(object, "voluntary_switches", true, factors->execution.voluntary_switches);
    set_number(object, "involuntary_switches", true, factors->execution.involuntary_switches);
    set_number(object, "minor_faults", true, factors->execution.minor_faults);
    set_number(object, "major_faults", true, factors->execution.major_faults);
    (void)json_object_set_new(object, "disturbed", json_boolean(factors->disturbed));
    return object;
}

static void set_flags(json_t *object, const struct analysis_of_cell *cell)
{
    const struct flags *flags = &cell->flags;
    const struct summary *first = &flags->first;
    const double width = stats_relative_width(&cell->time);
    const struct {
        const char *key;
        size_t count;
    } outliers[] = {{"outliers", flags->outliers}, {"far_outliers", flags->far_outliers}};
    for (size_t i = 0; i < sizeof outliers / sizeof *outliers; i++)
        (void)json_object_set_new(object, outliers[i].key,
                                  flags->has_fences ? json_integer((json_int_t)outliers[i].count)
                                                    : json_null());
    (void)json_object_set_new(object, "slow_first",
                              first->has_interval ? json_boolean(flags->slow_first) : json_null());
    set_number(object, "first_ratio", first->count > 0, first->median);
    set_number(object, "first_ratio_low", first->has_interval, first->interval.low);
    set_number(object, "first_ratio_high", first->has_interval, first->interval.high);
    (void)json_object_set_new(object, "stopped",
                              cell->stopped ? json_string(cell->stopped) : json_null());
    set_number(object, "half_width", isfinite(width), width);
}

/* What the cell is compared with, and how it compares. */
static void set_speedups(json_t *object, const struct analysis_of_cell *cell)
{
    const struct summary *speedup = &cell->speedup, *absolute = &cell->absolute;
    const bool faster = cell->has_speedup, known = cell->has_absolute;
    set_number(object, "base_s", cell->has_efficiency, cell->base_s);
    set_number(object, "speedup", faster, speedup->median);
    set_number(object, "speedup_low", faster && speedup->has_interval, speedup->interval.low);
    set_number(object, "speedup_high", faster && speedup->has_interval, speedup->interval.high);
    if (analysis_is_scaled(cell))
        set_number(object, "scaled_speedup", cell->has_efficiency,
                   analysis_scaled_speedup(cell).median);
    set_number(object, "efficiency", cell->has_efficiency, analysis_efficiency(cell));
    (void)json_object_set_new(object, "absolute_base",
                              known ? json_string(cell->absolute_base->label) : json_null());
    set_number(object, "absolute_base_s", known, cell->absolute_base_s);
    set_number(object, "absolute_speedup", known, absolute->median);
    set_number(object, "absolute_speedup_low", known && absolute->has_interval,
               absolute->interval.low);
    set_number(object, "absolute_speedup_high", known && absolute->has_interval,
               absolute->interval.high);
}

json_t *tables_json(const struct analysis_of_cell *cell)
{
    const struct summary *time = &cell->time;
    const bool timed = cell->samples > 0;
    const struct standing *standing = cell->standing;
    json_t *object = results_cell(cell->cell);
    if (!object)
        return NULL;
    (void)json_object_set_new(object, "samples", json_integer((json_int_t)cell->samples));
    (void)json_object_set_new(object, "rounds", json_integer((json_int_t)cell->rounds));
    (void)json_object_set_new(object, "verified", json_boolean(cell->verified));
    (void)json_object_set_new(object, "result",
                              *standing->result ? json_string(standing->result) : json_null());
    if (standing->failed)
        (void)json_object_set_new(object, "failure", json_string(standing->failure));
    set_number(object, "median_s", timed, time->median);
    set_number(object, "ci_low_s", time->has_interval, time->interval.low);
    set_number(object, "ci_high_s", time->has_interval, time->interval.high);
    set_number(object, "startup_s", timed, cell->startup_s);
    set_speedups(object, cell);
    set_flags(object, cell);
    if (json_object_set_new(object, "where_the_time_went", factors_object(&cell->factors)) == 0)
        return object;
    json_decref(object);
    return NULL;
}
