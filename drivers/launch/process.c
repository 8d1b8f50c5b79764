/* A plain process, which makes its own threads and processes. */
#include "launcher.h"

#include <signal.h>

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    (void)allocation;
    return !launch_has_ranks(entry->model.launch) && cell->nodes == 1;
}

static const char *const environment[] = {LAUNCHER_ENVIRONMENT, NULL};

const struct launcher launcher_process = {
    .name = "process",
    .suits = suits,
    .environment = environment,
    .end_signal = SIGKILL,
};
