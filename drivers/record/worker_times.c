#include "worker_times.h"

#include "host.h"
#include "memory.h"
#include "printable.h"

#include <stdlib.h>

/* A name is kept once: many workers are on a node. */
static const char *node_of(const json_t *worker, json_t *nodes)
{
    const char *told = json_string_value(json_object_get(worker, "node"));
    char name[HOST_BYTES];
    if (!told)
        return NULL;
    printable_copy(told, name, sizeof name);
    if (!json_object_get(nodes, name))
        (void)json_object_set_new(nodes, name, json_string(name));
    return json_string_value(json_object_get(nodes, name));
}

struct worker_times worker_times_read(const json_t *execution)
{
    const json_t *workers = json_object_get(execution, "workers_busy");
    struct worker_times times = {.wall_s = json_number_value(json_object_get(execution, "wall_s")),
                                 .count = json_array_size(workers)};
    if (times.count == 0)
        return times;
    times.nodes = json_object();
    times.all = memory_new(times.count, sizeof *times.all);
    for (size_t i = 0; i < times.count; i++) {
        const json_t *worker = json_array_get(workers, i);
        times.all[i] = (struct worker_time){json_number_value(json_object_get(worker, "busy_s")),
                                            node_of(worker, times.nodes)};
    }
    return times;
}

void worker_times_free(struct worker_times *times)
{
    free(times->all);
    json_decref(times->nodes);
    *times = (struct worker_times){.count = 0};
}
