#include "outputs.h"

#include "protocol.h"

/* Lest a line is longer than launchers pass on at once. */
enum { ROWS_A_LINE = 24 };

static enum status say(json_t *rows)
{
    return protocol_say("outputs", json_pack("{s:o}", "rows", rows));
}

enum status outputs_tell(const struct job *job, const void *output)
{
    const struct kernel *kernel = job->kernel;
    struct verdict verdict = {""};
    char text[KERNEL_ROW_MAX];
    if (!kernel_shows(kernel))
        return status_fail(STATUS_USAGE, "%s shows no outputs", kernel->name);
    if (!output || kernel->wrong(job->size, kernel_whole(job->size), output, &verdict) > 0)
        return status_fail(STATUS_FAILED, "there is no right output to show: %s", verdict.reason);
    json_t *rows = json_array();
    enum status status = STATUS_OK;
    for (uint64_t i = 0; i < job->size && status == STATUS_OK; i++) {
        const void *one = kernel_output_at(kernel, (void *)(uintptr_t)output, i);
        if (kernel->row(job->size, i, one, text, sizeof text))
            (void)json_array_append_new(rows, json_string(text));
        if (json_array_size(rows) == ROWS_A_LINE) {
            status = say(rows);
            rows = json_array();
        }
    }
    if (status == STATUS_OK && json_array_size(rows) > 0)
        return say(rows);
    json_decref(rows);
    return status;
}
