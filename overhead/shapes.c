/*
 * shapes [--try] [WORD…]: whether the models show in time what they are there to show. Many threads
 * under a lock are as slow as one, a lock that is let go of lets them run, a row of uneven tasks
 * takes as long as its last one: each is a ratio of the times of two cells, beside what theory or
 * Python tells of it. What can be counted instead is in the tests.
 *
 * With words it measures the rows that mention one of them. With --try it measures next to nothing,
 * to show that each row can be measured.
 *
 * The two cells of a row are launched in turn by the front door, which lies beside this program, so
 * that each pair of times gives a ratio. It never fails because a shape did not come out.
 *
 * To add a shape: a row of `shapes`.
 *
 * Exit status: 0; 1 a cell could not be measured, or its result was wrong; 2 no row mentions a
 * word.
 */
#include "child.h"
#include "machine.h"
#include "memory.h"
#include "stats.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 11 };

/* The time of one cell over that of another, both of the kernel, is from `least` to `most`. A cell
 * is a model and how many workers it has, and what else `parbench measure` takes. */
struct shape {
    const char *what;
    double least, most;
    const char *kernel, *above, *below;
    const char *size; /* NULL: the cells have tasks */
};

#define PI "250000000"

static const struct shape shapes[] = {
    {"gil: 2 threads / 1", 0.95, 1.05, "pi", "gil --workers 2", "gil --workers 1", PI},
    {"gil: 4 threads / 1", 0.95, 1.05, "pi", "gil --workers 4", "gil --workers 1", PI},
    {"gil, 10 us: 4 threads / 1", 1.1, 1.5, "pi", "gil:interval=10us --workers 4",
     "gil:interval=10us --workers 1", PI},
    {"gil, 100 ticks: 4 threads / 1", 0.97, INFINITY, "pi", "gil:kind=ticks --workers 4",
     "gil:kind=ticks --workers 1", PI},
    {"gil, all released: 1 thread / 2", 1.8, 2.1, "pi", "gil:release=1 --workers 1",
     "gil:release=1 --workers 2", PI},
    {"gil, half released: 1 thread / 2", 1.33, 2, "pi", "gil:release=0.5 --workers 1",
     "gil:release=0.5 --workers 2", PI},
    {"gil, waiting with it: 4 threads / 1", 0.95, 1.05, "wait", "gil --workers 4",
     "gil --workers 1", "40"},
    {"gil, waiting without: 1 thread / 4", 3.5, 4.1, "wait", "gil:release=1 --workers 1",
     "gil:release=1 --workers 4", "40"},
    {"gil: 2 factorials by 2 threads / 1 by 1", 1.9, 2.1, "factorial",
     "gil --workers 2 --tasks 300000,300000", "gil --workers 1 --tasks 300000", NULL},
    {"futures, gil: 2 threads / 1", 0.95, 1.05, "pi", "futures:workers=gil --workers 2",
     "futures:workers=gil --workers 1", PI},
    {"futures, gil, waiting: 1 thread / 4", 3.5, 4.1, "wait",
     "futures:workers=gil:chunk=1 --workers 1", "futures:workers=gil:chunk=1 --workers 4", "40"},
    {"futures, threads: 1 / 2", 1.8, 2.1, "pi", "futures:workers=threads --workers 1",
     "futures:workers=threads --workers 2", PI},
    {"futures, processes: 1 / 2", 1.8, 2.1, "pi", "futures:workers=processes --workers 1",
     "futures:workers=processes --workers 2", PI},
    {"squares: 2 through pipes / serial", 1, INFINITY, "squares", "pool:transport=pipe --workers 2",
     "serial --workers 1", "8000000"},
    {"primes of 3 limits: serial / pool by 2", 1.3, 1.48, "primes",
     "serial --workers 1 --tasks 100000,200000,300000",
     "pool --workers 2 --tasks 100000,200000,300000", NULL},
    {"the largest first: serial / pool by 2", 1.7, 1.8, "primes",
     "serial --workers 1 --tasks 300000,200000,100000",
     "pool --workers 2 --tasks 300000,200000,100000", NULL},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* ---- a cell ---- */

/* Whether the model of such a cell was built: its program lies beside this one. */
static bool is_built(const char *cell)
{
    char name[64], program[PATH_MAX];
    (void)snprintf(name, sizeof name, "/parbench-cell-%.*s", (int)strcspn(cell, ": "), cell);
    return child_beside(CHILD_SELF, name, program) == STATUS_OK && access(program, X_OK) == 0;
}

/* What the front door gets, each word in a line of its own. The caller frees. */
static char *command_of(const struct shape *shape, const char *cell, bool tries)
{
    char program[PATH_MAX], *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    if (child_beside(CHILD_SELF, "/parbench", program) == STATUS_OK)
        (void)fprintf(command, "%s\nmeasure\n%s\n", program, shape->kernel);
    for (const char *at = cell; *at; at++)
        (void)fputc(*at == ' ' ? '\n' : *at, command);
    (void)fprintf(command, "\n--samples\n%d\n--alone\n--oversubscribe\n--json\n", tries ? 1 : 3);
    if (shape->size)
        (void)fprintf(command, "--size\n%s\n", tries ? "10" : shape->size);
    memory_close(command, &text);
    return text;
}

/* The median time of a launch. */
static enum status launch(const struct shape *shape, const char *cell, bool tries, double *seconds)
{
    static struct capture capture;
    char *text = command_of(shape, cell, tries);
    char **words = child_words(text);
    struct child child = child_captured(words, &capture);
    child_run(&child, 1, INFINITY);
    free(words);
    free(text);
    json_t *told = json_loads(capture.text[CHILD_OUTPUT], 0, NULL);
    *seconds = json_number_value(json_object_get(told, "median_s"));
    json_decref(told);
    return child_succeeded(&child) && *seconds > 0
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "%s under %s could not be measured: %s", shape->kernel,
                             cell, capture.text[CHILD_ERRORS]);
}

/* ---- a row ---- */

/* Five columns; of what there is none, a dash. */
static const char *number(double value, char text[static 16])
{
    (void)snprintf(text, 16, value < 100 ? "%5.2f" : "%5.0e", value);
    return isnan(value) ? "    -" : text;
}

static void print_row(const struct shape *shape, const double *ratios, size_t count)
{
    const struct summary summary = stats_summary(ratios, count);
    const bool is_met = summary.median >= shape->least && summary.median <= shape->most;
    char goal[32], median[16], low[16], high[16];
    if (isinf(shape->most))
        (void)snprintf(goal, sizeof goal, ">= %.4g", shape->least);
    else
        (void)snprintf(goal, sizeof goal, "%.4g to %.4g", shape->least, shape->most);
    printf("%-40s %-12s %s [%s, %s]  %s\n", shape->what, goal, number(summary.median, median),
           number(summary.interval.low, low), number(summary.interval.high, high),
           is_met ? "yes" : "no");
    (void)fflush(stdout);
}

static enum status measure(const struct shape *shape, bool tries)
{
    const size_t rounds = tries ? 1 : ROUNDS;
    double ratios[ROUNDS];
    if (!is_built(shape->above) || !is_built(shape->below)) {
        printf("%-40s left out, a model was not built\n", shape->what);
        return STATUS_OK;
    }
    for (size_t round = 0; round < rounds; round++) {
        const bool swapped = round % 2 != 0;
        double first, second;
        TRY(launch(shape, swapped ? shape->below : shape->above, tries, &first));
        TRY(launch(shape, swapped ? shape->above : shape->below, tries, &second));
        ratios[round] = swapped ? second / first : first / second;
    }
    print_row(shape, ratios, rounds);
    return STATUS_OK;
}

/* ---- all of it ---- */

/* Whether one of the words is in the row; without words all are meant. */
static bool is_meant(const struct shape *shape, char *const *words)
{
    bool is_meant = !*words;
    for (; *words && !is_meant; words++)
        is_meant = strstr(shape->what, *words) || strstr(shape->kernel, *words) ||
                   strstr(shape->above, *words) || strstr(shape->below, *words);
    return is_meant;
}

static void print_head(void)
{
    static struct machine machine;
    machine_read("", &machine);
    printf("Whether models take the time that they are to take\n\n"
           "machine   %s, %u core%s allowed, %s\n\n"
           "Ratios of two cells' times, launched in turn %d times: the median, and its 95 %%\n"
           "interval. The goals are for two idle cores.\n\n"
           "%-40s %-12s %-21s  met\n",
           machine.cpu, machine.allowed, machine.allowed == 1 ? "" : "s", machine.system, ROUNDS,
           "time of one over that of another", "goal", "median [95 % interval]");
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    char *const *words = argv + (argc > 0);
    const bool tries = *words && strcmp(*words, "--try") == 0;
    bool all_well = true, is_head = false;
    words += tries;
    for (int i = 0; i < SHAPES; i++) {
        if (!is_meant(&shapes[i], words))
            continue;
        if (!is_head)
            print_head();
        is_head = true;
        all_well = measure(&shapes[i], tries) == STATUS_OK && all_well;
    }
    if (!is_head)
        return status_fail(STATUS_USAGE, "no row mentions \"%s\"", *words);
    return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
