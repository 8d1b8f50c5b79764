#include "topology.h"

#include <hwloc.h>
#include <stdio.h>
#include <string.h>

static unsigned count(hwloc_topology_t hwloc, hwloc_obj_type_t type)
{
    int number = hwloc_get_nbobjs_by_type(hwloc, type);
    return number > 0 ? (unsigned)number : 0;
}

static void append_cache(hwloc_topology_t hwloc, hwloc_obj_type_t type, const char *name,
                         char *text, size_t length)
{
    hwloc_obj_t cache = hwloc_get_obj_by_type(hwloc, type, 0);
    size_t used = strlen(text);
    if (!cache || used >= length)
        return;
    unsigned long long kibi = cache->attr->cache.size / 1024;
    bool mebi = kibi >= 1024 && kibi % 1024 == 0;
    (void)snprintf(text + used, length - used, "%s%s %llu %s", used ? ", " : "", name,
                   mebi ? kibi / 1024 : kibi, mebi ? "MiB" : "KiB");
}

static void list_cache(hwloc_topology_t hwloc, hwloc_obj_type_t type, struct topology *topology)
{
    hwloc_obj_t cache = hwloc_get_obj_by_type(hwloc, type, 0);
    if (!cache || topology->cache_count == TOPOLOGY_CACHES_MAX)
        return;
    const int threads = hwloc_bitmap_weight(cache->complete_cpuset);
    const hwloc_obj_cache_type_t kind = cache->attr->cache.type;
    topology->cache_list[topology->cache_count++] =
        (struct cache){.kind = kind == HWLOC_OBJ_CACHE_DATA          ? CACHE_DATA
                               : kind == HWLOC_OBJ_CACHE_INSTRUCTION ? CACHE_INSTRUCTION
                                                                     : CACHE_UNIFIED,
                       .level = cache->attr->cache.depth,
                       .size = cache->attr->cache.size,
                       .shared_by = threads > 0 ? (unsigned)threads : 0};
}

static void list_caches(hwloc_topology_t hwloc, struct topology *topology)
{
    static const hwloc_obj_type_t types[] = {
        HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L2ICACHE,
        HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L3ICACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        list_cache(hwloc, types[i], topology);
}

bool topology_read(struct topology *topology, char *reason, size_t length)
{
    hwloc_topology_t hwloc;
    *topology = (struct topology){0};
    if (hwloc_topology_init(&hwloc) != 0) {
        (void)snprintf(reason, length, "hwloc cannot be initialised");
        return false;
    }
    /* Those of instructions it leaves out otherwise. */
    (void)hwloc_topology_set_icache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_ALL);
    bool loaded = hwloc_topology_load(hwloc) == 0;
    if (loaded) {
        topology->packages = count(hwloc, HWLOC_OBJ_PACKAGE);
        topology->numa_nodes = count(hwloc, HWLOC_OBJ_NUMANODE);
        topology->cores = count(hwloc, HWLOC_OBJ_CORE);
        topology->hardware_threads = count(hwloc, HWLOC_OBJ_PU);
        append_cache(hwloc, HWLOC_OBJ_L1CACHE, "L1d", topology->caches, sizeof topology->caches);
        append_cache(hwloc, HWLOC_OBJ_L2CACHE, "L2", topology->caches, sizeof topology->caches);
        append_cache(hwloc, HWLOC_OBJ_L3CACHE, "L3", topology->caches, sizeof topology->caches);
        list_caches(hwloc, topology);
    } else {
        (void)snprintf(reason, length, "hwloc cannot read this machine");
    }
    hwloc_topology_destroy(hwloc);
    return loaded;
}
