#include "launch_result.h"

#include <stdlib.h>

void launch_result_free(struct launch_result *launched)
{
    for (unsigned i = 0; i < launched->count; i++) {
        json_decref(launched->samples[i].counts);
        json_decref(launched->samples[i].start);
    }
    json_decref(launched->too_short);
    json_decref(launched->workers);
    json_decref(launched->counters_absent);
    json_decref(launched->libraries);
    free(launched->samples);
    *launched = (struct launch_result){0};
}
