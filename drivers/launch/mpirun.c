/* Ranks of Open MPI by its mpirun, on this node only, whatever the allocation is. */
#include "open_mpi.h"

#include "host.h"

#include <signal.h>

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    return open_mpi_has(entry) && cell->nodes == 1 && !allocation->is_elsewhere;
}

/*
 * mpirun does not bind: it would ignore the mask that it runs under, and count cores in another
 * order than other models do. Each rank binds itself, see placement.h.
 */
static void print_words(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation)
{
    (void)allocation;
    const unsigned processes = cell->ranks + model->helpers;
    (void)fputs("mpirun\n", command);
    open_mpi_print_root(command);
    (void)fprintf(command, "--host\nlocalhost:%u\n-n\n%u\n--map-by\nslot\n--bind-to\nnone\n",
                  processes, processes);
    open_mpi_print_yield(command, cell, model);
}

static void explain(int status, const char *last_words, char *text, size_t length)
{
    char here[HOST_BYTES];
    host_read(here);
    open_mpi_explain(status, last_words, here, text, length);
}

const struct launcher launcher_mpirun = {
    .name = "mpirun",
    .suits = suits,
    .program = "mpirun",
    .advice = "install Open MPI (scripts/setup) or load its module",
    .tell = open_mpi_tell,
    .print_words = print_words,
    .choose = open_mpi_choose,
    .environment = open_mpi_environment,
    .around = open_mpi_around,
    .may_have_failed_to_start = open_mpi_may_have_failed_to_start,
    .end_signal =
        SIGTERM, /* it ends its ranks when it is asked to end, and not when it is killed */
    .explain = explain,
};
