#include "topology.h"

const char *topology_read(struct processors usable, struct topology *topology)
{
    (void)usable;
    *topology = (struct topology){0};
    return "parbench was built without hwloc";
}
