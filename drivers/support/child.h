/*
 * The one place where the front door starts other programs: none through a shell, each in a process
 * group of its own with nothing to read, and several side by side.
 */
#pragma once

#include "status.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum child_stream { CHILD_OUTPUT, CHILD_ERRORS, CHILD_STREAMS };

enum child_end {
    CHILD_ENDED,      /* by itself */
    CHILD_TIMED_OUT,  /* it was made to end, as its time was over */
    CHILD_INTERRUPTED /* it did not succeed, and a signal came for the front door */
};

/* Whoever starts it fills in the first part. */
struct child {
    char *const *words; /* ended by NULL; the program is found in PATH unless it has a slash */
    const char *const *environment; /* ended by NULL: "NAME=value", or "NAME", which it lacks then;
                                       NULL: all as it is here */
    void (*take)(void *context, enum child_stream stream, const char *bytes, size_t count);
    void *context;
    int end_signal; /* makes its group end; it gets it, too, when the front door has died */

    enum child_end end;
    int status; /* as of waitpid(); of what could not be started, too, which says so as an error */

    pid_t process;              /* 0: none that runs */
    int streams[CHILD_STREAMS]; /* the ends that are read; -1: closed */
};

/*
 * Runs all of them to their end, and hands on what they write as it comes. What is left of a group
 * when its leader has ended is killed, and so is a group that does not end some seconds after it
 * was made to; at the end what is left in other groups, see orphans.h. Signals for the front door
 * make them end, see signals.h, and only then end the front door, too, unless it holds them itself;
 * at a SIGTERM, which a scheduler has sent to them as well, those that may clear away what they
 * have made get a second to end by themselves before they are told to.
 * Nothing outlives this call.
 */
void child_run(struct child *children, size_t count, double timeout_s);

/* The same with at most so many side by side: each of the others begins when one has ended, and
 * with it the time anew. Those that were not begun when it was over have ended likewise. */
void child_run_some(struct child *children, size_t count, size_t at_once, double timeout_s);

/*
 * Runs a program to its end that talks to the user itself: with this one's terminal, in its group,
 * so that Ctrl-C reaches both, and with nothing to read. What it writes goes where `output` and
 * this one's errors go. Signals that wait for this one meanwhile are handed on, and stay; the
 * caller holds them, see signals.h. Its status is as of waitpid().
 */
int child_attached(char *const words[], int output);

/* Becomes another program, on this one's terminal. It returns where that cannot be started. */
void child_become(char *const words[]);

/* The words of a text that has each in a line of its own: cuts them apart there, and points at
 * them, as a child takes them. The caller frees both. */
char **child_words(char *text);

/* Whether it ended by itself, and claims success. */
bool child_succeeded(const struct child *child);

/* What the status of one that failed means, for people: "it was killed by signal 9 (Killed)". */
void child_explain(const char *who, int status, char *text, size_t length);

/* The start of what a program writes. */
struct capture {
    char text[CHILD_STREAMS][16384];
};

/* A child with those words, for child_run(), that writes into the capture and may be killed. */
struct child child_captured(char *const words[], struct capture *capture);

/* What a program gets to tell what it is. */
#define CHILD_ANSWER_S 10.0

/* The line in which the program says its version, without what others may say beside it. False
 * where there is none within the limit, and the line says, behind the program's name, why and what
 * to do: "is not in PATH: ADVICE", which is how to get it. */
bool child_version(const char *program, const char *advice, double limit_s, char *line,
                   size_t length);

/* The file of a program in PATH; false: it is not there. */
bool child_find(const char *program, char file[PATH_MAX]);

/* The path of the folder that a program lies in, and `below` it, such as "/plots". */
MUST_USE enum status child_beside(const char *program, const char *below, char path[PATH_MAX]);
#define CHILD_SELF "/proc/self/exe" /* this program */
