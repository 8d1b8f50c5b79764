#include "cgroup.h"

#include "files.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hierarchy of groups: where it is mounted, and this process's place in it. */
struct place {
    char mount[64];
    char group[512];
};

/*
 * Controllers that share a hierarchy lie in a folder of that name, cpu,cpuacct, and each as a link
 * below its own; /proc/self/cgroup may name them in another order. Beside hierarchies of version 1,
 * that of version 2 lies in a folder of its own.
 */
static void find_mount(const char *root, const char *controller, const char *controllers,
                       struct place *place)
{
    const char *own = *controller ? controller : "unified";
    char path[sizeof place->mount];
    (void)snprintf(path, sizeof path, "/sys/fs/cgroup/%.32s", own);
    const bool is_group = !*controller && files_exist(root, "/sys/fs/cgroup/cgroup.controllers");
    if (!is_group && files_exist(root, path))
        (void)snprintf(place->mount, sizeof place->mount, "%s", path);
    else
        (void)snprintf(place->mount, sizeof place->mount, "/sys/fs/cgroup%s%.40s",
                       *controllers ? "/" : "", controllers);
}

/* Lines of /proc/self/cgroup are ID:CONTROLLERS:PATH; version 2 has ID 0 and no controllers. */
static bool find_place(const char *root, const char *controller, struct place *place)
{
    char line[1024];
    bool found = false;
    FILE *stream = files_open("%s/proc/self/cgroup", root);
    while (stream && !found && fgets(line, sizeof line, stream)) {
        char *rest = line;
        (void)strsep(&rest, ":");
        const char *controllers = strsep(&rest, ":");
        if (!controllers || !rest)
            continue;
        bool unified = *controllers == '\0' && *controller == '\0';
        found = unified || (*controller && files_lists(controllers, ',', controller));
        if (!found)
            continue;
        rest[strcspn(rest, "\n")] = '\0';
        find_mount(root, controller, controllers, place);
        (void)snprintf(place->group, sizeof place->group, "%s", rest);
    }
    if (stream)
        (void)fclose(stream);
    return found;
}

/* The smallest of what `read_limit` says of the group and of all those above it; INFINITY where the
 * controller is in no hierarchy. */
static double smallest(const char *root, const char *controller,
                       double (*read_limit)(const char *root, const char *path))
{
    struct place place;
    double least = INFINITY;
    for (bool more = find_place(root, controller, &place); more;) {
        char path[sizeof place.mount + sizeof place.group];
        (void)snprintf(path, sizeof path, "%s%s", place.mount, place.group);
        least = fmin(least, read_limit(root, path));
        char *slash = strrchr(place.group, '/');
        more = slash != NULL;
        if (more)
            *slash = '\0';
    }
    return least;
}

static double cpu_quota_v2(const char *root, const char *path)
{
    char line[64], *end;
    if (!files_line(line, sizeof line, "%s%s/cpu.max", root, path))
        return INFINITY;
    double quota = strtod(line, &end);
    double period = strtod(end, NULL);
    return end == line || !(period > 0) ? INFINITY : quota / period;
}

static double cpu_quota_v1(const char *root, const char *path)
{
    double quota = -1, period = 100000;
    (void)files_number(&quota, "%s%s/cpu.cfs_quota_us", root, path);
    (void)files_number(&period, "%s%s/cpu.cfs_period_us", root, path);
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* Pages of files that the group holds and would give back are not in the way. */
static double memory_left(const char *root, const char *path, const char *limit, const char *used,
                          const char *reclaimable)
{
    char name[PATH_MAX], given_back[32] = "0";
    double most = INFINITY, held = 0;
    (void)files_number(&most, "%s%s/%s", root, path, limit);
    (void)files_number(&held, "%s%s/%s", root, path, used);
    (void)snprintf(name, sizeof name, "%s/memory.stat", path);
    (void)files_field(root, name, reclaimable, given_back, sizeof given_back);
    return fmax(0, most - held + strtod(given_back, NULL));
}

static double memory_left_v2(const char *root, const char *path)
{
    return memory_left(root, path, "memory.max", "memory.current", "inactive_file");
}

static double memory_left_v1(const char *root, const char *path)
{
    return memory_left(root, path, "memory.limit_in_bytes", "memory.usage_in_bytes",
                       "total_inactive_file");
}

double cgroup_cpu_quota(const char *root)
{
    return fmin(smallest(root, "cpu", cpu_quota_v1), smallest(root, "", cpu_quota_v2));
}

unsigned cgroup_cores_within(unsigned cores, double quota)
{
    if (quota >= (double)cores)
        return cores;
    return quota < 1 ? 1 : (unsigned)quota;
}

uint64_t cgroup_memory_left(const char *root)
{
    const double left =
        fmin(smallest(root, "memory", memory_left_v1), smallest(root, "", memory_left_v2));
    return left < (double)UINT64_MAX ? (uint64_t)left : UINT64_MAX;
}
