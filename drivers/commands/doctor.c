/* parbench doctor: what is there, what is missing, and what to do about it. */
#include "doctor.h"
#include "arguments.h"
#include "catalog.h"
#include "cell_options.h"
#include "child.h"
#include "clock.h"
#include "commands.h"
#include "counters.h"
#include "json.h"
#include "launch.h"
#include "machine.h"
#include "node_report.h"
#include "probe.h"
#include "quantities.h"
#include "signals.h"
#include "smpi.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct options {
    struct allocation_asked nodes;
    bool json, launch;
};

/* So much smaller than its default size is what starts are tried with. */
enum { SMALLER = 1000 };

/* `status`: ok, missing or note; "" goes with the row before. */
static void say(const struct diagnosis *diagnosis, const char *status, const char *what,
                const char *detail)
{
    char mark[64];
    (void)snprintf(mark, sizeof mark, "%-4s %-16s ", strcmp(status, "missing") == 0 ? "--" : status,
                   *status ? what : "");
    if (diagnosis->stream)
        text_wrapped(diagnosis->stream, mark, "%s", detail);
    if (diagnosis->rows)
        (void)json_array_append_new(diagnosis->rows, json_pack("{s:s, s:s, s:o}", "status",
                                                               *status ? status : "about", "what",
                                                               what, "detail", json_text(detail)));
}

static const char *ok_if(bool good)
{
    return good ? "ok" : "missing";
}

/* Whether a whole one is left. */
static bool say_cores(const struct diagnosis *diagnosis, const struct machine *machine,
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
    say(diagnosis, ok_if(!is_scarce), "cores", line);
    if (throttling->times > 0) {
        (void)snprintf(
            line, sizeof line,
            "the quota held this group back %.0f time%s, for %.1f s: whoever uses it up waits",
            throttling->times, plural((uint64_t)throttling->times), throttling->seconds);
        say(diagnosis, "note", "throttled", line);
    }
    return !is_scarce;
}

static void say_memory(const struct diagnosis *diagnosis, const struct machine *machine)
{
    const bool is_free_told = machine->memory_available < UINT64_MAX;
    char line[128];
    (void)snprintf(line, sizeof line, "%s, %s free",
                   machine->memory > 0 ? text_bytes(machine->memory).text : "unknown",
                   is_free_told ? text_bytes(machine->memory_available).text : "unknown how much");
    say(diagnosis, "ok", "memory", line);
}

/* What is not known is left out. */
static void say_topology(const struct diagnosis *diagnosis, const struct machine *machine)
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
    say(diagnosis, ok_if(machine->has_topology), "topology",
        !machine->has_topology ? machine->no_topology
        : *line                ? line
                               : "hwloc does not tell here");
}

bool doctor_tell_machine(const struct diagnosis *diagnosis, const struct machine *machine,
                         const struct throttling *throttling)
{
    char line[128];
    say(diagnosis, "ok", "machine", machine->cpu);
    const bool is_enough = say_cores(diagnosis, machine, throttling);
    say_memory(diagnosis, machine);
    say_topology(diagnosis, machine);
    (void)snprintf(line, sizeof line, "resolution %.0f ns, a reading takes %.0f ns",
                   machine->clock_resolution_s * 1e9, machine->clock_cost_s * 1e9);
    say(diagnosis, "ok", "clock", line);
    return is_enough;
}

/* Nothing of it keeps a run from being measured. */
void doctor_advise(const struct diagnosis *diagnosis, const struct settings *settings)
{
    const char *by = *settings->product ? settings->product : settings->hypervisor;
    const double load = settings->load[0], paranoid = settings->paranoid;
    char guest[160], busy[64], counting[32], line[320], unknown[192] = "";
    (void)snprintf(busy, sizeof busy, "%.2f in the last minute", load);
    (void)snprintf(counting, sizeof counting, "%.0f", paranoid);
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
         settings->huge_pages, "when memory gets them is left to chance; madvise is steadier"},
        {"load", !isnan(load), load >= 0.5, busy,
         "something else computes here, which takes time from what is measured"},
        {"perf_event_paranoid", !isnan(paranoid), paranoid > 2, counting,
         "users may count nothing; sysctl kernel.perf_event_paranoid=2"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!all[i].is_known)
            text_append(unknown, sizeof unknown, "%s%s", *unknown ? ", " : "", all[i].what);
        else if (all[i].is_due && snprintf(line, sizeof line, "%s: %s", all[i].now, all[i].advice))
            say(diagnosis, "note", all[i].what, line);
    (void)snprintf(line, sizeof line, "%s: Linux does not tell here", unknown);
    if (*unknown)
        say(diagnosis, "note", "unknown", line);
}

/* ---- limits ---- */

/* A process of a worker needs threads and files of its launcher's as well; those of a shell and of
 * whoever else runs as this user come on top. */
enum { OTHERS = 64, FILES_EACH = 8, PROCESSES_EACH = 4 };

static struct short_text limit_text(rlim_t limit)
{
    struct short_text text = {"any number of"};
    if (limit != RLIM_INFINITY)
        (void)snprintf(text.text, sizeof text.text, "%llu", (unsigned long long)limit);
    return text;
}

static bool is_below(rlim_t limit, uint64_t needed)
{
    return limit != RLIM_INFINITY && limit < needed;
}

void doctor_tell_limits(const struct diagnosis *diagnosis, const struct limits *limits,
                        unsigned workers)
{
    const uint64_t processes = OTHERS + (uint64_t)workers * PROCESSES_EACH;
    const uint64_t files = OTHERS + (uint64_t)workers * FILES_EACH;
    const bool is_by_group = limits->group_processes < limits->processes;
    const rlim_t most = is_by_group ? limits->group_processes : limits->processes;
    char line[256];
    (void)snprintf(line, sizeof line, "%s processes, %s open files, %s of locked memory",
                   limit_text(most).text, limit_text(limits->files).text,
                   limits->locked_bytes == RLIM_INFINITY ? "any amount"
                                                         : text_bytes(limits->locked_bytes).text);
    say(diagnosis, "ok", "limits", line);
    (void)snprintf(line, sizeof line, "%s: %u worker%s may need %llu, those of others included",
                   is_by_group ? "pids.max of a control group" : "ulimit -u", workers,
                   plural(workers), (unsigned long long)processes);
    if (is_below(most, processes))
        say(diagnosis, "note", "processes", line);
    (void)snprintf(line, sizeof line, "ulimit -n: %u worker%s may need %llu", workers,
                   plural(workers), (unsigned long long)files);
    if (is_below(limits->files, files))
        say(diagnosis, "note", "open files", line);
}

static struct limits read_limits(void)
{
    static const int resources[] = {RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_MEMLOCK};
    struct rlimit read[3];
    for (int i = 0; i < 3; i++)
        if (getrlimit(resources[i], &read[i]) != 0)
            read[i].rlim_cur = RLIM_INFINITY;
    const uint64_t in_groups = cgroup_processes("");
    return (struct limits){read[0].rlim_cur, read[1].rlim_cur, read[2].rlim_cur,
                           in_groups < UINT64_MAX ? in_groups : RLIM_INFINITY};
}

/* ---- all of it ---- */

/* What is looked at, and where that goes. */
struct patient {
    struct diagnosis diagnosis;
    struct machine machine;
    struct allocation allocation;
    struct catalog catalog;
};

/* Whether a run would be measured on it. */
static bool examine_machine(const struct patient *patient)
{
    const struct diagnosis *diagnosis = &patient->diagnosis;
    const struct throttling throttling = cgroup_throttling("");
    const struct limits limits = read_limits();
    const bool is_enough = doctor_tell_machine(diagnosis, &patient->machine, &throttling);
    doctor_tell_limits(diagnosis, &limits, allocation_cores(&patient->allocation, 1));
    doctor_advise(diagnosis, &patient->machine.settings);
    return is_enough;
}

static bool examine_counters(const struct patient *patient)
{
    const double paranoid = patient->machine.settings.paranoid;
    char reason[512], version[64], line[704];
    counters_version(version, sizeof version);
    bool there = counters_probe(reason, sizeof reason);
    (void)snprintf(line, sizeof line, "%s%s%s", version, there ? "" : ": ", there ? "" : reason);
    if (!isnan(paranoid))
        text_append(line, sizeof line, "; perf_event_paranoid is %.0f", paranoid);
    say(&patient->diagnosis, ok_if(there), "counters", line);
    return there;
}

static bool examine_gnuplot(const struct diagnosis *diagnosis)
{
    char line[256];
    const bool there = child_version("gnuplot", "figures need it (scripts/setup)", CHILD_ANSWER_S,
                                     line, sizeof line);
    say(diagnosis, ok_if(there), "gnuplot", line);
    return there;
}

/* What cells get that nobody has chosen. */
static void say_chosen(const struct diagnosis *diagnosis, const struct starter *starter)
{
    char line[256] = "gets ";
    for (size_t i = 0; starter->chosen[i]; i++)
        text_append(line, sizeof line, "%s%s", i > 0 ? " " : "", starter->chosen[i]);
    text_append(line, sizeof line, ": no fabric is seen, and nobody has set it otherwise");
    if (starter->answers && *starter->chosen)
        say(diagnosis, "", starter->program, line);
}

/* Runs do without it. */
static void examine_simulation(const struct patient *patient)
{
    char line[256];
    const bool there = smpi_answers(&patient->catalog, line, sizeof line);
    say(&patient->diagnosis, ok_if(there), "simulate", line);
}

/* The programs that start cells of any model that was built. */
static bool examine_starters(const struct patient *patient)
{
    bool all = true;
    for (size_t i = 0; i < patient->catalog.starter_count; i++) {
        const struct starter *starter = &patient->catalog.starters[i];
        say(&patient->diagnosis, ok_if(starter->answers), starter->program, starter->told);
        all = all && starter->answers;
        say_chosen(&patient->diagnosis, starter);
    }
    return all;
}

/* What it is loaded with, which need not be what it was built with. */
static void say_libraries(const struct diagnosis *diagnosis, const char *model, json_t *libraries)
{
    const char *name;
    json_t *value;
    json_object_foreach(libraries, name, value)
    {
        char line[320];
        (void)snprintf(line, sizeof line, "%s: %s", name, json_string_value(value));
        if (json_is_string(value))
            say(diagnosis, "", model, line);
    }
}

static bool examine_models(const struct patient *patient)
{
    const struct catalog *catalog = &patient->catalog;
    bool all = true;
    for (size_t i = 0; i < catalog->total; i++) {
        const struct model_entry *entry = &catalog->entries[i];
        const bool is_usable = !*entry->unusable;
        if (!entry->is_asked) /* a peer, which runs do without */
            continue;
        all = all && is_usable;
        say(&patient->diagnosis, ok_if(is_usable), entry->model.name,
            is_usable ? entry->model.title : entry->unusable);
        say_libraries(&patient->diagnosis, entry->model.name,
                      json_object_get(entry->description, "libraries"));
    }
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++) {
        say(&patient->diagnosis, "missing", unbuilt->name, unbuilt->reason);
        all = false;
    }
    return all;
}

/* Any would do to start workers: the first one that is measured for itself, if there is one. */
static const struct kernel *any_kernel(void)
{
    const struct kernel *const *kernel = kernel_table;
    while (kernel[1] && !kernel_is_default(*kernel))
        kernel++;
    return *kernel;
}

/* Ranks of a model, of next to no work: one on each node, and at least two. */
static enum status plan_ranks(const struct patient *patient, const char *model, struct plan *plan)
{
    const struct kernel *kernel = any_kernel();
    const unsigned nodes = patient->allocation.nodes;
    const struct single single = {.kernel = kernel->name,
                                  .model = model,
                                  .nodes = nodes,
                                  .ranks = nodes > 1 ? nodes : 2,
                                  .threads = 1,
                                  .size = kernel->default_size / SMALLER + 1,
                                  .oversubscribe = true};
    return plan_single(&single, &patient->catalog, &patient->allocation, plan);
}

/* Whether they start, really. */
static bool launch_ranks(const struct patient *patient, const char *model)
{
    const struct launch_options options = {.catalog = &patient->catalog,
                                           .allocation = &patient->allocation,
                                           .samples = 1,
                                           .executions = 1,
                                           .timeout_s = CELL_OPTIONS_TIMEOUT_S};
    struct plan plan = {.count = 0};
    struct launch_result launched = {0};
    char what[48], line[480] = "it cannot be launched here";
    bool started = false;
    const uint64_t start = clock_now_ns();
    if (plan_ranks(patient, model, &plan) == STATUS_OK &&
        launch_cell(plan.cells, &options, &launched) == STATUS_OK) {
        started = launched.ended;
        (void)snprintf(line, sizeof line, "%s", launched.failure);
    }
    if (started)
        (void)snprintf(line, sizeof line, "%u ranks started, computed and ended in %s",
                       plan.cells->ranks, text_seconds(clock_seconds_since(start)).text);
    (void)snprintf(what, sizeof what, "launch of %s", model);
    say(&patient->diagnosis, ok_if(started), what, line);
    launch_result_free(&launched);
    plan_free(&plan);
    return started;
}

/* A line for each kind of them. */
static void say_nodes(const struct diagnosis *diagnosis, const json_t *nodes, double seconds)
{
    json_t *lines = node_report_lines(nodes), *line;
    char about[128];
    size_t i;
    json_array_foreach(lines, i, line)
    {
        say(diagnosis, i == 0 ? "ok" : "", "nodes", json_string_value(line));
    }
    (void)snprintf(about, sizeof about,
                   "each has the suite's programs, of this build; one launch asked them all, in %s",
                   text_seconds(seconds).text);
    say(diagnosis, "", "nodes", about);
    json_decref(lines);
}

/* Whether other nodes than this host, if any take part, have the programs of models with ranks and
 * can start them. What is wrong has been said by then. */
static bool examine_nodes(const struct patient *patient)
{
    struct plan plan = {.count = 0};
    json_t *nodes = NULL;
    if (patient->allocation.nodes == 1 && !patient->allocation.is_elsewhere)
        return true;
    signals_block();
    enum status status = allocation_check_names(&patient->allocation, patient->allocation.nodes);
    for (size_t i = 0; i < patient->catalog.count && status == STATUS_OK; i++) {
        const struct model *model = &patient->catalog.entries[i].model;
        if (launch_has_ranks(model->launch))
            status = plan_ranks(patient, model->name, &plan);
    }
    const uint64_t start = clock_now_ns();
    if (status == STATUS_OK)
        status = probe_nodes(&plan, &patient->catalog, NULL, &patient->allocation,
                             CELL_OPTIONS_TIMEOUT_S, &nodes);
    if (status != STATUS_OK)
        say(&patient->diagnosis, "missing", "nodes", "ranks cannot be on all of them, as was said");
    else if (nodes)
        say_nodes(&patient->diagnosis, nodes, clock_seconds_since(start));
    json_decref(nodes);
    plan_free(&plan);
    return status == STATUS_OK;
}

/* Of each model that has ranks. */
static bool examine_launches(const struct patient *patient)
{
    bool all = true;
    signals_block();
    for (size_t i = 0; i < patient->catalog.count && !signals_caught(); i++) {
        const struct model *model = &patient->catalog.entries[i].model;
        if (launch_has_ranks(model->launch))
            all = launch_ranks(patient, model->name) && all;
    }
    return all;
}

static void conclude(const struct patient *patient, bool all, bool counts)
{
    if (patient->diagnosis.rows)
        json_print(json_pack("{s:b, s:O}", "complete", (int)all, "rows", patient->diagnosis.rows));
    else
        printf("\n%s\n", !all ? "What is marked -- is missing; the rest works."
                         : counts
                             ? "Everything that a run needs is there."
                             : "Everything that a run needs is there; it only lacks counters.");
}

static enum status run(void *context, const struct words *words)
{
    const struct options *options = context;
    struct patient patient = {
        .diagnosis = {options->json ? NULL : stdout, options->json ? json_array() : NULL}};
    (void)words;
    say(&patient.diagnosis, "ok", "parbench",
        PARBENCH_VERSION ", " PARBENCH_COMPILER ", " PARBENCH_FLAGS);
    machine_read("", &patient.machine);
    /* Where it does not become clear, it is this host; that has been said. */
    const enum status known =
        allocation_read(&patient.machine, &options->nodes, &patient.allocation);
    bool all = examine_machine(&patient) && known == STATUS_OK;
    const bool counts = examine_counters(&patient);
    enum status status = catalog_load(NULL, 0, &patient.catalog);
    if (status == STATUS_OK) {
        launch_limit(&patient.catalog, &patient.allocation);
        const bool starts = examine_starters(&patient);
        all = examine_gnuplot(&patient.diagnosis) && starts && all;
        examine_simulation(&patient);
        all = examine_models(&patient) && all;
        if (known == STATUS_OK && !examine_nodes(&patient)) {
            all = false;
            status = STATUS_FAILED;
        }
        if (options->launch && !(examine_launches(&patient) && starts)) {
            all = false;
            status = STATUS_FAILED;
        }
        catalog_free(&patient.catalog);
        conclude(&patient, all, counts);
    }
    json_decref(patient.diagnosis.rows);
    allocation_free(&patient.allocation);
    status = status == STATUS_OK ? known : status;
    return signals_caught() ? STATUS_INTERRUPTED : status;
}

static const struct argument arguments[] = {
    {"launch", NULL, "start ranks, really, of each model that has any", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, launch)},
    ALLOCATION_ARGUMENTS(struct options, nodes),
    {"json", NULL, "print one JSON object instead", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, json)},
    {0},
};

const struct subcommand subcommand_doctor = {
    .name = "doctor",
    .help = "tells what is there, what is missing, and what to do",
    .line = {"doctor [OPTION...]", "Tells what is there, what is missing, and what to do about it.",
             arguments, .example = "doctor --launch"},
    .options_size = sizeof(struct options),
    .run = run,
};
