#include "allocation.h"
#include "quantities.h"

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

enum status allocation_check(const struct allocation *allocation, bool asked)
{
    if (asked || !allocation_is_scarce(allocation))
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "a cgroup quota leaves %.3g of a core here, and even one worker would wait: "
                       "ask for a whole core, or --oversubscribe",
                       allocation->machine->quota);
}

void allocation_say(const struct allocation *allocation)
{
    if (allocation->job)
        status_say("in job %s of %s, cells run on this node alone: %u core%s by %s",
                   allocation->job, allocation->scheduler, allocation->slots,
                   plural(allocation->slots), allocation->known_by);
}
