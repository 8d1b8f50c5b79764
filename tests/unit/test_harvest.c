/*
 * Unit tests of models/parts/ranks/harvest.h, in three ranks, or as many as `test_harvest RANKS`
 * says: whoever computed which pieces, rank 0 has the results of all.
 */
#include "harvest.h"

#include "own_ranks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { RANKS = 3, SIZE = 1009, PIECES = 17 };

/* What a model defines. */
const int ranks_thread_level = MPI_THREAD_SINGLE;
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

struct field {
    struct ranks ranks;
    struct job job;
    struct space space;
    struct harvest harvest;
};

static void prepare(struct field *field, const char *kernel)
{
    *field = (struct field){.job = {.kernel = kernel_find(kernel), .size = SIZE}};
    MPI_Comm_rank(MPI_COMM_WORLD, &field->ranks.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &field->ranks.size);
    field->job.workers = field->job.ranks = (unsigned)field->ranks.size;
    field->space = space_new(&field->job, PIECES, 1, false);
    map_buffers_fill(&field->space.map_buffers, kernel_whole(SIZE));
    assert_int_equal(harvest_new(&field->space, &field->harvest), STATUS_OK);
}

static void end(struct field *field)
{
    harvest_free(&field->harvest);
    space_free(&field->space);
}

/* The rank that computes the piece. */
typedef int owner_of(uint64_t piece, int ranks);

/* From the last piece to the first. Returns what went wrong, or NULL. */
static const char *bring_in(struct field *field, owner_of *owner)
{
    struct verdict verdict;
    const struct kernel *kernel = field->job.kernel;
    const struct space *space = &field->space;
    uint64_t own = 0;
    memset(field->ranks.counted, 0, sizeof field->ranks.counted);
    for (uint64_t piece = PIECES; piece-- > 0;) {
        const struct range range = partials_range(&space->partials, piece);
        if (owner(piece, field->ranks.size) != field->ranks.rank)
            continue;
        own++;
        if ((field->ranks.rank == 0 ? space_compute(space, piece)
                                    : harvest_compute(&field->harvest, piece,
                                                      parcel_inputs(space, range))) != STATUS_OK)
            return "a piece could not be computed";
    }
    if (harvest_bring_in(&field->harvest, &field->ranks) != STATUS_OK)
        return "it did not come in";
    if (field->ranks.counted[RANKS_MESSAGES] != (field->ranks.rank == 0 ? 0U : 1U + (own > 0)) ||
        (field->ranks.counted[RANKS_BYTES] > 0) != (field->ranks.rank > 0 && own > 0))
        return "other messages were counted than two a rank";
    if (field->ranks.rank == 0 &&
        (!kernel->verify(SIZE, partials_fold(&space->partials), &verdict) ||
         (kernel->wrong &&
          kernel->wrong(SIZE, kernel_whole(SIZE), space->map_buffers.output.start, &verdict) > 0)))
        return "the result is wrong";
    return NULL;
}

static int by_turns(uint64_t piece, int ranks)
{
    return (int)(piece % (uint64_t)ranks);
}

static int the_last_one(uint64_t piece, int ranks)
{
    (void)piece;
    return ranks - 1;
}

static int the_first_one(uint64_t piece, int ranks)
{
    (void)piece;
    (void)ranks;
    return 0;
}

/* Of each execution nothing is left for the next one. */
static void results_come_home(const char *kernel)
{
    static owner_of *const owners[] = {by_turns, the_last_one, the_first_one, by_turns};
    struct field field;
    prepare(&field, kernel);
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        const char *wrong = bring_in(&field, owners[i]);
        if (wrong)
            print_error("rank %d, %s, %zu: %s\n", field.ranks.rank, kernel, i, wrong);
        assert_false(own_ranks_any(wrong != NULL));
        /* What is there must come again. */
        if (kernel_is_map(field.job.kernel))
            memset(field.space.map_buffers.output.start, 0xff,
                   field.space.map_buffers.output.bytes);
        memset(field.space.partials.slots.start, 0xff, field.space.partials.slots.bytes);
    }
    end(&field);
}

static void partials_come_home(void **state)
{
    (void)state;
    results_come_home("primes");
}

static void outputs_come_with_partials(void **state)
{
    (void)state;
    results_come_home("squares");
}

static void partials_that_grow_come_home(void **state)
{
    (void)state;
    results_come_home("factorial");
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partials_come_home),
        cmocka_unit_test(outputs_come_with_partials),
        cmocka_unit_test(partials_that_grow_come_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return own_ranks_main(argc, argv, RANKS, run);
}
