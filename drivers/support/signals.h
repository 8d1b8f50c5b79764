/*
 * SIGINT, SIGTERM and SIGHUP as something to look at between two steps, so that the front door can
 * end its children, keep what was measured, and say so.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>

/* From now on they wait until somebody looks; but for those that whoever started the program
 * ignores. */
void signals_block(void);

/* The same for a while: what comes does not end this program before it is released. */
sigset_t signals_hold(void);
void signals_release(const sigset_t *held);

/* From now on a reader that goes away, of messages or of results, ends nothing: to write to it
 * fails. */
void signals_outlive_readers(void);

/* Whether it is one of the three. */
bool signals_are(int signal);

/* The signal that has come since, or 0. It stays. */
int signals_caught(void);

/* The same, and from then on only another one has come. */
int signals_take(void);

/* Those that wait to be looked at are no more; what is ignored stays so. */
void signals_forget(void);
