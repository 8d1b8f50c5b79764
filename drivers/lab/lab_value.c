/* A value of a lab, looked up in a run. */
#include "columns.h"
#include "experiment.h"
#include "lab_runs.h"
#include "laws.h"
#include "memory.h"
#include "results.h"
#include "series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cells that may be meant. */
struct candidates {
    size_t count;
    const struct analysis_of_cell **cells; /* ours to free */
};

static double nodes_of(const struct cell *cell)
{
    return cell->nodes;
}

static double size_of(const struct cell *cell)
{
    return (double)cell->size;
}

static double workers_of(const struct cell *cell)
{
    return cell->workers;
}

/* Keeps those that the selector picks by `key`; `else_pick` is for none. */
static void narrow(struct candidates *from, struct lab_selector selector, enum lab_pick else_pick,
                   double (*key)(const struct cell *cell))
{
    const enum lab_pick pick = selector.pick == LAB_ANY ? else_pick : selector.pick;
    double wanted = selector.number;
    size_t kept = 0;
    for (size_t i = 0; pick != LAB_NUMBER && i < from->count; i++) {
        const double own = key(from->cells[i]->cell);
        if (i == 0 || (pick == LAB_MOST ? own > wanted : own < wanted))
            wanted = own;
    }
    for (size_t i = 0; i < from->count; i++)
        if (key(from->cells[i]->cell) == wanted)
            from->cells[kept++] = from->cells[i];
    from->count = kept;
}

/* A whole task by itself is meant where its size is told. */
static bool is_meant(const struct lab_value *value, const struct cell *cell)
{
    return strcmp(cell->kernel, value->kernel) == 0 &&
           (strcmp(cell->label, value->model) == 0 ||
            strcmp(plan_label_on_one_node(cell).text, value->model) == 0) &&
           (!plan_is_one_task(cell) || value->size.pick == LAB_NUMBER);
}

/* Those with more workers than cores only where their number is told. */
static struct candidates find_candidates(const struct analysed_run *run,
                                         const struct lab_value *value)
{
    struct candidates found = {0, memory_new(run->count + 1, sizeof(void *))};
    for (size_t i = 0; i < run->count; i++) {
        const struct cell *cell = run->cells[i].cell;
        if (is_meant(value, cell) && (!cell->oversubscribed || value->workers.pick == LAB_NUMBER))
            found.cells[found.count++] = &run->cells[i];
    }
    return found;
}

static const struct column *find_column(const char *name)
{
    for (size_t i = 0; i < columns_count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

static double number_of(const char *name, const struct analysis_of_cell *cell)
{
    const struct column *column = find_column(name);
    json_t *value = column ? columns_value(column, cell) : json_null();
    const double number = json_is_number(value)    ? json_number_value(value)
                          : json_is_boolean(value) ? (double)json_is_true(value)
                                                   : NAN;
    json_decref(value);
    return number;
}

/* ---- over rounds, of what tables have of one execution or launch only ---- */

static double balance_in(const struct instrumented *execution)
{
    return execution->busy_sum_s / execution->workers / execution->busy_max_s;
}

static double communication_in(const struct instrumented *execution)
{
    return execution->busy_max_s / execution->wall_s;
}

static double member_in(const struct column *column, const struct instrumented *execution)
{
    return *(const double *)(const void *)((const char *)execution + column->offset);
}

static bool is_of_executions(const struct column *column)
{
    return column->place == COLUMN_EXECUTION &&
           (column->kind == COLUMN_NUMBER || column->kind == COLUMN_COUNT);
}

static double of_execution(const struct column *column, const struct instrumented *execution)
{
    return strcmp(column->name, "load_balance") == 0 ? balance_in(execution)
           : is_of_executions(column)                ? member_in(column, execution)
                                                     : communication_in(execution);
}

/* Whether each round has one of its own. */
static bool is_over_rounds(const struct column *column)
{
    return is_of_executions(column) || strcmp(column->name, "load_balance") == 0 ||
           strcmp(column->name, "communication_efficiency") == 0;
}

static struct measured over_executions(const struct column *column,
                                       const struct analysis_of_cell *cell)
{
    const size_t rounds = cell->run->rounds;
    double *values = memory_new(rounds + 1, sizeof *values);
    for (size_t i = 0; i < rounds; i++)
        values[i] = cell->executions[i] ? of_execution(column, cell->executions[i]) : NAN;
    const struct summary summary = stats_summary(values, rounds);
    free(values);
    return measured_of(&summary);
}

/* Each launch has its own, which all of its samples tell. */
static struct measured startup_of(const struct analysis_of_cell *cell)
{
    const size_t rounds = cell->run->rounds;
    double *values = memory_new(rounds + 1, sizeof *values);
    for (size_t i = 0; i < rounds; i++)
        values[i] = NAN;
    for (size_t i = 0; i < cell->rows.count; i++)
        values[cell->rows.rows[i]->round] = cell->rows.rows[i]->startup_s;
    const struct summary summary = stats_summary(values, rounds);
    free(values);
    return measured_of(&summary);
}

/* Of what is compared between cells most. */
static struct measured_rounds rounds_of(const char *name, const struct analysis_of_cell *cell)
{
    const bool is_time = strcmp(name, "median_s") == 0;
    if (!is_time && (strcmp(name, "speedup") != 0 || !cell->base))
        return (struct measured_rounds){.run = NULL};
    return (struct measured_rounds){cell->run, cell->run->rounds, cell->times,
                                    is_time ? NULL : cell->base->times};
}

/* A column whose interval's ends are columns as well is known by these only. */
static struct measured of_column(const char *name, const struct analysis_of_cell *cell)
{
    char low[LAB_NAME_MAX], high[LAB_NAME_MAX];
    const bool is_time = strcmp(name, "median_s") == 0;
    if (strcmp(name, "startup_s") == 0)
        return startup_of(cell);
    if (is_over_rounds(find_column(name)))
        return over_executions(find_column(name), cell);
    (void)snprintf(low, sizeof low, is_time ? "ci_low_s" : "%.50s_low", name);
    (void)snprintf(high, sizeof high, is_time ? "ci_high_s" : "%.50s_high", name);
    struct measured measured = measured_exactly(number_of(name, cell));
    if (!find_column(low) || isnan(measured.median))
        return measured;
    const struct interval ends = {number_of(low, cell), number_of(high, cell)};
    const struct summary summary = {cell->rounds, measured.median, !isnan(ends.low), ends};
    measured = measured_of(&summary);
    measured.rounds = rounds_of(name, cell);
    return measured;
}

/* What an experiment has of its cells: in its columns, or in its figures. */
static const struct own_quantity *find_own(const struct experiment *experiment, const char *name)
{
    const struct own_quantity *const *column = experiment->columns;
    for (; column && *column; column++)
        if (strcmp((*column)->name, name) == 0)
            return *column;
    const struct experiment_figure *figure = experiment->figures;
    for (; figure && figure->heading; figure++)
        if (figure->own && strcmp(figure->own->name, name) == 0)
            return figure->own;
    return NULL;
}

static struct measured of_cell(const char *quantity, const struct analysis_of_cell *cell)
{
    struct summary summary;
    if (find_column(quantity))
        return of_column(quantity, cell);
    for (unsigned i = 0; experiment_table[i]; i++) {
        const struct own_quantity *own = experiment_has(experiment_table[i], cell->cell)
                                             ? find_own(experiment_table[i], quantity)
                                             : NULL;
        if (own) {
            own->value(cell, &summary);
            return summary.count == 1 && cell->rounds > 1 /* it does not depend on any */
                       ? measured_exactly(summary.median)
                       : measured_of(&summary);
        }
    }
    return measured_none("the run does not tell it");
}

static struct measured pick_cell(const struct analysed_run *run, const struct lab_value *value)
{
    struct candidates found = find_candidates(run, value);
    struct measured measured = measured_none(
        "the run has no cell of %s under %s that was asked for", value->kernel, value->model);
    narrow(&found, value->nodes, LAB_LEAST, nodes_of);
    narrow(&found, value->size, LAB_MOST, size_of);
    narrow(&found, value->workers, LAB_MOST, workers_of);
    if (found.count > 0) {
        const struct analysis_of_cell *cell = found.cells[0];
        if (value->workers.pick == LAB_MOST && cell->cell->workers < 2)
            measured = measured_none("there is one core, so that no two workers were measured");
        else
            measured = of_cell(value->quantity, cell);
        if (isnan(measured.median) && !cell->verified && cell->samples > 0)
            measured = measured_none("its result was wrong, so that it has none");
    }
    free(found.cells);
    return measured;
}

static bool is_series(const struct lab_value *value, const struct experiment *experiment,
                      const struct analysis_of_cell *first)
{
    return strcmp(axis_series(&experiment->axis, first->cell).text, value->model) == 0 &&
           (value->workers.pick != LAB_NUMBER || first->cell->workers == value->workers.number);
}

/* Of several series that are meant, the one with the most workers, or the fewest. */
static bool of_kernel_series(const struct analysed_kernel *kernel, const struct lab_value *value,
                             const struct experiment *experiment, const struct own_result *result,
                             struct measured *measured)
{
    const bool is_least = value->workers.pick == LAB_LEAST;
    unsigned workers = 0;
    for (const struct analysis_of_cell *first = NULL;
         (first = results_next(experiment, kernel, first));) {
        const unsigned own = first->cell->workers;
        if (!is_series(value, experiment, first) ||
            (workers > 0 && (is_least ? own > workers : own < workers)))
            continue;
        const struct summary summary = results_value(result, kernel, first);
        *measured = measured_of(&summary);
        workers = own;
    }
    return workers > 0;
}

static bool is_result(const struct own_result *result, const char *name)
{
    return strcmp(result->name, name) == 0;
}

/* Whether a series of that experiment may have it, and it is put where one does. */
static bool of_experiment(const struct analysed_run *run, const struct lab_value *value,
                          const struct experiment *experiment, struct measured *measured)
{
    const struct own_result *result = experiment->results;
    while (result && result->name && !is_result(result, value->quantity))
        result++;
    if (!result || !result->name)
        return false;
    for (size_t k = 0; k < run->kernel_count; k++)
        if (strcmp(run->kernels[k].name, value->kernel) == 0 &&
            of_kernel_series(&run->kernels[k], value, experiment, result, measured))
            break;
    return true;
}

static bool of_series(const struct analysed_run *run, const struct lab_value *value,
                      struct measured *measured)
{
    bool is_any = false;
    *measured = measured_none("what was measured of %s under %s does not determine it",
                              value->kernel, value->model);
    for (unsigned i = 0; experiment_table[i]; i++)
        is_any = of_experiment(run, value, experiment_table[i], measured) || is_any;
    return is_any;
}

/* Parameters of laws, as people name them. */
static const struct {
    const char *name;
    enum law law;
    unsigned parameter;
} fitted[] = {{"serial fraction", LAW_AMDAHL, 0},
              {"scaled serial fraction", LAW_GUSTAFSON, 0},
              {"contention", LAW_UNIVERSAL, 0},
              {"coherence", LAW_UNIVERSAL, 1}};

static bool of_fit(const struct analysed_run *run, const struct lab_value *value,
                   struct measured *measured)
{
    for (size_t i = 0; i < sizeof fitted / sizeof *fitted; i++) {
        if (strcmp(fitted[i].name, value->quantity) != 0)
            continue;
        *measured = measured_none("no law was fitted: that takes %d numbers of workers",
                                  LAWS_MIN_WORKER_COUNTS);
        for (size_t f = 0; f < run->fits.count; f++) {
            const struct fit *fit = &run->fits.all[f];
            if (fit->law == fitted[i].law && fit->found.exists &&
                strcmp(fit->kernel, value->kernel) == 0 && strcmp(fit->label, value->model) == 0)
                *measured = measured_of(&fit->found.parameters[fitted[i].parameter]);
        }
        return true;
    }
    return false;
}

/* Of cores that others took so much of, an interval tells too little. */
static void doubt(struct measured *measured, const struct noise_verdict *noise)
{
    if (noise->spans == 0 || !(noise->taken.median > LAB_VALUE_TAKEN_MAX) || !measured->is_known)
        return;
    measured->is_known = false;
    (void)snprintf(
        measured->why, sizeof measured->why,
        "too noisy: others took %.0f %% of the cores' time; end what else runs here, and "
        "measure again",
        100 * noise->taken.median);
}

struct measured lab_value_in(const struct analysed_run *run, const struct lab_value *value)
{
    struct measured measured;
    if (!of_fit(run, value, &measured) && !of_series(run, value, &measured))
        measured = pick_cell(run, value);
    doubt(&measured, &run->noise);
    return measured;
}
