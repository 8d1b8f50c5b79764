#include "events.h"

#include <sde_lib.h>
#include <stdatomic.h>
#include <string.h>

/* What the models count, in words for tools that list events. */
static const struct {
    const char *name, *help;
} known[] = {
    {"gil::acquisitions", "how often a thread took the lock"},
    {"gil::handoffs", "acquisitions of the lock after another thread had it"},
    {"gil::forced_handoffs", "drops of the lock that waited until another thread had taken it"},
    {"gil::waited_s", "seconds that threads waited for the lock, summed (double)"},
    {"pool::chunks", "chunks that were handed to processes"},
    {"mpi::messages", "pieces of data that ranks told MPI to move to another rank"},
    {"mpi::bytes", "bytes that ranks told MPI to move to another rank"},
};

/* Since the cell began, as PAPI reads it: an integer, or the bits of a double. Atomic, since a tool
 * may read in a thread of its own. */
struct total {
    const char *name;
    _Atomic long long bits;
};

static bool is_seconds(const char *name)
{
    const size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, "_s") == 0;
}

static long long read_total(void *total)
{
    return atomic_load(&((struct total *)total)->bits);
}

static void add_to_total(struct total *total, double value)
{
    long long bits = atomic_load(&total->bits);
    double seconds;
    if (is_seconds(total->name)) {
        memcpy(&seconds, &bits, sizeof seconds);
        seconds += value;
        memcpy(&bits, &seconds, sizeof bits);
    } else {
        bits += (long long)value;
    }
    atomic_store(&total->bits, bits);
}

/* DELTA: a tool gets what was added since it began. */
static void define(const papi_sde_fptr_struct_t *sde, papi_handle_t library, struct total *total)
{
    (void)sde->register_counter_cb(library, total->name, PAPI_SDE_RO | PAPI_SDE_DELTA,
                                   is_seconds(total->name) ? PAPI_SDE_double : PAPI_SDE_long_long,
                                   read_total, total);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, total->name) == 0)
            (void)sde->describe_counter(library, total->name, known[i].help);
}

/* Finds it, or defines it; NULL when there are too many. */
static struct total *total_of(const char *name)
{
    static const papi_sde_fptr_struct_t sde = {.register_counter_cb = papi_sde_register_counter_cb,
                                               .describe_counter = papi_sde_describe_counter};
    static struct total totals[MODEL_COUNTS_MAX];
    static unsigned count;
    for (unsigned i = 0; i < count; i++)
        if (strcmp(totals[i].name, name) == 0)
            return &totals[i];
    if (count == MODEL_COUNTS_MAX)
        return NULL;
    totals[count].name = name;
    define(&sde, papi_sde_init("parbench"), &totals[count]);
    return &totals[count++];
}

void events_publish(const struct outcome *outcome)
{
    for (unsigned i = 0; i < outcome->counted; i++) {
        struct total *total = total_of(outcome->counts[i].name);
        if (total)
            add_to_total(total, outcome->counts[i].value);
    }
}

/* What papi_native_avail -sde calls in a library that it loads, to list the events in there. */
papi_handle_t papi_sde_hook_list_events(papi_sde_fptr_struct_t *sde)
{
    static struct total totals[sizeof known / sizeof *known];
    papi_handle_t library = sde->init("parbench");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        totals[i].name = known[i].name;
        define(sde, library, &totals[i]);
    }
    return library;
}
