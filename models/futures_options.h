/*
 * What can be set of the model `futures`, with what does the same in Python, and what it counts.
 */
#pragma once

#include "model.h"

static const struct model_option futures_options[] = {
    {.name = "workers",
     .kind = OPTION_CHOICE,
     .values = {{.word = "threads",
                 .python = "ThreadPoolExecutor without the GIL (PEP 703)",
                 .traits = TRAIT_SHARED_MEMORY},
                {.word = "gil",
                 .python = "ThreadPoolExecutor",
                 .traits = TRAIT_SHARED_MEMORY | TRAIT_LOCKED},
                {.word = "processes",
                 .python = "ProcessPoolExecutor; joblib's loky",
                 .traits = TRAIT_BY_MESSAGE}},
     .initial = "threads",
     .help = "who runs the tasks"},
    {.name = "order",
     .kind = OPTION_CHOICE,
     .values = {{.word = "auto"},
                {.word = "map", .python = "Executor.map"},
                {.word = "completed", .python = "as_completed"}},
     .initial = "auto",
     .help = "which result is taken next; auto: map, or with a wait completed"},
    {.name = "wait",
     .kind = OPTION_CHOICE,
     .values = {{.word = "each"},
                {.word = "all", .python = "wait(return_when=ALL_COMPLETED)"},
                {.word = "first", .python = "wait(return_when=FIRST_COMPLETED)"},
                {.word = "exception", .python = "wait(return_when=FIRST_EXCEPTION)"}},
     .initial = "each",
     .help = "for what the caller waits, until nothing is left; each: for each result"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a task; auto: as Pool.map does, and 1 is an executor's own default",
     .python = "chunksize"},
    {0},
};

static const struct refusal futures_refusals[] = {
    {"order=map", "wait=first", "map yields in order, wait as they end"},
    {"order=map", "wait=exception", "map yields in order, wait as they end"},
    {0},
};

static const struct count_info futures_counts[] = {
    {"futures::submitted", "", "tasks that were submitted"},
    {"futures::completed", "", "tasks that ended, well or not"},
    {"futures::cancelled", "", "tasks that were cancelled before a worker took them"},
    {"futures::waits", "", "how often the caller waited for a result or for some"},
    {"futures::overtaken", "", "results that came, where that was seen, after a later one"},
    {0},
};
