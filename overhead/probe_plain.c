/* Comparing a model with the plain forms of its work. */
#include "plain.h"
#include "probe.h"
#include "stats.h"

#include <math.h>

enum { TRIALS = 5 };

/* Finds the form that is fastest in the median of a few executions. */
static enum status find_fastest(enum status (*run)(const void *form, double *seconds),
                                unsigned *fastest)
{
    double least = INFINITY;
    for (unsigned i = 0; i < PLAIN_FORMS; i++) {
        double seconds[TRIALS] = {0};
        for (int trial = 0; trial < TRIALS; trial++) {
            enum status status = run(&plain_forms[i], &seconds[trial]);
            if (status != STATUS_OK)
                return status;
        }
        double median = stats_median(seconds, TRIALS);
        if (median < least) {
            least = median;
            *fastest = i;
        }
    }
    return STATUS_OK;
}

enum status probe_plain(const struct subject *subject, const char *what,
                        enum status (*run)(const void *form, double *seconds),
                        bool (*agree)(unsigned *fastest))
{
    unsigned fastest = 0;
    enum status status = find_fastest(run, &fastest);
    const bool prints = !agree || agree(&fastest);
    if (status == STATUS_OK)
        status = probe_compare(prints ? what : NULL, "<= 1.02", probe_model(subject),
                               (struct side){run, &plain_forms[fastest]});
    if (status == STATUS_OK && prints)
        probe_remark("the fastest plain form", plain_forms[fastest].name);
    return status;
}

enum status probe_pi(double pi)
{
    return fabs(pi - 3.14159265358979323846) < 1e-9
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "the plain loop gave %.15f for pi", pi);
}
