#include "machine.h"

#include "cgroup.h"
#include "clock.h"
#include "files.h"
#include "placement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

/* 0 where it is not told. */
static uint64_t read_kibibytes(const char *root, const char *key)
{
    char value[64] = "";
    (void)files_field(root, "/proc/meminfo", key, value, sizeof value);
    return strtoull(value, NULL, 10) * 1024;
}

/* Kernels before 3.14 do not tell what could be taken, and containers may tell 0 for it. */
static void read_memory(const char *root, struct machine *machine)
{
    const uint64_t available = read_kibibytes(root, "MemAvailable");
    const uint64_t left = cgroup_memory_left(root);
    machine->memory = read_kibibytes(root, "MemTotal");
    machine->memory_available = available > 0 && available < left ? available : left;
}

/* Linux names those of x86; of Arm's it tells who made them, and the maker's number for them. */
static void read_processor(const char *root, struct machine *machine)
{
    static const char file[] = "/proc/cpuinfo";
    char maker[16], part[16];
    if (files_field(root, file, "model name", machine->cpu, sizeof machine->cpu))
        return;
    if (files_field(root, file, "CPU implementer", maker, sizeof maker) &&
        files_field(root, file, "CPU part", part, sizeof part))
        (void)snprintf(machine->cpu, sizeof machine->cpu, "%.30s, maker %s, part %s",
                       machine->architecture, maker, part);
    else
        (void)snprintf(machine->cpu, sizeof machine->cpu, "%s", machine->architecture);
}

void machine_read(const char *root, struct machine *machine)
{
    struct utsname system;
    (void)uname(&system); /* cannot fail */
    *machine = (struct machine){.has_topology = false};
    (void)snprintf(machine->system, sizeof machine->system, "%.60s %.60s", system.sysname,
                   system.release);
    host_read(machine->host);
    (void)snprintf(machine->architecture, sizeof machine->architecture, "%.60s", system.machine);
    read_processor(root, machine);
    struct placement *placement = placement_read();
    const struct processors processors = placement_processors(placement);
    machine->hardware_threads = processors.count > 0 ? (unsigned)processors.count : 1;
    machine->cores = placement_cores(placement);
    settings_read(root, processors, &machine->settings);
    machine->quota = cgroup_cpu_quota(root);
    const unsigned allowed = cgroup_cores_within(machine->cores, machine->quota);
    machine->allowed = allowed > 0 ? allowed : 1; /* somebody must compute */
    read_memory(root, machine);
    machine->clock_resolution_s = clock_resolution();
    machine->clock_cost_s = clock_cost();
    machine->shortest_s = fmax(1000 * machine->clock_resolution_s, 20 * machine->clock_cost_s);
    machine->no_topology = topology_read(processors, &machine->topology);
    machine->has_topology = !machine->no_topology;
    free(placement);
}
