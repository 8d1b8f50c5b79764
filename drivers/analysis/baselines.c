#include "baselines.h"

#include "text.h"

#include <string.h>

/* Analysed cells lie in the order of the plan. */
static const struct analysis_of_cell *verified(const struct analysis_of_cell *cells,
                                               const struct cell *base)
{
    const struct analysis_of_cell *cell = &cells[base - cells[0].cell];
    return cell->verified ? cell : NULL;
}

struct baselines baselines_of(const struct analysis_of_cell *cells, size_t count,
                              const char *kernel)
{
    struct baselines bases = {NULL, NULL, NULL};
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = cells[i].cell;
        if (strcmp(cell->kernel, kernel) != 0)
            continue;
        if (!bases.best && *cell->best)
            bases.best = cell->best;
        if (!bases.relative && plan_is_base(cell))
            bases.relative = verified(cells, cell);
        if (!bases.absolute && cells[i].absolute_base)
            bases.absolute = verified(cells, cells[i].absolute_base);
    }
    return bases;
}

bool baselines_differ(const struct baselines *bases)
{
    return bases->absolute && bases->absolute != bases->relative;
}

void baselines_say(const struct baselines *bases, bool weak, char *text, size_t length)
{
    const char *best = bases->best;
    char time[32];
    *text = '\0';
    if (!bases->relative)
        return;
    text_seconds(bases->relative->time.median, time, sizeof time);
    text_append(text, length, "%s over serial, %s", weak ? "efficiency" : "speedup", time);
    if (weak)
        return;
    if (bases->absolute == bases->relative) {
        text_append(text, length, ", which is the best serial algorithm as well");
    } else if (bases->absolute) {
        text_seconds(bases->absolute->time.median, time, sizeof time);
        text_append(text, length, "; absolute over %s, %s%s%s", bases->absolute->cell->label, time,
                    best ? ", " : "", best ? best : "");
    } else if (best) {
        text_append(text, length, "; the best serial algorithm, %s, was not measured", best);
    }
}
