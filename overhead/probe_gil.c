/*
 * The model `gil`: what the safe points cost a thread that is alone, and what more threads than
 * one cost on top. Each pays for hand-overs only; CPython at an interval of 10 µs loses a fifth.
 */
#include "probe.h"

static const struct comparison rows[] = {
    {"gil: pi, 1 thread / serial", "<= 1.03", "pi", NULL, 1, 0},
    {"gil: primes, 1 thread/serial", "<= 1.03", "primes", NULL, 1, 0},
    {"gil: pi, 2 threads / 1, 5 ms", "<= 1.05", "pi", "interval=5ms", 2, 1},
    {"gil: pi, 4 threads / 1, 5 ms", "<= 1.05", "pi", "interval=5ms", 4, 1},
    {"gil: pi, 4 thr. / 1, 10 us", "~ 1.2", "pi", "interval=10us", 4, 1},
};

enum status probe_measure(unsigned workers)
{
    (void)workers;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        TRY(probe_compare_workers(&rows[i]));
    return STATUS_OK;
}
