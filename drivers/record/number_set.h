/*
 * A set of numbers, to look one up among millions. Nobody who does not know its seed can choose
 * numbers that make that slow.
 */
#ifndef NUMBER_SET_H
#define NUMBER_SET_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Empty when it is zero. */
struct number_set {
    size_t count, room;
    uint64_t *partials; /* the number + 1; 0: free */
    uint64_t seed;
};

/* Adds a number < 2^64 - 1; `*is_new`: it was not there. */
MUST_USE enum status number_set_add(struct number_set *set, uint64_t number, bool *is_new);
bool number_set_has(const struct number_set *set, uint64_t number);
void number_set_free(struct number_set *set);

#endif
