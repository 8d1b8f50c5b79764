/*
 * Which cores the calling thread may use, and a core of its own for each worker.
 *
 * A scheduler may leave two workers on one core while another is idle, for longer than a sample
 * lasts. So all models place their workers, and all alike, with this.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

/* The processors of an affinity mask, sorted by the cores that they belong to. */
struct placement;

/* Those of the calling thread, none when they cannot be told. The caller frees. */
struct placement *placement_read(void);

/* Physical cores: two hardware threads of one core are no two workers. At least 1. */
unsigned placement_cores(const struct placement *placement);

/* Numbers of hardware threads, as Linux counts them, ascending. */
struct processors {
    size_t count;
    const size_t *numbers;
};

/* Those of the mask, for as long as the placement is there. */
struct processors placement_processors(const struct placement *placement);

/* The numbers of all hardware threads of the processor's core, "0,64", as the kernel tells them:
 * cores have no numbers that all of a machine differ in. False when it does not tell. */
bool placement_core_list(const char *root, size_t processor, char *list, size_t length);

/* Whether two hardware threads belong to one core. One that is not in the mask is a core by
 * itself, as are all for NULL. */
bool placement_same_core(const struct placement *placement, size_t one, size_t other);

/*
 * An affinity mask as plain data: several processes can send theirs to each other, and unite them
 * bit by bit.
 */
enum { PLACEMENT_MASK_BYTES = 1024 };
struct placement_mask {
    _Alignas(unsigned long) unsigned char bytes[PLACEMENT_MASK_BYTES]; /* as Linux keeps it */
};

/* The calling thread's, empty when it cannot be told. A mask's cores, 1 for an empty one. `root` is
 * prepended to /sys, for tests; "" is the machine. */
void placement_mask_read(struct placement_mask *mask);
unsigned placement_mask_cores(const char *root, const struct placement_mask *mask);

/* The calling thread's mask as "0-3,8"; cut when it does not fit. Cheap: reads no files. */
void placement_print(char *text, size_t length);

/*
 * Binds the calling thread, and what it starts later, to a core that no other of the `workers`
 * workers, 0 … workers-1, is bound to. Nothing is bound when there are more workers than cores:
 * the scheduler then shares the cores out.
 */
void placement_bind(const struct placement *placement, unsigned worker, unsigned workers);

/*
 * An error, said in one line, unless so many workers of this process have a core each: among those
 * of its mask, and within what control groups allow of them. Workers that share cores measure the
 * scheduler, and nothing in their times tells so. `root` as in machine_read().
 */
MUST_USE enum status placement_check(const char *root, unsigned workers);
