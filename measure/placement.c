#define _GNU_SOURCE
#include "placement.h"

#include "cgroup.h"
#include "files.h"
#include "memory.h"
#include "quantities.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESSORS_MAX = 8 * PLACEMENT_MASK_BYTES };

/* Cores are 1, 2 … in the order in which they first appear. */
struct placement {
    unsigned processors, cores;
    size_t processor[PROCESSORS_MAX]; /* those of the mask, ascending */
    unsigned core[PROCESSORS_MAX];    /* of a hardware thread, by its number; 0: not in the mask */
    unsigned core_of[PROCESSORS_MAX]; /* by the number of its first hardware thread; 0: not yet */
};

/* Kernels before 5.3 know the list by its second name alone. */
bool placement_core_list(const char *root, size_t processor, char *list, size_t length)
{
    static const char path[] = "%s/sys/devices/system/cpu/cpu%zu/topology/%s";
    return files_line(list, length, path, root, processor, "core_cpus_list") ||
           files_line(list, length, path, root, processor, "thread_siblings_list");
}

/* Where the kernel does not tell, each processor counts as a core of its own. */
static void add_processor(const char *root, struct placement *placement, size_t processor)
{
    char list[256], *end;
    const bool is_told = placement_core_list(root, processor, list, sizeof list);
    const unsigned long first = is_told ? strtoul(list, &end, 10) : processor;
    const bool is_number = is_told && end > list && first < PROCESSORS_MAX;
    unsigned *core = &placement->core_of[is_number ? first : processor];
    if (*core == 0)
        *core = ++placement->cores;
    placement->core[processor] = *core;
    placement->processor[placement->processors++] = processor;
}

void placement_mask_read(struct placement_mask *mask)
{
    memset(mask, 0, sizeof *mask);
    (void)sched_getaffinity(0, sizeof *mask, (cpu_set_t *)mask);
}

static bool contains(const struct placement_mask *mask, size_t processor)
{
    return processor < PROCESSORS_MAX &&
           CPU_ISSET_S(processor, sizeof *mask, (const cpu_set_t *)mask);
}

static struct placement *placement_of(const char *root, const struct placement_mask *mask)
{
    struct placement *placement = memory_new(1, sizeof *placement);
    for (size_t processor = 0; processor < PROCESSORS_MAX; processor++)
        if (contains(mask, processor))
            add_processor(root, placement, processor);
    return placement;
}

struct placement *placement_read(void)
{
    struct placement_mask mask;
    placement_mask_read(&mask);
    return placement_of("", &mask);
}

unsigned placement_mask_cores(const char *root, const struct placement_mask *mask)
{
    struct placement *placement = placement_of(root, mask);
    const unsigned cores = placement_cores(placement);
    free(placement);
    return cores;
}

unsigned placement_cores(const struct placement *placement)
{
    return placement->cores > 0 ? placement->cores : 1;
}

struct processors placement_processors(const struct placement *placement)
{
    return (struct processors){placement->processors, placement->processor};
}

static unsigned core(const struct placement *placement, size_t processor)
{
    return placement && processor < PROCESSORS_MAX ? placement->core[processor] : 0;
}

bool placement_same_core(const struct placement *placement, size_t one, size_t other)
{
    return one == other ||
           (core(placement, one) > 0 && core(placement, one) == core(placement, other));
}

void placement_print(char *text, size_t length)
{
    struct placement_mask mask;
    size_t used = 0;
    placement_mask_read(&mask);
    (void)snprintf(text, length, "unknown");
    for (size_t first = 0, last; first < PROCESSORS_MAX; first = last + 1) {
        last = first;
        if (!contains(&mask, first))
            continue;
        while (contains(&mask, last + 1))
            last++;
        int count = snprintf(text + used, length - used, last > first ? "%s%zu-%zu" : "%s%zu",
                             used ? "," : "", first, last);
        if (count < 0 || (size_t)count >= length - used)
            return;
        used += (size_t)count;
    }
}

void placement_bind(const struct placement *placement, unsigned worker, unsigned workers)
{
    struct placement_mask mask = {{0}};
    if (workers > placement->cores)
        return;
    for (unsigned i = 0; i < placement->processors; i++)
        if (placement->core[placement->processor[i]] == worker + 1)
            CPU_SET_S(placement->processor[i], sizeof mask, (cpu_set_t *)&mask);
    /* A worker that cannot be bound computes all the same. */
    (void)sched_setaffinity(0, sizeof mask, (const cpu_set_t *)&mask);
}

enum status placement_check(const char *root, unsigned workers)
{
    struct placement_mask mask;
    char processors[256];
    placement_mask_read(&mask);
    const unsigned allowed =
        cgroup_cores_within(placement_mask_cores(root, &mask), cgroup_cpu_quota(root));
    if (workers <= allowed)
        return STATUS_OK;
    if (allowed == 0)
        return status_fail(STATUS_FAILED, "a cgroup quota leaves less than a core here: ask for a "
                                          "whole one, or --oversubscribe");
    placement_print(processors, sizeof processors);
    return status_fail(STATUS_FAILED,
                       "%u workers and %u core%s allowed here (mask %s): take fewer, or "
                       "--oversubscribe",
                       workers, allowed, plural(allowed), processors);
}
