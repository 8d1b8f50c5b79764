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

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 256, MODEL_MIN_POINTS = 5 };

/* A cell as a point of a call path. */
struct point {
    const struct cell *cell;
    size_t index; /* of the cell */
    unsigned experiment;
    size_t path;      /* index of its call path */
    bool is_repeated; /* there is one with as many workers on the call path already */
};

/* The numbers of workers of a call path, in order. */
struct path {
    const unsigned *workers;
    size_t width;
    size_t first;  /* place in the list of the point that comes first there */
    bool is_taken; /* it has all those numbers that are taken */
};

struct points {
    size_t count, paths_count;
    struct point *list;    /* in the order of the plan */
    struct point **sorted; /* by call path, then by workers, then as in the list */
    unsigned *workers;     /* of all call paths */
    struct path *paths;
    struct path *lists; /* the same by their numbers of workers, first by how many they are */
};

static bool is_point(const struct analysed_run *run, size_t cell, unsigned experiment)
{
    return run->cells[cell].verified && !plan_is_best(&run->plan.cells[cell]) &&
           (run->plan.cells[cell].experiments & 1u << experiment);
}

static void gather(const struct analysed_run *run, struct points *points)
{
    for (size_t i = 0; i < run->plan.count; i++)
        for (unsigned e = 0; e < EXPERIMENT_COUNT; e++)
            if (is_point(run, i, e)) {
                struct point *point = &points->list[points->count];
                *point = (struct point){.cell = &run->plan.cells[i], .index = i, .experiment = e};
                points->sorted[points->count++] = point;
            }
}

/* ---- call paths ---- */

static int compare_paths(const struct point *left, const struct point *right)
{
    if (left->experiment != right->experiment)
        return left->experiment < right->experiment ? -1 : 1;
    const int kernels = strcmp(left->cell->kernel, right->cell->kernel);
    return kernels ? kernels : strcmp(left->cell->label, right->cell->label);
}

static int by_path(const void *left, const void *right)
{
    const struct point *a = *(const struct point *const *)left;
    const struct point *b = *(const struct point *const *)right;
    const int paths = compare_paths(a, b);
    if (paths)
        return paths;
    if (a->cell->workers != b->cell->workers)
        return a->cell->workers < b->cell->workers ? -1 : 1;
    return (a > b) - (a < b);
}

/* Of two ways to arrange as many workers the first one is taken. */
static void find_paths(struct points *points)
{
    const struct point *last = NULL;
    struct path *path = NULL;
    size_t used = 0;
    qsort(points->sorted, points->count, sizeof *points->sorted, by_path);
    for (size_t i = 0; i < points->count; i++) {
        struct point *point = points->sorted[i];
        const size_t place = (size_t)(point - points->list);
        const bool is_same = last && compare_paths(last, point) == 0;
        if (!is_same) {
            path = &points->paths[points->paths_count++];
            *path = (struct path){.workers = points->workers + used, .first = place};
        }
        point->path = points->paths_count - 1;
        point->is_repeated = is_same && last->cell->workers == point->cell->workers;
        path->first = place < path->first ? place : path->first;
        if (!point->is_repeated) {
            points->workers[used++] = point->cell->workers;
            path->width++;
        }
        last = point;
    }
}

/* ---- at which numbers of workers the most is there ---- */

static int compare_lists(const struct path *left, const struct path *right)
{
    if (left->width != right->width)
        return left->width < right->width ? -1 : 1;
    return memcmp(left->workers, right->workers, left->width * sizeof *left->workers);
}

static int by_list(const void *left, const void *right)
{
    const struct path *a = left, *b = right;
    const int lists = compare_lists(a, b);
    return lists ? lists : (a->first > b->first) - (a->first < b->first);
}

static bool has_workers(const struct path *path, unsigned workers)
{
    size_t i = 0;
    while (i < path->width && path->workers[i] < workers)
        i++;
    return i < path->width && path->workers[i] == workers;
}

/* Whether the call path has all numbers of workers that the other one has. */
static bool has_all(const struct path *path, const struct path *other)
{
    size_t i = 0, found = 0;
    while (found < other->width && other->width - found <= path->width - i)
        found += path->workers[i++] == other->workers[found];
    return found == other->width;
}

/* The numbers of workers of a call path. */
struct selection {
    const struct path *path; /* the first that has these and no others; NULL: none */
    size_t there;            /* points of all call paths that have each of them */
};

/* Where the list behind those ends that are the same as this one. */
static size_t end_of_list(const struct points *points, size_t begin)
{
    size_t end = begin + 1;
    while (end < points->paths_count &&
           compare_lists(&points->lists[begin], &points->lists[end]) == 0)
        end++;
    return end;
}

static struct selection select_of(const struct points *points, size_t index)
{
    struct selection selection = {&points->lists[index], 0};
    /* Those with fewer stand before it. */
    for (size_t begin = index, end; begin < points->paths_count; begin = end) {
        end = end_of_list(points, begin);
        if (has_all(&points->lists[begin], selection.path))
            selection.there += (end - begin) * selection.path->width;
    }
    return selection;
}

static bool is_better(const struct selection *selection, const struct selection *other)
{
    if (!other->path)
        return true;
    const bool enough = selection->path->width >= MODEL_MIN_POINTS;
    if (enough != (other->path->width >= MODEL_MIN_POINTS))
        return enough;
    if (selection->there != other->there)
        return selection->there > other->there;
    if (selection->path->width != other->path->width)
        return selection->path->width > other->path->width;
    return selection->path->first < other->path->first;
}

static const struct path *choose(struct points *points)
{
    struct selection best = {NULL, 0};
    memcpy(points->lists, points->paths, points->paths_count * sizeof *points->lists);
    qsort(points->lists, points->paths_count, sizeof *points->lists, by_list);
    for (size_t i = 0; i < points->paths_count; i = end_of_list(points, i)) {
        const struct selection selection = select_of(points, i);
        if (is_better(&selection, &best))
            best = selection;
    }
    for (size_t i = 0; i < points->paths_count; i++)
        points->paths[i].is_taken = has_all(&points->paths[i], best.path);
    return best.path;
}

/* ---- writing ---- */

static bool write_point(struct rows_of_cell own, const struct point *point, FILE *stream)
{
    char path[PATH_MAX_BYTES];
    (void)snprintf(path, sizeof path, "%s->%s->%s", experiment_info[point->experiment].name,
                   point->cell->kernel, point->cell->label);
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

static void say_left_out(size_t left_out, size_t count, size_t width)
{
    if (left_out > 0)
        status_say("%zu of %zu points are left out: Extra-P takes only call paths that were all "
                   "measured with the same numbers of workers",
                   left_out, count);
    if (width < MODEL_MIN_POINTS)
        status_say("Extra-P asks for %d numbers of workers or more; here %s %zu: measure more "
                   "--workers",
                   MODEL_MIN_POINTS, width == 1 ? "is" : "are", width);
}

static enum status write_points(const struct points *points, const struct path *best,
                                const struct export_rows *rows, FILE *stream)
{
    size_t count = 0, left_out = 0;
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->list[i];
        if (point->is_repeated)
            continue;
        count++;
        if (!points->paths[point->path].is_taken || !has_workers(best, point->cell->workers))
            left_out++;
        else if (!write_point(export_rows_of(rows, point->index), point, stream))
            return status_fail(STATUS_FAILED, "cannot write the export");
    }
    say_left_out(left_out, count, best->width);
    return STATUS_OK;
}

static enum status points_make(const struct analysed_run *run, struct points *points)
{
    const size_t most = run->plan.count * EXPERIMENT_COUNT + 1;
    *points = (struct points){.list = calloc(most, sizeof *points->list),
                              .sorted = calloc(most, sizeof *points->sorted),
                              .workers = calloc(most, sizeof *points->workers),
                              .paths = calloc(most, sizeof *points->paths),
                              .lists = calloc(most, sizeof *points->lists)};
    if (!points->list || !points->sorted || !points->workers || !points->paths || !points->lists)
        return status_no_memory("the export");
    gather(run, points);
    find_paths(points);
    return STATUS_OK;
}

static void points_free(struct points *points)
{
    free(points->lists);
    free(points->paths);
    free(points->workers);
    free(points->sorted);
    free(points->list);
}

static enum status check_extrap(const struct analysed_run *run)
{
    enum status status = export_check_verified(run);
    bool any = false;
    for (size_t i = 0; i < run->plan.count; i++)
        for (unsigned e = 0; e < EXPERIMENT_COUNT; e++)
            any = any || is_point(run, i, e);
    if (status == STATUS_OK && !any)
        status = status_fail(STATUS_FAILED,
                             "%s has no cell that belongs to an experiment: nothing "
                             "can be exported",
                             run->folder);
    return status;
}

static enum status write_extrap(const struct analysed_run *run, FILE *stream)
{
    struct points points;
    struct export_rows rows = {.rows = NULL};
    enum status status = points_make(run, &points);
    if (status == STATUS_OK)
        status = export_rows_make(&run->record, &rows);
    if (status == STATUS_OK)
        status = write_points(&points, choose(&points), &rows, stream);
    export_rows_free(&rows);
    points_free(&points);
    return status;
}

const struct export_format export_extrap = {
    .name = "extrap",
    .help = "JSON lines of Extra-P, time over workers: extrap --json FILE.jsonl",
    .check = check_extrap,
    .write = write_extrap,
};
