/*
 * The model `threads` against the same OpenMP loop written by hand. Both use the same threads of
 * libgomp, bound alike, so that what remains is the model's own way to cut, compute and combine.
 */
#include "clock.h"
#include "plain.h"
#include "probe.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

enum { STEPS = 1000000000 };

static enum status run_plain(const void *context, double *seconds)
{
    const struct plain_form *form = context;
    const double step = 1.0 / STEPS;

    uint64_t start = clock_now_ns();
    double pi = form->sum(0, STEPS, step) * step;
    *seconds = clock_seconds_since(start);

    if (!(fabs(pi - 3.14159265358979323846) < 1e-9))
        return status_fail(STATUS_FAILED, "the plain loop gave %.15f for pi", pi);
    return STATUS_OK;
}

static enum status measure(const struct subject *subject)
{
    struct side plain[PLAIN_FORMS];
    double ratios[PROBE_PAIRS];
    unsigned fastest = 0;
    for (int i = 0; i < PLAIN_FORMS; i++)
        plain[i] = (struct side){run_plain, &plain_forms[i]};
    enum status status = probe_fastest(plain, PLAIN_FORMS, &fastest);
    if (status == STATUS_OK)
        status = probe_compare(probe_model(subject), plain[fastest], ratios);
    if (status != STATUS_OK)
        return status;
    probe_row("threads: pi / plain OpenMP", "<= 1.02", ratios, PROBE_PAIRS);
    probe_remark("the fastest plain form", plain_forms[fastest].name);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct subject subject;
    const unsigned workers = probe_workers(argc, argv);
    if (workers == 0)
        return 2;
    omp_set_num_threads((int)workers);
    enum status status = probe_start(&subject, "pi", STEPS, workers, NULL);
    if (status == STATUS_OK)
        status = measure(&subject);
    probe_stop(&subject);
    return status == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
