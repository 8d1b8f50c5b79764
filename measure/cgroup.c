#include "cgroup.h"

#include "files.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Where a hierarchy is mounted, of version 2 without `controllers`. Controllers that share one lie
 * in a folder of that name, cpu,cpuacct, and each as a link below its own; /proc/self/cgroup may
 * name them in another order. Beside hierarchies of version 1, that of version 2 lies in a folder
 * of its own.
 */
static void find_mount(const char *root, const char *controller, const char *controllers,
                       char *mount, size_t length)
{
    const char *own = *controllers ? controller : "unified";
    const bool is_group = !*controllers && files_exist(root, "/sys/fs/cgroup/cgroup.controllers");
    (void)snprintf(mount, length, "/sys/fs/cgroup/%s", own);
    if (is_group || !files_exist(root, mount))
        (void)snprintf(mount, length, "/sys/fs/cgroup%s%s", *controllers ? "/" : "", controllers);
}

/* What a group, by its path, tells of itself, added to what others told. */
typedef void look_at(const char *root, const char *group, void *told);

/* At the group, and at those above it. */
static void look_above(const char *root, const char *mount, const char *group, look_at *look,
                       void *told)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s%s", mount, group) < (int)sizeof path)
        look(root, path, told);
    for (char *slash; (slash = strrchr(path + strlen(mount), '/'));) {
        *slash = '\0';
        look(root, path, told);
    }
}

/* At all the groups that this process is in by that controller of version 1, and by version 2.
 * A line is ID:CONTROLLERS:PATH, for version 2 without the second. */
static void look_at_all(const char *root, const char *controller, look_at *look, void *told)
{
    char *line = NULL, mount[128];
    size_t room = 0;
    FILE *stream = files_open(root, "/proc/self/cgroup");
    while (stream && getline(&line, &room, stream) > 0) {
        char *rest = line;
        (void)strsep(&rest, ":");
        const char *controllers = strsep(&rest, ":");
        if (!controllers || !rest || (*controllers && !files_lists(controllers, ',', controller)))
            continue;
        rest[strcspn(rest, "\n")] = '\0';
        find_mount(root, controller, controllers, mount, sizeof mount);
        look_above(root, mount, rest, look, told);
    }
    free(line);
    if (stream)
        (void)fclose(stream);
}

static void take_quota(const char *root, const char *group, void *least)
{
    char line[64];
    double quota = 0, period = 100000;
    if (files_line(line, sizeof line, "%s%s/cpu.max", root, group)) {
        (void)sscanf(line, "%lf%lf", &quota, &period);
    } else {
        quota = files_number("%s%s/cpu.cfs_quota_us", root, group);
        const double told = files_number("%s%s/cpu.cfs_period_us", root, group);
        period = isnan(told) ? period : told;
    }
    if (quota > 0 && period > 0)
        *(double *)least = fmin(*(double *)least, quota / period);
}

static void take_processes(const char *root, const char *group, void *least)
{
    const double most = files_number("%s%s/pids.max", root, group);
    if (most >= 0)
        *(double *)least = fmin(*(double *)least, most);
}

/* A file of a group, as one version or the other calls it; NAN for neither. */
static double number_of(const char *root, const char *group, const char *name, const char *other)
{
    const double number = files_number("%s%s/%s", root, group, name);
    return isnan(number) ? files_number("%s%s/%s", root, group, other) : number;
}

/* Pages of files that the group holds and would give back are not in the way. Version 1 has a
 * number for no limit, the greatest there is of whole pages. */
static void take_memory_left(const char *root, const char *group, void *least)
{
    const double no_limit = 0x1p62;
    char name[PATH_MAX], given_back[32] = "0";
    const double most = number_of(root, group, "memory.max", "memory.limit_in_bytes");
    const double held = number_of(root, group, "memory.current", "memory.usage_in_bytes");
    (void)snprintf(name, sizeof name, "%s/memory.stat", group);
    if (!files_field(root, name, "total_inactive_file", given_back, sizeof given_back))
        (void)files_field(root, name, "inactive_file", given_back, sizeof given_back);
    if (most < no_limit)
        *(double *)least =
            fmin(*(double *)least, fmax(0, most - fmax(0, held) + strtod(given_back, NULL)));
}

/* Version 2 tells microseconds, version 1 nanoseconds. */
static void add_throttling(const char *root, const char *group, void *told)
{
    struct throttling *throttling = told;
    char name[PATH_MAX], times[32], duration[32];
    (void)snprintf(name, sizeof name, "%s/cpu.stat", group);
    const bool is_new = files_field(root, name, "throttled_usec", duration, sizeof duration);
    if ((!is_new && !files_field(root, name, "throttled_time", duration, sizeof duration)) ||
        !files_field(root, name, "nr_throttled", times, sizeof times))
        return;
    const bool is_first = isnan(throttling->times);
    throttling->times = (is_first ? 0 : throttling->times) + strtod(times, NULL);
    throttling->seconds =
        (is_first ? 0 : throttling->seconds) + strtod(duration, NULL) * (is_new ? 1e-6 : 1e-9);
}

double cgroup_cpu_quota(const char *root)
{
    double least = INFINITY;
    look_at_all(root, "cpu", take_quota, &least);
    return least;
}

struct throttling cgroup_throttling(const char *root)
{
    struct throttling throttling = {NAN, NAN};
    look_at_all(root, "cpu", add_throttling, &throttling);
    return throttling;
}

unsigned cgroup_cores_within(unsigned cores, double quota)
{
    if (quota >= (double)cores)
        return cores;
    return (unsigned)quota;
}

static uint64_t least_of(const char *root, const char *controller, look_at *take)
{
    double least = INFINITY;
    look_at_all(root, controller, take, &least);
    return least < (double)UINT64_MAX ? (uint64_t)least : UINT64_MAX;
}

uint64_t cgroup_processes(const char *root)
{
    return least_of(root, "pids", take_processes);
}

uint64_t cgroup_memory_left(const char *root)
{
    return least_of(root, "memory", take_memory_left);
}
