/*
 * A worker of a pool whose tasks come through a channel.
 */
#pragma once

#include "channel.h"
#include "parcel.h"

/* A frame's kind: of a task and its result how many items it has, and its piece the first of them;
 * of the question whether a worker is ready, and of the answer, 0. A result that failed has this
 * beside. */
#define PIPEPOOL_FAILED (UINT64_C(1) << 63)

/* Takes tasks and sends results until the channel's other end is gone, or, unless it is 0, there
 * were so many. Returns the exit status. */
int pipepool_work(const struct job *job, struct channel *end, uint64_t tasks);
