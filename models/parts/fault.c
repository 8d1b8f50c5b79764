#include "fault.h"

#include "status.h"
#include "storage.h"

#include <inttypes.h>
#include <stdatomic.h>

/* In shared memory. */
static struct fault {
    uint64_t item;
    _Atomic uint64_t left;            /* how many attempts will fail yet */
    _Atomic uint64_t begin, past_end; /* of the latest piece that failed; 0, 0: none has */
} * the_fault;

void fault_plan(uint64_t item, uint64_t times)
{
    if (!the_fault)
        the_fault = storage_new(sizeof *the_fault, true, "the plan of a fault").start;
    *the_fault = (struct fault){.item = item, .left = times};
}

/* Several workers may compute the item at once, as several attempts. */
static bool takes_attempt(void)
{
    uint64_t left = the_fault->left;
    while (left > 0)
        if (atomic_compare_exchange_weak(&the_fault->left, &left, left - 1))
            return true;
    return false;
}

bool fault_due(struct range piece)
{
    if (!the_fault || the_fault->item < piece.begin || the_fault->item >= piece.end ||
        !takes_attempt())
        return false;
    the_fault->begin = piece.begin;
    the_fault->past_end = piece.end;
    return true;
}

uint64_t fault_left(void)
{
    return the_fault ? the_fault->left : 0;
}

void fault_leave(uint64_t times)
{
    if (the_fault)
        the_fault->left = times;
}

void fault_say(void)
{
    if (!the_fault || the_fault->past_end == 0)
        return;
    status_say("item %" PRIu64 " failed, as --fail-task told it, with its piece: items %" PRIu64
               " to %" PRIu64,
               the_fault->item, the_fault->begin, the_fault->past_end - 1);
}
