#include "batch.h"

#define SHORTEST_S 0.2
#define LONGEST_S 2.0
#define OLD_SHARE 0.8

/* Of the small ones at the end, each worker gets so many. */
enum { LAST_SHARE = 10 };

struct batch batch_new(unsigned workers)
{
    return (struct batch){.size = 1, .workers = workers};
}

static uint64_t at_least_one(uint64_t items)
{
    return items > 0 ? items : 1;
}

/* Twice so many as would take the shortest time: two batches are with each worker. */
static uint64_t ideal(const struct batch *batch)
{
    return 2 * (uint64_t)((double)batch->size * SHORTEST_S / batch->smoothed_s);
}

static void adapt(struct batch *batch)
{
    uint64_t size = batch->size;
    if (batch->smoothed_s > 0 && batch->smoothed_s < SHORTEST_S)
        size = ideal(batch) < 2 * size ? ideal(batch) : 2 * size;
    else if (batch->smoothed_s > LONGEST_S && size >= 2)
        size = ideal(batch);
    size = at_least_one(size);
    if (size != batch->size)
        batch->smoothed_s = 0;
    batch->size = size;
}

static void cut_ahead(struct batch *batch, uint64_t left)
{
    const uint64_t most = batch->size * batch->workers;
    batch->cut = left < most ? left : most;
    batch->piece = left < most ? left / ((uint64_t)LAST_SHARE * batch->workers) : batch->size;
    batch->piece = at_least_one(batch->piece);
}

uint64_t batch_next(struct batch *batch, uint64_t left)
{
    adapt(batch);
    if (batch->cut == 0)
        cut_ahead(batch, left);
    const uint64_t items = batch->piece < batch->cut ? batch->piece : batch->cut;
    batch->cut -= items;
    return items;
}

void batch_ended(struct batch *batch, uint64_t items, double seconds)
{
    if (items != batch->size)
        return;
    batch->smoothed_s =
        batch->smoothed_s > 0 ? OLD_SHARE * batch->smoothed_s + (1 - OLD_SHARE) * seconds : seconds;
}
