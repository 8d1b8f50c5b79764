#include "clock.h"

#include "stats.h"

enum { TRIALS = 101, READINGS = 100 };

double clock_resolution(void)
{
    uint64_t smallest = UINT64_MAX;
    for (int trial = 0; trial < TRIALS; trial++) {
        uint64_t first = clock_now_ns();
        uint64_t next = first;
        while (next == first)
            next = clock_now_ns();
        if (next - first < smallest)
            smallest = next - first;
    }
    return clock_seconds((int64_t)smallest);
}

double clock_cost(void)
{
    double cost[TRIALS];
    for (int trial = 0; trial < TRIALS; trial++) {
        uint64_t start = clock_now_ns();
        for (int reading = 0; reading < READINGS; reading++)
            (void)clock_now_ns();
        cost[trial] = clock_seconds_since(start) / READINGS;
    }
    return stats_median(cost, TRIALS);
}
