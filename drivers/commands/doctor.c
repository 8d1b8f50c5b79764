/* parbench doctor: what is there, what is missing, and what to do about it. */
#include "doctor.h"
#include "arguments.h"
#include "catalog.h"
#include "child.h"
#include "commands.h"
#include "counters.h"
#include "launch.h"
#include "launcher.h"
#include "machine.h"
#include "quantities.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void say_to(FILE *stream, const char *mark, const char *what, const char *detail)
{
    (void)fprintf(stream, "%-4s %-18s %s\n", mark, what, detail);
}

static void say(bool good, const char *what, const char *detail)
{
    say_to(stdout, good ? "ok" : "--", what, detail);
}

/* Whether a whole one is left. */
static bool say_cores(FILE *stream, const struct machine *machine,
                      const struct throttling *throttling)
{
    const bool is_scarce = cgroup_cores_within(machine->cores, machine->quota) == 0;
    char line[256];
    (void)snprintf(line, sizeof line, "%u allowed: %u in the affinity mask, ", machine->allowed,
                   machine->cores);
    if (isfinite(machine->quota))
        text_append(line, sizeof line, "%.2f by a cgroup quota", machine->quota);
    else
        text_append(line, sizeof line, "no quota");
    if (is_scarce)
        text_append(line, sizeof line, ": ask for a whole one, or --oversubscribe");
    say_to(stream, is_scarce ? "--" : "ok", "cores", line);
    (void)snprintf(
        line, sizeof line,
        "the quota held this group back %.0f times, for %.1f s: whoever uses it up waits",
        throttling->times, throttling->seconds);
    if (throttling->times > 0)
        say_to(stream, "note", "throttled", line);
    return !is_scarce;
}

static void say_memory(FILE *stream, const struct machine *machine)
{
    const bool is_free_told = machine->memory_available < UINT64_MAX;
    char line[128];
    (void)snprintf(line, sizeof line, "%s, %s free",
                   machine->memory > 0 ? text_bytes(machine->memory).text : "unknown",
                   is_free_told ? text_bytes(machine->memory_available).text : "unknown how much");
    say_to(stream, "ok", "memory", line);
}

/* What is not known is left out. */
static void say_topology(FILE *stream, const struct machine *machine)
{
    const struct topology *topology = &machine->topology;
    const unsigned packages = topology->packages, nodes = topology->numa_nodes;
    char line[256] = "";
    if (packages > 0)
        text_append(line, sizeof line, "%u package%s", packages, plural(packages));
    if (nodes > 0)
        text_append(line, sizeof line, "%s%u memory node%s", *line ? ", " : "", nodes,
                    plural(nodes));
    text_append(line, sizeof line, "%s%s", *line && *topology->caches ? "; " : "",
                topology->caches);
    say_to(stream, machine->has_topology ? "ok" : "--", "topology",
           !machine->has_topology ? machine->no_topology
           : *line                ? line
                                  : "hwloc does not tell here");
}

bool doctor_tell_machine(FILE *stream, const struct machine *machine,
                         const struct throttling *throttling)
{
    char line[128];
    say_to(stream, "ok", "machine", machine->cpu);
    const bool is_enough = say_cores(stream, machine, throttling);
    say_memory(stream, machine);
    say_topology(stream, machine);
    (void)snprintf(line, sizeof line, "resolution %.0f ns, a reading takes %.0f ns",
                   machine->clock_resolution_s * 1e9, machine->clock_cost_s * 1e9);
    say_to(stream, "ok", "clock", line);
    return is_enough;
}

/* Nothing of it keeps a run from being measured. */
void doctor_advise(FILE *stream, const struct settings *settings)
{
    const char *by = *settings->product ? settings->product : settings->hypervisor;
    char guest[160], unknown[128] = "";
    (void)snprintf(guest, sizeof guest, "this is one%s%s%s", *by ? " (" : "", by, *by ? ")" : "");
    const struct {
        const char *what;
        bool is_known, is_due;
        const char *now, *advice;
    } all[] = {
        {"governor", *settings->governor, strcmp(settings->governor, "performance") != 0,
         settings->governor, "the clock follows the load; cpupower frequency-set -g performance"},
        {"turbo", settings->turbo, settings->turbo == ANSWER_YES, "on",
         "cores slow down as more of them work, which looks like lost speedup"},
        {"virtual machine", settings->virtual_machine, settings->virtual_machine == ANSWER_YES,
         guest, "its host may take time away, which a run records as stolen"},
        {"SMT", settings->smt, settings->smt == ANSWER_YES, "on",
         "what runs on a core's other hardware threads slows its worker down"},
        {"huge pages", *settings->huge_pages, strcmp(settings->huge_pages, "always") == 0,
         settings->huge_pages,
         "when memory gets them is left to chance; madvise or never is steadier"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!all[i].is_known)
            text_append(unknown, sizeof unknown, "%s%s", *unknown ? ", " : "", all[i].what);
        else if (all[i].is_due)
            (void)fprintf(stream, "note %-18s %s: %s\n", all[i].what, all[i].now, all[i].advice);
    if (*unknown)
        (void)fprintf(stream, "note %-18s %s: Linux does not tell here\n", "unknown", unknown);
}

/* Whether a run would be measured on it. */
static bool examine_machine(const struct machine *machine)
{
    const struct throttling throttling = cgroup_throttling("");
    const bool is_enough = doctor_tell_machine(stdout, machine, &throttling);
    doctor_advise(stdout, &machine->settings);
    return is_enough;
}

static void examine_counters(void)
{
    char reason[512], version[64], line[640];
    counters_version(version, sizeof version);
    bool there = counters_probe(reason, sizeof reason);
    (void)snprintf(line, sizeof line, "%s%s%s", version, there ? "" : ": ", there ? "" : reason);
    say(there, "counters", line);
}

static bool examine_program(const char *name, const char *advice)
{
    char version[256], line[352];
    bool there = child_version(name, version, sizeof version);
    (void)snprintf(line, sizeof line, "%s: %s", version, advice);
    say(there, name, there ? version : line);
    return there;
}

/* The programs that start cells of any model that was built. */
static bool examine_launchers(const struct catalog *catalog, const struct allocation *allocation)
{
    const struct cell cell = {.nodes = 1};
    bool all = true;
    for (size_t i = 0; launcher_table[i]; i++) {
        bool is_needed = false;
        for (size_t j = 0; j < catalog->count; j++)
            is_needed = is_needed ||
                        launcher_for(&cell, &catalog->entries[j], allocation) == launcher_table[i];
        if (is_needed && launcher_table[i]->program)
            all = examine_program(launcher_table[i]->program, launcher_table[i]->advice) && all;
    }
    return all;
}

/* What it is loaded with, which need not be what it was built with. */
static void say_libraries(json_t *libraries)
{
    const char *name;
    json_t *value;
    json_object_foreach(libraries, name, value)
    {
        if (json_is_string(value))
            printf("%-4s %-18s %s: %s\n", "", "", name, json_string_value(value));
    }
}

static bool examine_models(const struct catalog *catalog)
{
    bool all = catalog->count == catalog->total;
    for (size_t i = 0; i < catalog->total; i++) {
        const struct model_entry *entry = &catalog->entries[i];
        const bool is_usable = !*entry->unusable;
        say(is_usable, entry->model.name, is_usable ? entry->model.title : entry->unusable);
        say_libraries(json_object_get(entry->description, "libraries"));
    }
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++) {
        say(false, unbuilt->name, unbuilt->reason);
        all = false;
    }
    return all;
}

static enum status run(void *options, const struct words *words)
{
    struct machine machine;
    struct catalog catalog;
    (void)options, (void)words;
    say(true, "parbench", PARBENCH_VERSION ", " PARBENCH_COMPILER ", " PARBENCH_FLAGS);
    machine_read("", &machine);
    const struct allocation allocation = allocation_read(&machine);
    bool all = examine_machine(&machine);
    examine_counters();
    TRY(catalog_load(NULL, 0, &catalog));
    all = examine_launchers(&catalog, &allocation) && all;
    all = examine_program("gnuplot", "figures need it (scripts/setup)") && all;
    launch_limit(&catalog, &allocation);
    all = examine_models(&catalog) && all;
    catalog_free(&catalog);
    printf("\n%s\n", all ? "Everything that a run needs is there."
                         : "What is marked -- is missing; the rest works.");
    return STATUS_OK;
}

const struct subcommand subcommand_doctor = {
    .name = "doctor",
    .help = "what is there, what is missing, and what to do",
    .line = {"doctor", "What is there, what is missing, and what to do about it.",
             .example = "doctor"},
    .run = run,
};
