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
#include "memory.h"

#include <stdlib.h>

enum { PATH_MAX_BYTES = 256, MODEL_MIN_POINTS = 5 };

/* A cell as a point of a call path. */
struct point {
    const struct analysis_of_cell *cell;
    unsigned experiment, workers;
    uint64_t path; /* which call path it is of */
};

struct points {
    struct point *list; /* by call path, then by workers */
    size_t count;
};

static bool is_point(const struct analysis_of_cell *cell, const struct experiment *experiment)
{
    return cell->verified && !(cell->cell->traits & TRAIT_BASE) &&
           experiment->axis.kind == AXIS_WORKERS && experiment_has(experiment, cell->cell);
}

static int by_path(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->path != b->path)
        return a->path < b->path ? -1 : 1;
    if (a->workers != b->workers)
        return a->workers < b->workers ? -1 : 1;
    return (a->cell > b->cell) - (a->cell < b->cell);
}

/* The caller frees the list. */
static struct points points_make(const struct analysed_run *run)
{
    struct points points = {memory_new(run->count * EXPERIMENTS_MAX, sizeof *points.list), 0};
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        for (unsigned e = 0; experiment_table[e]; e++)
            if (is_point(cell, experiment_table[e]))
                points.list[points.count++] = (struct point){
                    cell, e, cell->cell->workers,
                    (e * run->kernel_count + cell->kernel) * run->count + cell->label};
    }
    qsort(points.list, points.count, sizeof *points.list, by_path);
    return points;
}

/* How many call paths lack so many workers, all of them 0; `first`: a point of the first one. */
static size_t lacking(const struct points *points, unsigned workers, const struct point **first)
{
    size_t lack = 0;
    for (size_t i = 0, next; i < points->count; i = next) {
        const uint64_t path = points->list[i].path;
        bool has = false;
        for (next = i; next < points->count && points->list[next].path == path; next++)
            has = has || points->list[next].workers == workers;
        if (!has && lack++ == 0)
            *first = &points->list[i];
    }
    return lack;
}

static void write_path(const struct point *point, char path[PATH_MAX_BYTES])
{
    (void)snprintf(path, PATH_MAX_BYTES, "%s->%s->%s", experiment_table[point->experiment]->name,
                   point->cell->cell->kernel, point->cell->cell->label);
}

/* Whether no point before it has as many workers. */
static bool is_first(const struct points *points, size_t index)
{
    size_t i = 0;
    while (points->list[i].workers != points->list[index].workers)
        i++;
    return i == index;
}

/* Says which numbers of workers are left out, and why; returns how many are common to all. */
static size_t count_common(const struct points *points)
{
    const struct point *first = NULL;
    char path[PATH_MAX_BYTES];
    size_t common = 0;
    for (size_t i = 0; i < points->count; i++) {
        const unsigned workers = points->list[i].workers;
        const size_t lack = is_first(points, i) ? lacking(points, workers, &first) : 0;
        common += is_first(points, i) && lack == 0;
        if (lack == 0)
            continue;
        write_path(first, path);
        status_say("p=%u is left out: %zu of %zu call paths lack%s it: %s%s", workers, lack,
                   lacking(points, 0, &first), lack == 1 ? "s" : "", path,
                   lack == 1 ? "" : ", ...");
    }
    return common;
}

static enum status check_extrap(const struct analysed_run *run)
{
    TRY(export_check_verified(run));
    const struct points points = points_make(run);
    const size_t common = count_common(&points);
    free(points.list);
    if (points.count == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell of a model that scales, measured and verified in an "
                           "experiment: nothing can be exported",
                           run->folder);
    if (common == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no number of workers that all call paths have in common: "
                           "nothing can be exported",
                           run->folder);
    if (common < MODEL_MIN_POINTS)
        status_say("Extra-P asks for %d numbers of workers or more; here %s %zu: measure more "
                   "--workers",
                   MODEL_MIN_POINTS, common == 1 ? "is" : "are", common);
    return STATUS_OK;
}

/* ---- writing ---- */

static void write_point(const struct point *point, FILE *stream)
{
    const struct rows_of_cell own = point->cell->rows;
    char path[PATH_MAX_BYTES];
    write_path(point, path);
    for (size_t i = 0; i < own.count; i++)
        if (!own.rows[i]->is_late)
            export_json(json_pack("{s:{s:i}, s:s, s:s, s:f}", "params", "p", (int)point->workers,
                                  "callpath", path, "metric", "time", "value",
                                  own.rows[i]->seconds),
                        JSON_COMPACT, stream);
}

static void write_extrap(const struct analysed_run *run, FILE *stream)
{
    const struct points points = points_make(run);
    for (size_t i = 0; i < points.count; i++) {
        const struct point *point = &points.list[i], *first;
        /* Of two ways to arrange as many workers the first one stays. */
        const bool is_again =
            i > 0 && point[-1].path == point->path && point[-1].workers == point->workers;
        if (!is_again && lacking(&points, point->workers, &first) == 0)
            write_point(point, stream);
    }
    free(points.list);
}

const struct export_format export_extrap = {
    .name = "extrap",
    .help = "JSON lines of Extra-P, time over workers: extrap --json FILE.jsonl",
    .check = check_extrap,
    .write = write_extrap,
};
