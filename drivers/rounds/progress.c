#include "progress.h"

#include "clock.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR = 20 };

struct progress progress_start(size_t cells, unsigned rounds, double budget_s)
{
    return (struct progress){isatty(STDERR_FILENO) == 1, cells, rounds, budget_s, clock_now_ns()};
}

/* Until the last round is over or the budget is spent, whichever comes first. */
static double time_left(const struct progress *progress, double share)
{
    double elapsed = clock_seconds_since(progress->start_ns);
    double all = share > 0 ? elapsed / share : 0;
    if (all > progress->budget_s)
        all = progress->budget_s;
    return all > elapsed ? all - elapsed : 0;
}

void progress_show(const struct progress *progress, unsigned round, size_t done, bool first,
                   const char *label)
{
    if (!progress->terminal) {
        if (first)
            (void)fprintf(stderr, "round %u of at most %u: %zu cells, %.0f s so far\n", round + 1,
                          progress->rounds, progress->cells,
                          clock_seconds_since(progress->start_ns));
        return;
    }
    size_t before = (size_t)round * progress->cells + done;
    double share = (double)before / ((double)progress->cells * progress->rounds);
    long left = (long)time_left(progress, share);
    double by_time = clock_seconds_since(progress->start_ns) / progress->budget_s;
    int filled = (int)(BAR * (share > by_time ? share : by_time));
    char bar[BAR + 1];
    for (int i = 0; i < BAR; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR] = '\0';
    (void)fprintf(stderr, "\r\033[K[%s] round %u, %zu/%zu cells, %ld:%02ld left  %.22s", bar,
                  round + 1, done, progress->cells, left / 60, left % 60, label);
}

void progress_end(const struct progress *progress)
{
    if (progress->terminal)
        (void)fprintf(stderr, "\r\033[K");
}
