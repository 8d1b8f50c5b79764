/*
 * What can be set of the model `pool`, with what does the same in Python, and what it counts.
 */
#pragma once

#include "model.h"

static const struct model_option pool_options[] = {
    {.name = "dispatch",
     .kind = OPTION_CHOICE,
     .values = {{.word = "map", .python = "Pool.map, starmap, map_async"},
                {.word = "imap", .python = "Pool.imap"},
                {.word = "imap-unordered", .python = "Pool.imap_unordered"},
                {.word = "async", .python = "Pool.apply_async, AsyncResult.get"},
                {.word = "apply", .python = "Pool.apply in a loop"}},
     .initial = "map",
     .help = "wait for all chunks, each in order, any, a slice a worker, or one at a time"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a chunk; auto: a quarter of a worker's share, rounded up, as Pool.map "
             "does; a whole share for async",
     .python = "chunksize"},
    {0},
};

static const struct count_info pool_counts[] = {
    {"pool::chunks", "", "chunks that were handed to processes"},
    {0},
};
