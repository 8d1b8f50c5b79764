#include "experiment.h"

#include "arguments.h"
#include "options.h"
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

/* NULL: the model has no such option. */
static const char *option_value(const struct axis *axis, const struct cell *cell)
{
    for (unsigned i = 0; i < cell->options; i++)
        if (strcmp(cell->option_names[i], axis->option) == 0)
            return cell->option_values[i];
    return NULL;
}

/* The place of a word among the axis's values, from 1; 0: it is not there. */
static unsigned place_of(const struct axis *axis, const char *word)
{
    const char *list = axis->values;
    char item[AXIS_TEXT_MAX];
    for (unsigned place = 1; text_next(&list, item, sizeof item); place++)
        if (strcmp(item, word) == 0)
            return place;
    return 0;
}

double axis_value(const struct axis *axis, const struct cell *cell)
{
    uint64_t number;
    if (axis->kind != AXIS_OPTION)
        return axis->kind == AXIS_WORKERS ? (double)cell->workers : (double)cell->size;
    const char *value = option_value(axis, cell);
    if (!value)
        return 0;
    if (count_parse(value, &number))
        return (double)number;
    const unsigned place = place_of(axis, value);
    return place ? ldexp(1, (int)place - 1) : 0;
}

void axis_text(const struct axis *axis, const struct cell *cell, char text[AXIS_TEXT_MAX])
{
    const char *value = axis->kind == AXIS_OPTION ? option_value(axis, cell) : NULL;
    if (axis->kind != AXIS_OPTION)
        (void)snprintf(text, AXIS_TEXT_MAX, "%" PRIu64,
                       axis->kind == AXIS_WORKERS ? cell->workers : cell->size);
    else
        (void)snprintf(text, AXIS_TEXT_MAX, "%s", value ? value : "");
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

/* The set of those whose work is scaled, or is not. */
static unsigned set_of(bool scaled)
{
    unsigned set = 0;
    for (unsigned e = 0; experiment_table[e]; e++)
        set |= (unsigned)(experiment_is_scaled(experiment_table[e]) == scaled) << e;
    return set;
}

bool sweep_is_weak(const struct cell *cell)
{
    return cell->experiments & set_of(true);
}

bool sweep_is_of_one_size(const struct cell *cell)
{
    return cell->experiments == 0 || cell->experiments & set_of(false);
}

enum status experiment_find(const char *name, const struct experiment **experiment)
{
    const char *names[EXPERIMENTS_MAX];
    unsigned count = 0;
    for (; experiment_table[count]; count++) {
        *experiment = experiment_table[count];
        names[count] = (*experiment)->name;
        if (strcmp(names[count], name) == 0)
            return STATUS_OK;
    }
    return argument_unknown("experiment", name, names, count);
}
