#include "tables.h"

#include "cell_table.h"
#include "columns.h"
#include "json.h"
#include "quantities.h"

#include <math.h>
#include <string.h>

/* ---- as JSON ---- */

/* The law's parameters by their symbols; null without a fit. */
static json_t *parameters_object(const struct fit *fit)
{
    json_t *parameters = fit->found.exists ? json_object() : json_null();
    for (unsigned i = 0; fit->found.exists && i < law_info[fit->law].parameters; i++) {
        const struct summary *value = &fit->found.parameters[i];
        (void)json_object_set_new(parameters, law_info[fit->law].symbols[i],
                                  json_pack("{s:o, s:o, s:o}", "value", json_known(value->median),
                                            "low", json_known(value->interval.low), "high",
                                            json_known(value->interval.high)));
    }
    return parameters;
}

/* Why there is no fit; null where there is one. */
static json_t *reason_of(const struct fit *fit)
{
    if (fit->found.exists)
        return json_null();
    if (fit->found.counts >= LAWS_MIN_WORKER_COUNTS)
        return json_string("no round has all of the points");
    return json_sprintf(
        "%zu different worker count%s, and a fit takes %d: cells that failed, or have "
        "more workers than cores, do not count",
        fit->found.counts, plural(fit->found.counts), LAWS_MIN_WORKER_COUNTS);
}

json_t *tables_fits_json(const struct analysed_run *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->fits.count; i++) {
        const struct fit *fit = &run->fits.all[i];
        const bool there = fit->points > 0;
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "kernel",
                            fit->kernel, "model", fit->label, "experiment", fit->experiment->name,
                            "law", law_info[fit->law].name, "workers_from",
                            json_known_count(there ? fit->fewest : 0), "workers_to",
                            json_known_count(fit->most), "points", (json_int_t)fit->points,
                            "parameters", parameters_object(fit), "rounds",
                            json_known_count(fit->found.parameters[0].count), "deviation",
                            json_known(fit->found.deviation), "reason", reason_of(fit)));
    }
    return list;
}

/* ---- as text ---- */

/* A law's parameter, as it was fitted. */
static void write_row(FILE *stream, const struct fit *fit, const char *law, const char *symbol,
                      const struct summary *value)
{
    columns_write_line(stream,
                       json_pack("[s, s, s, s, s, i, i, I, o, o, o, I, o]", fit->kernel, fit->label,
                                 fit->experiment->name, law, symbol, (int)fit->fewest,
                                 (int)fit->most, (json_int_t)fit->points, json_known(value->median),
                                 json_known(value->interval.low), json_known(value->interval.high),
                                 (json_int_t)value->count, json_known(fit->found.deviation)));
}

static void write_fractions(FILE *stream, const struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        const unsigned workers = cell->cell->workers;
        const struct fit point = {
            cell->cell->kernel,    cell->cell->label, fits_experiment(cell, LAW_AMDAHL),
            .points = 1,           .fewest = workers, .most = workers,
            .found.deviation = NAN};
        if (cell->karp_flatt.count > 0)
            write_row(stream, &point, "Karp-Flatt", "e", &cell->karp_flatt);
    }
}

void tables_write_fits(FILE *stream, const void *context)
{
    const struct analysed_run *run = context;
    (void)fputs("kernel,model,experiment,law,parameter,workers_from,workers_to,points,value,low,"
                "high,rounds,deviation\n",
                stream);
    write_fractions(stream, run);
    for (size_t i = 0; i < run->fits.count; i++) {
        const struct fit *fit = &run->fits.all[i];
        const struct law_info *law = &law_info[fit->law];
        for (unsigned j = 0; fit->found.exists && j < law->parameters; j++)
            write_row(stream, fit, law->name, law->symbols[j], &fit->found.parameters[j]);
    }
}

enum { LABEL_COLUMNS = 18 };

static void print_fit(FILE *stream, const struct fit *fit, const char *above)
{
    const struct law_info *law = &law_info[fit->law];
    for (unsigned i = 0; i < law->parameters; i++, above = fit->label) {
        const struct summary *value = &fit->found.parameters[i];
        char text[64];
        if (value->has_interval)
            (void)snprintf(text, sizeof text, "%#.3g [%#.3g, %#.3g]", value->median,
                           value->interval.low, value->interval.high);
        else
            (void)snprintf(text, sizeof text, "%#.3g", value->median);
        cell_table_label(stream, fit->label, above, LABEL_COLUMNS);
        (void)fprintf(stream, " %-9s %-5s %30s %10.1f %%\n", law->name, law->symbols[i], text,
                      100 * fit->found.deviation);
    }
}

void tables_print_fits(FILE *stream, const struct fits *fits, const char *kernel)
{
    const char *above = NULL;
    for (size_t i = 0; i < fits->count; i++) {
        if (!fits->all[i].found.exists || strcmp(fits->all[i].kernel, kernel) != 0)
            continue;
        if (!above)
            (void)fprintf(stream, "\n%s, laws of scaling\n%-*s %-15s %30s %12s\n", kernel,
                          LABEL_COLUMNS, "model", "law", "value", "off by up to");
        print_fit(stream, &fits->all[i], above);
        above = fits->all[i].label;
    }
}
