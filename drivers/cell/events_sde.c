#include "events.h"

#include <sde_lib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Since the cell began, as PAPI reads it: an integer, or the bits of a double. Atomic, since a tool
 * may read in a thread of its own. */
struct total {
    const struct count_info *info;
    _Atomic long long bits;
};

static bool is_seconds(const struct count_info *info)
{
    return strcmp(info->unit, "s") == 0;
}

static long long read_total(void *total)
{
    return atomic_load(&((struct total *)total)->bits);
}

static void add_to_total(struct total *total, double value)
{
    long long bits = atomic_load(&total->bits);
    double seconds;
    if (is_seconds(total->info)) {
        memcpy(&seconds, &bits, sizeof seconds);
        seconds += value;
        memcpy(&bits, &seconds, sizeof bits);
    } else {
        bits += (long long)value;
    }
    atomic_store(&total->bits, bits);
}

/*
 * Defines all that the model counts; the totals end with one of nothing. NULL without memory.
 * DELTA: a tool gets what was added since it began.
 */
static struct total *define_all(const papi_sde_fptr_struct_t *sde, papi_handle_t library)
{
    char help[256];
    size_t count = 0;
    while (this_model.counts && this_model.counts[count].name)
        count++;
    struct total *totals = calloc(count + 1, sizeof *totals);
    for (size_t i = 0; totals && i < count; i++) {
        const struct count_info *info = totals[i].info = &this_model.counts[i];
        (void)sde->register_counter_cb(library, info->name, PAPI_SDE_RO | PAPI_SDE_DELTA,
                                       is_seconds(info) ? PAPI_SDE_double : PAPI_SDE_long_long,
                                       read_total, &totals[i]);
        (void)snprintf(help, sizeof help, "%s%s", info->help, is_seconds(info) ? " (double)" : "");
        (void)sde->describe_counter(library, info->name, help);
    }
    return totals;
}

void events_publish(const struct outcome *outcome)
{
    static const papi_sde_fptr_struct_t sde = {.register_counter_cb = papi_sde_register_counter_cb,
                                               .describe_counter = papi_sde_describe_counter};
    static struct total *totals;
    if (!totals)
        totals = define_all(&sde, papi_sde_init("parbench"));
    for (struct total *total = totals; total && total->info; total++)
        for (unsigned i = 0; i < outcome->counted; i++)
            if (strcmp(outcome->counts[i].name, total->info->name) == 0)
                add_to_total(total, outcome->counts[i].value);
}

/* What papi_native_avail -sde calls in a library that it loads, to list the events in there. */
papi_handle_t papi_sde_hook_list_events(papi_sde_fptr_struct_t *sde)
{
    static struct total *totals;
    papi_handle_t library = sde->init("parbench");
    free(totals);
    totals = define_all(sde, library);
    return library;
}
