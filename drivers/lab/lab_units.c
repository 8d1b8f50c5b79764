#include "lab_units.h"

#include <stddef.h>
#include <string.h>

static const struct unit {
    const char *name, *text;
    double scale;
} units[] = {
    {"ns", "ns", 1e-9},     {"us", "µs", 1e-6},    {"ms", "ms", 1e-3},     {"s", "s", 1},
    {"%", "%", 1},          {"B", "B", 1},         {"KiB", "KiB", 0x1p10}, {"MiB", "MiB", 0x1p20},
    {"GiB", "GiB", 0x1p30}, {"kB/s", "kB/s", 1e3}, {"MB/s", "MB/s", 1e6},  {"GB/s", "GB/s", 1e9},
    {NULL, "", 1},
};

/* The last row where there is none. */
static const struct unit *find(const char *name)
{
    const struct unit *unit = units;
    while (unit->name && (!name || strcmp(unit->name, name) != 0))
        unit++;
    return unit;
}

const char *lab_unit_name(const char *unit)
{
    return find(unit)->name;
}

double lab_unit_scale(const char *unit)
{
    return find(unit)->scale;
}

const char *lab_unit_text(const char *unit)
{
    return find(unit)->text;
}
