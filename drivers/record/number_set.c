#include "number_set.h"

#include <stdlib.h>
#include <sys/random.h>

/* Where the number is, or where it would be: there is always a free slot. */
static size_t slot_of(const struct number_set *set, uint64_t number)
{
    /* The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA'14). */
    uint64_t z = number ^ set->seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    size_t slot = (size_t)z & (set->room - 1);
    while (set->partials[slot] != 0 && set->partials[slot] != number + 1)
        slot = (slot + 1) & (set->room - 1);
    return slot;
}

/* Twice the room, a power of two. */
static bool grow(struct number_set *set)
{
    const struct number_set old = *set;
    const size_t room = old.room ? 2 * old.room : 64;
    uint64_t *partials = calloc(room, sizeof *partials);
    if (!partials)
        return false;
    set->partials = partials;
    set->room = room;
    /* Without that source of chance the set is as right, and only slow for those who want it so. */
    if (old.room == 0 && getrandom(&set->seed, sizeof set->seed, GRND_NONBLOCK) < 0)
        set->seed = (uint64_t)(uintptr_t)set;
    for (size_t i = 0; i < old.room; i++)
        if (old.partials[i] != 0)
            partials[slot_of(set, old.partials[i] - 1)] = old.partials[i];
    free(old.partials);
    return true;
}

enum status number_set_add(struct number_set *set, uint64_t number, bool *is_new)
{
    if (2 * set->count >= set->room && !grow(set))
        return status_no_memory("the record");
    uint64_t *slot = &set->partials[slot_of(set, number)];
    *is_new = *slot == 0;
    set->count += *is_new;
    *slot = number + 1;
    return STATUS_OK;
}

bool number_set_has(const struct number_set *set, uint64_t number)
{
    return set->room > 0 && set->partials[slot_of(set, number)] != 0;
}

void number_set_free(struct number_set *set)
{
    free(set->partials);
    *set = (struct number_set){0};
}
