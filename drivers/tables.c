#include "tables.h"

#include "printable.h"
#include "results.h"
#include "text.h"

#include <math.h>
#include <string.h>

/* The unit that a kernel's times share, so that a column can be compared at a glance. */
struct unit {
    const char *name;
    double seconds;
};

static struct unit unit_for(const struct analysis_of_cell *cells, size_t count, const char *kernel)
{
    static const struct unit units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}};
    double least = INFINITY;
    for (size_t i = 0; i < count; i++)
        if (strcmp(cells[i].cell->kernel, kernel) == 0 && cells[i].time.median < least)
            least = cells[i].time.median;
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

static void print_cell(FILE *stream, const struct analysis_of_cell *cell, struct unit unit)
{
    char time[48], speedup[48] = "-", efficiency[16] = "-", shape[32], failure[46];
    if (cell->cell->ranks > 1 && cell->cell->threads > 1)
        (void)snprintf(shape, sizeof shape, "%ux%u", cell->cell->ranks, cell->cell->threads);
    else
        (void)snprintf(shape, sizeof shape, "%u", cell->cell->workers);
    text_append(shape, sizeof shape, "%s", cell->cell->oversubscribed ? "*" : "");
    if (!cell->verified) {
        printable_copy(cell->standing->failed ? cell->standing->failure : "not measured", failure,
                       sizeof failure);
        (void)fprintf(stream, "%-18s %7s  FAILED: %s\n", cell->cell->label, shape, failure);
        return;
    }
    format_interval(&cell->time, unit.seconds, time, sizeof time);
    if (cell->has_speedup) {
        format_interval(&cell->speedup, 1, speedup, sizeof speedup);
        (void)snprintf(efficiency, sizeof efficiency, "%.2f", analysis_efficiency(cell));
    }
    (void)fprintf(stream, "%-18s %7s %22s %22s %6s\n", cell->cell->label, shape, time, speedup,
                  efficiency);
}

static void print_kernel(FILE *stream, const struct analysis_of_cell *cells, size_t count,
                         const struct analysis_of_cell *first)
{
    char size[32], heading[24];
    const char *kernel = first->cell->kernel;
    struct unit unit = unit_for(cells, count, kernel);
    text_grouped(first->cell->size, size, sizeof size);
    (void)snprintf(heading, sizeof heading, "median, %s", unit.name);
    (void)fprintf(stream, "\n%s, size %s\n%-18s %7s %22s %22s %6s\n", kernel, size, "model",
                  "workers", heading, "speedup", "effic.");
    for (size_t i = 0; i < count; i++)
        if (strcmp(cells[i].cell->kernel, kernel) == 0)
            print_cell(stream, &cells[i], unit);
}

void tables_print(FILE *stream, const struct analysis_of_cell *cells, size_t count)
{
    bool oversubscribed = false, without_interval = false;
    for (size_t i = 0; i < count; i++) {
        if (analysis_starts_kernel(cells, i))
            print_kernel(stream, cells, count, &cells[i]);
        oversubscribed = oversubscribed || cells[i].cell->oversubscribed;
        without_interval = without_interval || !cells[i].time.has_interval;
    }
    (void)fprintf(stream, "\n[ ] 95 %% interval of the median. Speedup against serial, paired by "
                          "round.\n");
    if (without_interval)
        (void)fprintf(stream,
                      "Without [ ]: fewer than %d rounds or samples, too few for an "
                      "interval.\n",
                      STATS_MIN_FOR_INTERVAL);
    if (oversubscribed)
        (void)fprintf(stream, "* more workers than cores.\n");
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
            (void)fprintf(stream, " efficiency=%.4f", analysis_efficiency(analysed));
        }
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

bool tables_write_csv(FILE *stream, const struct analysis_of_cell *cells, size_t count)
{
    (void)fprintf(stream, "kernel,model,workers,ranks,threads,nodes,size,oversubscribed,rounds,"
                          "samples,verified,median_s,ci_low_s,ci_high_s,startup_s,base_s,speedup,"
                          "speedup_low,speedup_high,efficiency\n");
    for (size_t i = 0; i < count; i++) {
        const struct analysis_of_cell *analysed = &cells[i];
        const struct cell *cell = analysed->cell;
        const struct summary *time = &analysed->time, *speedup = &analysed->speedup;
        const bool there = analysed->verified, faster = analysed->has_speedup;
        (void)fprintf(stream, "%s,%s,%u,%u,%u,%u,%llu,%d,%zu,%zu,%d", cell->kernel, cell->label,
                      cell->workers, cell->ranks, cell->threads, cell->nodes,
                      (unsigned long long)cell->size, cell->oversubscribed, analysed->rounds,
                      analysed->samples, there);
        write_number(stream, there, time->median);
        write_number(stream, there && time->has_interval, time->interval.low);
        write_number(stream, there && time->has_interval, time->interval.high);
        write_number(stream, there, analysed->startup_s);
        write_number(stream, faster, analysed->base_s);
        write_number(stream, faster, speedup->median);
        write_number(stream, faster && speedup->has_interval, speedup->interval.low);
        write_number(stream, faster && speedup->has_interval, speedup->interval.high);
        write_number(stream, faster, analysis_efficiency(analysed));
        (void)fprintf(stream, "\n");
    }
    return fflush(stream) == 0 && !ferror(stream);
}

static void set_number(json_t *object, const char *key, bool exists, double value)
{
    (void)json_object_set_new(object, key, exists ? json_real(value) : json_null());
}

json_t *tables_json(const struct analysis_of_cell *cell)
{
    const struct summary *time = &cell->time, *speedup = &cell->speedup;
    const bool timed = cell->samples > 0, faster = cell->has_speedup;
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
    set_number(object, "speedup", faster, speedup->median);
    set_number(object, "speedup_low", faster && speedup->has_interval, speedup->interval.low);
    set_number(object, "speedup_high", faster && speedup->has_interval, speedup->interval.high);
    set_number(object, "efficiency", faster, analysis_efficiency(cell));
    return object;
}
