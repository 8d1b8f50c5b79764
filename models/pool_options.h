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
                {.word = "apply", .python = "Pool.apply in a loop", .traits = TRAIT_BY_MESSAGE},
                {.word = "auto",
                 .python = "joblib's Parallel(batch_size='auto')",
                 .traits = TRAIT_BY_MESSAGE,
                 .lacks = TRAIT_SHARED_MEMORY,
                 .copies = 2}},
     .initial = "map",
     .help = "wait for all chunks, each in order, any, a slice a worker, or one at a time; or send "
             "batches that grow"},
    {.name = "transport",
     .kind = OPTION_CHOICE,
     .values = {{.word = "auto", .traits = TRAIT_SHARED_MEMORY},
                {.word = "shared",
                 .python = "Array, Value, shared_memory; joblib's memory mapping",
                 .traits = TRAIT_SHARED_MEMORY},
                {.word = "pipe",
                 .python = "arguments and results, pickled",
                 .traits = TRAIT_BY_MESSAGE,
                 .copies = 2}},
     .initial = "auto",
     .help = "how chunks reach workers and results come back; auto: pipe for dispatch=auto, else "
             "shared"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a chunk; auto: a quarter of a worker's share, rounded up, as Pool.map "
             "does; a whole share for async",
     .python = "chunksize"},
    {.name = "tasks-per-child",
     .kind = OPTION_COUNT,
     .values = {{.word = "all"}},
     .initial = "all",
     .help = "chunks after which a worker ends, and another takes its place",
     .python = "maxtasksperchild"},
    {.name = "reuse",
     .kind = OPTION_CHOICE,
     .values = {{.word = "yes", .python = "one Pool for all calls; with Parallel() as parallel"},
                {.word = "no",
                 .python = "with Pool() around each call; Parallel()(...) each time"}},
     .initial = "yes",
     .help = "whether workers are started once, or anew in each execution"},
    {.name = "on-death",
     .kind = OPTION_CHOICE,
     .values = {{.word = "fail", .python = "BrokenProcessPool (a Pool hangs)"},
                {.word = "respawn",
                 .python = "nothing: a Pool replaces the worker and loses the task"}},
     .initial = "fail",
     .help = "a worker that dies is the end, or is replaced, and what it was at done again"},
    {0},
};

static const struct refusal pool_refusals[] = {
    {"dispatch=auto", "chunk", "it chooses the batch itself"},
    {"dispatch=auto", "transport=shared", "only messages are worth batching"},
    {"dispatch=apply", "reuse=no", "one pool a chunk would be measured"},
    {0},
};

static const struct count_info pool_counts[] = {
    {"pool::chunks", "", "chunks that were handed to processes"},
    {"pool::batches", "", "chunks whose size was chosen meanwhile"},
    {"pool::sent", "", "chunks that were sent through a pipe"},
    {"pool::received", "", "results that came one by one, through a pipe or as they were done"},
    {"pool::forks", "", "processes that were started for an execution"},
    {"pool::replaced", "", "processes that took the place of one that had ended"},
    {0},
};
