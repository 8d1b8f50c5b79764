#include "missing_counters.h"

#include "text.h"

#include <math.h>
#include <string.h>

/* Pairs of an event and PAPI's words for its absence, each once, as far as there is room. */
enum { ABSENCES_MAX = 32 };
struct absences {
    size_t count;
    struct absence {
        const char *event, *words;
        bool is_told;
    } all[ABSENCES_MAX];
};

static void add(struct absences *absences, const char *event, const char *words)
{
    for (size_t i = 0; i < absences->count; i++)
        if (strcmp(absences->all[i].event, event) == 0 &&
            strcmp(absences->all[i].words, words) == 0)
            return;
    if (absences->count < ABSENCES_MAX)
        absences->all[absences->count++] = (struct absence){event, words, false};
}

static void add_of_cell(struct absences *absences, const struct analysis_of_cell *cell)
{
    const struct instrumented_events *events = &cell->state->events;
    for (unsigned i = 0; cell->factors.exists && i < INSTRUMENTED_EVENTS; i++)
        if (*events->absent[i] && isnan(instrumented_count(&cell->factors.execution, i)))
            add(absences, events->name[i], events->absent[i]);
}

void missing_counters_say(const struct analysis_of_cell *cells, size_t count, char *text,
                          size_t length)
{
    struct absences absences = {0};
    *text = '\0';
    for (size_t i = 0; i < count; i++)
        add_of_cell(&absences, &cells[i]);
    for (size_t i = 0; i < absences.count; i++) {
        const char *words = absences.all[i].words, *separator = *text ? "; " : "";
        if (absences.all[i].is_told)
            continue;
        for (size_t j = i; j < absences.count; j++)
            if (strcmp(absences.all[j].words, words) == 0) {
                text_append(text, length, "%s%s", separator, absences.all[j].event);
                absences.all[j].is_told = true;
                separator = ", ";
            }
        text_append(text, length, ": %s", words);
    }
}
