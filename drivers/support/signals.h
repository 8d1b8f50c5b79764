/*
 * SIGINT, SIGTERM and SIGHUP as something to look at between two steps, so that the front door can
 * end its children, keep what was measured, and say so.
 */
#pragma once

/* From now on they wait until somebody looks; but for those that whoever started the program
 * ignores. */
void signals_block(void);

/* From now on a reader that goes away, of messages or of results, ends nothing: to write to it
 * fails. */
void signals_outlive_readers(void);

/* The signal that has come since, or 0. */
int signals_caught(void);

/* Those that wait to be looked at are no more; what is ignored stays so. */
void signals_forget(void);
