/*
 * Ranks of Open MPI by its mpirun, as many on each of several nodes; also on one that is not this
 * host. It inherits nothing: hosts, slots and mapping are its words, whatever a batch system
 * counts.
 */
#include "open_mpi.h"

#include <signal.h>
#include <string.h>

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    return open_mpi_has(entry) && (cell->nodes > 1 || allocation->is_elsewhere) &&
           cell->nodes <= allocation->list.count && cell->ranks % cell->nodes == 0;
}

/* Daemons are started by srun in a job of Slurm, which must be told on which nodes: it puts all of
 * them on one else. This node has mpirun. */
static void print_daemons(FILE *command, const struct allocation *allocation, unsigned nodes)
{
    const unsigned first = !allocation->is_elsewhere;
    if (nodes == first)
        return;
    (void)fprintf(command,
                  "--mca\nplm_slurm_args\n--nodes=%u --cpu-bind=none --nodelist=", nodes - first);
    open_mpi_print_names(command, allocation, first, nodes, "");
    (void)fputc('\n', command);
}

/*
 * PBS, by its library tm, starts daemons on nodes that have numbers. Those come from the component
 * that would count the job's slots, and that is left out, see open_mpi_environment: so ssh starts
 * them, unless a user has chosen otherwise.
 */
static void print_starter(FILE *command, const struct allocation *allocation)
{
    const bool is_pbs = allocation->scheduler && strcmp(allocation->scheduler, "PBS") == 0;
    const char *own = allocation->launch_args;
    if (is_pbs && !open_mpi_is_set("plm") && !(own && strstr(own, "plm ")))
        (void)fputs("--mca\nplm\n^tm\n", command);
}

/* What ranks get that nobody has set; mpirun hands on what is its own by itself. */
static void print_chosen(FILE *command, const struct allocation *allocation)
{
    const char *chosen[STARTER_CHOSEN_MAX + 1] = {NULL};
    open_mpi_choose(allocation, chosen);
    for (const char *const *word = chosen; *word; word++)
        if (strncmp(*word, "OMPI_", strlen("OMPI_")) != 0)
            (void)fprintf(command, "-x\n%s\n", *word);
}

/* Helpers come first, and so on the first node, which has as many slots more: ranks fill the slots
 * of one node after the other. */
static void print_ranks(FILE *command, const struct cell *cell, unsigned helpers,
                        const struct allocation *allocation)
{
    const unsigned each = cell->ranks / cell->nodes;
    char first[16], slots[16];
    (void)snprintf(first, sizeof first, ":%u", each + helpers);
    (void)snprintf(slots, sizeof slots, ":%u", each);
    (void)fputs("--host\n", command);
    open_mpi_print_names(command, allocation, 0, 1, first);
    if (cell->nodes > 1)
        (void)fputc(',', command);
    open_mpi_print_names(command, allocation, 1, cell->nodes, slots);
    (void)fprintf(command, "\n-n\n%u\n--map-by\n", cell->ranks + helpers);
    if (helpers > 0)
        (void)fputs("slot", command);
    else
        (void)fprintf(command, "ppr:%u:node", each);
    (void)fputs("\n--bind-to\nnone\n", command);
}

/*
 * A link that is gone is found out in 5 + 5 x 2 seconds; by default it never is. Variables that
 * keep OpenMP from placing workers must reach other nodes.
 */
static void print_words(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation)
{
    (void)fputs("mpirun\n", command);
    open_mpi_print_root(command);
    print_ranks(command, cell, model->helpers, allocation);
    (void)fputs("--mca\noob_tcp_keepalive_time\n5\n--mca\noob_tcp_keepalive_intvl\n2\n--mca\n"
                "oob_tcp_keepalive_probes\n5\n-x\nOMP_DYNAMIC=false\n-x\nOMP_PROC_BIND=false\n",
                command);
    print_chosen(command, allocation);
    print_daemons(command, allocation, cell->nodes);
    print_starter(command, allocation);
    open_mpi_print_yield(command, cell, model);
}

static void explain(int status, const char *last_words, char *text, size_t length)
{
    open_mpi_explain(status, last_words, "", text, length);
}

const struct launcher launcher_mpirun_nodes = {
    .name = "mpirun-nodes",
    .suits = suits,
    .program = "mpirun",
    .advice = "install Open MPI (scripts/setup) or load its module",
    .tell = open_mpi_tell,
    .print_words = print_words,
    .choose = open_mpi_choose,
    .environment = open_mpi_environment,
    .around = open_mpi_around,
    .may_have_failed_to_start = open_mpi_may_have_failed_to_start,
    .end_signal = SIGTERM,
    .explain = explain,
};
