/*
 * Starting what a launcher starts, a cell's program or the suite's own on each node: its words, its
 * environment, and waiting for its end.
 */
#pragma once

#include "child.h"
#include "launch_result.h"
#include "launcher.h"

#include <stdbool.h>
#include <stdio.h>

struct start {
    const struct launcher *launcher;
    const char *const *chosen; /* see struct starter; NULL: nothing */
    const char *log;           /* file for all that is not the protocol; NULL: dropped */
    double timeout_s;
    int end_signal; /* in place of the launcher's; 0: that */
};

/* The words of the launcher, with those that a user adds; those of the program follow. */
void start_print_words(FILE *command, const struct launcher *launcher, const struct cell *cell,
                       const struct model *model, const struct allocation *allocation);

/* What is started gets that, as child.h takes it. The caller frees it. */
const char **start_environment(const struct launcher *launcher, const char *const *chosen);

/*
 * Starts the command, whose words are in lines of their own, and which it frees; waits for its end,
 * and fills in what came: what was said, and why it failed where it did. False after a signal.
 */
bool start_command(const struct start *start, char *command, struct child *child,
                   struct launch_result *launched);

/* Whether it ended by itself before any process of `launched` said that it had started, which has
 * not said why: see struct launcher. Who kills a rank or what starts it does not want another
 * one. */
bool start_has_failed(const struct start *start, const struct child *child,
                      const struct launch_result *launched);
