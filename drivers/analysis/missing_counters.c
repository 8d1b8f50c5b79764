#include "missing_counters.h"

#include "text.h"

#include <math.h>
#include <string.h>

/* Pairs of an event and PAPI's words for its absence, each once, as far as there is room. */
enum { MISSING_MAX = 32 };
struct missing {
    size_t count;
    struct missing_counter {
        const char *event, *words;
        bool is_told;
    } all[MISSING_MAX];
};

static void add(struct missing *missing, const char *event, const char *words)
{
    for (size_t i = 0; i < missing->count; i++)
        if (strcmp(missing->all[i].event, event) == 0 && strcmp(missing->all[i].words, words) == 0)
            return;
    if (missing->count < MISSING_MAX)
        missing->all[missing->count++] = (struct missing_counter){event, words, false};
}

static void add_of_cell(struct missing *missing, const struct analysis_of_cell *cell)
{
    const struct instrumented_events *events = &cell->state->events;
    for (unsigned i = 0; cell->factors.execution && i < INSTRUMENTED_EVENTS; i++)
        if (*events->absent[i] && isnan(cell->factors.execution->count[i]))
            add(missing, events->name[i], events->absent[i]);
}

void missing_counters_say(const struct analysis_of_cell *cells, size_t count, char *text,
                          size_t length)
{
    struct missing missing = {0};
    *text = '\0';
    for (size_t i = 0; i < count; i++)
        add_of_cell(&missing, &cells[i]);
    for (size_t i = 0; i < missing.count; i++) {
        const char *words = missing.all[i].words, *separator = *text ? "; " : "";
        if (missing.all[i].is_told)
            continue;
        for (size_t j = i; j < missing.count; j++)
            if (strcmp(missing.all[j].words, words) == 0) {
                text_append(text, length, "%s%s", separator, missing.all[j].event);
                missing.all[j].is_told = true;
                separator = ", ";
            }
        text_append(text, length, ": %s", words);
    }
}
