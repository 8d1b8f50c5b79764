#include "findings.h"

#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>

bool findings_overlap(const struct summary *a, const struct summary *b)
{
    return a->interval.low <= b->interval.high && b->interval.low <= a->interval.high;
}

void findings_say(struct findings *findings, const char *format, ...)
{
    findings->list = memory_grow(findings->list, findings->count, sizeof *findings->list);
    va_list values;
    va_start(values, format);
    (void)vsnprintf(findings->list[findings->count++].text, FINDING_MAX, format, values);
    va_end(values);
}

void findings_make(struct analysed_run *run)
{
    for (size_t k = 0; k < run->kernel_count; k++)
        for (unsigned e = 0; experiment_table[e]; e++)
            if (experiment_table[e]->find)
                experiment_table[e]->find(&run->kernels[k], run->allowed, &run->findings);
}
