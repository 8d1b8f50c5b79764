#include "missing_counters.h"

#include "text.h"

#include <math.h>
#include <string.h>

static void add(struct missing_counters *absences, const char *event, const char *words)
{
    for (size_t i = 0; i < absences->count; i++)
        if (strcmp(absences->all[i].event, event) == 0 &&
            strcmp(absences->all[i].words, words) == 0)
            return;
    if (absences->count < MISSING_COUNTERS_MAX)
        absences->all[absences->count++] = (struct absence){event, words};
}

void missing_counters_add(struct missing_counters *absences, const struct analysis_of_cell *cell)
{
    const struct instrumented_events *events = &cell->state->events;
    for (unsigned i = 0; cell->factors.exists && i < INSTRUMENTED_EVENTS; i++)
        if (*events->absent[i] && isnan(instrumented_count(&cell->factors.execution, i)))
            add(absences, events->name[i], events->absent[i]);
}

/* Whether no earlier one has the same words. */
static bool is_first(const struct missing_counters *absences, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(absences->all[i].words, absences->all[index].words) == 0)
            return false;
    return true;
}

void missing_counters_say(const struct missing_counters *absences, char *text, size_t length)
{
    *text = '\0';
    for (size_t i = 0; i < absences->count; i++) {
        const char *words = absences->all[i].words;
        if (!is_first(absences, i))
            continue;
        text_append(text, length, "%s%s", *text ? "; " : "", absences->all[i].event);
        for (size_t j = i + 1; j < absences->count; j++)
            if (strcmp(absences->all[j].words, words) == 0)
                text_append(text, length, ", %s", absences->all[j].event);
        text_append(text, length, ": %s", words);
    }
}
