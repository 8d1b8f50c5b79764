#include "instrumented.h"

#include "printable.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double count_max = 1e18; /* whole numbers beyond are not told apart */

/* A figure from 0 to `most`; NAN for one that is not there. */
static bool read_figure(const json_t *worker, const char *key, double most, double *figure)
{
    const json_t *value = json_object_get(worker, key);
    *figure = value ? json_number_value(value) : NAN;
    return !value || (json_is_number(value) && *figure >= 0 && *figure <= most);
}

static bool add_figure(const json_t *worker, const char *key, double most, double *sum)
{
    double figure;
    const bool is_one = read_figure(worker, key, most, &figure);
    *sum += figure;
    return is_one;
}

/* One that had nothing to do was not looked at: it is null, or 0 in older runs. */
static bool take_peak(const json_t *worker, double *peak)
{
    double bytes;
    if (json_is_null(json_object_get(worker, "peak_memory_bytes")))
        return true;
    const bool is_one = read_figure(worker, "peak_memory_bytes", count_max, &bytes);
    if (bytes > 0)
        *peak = fmax(*peak, bytes);
    return is_one;
}

/* It did nothing in the execution that is counted, and so was on no processor. */
static bool was_idle(const json_t *worker)
{
    return json_integer_value(json_object_get(worker, "processor")) < 0;
}

/* One that the processor did not count is null, and then there is no sum, unless that worker was
 * idle. */
static bool add_counter(const json_t *worker, const char *event, double *sum)
{
    const json_t *counters = json_object_get(worker, "counters");
    if (json_is_integer(json_object_get(counters, event)))
        return add_figure(counters, event, count_max, sum);
    if (!was_idle(worker))
        *sum = NAN;
    return true;
}

static bool add_counters(const json_t *worker, const struct instrumented_events *events,
                         struct instrumented *sums)
{
    bool are_right = true;
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS && *events->name[i]; i++)
        are_right = add_counter(worker, events->name[i], &sums->count[i]) && are_right;
    return are_right;
}

static bool add_worker(const json_t *worker, const struct instrumented_events *events,
                       struct instrumented *sums)
{
    double busy_s;
    if (!json_object_get(worker, "busy_s") ||
        !read_figure(worker, "busy_s", SAMPLES_SECONDS_MAX, &busy_s) ||
        !add_figure(worker, "cpu_s", SAMPLES_SECONDS_MAX, &sums->cpu_s) ||
        !add_figure(worker, "voluntary_switches", count_max, &sums->voluntary_switches) ||
        !add_figure(worker, "involuntary_switches", count_max, &sums->involuntary_switches) ||
        !add_figure(worker, "minor_faults", count_max, &sums->minor_faults) ||
        !add_figure(worker, "major_faults", count_max, &sums->major_faults) ||
        !take_peak(worker, &sums->peak_memory_bytes) || !add_counters(worker, events, sums))
        return false;
    sums->workers++;
    sums->busy_sum_s += busy_s;
    sums->busy_max_s = fmax(sums->busy_max_s, busy_s);
    return true;
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

/* What nobody counted has no sum, not that of nothing. */
static void leave_out_uncounted(bool all_idle, const struct instrumented_events *events,
                                struct instrumented *sums)
{
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++)
        if (all_idle || !*events->name[i])
            sums->count[i] = NAN;
}

bool instrumented_sum(double wall_s, const json_t *workers, struct instrumented_events *events,
                      struct instrumented *sums)
{
    struct instrumented_events named = *events; /* by a line that is right, or not at all */
    bool all_idle = true;
    *sums = (struct instrumented){.wall_s = wall_s, .peak_memory_bytes = NAN};
    name_events(workers, &named);
    for (size_t i = 0; i < json_array_size(workers); i++) {
        const json_t *worker = json_array_get(workers, i);
        if (!add_worker(worker, &named, sums))
            return false;
        all_idle = all_idle && was_idle(worker);
    }
    leave_out_uncounted(all_idle, &named, sums);
    if (sums->workers == 0 || !(wall_s >= SAMPLES_SECONDS_MIN && wall_s <= SAMPLES_SECONDS_MAX))
        return false;
    *events = named;
    return true;
}

void instrumented_absent(const json_t *absent, struct instrumented_events *events)
{
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++) {
        const char *words =
            *events->name[i] ? json_string_value(json_object_get(absent, events->name[i])) : NULL;
        printable_copy(words ? words : "", events->absent[i], sizeof events->absent[i]);
    }
}
