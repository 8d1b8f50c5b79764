/* Ranks of MPICH by its mpiexec.hydra, on this node only, whatever the allocation is. */
#include "child.h"
#include "description.h"
#include "launcher.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    return launch_has_ranks(entry->model.launch) && cell->nodes == 1 && !allocation->is_elsewhere &&
           strstr(description_library(entry->description, "mpi_library"), "MPICH Version");
}

/*
 * It starts processes by itself, asks no resource manager and does not bind: each rank binds
 * itself, see placement.h. Ranks that share cores must not poll for messages without a pause.
 */
static void print_words(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation)
{
    (void)allocation;
    (void)fputs("mpiexec.hydra\n-launcher\nfork\n-rmk\nuser\n-hosts\nlocalhost\n-bind-to\nnone\n",
                command);
    if (cell->oversubscribed || model->helpers > 0)
        (void)fputs("-genv\nMPIR_CVAR_POLLS_BEFORE_YIELD\n1\n", command);
    (void)fprintf(command, "-n\n%u\n", cell->ranks + model->helpers);
}

/* It ends with a rank's signal for a status, and says: "TERMINATED WITH THE EXIT STRING: Killed
 * (signal 9)". */
static void explain(int status, const char *last_words, char *text, size_t length)
{
    const char *end = strstr(last_words, "EXIT STRING: ");
    const char *number = end ? strstr(end, "(signal ") : NULL;
    const int code = number ? (int)strtol(number + strlen("(signal "), NULL, 10) : 0;
    if (WIFEXITED(status) && code > 0 && code < NSIG)
        child_explain("a rank", code, text, length);
    else
        child_explain(WIFSIGNALED(status) ? "mpiexec.hydra" : "it", status, text, length);
}

static const char *const environment[] = {LAUNCHER_ENVIRONMENT, "HYDRA_PREPEND_PATTERN",
                                          "HYDRA_PREPEND_RANK", NULL};

const struct launcher launcher_hydra = {
    .name = "hydra",
    .suits = suits,
    .program = "mpiexec.hydra",
    .advice = "install MPICH or load its module",
    .print_words = print_words,
    .environment = environment,
    .end_signal = SIGTERM, /* it ends its ranks when it is asked to end */
    .explain = explain,
};
