/*
 * The model `gil`: what the safe points cost a thread that is alone, and what more threads than
 * one cost on top. Each pays for hand-overs only; CPython at an interval of 10 µs loses a fifth.
 */
#include "probe.h"

static enum status against_serial(const char *kernel, const char *what)
{
    struct subject subject;
    enum status status = probe_start(&subject, kernel, 0, 1, NULL);
    if (status == STATUS_OK)
        status = probe_compare(what, "<= 1.03", probe_model(&subject), probe_serial(&subject));
    probe_stop(&subject);
    return status;
}

static enum status against_one_thread(unsigned threads, const char *interval, const char *what,
                                      const char *goal)
{
    struct subject many, one = {.team = NULL};
    enum status status = probe_start(&many, "pi", 0, threads, interval);
    if (status == STATUS_OK)
        status = probe_start(&one, "pi", 0, 1, interval);
    if (status == STATUS_OK)
        status = probe_compare(what, goal, probe_model(&many), probe_model(&one));
    probe_stop(&one);
    probe_stop(&many);
    return status;
}

enum status probe_measure(unsigned workers)
{
    (void)workers;
    enum status status = against_serial("pi", "gil: pi, 1 thread / serial");
    if (status == STATUS_OK)
        status = against_serial("primes", "gil: primes, 1 thread/serial");
    if (status == STATUS_OK)
        status = against_one_thread(2, "interval=5ms", "gil: pi, 2 threads / 1, 5 ms", "<= 1.05");
    if (status == STATUS_OK)
        status = against_one_thread(4, "interval=5ms", "gil: pi, 4 threads / 1, 5 ms", "<= 1.05");
    if (status == STATUS_OK)
        status = against_one_thread(4, "interval=10us", "gil: pi, 4 thr. / 1, 10 us", "~ 1.2");
    return status;
}
