#include "fits_tables.h"

#include "json.h"

#include <string.h>

/* ---- as JSON ---- */

/* The points of a model that a law could be fitted to. */
struct candidates {
    bool took_part;  /* in the law's experiment, as a point or not */
    unsigned counts; /* different numbers of workers, */
    size_t points;   /* and how many cells have them */
    unsigned fewest, most;
};

static bool has_earlier(const struct analysed_kernel *kernel, size_t index,
                        const struct experiment *in)
{
    const struct analysis_of_cell *cell = kernel->cells[index];
    for (size_t i = 0; i < index; i++)
        if (kernel->cells[i]->cell->workers == cell->cell->workers &&
            kernel->cells[i]->label == cell->label && fits_take(kernel->cells[i], in))
            return true;
    return false;
}

static struct candidates find_candidates(const struct analysed_kernel *kernel, size_t label,
                                         const struct experiment *experiment)
{
    struct candidates found = {.fewest = UINT32_MAX};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        if (kernel->cells[i]->label != label || !experiment_has(experiment, cell))
            continue;
        found.took_part = found.took_part || !(cell->traits & TRAIT_BASE);
        if (!fits_take(kernel->cells[i], experiment))
            continue;
        found.points++;
        found.counts += !has_earlier(kernel, i, experiment);
        found.fewest = cell->workers < found.fewest ? cell->workers : found.fewest;
        found.most = cell->workers > found.most ? cell->workers : found.most;
    }
    return found;
}

static json_t *value_object(const struct summary *value)
{
    return json_pack("{s:o, s:o, s:o}", "value", json_known(true, value->median), "low",
                     json_known(value->has_interval, value->interval.low), "high",
                     json_known(value->has_interval, value->interval.high));
}

/* The law's parameters by their symbols; null without a fit. */
static json_t *parameters_object(const struct fit *fit)
{
    if (!fit)
        return json_null();
    json_t *parameters = json_object();
    for (unsigned i = 0; i < law_info[fit->law].parameters; i++)
        (void)json_object_set_new(parameters, law_info[fit->law].symbols[i],
                                  value_object(&fit->found.parameters[i]));
    return parameters;
}

/* Why there is no fit; null where there is one. */
static json_t *reason_of(const struct fit *fit, const struct candidates *candidates)
{
    if (fit)
        return json_null();
    if (candidates->counts >= LAWS_MIN_WORKER_COUNTS)
        return json_string("no round has all of the points");
    return json_sprintf(
        "%u different worker count%s, and a fit takes %d: cells that failed, or have "
        "more workers than cores, do not count",
        candidates->counts, candidates->counts == 1 ? "" : "s", LAWS_MIN_WORKER_COUNTS);
}

static json_t *law_object(const struct fits *fits, const struct experiment *experiment,
                          const struct cell *first, enum law law,
                          const struct candidates *candidates)
{
    const struct fit *fit = fits_find(fits, experiment, first, law);
    const bool has_points = candidates->points > 0;
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "kernel",
                     first->kernel, "model", first->label, "experiment", experiment->name, "law",
                     law_info[law].name, "workers_from",
                     has_points ? json_integer(candidates->fewest) : json_null(), "workers_to",
                     has_points ? json_integer(candidates->most) : json_null(), "points",
                     (json_int_t)candidates->points, "parameters", parameters_object(fit), "rounds",
                     fit ? json_integer((json_int_t)fit->found.parameters[0].count) : json_null(),
                     "deviation", json_known(fit != NULL, fit ? fit->found.deviation : 0),
                     "reason", reason_of(fit, candidates));
}

static void add_laws(json_t *list, const struct fits *fits, const struct analysed_kernel *kernel,
                     const struct analysis_of_cell *first, const struct experiment *experiment)
{
    const struct candidates candidates = find_candidates(kernel, first->label, experiment);
    for (enum law law = 0; law < LAW_COUNT; law++)
        if (candidates.took_part && fits_has(experiment, law))
            (void)json_array_append_new(
                list, law_object(fits, experiment, first->cell, law, &candidates));
}

json_t *fits_json(const struct analysed_run *run)
{
    json_t *list = json_array();
    for (size_t k = 0; k < run->kernel_count; k++)
        for (size_t i = 0; i < run->kernels[k].count; i++)
            for (unsigned e = 0; experiment_table[e]; e++)
                if (analysed_kernel_starts_label(&run->kernels[k], i))
                    add_laws(list, &run->fits, &run->kernels[k], run->kernels[k].cells[i],
                             experiment_table[e]);
    return list;
}

/* ---- as text ---- */

static void write_value(FILE *stream, const struct summary *value)
{
    (void)fprintf(stream, ",%.9g", value->median);
    if (value->has_interval)
        (void)fprintf(stream, ",%.9g,%.9g", value->interval.low, value->interval.high);
    else
        (void)fputs(",,", stream);
    (void)fprintf(stream, ",%zu", value->count);
}

static void write_fractions(FILE *stream, const struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct cell *cell = run->cells[i].cell;
        const struct summary fraction = run->cells[i].karp_flatt;
        if (fraction.count == 0)
            continue;
        (void)fprintf(stream, "%s,%s,%s,Karp-Flatt,e,%u,%u,1", cell->kernel, cell->label,
                      fits_experiment(&run->cells[i], LAW_AMDAHL)->name, cell->workers,
                      cell->workers);
        write_value(stream, &fraction);
        (void)fputs(",\n", stream);
    }
}

bool fits_write_csv(FILE *stream, const struct analysed_run *run)
{
    (void)fputs("kernel,model,experiment,law,parameter,workers_from,workers_to,points,value,low,"
                "high,rounds,deviation\n",
                stream);
    write_fractions(stream, run);
    for (size_t i = 0; i < run->fits.count; i++) {
        const struct fit *fit = &run->fits.all[i];
        const struct law_info *law = &law_info[fit->law];
        for (unsigned j = 0; j < law->parameters; j++) {
            (void)fprintf(stream, "%s,%s,%s,%s,%s,%u,%u,%zu", fit->kernel, fit->label,
                          fit->experiment->name, law->name, law->symbols[j], fit->fewest, fit->most,
                          fit->points);
            write_value(stream, &fit->found.parameters[j]);
            (void)fprintf(stream, ",%.9g\n", fit->found.deviation);
        }
    }
    return fflush(stream) == 0 && !ferror(stream);
}

static void print_fit(FILE *stream, const struct fit *fit)
{
    const struct law_info *law = &law_info[fit->law];
    for (unsigned i = 0; i < law->parameters; i++) {
        const struct summary *value = &fit->found.parameters[i];
        char text[64];
        if (value->has_interval)
            (void)snprintf(text, sizeof text, "%#.3g [%#.3g, %#.3g]", value->median,
                           value->interval.low, value->interval.high);
        else
            (void)snprintf(text, sizeof text, "%#.3g", value->median);
        (void)fprintf(stream, "%-18s %-9s %-5s %30s %10.1f %%\n", fit->label, law->name,
                      law->symbols[i], text, 100 * fit->found.deviation);
    }
}

bool fits_print(FILE *stream, const struct fits *fits, const char *kernel)
{
    bool begun = false;
    for (size_t i = 0; i < fits->count; i++) {
        if (strcmp(fits->all[i].kernel, kernel) != 0)
            continue;
        if (!begun)
            (void)fprintf(stream, "\n%s, laws of scaling\n%-18s %-15s %30s %12s\n", kernel, "model",
                          "law", "value", "off by up to");
        begun = true;
        print_fit(stream, &fits->all[i]);
    }
    return begun;
}
