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

/* What `read_limit` says of a group, by its path, or of one of those above it: the smallest. */
static double smallest_above(const char *root, const char *mount, const char *group,
                             double (*read_limit)(const char *root, const char *group))
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s%s", mount, group);
    double least = length < (int)sizeof path ? read_limit(root, path) : INFINITY;
    for (char *slash; (slash = strrchr(path + strlen(mount), '/'));) {
        *slash = '\0';
        least = fmin(least, read_limit(root, path));
    }
    return least;
}

/* The same of all the groups that this process is in by that controller of version 1, and by
 * version 2; INFINITY for none. A line is ID:CONTROLLERS:PATH, for version 2 without the second. */
static double smallest(const char *root, const char *controller,
                       double (*read_limit)(const char *root, const char *group))
{
    char *line = NULL, mount[128];
    size_t room = 0;
    double least = INFINITY;
    FILE *stream = files_open(root, "/proc/self/cgroup");
    while (stream && getline(&line, &room, stream) > 0) {
        char *rest = line;
        (void)strsep(&rest, ":");
        const char *controllers = strsep(&rest, ":");
        if (!controllers || !rest || (*controllers && !files_lists(controllers, ',', controller)))
            continue;
        rest[strcspn(rest, "\n")] = '\0';
        find_mount(root, controller, controllers, mount, sizeof mount);
        least = fmin(least, smallest_above(root, mount, rest, read_limit));
    }
    free(line);
    if (stream)
        (void)fclose(stream);
    return least;
}

static double cpu_quota(const char *root, const char *group)
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
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* A file of a group, as one version or the other calls it; NAN for neither. */
static double number_of(const char *root, const char *group, const char *name, const char *other)
{
    const double number = files_number("%s%s/%s", root, group, name);
    return isnan(number) ? files_number("%s%s/%s", root, group, other) : number;
}

/* Pages of files that the group holds and would give back are not in the way. Version 1 has a
 * number for no limit, the greatest there is of whole pages. */
static double memory_left(const char *root, const char *group)
{
    const double no_limit = 0x1p62;
    char name[PATH_MAX], given_back[32] = "0";
    const double most = number_of(root, group, "memory.max", "memory.limit_in_bytes");
    const double held = number_of(root, group, "memory.current", "memory.usage_in_bytes");
    (void)snprintf(name, sizeof name, "%s/memory.stat", group);
    if (!files_field(root, name, "total_inactive_file", given_back, sizeof given_back))
        (void)files_field(root, name, "inactive_file", given_back, sizeof given_back);
    return isnan(most) || most >= no_limit
               ? INFINITY
               : fmax(0, most - fmax(0, held) + strtod(given_back, NULL));
}

double cgroup_cpu_quota(const char *root)
{
    return smallest(root, "cpu", cpu_quota);
}

unsigned cgroup_cores_within(unsigned cores, double quota)
{
    if (quota >= (double)cores)
        return cores;
    return quota < 1 ? 1 : (unsigned)quota;
}

uint64_t cgroup_memory_left(const char *root)
{
    const double left = smallest(root, "memory", memory_left);
    return left < (double)UINT64_MAX ? (uint64_t)left : UINT64_MAX;
}
