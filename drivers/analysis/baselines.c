#include "baselines.h"

#include "analysed_run.h"
#include "text.h"

#include <string.h>

static const struct analysis_of_cell *verified(const struct analysis_of_cell *cell)
{
    return cell && cell->verified ? cell : NULL;
}

struct baselines baselines_of(const struct analysed_kernel *kernel)
{
    struct baselines bases = {NULL, NULL, NULL};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!bases.best && *cell->cell->best)
            bases.best = cell->cell->best;
        if (!bases.relative && plan_is_base(cell->cell))
            bases.relative = verified(cell);
        if (!bases.absolute)
            bases.absolute = verified(cell->absolute_base);
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
