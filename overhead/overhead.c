/*
 * overhead [MODEL…]: what the suite itself costs, model by model, against the same work without it.
 *
 * Each model has a probe, a program of its own, as each has a cell. This one describes the machine,
 * runs the probes one after the other in the environment in which cells run, and tells how much of
 * the machine others took meanwhile. It never fails because something was slow.
 *
 * Exit status: 0; 1 a probe could not measure, or a result was wrong; 2 the command line was wrong.
 */
#include "child.h"
#include "launcher.h"
#include "machine.h"
#include "noise.h"
#include "placement.h"
#include "row.h"
#include "status.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct probe {
    const char *model;
    bool is_built, is_of_ranks;
};

static const struct probe probes[] = {
    {"threads", OVERHEAD_HAS_threads, false},
    {"mpi", OVERHEAD_HAS_mpi, true},
    {"gil", OVERHEAD_HAS_gil, false},
    {"pool", OVERHEAD_HAS_pool, false},
};
enum { PROBES = sizeof probes / sizeof *probes };

/* ---- the machine ---- */

static void print_head(const struct machine *machine)
{
    double load[1] = {NAN};
    (void)getloadavg(load, 1);
    printf("What the models cost, against the same work without them\n\n"
           "machine   %s, %u core%s allowed, %s\n"
           "compiler  %s; the suite with %s\n"
           "          the plain loops with %s\n"
           "load      %.2f when it started%s\n\n",
           machine->cpu, machine->allowed, machine->allowed == 1 ? "" : "s", machine->system,
           OVERHEAD_COMPILER, OVERHEAD_FLAGS, OVERHEAD_PLAIN_FLAGS, load[0],
           load[0] > machine->allowed ? ": more than there are cores" : "");
    printf("Ratios are of pairs whose sides ran in turn in one process. The median comes\n"
           "with its exact 95 %% interval. The goals are for idle cores.\n\n");
    (void)puts(ROW_HEAD);
    (void)fflush(stdout);
}

static void print_noise(const struct noise *noise)
{
    printf("\nIt took %.0f s.", noise->seconds);
    if (isnan(noise->stolen) || isnan(noise->others))
        (void)puts(" What others took of the cores' time cannot be told here.");
    else
        printf(" Of the cores' time others took %.1f %%, the hypervisor %.1f %%%s.\n",
               noise->others * 100, noise->stolen * 100,
               noise->others + noise->stolen > NOISE_MEDIAN_MAX
                   ? ":\ntoo noisy to judge by the goals"
                   : "");
}

/* ---- the probes ---- */

static void pass_on(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    FILE *to = stream == CHILD_OUTPUT ? stdout : stderr;
    (void)context;
    (void)fwrite(bytes, 1, count, to);
    (void)fflush(to);
}

/* As cells are started. */
static bool start_probe(const struct probe *probe, const char *program, unsigned workers)
{
    const struct cell cell = {.ranks = workers};
    struct command command = {.count = 0};
    if (probe->is_of_ranks)
        launcher_mpirun.add_words(&command, &cell, &(struct model){.helpers = 0}, NULL);
    command_add(&command, "%s", program);
    command_add(&command, "%u", workers);
    struct child child = {.words = command.words,
                          .environment = launcher_mpirun.environment,
                          .end_signal = launcher_mpirun.end_signal,
                          .take = pass_on};
    if (command.incomplete)
        return false;
    child_run(&child, 1, INFINITY, -1);
    return child_succeeded(&child);
}

/* The probes lie in a folder beside this program. */
static enum status run_probe(const struct probe *probe, const struct machine *machine)
{
    char name[64], program[PATH_MAX];
    if (!probe->is_built) {
        printf("%s: left out, the model was not built\n", probe->model);
        return STATUS_OK;
    }
    (void)snprintf(name, sizeof name, "/" OVERHEAD_FOLDER "/overhead-%s", probe->model);
    const enum status status = child_beside(CHILD_SELF, name, program);
    if (status != STATUS_OK)
        return status;
    (void)fflush(stdout);
    if (!start_probe(probe, program, machine->allowed))
        return status_fail(STATUS_FAILED, "the probe of %s failed", probe->model);
    return STATUS_OK;
}

/* ---- the command line ---- */

static bool is_wanted(const struct probe *probe, char *const *models)
{
    for (char *const *model = models; *model; model++)
        if (strcmp(*model, probe->model) == 0)
            return true;
    return !*models;
}

static enum status check_names(char *const *models)
{
    for (; *models; models++) {
        bool known = false;
        for (int i = 0; i < PROBES; i++)
            known = known || strcmp(*models, probes[i].model) == 0;
        if (!known)
            return status_fail(STATUS_USAGE,
                               "there is no probe of \"%s\"; usage: overhead "
                               "[threads] [mpi] [gil] [pool]",
                               *models);
    }
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct machine machine;
    struct noise_reading before, after;
    char **models = argv + (argc > 0);
    if (check_names(models) != STATUS_OK)
        return 2;
    machine_read(&machine);
    print_head(&machine);
    bool all_well = true;
    struct placement *placement = placement_read();
    noise_read("", placement_processors(placement), &before);
    for (int i = 0; i < PROBES; i++)
        if (is_wanted(&probes[i], models))
            all_well = run_probe(&probes[i], &machine) == STATUS_OK && all_well;
    noise_read("", placement_processors(placement), &after);
    free(placement);
    const struct noise noise = noise_between(&before, &after);
    print_noise(&noise);
    return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
