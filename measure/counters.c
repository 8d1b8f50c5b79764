#include "counters.h"

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
        if (more->error[i] == COUNTERS_UNREAD)
            continue;
        if (sum->error[i] == COUNTERS_UNREAD || (sum->error[i] == 0 && more->error[i] != 0)) {
            sum->error[i] = more->error[i];
            sum->value[i] = more->value[i];
        } else if (sum->error[i] == 0) {
            sum->value[i] += more->value[i];
        }
    }
}

bool counters_probe(char *reason, size_t length)
{
    static const char *const instructions[] = {"PAPI_TOT_INS", NULL};
    struct counters counters;
    struct counters_reading reading;
    counters_open(instructions, &counters);
    counters_read(&counters, &reading);
    counters_close(&counters);
    if (reading.error[0] != 0)
        counters_explain(instructions[0], reading.error[0], reason, length);
    return reading.error[0] == 0;
}

enum status counters_require(void)
{
    char reason[512];
    if (counters_probe(reason, sizeof reason))
        return STATUS_OK;
    return status_fail(STATUS_FAILED,
                       "instructions cannot be counted here: %s (--require-counters insists on it)",
                       reason);
}
