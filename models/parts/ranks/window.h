/*
 * Memory of rank 0 that all ranks reach by one-sided calls, for as long as it is open: without
 * locks of their own, each call finished by MPI_Win_flush(). There: MPI.Win.Allocate, Lock_all.
 *
 * Memory that MPI allocates for it can be such that all ranks of a node have: there, with Open MPI,
 * a Get of 64 bytes took 0.04 microseconds, and 5 from memory that the program had allocated.
 */
#pragma once

#include "ranks.h"

struct window {
    MPI_Win win;
    void *start; /* on rank 0, aligned to 16; zeros */
};

/*
 * Before ranks_start(), since it sets what MPI reads when it is initialised. Debian's Open MPI
 * leaves out those one-sided calls that are made of messages (osc = ^ucx,pt2pt), and has no others
 * over TCP. UCX has some there, but by these rank 0 takes all before others get any. A user's
 * OMPI_MCA_osc is left as it is, and so is all on a node with a fabric, where a site knows better.
 */
void window_prepare(void);

/* By all ranks. Rank 0 may write to its memory then, as to any. Fails where MPI has no such memory,
 * or no such calls between these nodes. It is closed by all, too, before MPI ends. */
MUST_USE enum status window_open(const struct ranks *ranks, size_t bytes, struct window *window);

/* By all ranks, which may reach the memory when they return: as rank 0 has left it, who writes to
 * it no more but by one-sided calls. What it wrote otherwise might else be seen late, or never,
 * where MPI keeps a copy for them. */
void window_publish(const struct window *window);
void window_close(struct window *window);
