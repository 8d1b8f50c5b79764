#include "measure_outputs.h"

#include "description.h"
#include "memory.h"
#include "outputs_figure.h"
#include "protocol.h"
#include "quantities.h"

#include <limits.h>
#include <stdlib.h>

/* "grid, …": all that do show some. */
static char *showing(void)
{
    char *names;
    size_t length;
    const char *separator = "";
    FILE *stream = memory_open(&names, &length);
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++)
        if (kernel_shows(*kernel)) {
            (void)fprintf(stream, "%s%s", separator, (*kernel)->name);
            separator = ", ";
        }
    memory_close(stream, &names);
    return names;
}

enum status measure_outputs_check(const char *file, const struct cell *cell,
                                  const struct catalog *catalog)
{
    const struct model_entry *entry;
    const struct kernel *kernel = kernel_find(cell->kernel);
    enum status status = STATUS_OK;
    if (!kernel || !kernel_shows(kernel)) {
        char *names = showing();
        status = status_fail(STATUS_USAGE, "--outputs: %s shows none: take one of %s", cell->kernel,
                             names);
        free(names);
        return status;
    }
    TRY(gnuplot_check_file("outputs", file));
    TRY(catalog_find(catalog, cell->model, &entry));
    return description_takes(entry->description, PROTOCOL_OUTPUTS)
               ? STATUS_OK
               : status_fail(STATUS_USAGE, "--outputs: the program of %s does not tell them",
                             cell->model);
}

enum status measure_outputs_draw(const char *file, const struct cell *cell,
                                 const struct launch_result *launched)
{
    struct outputs_table table;
    char plots[PATH_MAX], by[160];
    if (!outputs_table_take(launched, kernel_find(cell->kernel), &table))
        return status_fail(STATUS_FAILED, "there is no %s: the program of %s did not tell it", file,
                           cell->model);
    struct outputs_picture picture = {.table = &table};
    (void)snprintf(by, sizeof by, "computed by %.100s, %u worker%s", cell->label, cell->workers,
                   plural(cell->workers));
    outputs_caption(&picture, cell->size, by);
    enum status status = catalog_plots(plots);
    if (status == STATUS_OK) {
        const struct drawing drawing = outputs_drawing(&picture, plots, "outputs");
        status = gnuplot_draw_file(file, &drawing);
    }
    outputs_table_free(&table);
    return status;
}
