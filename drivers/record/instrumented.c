#include "instrumented.h"

#include "plan.h"
#include "printable.h"
#include "text.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What has a sum where all workers tell it. */
static const struct {
    const char *key;
    double most;
    size_t place; /* offset in struct instrumented */
} summed[] = {
    {"busy_s", SAMPLES_SECONDS_MAX, offsetof(struct instrumented, busy_sum_s)},
    {"cpu_s", SAMPLES_SECONDS_MAX, offsetof(struct instrumented, cpu_s)},
    {"voluntary_switches", SAMPLES_COUNT_MAX, offsetof(struct instrumented, voluntary_switches)},
    {"involuntary_switches", SAMPLES_COUNT_MAX,
     offsetof(struct instrumented, involuntary_switches)},
    {"minor_faults", SAMPLES_COUNT_MAX, offsetof(struct instrumented, minor_faults)},
    {"major_faults", SAMPLES_COUNT_MAX, offsetof(struct instrumented, major_faults)},
};

/* What tells of workers: an array with an object for each of them, or a table of their nodes. */
struct told {
    const json_t *workers, *nodes; /* one of them is NULL */
    size_t count;                  /* of the workers or nodes */
};

static struct told told_of(const json_t *execution)
{
    const json_t *workers = json_object_get(execution, "workers_busy");
    const json_t *nodes = workers ? NULL : json_object_get(execution, "nodes_busy");
    return (struct told){.workers = workers,
                         .nodes = nodes,
                         .count = nodes ? json_array_size(json_object_get(nodes, "node"))
                                        : json_array_size(workers)};
}

static const json_t *get(const struct told *told, size_t item, const char *key)
{
    return told->nodes ? json_array_get(json_object_get(told->nodes, key), item)
                       : json_object_get(json_array_get(told->workers, item), key);
}

static const json_t *get_counter(const struct told *told, size_t item, const char *name)
{
    const json_t *counters =
        told->nodes ? json_object_get(told->nodes, "counters") : get(told, item, "counters");
    const json_t *found = json_object_get(counters, name);
    return told->nodes ? json_array_get(found, item) : found;
}

/* A figure from 0 to `most`, NAN for one that is null or not there; false for another. */
static bool read_figure(const json_t *value, double most, double *figure)
{
    *figure = json_is_number(value) ? json_number_value(value) : NAN;
    return !value || json_is_null(value) || (*figure >= 0 && *figure <= most);
}

/* What is known is the greater one. */
static bool read_latest(const json_t *value, double *latest)
{
    double figure;
    const bool is_right = read_figure(value, SAMPLES_SECONDS_MAX, &figure);
    *latest = fmax(*latest, figure);
    return is_right;
}

/* How many workers the item is; 0 for what cannot be. */
static unsigned workers_of(const struct told *told, size_t item)
{
    const json_int_t count = told->nodes ? json_integer_value(get(told, item, "workers")) : 1;
    return count > 0 && count <= PLAN_WORKERS_MAX ? (unsigned)count : 0;
}

/* They did nothing in the execution that is counted, and so were on no processor. */
static bool was_idle(const struct told *told, size_t item)
{
    return told->nodes
               ? json_integer_value(get(told, item, "idle")) == (json_int_t)workers_of(told, item)
               : json_integer_value(get(told, item, "processor")) < 0;
}

/* How long the longest of them was busy. False for what cannot be. */
static bool read_busy_max(const struct told *told, size_t item, double *busy_max_s)
{
    const double all_s = json_number_value(get(told, item, "busy_s"));
    const json_t *longest = get(told, item, told->nodes ? "busy_max_s" : "busy_s");
    *busy_max_s = json_number_value(longest);
    return json_is_number(longest) && *busy_max_s >= 0 && *busy_max_s <= all_s;
}

/* One that the processor did not count is null, and then there is no sum, unless that worker was
 * idle. */
static bool add_counters(const struct told *told, size_t item,
                         const struct instrumented_events *events, struct instrumented *sums)
{
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS && *events->name[i]; i++) {
        const json_t *value = get_counter(told, item, events->name[i]);
        double count = was_idle(told, item) ? 0 : NAN;
        if (json_is_integer(value) && !read_figure(value, SAMPLES_COUNT_MAX, &count))
            return false;
        sums->count[i] += count;
    }
    return true;
}

/* `last_s` is the latest moment when one has computed. */
static bool add_item(const struct told *told, size_t item, const struct instrumented_events *events,
                     struct instrumented *sums, double *last_s)
{
    const unsigned workers = workers_of(told, item);
    double figure;
    for (size_t i = 0; i < sizeof summed / sizeof *summed; i++) {
        if (!read_figure(get(told, item, summed[i].key), summed[i].most, &figure))
            return false;
        *(double *)((char *)sums + summed[i].place) += figure;
    }
    if (!read_busy_max(told, item, &figure) || workers == 0 ||
        workers > PLAN_WORKERS_MAX - sums->workers)
        return false;
    sums->busy_max_s = fmax(sums->busy_max_s, figure);
    sums->workers += workers;
    if (!read_latest(get(told, item, "first_s"), &sums->handed_out_s) ||
        !read_latest(get(told, item, "last_s"), last_s))
        return false;
    /* One that had nothing to do was not looked at: it is null, or 0 in older runs. */
    if (!read_figure(get(told, item, "peak_memory_bytes"), SAMPLES_COUNT_MAX, &figure))
        return false;
    sums->peak_memory_bytes = fmax(sums->peak_memory_bytes, figure > 0 ? figure : NAN);
    return add_counters(told, item, events, sums);
}

/* Names that would mean something elsewhere are none of PAPI's, and are passed over. */
static void name_own(const json_t *counters, struct instrumented_events *events)
{
    const char *key;
    json_t *value;
    unsigned next = INSTRUMENTED_OWN;
    json_object_foreach((json_t *)counters, key, value)
    {
        if (next < INSTRUMENTED_EVENTS &&
            strcmp(key, events->name[INSTRUMENTED_INSTRUCTIONS]) != 0 &&
            strcmp(key, events->name[INSTRUMENTED_CYCLES]) != 0 &&
            text_is_word(key, TEXT_IN_LABELS, sizeof *events->name))
            (void)snprintf(events->name[next++], sizeof *events->name, "%s", key);
    }
}

static void name_events(const struct told *told, struct instrumented_events *events)
{
    static const char *const every[INSTRUMENTED_OWN] = {"PAPI_TOT_INS", "PAPI_TOT_CYC"};
    for (unsigned i = 0; i < INSTRUMENTED_OWN; i++)
        (void)snprintf(events->name[i], sizeof *events->name, "%s", every[i]);
    if (told->nodes)
        name_own(json_object_get(told->nodes, "counters"), events);
    for (size_t i = 0; i < told->count && told->workers && !*events->name[INSTRUMENTED_OWN]; i++)
        name_own(get(told, i, "counters"), events);
}

static void explain_absent(const json_t *absent, struct instrumented_events *events)
{
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++) {
        const char *name = events->name[i];
        const char *words = *name ? json_string_value(json_object_get(absent, name)) : NULL;
        printable_copy(words ? words : "", events->absent[i], sizeof events->absent[i]);
    }
}

bool instrumented_is_told(const json_t *line)
{
    return json_object_get(line, "workers_busy") || json_object_get(line, "nodes_busy");
}

bool instrumented_sum(const json_t *execution, struct instrumented_events *events,
                      struct instrumented *sums)
{
    const struct told told = told_of(execution);
    const json_t *absent = json_object_get(execution, "counters_absent");
    const double wall_s = json_number_value(json_object_get(execution, "wall_s"));
    struct instrumented_events named = *events; /* by a line that is right, or not at all */
    bool all_idle = true;
    double last_s = NAN;
    *sums = (struct instrumented){.wall_s = wall_s, .handed_out_s = NAN, .peak_memory_bytes = NAN};
    name_events(&told, &named);
    for (size_t i = 0; i < told.count; i++) {
        if (!add_item(&told, i, &named, sums, &last_s))
            return false;
        all_idle = all_idle && was_idle(&told, i);
    }
    if (sums->workers == 0 || isnan(sums->busy_sum_s) ||
        !(wall_s >= SAMPLES_SECONDS_MIN && wall_s <= SAMPLES_SECONDS_MAX))
        return false;
    sums->collected_s = isnan(last_s) ? NAN : fmax(wall_s - last_s, 0);
    *events = named;
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++)
        if (all_idle || !*events->name[i]) /* what nobody counted has no sum, not that of nothing */
            sums->count[i] = NAN;
    if (json_is_object(absent)) /* else the launch did not count, and missed nothing */
        explain_absent(absent, events);
    return true;
}
