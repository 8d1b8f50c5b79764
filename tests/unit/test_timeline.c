/*
 * Unit tests of models/parts/timeline.h, with made-up pieces: which neighbours are joined, and that
 * nothing is lost however many there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drawn.h"
#include "timeline.h"

#include <stdlib.h>

static struct timeline *make(unsigned most, uint64_t gap_ns)
{
    struct timeline *timeline = malloc(timeline_bytes(most));
    assert_non_null(timeline);
    timeline_begin(timeline, most, gap_ns);
    return timeline;
}

static void add(struct timeline *timeline, uint64_t begin_ns, uint64_t end_ns, struct range items)
{
    const struct timeline_piece piece = {.begin_ns = begin_ns,
                                         .end_ns = end_ns,
                                         .items = items,
                                         .computed = range_length(items),
                                         .worked_ns = end_ns - begin_ns,
                                         .combines = range_length(items) == 0};
    timeline_add(timeline, &piece);
}

static void assert_piece(const struct timeline *timeline, uint64_t place, uint64_t begin_ns,
                         uint64_t end_ns, struct range items, uint64_t computed)
{
    assert_true(place < timeline->count);
    const struct timeline_piece *piece = &timeline->pieces[place];
    assert_int_equal(piece->begin_ns, begin_ns);
    assert_int_equal(piece->end_ns, end_ns);
    assert_int_equal(piece->items.begin, items.begin);
    assert_int_equal(piece->items.end, items.end);
    assert_int_equal(piece->computed, computed);
}

static void keeps_all_that_there_is_room_for(void **state)
{
    struct timeline *timeline = make(8, 0);
    (void)state;
    for (uint64_t i = 0; i < 8; i++) /* no gaps at all */
        add(timeline, 10 * i, 10 * i + 10, (struct range){i, i + 1});
    timeline_end(timeline);
    assert_int_equal(timeline->count, 8);
    for (uint64_t i = 0; i < 8; i++)
        assert_piece(timeline, i, 10 * i, 10 * i + 10, (struct range){i, i + 1}, 1);
    free(timeline);
}

/* The wide gap in the middle stays, and the hull of the items tells that others had some. */
static void joins_across_the_narrow_gaps(void **state)
{
    struct timeline *timeline = make(8, 0);
    (void)state;
    for (uint64_t i = 0; i < 9; i++)
        add(timeline, 20 * i + (i >= 4 ? 1000 : 0), 20 * i + 18 + (i >= 4 ? 1000 : 0),
            (struct range){2 * i, 2 * i + 1});
    timeline_end(timeline);
    assert_int_equal(timeline->count, 2);
    assert_int_equal(timeline->gap_ns, 2);
    assert_piece(timeline, 0, 0, 78, (struct range){0, 7}, 4);
    assert_piece(timeline, 1, 1080, 1178, (struct range){8, 17}, 5);
    assert_int_equal(timeline->pieces[0].worked_ns, 4 * 18);
    assert_int_equal(timeline->pieces[1].worked_ns, 5 * 18);
    free(timeline);
}

/* Turns under a lock: ticks within one follow each other at once. */
static void a_gap_that_is_none_from_the_start(void **state)
{
    struct timeline *timeline = make(8, 5);
    (void)state;
    add(timeline, 0, 10, (struct range){0, 2});
    add(timeline, 15, 20, (struct range){2, 3});
    add(timeline, 26, 30, (struct range){3, 4});
    timeline_end(timeline);
    assert_int_equal(timeline->count, 2);
    assert_piece(timeline, 0, 0, 20, (struct range){0, 3}, 3);
    assert_piece(timeline, 1, 26, 30, (struct range){3, 4}, 1);
    free(timeline);
}

/* Combining stands apart, unless it is shorter than the gaps that are told. */
static void what_combines_is_told_apart(void **state)
{
    struct timeline *timeline = make(8, 5);
    (void)state;
    add(timeline, 0, 100, (struct range){0, 5});
    add(timeline, 101, 105, (struct range){0, 0}); /* a short one */
    add(timeline, 106, 200, (struct range){5, 9});
    add(timeline, 201, 300, (struct range){0, 0}); /* a long one */
    timeline_end(timeline);
    assert_int_equal(timeline->count, 2);
    assert_piece(timeline, 0, 0, 200, (struct range){0, 9}, 9);
    assert_piece(timeline, 1, 201, 300, (struct range){0, 0}, 0);
    assert_false(timeline->pieces[0].combines);
    assert_true(timeline->pieces[1].combines);
    free(timeline);
}

static void an_empty_one_stays_empty(void **state)
{
    struct timeline *timeline = make(TIMELINE_PIECES_MIN, 1);
    (void)state;
    timeline_end(timeline);
    assert_int_equal(timeline->count, 0);
    add(timeline, 3, 4, (struct range){0, 1});
    timeline_begin(timeline, TIMELINE_PIECES_MIN, 1);
    assert_int_equal(timeline->count, 0);
    free(timeline);
}

/* Pieces of any length, kind and distance, thousands of them: what they sum up to is the same, they
 * are in order, and a gap that is still told is longer than any that is not. */
static void nothing_is_lost(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 60; seed++) {
        uint64_t random = seed, now = 0, item = 0, worked = 0;
        const unsigned most = TIMELINE_PIECES_MIN + (unsigned)draw(&random, 300);
        const size_t count = draw(&random, 5000);
        struct timeline *timeline = make(most, 0);
        for (size_t i = 0; i < count; i++) {
            const uint64_t begin = now + draw(&random, 1u << draw(&random, 12));
            const uint64_t items = draw(&random, 4);
            now = begin + draw(&random, 1000);
            worked += now - begin;
            add(timeline, begin, now, (struct range){item, item + items});
            item += items;
            assert_true(timeline->count <= most);
        }
        timeline_end(timeline);
        uint64_t ended = 0, computed = 0, told = 0;
        for (uint32_t i = 0; i < timeline->count; i++) {
            const struct timeline_piece *piece = &timeline->pieces[i];
            assert_true(piece->begin_ns >= ended && piece->end_ns >= piece->begin_ns);
            assert_true(piece->computed <= range_length(piece->items));
            assert_true(piece->worked_ns <= piece->end_ns - piece->begin_ns);
            ended = piece->end_ns;
            computed += piece->computed;
            told += piece->worked_ns;
        }
        assert_int_equal(computed, item);
        assert_int_equal(told, worked);
        assert_true(count == 0 || ended == now);
        assert_true(count <= most || timeline->gap_ns > 0);
        free(timeline);
    }
}

static void is_thinned_to_as_few_as_asked_for(void **state)
{
    struct timeline *timeline = make(64, 0);
    (void)state;
    for (uint64_t i = 0; i < 64; i++)
        add(timeline, 100 * i, 100 * i + 50 + i % 3, (struct range){i, i + 1});
    for (size_t most = 64; most > 0; most /= 2) {
        size_t count = 64;
        struct timeline_piece pieces[64];
        for (uint64_t i = 0; i < 64; i++)
            pieces[i] = timeline->pieces[i];
        timeline_thin(pieces, &count, most, 0);
        assert_true(count > 0 && count <= most);
        uint64_t computed = 0;
        for (size_t i = 0; i < count; i++)
            computed += pieces[i].computed;
        assert_int_equal(computed, 64);
        assert_int_equal(pieces[count - 1].end_ns, timeline->pieces[63].end_ns);
    }
    free(timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_all_that_there_is_room_for),
        cmocka_unit_test(joins_across_the_narrow_gaps),
        cmocka_unit_test(a_gap_that_is_none_from_the_start),
        cmocka_unit_test(what_combines_is_told_apart),
        cmocka_unit_test(an_empty_one_stays_empty),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(is_thinned_to_as_few_as_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
