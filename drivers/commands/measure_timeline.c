#include "measure_timeline.h"

#include "manifest.h"
#include "protocol.h"
#include "timeline_figure.h"

#include <limits.h>

enum status measure_timeline_check(const char *file, const struct cell *cell,
                                   const struct catalog *catalog)
{
    const struct model_entry *entry;
    TRY(gnuplot_check_file("timeline", file));
    TRY(catalog_find(catalog, cell->model, &entry));
    return description_takes(entry->description, PROTOCOL_TIMELINE)
               ? STATUS_OK
               : status_fail(STATUS_USAGE,
                             "--timeline: the program of %s does not tell who computed what when",
                             cell->model);
}

enum status measure_timeline_draw(const char *file, const struct cell *cell,
                                  const struct launch_result *launched,
                                  const struct machine *machine, const json_t *nodes)
{
    struct lanes lanes;
    char plots[PATH_MAX];
    json_t *execution = launch_execution(launched);
    const bool is_told = lanes_read(execution, &lanes);
    json_decref(execution);
    if (!is_told)
        return status_fail(STATUS_FAILED,
                           "there is no %s: the program of %s did not tell who computed what when",
                           file, cell->model);
    struct timeline_picture picture = {.count = 1, .panels = {{.cell = cell, .lanes = &lanes}}};
    json_t *where = json_pack("{s:{s:s, s:s, s:i}, s:O*}", "machine", "host", machine->host, "cpu",
                              machine->cpu, "allowed", (int)machine->allowed, "nodes", nodes);
    (void)snprintf(picture.heading, sizeof picture.heading, "%s: who computed what when",
                   cell->kernel);
    timeline_caption(&picture, manifest_machine_line(where, false).text);
    enum status status = catalog_plots(plots);
    if (status == STATUS_OK) {
        const struct drawing drawing = timeline_drawing(&picture, plots, "timeline");
        status = gnuplot_draw_file(file, &drawing);
    }
    json_decref(where);
    lanes_free(&lanes);
    return status;
}
