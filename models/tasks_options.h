/*
 * What can be set of the model `tasks`, with what does the same in Python, and what it counts.
 */
#pragma once

#include "model.h"

static const struct model_option tasks_options[] = {
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a leaf; auto: a quarter of a worker's share, rounded up",
     .python = "npartitions of a bag"},
    {0},
};

static const struct count_info tasks_counts[] = {
    {"tasks::leaves", "", "tasks that computed a chunk"},
    {"tasks::combines", "", "tasks that combined two partials"},
    {0},
};
