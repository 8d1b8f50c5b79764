#include "findings.h"

#include "analysed_run.h"
#include "experiment.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool findings_comparable(const struct analysis_of_cell *cell)
{
    return cell->has_speedup && cell->speedup.has_interval;
}

bool findings_overlap(const struct summary *a, const struct summary *b)
{
    return a->interval.low <= b->interval.high && b->interval.low <= a->interval.high;
}

enum status findings_say(struct findings *findings, const char *format, ...)
{
    struct finding *grown = realloc(findings->list, (findings->count + 1) * sizeof *findings->list);
    if (!grown)
        return status_no_memory("the findings");
    findings->list = grown;
    va_list values;
    va_start(values, format);
    (void)vsnprintf(grown[findings->count++].text, FINDING_MAX, format, values);
    va_end(values);
    return STATUS_OK;
}

enum status findings_make(struct analysed_run *run)
{
    enum status status = STATUS_OK;
    for (size_t k = 0; k < run->kernel_count; k++)
        for (unsigned e = 0; experiment_table[e] && status == STATUS_OK; e++)
            if (experiment_table[e]->find)
                status = experiment_table[e]->find(&run->kernels[k], run->allowed, &run->findings);
    return status;
}

void findings_free(struct findings *findings)
{
    free(findings->list);
    *findings = (struct findings){0, NULL};
}
