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

enum { PATH_MAX_BYTES = 256, MODEL_MIN_POINTS = 5 };

static bool is_point(const struct analysis_of_cell *cell, const struct experiment *experiment)
{
    return cell->verified && !(cell->cell->traits & TRAIT_BASE) &&
           experiment->axis.kind == AXIS_WORKERS && experiment_has(experiment, cell->cell);
}

/* For each call path the indices of its cells by their workers. Of two ways to arrange as many
 * workers the first one stays. */
static json_t *call_paths(const struct analysed_run *run)
{
    json_t *paths = json_object();
    for (unsigned e = 0; experiment_table[e]; e++)
        for (size_t i = 0; i < run->count; i++) {
            const struct cell *cell = run->cells[i].cell;
            char path[PATH_MAX_BYTES], workers[16];
            if (!is_point(&run->cells[i], experiment_table[e]))
                continue;
            (void)snprintf(path, sizeof path, "%s->%s->%s", experiment_table[e]->name, cell->kernel,
                           cell->label);
            (void)snprintf(workers, sizeof workers, "%u", cell->workers);
            if (!json_object_get(paths, path))
                (void)json_object_set_new(paths, path, json_object());
            json_t *points = json_object_get(paths, path);
            if (!json_object_get(points, workers))
                (void)json_object_set_new(points, workers, json_integer((json_int_t)i));
        }
    return paths;
}

/* How many call paths have so many workers, by these. */
static json_t *counts_of(json_t *paths)
{
    const char *path, *workers;
    json_t *points, *index, *counts = json_object();
    json_object_foreach(paths, path, points)
    {
        json_object_foreach(points, workers, index)
        {
            const json_int_t before = json_integer_value(json_object_get(counts, workers));
            (void)json_object_set_new(counts, workers, json_integer(before + 1));
        }
    }
    return counts;
}

/* Says which numbers of workers are left out, and why; returns how many are common to all. */
static size_t count_common(json_t *paths, json_t *counts)
{
    const char *workers, *path;
    json_t *count, *points;
    size_t common = 0;
    json_object_foreach(counts, workers, count)
    {
        const size_t lack = json_object_size(paths) - (size_t)json_integer_value(count);
        common += lack == 0;
        if (lack == 0)
            continue;
        json_object_foreach(paths, path, points)
        {
            if (!json_object_get(points, workers))
                break;
        }
        status_say("p=%s is left out: %zu of %zu call paths lack%s it: %s%s", workers, lack,
                   json_object_size(paths), lack == 1 ? "s" : "", path, lack == 1 ? "" : ", ...");
    }
    return common;
}

static enum status check_extrap(const struct analysed_run *run)
{
    TRY(export_check_verified(run));
    json_t *paths = call_paths(run), *counts = counts_of(paths);
    const size_t common = count_common(paths, counts), all = json_object_size(paths);
    json_decref(counts);
    json_decref(paths);
    if (all == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell of a model that scales, measured and verified in an "
                           "experiment: nothing can be exported",
                           export_subject(run));
    if (common == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no number of workers that all call paths have in common: "
                           "nothing can be exported",
                           export_subject(run));
    if (common < MODEL_MIN_POINTS)
        status_say("Extra-P asks for %d numbers of workers or more; here %s %zu: measure more "
                   "--workers",
                   MODEL_MIN_POINTS, common == 1 ? "is" : "are", common);
    return STATUS_OK;
}

static void write_point(const struct analysis_of_cell *cell, const char *path, FILE *stream)
{
    for (size_t i = 0; i < cell->rows.count; i++) {
        const struct row *row = cell->rows.rows[i];
        if (!row->is_late)
            json_write(stream,
                       json_pack("{s:{s:i}, s:s, s:s, s:f}", "params", "p",
                                 (int)cell->cell->workers, "callpath", path, "metric", "time",
                                 "value", row->seconds),
                       JSON_COMPACT);
    }
}

static void write_extrap(const struct analysed_run *run, FILE *stream)
{
    const char *path, *workers;
    json_t *paths = call_paths(run), *counts = counts_of(paths), *points, *index;
    const json_int_t all = (json_int_t)json_object_size(paths);
    json_object_foreach(paths, path, points)
    {
        json_object_foreach(points, workers, index)
        {
            if (json_integer_value(json_object_get(counts, workers)) == all)
                write_point(&run->cells[json_integer_value(index)], path, stream);
        }
    }
    json_decref(counts);
    json_decref(paths);
}

const struct export_format export_extrap = {
    .name = "extrap",
    .help = "JSON lines of Extra-P, over workers: extrap --json FILE.jsonl",
    .check = check_extrap,
    .write = write_extrap,
};
