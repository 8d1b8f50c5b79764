#include "counters.h"

#include <stdio.h>

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

/* ---- what can be counted here ---- */

static const char *const needed[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC", NULL};

/* The first one that cannot be counted together with the others, and why; NULL: all can. */
static const char *find_uncounted(char *reason, size_t length)
{
    struct counters counters;
    struct counters_reading reading;
    counters_open(needed, &counters);
    counters_read(&counters, &reading);
    counters_close(&counters);
    for (unsigned i = 0; needed[i]; i++) {
        if (reading.error[i] == 0)
            continue;
        counters_explain(needed[i], reading.error[i], reason, length);
        return needed[i];
    }
    return NULL;
}

bool counters_probe(char *reason, size_t length)
{
    char words[512];
    const char *event = find_uncounted(words, sizeof words);
    if (event)
        (void)snprintf(reason, length, "%s: %s", event, words);
    return !event;
}

enum status counters_require(void)
{
    char words[512];
    const char *event = find_uncounted(words, sizeof words);
    if (!event)
        return STATUS_OK;
    return status_fail(STATUS_FAILED,
                       "%s cannot be counted here: %s (--require-counters insists on it)",
                       event == needed[0] ? "instructions" : "cycles", words);
}
