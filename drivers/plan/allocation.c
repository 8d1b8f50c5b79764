#include "allocation.h"

#include "status.h"

#include <stddef.h>
#include <stdlib.h>

static const struct {
    const char *name, *job;
} schedulers[] = {{"Slurm", "SLURM_JOB_ID"}, {"PBS", "PBS_JOBID"}, {"LSF", "LSB_JOBID"}};

struct allocation allocation_read(const struct machine *machine)
{
    struct allocation allocation = {
        .machine = machine,
        .nodes = 1,
        .slots = machine->allowed,
        .known_by = machine->allowed < machine->cores ? "its quota" : "its affinity mask"};
    for (size_t i = 0; i < sizeof schedulers / sizeof *schedulers && !allocation.job; i++) {
        allocation.scheduler = schedulers[i].name;
        allocation.job = getenv(schedulers[i].job);
    }
    return allocation;
}

void allocation_say(const struct allocation *allocation)
{
    if (allocation->job)
        status_say("in job %s of %s, cells run on this node alone: %u cores by %s", allocation->job,
                   allocation->scheduler, allocation->slots, allocation->known_by);
}
