#include "counters.h"

#include <stdio.h>

bool counters_probe(char *reason, size_t length)
{
    (void)snprintf(reason, length, "parbench was built without PAPI");
    return false;
}

void counters_version(char *text, size_t length)
{
    (void)snprintf(text, length, "none");
}
