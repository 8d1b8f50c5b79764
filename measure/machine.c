#define _GNU_SOURCE
#include "machine.h"

#include "cgroup.h"

#include <ctype.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { CPUS_MAX = 8192 };

/* The value of the first "KEY : VALUE" or "KEY: VALUE" line of a file of /proc. */
static bool read_field(const char *path, const char *key, char *value, size_t length)
{
    char line[512];
    size_t key_length = strlen(key);
    bool found = false;
    FILE *stream = fopen(path, "re");
    while (stream && !found && fgets(line, sizeof line, stream)) {
        const char *colon = strchr(line, ':');
        if (!colon || strncmp(line, key, key_length) != 0 ||
            (line[key_length] != ':' && !isspace((unsigned char)line[key_length])))
            continue;
        const char *start = colon + 1 + strspn(colon + 1, " \t");
        (void)snprintf(value, length, "%.*s", (int)strcspn(start, "\n"), start);
        found = true;
    }
    if (stream)
        (void)fclose(stream);
    return found;
}

static uint64_t read_kibibytes(const char *key)
{
    char value[64];
    return read_field("/proc/meminfo", key, value, sizeof value) ? strtoull(value, NULL, 10) * 1024
                                                                 : 0;
}

static long read_cpu_id(size_t cpu, const char *file)
{
    char path[96];
    long id = -1;
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology/%s", cpu, file);
    FILE *stream = fopen(path, "re");
    if (!stream)
        return -1;
    char line[32];
    if (fgets(line, sizeof line, stream))
        id = strtol(line, NULL, 10);
    (void)fclose(stream);
    return id;
}

static int by_value(const void *left, const void *right)
{
    long a = *(const long *)left;
    long b = *(const long *)right;
    return (a > b) - (a < b);
}

/* Hardware threads in the mask, and the cores they belong to: two of one core are no two workers. */
static void count_cores(struct machine *machine)
{
    static const size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
    cpu_set_t *mask = CPU_ALLOC(CPUS_MAX);
    long *ids = malloc(CPUS_MAX * sizeof *ids);
    unsigned threads = 0, cores = 0;
    if (mask && ids && sched_getaffinity(0, bytes, mask) == 0) {
        for (size_t cpu = 0; cpu < CPUS_MAX; cpu++)
            if (CPU_ISSET_S(cpu, bytes, mask)) {
                long core = read_cpu_id(cpu, "core_id");
                long package = read_cpu_id(cpu, "physical_package_id");
                ids[threads++] = core < 0 ? -1L - (long)cpu : package * (1L << 20) + core;
            }
        qsort(ids, threads, sizeof *ids, by_value);
        for (unsigned i = 0; i < threads; i++)
            cores += i == 0 || ids[i] != ids[i - 1];
    }
    free(ids);
    CPU_FREE(mask);
    machine->hardware_threads = threads ? threads : 1;
    machine->cores = cores ? cores : 1;
}

static unsigned within_quota(unsigned cores, double quota)
{
    if (quota >= (double)cores)
        return cores;
    return quota < 1 ? 1 : (unsigned)quota;
}

void machine_read(struct machine *machine)
{
    struct utsname system;
    *machine = (struct machine){.host = "unknown", .cpu = "unknown"};
    if (gethostname(machine->host, sizeof machine->host - 1) != 0)
        (void)snprintf(machine->host, sizeof machine->host, "unknown");
    if (!read_field("/proc/cpuinfo", "model name", machine->cpu, sizeof machine->cpu) &&
        uname(&system) == 0)
        (void)snprintf(machine->cpu, sizeof machine->cpu, "%.60s", system.machine);
    if (uname(&system) == 0)
        (void)snprintf(machine->system, sizeof machine->system, "%.60s %.60s", system.sysname,
                       system.release);
    count_cores(machine);
    machine->quota = cgroup_cpu_quota("");
    machine->allowed = within_quota(machine->cores, machine->quota);
    machine->memory = read_kibibytes("MemTotal");
    uint64_t free_bytes = read_kibibytes("MemAvailable");
    uint64_t left = cgroup_memory_left("");
    machine->memory_available = left < free_bytes ? left : free_bytes;
    machine->has_topology =
        topology_read(&machine->topology, machine->no_topology, sizeof machine->no_topology);
}
