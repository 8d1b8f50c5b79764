/*
 * What can be set of the model `shared`, with what does the same in Python, and what it counts.
 */
#pragma once

#include "model.h"

static const struct model_option shared_options[] = {
    {.name = "workers",
     .kind = OPTION_CHOICE,
     .values = {{.word = "threads", .python = "threading.Thread"},
                {.word = "processes", .python = "multiprocessing.Process"}},
     .initial = "threads",
     .help = "what combines into the one result"},
    {.name = "guard",
     .kind = OPTION_CHOICE,
     .values = {{.word = "lock", .python = "Lock, Value.get_lock()"},
                {.word = "none", .python = "Value += without its lock", .traits = TRAIT_MAY_LOSE}},
     .initial = "lock",
     .help = "whether a lock keeps updates from being lost"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of an update; auto: a quarter of a worker's share, rounded up",
     .python = "chunksize"},
    {0},
};

static const struct count_info shared_counts[] = {
    {"shared::updates", "", "partials that were combined into the one result"},
    {"shared::lost", "", "of them those that others overwrote"},
    {0},
};
