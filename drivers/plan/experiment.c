#include "experiment.h"

#include "quantities.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *axis_name(const struct axis *axis)
{
    static const char *const names[] = {[AXIS_WORKERS] = "workers", [AXIS_SIZE] = "size"};
    return axis->kind == AXIS_OPTION ? axis->option : names[axis->kind];
}

void axis_text(const struct axis *axis, const struct cell *cell, char text[AXIS_TEXT_MAX])
{
    *text = '\0';
    if (axis->kind != AXIS_OPTION)
        (void)snprintf(text, AXIS_TEXT_MAX, "%" PRIu64,
                       axis->kind == AXIS_WORKERS ? cell->workers : cell->size);
    for (unsigned i = 0; axis->kind == AXIS_OPTION && i < cell->options; i++)
        if (strcmp(cell->option_names[i], axis->option) == 0)
            (void)snprintf(text, AXIS_TEXT_MAX, "%s", cell->option_values[i]);
}

double axis_value(const struct axis *axis, const struct cell *cell)
{
    char text[AXIS_TEXT_MAX], item[AXIS_TEXT_MAX];
    const char *list = axis->values;
    uint64_t number;
    axis_text(axis, cell, text);
    if (count_parse(text, &number))
        return (double)number;
    for (int place = 0; text_next(&list, item, sizeof item); place++)
        if (strcmp(item, text) == 0)
            return ldexp(1, place);
    return 0;
}

void axis_series(const struct axis *axis, const struct cell *cell, char text[MODEL_SPEC_LABEL_MAX])
{
    char option[AXIS_TEXT_MAX + 2];
    (void)snprintf(text, MODEL_SPEC_LABEL_MAX, "%s", cell->label);
    if (axis->kind != AXIS_OPTION)
        return;
    (void)snprintf(option, sizeof option, ":%s=", axis->option);
    char *begin = strstr(text, option);
    if (begin) {
        const char *end = begin + 1 + strcspn(begin + 1, ":");
        memmove(begin, end, strlen(end) + 1);
    }
}

unsigned experiment_bit(const struct experiment *experiment)
{
    unsigned e = 0;
    while (experiment_table[e] != experiment)
        e++;
    return 1u << e;
}

bool experiment_tables(const struct experiment *own, const struct cell *cell)
{
    unsigned elsewhere = 0;
    for (unsigned e = 0; experiment_table[e]; e++)
        elsewhere |= (unsigned)experiment_table[e]->has_own_tables << e;
    return own ? own->has_own_tables && experiment_has(own, cell)
               : cell->experiments == 0 || cell->experiments & ~elsewhere;
}
