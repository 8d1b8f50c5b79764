/*
 * How large a batch of tasks should be, by joblib's rule (joblib 1.2, AutoBatchingMixin and
 * Parallel.dispatch_one_batch): a task that takes less time than it takes to send it is sent with
 * others. Batches grow until one takes 0.2 s or more, and shrink where it takes more than 2 s.
 *
 * It is a pure function of durations: it reads no clock.
 */
#pragma once

#include <stdint.h>

struct batch {
    uint64_t size;     /* of a batch, by what was observed */
    double smoothed_s; /* how long batches of that size take; 0: none has ended */
    unsigned workers;
    uint64_t piece, cut; /* what was cut ahead: so many items, as pieces of that size */
};

struct batch batch_new(unsigned workers);

/* Items of the next batch, where `left` were not taken yet; 0: none is. So much is taken ahead that
 * each worker gets a batch of that size; of less, the end, each gets ten small ones. */
uint64_t batch_next(struct batch *batch, uint64_t left);

/* A batch of so many items has ended so long after it was submitted. */
void batch_ended(struct batch *batch, uint64_t items, double seconds);
