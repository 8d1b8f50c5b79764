#include "quantities.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

bool count_parse(const char *text, uint64_t *count)
{
    if (*text < '0' || *text > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value == 0)
        return false;
    *count = value;
    return true;
}

bool duration_parse(const char *text, double *seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"s", 1.0}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"m", 60.0}, {"h", 3600.0}};
    if (*text < '0' || *text > '9' || strpbrk(text, "xX"))
        return false;
    char *unit;
    double value = strtod(text, &unit);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].name) == 0 && value * units[i].seconds > 0 && value < 1e9) {
            *seconds = value * units[i].seconds;
            return true;
        }
    return false;
}

bool fraction_parse(const char *text, double *fraction)
{
    char *end;
    if (*text < '0' || *text > '9' || strpbrk(text, "xX"))
        return false;
    const double value = strtod(text, &end);
    if (*end || !(value <= 1))
        return false;
    *fraction = value;
    return true;
}
