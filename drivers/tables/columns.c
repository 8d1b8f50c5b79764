#define _GNU_SOURCE
#include "cell_json.h"
#include "run_folder.h"
#include "tables.h"

#include <math.h>

/* ---- FOM lines ---- */

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

void tables_print_fom(FILE *stream, const struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *analysed = &run->cells[i];
        const struct cell *cell = analysed->cell;
        const struct summary *time = &analysed->time, *speedup = &analysed->speedup;
        (void)fprintf(stream,
                      "FOM kernel=%s model=%s workers=%u ranks=%u threads=%u nodes=%u size=%llu "
                      "samples=%zu",
                      cell->kernel, cell->label, cell->workers, cell->ranks, cell->threads,
                      cell->nodes, (unsigned long long)cell->size, analysed->samples);
        if (analysed->verified) {
            const int digits = time->median < 1e-5 ? 12 : 9;
            (void)fprintf(stream, " median_s=%.*f", digits, time->median);
            if (time->has_interval)
                (void)fprintf(stream, " ci_low_s=%.*f ci_high_s=%.*f", digits, time->interval.low,
                              digits, time->interval.high);
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

/* ---- what the system counted ---- */

enum { SYSTEM_COUNTS = 5 };

/* By the name of its column and key; NAN: nobody says. */
struct system_count {
    const char *name;
    double value;
};

static void list_system_counts(const struct instrumented *execution,
                               struct system_count counts[SYSTEM_COUNTS])
{
    counts[0] = (struct system_count){"voluntary_switches", execution->voluntary_switches};
    counts[1] = (struct system_count){"involuntary_switches", execution->involuntary_switches};
    counts[2] = (struct system_count){"minor_faults", execution->minor_faults};
    counts[3] = (struct system_count){"major_faults", execution->major_faults};
    counts[4] = (struct system_count){"peak_memory_bytes", execution->peak_memory_bytes};
}

/* ---- summary.csv ---- */

static void write_number(FILE *stream, bool exists, double value)
{
    if (exists)
        (void)fprintf(stream, ",%.9g", value);
    else
        (void)fputc(',', stream);
}

/* With every digit. */
static void write_count(FILE *stream, bool exists, double value)
{
    if (exists && !isnan(value))
        (void)fprintf(stream, ",%.0f", value);
    else
        (void)fputc(',', stream);
}

static void write_factors(FILE *stream, const struct efficiency *factors, bool there)
{
    const bool exists = there && factors->exists, complete = exists && factors->is_complete;
    write_number(stream, exists, factors->wall_s);
    write_number(stream, complete, factors->speedup);
    write_number(stream, exists, factors->balance);
    write_number(stream, exists, factors->communication);
    write_number(stream, complete, factors->computation);
    write_number(stream, exists, factors->perturbed);
}

static void write_flags(FILE *stream, const struct analysis_of_cell *cell)
{
    const struct outliers *flags = &cell->flags;
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
    (void)fprintf(stream, ",%s", exists ? cell->absolute_base->cell->label : "");
    write_number(stream, exists, cell->absolute_base_s);
    write_number(stream, exists, cell->absolute.median);
    write_number(stream, bounded, cell->absolute.interval.low);
    write_number(stream, bounded, cell->absolute.interval.high);
}

static void write_counters(FILE *stream, const struct efficiency *factors, bool there)
{
    const struct instrumented *execution = &factors->execution;
    const bool exists = there && factors->exists, counted = exists && factors->has_counters;
    const double ipc = execution->instructions / execution->cycles;
    write_count(stream, exists, execution->instructions);
    write_count(stream, exists, execution->cycles);
    write_number(stream, exists && isfinite(ipc), ipc);
    write_number(stream, counted, factors->instruction_scaling);
    write_number(stream, counted, factors->ipc_scaling);
    write_number(stream, counted, factors->frequency_scaling);
}

/* The columns behind all others. A counter that has a name and no value could not be counted. */
static void write_counted(FILE *stream, const struct analysis_of_cell *cell, bool there)
{
    const struct instrumented *execution = &cell->factors.execution;
    const bool exists = there && cell->factors.exists;
    struct system_count counts[SYSTEM_COUNTS];
    list_system_counts(execution, counts);
    write_number(stream, exists && !isnan(execution->cpu_s), execution->cpu_s);
    for (unsigned i = 0; i < SYSTEM_COUNTS; i++)
        write_count(stream, exists, counts[i].value);
    for (unsigned i = INSTRUMENTED_OWN; i < INSTRUMENTED_EVENTS; i++) {
        (void)fprintf(stream, ",%s", exists ? cell->state->events.name[i] : "");
        write_count(stream, exists, instrumented_count(execution, i));
    }
}

bool tables_write_csv(FILE *stream, const struct analysed_run *run)
{
    (void)fprintf(stream,
                  "kernel,model,workers,ranks,threads,nodes,size,oversubscribed,rounds,"
                  "samples,verified,median_s,ci_low_s,ci_high_s,startup_s,base_s,speedup,"
                  "speedup_low,speedup_high,efficiency,watched_s,watched_speedup,"
                  "load_balance,communication_efficiency,computation_scaling,disturbed,"
                  "outliers,far_outliers,slow_first,stopped,half_width,base_size,efficiency_low,"
                  "efficiency_high,absolute_base,absolute_base_s,absolute_speedup,"
                  "absolute_speedup_low,absolute_speedup_high,instructions,cycles,ipc,"
                  "instruction_scaling,ipc_scaling,frequency_scaling,executions,late,skew_s,"
                  "cpu_s,voluntary_switches,involuntary_switches,minor_faults,major_faults,"
                  "peak_memory_bytes,counter_1_name,counter_1,counter_2_name,counter_2\n");
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *analysed = &run->cells[i];
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
        write_counters(stream, &analysed->factors, there);
        (void)fprintf(stream, ",%u,%zu", analysed->state->executions, analysed->late);
        write_number(stream, !isnan(analysed->skew_s), analysed->skew_s);
        write_counted(stream, analysed, there);
        (void)fprintf(stream, "\n");
    }
    return fflush(stream) == 0 && !ferror(stream);
}

/* ---- JSON ---- */

static void set_number(json_t *object, const char *key, bool exists, double value)
{
    (void)json_object_set_new(object, key, exists ? json_real(value) : json_null());
}

/* A sum over workers may be more than an integer of JSON holds. */
static json_t *count_or_null(double value)
{
    return isnan(value)   ? json_null()
           : value < 9e18 ? json_integer((json_int_t)value)
                          : json_real(value);
}

/* By PAPI's names, null where the processor does not count, and why not, as in samples.jsonl. */
static void set_events(json_t *object, const struct analysis_of_cell *cell)
{
    const struct instrumented_events *events = &cell->state->events;
    json_t *counters = json_object(), *absent = json_object();
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS && *events->name[i]; i++) {
        const double count = instrumented_count(&cell->factors.execution, i);
        (void)json_object_set_new(counters, events->name[i], count_or_null(count));
        if (isnan(count) && *events->absent[i])
            (void)json_object_set_new(absent, events->name[i], json_string(events->absent[i]));
    }
    (void)json_object_set_new(object, "counters", counters);
    (void)json_object_set_new(object, "counters_absent", absent);
}

static void set_counters(json_t *object, const struct analysis_of_cell *cell)
{
    const struct efficiency *factors = &cell->factors;
    const struct instrumented *execution = &factors->execution;
    const double ipc = execution->instructions / execution->cycles;
    (void)json_object_set_new(object, "instructions", count_or_null(execution->instructions));
    (void)json_object_set_new(object, "cycles", count_or_null(execution->cycles));
    set_number(object, "ipc", isfinite(ipc), ipc);
    set_number(object, "instruction_scaling", factors->has_counters, factors->instruction_scaling);
    set_number(object, "ipc_scaling", factors->has_counters, factors->ipc_scaling);
    set_number(object, "frequency_scaling", factors->has_counters, factors->frequency_scaling);
    set_events(object, cell);
}

static void set_system_counts(json_t *object, const struct instrumented *execution)
{
    struct system_count counts[SYSTEM_COUNTS];
    list_system_counts(execution, counts);
    set_number(object, "cpu_s", !isnan(execution->cpu_s), execution->cpu_s);
    for (unsigned i = 0; i < SYSTEM_COUNTS; i++)
        (void)json_object_set_new(object, counts[i].name, count_or_null(counts[i].value));
}

static json_t *efficiency_object(const struct analysis_of_cell *cell)
{
    const struct efficiency *factors = &cell->factors;
    json_t *object = factors->exists ? json_object() : json_null();
    if (!factors->exists || !object)
        return object;
    set_number(object, "watched_s", true, factors->wall_s);
    set_number(object, "watched_speedup", factors->is_complete, factors->speedup);
    set_number(object, "load_balance", true, factors->balance);
    set_number(object, "communication_efficiency", true, factors->communication);
    set_number(object, "computation_scaling", factors->is_complete, factors->computation);
    set_counters(object, cell);
    set_system_counts(object, &factors->execution);
    (void)json_object_set_new(object, "disturbed", json_boolean(factors->perturbed));
    return object;
}

static void set_flags(json_t *object, const struct analysis_of_cell *cell)
{
    const struct outliers *flags = &cell->flags;
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
    const struct summary fraction = fits_karp_flatt(cell);
    const bool faster = cell->has_speedup, known = cell->has_absolute;
    set_number(object, "base_s", cell->has_efficiency, cell->base_s);
    set_number(object, "speedup", faster, speedup->median);
    set_number(object, "speedup_low", faster && speedup->has_interval, speedup->interval.low);
    set_number(object, "speedup_high", faster && speedup->has_interval, speedup->interval.high);
    if (analysis_is_scaled(cell))
        set_number(object, "scaled_speedup", cell->has_efficiency,
                   analysis_scaled_speedup(cell).median);
    set_number(object, "efficiency", cell->has_efficiency, analysis_efficiency(cell));
    set_number(object, "karp_flatt", fraction.count > 0, fraction.median);
    set_number(object, "karp_flatt_low", fraction.has_interval, fraction.interval.low);
    set_number(object, "karp_flatt_high", fraction.has_interval, fraction.interval.high);
    (void)json_object_set_new(object, "absolute_base",
                              known ? json_string(cell->absolute_base->cell->label) : json_null());
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
    const struct cell_state *state = cell->state;
    json_t *object = cell_json(cell->cell);
    if (!object)
        return NULL;
    (void)json_object_set_new(object, "samples", json_integer((json_int_t)cell->samples));
    (void)json_object_set_new(object, "executions", json_integer((json_int_t)state->executions));
    (void)json_object_set_new(object, "late", json_integer((json_int_t)cell->late));
    set_number(object, "skew_s", !isnan(cell->skew_s), cell->skew_s);
    (void)json_object_set_new(object, "rounds", json_integer((json_int_t)cell->rounds));
    (void)json_object_set_new(object, "verified", json_boolean(cell->verified));
    (void)json_object_set_new(object, "result",
                              *state->result ? json_string(state->result) : json_null());
    if (state->failed)
        (void)json_object_set_new(object, "failure", json_string(state->failure));
    set_number(object, "median_s", timed, time->median);
    set_number(object, "ci_low_s", time->has_interval, time->interval.low);
    set_number(object, "ci_high_s", time->has_interval, time->interval.high);
    set_number(object, "startup_s", timed, cell->startup_s);
    set_speedups(object, cell);
    set_flags(object, cell);
    if (json_object_set_new(object, "where_the_time_went", efficiency_object(cell)) == 0)
        return object;
    json_decref(object);
    return NULL;
}
