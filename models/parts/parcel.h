/*
 * What a piece of work gave, as bytes that can go through a pipe in one message: its outputs and,
 * behind them, its partial. There: what pickle makes of a task's result.
 *
 * Who computes needs no room but for its own piece, and where its inputs are is its business: in
 * memory that it inherited, or in a message that came.
 */
#pragma once

#include "space.h"

/* The most bytes of a parcel of these items. */
size_t parcel_room(const struct job *job, struct range range);

/* The same of any of the pieces. */
size_t parcel_most(const struct space *space);

/* Computes `range`, whose inputs are at `input`, into `parcel`, which is aligned for any type, and
 * has that room; `*bytes` of it are to be sent. */
MUST_USE enum status parcel_compute(const struct job *job, struct range range, const void *input,
                                    void *parcel, uint64_t *bytes);

/* Lays what came of a piece into its place. Fails where it cannot be one of that piece. */
MUST_USE enum status parcel_open(const struct space *space, uint64_t piece, const void *parcel,
                                 uint64_t bytes);

/* The same of these items, whatever the pieces are. The partial stays where it is in the parcel;
 * NULL, and it is said: it cannot be a parcel of these items. */
const void *parcel_unpack(const struct space *space, struct range range, const void *parcel,
                          uint64_t bytes);

/* The inputs of these items; NULL where there are none. */
const void *parcel_inputs(const struct space *space, struct range range);
