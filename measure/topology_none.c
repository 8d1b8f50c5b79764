#include "topology.h"

const char *topology_read(struct topology *topology)
{
    *topology = (struct topology){0};
    return "parbench was built without hwloc";
}
