/*
 * The JSON lines of Extra-P: a line a sample, its parameter p the number of workers, its call path
 * EXPERIMENT->KERNEL->MODEL.
 *
 * Extra-P refuses a file whose call paths were not all measured at the same points, and asks for
 * five of them or more. So the numbers of workers that all call paths have in common are taken. The
 * bases of speedups are no call paths: they do not scale.
 * Source: Extra-P 4, docs/file-formats.md and docs/quick-start.md, validate_experiment() in
 * extrap/fileio/io_helper.py, and min_measurement_points in extrap/modelers.
 */
#include "export_format.h"

#include "experiment.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 256, MODEL_MIN_POINTS = 5 };

/* A cell as a point of a call path. */
struct point {
    const struct cell *cell;
    size_t index; /* of the cell */
    unsigned experiment;
    uint64_t path; /* which call path it is of; from 0 without a gap, once it is numbered */
};

struct points {
    struct point *list; /* by call path, then by workers */
    size_t count, paths;
};

static bool is_point(const struct analysed_run *run, size_t cell, unsigned experiment)
{
    const struct cell *planned = &run->plan->cells[cell];
    return run->cells[cell].verified && !(planned->traits & TRAIT_BASE) &&
           experiment_table[experiment]->axis.kind == AXIS_WORKERS &&
           planned->experiments & 1u << experiment;
}

static int by_path(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->path != b->path)
        return a->path < b->path ? -1 : 1;
    if (a->cell->workers != b->cell->workers)
        return a->cell->workers < b->cell->workers ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* Numbers the call paths. Of two ways to arrange as many workers the first one stays. */
static void find_paths(struct points *points)
{
    const size_t all = points->count;
    uint64_t last = UINT64_MAX;
    points->count = 0;
    qsort(points->list, all, sizeof *points->list, by_path);
    for (size_t i = 0; i < all; i++) {
        struct point point = points->list[i];
        const bool is_new = point.path != last;
        last = point.path;
        points->paths += is_new;
        point.path = points->paths - 1;
        if (is_new || points->list[points->count - 1].cell->workers != point.cell->workers)
            points->list[points->count++] = point;
    }
}

static enum status points_make(const struct analysed_run *run, struct points *points)
{
    *points =
        (struct points){.list = calloc(run->count * EXPERIMENTS_MAX + 1, sizeof *points->list)};
    if (!points->list)
        return status_no_memory("the export");
    for (size_t i = 0; i < run->count; i++)
        for (unsigned e = 0; experiment_table[e]; e++)
            if (is_point(run, i, e))
                points->list[points->count++] =
                    (struct point){&run->plan->cells[i], i, e,
                                   (e * run->kernel_count + run->cells[i].kernel) * run->count +
                                       run->cells[i].label};
    find_paths(points);
    return STATUS_OK;
}

/* How many call paths have so many workers. */
static size_t paths_with(const struct points *points, unsigned workers)
{
    size_t count = 0;
    for (size_t i = 0; i < points->count; i++)
        count += points->list[i].cell->workers == workers;
    return count;
}

static void write_path(const struct point *point, char path[PATH_MAX_BYTES])
{
    (void)snprintf(path, PATH_MAX_BYTES, "%s->%s->%s", experiment_table[point->experiment]->name,
                   point->cell->kernel, point->cell->label);
}

/* Says which call path lacks so many workers, as the first one. */
static void say_lacking(const struct points *points, unsigned workers)
{
    char path[PATH_MAX_BYTES];
    const size_t lack = points->paths - paths_with(points, workers);
    const struct point *lacking = points->list;
    size_t missing = 0;
    for (size_t i = 0; i < points->count; i++)
        missing += points->list[i].path == missing && points->list[i].cell->workers == workers;
    while (lacking->path != missing)
        lacking++;
    write_path(lacking, path);
    status_say("p=%u is left out: %zu of %zu call paths lack%s it: %s%s", workers, lack,
               points->paths, lack == 1 ? "s" : "", path, lack == 1 ? "" : ", ...");
}

/* Whether no point before it has as many workers. */
static bool is_first(const struct points *points, size_t index)
{
    size_t i = 0;
    while (points->list[i].cell->workers != points->list[index].cell->workers)
        i++;
    return i == index;
}

static enum status check_points(const struct points *points, const char *folder)
{
    size_t common = 0;
    if (points->count == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell of a model that scales, measured and verified in an "
                           "experiment: nothing can be exported",
                           folder);
    for (size_t i = 0; i < points->count; i++) {
        const unsigned workers = points->list[i].cell->workers;
        if (!is_first(points, i))
            continue;
        if (paths_with(points, workers) == points->paths)
            common++;
        else
            say_lacking(points, workers);
    }
    if (common == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no number of workers that all call paths have in common: "
                           "nothing can be exported",
                           folder);
    if (common < MODEL_MIN_POINTS)
        status_say("Extra-P asks for %d numbers of workers or more; here %s %zu: measure more "
                   "--workers",
                   MODEL_MIN_POINTS, common == 1 ? "is" : "are", common);
    return STATUS_OK;
}

static enum status check_extrap(const struct analysed_run *run)
{
    struct points points = {.list = NULL};
    enum status status = export_check_verified(run);
    if (status == STATUS_OK)
        status = points_make(run, &points);
    if (status == STATUS_OK)
        status = check_points(&points, run->folder);
    free(points.list);
    return status;
}

/* ---- writing ---- */

static bool write_point(struct rows_of_cell own, const struct point *point, FILE *stream)
{
    char path[PATH_MAX_BYTES];
    write_path(point, path);
    for (size_t i = 0; i < own.count; i++) {
        if (own.rows[i]->is_late)
            continue;
        json_t *line =
            json_pack("{s:{s:i}, s:s, s:s, s:f}", "params", "p", (int)point->cell->workers,
                      "callpath", path, "metric", "time", "value", own.rows[i]->seconds);
        if (!json_write(stream, line, JSON_COMPACT))
            return false;
        (void)fputc('\n', stream);
    }
    return true;
}

static enum status write_extrap(const struct analysed_run *run, FILE *stream)
{
    struct points points = {.list = NULL};
    enum status status = points_make(run, &points);
    for (size_t i = 0; i < points.count && status == STATUS_OK; i++) {
        const struct point *point = &points.list[i];
        if (paths_with(&points, point->cell->workers) == points.paths &&
            !write_point(analysed_run_rows(run, point->index), point, stream))
            status = status_fail(STATUS_FAILED, "cannot write the export");
    }
    free(points.list);
    return status;
}

const struct export_format export_extrap = {
    .name = "extrap",
    .help = "JSON lines of Extra-P, time over workers: extrap --json FILE.jsonl",
    .check = check_extrap,
    .write = write_extrap,
};
