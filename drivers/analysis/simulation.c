#include "simulation.h"

#include "json.h"
#include "memory.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- lines ---- */

/* The numbers of a line, each by its key. */
struct number {
    const char *key;
    size_t place; /* in a point */
};

static const struct number numbers[] = {
    {"seconds", offsetof(struct simulated_point, seconds)},
    {"wall_s", offsetof(struct simulated_point, wall_s)},
    {"serial_s", offsetof(struct simulated_point, base.serial_s)},
    {"latency_s", offsetof(struct simulated_point, base.costs.latency_s)},
    {"bytes_s", offsetof(struct simulated_point, base.costs.bytes_s)},
    {"node_latency_s", offsetof(struct simulated_point, base.costs.node_latency_s)},
    {"node_bytes_s", offsetof(struct simulated_point, base.costs.node_bytes_s)},
};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

json_t *simulation_line(const struct simulated_point *point)
{
    json_t *line = json_pack("{s:b, s:s, s:s, s:I, s:I, s:I, s:I}", "simulated", 1, "kernel",
                             point->kernel, "model", point->model, "size", (json_int_t)point->size,
                             "ranks", (json_int_t)point->ranks, "nodes", (json_int_t)point->nodes,
                             "shared_cores", (json_int_t)point->base.shared_cores);
    for (size_t i = 0; i < NUMBERS; i++)
        (void)json_object_set_new(
            line, numbers[i].key,
            json_real(*(const double *)(const void *)((const char *)point + numbers[i].place)));
    return line;
}

static bool take_name(const json_t *line, const char *key, char name[PLAN_NAME_MAX])
{
    const char *text = json_string_value(json_object_get(line, key));
    if (!text || !text_is_word(text, TEXT_IN_LABELS, PLAN_NAME_MAX))
        return false;
    (void)snprintf(name, PLAN_NAME_MAX, "%s", text);
    return true;
}

bool simulation_take(const json_t *line, struct simulated_point *point)
{
    const json_int_t size = json_integer_value(json_object_get(line, "size"));
    const json_int_t ranks = json_integer_value(json_object_get(line, "ranks"));
    const json_int_t nodes = json_integer_value(json_object_get(line, "nodes"));
    const json_int_t cores = json_integer_value(json_object_get(line, "shared_cores"));
    *point = (struct simulated_point){.size = (uint64_t)size,
                                      .ranks = (unsigned)ranks,
                                      .nodes = (unsigned)nodes,
                                      .base.shared_cores = (unsigned)cores,
                                      .error = NAN,
                                      .spread = NAN};
    if (!json_is_true(json_object_get(line, "simulated")) || size < 1 || ranks < 1 || nodes < 1 ||
        ranks > PLAN_WORKERS_MAX || nodes > ranks || cores < 0 || cores > PLAN_WORKERS_MAX)
        return false;
    for (size_t i = 0; i < NUMBERS; i++) {
        const double number = json_number_value(json_object_get(line, numbers[i].key));
        if (!(number > 0) || isinf(number))
            return false;
        *(double *)(void *)((char *)point + numbers[i].place) = number;
    }
    return take_name(line, "kernel", point->kernel) && take_name(line, "model", point->model);
}

/* ---- points ---- */

static bool is_of_one_base(const struct simulated_point *a, const struct simulated_point *b)
{
    return a->base.serial_s == b->base.serial_s &&
           a->base.costs.latency_s == b->base.costs.latency_s &&
           a->base.costs.bytes_s == b->base.costs.bytes_s &&
           a->base.costs.node_latency_s == b->base.costs.node_latency_s &&
           a->base.costs.node_bytes_s == b->base.costs.node_bytes_s &&
           a->base.shared_cores == b->base.shared_cores;
}

static bool is_of_one_curve(const struct simulated_point *a, const struct simulated_point *b)
{
    return strcmp(a->kernel, b->kernel) == 0 && strcmp(a->model, b->model) == 0 &&
           a->size == b->size;
}

const struct simulated_point *simulation_find(const struct simulation *simulation,
                                              const struct simulated_point *point)
{
    for (size_t i = simulation->count; i-- > 0;) {
        const struct simulated_point *other = &simulation->points[i];
        if (is_of_one_curve(point, other) && is_of_one_base(point, other) &&
            point->ranks == other->ranks && point->nodes == other->nodes)
            return other;
    }
    return NULL;
}

double simulation_speedup(const struct simulated_point *point, double error)
{
    return point->base.serial_s * (1 + error) / point->seconds;
}

bool simulation_is_comparable(const struct analysed_kernel *kernel,
                              const struct analysis_of_cell *cell)
{
    const struct analysis_of_cell *base = kernel->bases.relative;
    const struct cell *planned = cell->cell;
    return base && cell->verified && cell->rounds > 0 && !plan_is_aside(planned) &&
           !plan_is_base(planned) && planned->size == base->cell->size &&
           planned->base_size == planned->size && planned->ranks == planned->workers &&
           plan_has_defaults(planned) && !planned->oversubscribed && !planned->tasks;
}

/* Half of its interval, or where there is none, how far rounds are from the median. */
static double spread_of(const struct analysis_of_cell *cell)
{
    double most = 0;
    if (cell->time.has_interval)
        return cell->half_width;
    for (size_t i = 0; i < cell->rounds; i++)
        if (!isnan(cell->times[i]))
            most = fmax(most, fabs(cell->times[i] / cell->time.median - 1));
    return most;
}

static void hold_against(const struct analysed_kernel *kernel, struct simulated_point *point)
{
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (strcmp(cell->cell->model, point->model) != 0 ||
            !simulation_is_comparable(kernel, cell) || cell->cell->ranks != point->ranks ||
            cell->cell->nodes != point->nodes || cell->cell->size != point->size)
            continue;
        point->measured = cell;
        point->error = point->seconds / cell->time.median - 1;
        point->spread = spread_of(cell);
    }
}

/* ---- curves ---- */

static bool is_checked(const struct simulated_point *point)
{
    return point->measured && point->ranks > 1;
}

double simulation_stated_without(const struct simulated_curve *curve, size_t point)
{
    double error = NAN, spread = NAN;
    for (size_t i = 0; i < curve->count; i++)
        if (i != point && is_checked(&curve->points[i])) {
            error = fmax(error, fabs(curve->points[i].error)); /* of NAN and a number: this */
            spread = fmax(spread, curve->points[i].spread);
        }
    return error + spread;
}

static void judge(struct simulated_curve *curve)
{
    curve->stated = simulation_stated_without(curve, SIZE_MAX);
    for (size_t i = 0; i < curve->count; i++)
        if (is_checked(&curve->points[i])) {
            curve->checked++;
            curve->within += fabs(curve->points[i].error) <= simulation_stated_without(curve, i);
        }
}

static int by_ranks(const void *a, const void *b)
{
    const struct simulated_point *one = a, *other = b;
    if (one->ranks != other->ranks)
        return one->ranks < other->ranks ? -1 : 1;
    return (one->nodes > other->nodes) - (one->nodes < other->nodes);
}

/* The points that belong to that one, which is the latest of its curve. */
static void make_curve(const struct analysed_kernel *kernel, const struct simulated_point *points,
                       size_t latest, struct simulated_curve *curve)
{
    *curve = (struct simulated_curve){.kernel = kernel, .model = points[latest].model};
    for (size_t i = latest + 1; i-- > 0;) {
        bool is_there = false;
        for (size_t j = 0; j < curve->count; j++)
            is_there = is_there || by_ranks(&curve->points[j], &points[i]) == 0;
        if (is_there || !is_of_one_curve(&points[i], &points[latest]) ||
            !is_of_one_base(&points[i], &points[latest]))
            continue;
        curve->points = memory_grow(curve->points, curve->count, sizeof *curve->points);
        curve->points[curve->count] = points[i];
        hold_against(kernel, &curve->points[curve->count++]);
    }
    qsort(curve->points, curve->count, sizeof *curve->points, by_ranks);
    judge(curve);
}

struct simulation simulation_make(const struct analysed_run *run, struct simulated_point *points,
                                  size_t count)
{
    struct simulation made = {.count = count, .points = points};
    for (size_t k = 0; k < run->kernel_count; k++)
        for (size_t i = 0; i < count; i++) {
            bool is_latest = strcmp(points[i].kernel, run->kernels[k].name) == 0;
            for (size_t j = i + 1; j < count; j++)
                is_latest = is_latest && !is_of_one_curve(&points[i], &points[j]);
            if (!is_latest)
                continue;
            made.curves = memory_grow(made.curves, made.curve_count, sizeof *made.curves);
            make_curve(&run->kernels[k], points, i, &made.curves[made.curve_count++]);
        }
    return made;
}

struct simulation simulation_read(const struct analysed_run *run)
{
    enum { BYTES_MAX = 1 << 24, POINTS_MAX = 10000 };
    struct simulated_point *points = NULL;
    size_t count = 0;
    char *line = NULL;
    size_t room = 0;
    FILE *stream = NULL;
    if (run->folder)
        (void)run_folder_open(run->folder, SIMULATION_FILE, BYTES_MAX, &stream);
    while (stream && count < POINTS_MAX && getline(&line, &room, stream) > 0) {
        json_t *told = json_loads(line, 0, NULL);
        points = memory_grow(points, count, sizeof *points);
        count += simulation_take(told, &points[count]);
        json_decref(told);
    }
    free(line);
    if (stream)
        (void)fclose(stream);
    return simulation_make(run, points, count);
}

void simulation_free(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->curve_count; i++)
        free(simulation->curves[i].points);
    free(simulation->curves);
    free(simulation->points);
    *simulation = (struct simulation){.count = 0};
}
