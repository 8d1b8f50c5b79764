#include "profile.h"

#include "lists.h"

const struct profile profile_table[PROFILE_COUNT] = {
    {"smoke", 2, 1, 6, 18, 18, 2, 2, 20, 20},
    {"quick", 3, 6, 20, 225, 900, 4, 2, 8, 16},
    {"full", 5, 10, 30, 4800, 7200, LISTS_WIDTHS_MAX, LISTS_WIDTHS_MAX, 1, 1},
};
