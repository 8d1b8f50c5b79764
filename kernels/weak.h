/*
 * Weak scaling: which size is `workers` times as much work as another.
 */
#pragma once

#include <stdint.h>

/*
 * Where the work is not linear, and `work` tells how much a size is, in any unit; it must grow with
 * the size. Returns the least size, at most `max_size`, that is no less than `workers` times the
 * work.
 */
static inline uint64_t weak_by_work(double (*work)(double size), uint64_t size, unsigned workers,
                                    uint64_t max_size)
{
    double target = workers * work((double)size);
    uint64_t low = size;
    uint64_t high = max_size;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (work((double)middle) < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
