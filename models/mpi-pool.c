/*
 * A manager among the ranks, who computes nothing and hands out chunks to the others.
 *
 * There: mpi4py's MPIPoolExecutor, ipyparallel's views, Dask over several nodes. Rank 0 is the
 * manager, and one more rank than there are workers. By the load-balanced view (assign=balanced)
 * the worker with the fewest chunks outstanding gets the next one, `ahead` at most: 1 as there, so
 * that between two chunks a worker waits for the manager; with more it has the next chunk already.
 * By the direct view each gets its share at once: one contiguous block, or with chunk=N each P-th
 * chunk (cyclic). Messages go between two groups, manager and workers, joined by an
 * intercommunicator; see parts/ranks/dealer.c.
 *
 * What to look for: of C chunks and P workers mpi::messages is 2 C + P: a task and a result for
 * each chunk, and an end for each worker; directly it is 2 P. So a chunk of nothing takes some
 * microseconds with ahead=1, and less than one with ahead=16. Uneven work is balanced, as under
 * threads:schedule=dynamic, but over nodes, too. A chunk that fails (--fail-task) goes to another
 * worker where retries=N lets it, N times at most and once to each worker: pool::retried.
 */
#include "dealer.h"
#include "model.h"
#include "options.h"

#include <limits.h>

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */

struct team {
    struct ranks ranks;
    struct dealer *dealer;
};

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* Who has the fewest chunks gets the next one, so that nobody ever has more than an equal share of
 * all of them: messages need no room for more. */
static unsigned most_ahead(const struct job *job)
{
    const uint64_t share = (job_pieces(job) - 1) / job->workers + 1;
    return (unsigned)least(job_count(job, "ahead", 1), least(share, INT_MAX));
}

static struct dealer_plan plan_of(const struct job *job)
{
    if (!job_chose(job, "assign", "direct"))
        return (struct dealer_plan){.pieces = job_pieces(job),
                                    .ahead = most_ahead(job),
                                    .retries = job_count(job, "retries", 0)};
    const bool is_cyclic = !job_chose(job, "chunk", "auto");
    return (struct dealer_plan){
        .pieces = is_cyclic ? job_pieces(job) : least(job->workers, job->size), .direct = true};
}

static enum status mpi_pool_start(const struct job *job, struct team *team)
{
    const struct dealer_plan plan = plan_of(job);
    TRY(ranks_enter(job, &team->ranks));
    team->ranks.in_step = true; /* each waits for the manager, who has had all results */
    ranks_take_seat(&team->ranks);
    TRY(dealer_new(&team->ranks, &plan, &team->dealer));
    ranks_settle(&team->ranks);
    return STATUS_OK;
}

static enum status mpi_pool_execute(struct team *team, struct outcome *outcome)
{
    TRY(dealer_run(team->dealer));
    const struct space *space = dealer_space(team->dealer);
    if (!space)
        return STATUS_OK;
    outcome->partial = partials_fold(&space->partials);
    outcome->output = space->map_buffers.output.start;
    return STATUS_OK;
}

static void mpi_pool_stop(struct team *team)
{
    dealer_free(team->dealer);
    ranks_stop(team);
}

static const struct model_option mpi_pool_options[] = {
    {.name = "assign",
     .kind = OPTION_CHOICE,
     .values = {{.word = "balanced",
                 .python = "rc.load_balanced_view(); MPIPoolExecutor",
                 .traits = TRAIT_BY_MESSAGE},
                {.word = "direct", .python = "rc[:], a direct view"}},
     .initial = "balanced",
     .help = "each chunk to the worker with the fewest, or to each worker its share at once"},
    {.name = "ahead",
     .kind = OPTION_COUNT,
     .values = {{.word = NULL}},
     .initial = "1",
     .help = "most chunks that a worker has at once",
     .python = "TaskScheduler.hwm"},
    {.name = "retries",
     .kind = OPTION_COUNT,
     .values = {{.word = "0"}},
     .initial = "0",
     .help = "how often a chunk that failed goes to another worker",
     .python = "view.retries"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a chunk; auto: a quarter of a worker's share, directly all of it",
     .python = "chunksize"},
    {0},
};

static const struct refusal mpi_pool_refusals[] = {
    {"assign=direct", "ahead", "all is handed out at once"},
    {"assign=direct", "retries", "a task belongs to its rank"},
    {0},
};

const struct count_info ranks_counts[] = {
    RANKS_COUNTS,
    [DEALER_CHUNKS] = {"pool::chunks", "", "chunks that the manager handed out"},
    [DEALER_RETRIED] = {"pool::retried", "", "chunks that failed and went to another worker"},
    {0},
};

const struct model this_model = {
    .name = "mpi-pool",
    .title = "a manager rank that hands out chunks to the others",
    .python = "MPIPoolExecutor; ipyparallel; Dask on several nodes",
    .launch = LAUNCH_RANKS,
    .traits = TRAIT_CHUNKS | TRAIT_ON_REQUEST,
    .helpers = 1,
    .copies = 3,
    .options = mpi_pool_options,
    .refusals = mpi_pool_refusals,
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_pool_start,
    .execute = mpi_pool_execute,
    .count = ranks_count,
    .tell = ranks_tell,
    .stop = mpi_pool_stop,
};
