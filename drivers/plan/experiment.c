#include "experiment.h"

#include "quantities.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *axis_name(const struct axis *axis)
{
    static const char *const names[] = {[AXIS_WORKERS] = "workers", [AXIS_SIZE] = "size"};
    if (axis->name)
        return axis->name;
    return axis->kind == AXIS_OPTION ? axis->option : names[axis->kind];
}

/* Bytes of the inputs of a share; 0 for a kernel that is not there, or no map. */
static uint64_t share_bytes(const struct axis *axis, const struct cell *cell)
{
    const struct kernel *kernel = kernel_find(cell->kernel);
    return kernel ? cell->size / axis->shares * kernel->input_item_size : 0;
}

/* "64 MiB", and not "64.0 MiB". */
static struct short_text whole_bytes(uint64_t bytes)
{
    struct short_text text = text_bytes(bytes);
    char *rest = strstr(text.text, ".0 ");
    if (rest)
        memmove(rest, rest + 2, strlen(rest + 2) + 1);
    return text;
}

struct short_text axis_text(const struct axis *axis, const struct cell *cell)
{
    struct short_text short_text = {""};
    if (axis->shares > 0)
        return whole_bytes(share_bytes(axis, cell));
    if (axis->kind != AXIS_OPTION)
        (void)snprintf(short_text.text, sizeof short_text.text, "%" PRIu64,
                       axis->kind == AXIS_WORKERS ? cell->workers : cell->size);
    for (unsigned i = 0; axis->kind == AXIS_OPTION && i < cell->options; i++)
        if (strcmp(cell->option_names[i], axis->option) == 0)
            (void)snprintf(short_text.text, sizeof short_text.text, "%s", cell->option_values[i]);
    return short_text;
}

bool axis_has_numbers(const struct axis *axis)
{
    const char *list = axis->kind == AXIS_OPTION ? axis->values : NULL;
    char item[MODEL_SPEC_VALUE_MAX];
    uint64_t number;
    bool has = axis->is_absolute;
    while (text_next(&list, item, sizeof item))
        has = has || count_parse(item, &number);
    return has;
}

double axis_value(const struct axis *axis, const struct cell *cell)
{
    const struct short_text value = axis_text(axis, cell);
    const char *list = axis->values;
    char item[MODEL_SPEC_VALUE_MAX];
    uint64_t number;
    if (axis->shares > 0)
        return (double)share_bytes(axis, cell);
    if (count_parse(value.text, &number))
        return (double)number;
    if (axis_has_numbers(axis))
        return 0;
    for (int place = 0; text_next(&list, item, sizeof item); place++)
        if (strcmp(item, value.text) == 0)
            return ldexp(1, place);
    return 0;
}

struct axis_series axis_series(const struct axis *axis, const struct cell *cell)
{
    struct axis_series series;
    char option[MODEL_SPEC_VALUE_MAX + 2];
    (void)snprintf(series.text, sizeof series.text, "%s", cell->label);
    if (axis->kind != AXIS_OPTION)
        return series;
    (void)snprintf(option, sizeof option, ":%s=", axis->option);
    char *begin = strstr(series.text, option);
    if (begin) {
        const char *end = begin + 1 + strcspn(begin + 1, ":");
        memmove(begin, end, strlen(end) + 1);
    }
    return series;
}

unsigned experiment_bit(const struct experiment *experiment)
{
    unsigned e = 0;
    while (experiment_table[e] != experiment)
        e++;
    return 1u << e;
}

unsigned experiment_with(const struct experiment *experiment)
{
    unsigned with = 0;
    for (const char *const *name = experiment->with; name && *name; name++)
        for (unsigned e = 0; experiment_table[e]; e++)
            with |= (unsigned)(strcmp(experiment_table[e]->name, *name) == 0) << e;
    return with;
}

bool experiment_is_of_sizes(const struct cell *cell)
{
    bool other = cell->experiments == 0;
    for (unsigned e = 0; experiment_table[e]; e++)
        other = other || (experiment_is_of_one_size(experiment_table[e]) &&
                          experiment_has(experiment_table[e], cell));
    return !other;
}

bool experiment_tables(const struct experiment *own, const struct cell *cell)
{
    unsigned elsewhere = 0;
    for (unsigned e = 0; experiment_table[e]; e++)
        elsewhere |= (unsigned)experiment_table[e]->has_own_tables << e;
    return own ? own->has_own_tables && experiment_has(own, cell)
               : cell->experiments == 0 || cell->experiments & ~elsewhere;
}

bool experiment_has_timeline(const struct cell *cell)
{
    if (cell->traits & TRAIT_BASE || plan_is_aside(cell))
        return false;
    for (size_t i = 0; experiment_table[i]; i++)
        if (experiment_table[i]->timeline != TIMELINE_NONE &&
            experiment_has(experiment_table[i], cell))
            return true;
    return false;
}
