/* What follows of experiments' series, as text. */
#include "results.h"

#include "cell_table.h"
#include "columns.h"
#include "json.h"
#include "tables.h"

#include <string.h>

/* ---- for tools ---- */

/* Of each result of each series of the run. */
typedef void tell_result(void *to, const struct experiment *experiment, const char *kernel,
                         const char *series, const struct own_result *result,
                         const struct summary *value);

static void tell_series(const struct experiment *experiment, const struct analysed_kernel *kernel,
                        tell_result *tell, void *to)
{
    const struct analysis_of_cell *first = NULL;
    while ((first = results_next(experiment, kernel, first))) {
        const struct axis_series series = series_name(experiment, kernel->run, first->cell);
        for (const struct own_result *result = experiment->results; result->name; result++) {
            const struct summary value = results_value(result, kernel, first);
            if (value.count > 0)
                tell(to, experiment, kernel->name, series.text, result, &value);
        }
    }
}

static void tell_all(const struct analysed_run *run, tell_result *tell, void *to)
{
    for (size_t k = 0; k < run->kernel_count; k++)
        for (unsigned e = 0; experiment_table[e]; e++)
            tell_series(experiment_table[e], &run->kernels[k], tell, to);
}

static void add_object(void *to, const struct experiment *experiment, const char *kernel,
                       const char *series, const struct own_result *result,
                       const struct summary *value)
{
    (void)json_array_append_new(
        to,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I}", "experiment", experiment->name,
                  "kernel", kernel, "series", series, "result", result->name, "unit", result->unit,
                  "value", json_known(value->median), "low", json_known(value->interval.low),
                  "high", json_known(value->interval.high), "rounds", (json_int_t)value->count));
}

json_t *tables_results_json(const struct analysed_run *run)
{
    json_t *list = json_array();
    tell_all(run, add_object, list);
    return list;
}

void tables_write_results(FILE *stream, const void *context)
{
    static const char *const keys[] = {"experiment", "kernel", "series", "result", "unit",
                                       "value",      "low",    "high",   "rounds"};
    json_t *list = tables_results_json(context);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        (void)fprintf(stream, "%s%s", i > 0 ? "," : "", keys[i]);
    (void)fputc('\n', stream);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *line = json_array();
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            (void)json_array_append(line, json_object_get(json_array_get(list, i), keys[k]));
        columns_write_line(stream, line);
    }
    json_decref(list);
}

bool tables_has_results(const struct analysed_run *run)
{
    bool has = false;
    for (size_t k = 0; k < run->kernel_count; k++)
        for (unsigned e = 0; experiment_table[e]; e++)
            has = has || results_next(experiment_table[e], &run->kernels[k], NULL);
    return has;
}

/* ---- on a terminal ---- */

/* Two have room for their intervals, one more for its value. */
enum { LABEL_COLUMNS = 20, WITH_INTERVAL = 2, SHOWN_MAX = 3 };

static int width_of(unsigned column)
{
    return column < WITH_INTERVAL ? 23 : 11;
}

static void print_value(FILE *stream, const struct own_result *result, const struct summary *value,
                        unsigned column)
{
    char text[80] = "-";
    if (value->count > 0)
        (void)snprintf(text, sizeof text, "%s", own_text(result->unit, value->median).text);
    if (value->count > 0 && value->has_interval && column < WITH_INTERVAL)
        text_append(text, sizeof text, " [%s, %s]",
                    own_text_beside(result->unit, value->interval.low, value->median).text,
                    own_text_beside(result->unit, value->interval.high, value->median).text);
    (void)fprintf(stream, " %*s", width_of(column), text);
}

void tables_print_results(FILE *stream, const struct analysed_kernel *kernel,
                          const struct experiment *experiment)
{
    const struct own_result *results = experiment->results;
    const struct analysis_of_cell *first = results_next(experiment, kernel, NULL);
    if (!first)
        return;
    (void)fprintf(stream, "\n%s, %s: what follows\n%-*s", kernel->name, experiment->name,
                  LABEL_COLUMNS, "model");
    for (unsigned i = 0; results[i].name && i < SHOWN_MAX; i++)
        (void)fprintf(stream, " %*s", width_of(i),
                      results[i].brief ? results[i].brief : results[i].name);
    (void)fputc('\n', stream);
    for (; first; first = results_next(experiment, kernel, first)) {
        cell_table_label(stream, series_name(experiment, kernel->run, first->cell).text, NULL,
                         LABEL_COLUMNS);
        for (unsigned i = 0; results[i].name && i < SHOWN_MAX; i++) {
            const struct summary value = results_value(&results[i], kernel, first);
            print_value(stream, &results[i], &value, i);
        }
        (void)fputc('\n', stream);
    }
}
