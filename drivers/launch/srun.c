/*
 * Ranks of Open MPI by Slurm's srun and its PMIx, where that is asked for. It gives all words
 * itself and inherits none: what a job asked its tasks for is not what a cell needs.
 */
#include "open_mpi.h"

#include "child.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static const char name[] = "srun";

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    return allocation->launcher && strcmp(allocation->launcher, name) == 0 && open_mpi_has(entry) &&
           allocation->scheduler && strcmp(allocation->scheduler, "Slurm") == 0 &&
           cell->nodes <= allocation->list.count && cell->ranks % cell->nodes == 0;
}

/* Processors of a rank, as Slurm counts them: hardware threads, of which a core has one or more. */
static unsigned processors(const struct cell *cell, const struct machine *machine)
{
    const unsigned each = machine->cores > 0 ? machine->hardware_threads / machine->cores : 1;
    return cell->threads * (each > 0 ? each : 1);
}

/* As many ranks on each node; with helpers, which are the first ones, the node of each rank. */
static void print_ranks(FILE *command, const struct cell *cell, unsigned helpers,
                        const struct allocation *allocation)
{
    const unsigned each = cell->ranks / cell->nodes;
    (void)fprintf(command, "-N\n%u\n-n\n%u\n", cell->nodes, cell->ranks + helpers);
    if (helpers == 0)
        (void)fprintf(command, "--ntasks-per-node=%u\n", each);
    else
        (void)fputs("--distribution=arbitrary\n", command);
    (void)fputs("--nodelist=", command);
    for (unsigned i = 0; i < helpers; i++)
        open_mpi_print_names(command, allocation, 0, 1, ",");
    for (unsigned node = 0; node < cell->nodes; node++)
        for (unsigned i = 0; i < (helpers > 0 ? each : 1); i++)
            (void)fprintf(command, "%s%s", node + i > 0 ? "," : "",
                          allocation->list.all[node].name);
    (void)fputc('\n', command);
}

/*
 * Ranks bind themselves, see placement.h. A rank that has died ends the others, which would wait
 * for ever. Helpers may share cores, and must not wait there without a pause. This program may be a
 * step of the job itself, with which its cells share.
 */
static void print_words(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation)
{
    (void)fprintf(command,
                  "%s\n"
                  "--mpi=pmix\n"
                  "--kill-on-bad-exit=1\n--cpu-bind=none\n--export=ALL%s\n--overlap\n",
                  name, model->helpers > 0 ? ",OMPI_MCA_mpi_yield_when_idle=1" : "");
    print_ranks(command, cell, model->helpers, allocation);
    if (cell->oversubscribed || model->helpers > 0)
        (void)fputs("--overcommit\n", command);
    else
        (void)fprintf(command, "-c\n%u\n", processors(cell, allocation->machine));
}

/* Slurm's plugin for PMIx is a package of its own at some sites. Versions differ in which stream
 * has the list. */
static bool can_start(char *told, size_t length)
{
    struct capture said;
    char *const words[] = {(char *)name, (char *)"--mpi=list", NULL};
    struct child child = child_captured(words, &said);
    child_run(&child, 1, CHILD_ANSWER_S);
    if (strstr(said.text[CHILD_OUTPUT], "pmix") || strstr(said.text[CHILD_ERRORS], "pmix"))
        return true;
    (void)snprintf(told, length,
                   "--mpi=list has no pmix, by which ranks find each other: leave --launcher %s "
                   "out, and mpirun starts them",
                   name);
    return false;
}

/* "srun: error: n2: task 1: Killed": which task it was, where, and why. */
static void explain(int status, const char *last_words, char *text, size_t length)
{
    static const char error[] = "srun: error: ", task[] = ": task ";
    const char *words = strstr(last_words, error), *found = words ? strstr(words, task) : NULL;
    const char *line = words ? words + strlen(error) : "";
    if (strstr(last_words, "PMI support") || strstr(last_words, "Invalid MPI plugin") ||
        strstr(last_words, "OPAL ERROR: Unreachable"))
        (void)snprintf(text, length,
                       "srun has no PMIx that this Open MPI knows: leave --launcher %s out, and "
                       "mpirun starts ranks",
                       name);
    else if (found && !memchr(words, '\n', (size_t)(found - words)))
        (void)snprintf(text, length, "rank %.*s on %.*s", (int)strcspn(found + strlen(task), "\n"),
                       found + strlen(task), (int)strcspn(line, ":"), line);
    else if (words)
        (void)snprintf(text, length, "srun: %.*s", (int)strcspn(line, "\n"), line);
    else
        child_explain(WIFSIGNALED(status) ? name : "it", status, text, length);
}

/* Nothing tells those ranks apart that a fence has ended. */
static bool may_have_failed_to_start(const char *last_words)
{
    (void)last_words;
    return true;
}

/* Slurm ends a fence without data before all nodes have reached it, unless it takes the ring. */
static const char *const environment[] = {LAUNCHER_ENVIRONMENT, "SLURM_PMIX_FENCE=ring",
                                          "SLURM_PMIX_FENCE_BARRIER", "SLURM_MPI_TYPE", NULL};

const struct launcher launcher_srun = {
    .name = name,
    .suits = suits,
    .program = name,
    .advice = "it comes with Slurm",
    .can_start = can_start,
    .print_words = print_words,
    .choose = open_mpi_choose,
    .environment = environment,
    .around = open_mpi_around,
    .may_have_failed_to_start = may_have_failed_to_start,
    .end_signal = SIGTERM,
    .explain = explain,
};
