/*
 * How a function of this suite tells that it failed.
 *
 * The rule, stated once: a function that can fail returns enum status and hands its results over
 * through pointers, which it leaves alone when it fails. Whoever notices the failure says what is
 * wrong and what to do, in one line, with status_fail(); everyone above only passes the status on.
 * Only main() exits, and a process that gets no memory for what is small: see memory.h.
 */
#pragma once

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))

/* With their exit statuses. */
enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,     /* the machine, a child or a result let us down */
    STATUS_USAGE = 2,      /* what was asked for cannot be done as asked */
    STATUS_INTERRUPTED = 3 /* a signal asked us to end: 128 + signal */
};

/* Prints "PROGRAM: MESSAGE" as one line on standard error: for a warning. A cell's that begins
 * with STATUS_NOTE is no reason why it fails, if it does. */
void status_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define STATUS_NOTE "note: "

/* Until it is called with false nothing is said: what planning says of cells is no matter where
 * nobody measures them. Whoever ends the process for want of memory calls it, too. */
void status_hush(bool hush);

/* Says the message and is `status`. A macro, so that compilers and analysers know which. */
#define status_fail(status, ...) (status_say(__VA_ARGS__), (status))

/* Takes a step, and passes its failure on at once. For functions that hold nothing to be freed. */
#define TRY(step)                                                                                  \
    do {                                                                                           \
        const enum status tried = (step);                                                          \
        if (tried != STATUS_OK)                                                                    \
            return tried;                                                                          \
    } while (0)
