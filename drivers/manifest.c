#define _GNU_SOURCE
#include "manifest.h"

#include "clock.h"
#include "counters.h"
#include "printable.h"
#include "process.h"
#include "text.h"

#include <math.h>
#include <string.h>
#include <time.h>

extern char **environ;

static json_t *cells_array(const struct plan *plan)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < plan->count; i++) {
        json_t *cell = results_planned_cell(&plan->cells[i]);
        if (cell)
            (void)json_array_append_new(cells, cell);
    }
    return cells;
}

/* What people and environments say is not always UTF-8, and what is not cannot be in JSON. */
static json_t *text_or_null(const char *text)
{
    json_t *string = json_string(text);
    return string ? string : json_null();
}

/* The variables that change how threads and ranks are made and placed, as the front door has them;
 * launch.c overrides those that would place workers. */
static json_t *environment_object(void)
{
    static const char *const prefixes[] = {"OMP_", "GOMP_", "OMPI_", "SLURM_", "PBS_", "LSB_"};
    json_t *object = json_object();
    for (char **variable = environ; *variable; variable++)
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            const char *equals = strchr(*variable, '=');
            char name[128];
            if (!equals || strncmp(*variable, prefixes[i], strlen(prefixes[i])) != 0)
                continue;
            (void)snprintf(name, sizeof name, "%.*s", (int)(equals - *variable), *variable);
            (void)json_object_set_new(object, name, text_or_null(equals + 1));
        }
    return object;
}

static void first_line(char *const argv[], char *text, size_t length)
{
    if (!process_capture(argv, true, text, length))
        (void)snprintf(text, length, "none");
    text[strcspn(text, "\n")] = '\0';
}

static json_t *versions_object(void)
{
    char mpi[256], gnuplot[128], counters[64];
    first_line((char *const[]){(char *)"mpirun", (char *)"--version", NULL}, mpi, sizeof mpi);
    first_line((char *const[]){(char *)"gnuplot", (char *)"--version", NULL}, gnuplot,
               sizeof gnuplot);
    counters_version(counters, sizeof counters);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "parbench", PARBENCH_VERSION, "compiler",
                     PARBENCH_COMPILER, "flags", PARBENCH_FLAGS, "mpi", mpi, "gnuplot", gnuplot,
                     "papi", counters);
}

static json_t *machine_object(const struct machine *machine)
{
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:i, s:I, s:I, s:f, s:f}", "host", machine->host, "cpu",
        machine->cpu, "system", machine->system, "hardware_threads", (int)machine->hardware_threads,
        "cores", (int)machine->cores, "allowed", (int)machine->allowed, "memory",
        (json_int_t)machine->memory, "memory_available", (json_int_t)machine->memory_available,
        "clock_resolution_s", clock_resolution(), "clock_cost_s", clock_cost());
    if (isfinite(machine->quota))
        (void)json_object_set_new(object, "cgroup_quota_cores", json_real(machine->quota));
    const struct topology *topology = &machine->topology;
    if (machine->has_topology)
        (void)json_object_set_new(
            object, "topology",
            json_pack("{s:i, s:i, s:i, s:i, s:s}", "packages", (int)topology->packages,
                      "numa_nodes", (int)topology->numa_nodes, "cores", (int)topology->cores,
                      "hardware_threads", (int)topology->hardware_threads, "caches",
                      topology->caches));
    return object;
}

json_t *manifest_make(const struct asked *asked, const struct plan *plan,
                      const struct machine *machine)
{
    char started[32] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        (void)strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_pack(
        "{s:i, s:s, s:o, s:s, s:i, s:i, s:i, s:f, s:f, s:f, s:I, s:o, s:o, s:o, s:o}", "schema",
        MANIFEST_SCHEMA, "started", started, "command", text_or_null(asked->command), "profile",
        asked->profile, "samples_per_launch", (int)asked->samples, "rounds_at_least",
        (int)asked->rounds_min, "rounds_at_most", (int)asked->rounds, "precision", asked->precision,
        "budget_s", asked->budget_s, "cell_timeout_s", asked->timeout_s, "seed",
        (json_int_t)asked->seed, "versions", versions_object(), "machine", machine_object(machine),
        "environment", environment_object(), "cells", cells_array(plan));
}

void manifest_machine_line(const json_t *manifest, char *text, size_t length)
{
    const json_t *machine = json_object_get(manifest, "machine");
    const char *cpu = json_string_value(json_object_get(machine, "cpu"));
    const char *host = json_string_value(json_object_get(machine, "host"));
    long long cores = json_integer_value(json_object_get(machine, "allowed"));
    (void)snprintf(text, length, "%s: %lld core%s, %s", host ? host : "unknown machine", cores,
                   cores == 1 ? "" : "s", cpu ? cpu : "unknown processor");
    printable_copy(text, text, length);
}
