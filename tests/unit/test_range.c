#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "range.h"

/* Every item in exactly one piece, in order, and lengths that differ by at most one. */
static void check_cut(struct range whole, uint64_t pieces)
{
    uint64_t next = whole.begin, shortest = UINT64_MAX, longest = 0;
    for (uint64_t i = 0; i < pieces; i++) {
        struct range piece = range_split(whole, pieces, i);
        uint64_t length = range_length(piece);
        assert_true(piece.begin == next && piece.end >= piece.begin);
        assert_true(i == 0 || length <= longest); /* the longer ones first */
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
        next = piece.end;
    }
    assert_true(next == whole.end);
    assert_true(longest - shortest <= 1);
}

static void test_split_covers(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 2, 7, 100, 101, 10007};
    static const uint64_t pieces[] = {1, 2, 3, 7, 64, 1000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t j = 0; j < sizeof pieces / sizeof *pieces; j++)
            check_cut((struct range){13, 13 + lengths[i]}, pieces[j]);
}

static void test_split_at_the_end_of_64_bits(void **state)
{
    (void)state;
    struct range whole = {UINT64_MAX - 10, UINT64_MAX};
    struct range last = range_split(whole, 3, 2);
    assert_true(last.begin == UINT64_MAX - 3 && last.end == UINT64_MAX);
}

static void test_pieces(void **state)
{
    (void)state;
    assert_int_equal(range_pieces((struct range){5, 5}, 3), 1);
    assert_int_equal(range_pieces((struct range){0, 1}, 3), 1);
    assert_int_equal(range_pieces((struct range){0, 3}, 3), 1);
    assert_int_equal(range_pieces((struct range){0, 4}, 3), 2);
    assert_true(range_pieces((struct range){0, UINT64_MAX}, 1) == UINT64_MAX);
}

/* As Pool.map of CPython 3.11 was seen to cut. */
static void test_chunks_of_pool_map(void **state)
{
    static const struct {
        uint64_t items, chunks;
        unsigned workers;
    } seen[] = {{20, 7, 2}, {5, 5, 3}, {7, 7, 2}, {8, 8, 2}, {9, 5, 2}, {1, 1, 2}, {1000000, 8, 2}};
    (void)state;
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        const struct range whole = {100, 100 + seen[i].items};
        const uint64_t chunks = range_pieces(whole, range_chunk(whole, seen[i].workers));
        assert_int_equal(chunks, seen[i].chunks);
        for (uint64_t chunk = 0; chunk < chunks; chunk++) /* none is empty */
            assert_true(range_length(range_split(whole, chunks, chunk)) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_covers),
        cmocka_unit_test(test_split_at_the_end_of_64_bits),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_chunks_of_pool_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
