/*
 * Unit tests of models/parts/ranks/dealer.h, in three ranks, of which the first is the dealer,
 * or as many as `test_dealer RANKS` says: all pieces come home whole, in so many messages, and a
 * piece that fails is tried by another worker.
 */
#include "dealer.h"

#include "fault.h"
#include "own_ranks.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { WORKERS = 2, TIMES = 3 };

/* What a model defines. */
const int ranks_thread_level = MPI_THREAD_SINGLE;
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

static unsigned workers;

/* A team is not needed: the test's MPI begins and ends with it. */
static struct ranks all_ranks(const struct job *job)
{
    struct ranks ranks = {.job = job, .crowded = true};
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.size);
    return ranks;
}

static struct job job_of(const char *kernel, uint64_t size)
{
    return (struct job){.kernel = kernel_find(kernel),
                        .size = size,
                        .workers = workers,
                        .ranks = workers,
                        .threads = 1,
                        .helpers = 1};
}

/* On the dealer, which has it all. */
static bool is_right(const struct job *job, const struct space *space)
{
    const struct outcome outcome = {.partial = partials_fold(&space->partials),
                                    .output = space->map_buffers.output.start};
    struct verdict verdict;
    return sample_verify(job, &outcome, &verdict) == SAMPLE_RIGHT;
}

/* Messages of all ranks. */
static uint64_t messages_of(const struct ranks *ranks)
{
    uint64_t all = 0;
    MPI_Allreduce(&ranks->counted[RANKS_MESSAGES], &all, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
    return all;
}

static bool is_dealt(const char *kernel, uint64_t size, const struct dealer_plan *plan)
{
    const struct job job = job_of(kernel, size);
    struct ranks ranks = all_ranks(&job);
    struct dealer *dealer;
    bool is_well = dealer_new(&ranks, plan, &dealer) == STATUS_OK;
    for (int time = 0; is_well && time < TIMES; time++) {
        is_well = dealer_run(dealer) == STATUS_OK;
        is_well &= !dealer_space(dealer) == (ranks.rank > 0);
        if (dealer_space(dealer))
            is_well &= is_right(&job, dealer_space(dealer));
    }
    dealer_free(dealer);
    const uint64_t expected = plan->direct ? UINT64_C(2) * workers : 2 * plan->pieces + workers;
    is_well &= messages_of(&ranks) == TIMES * expected;
    if (ranks.rank == 0)
        is_well &= ranks.counted[DEALER_CHUNKS] == TIMES * plan->pieces &&
                   ranks.counted[DEALER_RETRIED] == 0;
    return !own_ranks_any(!is_well);
}

static const char *const kernels[] = {"pi", "squares", "factorial"};

/* Also where messages are longer than a library sends before its receiver asks. */
static void all_pieces_come_home(void **state)
{
    static const uint64_t sizes[] = {1, 5, 1000, 100003}, pieces[] = {1, 2, 3, 100};
    (void)state;
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
                struct dealer_plan plan = {.pieces = pieces[p]};
                if (pieces[p] > sizes[s])
                    continue;
                for (plan.ahead = 1; plan.ahead <= 7; plan.ahead += 3)
                    assert_true(is_dealt(kernels[k], sizes[s], &plan));
                plan.ahead = 0;
                plan.direct = true;
                assert_true(is_dealt(kernels[k], sizes[s], &plan));
            }
}

/* The piece fails so often, and then not again; whether it was done, and `*retried` how often it
 * was handed out again. */
static bool is_done(uint64_t retries, uint64_t times, uint64_t *retried)
{
    const struct job job = job_of("squares", 1000);
    const struct dealer_plan plan = {.pieces = 100, .ahead = 2, .retries = retries};
    struct ranks ranks = all_ranks(&job);
    struct dealer *dealer;
    bool is_well = dealer_new(&ranks, &plan, &dealer) == STATUS_OK;
    fault_plan(777, times);
    for (int time = 0; is_well && time < TIMES; time++)
        is_well = dealer_run(dealer) == STATUS_OK;
    if (is_well && dealer_space(dealer))
        is_well = is_right(&job, dealer_space(dealer));
    *retried = ranks.counted[DEALER_RETRIED];
    dealer_free(dealer);
    fault_plan(0, 0);
    return is_well;
}

/* Whoever attempts it, and in all executions together. What fails too often ends a launch, which
 * cannot be tried here. */
static void a_piece_that_failed_is_done_by_another_worker(void **state)
{
    (void)state;
    for (uint64_t times = 0; times < workers; times++) {
        uint64_t retried = 0;
        const bool is_well = is_done(workers, times, &retried);
        int rank;
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        assert_false(own_ranks_any(!is_well || retried != (rank == 0 ? times : 0)));
    }
}

static void messages_that_mpi_cannot_count_are_refused(void **state)
{
    const struct job job = job_of("squares", UINT64_C(1) << 32);
    struct ranks ranks = all_ranks(&job);
    struct dealer *dealer;
    (void)state;
    const enum status status =
        dealer_new(&ranks, &(struct dealer_plan){.pieces = 4, .ahead = 1}, &dealer);
    dealer_free(dealer);
    assert_false(own_ranks_any(status != STATUS_FAILED));
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pieces_come_home),
        cmocka_unit_test(a_piece_that_failed_is_done_by_another_worker),
        cmocka_unit_test(messages_that_mpi_cannot_count_are_refused),
    };
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    workers = (unsigned)size - 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return own_ranks_main(argc, argv, 1 + WORKERS, run);
}
