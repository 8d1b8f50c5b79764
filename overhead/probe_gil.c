/*
 * The model `gil`: what the safe points cost a thread that is alone, and what more threads than
 * one cost on top. Each pays for hand-overs only; CPython at an interval of 10 µs loses a fifth.
 */
#include "probe.h"

enum { INPUTS = 1 << 25 };

static const struct comparison rows[] = {
    {"gil: pi, 1 thread / serial", "<= 1.03", {.kernel = "pi", .workers = 1}, {.kernel = "pi"}},
    {"gil: primes, 1 thread/serial",
     "<= 1.03",
     {.kernel = "primes", .workers = 1},
     {.kernel = "primes"}},
    {"gil: squares, 1 thr. /serial",
     "<= 1.03",
     {.kernel = "squares", .size = INPUTS, .workers = 1},
     {.kernel = "squares", .size = INPUTS}},
    {"gil: pi, 2 threads / 1, 5 ms",
     "<= 1.05",
     {.kernel = "pi", .workers = 2},
     {.kernel = "pi", .workers = 1}},
    {"gil: pi, 4 threads / 1, 5 ms",
     "<= 1.05",
     {.kernel = "pi", .workers = 4},
     {.kernel = "pi", .workers = 1}},
    {"gil: pi, 4 thr. / 1, 10 us",
     "~ 1.2",
     {.kernel = "pi", .workers = 4, .options = {"interval=10us"}},
     {.kernel = "pi", .workers = 1, .options = {"interval=10us"}}},
    {0},
};

enum status probe_measure(void)
{
    return probe_compare(rows);
}
