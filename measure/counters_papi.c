#include "counters.h"

#include <papi.h>
#include <stdio.h>

/* Creates, fills, starts, reads and stops an event set; PAPI_OK or what failed. */
static int count_something(void)
{
    int set = PAPI_NULL;
    long long instructions = 0;
    int error = PAPI_create_eventset(&set);
    if (error != PAPI_OK)
        return error;
    error = PAPI_add_event(set, PAPI_TOT_INS);
    if (error == PAPI_OK)
        error = PAPI_start(set);
    if (error == PAPI_OK)
        error = PAPI_stop(set, &instructions);
    (void)PAPI_cleanup_eventset(set);
    (void)PAPI_destroy_eventset(&set);
    return error == PAPI_OK && instructions <= 0 ? PAPI_ENOCNTR : error;
}

/* Why the component that counts instructions is off, which says more than the error does. */
static const char *disabled_reason(void)
{
    int index = PAPI_get_component_index("perf_event");
    const PAPI_component_info_t *component = index < 0 ? NULL : PAPI_get_component_info(index);
    return component && component->disabled ? component->disabled_reason : NULL;
}

bool counters_probe(char *reason, size_t length)
{
    int version = PAPI_library_init(PAPI_VER_CURRENT);
    if (version != PAPI_VER_CURRENT) {
        (void)snprintf(reason, length, "PAPI cannot be initialised: %s", PAPI_strerror(version));
        return false;
    }
    int error = count_something();
    const char *words = disabled_reason();
    if (error != PAPI_OK)
        (void)snprintf(reason, length, "%s", words ? words : PAPI_strerror(error));
    PAPI_shutdown();
    return error == PAPI_OK;
}

void counters_version(char *text, size_t length)
{
    (void)snprintf(text, length, "PAPI %d.%d.%d", PAPI_VERSION_MAJOR(PAPI_VERSION),
                   PAPI_VERSION_MINOR(PAPI_VERSION), PAPI_VERSION_REVISION(PAPI_VERSION));
}
