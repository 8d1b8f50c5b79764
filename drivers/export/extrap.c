/*
 * The JSON lines of Extra-P: a line a sample, its parameter p the number of workers, its call path
 * EXPERIMENT->KERNEL->MODEL.
 *
 * Extra-P refuses a file whose call paths were not all measured at the same points, and asks for
 * five of them or more. So those numbers of workers are taken, if possible as many, at which the
 * most is there, counted as call paths times numbers; what was measured elsewhere, always serial,
 * is left out. The base of absolute speedups is no call path: it does not scale.
 * Source: Extra-P 4, docs/file-formats.md and docs/quick-start.md, validate_experiment() in
 * extrap/fileio/io_helper.py, and min_measurement_points in extrap/modelers.
 */
#include "export_format.h"

#include "sweep.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 256, MODEL_MIN_POINTS = 5 };

/* A cell as a point of a call path. */
struct point {
    char path[PATH_MAX_BYTES];
    unsigned workers;
    size_t cell;
};

struct points {
    size_t count;
    struct point *list;
};

static bool has(const struct points *points, const char *path, unsigned workers)
{
    for (size_t i = 0; i < points->count; i++)
        if (points->list[i].workers == workers && strcmp(points->list[i].path, path) == 0)
            return true;
    return false;
}

static void add(struct points *points, const struct stored *run, size_t index,
                const char *experiment)
{
    const struct cell *cell = &run->plan.cells[index];
    struct point point = {.workers = cell->workers, .cell = index};
    (void)snprintf(point.path, sizeof point.path, "%s->%s->%s", experiment, cell->kernel,
                   cell->label);
    /* Of two ways to arrange as many workers the first one is taken. */
    if (!has(points, point.path, point.workers))
        points->list[points->count++] = point;
}

static void gather(const struct stored *run, struct points *points)
{
    for (size_t i = 0; i < run->plan.count; i++)
        for (unsigned e = 0;
             e < EXPERIMENT_COUNT && run->cells[i].verified && !plan_is_best(&run->plan.cells[i]);
             e++)
            if (run->plan.cells[i].experiments & 1u << e)
                add(points, run, i, experiment_info[e].name);
}

/* ---- at which numbers of workers the most is there ---- */

static bool starts_path(const struct points *points, size_t index)
{
    size_t first = 0;
    while (strcmp(points->list[first].path, points->list[index].path) != 0)
        first++;
    return first == index;
}

/* How many points `path` has, when `other` has one at each of them; else 0. */
static size_t shared(const struct points *points, const char *path, const char *other)
{
    size_t count = 0;
    for (size_t i = 0; i < points->count; i++) {
        if (strcmp(points->list[i].path, path) != 0)
            continue;
        if (!has(points, other, points->list[i].workers))
            return 0;
        count++;
    }
    return count;
}

/* The numbers of workers of a call path. */
struct selection {
    const char *path; /* NULL: none */
    size_t width;     /* how many they are */
    size_t there;     /* points of all call paths that have each of them */
};

static struct selection select_of(const struct points *points, const char *path)
{
    struct selection selection = {path, shared(points, path, path), 0};
    for (size_t i = 0; i < points->count; i++)
        if (starts_path(points, i))
            selection.there += shared(points, path, points->list[i].path);
    return selection;
}

static bool is_better(const struct selection *selection, const struct selection *other)
{
    const bool enough = selection->width >= MODEL_MIN_POINTS;
    if (enough != (other->width >= MODEL_MIN_POINTS))
        return enough;
    return selection->there > other->there ||
           (selection->there == other->there && selection->width > other->width);
}

static struct selection choose(const struct points *points)
{
    struct selection best = {NULL, 0, 0};
    for (size_t i = 0; i < points->count; i++) {
        if (!starts_path(points, i))
            continue;
        const struct selection selection = select_of(points, points->list[i].path);
        if (is_better(&selection, &best))
            best = selection;
    }
    return best;
}

/* ---- writing ---- */

static bool write_point(const struct record *record, const struct point *point, FILE *stream)
{
    for (size_t i = 0; i < record->count; i++) {
        if (record->rows[i].cell != point->cell || record->rows[i].is_late)
            continue;
        json_t *line =
            json_pack("{s:{s:i}, s:s, s:s, s:f}", "params", "p", (int)point->workers, "callpath",
                      point->path, "metric", "time", "value", record->rows[i].seconds);
        bool written = line && json_dumpf(line, stream, JSON_COMPACT) == 0;
        json_decref(line);
        (void)fputc('\n', stream);
        if (!written)
            return false;
    }
    return true;
}

static enum status write_points(const struct stored *run, const struct points *points, FILE *stream)
{
    const struct selection best = choose(points);
    size_t left_out = 0;
    if (!best.path)
        return status_fail(STATUS_FAILED,
                           "%s has no cell that belongs to an experiment: nothing "
                           "can be exported",
                           run->folder);
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->list[i];
        if (!has(points, best.path, point->workers) || shared(points, best.path, point->path) == 0)
            left_out++;
        else if (!write_point(&run->record, point, stream))
            return status_fail(STATUS_FAILED, "cannot write the export");
    }
    if (left_out > 0)
        status_say("%zu of %zu points are left out: Extra-P takes only call paths that were all "
                   "measured with the same numbers of workers",
                   left_out, points->count);
    if (best.width < MODEL_MIN_POINTS)
        status_say("Extra-P asks for %d numbers of workers or more; here %s %zu: measure more "
                   "--workers",
                   MODEL_MIN_POINTS, best.width == 1 ? "is" : "are", best.width);
    return STATUS_OK;
}

static enum status write_extrap(const struct stored *run, FILE *stream)
{
    struct points points = {.count = 0};
    enum status status = export_check_verified(run);
    if (status != STATUS_OK)
        return status;
    points.list = calloc(run->plan.count * EXPERIMENT_COUNT + 1, sizeof *points.list);
    if (!points.list)
        return status_no_memory("the export");
    gather(run, &points);
    status = write_points(run, &points, stream);
    free(points.list);
    return status;
}

const struct export_format export_extrap = {
    .name = "extrap",
    .help = "JSON lines of Extra-P, time over workers: extrap --json FILE.jsonl",
    .write = write_extrap,
};
