/*
 * What experiments draw and write of threads under a lock, see own_quantity.h: by what the lock's
 * models count, in one execution.
 */
#pragma once

#include "own_quantity.h"

extern const struct own_quantity lock_speedup, /* on an axis that begins at 0 */
    lock_hand_overs,                           /* to another thread, */
    lock_hand_over_rate,                       /* the same a second, */
    lock_forced,                               /* of them those that its holder waited for */
    lock_vain,                                 /* times that a thread was woken in vain */
    lock_hand_over_price; /* how much slower than serial threads are, for each hand-over */
