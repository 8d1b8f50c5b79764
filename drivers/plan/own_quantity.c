#include "own_quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A unit's steps, the greatest first, and digits behind the point by what is shown. */
struct step {
    double of;
    const char *name;
};

static const struct step bytes[] = {{0x1p40, "TiB"}, {0x1p30, "GiB"}, {0x1p20, "MiB"},
                                    {0x1p10, "KiB"}, {1, "B"},        {0, NULL}},
                         rates[] = {{1e9, "GB/s"},
                                    {1e6, "MB/s"},
                                    {1e3, "kB/s"},
                                    {1, "B/s"},
                                    {0, NULL}},
                         percent[] = {{1, "%"}, {0, NULL}}, plain[] = {{1, ""}, {0, NULL}};

struct summary own_none(void)
{
    return (struct summary){0, NAN, false, {NAN, NAN}};
}

struct summary own_scaled(const struct summary *summary, double factor)
{
    struct summary scaled = *summary;
    scaled.median *= factor;
    scaled.interval.low *= factor;
    scaled.interval.high *= factor;
    return scaled;
}

static const struct step *steps_of(const char *unit)
{
    return strcmp(unit, "B") == 0     ? bytes
           : strcmp(unit, "B/s") == 0 ? rates
           : strcmp(unit, "%") == 0   ? percent
                                      : plain;
}

/* The greatest that the value is at least one of, as it is shown with three digits. */
static const struct step *step_of(const char *unit, double value)
{
    const struct step *step = steps_of(unit);
    while (step[1].name && fabs(value) < 0.9995 * step->of)
        step++;
    return step;
}

static struct short_text number(double value)
{
    struct short_text text;
    const double most = fabs(value);
    const bool is_whole = value == round(value) && most < 1e4;
    if (most >= 1e6 || (most > 0 && most < 1e-4))
        (void)snprintf(text.text, sizeof text.text, "%.2e", value);
    else
        (void)snprintf(text.text, sizeof text.text, "%.*f",
                       is_whole || value == 0 ? 0 : text_digits(most), value);
    return text;
}

struct short_text own_text_beside(const char *unit, double value, double other)
{
    return strcmp(unit, "s") == 0 ? text_seconds_beside(value, other)
                                  : number(value / step_of(unit, other)->of);
}

struct short_text own_text(const char *unit, double value)
{
    struct short_text text;
    const char *name = step_of(unit, value)->name;
    if (strcmp(unit, "s") == 0)
        return text_seconds(value);
    (void)snprintf(text.text, sizeof text.text, "%.22s%s%s",
                   own_text_beside(unit, value, value).text, *name ? " " : "", name);
    return text;
}

struct short_text own_prose(const char *unit, double value)
{
    struct short_text text = own_text(unit, value);
    char *micro = strstr(text.text, " us");
    if (micro)
        (void)snprintf(micro, sizeof text.text - (size_t)(micro - text.text), " µs");
    return text;
}

struct short_text own_range(const char *unit, const struct summary *summary)
{
    const struct interval *interval = &summary->interval;
    const struct short_text low = own_text_beside(unit, interval->low, interval->high),
                            high = own_prose(unit, interval->high);
    const size_t number = strcspn(high.text, " ");
    struct short_text range = {""};
    if (strlen(low.text) != number || strncmp(low.text, high.text, number) != 0)
        (void)snprintf(range.text, sizeof range.text, "%.11s to ", low.text);
    text_append(range.text, sizeof range.text, "%s", high.text);
    return range;
}
