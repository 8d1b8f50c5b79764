#include "topology.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const hwloc_obj_type_t types[TOPOLOGY_CACHES_MAX] = {
    HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L2ICACHE,
    HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L3ICACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE};

static const char *const kinds[] = {[HWLOC_OBJ_CACHE_DATA] = "data",
                                    [HWLOC_OBJ_CACHE_INSTRUCTION] = "instruction",
                                    [HWLOC_OBJ_CACHE_UNIFIED] = "unified"};

static unsigned count(hwloc_topology_t hwloc, hwloc_obj_type_t type)
{
    int number = hwloc_get_nbobjs_by_type(hwloc, type);
    return number > 0 ? (unsigned)number : 0;
}

static bool is_usable(hwloc_const_cpuset_t near, struct processors usable)
{
    bool is_one = usable.count == 0;
    for (size_t i = 0; i < usable.count && !is_one; i++)
        is_one = hwloc_bitmap_isset(near, (unsigned)usable.numbers[i]);
    return is_one;
}

/* Memory without processors of its own has those of the part of the machine that it belongs to. So
 * a node counts when no other one has some of its processors, and no others. */
static bool is_nearest(hwloc_topology_t hwloc, const hwloc_obj_t node)
{
    hwloc_obj_t other = NULL;
    while ((other = hwloc_get_next_obj_by_type(hwloc, HWLOC_OBJ_NUMANODE, other)))
        if (hwloc_bitmap_isincluded(other->cpuset, node->cpuset) &&
            (!hwloc_bitmap_isequal(other->cpuset, node->cpuset) ||
             other->logical_index < node->logical_index))
            return false;
    return true;
}

static unsigned count_nodes(hwloc_topology_t hwloc, struct processors usable)
{
    unsigned nodes = 0;
    hwloc_obj_t node = NULL;
    while ((node = hwloc_get_next_obj_by_type(hwloc, HWLOC_OBJ_NUMANODE, node)))
        nodes += is_usable(node->cpuset, usable) && is_nearest(hwloc, node);
    return nodes;
}

/* Appends "L2 1 MiB", or "L2" where its size is not known. */
static void add_name(const hwloc_obj_t cache, char *text, size_t length)
{
    char name[16];
    const size_t used = strlen(text);
    const unsigned long long kibi = cache->attr->cache.size / 1024;
    const bool mebi = kibi >= 1024 && kibi % 1024 == 0;
    (void)hwloc_obj_type_snprintf(name, sizeof name, cache, 0);
    if (kibi == 0)
        (void)snprintf(text + used, length - used, "%s%s", used ? ", " : "", name);
    else
        (void)snprintf(text + used, length - used, "%s%s %llu %s", used ? ", " : "", name,
                       mebi ? kibi / 1024 : kibi, mebi ? "MiB" : "KiB");
}

static void add_caches(hwloc_topology_t hwloc, struct topology *topology)
{
    for (size_t i = 0; i < TOPOLOGY_CACHES_MAX; i++) {
        const hwloc_obj_t cache = hwloc_get_obj_by_type(hwloc, types[i], 0);
        if (!cache)
            continue;
        const int threads = hwloc_bitmap_weight(cache->complete_cpuset);
        topology->cache_list[topology->cache_count++] =
            (struct cache){.kind = kinds[cache->attr->cache.type],
                           .level = cache->attr->cache.depth,
                           .size = cache->attr->cache.size,
                           .shared_by = threads > 0 ? (unsigned)threads : 0};
        if (cache->attr->cache.type != HWLOC_OBJ_CACHE_INSTRUCTION)
            add_name(cache, topology->caches, sizeof topology->caches);
    }
}

const char *topology_read(struct processors usable, struct topology *topology)
{
    hwloc_topology_t hwloc;
    *topology = (struct topology){0};
    if (hwloc_topology_init(&hwloc) != 0)
        return "hwloc cannot be initialised";
    /* Those of instructions it leaves out otherwise. */
    (void)hwloc_topology_set_icache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_ALL);
    const bool loaded = hwloc_topology_load(hwloc) == 0;
    if (loaded) {
        topology->packages = count(hwloc, HWLOC_OBJ_PACKAGE);
        topology->numa_nodes = count_nodes(hwloc, usable);
        topology->cores = count(hwloc, HWLOC_OBJ_CORE);
        topology->hardware_threads = count(hwloc, HWLOC_OBJ_PU);
        add_caches(hwloc, topology);
    }
    hwloc_topology_destroy(hwloc);
    return loaded ? NULL : "hwloc cannot read this machine";
}
