/*
 * MPI ranks that take the next chunk from a counter in the memory of rank 0, by one-sided calls:
 * nobody hands out work, and nobody answers.
 *
 * There: mpi4py's Win.Allocate, Fetch_and_op and Get. MPI_Win_allocate gives rank 0 memory that the
 * others reach: the counter and, behind it, a map's inputs. MPI_Fetch_and_op adds one to the
 * counter and returns what it was before, which is the chunk. Since nobody knew that it would be
 * this one, no inputs were sent: its rank gets them, by MPI_Get. MPI_Win_flush waits for either.
 * Results come home at the end, by two messages of each rank: see parts/ranks/harvest.h.
 *
 * What to look for: rma::fetches are the chunks and one more for each rank, by which it learns that
 * none is left. On one node the window is memory that all of its ranks have: a fetch is an atomic
 * addition, a chunk costs 0.1 microseconds, and small ones balance uneven work (primes). Between
 * nodes whose network cannot do it, rank 0 answers, but only when it calls MPI: while it computes a
 * chunk, the others wait, and it takes more than they. mpi::messages are the Gets of other ranks
 * and what they send home; no fetch is among them.
 */
#include "harvest.h"
#include "model.h"
#include "options.h"
#include "window.h"

#include <limits.h>

enum { INPUTS = 64, FETCHES = RANKS_COUNTED }; /* inputs begin behind the counter's cache line */

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */
const struct count_info ranks_counts[] = {
    RANKS_COUNTS, {"rma::fetches", "", "times that ranks took a number from the counter"}, {0}};

struct team {
    struct ranks ranks;
    struct space space; /* the pieces; on rank 0 also where their results are */
    struct harvest harvest;
    struct storage input; /* another rank's, of the chunk that it computes */
    struct window window;
};

/* Rank 0 computes with a map's inputs where the others get them. */
static enum status mpi_rma_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    struct storage *input = &ranks->map_buffers.input;
    window_prepare();
    TRY(ranks_start(job, ranks));
    ranks_take_seat(ranks);
    TRY(window_open(ranks, INPUTS + input->bytes, &team->window));
    if (ranks->rank == 0 && input->start) {
        storage_free(input);
        input->start = (unsigned char *)team->window.start + INPUTS;
    }
    team->space.map_buffers = ranks->map_buffers;
    team->space.partials = partials_new(job, kernel_whole(job->size), job_pieces(job), 1, 1, false);
    const uint64_t longest = range_length(partials_range(&team->space.partials, 0));
    team->input = storage_new(longest * job->kernel->input_item_size, false, "a chunk's inputs");
    TRY(harvest_new(&team->space, &team->harvest));
    ranks_settle(ranks); /* by which rank 0 writes the inputs */
    window_publish(&team->window);
    return STATUS_OK;
}

/* The next number, which is that of a chunk while there are any. */
static uint64_t fetch(struct team *team)
{
    uint64_t number, one = 1;
    MPI_Fetch_and_op(&one, &number, MPI_UINT64_T, 0, 0, MPI_SUM, team->window.win);
    MPI_Win_flush(0, team->window.win);
    team->ranks.counted[FETCHES]++;
    return number;
}

/* A chunk's inputs, which rank 0 has; nothing without a map. */
static void get_inputs(struct team *team, struct range range)
{
    const MPI_Datatype item = team->ranks.input_item;
    const uint64_t items = range_length(range), each = team->ranks.job->kernel->input_item_size;
    const MPI_Aint place = (MPI_Aint)(INPUTS + range.begin * each);
    if (each == 0)
        return;
    MPI_Get(team->input.start, (int)items, item, 0, place, (int)items, item, team->window.win);
    MPI_Win_flush(0, team->window.win);
    ranks_count_message(&team->ranks, items * each);
}

static enum status compute(struct team *team, uint64_t chunk)
{
    if (team->ranks.rank == 0)
        return space_compute(&team->space, chunk);
    get_inputs(team, partials_range(&team->space.partials, chunk));
    return harvest_compute(&team->harvest, chunk, team->input.start);
}

/* Rank 0 sets the counter back when all have sent theirs: by then each has fetched its last number,
 * and none fetches another one before all have met. */
static enum status mpi_rma_execute(struct team *team, struct outcome *outcome)
{
    const uint64_t zero = 0, chunks = team->space.partials.pieces;
    for (uint64_t chunk; (chunk = fetch(team)) < chunks;)
        TRY(compute(team, chunk));
    TRY(harvest_bring_in(&team->harvest, &team->ranks));
    if (team->ranks.rank != 0)
        return STATUS_OK;
    MPI_Accumulate(&zero, 1, MPI_UINT64_T, 0, 0, 1, MPI_UINT64_T, MPI_REPLACE, team->window.win);
    MPI_Win_flush(0, team->window.win);
    outcome->partial = partials_fold(&team->space.partials);
    outcome->output = team->space.map_buffers.output.start;
    return STATUS_OK;
}

static void mpi_rma_stop(struct team *team)
{
    harvest_free(&team->harvest);
    storage_free(&team->input);
    partials_free(&team->space.partials);
    window_close(&team->window);
    if (team->ranks.rank == 0)
        team->ranks.map_buffers.input.start = NULL; /* it was the window's */
    ranks_stop(team);
}

static const struct model_option mpi_rma_options[] = {
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a chunk; auto: a quarter of a rank's share, rounded up"},
    {0},
};

const struct model this_model = {
    .name = "mpi-rma",
    .title = "MPI ranks that share a counter: Fetch_and_op, one-sided",
    .python = "mpi4py: Win.Allocate, Fetch_and_op",
    .launch = LAUNCH_RANKS,
    .traits = TRAIT_CHUNKS | TRAIT_ON_REQUEST,
    .copies = 3, /* outputs are also sent, and received before they come to their place */
    .max_map_size = INT_MAX, /* counts in items are int */
    .options = mpi_rma_options,
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_rma_start,
    .execute = mpi_rma_execute,
    .count = ranks_count,
    .tell = ranks_tell,
    .stop = mpi_rma_stop,
};
