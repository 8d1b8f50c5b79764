/*
 * overhead [--try] [MODEL…]: what the suite itself costs, model by model, against the same work
 * without it. With --try it measures next to nothing, to show that each row can be measured.
 *
 * Each model has a probe, a program of its own, as each has a cell. This one describes the machine,
 * runs the probes one after the other in the environment in which cells run, compares models with
 * each other by launches of their cells in turn, and tells how much of the machine others took
 * meanwhile. It never fails because something was slow.
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
#include "row.h"

#include <jansson.h>
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
    {NULL, false, false},
};
enum { PROBES = sizeof probes / sizeof *probes - 1 };

/* A row: the time of one model over that of another, launch by launch. It stands behind those of
 * the first one's probe. */
struct race {
    const char *what, *goal, *kernel, *size, *above, *below;
};

static const struct race races[] = {
    {"threads: factorial / mpi", "<= 1", "factorial", "1000000", "threads", "mpi"},
    {"pool: factorial / mpi", "<= 1", "factorial", "1000000", "pool", "mpi"},
};
enum { RACES = sizeof races / sizeof *races, LAUNCHES = 11, LAUNCH_SAMPLES = 3 };

/* What the command line asks for. */
struct asked {
    bool models[PROBES];
    bool tries;
};

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
    printf("Ratios are of pairs whose sides ran in turn in one process; those of two models\n"
           "of launches in turn. The median comes with its exact 95 %% interval. The goals\n"
           "are for idle cores.\n\n");
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
static enum status run_probe(const struct probe *probe, const struct machine *machine, bool tries)
{
    char name[64], program[PATH_MAX];
    (void)snprintf(name, sizeof name, "/" OVERHEAD_FOLDER "/overhead-%s", probe->model);
    TRY(child_beside(CHILD_SELF, name, program));
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    if (probe->is_of_ranks)
        OVERHEAD_LAUNCHER.print_words(command, &(struct cell){.ranks = machine->allowed},
                                      &(struct model){.helpers = 0},
                                      &(struct allocation){.machine = machine});
    (void)fprintf(command, "%s\n%u\n%s", program, machine->allowed, tries ? "--try\n" : "");
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

/* ---- models against each other ---- */

/* The median of a launch with all cores, by the front door, which lies beside this program. */
static enum status launch(const struct race *race, const char *model, bool tries, double *seconds)
{
    static struct capture capture;
    char program[PATH_MAX], samples[16];
    TRY(child_beside(CHILD_SELF, "/parbench", program));
    (void)snprintf(samples, sizeof samples, "%d", tries ? 1 : LAUNCH_SAMPLES);
    char *const words[] = {program,       "measure", (char *)race->kernel,
                           (char *)model, "--size",  (char *)(tries ? "1000" : race->size),
                           "--samples",   samples,   "--alone",
                           "--json",      NULL};
    struct child child = child_captured(words, &capture);
    child_run(&child, 1, INFINITY);
    json_t *told = json_loads(capture.text[CHILD_OUTPUT], 0, NULL);
    *seconds = json_number_value(json_object_get(told, "median_s"));
    json_decref(told);
    if (child_succeeded(&child) && *seconds > 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "%s under %s could not be measured: %s", race->kernel, model,
                       capture.text[CHILD_ERRORS]);
}

static enum status run_race(const struct race *race, bool tries)
{
    const int launches = tries ? 1 : LAUNCHES;
    double ratios[LAUNCHES];
    for (int pair = 0; pair < launches; pair++) {
        const bool swapped = pair % 2 != 0;
        double before, after;
        TRY(launch(race, swapped ? race->below : race->above, tries, &before));
        TRY(launch(race, swapped ? race->above : race->below, tries, &after));
        ratios[pair] = swapped ? after / before : before / after;
    }
    row_print(race->what, race->goal, ratios, (size_t)launches);
    return STATUS_OK;
}

/* Whether there is a program for the cells of each. */
static bool is_built(const char *model)
{
    const struct probe *probe = names_find("probe", model, probes, sizeof *probes);
    return probe && probe->is_built;
}

/* All that is told of a model. */
static enum status measure(const struct probe *probe, const struct machine *machine, bool tries)
{
    if (!probe->is_built) {
        printf("%s: left out, the model was not built\n", probe->model);
        return STATUS_OK;
    }
    TRY(run_probe(probe, machine, tries));
    for (int i = 0; i < RACES; i++)
        if (strcmp(races[i].above, probe->model) == 0 && is_built(races[i].below))
            TRY(run_race(&races[i], tries));
    return STATUS_OK;
}

/* Those that the command line names; all of them when it names none. */
static enum status read_words(char *const *words, struct asked *asked)
{
    *asked = (struct asked){.tries = *words && strcmp(*words, "--try") == 0};
    words += asked->tries;
    for (int i = 0; i < PROBES; i++)
        asked->models[i] = !*words;
    for (; *words; words++) {
        const struct probe *chosen = names_find("probe", *words, probes, sizeof *probes);
        if (!chosen)
            return STATUS_USAGE;
        asked->models[chosen - probes] = true;
    }
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct machine machine;
    struct noise_reading before, after;
    struct asked asked;
    bool all_well = true;
    if (read_words(argv + (argc > 0), &asked) != STATUS_OK)
        return 2;
    machine_read("", &machine);
    print_head(&machine);
    struct placement *placement = placement_read();
    noise_read("", placement_processors(placement), &before);
    for (int i = 0; i < PROBES; i++)
        if (asked.models[i])
            all_well = measure(&probes[i], &machine, asked.tries) == STATUS_OK && all_well;
    noise_read("", placement_processors(placement), &after);
    free(placement);
    const struct noise noise = noise_between(&before, &after);
    print_noise(&noise);
    return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
