#include "allocation.h"
#include "quantities.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

static const struct {
    const char *name, *job;
} schedulers[] = {
    {"Slurm", "SLURM_JOB_ID"}, {"PBS", "PBS_JOBID"}, {"LSF", "LSB_JOBID"}, {"Flux", "FLUX_JOB_ID"}};

/* What an mpirun or srun has told each of the tasks that it started: how many are on its node. */
static unsigned read_tasks(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS",
                                        "SLURM_STEP_TASKS_PER_NODE"};
    const char *value = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !value; i++)
        value = getenv(names[i]);
    const long tasks = value ? strtol(value, NULL, 10) : 1; /* of "2(x3),1" the first */
    return tasks > 1 && tasks < INT_MAX ? (unsigned)tasks : 1;
}

struct allocation allocation_read(const struct machine *machine)
{
    struct allocation allocation = {
        .machine = machine,
        .nodes = 1,
        .slots = machine->allowed,
        .known_by = machine->allowed < machine->cores ? "its quota" : "its affinity mask",
        .tasks = read_tasks()};
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
    if (allocation->tasks > 1)
        status_say("this is one of %u tasks that were started together on this node: if each of "
                   "them measures, they disturb each other; start one task",
                   allocation->tasks);
}
