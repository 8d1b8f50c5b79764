#define _GNU_SOURCE
#include "placement.h"

#include "cgroup.h"
#include "files.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESSORS_MAX = 8 * PLACEMENT_MASK_BYTES };

/* The processors of the mask, ascending, each with the number of its core: 0, 1 … in the order in
 * which cores first appear. */
struct placement {
    unsigned processors, cores;
    size_t processor[PROCESSORS_MAX];
    unsigned core[PROCESSORS_MAX];
    long id[PROCESSORS_MAX]; /* of each core */
};

static long read_id(size_t processor, const char *file)
{
    double id = -1;
    (void)files_number(&id, "/sys/devices/system/cpu/cpu%zu/topology/%s", processor, file);
    return (long)id;
}

/* Where the kernel does not tell, each processor counts as a core of its own. */
static long core_id(size_t processor)
{
    long package = read_id(processor, "physical_package_id"), core = read_id(processor, "core_id");
    return core < 0 ? -1 - (long)processor : package * (1L << 20) + core;
}

static void add_processor(struct placement *placement, size_t processor)
{
    long id = core_id(processor);
    unsigned core = 0;
    while (core < placement->cores && placement->id[core] != id)
        core++;
    if (core == placement->cores)
        placement->id[placement->cores++] = id;
    placement->processor[placement->processors] = processor;
    placement->core[placement->processors++] = core;
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

/* NULL for an empty mask; the caller frees. */
static struct placement *placement_of(const struct placement_mask *mask)
{
    struct placement *placement = calloc(1, sizeof *placement);
    for (size_t processor = 0; placement && processor < PROCESSORS_MAX; processor++)
        if (contains(mask, processor))
            add_processor(placement, processor);
    if (placement && placement->processors > 0)
        return placement;
    free(placement);
    return NULL;
}

struct placement *placement_read(void)
{
    struct placement_mask mask;
    placement_mask_read(&mask);
    return placement_of(&mask);
}

unsigned placement_mask_cores(const struct placement_mask *mask)
{
    struct placement *placement = placement_of(mask);
    const unsigned cores = placement_cores(placement);
    free(placement);
    return cores;
}

unsigned placement_cores(const struct placement *placement)
{
    return placement ? placement->cores : 1;
}

struct processors placement_processors(const struct placement *placement)
{
    return placement ? (struct processors){placement->processors, placement->processor}
                     : (struct processors){0, NULL};
}

/* The index of the hardware thread in the placement, or that behind the last. */
static unsigned index_of(const struct placement *placement, size_t processor)
{
    unsigned index = 0;
    while (index < placement->processors && placement->processor[index] != processor)
        index++;
    return index;
}

bool placement_same_core(const struct placement *placement, size_t one, size_t other)
{
    if (!placement || one == other)
        return one == other;
    const unsigned i = index_of(placement, one), j = index_of(placement, other);
    return i < placement->processors && j < placement->processors &&
           placement->core[i] == placement->core[j];
}

static void print_mask(const struct placement_mask *mask, char *text, size_t length)
{
    size_t used = 0;
    for (size_t first = 0, last; first < PROCESSORS_MAX; first = last + 1) {
        last = first;
        if (!contains(mask, first))
            continue;
        while (contains(mask, last + 1))
            last++;
        int count = snprintf(text + used, length - used, last > first ? "%s%zu-%zu" : "%s%zu",
                             used ? "," : "", first, last);
        if (count < 0 || (size_t)count >= length - used)
            return;
        used += (size_t)count;
    }
}

void placement_print(char *text, size_t length)
{
    struct placement_mask mask;
    placement_mask_read(&mask);
    (void)snprintf(text, length, "unknown");
    print_mask(&mask, text, length);
}

void placement_bind(const struct placement *placement, unsigned worker, unsigned workers)
{
    struct placement_mask mask = {{0}};
    if (!placement || workers > placement->cores)
        return;
    for (unsigned i = 0; i < placement->processors; i++)
        if (placement->core[i] == worker)
            CPU_SET_S(placement->processor[i], sizeof mask, (cpu_set_t *)&mask);
    /* A worker that cannot be bound computes all the same. */
    (void)sched_setaffinity(0, sizeof mask, (const cpu_set_t *)&mask);
}

enum status placement_check(unsigned workers)
{
    struct placement_mask mask;
    char processors[256];
    placement_mask_read(&mask);
    const unsigned allowed = cgroup_cores_within(placement_mask_cores(&mask), cgroup_cpu_quota(""));
    if (workers <= allowed)
        return STATUS_OK;
    placement_print(processors, sizeof processors);
    return status_fail(STATUS_FAILED,
                       "%u workers and %u core%s allowed here (mask %s): take fewer, or "
                       "--oversubscribe",
                       workers, allowed, allowed == 1 ? "" : "s", processors);
}
