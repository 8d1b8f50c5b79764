#include "seat.h"

#include <pthread.h>
#include <stdlib.h>

static _Thread_local int taken; /* the seat's number + 1 */

/* A new process is another worker than the thread that forked it. */
static void leave(void)
{
    taken = 0;
}

static void leave_in_children(void)
{
    (void)pthread_atfork(NULL, NULL, leave);
}

/* Each worker's process would register it anew. */
struct seats seats_read(unsigned first, unsigned all)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, leave_in_children);
    return (struct seats){placement_read(), first, all};
}

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
