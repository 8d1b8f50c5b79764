/*
 * Where things lie that are laid out behind each other in one piece of memory, or in a message.
 */
#pragma once

#include <stddef.h>

/* What a partial is aligned to, see kernels/kernel.h, and with it anything else. */
enum { PARTIAL_ALIGNMENT = 16 };

/* The least multiple of `unit` that is no less than `bytes`. */
static inline size_t aligned(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}
