/*
 * The model `manager`: what a request to the server process takes that is answered at once, and a
 * chunk of next to nothing, which is two requests. For comparison, CPython's Manager takes 33 to
 * 40 µs a request.
 */
#include "clock.h"
#include "office.h"
#include "probe.h"

#include <stdio.h>

enum { CHUNKS = 10000, REQUESTS = 10000, SAMPLES = 30 };

static const struct cost costs[] = {
    {"manager: us/chunk, 2 asked",
     "<= 20",
     {.kernel = "pi", .size = CHUNKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {0},
};

/* One client that asks again and again. */
static enum status ask(void *context, double *seconds)
{
    const uint64_t start = clock_now_ns(), requests = probe_size(REQUESTS);
    for (uint64_t i = 0; i < requests; i++) {
        struct frame frame = {REQUEST_TAKE, 0, 0};
        void *nothing;
        TRY(office_ask(context, OFFICE_OWNER, &frame, NULL, &nothing));
    }
    *seconds = clock_seconds_since(start);
    return STATUS_OK;
}

static enum status measure_requests(void)
{
    const struct job job = {.kernel = kernel_find("pi"), .size = 1, .workers = 1, .ranks = 1};
    struct space space = space_new(&job, 1, 1, true);
    struct office *office = NULL;
    TRY(office_start(&space, 1, &office));
    TRY(probe_time("manager: us/request, alone", "<= 10", (struct side){ask, office}, SAMPLES,
                   (double)probe_size(REQUESTS)));
    office_stop(office);
    space_free(&space);
    return STATUS_OK;
}

enum status probe_measure(void)
{
    TRY(probe_costs(costs));
    TRY(measure_requests());
    (void)puts("  CPython's Manager takes: 33 to 40 us a request");
    return STATUS_OK;
}
