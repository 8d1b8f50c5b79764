#include "export_format.h"
#include "names.h"
#include "quantities.h"

#include <math.h>

enum status export_choose(const char *name, bool json, const struct export_format **format)
{
    *format = NULL;
    if (!name)
        return STATUS_OK;
    if (json)
        return status_fail(STATUS_USAGE, "--format and --json both say what is printed: take one");
    *format = names_find("format", name, export_table, 0);
    return *format ? STATUS_OK : STATUS_USAGE;
}

enum status export_print(const struct export_format *format, const struct analysed_run *run)
{
    if (format->check)
        TRY(format->check(run));
    format->write(run, stdout);
    return STATUS_OK;
}

const char *export_subject(const struct analysed_run *run)
{
    return run->folder ? run->folder : "the measurement";
}

double export_nanoseconds(double seconds)
{
    return round(seconds * 1e12) / 1e3;
}

enum status export_check_verified(const struct analysed_run *run)
{
    const size_t left_out = run->count - run->totals.verified;
    if (run->totals.verified == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell that was measured and verified: nothing "
                           "can be exported",
                           export_subject(run));
    if (left_out > 0)
        status_say("%zu of %zu cell%s %s left out: failed, or not verified", left_out, run->count,
                   plural(run->count), left_out == 1 ? "is" : "are");
    return STATUS_OK;
}
