#define _GNU_SOURCE
#include "allocation.h"

#include "arguments.h"
#include "memory.h"
#include "printable.h"
#include "quantities.h"
#include "safe_file.h"
#include "task_count.h"
#include "text.h"

#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

enum { HOSTFILE_BYTES_MAX = 1 << 24, LINE_SHOWN = 80 };

/* ---- what names the nodes ---- */

/* Its bytes and an end, which the caller frees; NULL, and why not. */
static char *read_text(const char *path, const char **why)
{
    FILE *file;
    char *text = NULL;
    size_t length, got;
    char bytes[4096];
    *why = safe_file_open(path, HOSTFILE_BYTES_MAX, &file);
    if (*why)
        return NULL;
    FILE *copy = memory_open(&text, &length);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        (void)fwrite(bytes, 1, got, copy);
    memory_close(copy, &text);
    (void)fclose(file);
    return text;
}

/* The line of that number, from 1, as it may be printed. */
static void copy_line(const char *text, unsigned number, char *line, size_t length)
{
    char copy[LINE_SHOWN];
    for (unsigned i = 1; i < number; i++) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    (void)snprintf(copy, sizeof copy, "%.*s", (int)strcspn(text, "\r\n"), text);
    printable_copy(copy, line, length);
}

/* `who` has named it. */
static enum status read_file(const char *who, const char *path, struct nodes *nodes)
{
    const char *why;
    char *text = read_text(path, &why), line[LINE_SHOWN];
    if (!text)
        return status_fail(STATUS_FAILED, "%s: cannot read %s: %s", who, text_word(path).text, why);
    const unsigned wrong = nodes_read_file(text, nodes);
    copy_line(text, wrong, line, sizeof line);
    free(text);
    return wrong == 0 ? STATUS_OK
                      : status_fail(STATUS_FAILED,
                                    "%s: line %u of %s, \"%s\", is no node: a line is \"name "
                                    "slots=N\", with at least 1",
                                    who, wrong, text_word(path).text, line);
}

static enum status wrong_variable(const char *name)
{
    return status_fail(STATUS_FAILED,
                       "%s is no list of nodes: say which ones there are by --hosts a:16,b:16",
                       name);
}

static unsigned count_of(const char *name, unsigned otherwise)
{
    const char *value = getenv(name);
    uint64_t count;
    return value && count_parse(value, &count) && count <= NODES_SLOTS_MAX ? (unsigned)count
                                                                           : otherwise;
}

/* A node's processors are what a job of several tasks and of one are given alike. */
static enum status read_slurm(struct nodes *nodes)
{
    const char *list = getenv("SLURM_JOB_NODELIST"), *cpus = getenv("SLURM_JOB_CPUS_PER_NODE");
    const char *tasks = getenv("SLURM_TASKS_PER_NODE");
    if (!list)
        return STATUS_OK;
    return nodes_read_slurm(list, cpus ? cpus : tasks,
                            cpus ? 1 : count_of("SLURM_CPUS_PER_TASK", 1), nodes)
               ? STATUS_OK
               : wrong_variable("SLURM_JOB_NODELIST");
}

/* Gives those that have fewer, or that one line names without a number, so many slots. */
static void count_at_least(struct nodes *nodes, unsigned slots)
{
    for (size_t i = 0; i < nodes->count; i++)
        if (node_slots(&nodes->all[i]) < slots) {
            nodes->all[i].slots = slots;
            nodes->all[i].unnumbered = 0;
        }
}

/* Of a chunk there are as many lines as it has mpiprocs, one without these, and as many processors
 * as NCPUS tells: of several chunks on one host no more is certain. */
static enum status read_pbs(struct nodes *nodes)
{
    const char *file = getenv("PBS_NODEFILE");
    const unsigned processors = count_of("NCPUS", 0);
    if (!file)
        return STATUS_OK;
    TRY(read_file("PBS_NODEFILE", file, nodes));
    if (processors > 0)
        count_at_least(nodes, processors);
    return STATUS_OK;
}

/* Of each slot there is a line. */
static enum status read_lsf(struct nodes *nodes)
{
    const char *file = getenv("LSB_DJOB_HOSTFILE"), *pairs = getenv("LSB_MCPU_HOSTS");
    if (file) {
        TRY(read_file("LSB_DJOB_HOSTFILE", file, nodes));
        count_at_least(nodes, 1);
        return STATUS_OK;
    }
    return !pairs || nodes_read_pairs(pairs, nodes) ? STATUS_OK : wrong_variable("LSB_MCPU_HOSTS");
}

/* Slurm's qsub sets what PBS has, too. */
static const struct scheduler {
    const char *name, *job;
    enum status (*read)(struct nodes *nodes); /* leaves them empty where nobody tells; NULL */
    const char *here;     /* tells what it calls this host; NULL: as the host does */
    bool begins_on_first; /* a job's script is on the first node, whatever that is called */
} schedulers[] = {{"Slurm", "SLURM_JOB_ID", read_slurm, .here = "SLURMD_NODENAME"},
                  {"PBS", "PBS_JOBID", read_pbs, .begins_on_first = true},
                  {"LSF", "LSB_JOBID", read_lsf, .begins_on_first = true},
                  {"Flux", "FLUX_JOB_ID", .read = NULL}};

static const struct scheduler *find_scheduler(void)
{
    for (size_t i = 0; i < sizeof schedulers / sizeof *schedulers; i++)
        if (getenv(schedulers[i].job))
            return &schedulers[i];
    return NULL;
}

/* What a user names goes before what a batch system does. */
static enum status read_nodes(const struct allocation_asked *asked,
                              const struct scheduler *scheduler, struct allocation *allocation)
{
    struct nodes *nodes = &allocation->list;
    if (asked->hosts && asked->hostfile)
        return status_fail(STATUS_USAGE, "--hosts and --hostfile both name the nodes: give one");
    if (asked->hosts) {
        allocation->given_by = "--hosts";
        return nodes_read_hosts(asked->hosts, nodes)
                   ? STATUS_OK
                   : argument_wrong("hosts", asked->hosts,
                                    "names with slots, each at least 1, such as a:16,b:16");
    }
    if (asked->hostfile) {
        allocation->given_by = "--hostfile";
        return read_file("--hostfile", asked->hostfile, nodes);
    }
    return scheduler && scheduler->read ? scheduler->read(nodes) : STATUS_OK;
}

/* ---- what is made of them ---- */

/* Puts this host first; false: it is none of them. */
static bool find_here(const struct machine *machine, const struct scheduler *scheduler,
                      bool begins_on_first, struct nodes *nodes)
{
    const char *called = scheduler && scheduler->here ? getenv(scheduler->here) : NULL;
    size_t here = 0;
    while (here < nodes->count && !node_is(nodes->all[here].name, machine->host) &&
           strcmp(nodes->all[here].name, "localhost") != 0 &&
           !(called && node_is(nodes->all[here].name, called)))
        here++;
    if (here == nodes->count)
        return begins_on_first;
    const struct node first = nodes->all[here];
    memmove(nodes->all + 1, nodes->all, here * sizeof first);
    *nodes->all = first;
    return true;
}

/* A node of which nobody tells more than its name has what there is here. */
static unsigned slots_of(const struct allocation *allocation, size_t node)
{
    const unsigned told = node_slots(&allocation->list.all[node]);
    return told > 0 ? told : allocation->machine->allowed;
}

/* The place of the node with the fewest. */
static size_t find_least(const struct allocation *allocation)
{
    size_t least = 0;
    for (size_t i = 1; i < allocation->list.count; i++)
        if (slots_of(allocation, i) < slots_of(allocation, least))
            least = i;
    return least;
}

/* Of the first node, where it has more room than others: cells on one node may use it. */
static unsigned own_slots(const struct allocation *allocation)
{
    const unsigned told = slots_of(allocation, 0);
    const unsigned there =
        allocation->is_elsewhere ? told : MIN(told, allocation->machine->allowed);
    return there > allocation->slots ? there : 0;
}

enum status allocation_read(const struct machine *machine, const struct allocation_asked *asked,
                            struct allocation *allocation)
{
    const struct scheduler *scheduler = find_scheduler();
    *allocation = (struct allocation){.machine = machine,
                                      .nodes = 1,
                                      .slots = machine->allowed,
                                      .is_mixed = asked->mixed,
                                      .launcher = asked->launcher,
                                      .launch_args = asked->launch_args,
                                      .tasks = task_count_read("")};
    if (scheduler) {
        allocation->scheduler = scheduler->name;
        allocation->job = getenv(scheduler->job);
    }
    const enum status status = read_nodes(asked, scheduler, allocation);
    if (status != STATUS_OK) {
        allocation_free(allocation);
        return status;
    }
    const struct nodes *nodes = &allocation->list;
    if (nodes->count > 0) {
        const bool begins_on_first =
            scheduler && scheduler->begins_on_first && !allocation->given_by;
        allocation->is_elsewhere =
            !find_here(machine, scheduler, begins_on_first, &allocation->list);
        allocation->nodes = (unsigned)nodes->count;
        allocation->slots = slots_of(allocation, find_least(allocation));
        allocation->own_slots = own_slots(allocation);
    }
    if (!allocation->is_elsewhere && machine->allowed <= allocation->slots) {
        allocation->slots = machine->allowed;
        allocation->limited_by = machine->allowed < machine->cores ? "its quota"
                                 : nodes->count > 0 && node_slots(nodes->all) == machine->allowed
                                     ? NULL
                                     : "its affinity mask";
    }
    return STATUS_OK;
}

void allocation_free(struct allocation *allocation)
{
    nodes_free(&allocation->list);
}

/* ---- whether it will do ---- */

/* "Slurm job 4711", or the option that names the nodes. */
static struct short_text source(const struct allocation *allocation)
{
    struct short_text text = {""};
    if (allocation->given_by)
        (void)snprintf(text.text, sizeof text.text, "%s", allocation->given_by);
    else if (allocation->job)
        (void)snprintf(text.text, sizeof text.text, "%s job %.20s", allocation->scheduler,
                       allocation->job);
    return text;
}

enum status allocation_check(const struct allocation *allocation, bool asked)
{
    if (allocation->tasks > 1)
        return status_fail(STATUS_USAGE,
                           "this is one of %u tasks that were started together, which would all "
                           "measure at once: start one, as a line of the job's script, or by srun "
                           "-N 1 -n 1 -c %u",
                           allocation->tasks, allocation->slots);
    if (asked || !allocation_is_scarce(allocation))
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "a cgroup quota leaves %.3g of a core here, and even one worker would wait: "
                       "ask for a whole core, or --oversubscribe",
                       allocation->machine->quota);
}

enum status allocation_check_here(const struct allocation *allocation)
{
    if (!allocation->is_elsewhere)
        return STATUS_OK;
    const bool has_srun = allocation->scheduler && strcmp(allocation->scheduler, "Slurm") == 0 &&
                          !allocation->given_by;
    char how[64] = "";
    if (has_srun)
        (void)snprintf(how, sizeof how, ", by srun -N 1 -n 1 -c %u or in a job's script",
                       slots_of(allocation, 0));
    return status_fail(STATUS_FAILED,
                       "this host, %s, is none of the nodes of %s (%s%s), and single processes "
                       "would run here: start parbench on one of them%s",
                       allocation->machine->host, source(allocation).text,
                       allocation->list.all[0].name, allocation->nodes > 1 ? ", ..." : "", how);
}

unsigned allocation_find_larger(const struct allocation *allocation, unsigned nodes)
{
    const unsigned least = nodes > 1 ? slots_of(allocation, find_least(allocation)) : 0;
    unsigned place = 0;
    while (place < nodes && nodes > 1 && slots_of(allocation, place) == least)
        place++;
    return nodes > 1 ? place : nodes;
}

struct allocation_words allocation_named_again(const struct allocation *allocation)
{
    struct allocation_words words = {""};
    const struct nodes *nodes = &allocation->list;
    size_t i = 0;
    while (i < nodes->count && nodes->all[i].named < 2)
        i++;
    if (allocation->given_by && i < nodes->count)
        (void)snprintf(words.text, sizeof words.text, ", with %s named more than once",
                       nodes->all[i].name);
    return words;
}

enum status allocation_check_nodes(const struct allocation *allocation, unsigned nodes)
{
    if (nodes > allocation->nodes)
        return status_fail(STATUS_USAGE,
                           "%u nodes and there %s %u%s: name more by --hosts a:16,b:16, or in a "
                           "job ask for more",
                           nodes, allocation->nodes == 1 ? "is" : "are", allocation->nodes,
                           allocation_named_again(allocation).text);
    const unsigned larger = allocation_find_larger(allocation, nodes);
    if (larger == nodes || allocation->is_mixed)
        return STATUS_OK;
    const size_t least = find_least(allocation);
    return status_fail(STATUS_USAGE,
                       "nodes differ: %s has %u slots and %s %u%s: take nodes that are the same, "
                       "or --mixed",
                       allocation->list.all[larger].name, slots_of(allocation, larger),
                       allocation->list.all[least].name, slots_of(allocation, least),
                       allocation_named_again(allocation).text);
}

enum status allocation_check_names(const struct allocation *allocation, unsigned used)
{
    for (unsigned i = 0; i < used && allocation->given_by; i++) {
        const char *name = allocation->list.all[i].name;
        struct addrinfo *found = NULL;
        const int error = getaddrinfo(name, NULL, NULL, &found);
        if (error)
            return status_fail(STATUS_FAILED, "%s: no host is called %s: %s", allocation->given_by,
                               name, gai_strerror(error));
        freeaddrinfo(found);
    }
    return STATUS_OK;
}

void allocation_say(const struct allocation *allocation, unsigned used)
{
    char unused[96] = "";
    if (!allocation->job && !allocation->given_by)
        return;
    if (used < allocation->nodes)
        (void)snprintf(unused, sizeof unused, "; cells are on %s%s",
                       used == 1 ? "one node" : "some",
                       used == 1 ? ", others take part by --nodes" : " of them");
    status_say("%u node%s x %u core%s%s%s, from %s%s", allocation->nodes, plural(allocation->nodes),
               allocation->slots, plural(allocation->slots), allocation->limited_by ? " by " : "",
               allocation->limited_by ? allocation->limited_by : "", source(allocation).text,
               unused);
}
