#include "results.h"

struct summary results_value(const struct own_result *result, const struct analysed_kernel *kernel,
                             const struct analysis_of_cell *first)
{
    struct summary value;
    result->value(kernel, first, &value);
    return value;
}

const struct analysis_of_cell *results_next(const struct experiment *experiment,
                                            const struct analysed_kernel *kernel,
                                            const struct analysis_of_cell *before)
{
    const struct analysis_of_cell *first = before;
    while (experiment->results && (first = series_first(experiment, kernel, first)))
        for (const struct own_result *result = experiment->results; result->name; result++)
            if (results_value(result, kernel, first).count > 0)
                return first;
    return NULL;
}
