#include "export_format.h"
#include "quantities.h"

#include <math.h>

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
                           run->folder);
    if (left_out > 0)
        status_say("%zu of %zu cell%s %s left out: failed, or not verified", left_out, run->count,
                   plural(run->count), left_out == 1 ? "is" : "are");
    return STATUS_OK;
}
