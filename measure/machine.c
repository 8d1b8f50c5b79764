#include "machine.h"

#include "cgroup.h"
#include "clock.h"
#include "files.h"
#include "placement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

static uint64_t read_kibibytes(const char *key)
{
    char value[64] = "";
    (void)files_field("", "/proc/meminfo", key, value, sizeof value);
    return strtoull(value, NULL, 10) * 1024;
}

void machine_read(struct machine *machine)
{
    struct utsname system;
    (void)uname(&system); /* cannot fail */
    *machine = (struct machine){.has_topology = false};
    (void)snprintf(machine->system, sizeof machine->system, "%.60s %.60s", system.sysname,
                   system.release);
    (void)snprintf(machine->host, sizeof machine->host, "%s", system.nodename);
    (void)snprintf(machine->architecture, sizeof machine->architecture, "%.60s", system.machine);
    if (!files_field("", "/proc/cpuinfo", "model name", machine->cpu, sizeof machine->cpu))
        (void)snprintf(machine->cpu, sizeof machine->cpu, "%.60s", system.machine);
    struct placement *placement = placement_read();
    const struct processors processors = placement_processors(placement);
    machine->hardware_threads = processors.count > 0 ? (unsigned)processors.count : 1;
    machine->cores = placement_cores(placement);
    settings_read("", processors, &machine->settings);
    free(placement);
    machine->quota = cgroup_cpu_quota("");
    machine->allowed = cgroup_cores_within(machine->cores, machine->quota);
    machine->memory = read_kibibytes("MemTotal");
    uint64_t free_bytes = read_kibibytes("MemAvailable");
    uint64_t left = cgroup_memory_left("");
    machine->memory_available = left < free_bytes ? left : free_bytes;
    machine->clock_resolution_s = clock_resolution();
    machine->clock_cost_s = clock_cost();
    machine->shortest_s = fmax(1000 * machine->clock_resolution_s, 20 * machine->clock_cost_s);
    machine->no_topology = topology_read(&machine->topology);
    machine->has_topology = !machine->no_topology;
}
