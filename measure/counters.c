#include "counters.h"

#include <stdio.h>
#include <string.h>

struct counters_reading counters_nothing(void)
{
    struct counters_reading nothing = {{0}, {0}};
    for (unsigned i = 0; i < COUNTERS_MAX; i++)
        nothing.error[i] = COUNTERS_UNREAD;
    return nothing;
}

struct counters_reading counters_between(const struct counters_reading *before,
                                         const struct counters_reading *after)
{
    struct counters_reading between = counters_nothing();
    for (unsigned i = 0; i < COUNTERS_MAX; i++) {
        between.error[i] = before->error[i] != 0 ? before->error[i] : after->error[i];
        if (between.error[i] == 0)
            between.value[i] = after->value[i] - before->value[i];
    }
    return between;
}

void counters_add(struct counters_reading *sum, const struct counters_reading *more)
{
    for (unsigned i = 0; i < COUNTERS_MAX; i++) {
        const bool is_whole = sum->error[i] == 0 || sum->error[i] == COUNTERS_UNREAD;
        if (!is_whole || more->error[i] == COUNTERS_UNREAD)
            continue;
        sum->error[i] = more->error[i];
        sum->value[i] += more->value[i];
    }
}

/* ---- what can be counted here ---- */

static const char *const needed[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC", NULL};

bool counters_probe(char *reason, size_t length)
{
    char words[512];
    struct counters counters;
    struct counters_reading reading;
    counters_open(needed, &counters);
    counters_read(&counters, &reading);
    counters_close(&counters);
    for (unsigned i = 0; needed[i]; i++) {
        if (reading.error[i] == 0)
            continue;
        counters_explain(needed[i], reading.error[i], words, sizeof words);
        (void)snprintf(reason, length, "%s: %s", needed[i], words);
        return false;
    }
    return true;
}

enum status counters_require(void)
{
    char reason[640];
    if (counters_probe(reason, sizeof reason))
        return STATUS_OK;
    return status_fail(STATUS_FAILED,
                       "%s cannot be counted here: %s (--require-counters insists on it)",
                       strstr(reason, needed[0]) == reason ? "instructions" : "cycles", reason);
}
