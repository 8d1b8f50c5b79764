#include "instrumented.h"

#include "printable.h"
#include "samples_read.h"

#include <math.h>
#include <stdio.h>

static const double count_max = 1e18; /* whole numbers beyond are not told apart */

static const char instructions_event[] = "PAPI_TOT_INS", cycles_event[] = "PAPI_TOT_CYC";

/* A figure from 0 to `most`; 0 for one that is not there. */
static bool read_figure(const json_t *worker, const char *key, double most, double *figure)
{
    const json_t *value = json_object_get(worker, key);
    *figure = json_number_value(value);
    return !value || (json_is_number(value) && *figure >= 0 && *figure <= most);
}

static bool add_figure(const json_t *worker, const char *key, double most, double *sum)
{
    double figure;
    const bool is_one = read_figure(worker, key, most, &figure);
    *sum += figure;
    return is_one;
}

/* One that the processor did not count is null, and then there is no sum, unless that worker did
 * nothing in the execution that is counted, and so was on no processor. */
static bool add_counter(const json_t *worker, const char *event, double *sum)
{
    const json_t *counters = json_object_get(worker, "counters");
    if (json_is_integer(json_object_get(counters, event)))
        return add_figure(counters, event, count_max, sum);
    if (!(json_integer_value(json_object_get(worker, "processor")) < 0))
        *sum = NAN;
    return true;
}

static bool add_worker(const json_t *worker, struct instrumented *sums)
{
    double busy_s;
    if (!json_object_get(worker, "busy_s") ||
        !read_figure(worker, "busy_s", SAMPLES_SECONDS_MAX, &busy_s) ||
        !add_figure(worker, "cpu_s", SAMPLES_SECONDS_MAX, &sums->cpu_s) ||
        !add_figure(worker, "voluntary_switches", count_max, &sums->voluntary_switches) ||
        !add_figure(worker, "involuntary_switches", count_max, &sums->involuntary_switches) ||
        !add_figure(worker, "minor_faults", count_max, &sums->minor_faults) ||
        !add_figure(worker, "major_faults", count_max, &sums->major_faults) ||
        !add_counter(worker, instructions_event, &sums->instructions) ||
        !add_counter(worker, cycles_event, &sums->cycles))
        return false;
    sums->workers++;
    sums->busy_sum_s += busy_s;
    sums->busy_max_s = fmax(sums->busy_max_s, busy_s);
    return true;
}

bool instrumented_sum(double wall_s, const json_t *workers, struct instrumented *sums)
{
    *sums = (struct instrumented){.wall_s = wall_s};
    for (size_t i = 0; i < json_array_size(workers); i++)
        if (!add_worker(json_array_get(workers, i), sums))
            return false;
    return sums->workers > 0 && wall_s >= SAMPLES_SECONDS_MIN && wall_s <= SAMPLES_SECONDS_MAX;
}

void instrumented_absent(const json_t *absent, char *text, size_t length)
{
    const char *const events[] = {instructions_event, cycles_event};
    *text = '\0';
    for (size_t i = 0; i < sizeof events / sizeof *events && !*text; i++) {
        const char *words = json_string_value(json_object_get(absent, events[i]));
        if (words && *words && snprintf(text, length, "%s: %s", events[i], words) > 0)
            printable_copy(text, text, length);
    }
}
