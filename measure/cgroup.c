#define _GNU_SOURCE
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
    const char *root;
    char mount[64];
    char group[512];
};

static bool read_line(const char *root, const char *path, const char *file, char *line, int length)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s%s/%s", root, path, file) >= (int)sizeof name)
        return false;
    FILE *stream = fopen(name, "re");
    if (!stream)
        return false;
    bool read = fgets(line, length, stream) != NULL;
    (void)fclose(stream);
    return read;
}

/* Whether `list`, separated by commas, names the controller. */
static bool lists(const char *list, const char *controller)
{
    size_t length = strlen(controller);
    for (const char *name = list; name; name = strchr(name, ',')) {
        name += *name == ',';
        if (strncmp(name, controller, length) == 0 && (name[length] == ',' || !name[length]))
            return true;
    }
    return false;
}

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
    char name[PATH_MAX];
    char line[1024];
    bool found = false;
    (void)snprintf(name, sizeof name, "%s/proc/self/cgroup", root);
    FILE *stream = fopen(name, "re");
    while (stream && !found && fgets(line, sizeof line, stream)) {
        char *rest = line;
        (void)strsep(&rest, ":");
        const char *controllers = strsep(&rest, ":");
        if (!controllers || !rest)
            continue;
        bool unified = *controllers == '\0' && *controller == '\0';
        found = unified || (*controller && lists(controllers, controller));
        if (!found)
            continue;
        rest[strcspn(rest, "\n")] = '\0';
        find_mount(root, controller, controllers, place);
        (void)snprintf(place->group, sizeof place->group, "%s", rest);
        place->root = root;
    }
    if (stream)
        (void)fclose(stream);
    return found;
}

/* The smallest of what `read_limit` says of the group and of all those above it. */
static double smallest(struct place *place, double (*read_limit)(const char *, const char *))
{
    double least = INFINITY;
    for (;;) {
        char path[sizeof place->mount + sizeof place->group];
        (void)snprintf(path, sizeof path, "%s%s", place->mount, place->group);
        double limit = read_limit(place->root, path);
        if (limit < least)
            least = limit;
        char *slash = strrchr(place->group, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

static double read_number(const char *root, const char *path, const char *file, double otherwise)
{
    char line[64];
    char *end;
    if (!read_line(root, path, file, line, sizeof line))
        return otherwise;
    double value = strtod(line, &end);
    return end == line ? otherwise : value;
}

static double cpu_quota_v2(const char *root, const char *path)
{
    char line[64];
    char *end;
    if (!read_line(root, path, "cpu.max", line, sizeof line))
        return INFINITY;
    double quota = strtod(line, &end);
    double period = strtod(end, NULL);
    return end == line || !(period > 0) ? INFINITY : quota / period;
}

static double cpu_quota_v1(const char *root, const char *path)
{
    double quota = read_number(root, path, "cpu.cfs_quota_us", -1);
    double period = read_number(root, path, "cpu.cfs_period_us", 100000);
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* Pages of files that the group holds and would give back: they are not in the way. */
static double reclaimable(const char *root, const char *path, const char *key)
{
    char name[PATH_MAX], line[128];
    double bytes = 0;
    if (snprintf(name, sizeof name, "%s%s/memory.stat", root, path) >= (int)sizeof name)
        return 0;
    FILE *stream = fopen(name, "re");
    while (stream && fgets(line, sizeof line, stream))
        if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ' ')
            bytes = strtod(line + strlen(key), NULL);
    if (stream)
        (void)fclose(stream);
    return bytes;
}

static double memory_left_v2(const char *root, const char *path)
{
    double limit = read_number(root, path, "memory.max", INFINITY);
    double used = read_number(root, path, "memory.current", 0);
    return fmax(0, limit - used + reclaimable(root, path, "inactive_file"));
}

static double memory_left_v1(const char *root, const char *path)
{
    double limit = read_number(root, path, "memory.limit_in_bytes", INFINITY);
    double used = read_number(root, path, "memory.usage_in_bytes", 0);
    return fmax(0, limit - used + reclaimable(root, path, "total_inactive_file"));
}

double cgroup_cpu_quota(const char *root)
{
    struct place place;
    double quota = INFINITY;
    if (find_place(root, "cpu", &place))
        quota = smallest(&place, cpu_quota_v1);
    if (find_place(root, "", &place))
        quota = fmin(quota, smallest(&place, cpu_quota_v2));
    return quota;
}

unsigned cgroup_cores_within(unsigned cores, double quota)
{
    if (quota >= (double)cores)
        return cores;
    return quota < 1 ? 1 : (unsigned)quota;
}

uint64_t cgroup_memory_left(const char *root)
{
    struct place place;
    double left = INFINITY;
    if (find_place(root, "memory", &place))
        left = smallest(&place, memory_left_v1);
    if (find_place(root, "", &place))
        left = fmin(left, smallest(&place, memory_left_v2));
    return left < (double)UINT64_MAX ? (uint64_t)left : UINT64_MAX;
}
