#include "quantities.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

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

/* Units and what they are worth, ended by one without a name. */
struct unit {
    const char *name;
    long double worth;
};

/* Reads a number with its unit. A long double holds every 64-bit integer exactly. */
static bool read_number(const char *text, const struct unit *unit, long double *number)
{
    char *end;
    if (*text < '0' || *text > '9' || strpbrk(text, "xX"))
        return false;
    *number = strtold(text, &end);
    while (unit->name && strcmp(end, unit->name) != 0)
        unit++;
    *number *= unit->worth;
    return unit->name;
}

bool size_parse(const char *text, uint64_t *size)
{
    static const struct unit units[] = {{"", 1},     {"k", 1e3L}, {"K", 1e3L}, {"m", 1e6L},
                                        {"M", 1e6L}, {"g", 1e9L}, {"G", 1e9L}, {NULL, 0}};
    long double number;
    if (!read_number(text, units, &number))
        return false;
    /* 0.001 has no exact binary form: 0.001M misses 1000 in the last place. */
    const long double whole = roundl(number);
    if (!(fabsl(number - whole) <= 2 * LDBL_EPSILON * number && whole >= 1 &&
          whole < 18446744073709551616.0L))
        return false;
    *size = (uint64_t)whole;
    return true;
}

/* More than 0, which the least number that there is may become, and at most so much. */
static bool read_real(const char *text, const struct unit *units, double most, double *real)
{
    long double number;
    if (!read_number(text, units, &number) || !((double)number > 0 && (double)number <= most))
        return false;
    *real = (double)number;
    return true;
}

/* The first one is for numbers without a unit. */
static const struct unit times[] = {{"", 1},       {"s", 1},  {"ms", 1e-3L}, {"us", 1e-6L},
                                    {"ns", 1e-9L}, {"m", 60}, {"h", 3600},   {NULL, 0}};

bool duration_parse(const char *text, double *seconds)
{
    return read_real(text, times + 1, DURATION_MAX_S, seconds);
}

bool seconds_parse(const char *text, double *seconds)
{
    return read_real(text, times, DURATION_MAX_S, seconds);
}

bool percent_parse(const char *text, double *share)
{
    static const struct unit units[] = {{"%", 0.01L}, {"", 0.01L}, {NULL, 0}};
    double read;
    if (!read_real(text, units, 1, &read) || !(strchr(text, '%') || read >= 0.001))
        return false;
    *share = read;
    return true;
}

bool fraction_parse(const char *text, double *fraction)
{
    static const struct unit units[] = {{"", 1}, {NULL, 0}};
    long double number;
    if (!read_number(text, units, &number) || number > 1)
        return false;
    *fraction = (double)number;
    return true;
}
