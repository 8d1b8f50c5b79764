#include "cell_table.h"

#include "columns.h"
#include "text.h"

#include <math.h>
#include <string.h>

const struct cell_table cell_table_factors = {
    "where the time went",
    25,
    25,
    true,
    5,
    {{"watched_speedup", 3, "speedup", "speedup", " %7s", 0},
     {NULL, 0, "= workers", "workers", " = %7s", 0},
     {"load_balance", 3, "× load balance", "balance", " x %8s", 0},
     {"communication_efficiency", 3, "× communication efficiency", "communic.", " x %9s", 0},
     {"computation_scaling", 3, "× computation scaling", "comput.", " x %7s", 0}}};

const struct cell_table cell_table_scaling = {
    "what computing cost",
    25,
    18,
    false,
    7,
    {{NULL, 0, "workers", NULL, " %6s", 0},
     {"computation_scaling", 3, "computation scaling", "comput.", " %7s", 0},
     {"instruction_scaling", 3, "= instruction scaling", "instr.", " = %6s", 0},
     {"ipc_scaling", 3, "× IPC scaling", "IPC", " x %6s", 0},
     {"frequency_scaling", 3, "× frequency scaling", "freq.", " x %6s", 0},
     {"instructions", 1, NULL, "instr./1e6", "  %11s", 1e6},
     {"ipc", 2, NULL, "IPC", " %5s", 0}}};

bool cell_table_is_explained(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->cell->workers > 1 && cell->factors.exists &&
           !analysis_is_scaled(cell);
}

bool cell_table_is_counted(const struct analysis_of_cell *cell)
{
    return cell_table_is_explained(cell) && cell->factors.has_counters;
}

void cell_table_text(const struct shown *shown, const struct analysis_of_cell *cell, double per,
                     const char *absent, char text[CELL_TABLE_TEXT_MAX])
{
    const struct column *column = columns_find(shown->column);
    const struct column_value value = columns_value(column, cell);
    if (!value.exists)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%s", absent);
    else if (per > 0)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%.*f", shown->digits, value.number / per);
    else if (column->kind == COLUMN_LONG || column->kind == COLUMN_UNSIGNED)
        text_grouped(value.whole, text, CELL_TABLE_TEXT_MAX);
    else if (strcmp(column->unit, "B") == 0)
        text_bytes((uint64_t)value.number, text, CELL_TABLE_TEXT_MAX);
    else if (column->kind == COLUMN_COUNT)
        text_grouped((uint64_t)fmin(value.number, 1e18), text, CELL_TABLE_TEXT_MAX);
    else if (*column->unit)
        text_seconds(value.number, text, CELL_TABLE_TEXT_MAX);
    else
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%.*f", shown->digits, value.number);
}

void cell_table_workers(const struct cell *cell, char text[CELL_TABLE_TEXT_MAX])
{
    const char *mark = cell->oversubscribed ? "*" : "";
    if (cell->ranks > 1 && cell->threads > 1)
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%ux%u%s", cell->ranks, cell->threads, mark);
    else
        (void)snprintf(text, CELL_TABLE_TEXT_MAX, "%u%s", cell->workers, mark);
}

static void print_head(FILE *stream, const struct cell_table *table)
{
    (void)fprintf(stream, "\n%-*s", table->title_width, table->title);
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].brief)
            (void)fprintf(stream, table->columns[i].format, table->columns[i].brief);
    (void)fputc('\n', stream);
}

static void print_row(FILE *stream, const struct cell_table *table,
                      const struct analysis_of_cell *cell)
{
    (void)fprintf(stream, "%-*s", table->label_width, cell->cell->label);
    for (size_t i = 0; i < table->count; i++) {
        const struct shown *shown = &table->columns[i];
        char text[CELL_TABLE_TEXT_MAX];
        if (shown->column)
            cell_table_text(shown, cell, shown->per, "-", text);
        else
            cell_table_workers(cell->cell, text);
        (void)fprintf(stream, shown->format, text);
    }
    (void)fputs(table->marked && cell->factors.perturbed ? " !\n" : "\n", stream);
}

void cell_table_print(FILE *stream, const struct cell_table *table,
                      const struct analysed_kernel *kernel, cell_table_shows *shows)
{
    bool headed = false;
    for (size_t i = 0; i < kernel->count; i++) {
        if (!shows(kernel->cells[i]))
            continue;
        if (!headed)
            print_head(stream, table);
        headed = true;
        print_row(stream, table, kernel->cells[i]);
    }
}
