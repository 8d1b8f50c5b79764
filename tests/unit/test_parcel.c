/*
 * Unit tests of parcel.h: pieces that were computed apart and came as bytes make the
 * same result, and what cannot be a piece's result is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fault.h"
#include "parcel.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 10007, PIECES = 13, WORKERS = 3, GUARD = 16 };

static struct job job_of(const char *kernel)
{
    return (struct job){
        .kernel = kernel_find(kernel), .size = SIZE, .workers = WORKERS, .ranks = 1};
}

/* The inputs of these items, as if they had come in a message. */
static void *copy_of_inputs(const struct space *space, struct range range)
{
    const size_t bytes =
        (size_t)range_length(range) * space->map_buffers.job->kernel->input_item_size;
    void *copy = malloc(bytes + 1);
    assert_non_null(copy);
    if (bytes > 0)
        memcpy(copy, parcel_inputs(space, range), bytes);
    return copy;
}

static void send_piece(const struct job *job, const struct space *space, uint64_t piece)
{
    static const unsigned char guard[GUARD] = "beyond the room";
    const struct range range = partials_range(&space->partials, piece);
    const size_t room = parcel_room(job, range);
    unsigned char *parcel = NULL;
    uint64_t bytes = 0;
    assert_int_equal(posix_memalign((void **)&parcel, 16, room + GUARD), 0);
    memcpy(parcel + room, guard, GUARD);
    void *inputs = copy_of_inputs(space, range);
    assert_int_equal(parcel_compute(job, range, inputs, parcel, &bytes), STATUS_OK);
    assert_true(bytes <= room);
    assert_memory_equal(parcel + room, guard, GUARD);
    assert_int_equal(parcel_open(space, piece, parcel, bytes), STATUS_OK);
    free(inputs);
    free(parcel);
}

static void check(const char *kernel)
{
    const struct job job = job_of(kernel);
    struct space space = space_new(&job, PIECES, 1, false);
    struct verdict verdict = {""};
    map_buffers_fill(&space.map_buffers, kernel_whole(SIZE));
    for (uint64_t i = 0; i < PIECES; i++) /* in any order */
        send_piece(&job, &space, i * 5 % PIECES);
    assert_true(job.kernel->verify(SIZE, partials_fold(&space.partials), &verdict));
    if (kernel_is_map(job.kernel))
        assert_int_equal(
            job.kernel->wrong(SIZE, kernel_whole(SIZE), space.map_buffers.output.start, &verdict),
            0);
    space_free(&space);
}

static void pieces_that_came_as_bytes_make_the_result(void **state)
{
    (void)state;
    check("squares");
    check("factorial");
    check("pi");
}

static void what_is_no_result_of_the_piece_is_refused(void **state)
{
    (void)state;
    const struct job job = job_of("squares");
    struct space space = space_new(&job, PIECES, 1, false);
    const struct range range = partials_range(&space.partials, 0);
    const size_t room = parcel_room(&job, range);
    void *parcel = calloc(1, room);
    assert_int_equal(parcel_open(&space, 0, parcel, room + 1), STATUS_FAILED);
    assert_int_equal(parcel_open(&space, 0, parcel, room / 2), STATUS_FAILED);
    assert_int_equal(parcel_open(&space, 0, parcel, room), STATUS_OK);
    free(parcel);
    space_free(&space);
}

static void a_piece_can_fail(void **state)
{
    (void)state;
    const struct job job = job_of("pi");
    _Alignas(16) unsigned char parcel[64];
    uint64_t bytes;
    fault_plan(7, 1);
    assert_int_equal(parcel_compute(&job, (struct range){0, 8}, NULL, parcel, &bytes),
                     STATUS_FAILED);
    assert_int_equal(parcel_compute(&job, (struct range){0, 8}, NULL, parcel, &bytes), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_that_came_as_bytes_make_the_result),
        cmocka_unit_test(what_is_no_result_of_the_piece_is_refused),
        cmocka_unit_test(a_piece_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
