#include "worker_news.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum status worker_died(const struct worker_death *death)
{
    const bool ends = !death->respawn || death->is_no_accident;
    const char *then = ends ? ", as others did before" : ": another takes its place";
    char where[64] = "while it waited for work", of[32] = "";
    if (death->of > 0)
        (void)snprintf(of, sizeof of, " of %" PRIu64, death->of);
    if (death->chunk != AT_NO_CHUNK)
        (void)snprintf(where, sizeof where, "at chunk %" PRIu64 "%s", death->chunk, of);
    status_say("%sworker %u (process %ld) %s %s%s", ends ? "" : STATUS_NOTE, death->worker,
               (long)death->process, death->how, where, death->respawn ? then : "");
    return ends ? STATUS_FAILED : STATUS_OK;
}

enum status worker_not_made(unsigned worker, unsigned workers)
{
    return status_fail(STATUS_FAILED, "cannot start worker process %u of %u: %s; use fewer workers",
                       worker + 1, workers, strerror(errno));
}
