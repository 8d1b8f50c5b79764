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
#include "memory.h"
#include "names.h"
#include "noise.h"
#include "placement.h"
#include "probe.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct probe {
    const char *model;
    bool is_built, is_of_ranks;
};

static const struct probe probes[] = {
    {"threads", OVERHEAD_HAS_threads, false},
    {"mpi", OVERHEAD_HAS_mpi, true},
    {"gil", OVERHEAD_HAS_gil, false},
    {"pool", OVERHEAD_HAS_pool, false},
    {NULL, false, false},
};
enum { PROBES = sizeof probes / sizeof *probes - 1 };

/* ---- the machine ---- */

static void print_head(const struct machine *machine)
{
    const double load = machine->settings.load[0];
    char started[32] = "unknown";
    if (!isnan(load))
        (void)snprintf(started, sizeof started, "%.2f", load);
    printf("What the models cost, against the same work without them\n\n"
           "machine   %s, %u core%s allowed, %s\n"
           "compiler  %s; the suite with %s\n"
           "          the plain loops with %s\n"
           "load      %s when it started%s\n\n",
           machine->cpu, machine->allowed, machine->allowed == 1 ? "" : "s", machine->system,
           OVERHEAD_COMPILER, OVERHEAD_FLAGS, OVERHEAD_PLAIN_FLAGS, started,
           load > machine->allowed ? ": more than there are cores" : "");
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
    if (noise->throttled > NOISE_MEDIAN_MAX)
        printf(
            "A control group's quota held the probes back for %.1f %% of the time that they asked\n"
            "for: too much to judge by the goals\n",
            noise->throttled * 100);
}

/* ---- the probes ---- */

static void pass_on(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    FILE *to = stream == CHILD_OUTPUT ? stdout : stderr;
    (void)context;
    (void)fwrite(bytes, 1, count, to);
    (void)fflush(to);
}

/* As cells are started. The probes lie in a folder beside this program. */
static enum status run_probe(const struct probe *probe, const struct machine *machine)
{
    char name[64], program[PATH_MAX];
    if (!probe->is_built) {
        printf("%s: left out, the model was not built\n", probe->model);
        return STATUS_OK;
    }
    (void)snprintf(name, sizeof name, "/" OVERHEAD_FOLDER "/overhead-%s", probe->model);
    TRY(child_beside(CHILD_SELF, name, program));
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    if (probe->is_of_ranks)
        OVERHEAD_LAUNCHER.print_words(command, &(struct cell){.ranks = machine->allowed},
                                      &(struct model){.helpers = 0},
                                      &(struct allocation){.machine = machine});
    (void)fprintf(command, "%s\n%u\n", program, machine->allowed);
    memory_close(command, &text);
    char **words = child_words(text);
    struct child child = {.words = words,
                          .environment = OVERHEAD_LAUNCHER.environment,
                          .end_signal = OVERHEAD_LAUNCHER.end_signal,
                          .take = pass_on};
    (void)fflush(stdout);
    child_run(&child, 1, INFINITY);
    free(words);
    free(text);
    if (!child_succeeded(&child))
        return status_fail(STATUS_FAILED, "the probe of %s failed", probe->model);
    return STATUS_OK;
}

/* Those that the command line names; all of them when it names none. */
static enum status choose_probes(char *const *models, bool wanted[PROBES])
{
    for (int i = 0; i < PROBES; i++)
        wanted[i] = !*models;
    for (; *models; models++) {
        const struct probe *chosen = names_find("probe", *models, probes, sizeof *probes);
        if (!chosen)
            return STATUS_USAGE;
        wanted[chosen - probes] = true;
    }
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct machine machine;
    struct noise_reading before, after;
    bool wanted[PROBES], all_well = true;
    if (choose_probes(argv + (argc > 0), wanted) != STATUS_OK)
        return 2;
    machine_read("", &machine);
    print_head(&machine);
    struct placement *placement = placement_read();
    noise_read("", placement_processors(placement), &before);
    for (int i = 0; i < PROBES; i++)
        if (wanted[i])
            all_well = run_probe(&probes[i], &machine) == STATUS_OK && all_well;
    noise_read("", placement_processors(placement), &after);
    free(placement);
    const struct noise noise = noise_between(&before, &after);
    print_noise(&noise);
    return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
