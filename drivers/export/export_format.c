#include "export_format.h"

#include "json.h"

enum status export_check_verified(const struct analysed_run *run)
{
    size_t verified = 0;
    for (size_t i = 0; i < run->plan->count; i++)
        verified += run->cells[i].verified;
    const size_t left_out = run->plan->count - verified;
    if (verified == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell that was measured and verified: nothing "
                           "can be exported",
                           run->folder);
    if (left_out > 0)
        status_say("%zu of %zu cells are left out: they failed or did not verify", left_out,
                   run->plan->count);
    return STATUS_OK;
}

enum status export_json(json_t *object, FILE *stream)
{
    if (json_write(stream, object, JSON_INDENT(1)))
        (void)fputc('\n', stream);
    return memory_is_lost() ? status_no_memory("the export") : STATUS_OK;
}
