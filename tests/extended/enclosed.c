/*
 * A launcher from outside the tree: the script beside it runs a cell in an environment of its own.
 * It is taken where ENCLOSED names a file, in which the script writes down what it is to run.
 */
#include "child.h"
#include "launcher.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    (void)cell;
    return getenv("ENCLOSED") && entry->model.launch == LAUNCH_PROCESSES && allocation->nodes == 1
               ? 2
               : 0;
}

static void print_words(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation)
{
    (void)model;
    (void)fprintf(command, ENCLOSED_SCRIPT "\n--workers\n%u\n--of\n%u\n", cell->workers,
                  allocation->slots);
}

/* The script ends with 40 when what it ran was killed. */
static void explain(int status, const char *last_words, char *text, size_t length)
{
    (void)last_words;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 40)
        (void)snprintf(text, length, "it was killed in its enclosure");
    else
        child_explain("the enclosure", status, text, length);
}

static const char *const environment[] = {LAUNCHER_ENVIRONMENT, "ENCLOSED_BY=a test", NULL};

const struct launcher launcher_enclosed = {
    .name = "enclosed",
    .suits = suits,
    .print_words = print_words,
    .environment = environment,
    .end_signal = SIGTERM,
    .explain = explain,
};
