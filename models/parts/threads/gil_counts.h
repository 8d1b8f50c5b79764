/*
 * What a model with a global lock counts, as users know it: gil::acquisitions and the others.
 */
#pragma once

#include "gil.h"
#include "job.h"

/* For a model's `counts`. */
extern const struct count_info gil_counts_table[];

/* Adds what the lock has counted since its last reset. Only while no thread uses it. */
void gil_counts_add(const struct gil *gil, struct outcome *outcome);
