#include "report_counters.h"

#include "report_table.h"

#include <math.h>

static bool is_counted(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->factors.execution;
}

static void add(struct cell_table *table, const char *column, int digits, const char *heading)
{
    table->columns[table->count++] =
        (struct shown){.column = column, .digits = digits, .heading = heading};
}

/* With their sizes, where the work of one is scaled. */
static struct cell_table begin(const struct analysed_kernel *kernel)
{
    struct cell_table table = {.shows = is_counted};
    bool scaled = false;
    add(&table, NULL, 0, "workers");
    for (size_t i = 0; i < kernel->count; i++)
        scaled = scaled || (is_counted(kernel->cells[i]) && analysis_is_scaled(kernel->cells[i]));
    if (scaled)
        add(&table, "size", 0, "size");
    return table;
}

/* The name of that event where a cell of the kernel has a count of it; else NULL. */
static const char *name_of(const struct analysed_kernel *kernel, unsigned event)
{
    const char *name = NULL;
    for (size_t i = 0; i < kernel->count && !name; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (is_counted(cell) && !isnan(cell->factors.execution->count[event]))
            name = cell->state->events.name[event];
    }
    return name;
}

/* Nothing where the processor counted nothing. */
static void write_processor(FILE *page, const struct analysed_kernel *kernel)
{
    static const char *const own[] = {"counter_1", "counter_2"};
    struct cell_table table = begin(kernel);
    bool any = name_of(kernel, INSTRUMENTED_INSTRUCTIONS) || name_of(kernel, INSTRUMENTED_CYCLES);
    add(&table, "instructions", 0, "instructions");
    add(&table, "cycles", 0, "cycles");
    add(&table, "ipc", 2, "IPC");
    for (unsigned i = INSTRUMENTED_OWN; i < INSTRUMENTED_EVENTS; i++) {
        const char *name = name_of(kernel, i);
        if (name)
            add(&table, own[i - INSTRUMENTED_OWN], 0, name);
        any = any || name;
    }
    if (any)
        (void)report_cells(page, "", kernel, &table);
}

void report_counters(FILE *page, const struct analysed_kernel *kernel)
{
    struct cell_table table = begin(kernel);
    add(&table, "cpu_s", 0, "CPU time");
    add(&table, "voluntary_switches", 0, "switches, voluntary");
    add(&table, "involuntary_switches", 0, "involuntary");
    add(&table, "minor_faults", 0, "faults, minor");
    add(&table, "major_faults", 0, "major");
    add(&table, "peak_memory_bytes", 0, "peak memory");
    if (report_cells(page, "<h3>What was counted</h3>\n", kernel, &table))
        write_processor(page, kernel);
}
