/*
 * How a function of this suite tells that it failed.
 *
 * The rule, stated once: a function that can fail returns enum status and hands its results over
 * through pointers, which it leaves alone when it fails. Whoever notices the failure says what is
 * wrong and what to do, in one line, with status_fail(); everyone above only passes the status on.
 * Only main() exits.
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))

enum status {
    STATUS_OK,
    STATUS_FAILED,     /* the machine, a child or a result let us down: exit status 1 */
    STATUS_USAGE,      /* what was asked for cannot be done as asked: exit status 2 */
    STATUS_INTERRUPTED /* a signal asked us to end: exit status 128 + signal */
};

/* Prints "PROGRAM: MESSAGE" as one line on standard error: for a warning. */
void status_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says the message and is `status`. A macro, so that compilers and analysers know which. */
#define status_fail(status, ...) (status_say(__VA_ARGS__), (status))

/* The failure of an allocation of `what`, which is a noun: "the record". Here in full, so that
 * analysers see that it is never STATUS_OK. */
static inline enum status status_no_memory(const char *what)
{
    return status_fail(STATUS_FAILED, "out of memory for %s", what);
}

/*
 * For functions that cannot fail, and without memory leave something out: memory_lost() notes it.
 * So nobody need look at each value of a document or a table: whoever reads, computes or writes one
 * asks once whether memory_is_lost(), which it stays.
 */
void memory_lost(void);
bool memory_is_lost(void);

/* That failure for what grows with the size that a cell was asked for: "the inputs". */
static inline enum status status_too_large(const char *what)
{
    return status_fail(STATUS_FAILED, "out of memory for %s: take a smaller --size", what);
}

#endif
