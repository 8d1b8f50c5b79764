#include "instrumented.h"

#include "printable.h"
#include "text.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define COUNT_MAX 1e18 /* whole numbers beyond are not told apart */

/* What has a sum where all workers tell it. */
static const struct {
    const char *key;
    double most;
    size_t place; /* offset in struct instrumented */
} summed[] = {
    {"busy_s", SAMPLES_SECONDS_MAX, offsetof(struct instrumented, busy_sum_s)},
    {"cpu_s", SAMPLES_SECONDS_MAX, offsetof(struct instrumented, cpu_s)},
    {"voluntary_switches", COUNT_MAX, offsetof(struct instrumented, voluntary_switches)},
    {"involuntary_switches", COUNT_MAX, offsetof(struct instrumented, involuntary_switches)},
    {"minor_faults", COUNT_MAX, offsetof(struct instrumented, minor_faults)},
    {"major_faults", COUNT_MAX, offsetof(struct instrumented, major_faults)},
};

/* A figure from 0 to `most`, NAN for one that is null or not there; false for another. */
static bool read_figure(const json_t *worker, const char *key, double most, double *figure)
{
    const json_t *value = json_object_get(worker, key);
    *figure = json_is_number(value) ? json_number_value(value) : NAN;
    return !value || json_is_null(value) || (*figure >= 0 && *figure <= most);
}

/* It did nothing in the execution that is counted, and so was on no processor. */
static bool was_idle(const json_t *worker)
{
    return json_integer_value(json_object_get(worker, "processor")) < 0;
}

/* One that the processor did not count is null, and then there is no sum, unless that worker was
 * idle. */
static bool add_counters(const json_t *worker, const struct instrumented_events *events,
                         struct instrumented *sums)
{
    const json_t *counters = json_object_get(worker, "counters");
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS && *events->name[i]; i++) {
        double count = was_idle(worker) ? 0 : NAN;
        if (json_is_integer(json_object_get(counters, events->name[i])) &&
            !read_figure(counters, events->name[i], COUNT_MAX, &count))
            return false;
        sums->count[i] += count;
    }
    return true;
}

static bool add_worker(const json_t *worker, const struct instrumented_events *events,
                       struct instrumented *sums)
{
    double figure;
    for (size_t i = 0; i < sizeof summed / sizeof *summed; i++) {
        if (!read_figure(worker, summed[i].key, summed[i].most, &figure))
            return false;
        *(double *)((char *)sums + summed[i].place) += figure;
    }
    const double busy_s = json_number_value(json_object_get(worker, "busy_s"));
    sums->busy_max_s = fmax(sums->busy_max_s, busy_s);
    sums->workers++;
    /* One that had nothing to do was not looked at: it is null, or 0 in older runs. */
    if (!read_figure(worker, "peak_memory_bytes", COUNT_MAX, &figure))
        return false;
    sums->peak_memory_bytes = fmax(sums->peak_memory_bytes, figure > 0 ? figure : NAN);
    return add_counters(worker, events, sums);
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

static void name_events(const json_t *workers, struct instrumented_events *events)
{
    static const char *const every[INSTRUMENTED_OWN] = {"PAPI_TOT_INS", "PAPI_TOT_CYC"};
    for (unsigned i = 0; i < INSTRUMENTED_OWN; i++)
        (void)snprintf(events->name[i], sizeof *events->name, "%s", every[i]);
    for (size_t i = 0; i < json_array_size(workers) && !*events->name[INSTRUMENTED_OWN]; i++)
        name_own(json_object_get(json_array_get(workers, i), "counters"), events);
}

bool instrumented_sum(const json_t *execution, struct instrumented_events *events,
                      struct instrumented *sums)
{
    const json_t *workers = json_object_get(execution, "workers_busy");
    const json_t *absent = json_object_get(execution, "counters_absent");
    const double wall_s = json_number_value(json_object_get(execution, "wall_s"));
    struct instrumented_events named = *events; /* by a line that is right, or not at all */
    bool all_idle = true;
    *sums = (struct instrumented){.wall_s = wall_s, .peak_memory_bytes = NAN};
    name_events(workers, &named);
    for (size_t i = 0; i < json_array_size(workers); i++) {
        if (!add_worker(json_array_get(workers, i), &named, sums))
            return false;
        all_idle = all_idle && was_idle(json_array_get(workers, i));
    }
    if (sums->workers == 0 || isnan(sums->busy_sum_s) ||
        !(wall_s >= SAMPLES_SECONDS_MIN && wall_s <= SAMPLES_SECONDS_MAX))
        return false;
    *events = named;
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++) {
        const char *name = events->name[i];
        const char *words = *name ? json_string_value(json_object_get(absent, name)) : NULL;
        printable_copy(words ? words : "", events->absent[i], sizeof events->absent[i]);
        if (all_idle || !*name) /* what nobody counted has no sum, not that of nothing */
            sums->count[i] = NAN;
    }
    return true;
}
