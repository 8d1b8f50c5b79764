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

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 256, MODEL_MIN_POINTS = 5 };

/* A cell as a point of a call path. */
struct point {
    const struct cell *cell;
    unsigned experiment;
    size_t path; /* which call path it is of, from 0 */
};

struct points {
    struct point *list; /* by workers, then by call path; of both the same, the first planned */
    size_t count, paths;
};

static bool is_point(const struct analysed_run *run, size_t cell, unsigned experiment)
{
    const struct cell *planned = &run->plan->cells[cell];
    return run->cells[cell].verified && !(planned->traits & TRAIT_BASE) &&
           planned->experiments & 1u << experiment;
}

static int compare_paths(const struct point *left, const struct point *right)
{
    if (left->experiment != right->experiment)
        return left->experiment < right->experiment ? -1 : 1;
    const int kernels = strcmp(left->cell->kernel, right->cell->kernel);
    return kernels ? kernels : strcmp(left->cell->label, right->cell->label);
}

static int compare_workers(const struct point *left, const struct point *right)
{
    return (left->cell->workers > right->cell->workers) -
           (left->cell->workers < right->cell->workers);
}

static int by_path(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    const int paths = compare_paths(a, b), workers = compare_workers(a, b);
    return paths ? paths : workers ? workers : (a->cell > b->cell) - (a->cell < b->cell);
}

static int by_workers(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    const int workers = compare_workers(a, b);
    return workers ? workers : (a->path > b->path) - (a->path < b->path);
}

/* Numbers the call paths. Of two ways to arrange as many workers the first one stays. */
static void find_paths(struct points *points)
{
    const size_t all = points->count;
    points->count = 0;
    qsort(points->list, all, sizeof *points->list, by_path);
    for (size_t i = 0; i < all; i++) {
        const struct point *last = points->count > 0 ? &points->list[points->count - 1] : NULL;
        struct point point = points->list[i];
        const bool is_same = last && compare_paths(last, &point) == 0;
        points->paths += !is_same;
        point.path = points->paths - 1;
        if (!is_same || compare_workers(last, &point) != 0)
            points->list[points->count++] = point;
    }
    qsort(points->list, points->count, sizeof *points->list, by_workers);
}

static enum status points_make(const struct analysed_run *run, struct points *points)
{
    *points = (struct points){
        .list = calloc(run->plan->count * EXPERIMENT_COUNT + 1, sizeof *points->list)};
    if (!points->list)
        return status_no_memory("the export");
    for (size_t i = 0; i < run->plan->count; i++)
        for (unsigned e = 0; e < EXPERIMENT_COUNT; e++)
            if (is_point(run, i, e))
                points->list[points->count++] =
                    (struct point){.cell = &run->plan->cells[i], .experiment = e};
    find_paths(points);
    return STATUS_OK;
}

/* How many call paths have as many workers as the one at `first`; they stand behind it. */
static size_t paths_with(const struct points *points, size_t first)
{
    size_t end = first;
    while (end < points->count && compare_workers(&points->list[first], &points->list[end]) == 0)
        end++;
    return end - first;
}

static void write_path(const struct point *point, char path[PATH_MAX_BYTES])
{
    (void)snprintf(path, PATH_MAX_BYTES, "%s->%s->%s", experiment_table[point->experiment]->name,
                   point->cell->kernel, point->cell->label);
}

/* Where not all call paths have these points, says which lacks them, as the first one. */
static void say_lacking(const struct points *points, size_t first, size_t count)
{
    char path[PATH_MAX_BYTES];
    const struct point *lacking = points->list;
    const size_t lack = points->paths - count;
    size_t missing = 0;
    while (missing < count && points->list[first + missing].path == missing)
        missing++;
    while (lacking->path != missing)
        lacking++;
    write_path(lacking, path);
    status_say("p=%u is left out: %zu of %zu call paths lack%s it: %s%s",
               points->list[first].cell->workers, lack, points->paths, lack == 1 ? "s" : "", path,
               lack == 1 ? "" : ", ...");
}

static enum status check_points(const struct points *points, const char *folder)
{
    size_t common = 0;
    if (points->count == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell of a model that scales, measured and verified in an "
                           "experiment: nothing can be exported",
                           folder);
    for (size_t i = 0, count; i < points->count; i += count) {
        count = paths_with(points, i);
        common += count == points->paths;
        if (count < points->paths)
            say_lacking(points, i, count);
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
        bool written = line && json_dumpf(line, stream, JSON_COMPACT) == 0;
        json_decref(line);
        (void)fputc('\n', stream);
        if (!written)
            return false;
    }
    return true;
}

static enum status write_points(const struct analysed_run *run, const struct points *points,
                                FILE *stream)
{
    bool written = true;
    for (size_t i = 0, count; i < points->count; i += count) {
        count = paths_with(points, i);
        for (size_t j = i; j < i + count && count == points->paths; j++)
            written = written && write_point(analysed_run_rows(run, (size_t)(points->list[j].cell -
                                                                             run->plan->cells)),
                                             &points->list[j], stream);
    }
    return written ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write the export");
}

static enum status write_extrap(const struct analysed_run *run, FILE *stream)
{
    struct points points = {.list = NULL};
    enum status status = points_make(run, &points);
    if (status == STATUS_OK)
        status = write_points(run, &points, stream);
    free(points.list);
    return status;
}

const struct export_format export_extrap = {
    .name = "extrap",
    .help = "JSON lines of Extra-P, time over workers: extrap --json FILE.jsonl",
    .check = check_extrap,
    .write = write_extrap,
};
