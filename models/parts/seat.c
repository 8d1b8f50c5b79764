#include "seat.h"

#include <stdlib.h>

static _Thread_local int taken; /* the seat's number + 1 */

void seat_take(const struct seats *seats, unsigned worker)
{
    taken = (int)worker + 1;
    placement_bind(seats->placement, seats->first + worker, seats->all);
}

void seat_take_only(unsigned first, unsigned all)
{
    struct seats seats = seats_read(first, all);
    seat_take(&seats, 0);
    free(seats.placement);
}

int seat_own(void)
{
    return taken - 1;
}
