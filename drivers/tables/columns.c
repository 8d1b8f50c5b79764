#include "columns.h"

#include "cell_json.h"
#include "json.h"
#include "tables.h"

#include <math.h>
#include <string.h>

/* ---- values that are made of others ---- */

static json_t *slow_first(const struct analysis_of_cell *cell)
{
    return cell->flags.first.has_interval ? json_boolean(cell->flags.slow_first) : json_null();
}

static json_t *absolute_base(const struct analysis_of_cell *cell)
{
    return json_text(cell->absolute.count > 0 ? cell->absolute_base->cell->kernel : NULL);
}

static json_t *limit(const struct analysis_of_cell *cell)
{
    return json_text(cell->of_limit.count > 0 ? cell->cell->limit.what : NULL);
}

/* Nothing where it is not: few runs are. */
static json_t *mixed(const struct analysis_of_cell *cell)
{
    return cell->is_mixed ? json_true() : json_null();
}

/* A sum over workers may be more than an integer of JSON holds. */
static json_t *count_or_null(double count)
{
    return count < 9e18 ? json_integer((json_int_t)count) : json_known(count);
}

static json_t *count_or_none(const struct cell *cell, double count)
{
    return cell->traits & TRAIT_MAY_LOSE ? count_or_null(count) : json_null();
}

static json_t *updates(const struct analysis_of_cell *cell)
{
    return count_or_none(cell->cell, cell->updates);
}

static json_t *lost(const struct analysis_of_cell *cell)
{
    return count_or_none(cell->cell, cell->lost);
}

/* ---- the table ---- */

enum {
    CSV = COLUMN_CSV,
    JSON = COLUMN_JSON,
    FOM = COLUMN_FOM,
    RIGHT = COLUMN_RIGHT,
    SCALED = COLUMN_SCALED,
    IF_ANY = COLUMN_IF_ANY,
    BOTH = CSV | JSON,
    ALL = BOTH | FOM,
    WENT = CSV | COLUMN_FACTORS | RIGHT
};

/* NOLINTBEGIN(bugprone-macro-parentheses): members are no expressions, nor are structures. */

/* The kind of a member is by its type. */
#define KIND(value)                                                                                \
    _Generic((value),                                                                              \
        char *: COLUMN_CHARS,                                                                      \
        const char *: COLUMN_STRING,                                                               \
        unsigned: COLUMN_UNSIGNED,                                                                 \
        unsigned long: COLUMN_LONG,                                                                \
        bool: COLUMN_FLAG,                                                                         \
        double: COLUMN_NUMBER)
#define OF(structure, from, member)                                                                \
    .kind = KIND(((struct structure *)0)->member), .place = (from),                                \
    .offset = offsetof(struct structure, member)
#define CELL(member) OF(analysis_of_cell, COLUMN_ANALYSED, member)
#define PLAN(member) OF(cell, COLUMN_PLANNED, member)
#define STATE(member) OF(cell_state, COLUMN_STATE, member)
#define COUNT(member) .kind = COLUMN_COUNT, .offset = offsetof(struct analysis_of_cell, member)
#define EXECUTION(member) OF(instrumented, COLUMN_EXECUTION, member)
#define SUM(member)                                                                                \
    .kind = COLUMN_COUNT, .place = COLUMN_EXECUTION, .offset = offsetof(struct instrumented, member)
#define MADE(function) .make = (function)

/* A median and its interval. */
#define SUMMARY_IN(name, unit, help, where, member)                                                \
    {name, unit, help, where, CELL(member.median)},                                                \
        {name "_low", unit, "its interval's low end", where, CELL(member.interval.low)},           \
    {                                                                                              \
        name "_high", unit, "and high end", where, CELL(member.interval.high)                      \
    }
#define SUMMARY(name, help, where, member) SUMMARY_IN(name, "", help, where, member)

/* NOLINTEND(bugprone-macro-parentheses) */

const struct column columns[] = {
    {"kernel", "", "its name", CSV | FOM, PLAN(kernel)},
    {"model", "", "its label", CSV | FOM, PLAN(label)},
    {"workers", "", "how many compute at once", CSV | FOM, PLAN(workers)},
    {"ranks", "", "processes of MPI; 1: there are none", CSV | FOM, PLAN(ranks)},
    {"threads", "", "workers of a rank", CSV | FOM, PLAN(threads)},
    {"nodes", "", "hosts", CSV | FOM, PLAN(nodes)},
    {"size", "", "the kernel's", CSV | FOM, PLAN(size)},
    {"tasks", "", "sizes of whole tasks", JSON | FOM | IF_ANY, PLAN(tasks)},
    {"oversubscribed", "", "1: more workers than cores", CSV, PLAN(oversubscribed)},
    {"rounds", "", "that it was measured in", BOTH, CELL(rounds)},
    {"samples", "", "that are valid", ALL, CELL(samples)},
    {"verified", "", "1: every result was right", BOTH, CELL(verified)},
    {"result", "", "as people write it", JSON, STATE(result)},
    {"failure", "", "why a launch failed, where one did", JSON | IF_ANY, STATE(failure)},
    {"median_s", "s", "median over rounds of each round's", ALL | RIGHT, CELL(time.median)},
    {"ci_low_s", "s", "its 95 % interval's low end", ALL | RIGHT, CELL(time.interval.low)},
    {"ci_high_s", "s", "and the high end", ALL | RIGHT, CELL(time.interval.high)},
    {"startup_s", "s", "what it took to start the workers", BOTH | RIGHT, CELL(startup_s)},
    {"base_s", "s", "serial's time at `base_size`", BOTH, CELL(base_s)},
    SUMMARY("speedup", "median over rounds of serial's time over the cell's", ALL, speedup),
    {"base_size", "", "where the work is scaled", FOM | SCALED, PLAN(base_size)},
    SUMMARY("scaled", "workers times efficiency", FOM | SCALED, scaled),
    {"scaled_speedup", "", "likewise", JSON | SCALED, CELL(scaled.median)},
    {"efficiency", "", "speedup over workers, or see below", ALL, CELL(efficiency.median)},
    SUMMARY("karp_flatt", "Karp and Flatt's serial fraction", JSON, karp_flatt),
    {"watched_s", "s", "one execution with instruments", WENT, EXECUTION(wall_s)},
    {"watched_speedup", "", "workers times the next three", WENT, CELL(factors.speedup)},
    {"load_balance", "", "mean over longest busy time", WENT, CELL(factors.balance)},
    {"communication_efficiency", "", "longest busy time over `watched_s`", WENT,
     CELL(factors.communication)},
    {"computation_scaling", "", "serial's busy time over the sum of the workers'", WENT,
     CELL(factors.computation)},
    {"disturbed", "", "1: the instruments perturbed it", WENT, CELL(factors.perturbed)},
    {"outliers", "", "samples beyond Tukey's fences", BOTH, COUNT(flags.outliers)},
    {"far_outliers", "", "beyond the outer ones", BOTH, COUNT(flags.far_outliers)},
    {"slow_first", "", "1: a launch's first sample is slow", BOTH, MADE(slow_first)},
    SUMMARY("first_ratio", "a launch's first sample over the others", JSON, flags.first),
    {"stopped", "", "why the cell has no more samples", BOTH, CELL(stopped)},
    {"half_width", "", "half the interval's width over the median", BOTH | RIGHT, CELL(half_width)},
    {"base_size", "", "the size of its serial cell", CSV, PLAN(base_size)},
    {"efficiency_low", "", "its interval's low end", CSV, CELL(efficiency.interval.low)},
    {"efficiency_high", "", "and the high end", CSV, CELL(efficiency.interval.high)},
    {"absolute_base", "", "the kernel's fastest algorithm under serial", BOTH, MADE(absolute_base)},
    {"absolute_base_s", "s", "what that takes", BOTH, CELL(absolute_base_s)},
    SUMMARY("absolute_speedup", "over that, paired as `speedup` is", BOTH, absolute),
    {"instructions", "", "of all workers", WENT, SUM(instructions)},
    {"cycles", "", "likewise", WENT, SUM(cycles)},
    {"ipc", "", "instructions of a cycle", WENT, CELL(factors.ipc)},
    {"instruction_scaling", "", "serial's instructions over the workers'", WENT,
     CELL(factors.instruction_scaling)},
    {"ipc_scaling", "", "the workers' IPC over serial's", WENT, CELL(factors.ipc_scaling)},
    {"frequency_scaling", "", "cycles of a busy second, over serial's", WENT,
     CELL(factors.frequency_scaling)},
    {"executions", "", "of a sample, in the latest round", BOTH, STATE(executions)},
    {"late", "", "samples that are not valid", BOTH, CELL(late)},
    {"skew_s", "s", "from the first rank's beginning to the last's", BOTH, CELL(skew_s)},
    {"cpu_s", "s", "CPU time of all workers", WENT, EXECUTION(cpu_s)},
    {"voluntary_switches", "", "their switches, to wait", WENT, SUM(voluntary_switches)},
    {"involuntary_switches", "", "and forced on them", WENT, SUM(involuntary_switches)},
    {"minor_faults", "", "their memory faults without a disk", WENT, SUM(minor_faults)},
    {"major_faults", "", "and with one", WENT, SUM(major_faults)},
    {"peak_memory_bytes", "B", "the most of any worker's process", WENT, SUM(peak_memory_bytes)},
    {"counter_1_name", "", "PAPI's name of the kernel's event", CSV | RIGHT,
     STATE(events.name[INSTRUMENTED_OWN])},
    {"counter_1", "", "the sum of its counts", CSV | RIGHT, SUM(own[0])},
    {"counter_2_name", "", "and a second one", CSV | RIGHT,
     STATE(events.name[INSTRUMENTED_OWN + 1])},
    {"counter_2", "", "likewise", CSV | RIGHT, SUM(own[1])},
    {"limit", "", "what limits the cell, where that was measured", BOTH, MADE(limit)},
    {"limit_s", "s", "the least time that it leaves", BOTH, CELL(limit_s)},
    SUMMARY("of_limit", "the share of the limit's speed that is reached", ALL, of_limit),
    SUMMARY_IN("handed_out_s", "s", "until the last worker began to compute", WENT,
               factors.handed_out),
    SUMMARY_IN("collected_s", "s", "since the last of them had computed", WENT, factors.collected),
    {"updates", "", "of a shared result that may lose some", JSON | FOM | IF_ANY, MADE(updates)},
    {"lost", "", "of these, if > 0: not verified, as expected", ALL | IF_ANY, MADE(lost)},
    {"mixed", "", "1: the run's machines are of several kinds", CSV | FOM, MADE(mixed)},
};
const size_t columns_count = sizeof columns / sizeof *columns;

/* ---- reading a row ---- */

const struct column *columns_find(const char *name)
{
    const struct column *column = columns;
    while (strcmp(column->name, name) != 0)
        column++;
    return column;
}

static const void *place_of(const struct column *column, const struct analysis_of_cell *cell)
{
    const void *const structures[] = {cell, cell->cell, cell->state, cell->factors.execution};
    return (const char *)structures[column->place] + column->offset;
}

json_t *columns_value(const struct column *column, const struct analysis_of_cell *cell)
{
    const bool is_of_execution =
        column->place == COLUMN_EXECUTION || column->where & COLUMN_FACTORS;
    if (is_of_execution && !cell->factors.execution)
        return json_null();
    if (column->make)
        return column->make(cell);
    const void *place = place_of(column, cell);
    switch (column->kind) {
    case COLUMN_CHARS:
        return json_known_text(place);
    case COLUMN_STRING:
        return json_text(*(const char *const *)place);
    case COLUMN_UNSIGNED:
        return json_integer(*(const unsigned *)place);
    case COLUMN_LONG:
        return json_integer((json_int_t)(*(const uint64_t *)place));
    case COLUMN_FLAG:
        return json_boolean(*(const bool *)place);
    case COLUMN_COUNT:
        return count_or_null(*(const double *)place);
    case COLUMN_NUMBER:
        break;
    }
    return json_known(*(const double *)place);
}

const struct summary *columns_summary(const struct column *column,
                                      const struct analysis_of_cell *cell)
{
    return (const void *)((const char *)place_of(column, cell) - offsetof(struct summary, median));
}

/* The value as it is told there of the cell; NULL: it is not. */
static json_t *told(const struct column *column, unsigned where,
                    const struct analysis_of_cell *cell)
{
    const bool is_scaled = !(column->where & COLUMN_SCALED) || analysis_is_scaled(cell);
    const bool is_right = !(column->where & COLUMN_RIGHT) || cell->verified;
    if (!(column->where & where) || !is_scaled)
        return NULL;
    return is_right || !(where & (COLUMN_CSV | COLUMN_FOM)) ? columns_value(column, cell)
                                                            : json_null();
}

/* Nothing of null. `digits` of a number: behind the point or, with %g, significant ones. */
static void write_value(FILE *stream, const json_t *value, const char *format, int digits)
{
    if (json_is_string(value))
        (void)fputs(json_string_value(value), stream);
    else if (json_is_integer(value))
        (void)fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        (void)fprintf(stream, format, digits, json_real_value(value));
    else if (json_is_boolean(value))
        (void)fputs(json_is_true(value) ? "1" : "0", stream);
}

void columns_write_line(FILE *stream, json_t *values)
{
    for (size_t i = 0; i < json_array_size(values); i++) {
        (void)fputs(i > 0 ? "," : "", stream);
        write_value(stream, json_array_get(values, i), "%.*g", 9);
    }
    (void)fputc('\n', stream);
    json_decref(values);
}

/* The cell's line of summary.csv; the header with NULL. */
static json_t *line_of(const struct analysis_of_cell *cell)
{
    json_t *values = json_array();
    for (size_t i = 0; i < columns_count; i++)
        if (columns[i].where & COLUMN_CSV)
            (void)json_array_append_new(values, cell ? told(&columns[i], COLUMN_CSV, cell)
                                                     : json_string(columns[i].name));
    return values;
}

void tables_write_csv(FILE *stream, const void *context)
{
    const struct analysed_run *run = context;
    columns_write_line(stream, line_of(NULL));
    for (size_t i = 0; i < run->count; i++)
        columns_write_line(stream, line_of(&run->cells[i]));
}

void tables_print_fom_of(FILE *stream, const struct analysis_of_cell *cell)
{
    const int digits = cell->time.median < 1e-5 ? 12 : 9;
    (void)fputs("FOM", stream);
    for (size_t i = 0; i < columns_count; i++) {
        const struct column *column = &columns[i];
        json_t *value = told(column, COLUMN_FOM, cell);
        if (value && !json_is_null(value)) {
            (void)fprintf(stream, " %s=", column->name);
            write_value(stream, value, "%.*f", *column->unit ? digits : 4);
        }
        json_decref(value);
    }
    (void)fputc('\n', stream);
}

void tables_write_fom(FILE *stream, const void *context)
{
    const struct analysed_run *run = context;
    for (size_t i = 0; i < run->count; i++)
        tables_print_fom_of(stream, &run->cells[i]);
    tables_print_verdict(stream, run);
}

void tables_print_verdict(FILE *stream, const struct analysed_run *run)
{
    const size_t cells = run->verdict == RUN_PASS ? run->totals.with_losses : 0;
    size_t first = 0;
    if (ferror(stream))
        return;
    (void)fprintf(stream, "VALIDATION: %s", run_verdict_name[run->verdict]);
    while (cells > 0 && !run->cells[first].has_lost)
        first++;
    if (cells > 0)
        (void)fprintf(stream, " (updates were lost, as expected: %s %s workers=%u",
                      run->cells[first].cell->kernel, run->cells[first].cell->label,
                      run->cells[first].cell->workers);
    if (cells > 1)
        (void)fprintf(stream, " and %zu more", cells - 1);
    (void)fputs(cells > 0 ? ")\n" : "\n", stream);
}

static void set_all(json_t *object, unsigned where, const struct analysis_of_cell *cell)
{
    for (size_t i = 0; i < columns_count; i++) {
        json_t *value = told(&columns[i], where, cell);
        if (value && !(columns[i].where & COLUMN_IF_ANY && json_is_null(value)))
            (void)json_object_set_new(object, columns[i].name, value);
    }
}

/* By PAPI's names, null where the processor does not count, and why not, as in samples.jsonl. */
static void set_events(json_t *object, const struct analysis_of_cell *cell)
{
    const struct instrumented_events *events = &cell->state->events;
    json_t *counters = json_object(), *absent = json_object();
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS && *events->name[i]; i++) {
        const double count = cell->factors.execution->count[i];
        (void)json_object_set_new(counters, events->name[i], count_or_null(count));
        if (isnan(count) && *events->absent[i])
            (void)json_object_set_new(absent, events->name[i], json_string(events->absent[i]));
    }
    (void)json_object_set_new(object, "counters", counters);
    (void)json_object_set_new(object, "counters_absent", absent);
}

json_t *tables_json(const struct analysis_of_cell *cell)
{
    json_t *object = cell_json(cell->cell);
    json_t *factors = cell->factors.execution ? json_object() : json_null();
    set_all(object, COLUMN_JSON, cell);
    if (cell->factors.execution) {
        set_all(factors, COLUMN_FACTORS, cell);
        set_events(factors, cell);
    }
    (void)json_object_set_new(object, "where_the_time_went", factors);
    return object;
}
