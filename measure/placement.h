/*
 * Which cores the calling thread may use, and a core of its own for each worker.
 *
 * A scheduler may leave two workers on one core while another is idle, for longer than a sample
 * lasts. So all models place their workers, and all alike, with this.
 */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include <stddef.h>

/* The processors of an affinity mask, sorted by the cores that they belong to. */
struct placement;

/* Those of the calling thread. NULL when they cannot be told; the caller frees. */
struct placement *placement_read(void);

/* Hardware threads in the mask, and physical cores: two hardware threads of one core are no two
 * workers. 1 for NULL. */
unsigned placement_hardware_threads(const struct placement *placement);
unsigned placement_cores(const struct placement *placement);

/* Numbers of hardware threads, as Linux counts them, ascending. */
struct processors {
    size_t count;
    const size_t *numbers;
};

/* Those of the mask, for as long as the placement is there; none for NULL. */
struct processors placement_processors(const struct placement *placement);

/* The calling thread's mask as "0-3,8"; cut when it does not fit. Cheap: reads no files. */
void placement_print(char *text, size_t length);

/*
 * Binds the calling thread, and what it starts later, to a core that no other of the `workers`
 * workers, 0 … workers-1, is bound to. Nothing is bound when there are more workers than cores:
 * the scheduler then shares the cores out. Nor for NULL.
 */
void placement_bind(const struct placement *placement, unsigned worker, unsigned workers);

#endif
