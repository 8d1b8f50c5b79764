/*
 * The model `threads` against the same OpenMP loop written by hand. Both use the same threads of
 * libgomp, bound alike, so that what remains is the model's own way to cut, compute and combine.
 */
#include "clock.h"
#include "probe.h"

#include <omp.h>

enum { STEPS = 1000000000 };

static enum status run_plain(const void *context, double *seconds)
{
    const struct plain_form *form = context;
    const double step = 1.0 / STEPS;

    uint64_t start = clock_now_ns();
    double pi = form->sum(0, STEPS, step) * step;
    *seconds = clock_seconds_since(start);
    return probe_pi(pi);
}

enum status probe_measure(unsigned workers)
{
    struct subject model;
    omp_set_num_threads((int)workers);
    TRY(probe_start(&model, "pi", STEPS, workers, NULL));
    TRY(probe_plain("threads: pi / plain OpenMP", &model, plain_forms, run_plain));
    probe_stop(&model);
    return STATUS_OK;
}
