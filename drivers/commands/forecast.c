#include "forecast.h"

#include "clock.h"
#include "launch.h"
#include "machine.h"
#include "memory.h"
#include "plan.h"
#include "quantities.h"
#include "sweep.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

/* ---- what a kernel takes ---- */

/* What one worker took for a small size; 0 s: it was not tried yet. */
struct trial {
    uint64_t size;
    double seconds;
};

static double seconds_of(const struct kernel *kernel, uint64_t size)
{
    const struct range whole = kernel_whole(size);
    void *input = NULL, *output = NULL;
    void *partial = memory_bytes(kernel_partial_size(kernel, size, whole) + 1);
    if (kernel_is_map(kernel)) {
        input = memory_bytes(size * kernel->input_item_size);
        output = memory_bytes(size * kernel->output_item_size);
        kernel->fill(size, whole, input);
    }
    const uint64_t start_ns = clock_now_ns();
    kernel->compute(size, whole, input, output, partial);
    const double seconds = clock_seconds_since(start_ns);
    free(input);
    free(output);
    free(partial);
    return seconds;
}

/* The least of a few, as whoever else is on the machine makes some of them longer. */
static double least_seconds_of(const struct kernel *kernel, uint64_t size)
{
    enum { TRIES = 5 };
    double least_s = seconds_of(kernel, size);
    for (int i = 1; i < TRIES; i++)
        least_s = fmin(least_s, seconds_of(kernel, size));
    return least_s;
}

/* The size grows until it takes long enough to be seen. */
static struct trial try_kernel(const struct kernel *kernel)
{
    static const double least_s = 1e-4;
    struct trial trial = {.size = 1};
    while ((trial.seconds = least_seconds_of(kernel, trial.size)) < least_s &&
           trial.size < kernel->default_size)
        trial.size = MIN(4 * trial.size, kernel->default_size);
    return trial;
}

/* How many times the work of one size another one is. */
static double ratio_of(const struct kernel *kernel, uint64_t size, uint64_t to)
{
    unsigned least = 1, most = 1u << 30;
    if (kernel->is_linear || size <= to)
        return (double)size / (double)to;
    while (least < most) {
        const unsigned middle = least + (most - least) / 2;
        if (kernel_weak_size(kernel, to, middle) < size)
            least = middle + 1;
        else
            most = middle;
    }
    return least;
}

/* ---- what a cell takes ---- */

struct forecaster {
    const struct profile *profile;
    const struct allocation *allocation;
    struct trial *trials; /* one for each of kernel_table */
};

static double serial_s(const struct forecaster *forecaster, const char *name, uint64_t size)
{
    size_t k = 0;
    while (kernel_table[k] && strcmp(kernel_table[k]->name, name) != 0)
        k++;
    if (!kernel_table[k])
        return 0;
    struct trial *trial = &forecaster->trials[k];
    if (!(trial->seconds > 0))
        *trial = try_kernel(kernel_table[k]);
    return trial->seconds * ratio_of(kernel_table[k], size, trial->size);
}

/* Of whole tasks each by itself. */
static double work_s(const struct forecaster *forecaster, const struct cell *cell)
{
    double seconds = 0;
    if (!cell->tasks)
        return serial_s(forecaster, cell->kernel, cell->size);
    for (const char *task = cell->tasks; task;
         task = strchr(task, '+') ? strchr(task, '+') + 1 : NULL)
        seconds += serial_s(forecaster, cell->kernel, strtoull(task, NULL, 10));
    return seconds;
}

/* What it takes to hand out pieces whose size is an option. */
static double handing_out_s(const struct cell *cell)
{
    static const double by_process_s = 5e-4, by_message_s = 1e-5, else_s = 3e-7;
    double pieces = 0;
    uint64_t chunk;
    for (unsigned i = 0; i < cell->options; i++)
        if (strcmp(cell->option_names[i], "chunk") == 0 &&
            count_parse(cell->option_values[i], &chunk))
            pieces = (double)cell->size / (double)chunk;
    return pieces * (cell->traits & TRAIT_BY_PROCESS   ? by_process_s
                     : cell->traits & TRAIT_BY_MESSAGE ? by_message_s
                                                       : else_s);
}

/* How many of its workers compute at once; those that wait need no core. */
static double at_once(const struct forecaster *forecaster, const struct cell *cell)
{
    const struct kernel *kernel = kernel_find(cell->kernel);
    const unsigned cores = allocation_cores(forecaster->allocation, MAX(cell->nodes, 1));
    if (cell->traits & TRAIT_LOCKED)
        return 1;
    return MAX(kernel && kernel->waits ? cell->workers : MIN(cell->workers, cores), 1);
}

/* Until its workers are there. */
static double start_s(const struct catalog *catalog, const struct cell *cell)
{
    static const double all_s[] = {[LAUNCH_ALONE] = 0.01,
                                   [LAUNCH_THREADS] = 0.01,
                                   [LAUNCH_PROCESSES] = 0.02,
                                   [LAUNCH_RANKS] = 0.4,
                                   [LAUNCH_HYBRID] = 0.4};
    double seconds = 0;
    for (size_t i = 0; i < catalog->count; i++)
        if (strcmp(catalog->entries[i].model.name, cell->model) == 0)
            seconds = all_s[catalog->entries[i].model.launch];
    return seconds;
}

/* Beside the samples there are one execution before them and two that are watched, and the result
 * is verified, which takes about as long as it takes to compute it. */
static double launch_s(const struct forecaster *forecaster, const struct catalog *catalog,
                       const struct cell *cell)
{
    const double work = work_s(forecaster, cell);
    const double execution = work / at_once(forecaster, cell) + handing_out_s(cell);
    return start_s(catalog, cell) + work + (forecaster->profile->samples + 3) * execution;
}

/* ---- what an experiment takes ---- */

static struct forecast forecast_of(const struct forecaster *forecaster,
                                   const struct catalog *catalog,
                                   const struct experiment *experiment)
{
    const struct profile *profile = forecaster->profile;
    const struct request request = {.experiments = experiment_bit(experiment), .profile = profile};
    struct forecast forecast = {.cells = 0};
    struct plan plan;
    double round_s = 0;
    const enum status status = sweep_plan(&request, catalog, forecaster->allocation, &plan);
    for (size_t i = 0; status == STATUS_OK && i < plan.count; i++)
        round_s += launch_s(forecaster, catalog, &plan.cells[i]);
    if (status == STATUS_OK)
        forecast.cells = plan.count;
    plan_free(&plan);
    forecast.least_s = MIN(profile->rounds_min * round_s, profile->budget_most_s);
    forecast.most_s = MAX(forecast.least_s, MIN(profile->rounds_max * round_s, profile->budget_s));
    return forecast;
}

static void forecast_here(struct catalog *catalog, const struct allocation *allocation,
                          struct forecast *forecasts)
{
    size_t kernels = 0;
    while (kernel_table[kernels])
        kernels++;
    const struct forecaster forecaster = {.profile = &profile_table[1],
                                          .allocation = allocation,
                                          .trials = memory_new(kernels + 1, sizeof(struct trial))};
    launch_limit(catalog, allocation);
    for (size_t e = 0; experiment_table[e]; e++)
        if (!experiment_table[e]->is_of_peers)
            forecasts[e] = forecast_of(&forecaster, catalog, experiment_table[e]);
    free(forecaster.trials);
}

struct forecast *forecast_all(struct catalog *catalog)
{
    static const struct allocation_asked nothing = {NULL};
    struct machine machine;
    struct allocation allocation;
    size_t count = 0;
    while (experiment_table[count])
        count++;
    struct forecast *forecasts = memory_new(count + 1, sizeof *forecasts);
    if (catalog->count == 0)
        return forecasts;
    /* What planning says of cells that are left out is for who measures them. */
    status_hush(true);
    machine_read("", &machine);
    if (allocation_read(&machine, &nothing, &allocation) == STATUS_OK) {
        forecast_here(catalog, &allocation, forecasts);
        allocation_free(&allocation);
    }
    status_hush(false);
    return forecasts;
}

/* ---- in words ---- */

/* To 5 s, or to a minute. */
static struct short_text span_of(double seconds)
{
    struct short_text text;
    if (seconds < 57.5)
        (void)snprintf(text.text, sizeof text.text, "%.0f s", fmax(5 * round(seconds / 5), 5));
    else
        (void)snprintf(text.text, sizeof text.text, "%.0f min", round(seconds / 60));
    return text;
}

struct forecast_words forecast_words(const struct forecast *forecast)
{
    const struct short_text least = span_of(forecast->least_s), most = span_of(forecast->most_s);
    struct forecast_words words;
    (void)snprintf(words.text, sizeof words.text, "about %s", least.text);
    if (strcmp(least.text, most.text) != 0)
        text_append(words.text, sizeof words.text, " to %s", most.text);
    return words;
}
