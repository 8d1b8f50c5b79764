#include "cell_table.h"

#include "columns.h"
#include "experiment.h"
#include "memory.h"
#include "printable.h"
#include "quantities.h"

#include <math.h>
#include <string.h>

static bool is_counted(const struct analysis_of_cell *cell)
{
    return analysis_is_explained(cell) && cell->factors.has_counters;
}

const struct cell_table cell_table_factors = {
    .shows = analysis_is_explained,
    .title = "where the time went      ",
    .is_marked = true,
    .count = 7,
    .columns = {
        {"watched_speedup", "speedup", "speedup", " %7s", .digits = 3},
        {NULL, "=\u00a0workers", "workers", " = %7s", .digits = 0},
        {"load_balance", "×\u00a0load balance", "balance", " x %8s", .digits = 3},
        {"communication_efficiency", "×\u00a0communication efficiency", "communic.", " x %9s",
         .digits = 3},
        {"computation_scaling", "×\u00a0computation scaling", "comput.", " x %7s", .digits = 3},
        {"handed_out_s", "handing out", .interval = true}, /* there is no room on a terminal */
        {"collected_s", "collecting", .interval = true}}};

const struct cell_table cell_table_scaling = {
    .shows = is_counted,
    .title = "what computing cost      ",
    .count = 7,
    .columns = {
        {.heading = "workers"},
        {"computation_scaling", "computation scaling", "comput.", " %7s", .digits = 3},
        {"instruction_scaling", "=\u00a0instruction scaling", "instr.", " = %6s", .digits = 3},
        {"ipc_scaling", "×\u00a0IPC scaling", "IPC", " x %6s", .digits = 3},
        {"frequency_scaling", "×\u00a0frequency scaling", "freq.", " x %6s", .digits = 3},
        {"instructions", NULL, "instr./1e6", "  %11s", .per = 1e6, .digits = 1},
        {"ipc", NULL, "IPC", " %5s", .digits = 2}}};

char *cell_table_unexplained(const struct analysed_kernel *kernel)
{
    char *text;
    size_t length;
    const char *separator = "";
    FILE *stream = memory_open(&text, &length);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!cell->verified || !cell->factors.perturbed || analysis_is_explained(cell) ||
            experiment_is_of_sizes(cell->cell))
            continue;
        (void)fprintf(stream, "%s%s with %u worker%s%s", separator,
                      cell_table_name(cell->cell).text, cell->cell->workers,
                      plural(cell->cell->workers),
                      analysis_is_scaled(cell) ? " in weak scaling" : "");
        separator = ", ";
    }
    memory_close(stream, &text);
    return text;
}

/* ---- times and speedups ---- */

struct unit {
    double seconds; /* 0: each row has its own */
    int digits;
    const char *heading, *brief;
};

/* The unit that all times of a kernel share, so that a column can be compared at a glance: the one
 * in which their middle is at least 1. Those of several sizes are too far apart for that, and
 * those of an experiment with columns of its own may be. */
static const struct unit *unit_of(const struct analysed_kernel *kernel,
                                  const struct experiment *own)
{
    static const struct unit units[] = {{1, 3, "median, s", "median, s "},
                                        {1e-3, 3, "median, ms", "median, ms "},
                                        {1e-6, 3, "median, µs", "median, us "}},
                             of_each_row = {0, 0, "median", "median "};
    return experiment_is_of_one_size(own) && !(own && own->columns)
               ? &units[(kernel->middle_s < 1) + (kernel->middle_s < 1e-3)]
               : &of_each_row;
}

/* The cell with the most workers whose limit was measured; NULL: there is none. */
static const struct analysis_of_cell *most_limited(const struct analysed_kernel *kernel,
                                                   const struct experiment *own)
{
    const struct analysis_of_cell *most = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (cell->limit && experiment_tables(own, cell->cell) &&
            (!most || cell->cell->workers > most->cell->workers))
            most = cell;
    }
    return most;
}

static void add_column(struct cell_table *table, const struct shown *shown)
{
    if (table->count < CELL_TABLE_COLUMNS_MAX)
        table->columns[table->count++] = *shown;
}

/* What the experiment makes of its cells. On a terminal there is room for two of them, and for the
 * interval of one. */
static void add_own(struct cell_table *table, const struct experiment *own)
{
    static const char *const formats[] = {" %21s", " %11s"};
    for (unsigned i = 0; own->columns[i]; i++) {
        const struct own_quantity *quantity = own->columns[i];
        const char *brief = quantity->brief ? quantity->brief : quantity->name;
        add_column(table, &(struct shown){.own = quantity,
                                          .heading = quantity->name,
                                          .brief = i < 2 ? brief : NULL,
                                          .format = i < 2 ? formats[i] : NULL,
                                          .interval = true,
                                          .is_brief = i > 0});
    }
}

/* Whether a column of the experiment's own is what all tables have by that name. */
static bool tells_itself(const struct experiment *own, const char *column)
{
    bool tells = false;
    for (unsigned i = 0; own->columns[i]; i++)
        tells = tells || strcmp(own->columns[i]->name, column) == 0;
    return tells;
}

/* Whether rows are told apart by workers and sizes both. */
static bool has_workers_and_size(const struct experiment *own)
{
    return own && own->axis.kind == AXIS_WORKERS && !experiment_is_of_one_size(own);
}

static const char *title_of(const struct experiment *own)
{
    return has_workers_and_size(own)        ? "model  on       size"
           : experiment_is_of_one_size(own) ? "model         workers"
                                            : "model            size";
}

/* Speedup and efficiency, or what these are where work is scaled. */
static void add_speedups(struct cell_table *table, const struct experiment *own, bool has_room)
{
    const bool scaled = own && own->scale, has_own = own && own->columns;
    const char *relative = scaled ? "efficiency" : "speedup";
    if (!has_own || !tells_itself(own, relative))
        add_column(table, &(struct shown){relative, relative, has_own ? NULL : relative,
                                          has_own ? NULL : " %21s", .digits = 3, .interval = true});
    add_column(table, &(struct shown){scaled ? "scaled_speedup" : "efficiency",
                                      scaled ? "scaled speedup" : "efficiency",
                                      !has_room ? NULL
                                      : scaled  ? "scaled"
                                                : "effic.",
                                      has_room ? " %6s" : NULL, .digits = 2});
}

/* With its interval on the page, and on a terminal where there is room. */
static void add_brief(struct cell_table *table, const char *column, const char *heading,
                      const char *brief, int digits, int brief_digits)
{
    add_column(table, &(struct shown){column, heading, .digits = digits, .interval = true});
    if (!table->own || !table->own->columns)
        add_column(table, &(struct shown){column, NULL, brief, " %6s", .digits = brief_digits});
}

/* On a terminal there is no room for all: where there is a limit, it tells more than what the
 * workers would ideally give, and what an experiment has of its own tells more than speedups. */
struct cell_table cell_table_of(const struct analysed_kernel *kernel, const struct experiment *own)
{
    const struct unit *unit = unit_of(kernel, own);
    const struct baselines *bases = &kernel->bases;
    const bool scaled = own && own->scale, has_own = own && own->columns;
    const bool limited = !scaled && most_limited(kernel, own);
    struct cell_table table = {.own = own, .title = title_of(own)};
    add_column(&table, &(struct shown){.heading = "workers"});
    if (own)
        add_column(&table, &(struct shown){"size", "size", .digits = 0});
    add_column(&table,
               &(struct shown){"median_s", unit->heading, unit->brief, " %22s", unit->seconds,
                               unit->digits, .interval = true, .is_judged = true});
    if (has_own)
        add_own(&table, own);
    add_speedups(&table, own, !limited && !has_own);
    if (limited)
        add_brief(&table, "of_limit", "of limit", "limit", 3, 2);
    if (!scaled && bases->absolute && bases->absolute != bases->relative)
        add_brief(&table, "absolute_speedup", "absolute speedup", "absol.", 4, 4);
    add_column(&table, &(struct shown){"startup_s", "start-up", .digits = 0});
    return table;
}

/* What the limit's own cell makes of what it uses: of memory, or of one core. */
static struct short_text rate_of(const struct kernel *kernel, const struct analysis_of_cell *limit)
{
    const double size = (double)limit->cell->size, seconds = limit->time.median;
    struct short_text text = {""};
    if (kernel && kernel_is_map(kernel))
        (void)snprintf(text.text, sizeof text.text, ", %.1f GB/s",
                       1e-9 * (double)(kernel->input_item_size + kernel->output_item_size) * size /
                           seconds);
    else if (kernel && limit->cell->workers == 1)
        (void)snprintf(text.text, sizeof text.text, ", %.2f ns a %s", 1e9 * seconds / size,
                       kernel->item);
    return text;
}

/* What limits the cell, and what tells it. */
static void append_limit(const struct analysis_of_cell *cell, char *text, size_t length)
{
    const struct cell_limit *limit = &cell->cell->limit;
    const struct analysis_of_cell *told = cell->limit;
    const char *kernel = told->cell->kernel;
    const struct short_text time = text_seconds(told->time.median);
    const struct short_text rate = rate_of(kernel_find(kernel), told);
    text_append(text, length, "; limit: %s, ", limit->what);
    if (limit->kind == LIMIT_OF_MACHINE)
        text_append(text, length, "as long as %s takes with as many workers, %s with %u%s", kernel,
                    time.text, told->cell->workers, rate.text);
    else if (limit->kind == LIMIT_OF_CORES)
        text_append(text, length, "as long as %s takes on one core, %s%s, over the workers", kernel,
                    time.text, rate.text);
    else
        text_append(text, length, "as long as %s takes, %s, and the rest over the workers", kernel,
                    time.text);
}

/* What the speedups of the table are over: of whole tasks the same tasks. */
static const struct analysis_of_cell *base_of(const struct analysed_kernel *kernel,
                                              const struct experiment *own)
{
    for (size_t i = 0; own && own->tasks && i < kernel->count; i++)
        if (experiment_tables(own, kernel->cells[i]->cell) && kernel->cells[i]->base &&
            kernel->cells[i]->base->verified)
            return kernel->cells[i]->base;
    return kernel->bases.relative;
}

void cell_table_bases(const struct analysed_kernel *kernel, const struct experiment *own,
                      char text[CELL_TABLE_BASES_MAX])
{
    const size_t length = CELL_TABLE_BASES_MAX;
    const struct baselines *bases = &kernel->bases;
    const struct analysis_of_cell *relative = base_of(kernel, own);
    const bool scaled = own && own->scale;
    *text = '\0';
    if (!relative || !experiment_is_of_one_size(own))
        return;
    text_append(text, length, "%s over serial, %s", scaled ? "efficiency" : "speedup",
                text_seconds(relative->time.median).text);
    if (scaled || relative != bases->relative)
        return;
    if (bases->absolute && bases->absolute != bases->relative)
        text_append(text, length, "; absolute over %s, %s", bases->absolute->cell->kernel,
                    text_seconds(bases->absolute->time.median).text);
    else if (bases->others > 0)
        text_append(text, length, ", the fastest of %zu algorithms", bases->others + 1);
    const struct analysis_of_cell *limited = most_limited(kernel, own);
    if (limited)
        append_limit(limited, text, length);
}

bool cell_table_has(const struct cell_table *table, const struct analysis_of_cell *cell)
{
    return table->shows ? table->shows(cell) : experiment_tables(table->own, cell->cell);
}

/* ---- on a terminal ---- */

static void print_head(FILE *stream, const struct cell_table *table)
{
    (void)fputs(table->title, stream);
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].brief)
            (void)fprintf(stream, table->columns[i].format, table->columns[i].brief);
    (void)fputc('\n', stream);
}

void cell_table_label(FILE *stream, const char *label, const char *above, int width)
{
    const bool is_long = (int)strlen(label) > width;
    if (is_long && (!above || strcmp(above, label) != 0))
        text_wrapped(stream, "", "%s", label);
    (void)fprintf(stream, "%-*s", width, is_long ? "" : label);
}

/* What stands beside the model, in the same column. */
static struct short_text beside(const struct cell_table *table, const struct cell *cell)
{
    const struct short_text none = {""};
    if (has_workers_and_size(table->own)) {
        struct short_text both = {""};
        text_append(both.text, sizeof both.text, "%u %10s", cell->workers,
                    text_grouped(cell->size).text);
        return both;
    }
    if (!experiment_is_of_one_size(table->own))
        return table->own->axis.kind == AXIS_SIZE ? axis_text(&table->own->axis, cell)
                                                  : text_grouped(cell->size);
    return cell_table_is_of_workers(&table->columns[0]) ? cell_table_workers(cell) : none;
}

/* The room for the name that what is beside it leaves in all rows that are called so. */
static int room_for(const struct cell_table *table, const struct analysed_kernel *kernel,
                    const char *name)
{
    const int width = (int)strlen(table->title);
    int room = width;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        const int taken = (int)strlen(beside(table, cell).text);
        if (cell_table_has(table, kernel->cells[i]) &&
            strcmp(cell_table_name(cell).text, name) == 0 && width - taken - (taken > 0) < room)
            room = width - taken - (taken > 0);
    }
    return room;
}

static void print_value(FILE *stream, const struct shown *shown,
                        const struct analysis_of_cell *cell)
{
    char text[80];
    const struct short_text none = {""};
    const struct short_text value = cell_table_is_of_workers(shown) ? cell_table_workers(cell->cell)
                                                                    : cell_table_text(shown, cell);
    const struct short_text interval =
        shown->interval && !shown->is_brief ? cell_table_brief_interval(shown, cell) : none;
    (void)snprintf(text, sizeof text, "%s", *value.text ? value.text : "-");
    if (*interval.text)
        text_append(text, sizeof text, " [%s]", interval.text);
    if (shown->is_judged)
        text_append(text, sizeof text, cell->too_wide ? "~" : " ");
    (void)fprintf(stream, shown->format, text);
}

static void print_row(FILE *stream, const struct cell_table *table,
                      const struct analysis_of_cell *cell)
{
    char failure[46];
    const char *whole = analysis_failure(cell);
    if (!cell->verified) {
        printable_copy(whole, failure, sizeof failure - strlen("..."));
        text_append(failure, sizeof failure, "%s", strlen(whole) > strlen(failure) ? "..." : "");
        (void)fprintf(stream, "  %s%s\n", analysis_has_failed(cell) ? "FAILED: " : "", failure);
        return;
    }
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].format)
            print_value(stream, &table->columns[i], cell);
    (void)fputs(table->is_marked && cell->factors.perturbed ? " !\n" : "\n", stream);
}

void cell_table_print(FILE *stream, const struct cell_table *table,
                      const struct analysed_kernel *kernel)
{
    const int width = (int)strlen(table->title);
    struct cell_table_name above = {""};
    print_head(stream, table);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        if (!cell_table_has(table, kernel->cells[i]))
            continue;
        const struct cell_table_name name = cell_table_name(cell);
        const int room = room_for(table, kernel, name.text);
        cell_table_label(stream, name.text, above.text, room);
        (void)fprintf(stream, "%*s", width - room, beside(table, cell).text);
        print_row(stream, table, kernel->cells[i]);
        above = name;
    }
}

const struct analysis_of_cell *cell_table_first(const struct cell_table *table,
                                                const struct analysed_kernel *kernel)
{
    for (size_t i = 0; i < kernel->count; i++)
        if (cell_table_has(table, kernel->cells[i]))
            return kernel->cells[i];
    return NULL;
}
