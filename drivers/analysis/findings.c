#include "findings.h"

#include "analysed_run.h"
#include "experiment.h"

#include <stdarg.h>

void findings_say(json_t *findings, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    (void)json_array_append_new(findings, json_vsprintf(format, values));
    va_end(values);
}

void findings_make(struct analysed_run *run)
{
    run->findings = json_array();
    for (size_t k = 0; k < run->kernel_count; k++)
        for (unsigned e = 0; experiment_table[e]; e++)
            if (experiment_table[e]->find)
                experiment_table[e]->find(&run->kernels[k], run->allowed, run->findings);
}
