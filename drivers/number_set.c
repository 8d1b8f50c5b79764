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
    while (set->slots[slot] != 0 && set->slots[slot] != number + 1)
        slot = (slot + 1) & (set->room - 1);
    return slot;
}

/* Twice the room, a power of two. */
static bool grow(struct number_set *set)
{
    struct number_set grown = {set->count, set->room ? 2 * set->room : 64, NULL, set->seed};
    /* Without that source of chance the set is as right, and only slow for those who want it so. */
    if (set->room == 0 && getrandom(&grown.seed, sizeof grown.seed, GRND_NONBLOCK) < 0)
        grown.seed = (uint64_t)(uintptr_t)set;
    grown.slots = calloc(grown.room, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < set->room; i++)
        if (set->slots[i] != 0)
            grown.slots[slot_of(&grown, set->slots[i] - 1)] = set->slots[i];
    free(set->slots);
    *set = grown;
    return true;
}

enum status number_set_add(struct number_set *set, uint64_t number, bool *is_new)
{
    if (2 * set->count >= set->room && !grow(set))
        return status_no_memory("the record");
    uint64_t *slot = &set->slots[slot_of(set, number)];
    *is_new = *slot == 0;
    set->count += *is_new;
    *slot = number + 1;
    return STATUS_OK;
}

bool number_set_has(const struct number_set *set, uint64_t number)
{
    return set->room > 0 && set->slots[slot_of(set, number)] != 0;
}

void number_set_free(struct number_set *set)
{
    free(set->slots);
    *set = (struct number_set){0};
}
