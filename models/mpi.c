/*
 * MPI ranks: processes with nothing in common, and data that move in calls which all of them make.
 *
 * There: mpi4py's comm.Scatterv, Reduce and Gatherv. Rank 0 owns inputs and outputs. Every rank
 * gets its share, computes, and takes part in the reduction; outputs come home. The calls stand in
 * parts/ranks/.
 *
 * Upper-case calls move a buffer as it lies in memory. Lower-case ones (comm.scatter, bcast,
 * gather, reduce) move any object: it is pickled, sent with its length, and unpickled. So
 * transport=object copies each byte twice more (mpi::copied), into memory that is new each time,
 * and has a message more for each piece of a collective call (mpi::messages).
 *
 * Scatter wants as many items for each rank, Scatterv takes any shares. A program that does without
 * both has all inputs sent to all ranks, and each takes its slice: inputs=bcast moves them as often
 * as there are ranks (mpi::bytes).
 *
 * Reduce combines partials on their way, in a tree: however many ranks there are, none combines
 * more often than their number doubles. With combine=gather all partials come to rank 0, which
 * combines them alone.
 *
 * What to look for: squares moves 16 bytes an item and computes next to nothing, so that it tells
 * what transports cost; threads, which move none of them, are faster by as much. Partials of
 * factorial are long enough for combine to matter; of pi they are 8 bytes.
 */
#include "model.h"
#include "object.h"
#include "options.h"
#include "transport.h"

#include <limits.h>

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */
const struct count_info ranks_counts[] = {RANKS_COUNTS, OBJECT_COUNTS, {0}};

struct team {
    struct ranks ranks;
    const struct transport *transport;
    bool bcasts, gathers;       /* inputs=bcast, combine=gather */
    struct map_buffers share;   /* that this rank computes; the ranks' */
    struct collected collected; /* of combine=gather */
};

static enum status mpi_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    TRY(ranks_start_worker(job, ranks));
    team->transport = job_chose(job, "transport", "object")       ? &transport_object
                      : job_chose(job, "inputs", "scatter-equal") ? &transport_equal
                                                                  : &transport_buffer;
    team->bcasts = job_chose(job, "inputs", "bcast");
    team->gathers = job_chose(job, "combine", "gather");
    team->share = ranks->map_buffers;
    if (team->bcasts) {
        transport_hold_all(ranks);
        team->share = transport_slice(ranks);
    }
    return team->gathers ? collected_new(ranks, &team->collected) : STATUS_OK;
}

static enum status mpi_execute(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;
    const struct transport *transport = team->transport;
    if (team->bcasts)
        transport->bcast(ranks);
    else
        transport->scatter(ranks);
    TRY(map_buffers_compute(&team->share, ranks->share, ranks->partial));
    if (team->gathers) {
        transport->collect(ranks, &team->collected.partials);
        outcome->partial = collected_fold(ranks, &team->collected);
    } else
        outcome->partial = transport->reduce(ranks);
    outcome->output = transport->gather(ranks);
    return STATUS_OK;
}

static void mpi_stop(struct team *team)
{
    collected_free(&team->collected);
    ranks_stop(team);
}

static const struct model_option mpi_options[] = {
    {.name = "transport",
     .kind = OPTION_CHOICE,
     .values = {{.word = "buffer", .python = "upper-case calls, on buffers"},
                {.word = "object",
                 .python = "lower-case calls (comm.scatter, bcast, gather, reduce), pickled",
                 .copies = 1,
                 .max_bytes = INT_MAX}},
     .initial = "buffer",
     .help =
         "how data move: as they lie in memory, or serialised, with their length, and unpacked"},
    {.name = "inputs",
     .kind = OPTION_CHOICE,
     .values = {{.word = "scatter", .python = "comm.Scatterv, scatter"},
                {.word = "scatter-equal",
                 .python = "comm.Scatter: equal parts or an error",
                 .traits = TRAIT_EQUAL_SHARES},
                {.word = "bcast",
                 .python = "comm.Bcast of all inputs, of which each takes its slice",
                 .traits = TRAIT_ALL_INPUTS}},
     .initial = "scatter",
     .help =
         "what a rank gets: its share, of any size; one as large as all others, which is asked of "
         "kernels without inputs, too; or all"},
    {.name = "combine",
     .kind = OPTION_CHOICE,
     .values = {{.word = "reduce", .python = "comm.Reduce, reduce"},
                {.word = "gather",
                 .python = "comm.gather, and sum at the root",
                 .traits = TRAIT_ALL_PARTIALS}},
     .initial = "reduce",
     .help = "who combines partials: all ranks on their way to rank 0, or rank 0 alone"},
    {0},
};

static const struct refusal mpi_refusals[] = {
    {"transport=object", "inputs=scatter-equal", "objects have no counts to be equal"},
    {0},
};

const struct model this_model = {
    .name = "mpi",
    .title = "MPI ranks: Scatterv, Reduce, Gatherv",
    .python = "mpi4py: comm.Scatterv, Reduce, Gatherv",
    .launch = LAUNCH_RANKS,
    .copies = 2,
    .max_map_size = INT_MAX, /* counts and offsets in items are int */
    .options = mpi_options,
    .refusals = mpi_refusals,
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_start,
    .execute = mpi_execute,
    .count = ranks_count,
    .tell = ranks_tell,
    .stop = mpi_stop,
};
