/*
 * Unit tests of models/parts/ranks/deal.h: who gets which piece, with made-up answers.
 */
#include "deal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_next(struct deal *deal, uint64_t piece, unsigned worker)
{
    uint64_t next = UINT64_MAX;
    unsigned who = UINT32_MAX;
    assert_true(deal_next(deal, &next, &who));
    assert_int_equal(next, piece);
    assert_int_equal(who, worker);
}

static void assert_none(struct deal *deal)
{
    uint64_t next;
    unsigned who;
    assert_false(deal_next(deal, &next, &who));
}

static void nobody_has_more_than_are_ahead(void **state)
{
    (void)state;
    for (unsigned ahead = 1; ahead < 4; ahead++) {
        struct deal *deal =
            deal_new(&(struct deal_plan){.pieces = 100, .workers = 3, .ahead = ahead});
        for (unsigned i = 0; i < 3 * ahead; i++)
            assert_next(deal, i, i % 3);
        assert_none(deal);
        deal_done(deal, 1);
        assert_next(deal, UINT64_C(3) * ahead, 1);
        assert_none(deal);
        deal_free(deal);
    }
}

/* Whoever has the fewest; of several the one who got none for the longest time. */
static void the_least_loaded_gets_the_next(void **state)
{
    struct deal *deal = deal_new(&(struct deal_plan){.pieces = 100, .workers = 3, .ahead = 3});
    (void)state;
    for (unsigned i = 0; i < 9; i++)
        assert_next(deal, i, i % 3);
    deal_done(deal, 2);
    deal_done(deal, 0);
    deal_done(deal, 2);
    assert_next(deal, 9, 2);
    assert_next(deal, 10, 0);
    assert_next(deal, 11, 2);
    deal_done(deal, 2);
    deal_done(deal, 1);
    deal_done(deal, 0);
    assert_next(deal, 12, 1);
    assert_next(deal, 13, 0);
    assert_next(deal, 14, 2);
    assert_none(deal);
    deal_free(deal);
}

static void it_is_over_when_all_are_done_and_can_begin_again(void **state)
{
    struct deal *deal = deal_new(&(struct deal_plan){.pieces = 3, .workers = 7, .ahead = 1});
    (void)state;
    for (unsigned time = 0; time < 3; time++) {
        deal_reset(deal);
        for (unsigned i = 0; i < 3; i++) {
            uint64_t piece;
            unsigned worker;
            assert_false(deal_is_over(deal));
            assert_true(deal_next(deal, &piece, &worker));
            assert_int_equal(piece, i);
            deal_done(deal, worker);
        }
        assert_none(deal);
        assert_true(deal_is_over(deal));
    }
    deal_free(deal);
    deal_free(NULL);
}

static void a_failed_piece_goes_to_another_worker_before_new_ones(void **state)
{
    struct deal *deal = deal_new(
        &(struct deal_plan){.pieces = 100, .workers = 2, .ahead = 1, .retries = UINT64_MAX});
    (void)state;
    assert_next(deal, 0, 0);
    assert_next(deal, 1, 1);
    assert_true(deal_failed(deal, 0, 0));
    assert_next(deal, 2, 0); /* it is not for this one */
    deal_done(deal, 1);
    assert_next(deal, 0, 1);
    deal_done(deal, 0);
    assert_next(deal, 3, 0);
    assert_false(deal_failed(deal, 1, 0)); /* both have failed it */
    deal_free(deal);
}

/* At the end the one who failed it waits for nothing, and gets nothing. */
static void a_failed_piece_waits_for_who_may_have_it(void **state)
{
    struct deal *deal =
        deal_new(&(struct deal_plan){.pieces = 2, .workers = 2, .ahead = 1, .retries = 1});
    (void)state;
    assert_next(deal, 0, 0);
    assert_next(deal, 1, 1);
    assert_true(deal_failed(deal, 0, 0));
    assert_none(deal);
    deal_done(deal, 1);
    assert_false(deal_is_over(deal));
    assert_next(deal, 0, 1);
    deal_done(deal, 1);
    assert_true(deal_is_over(deal));
    deal_free(deal);
}

/* It is tried once more than it may fail, and no more often than there are workers. */
static void attempts_are_limited(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers < 5; workers++)
        for (uint64_t retries = 0; retries < 6; retries++) {
            struct deal *deal = deal_new(&(struct deal_plan){
                .pieces = 1, .workers = workers, .ahead = 1, .retries = retries});
            unsigned attempts = 0, worker;
            uint64_t piece;
            bool again = true;
            for (bool tried[5] = {false}; again; attempts++) {
                assert_true(deal_next(deal, &piece, &worker));
                assert_false(tried[worker]);
                tried[worker] = true;
                again = deal_failed(deal, worker, piece);
            }
            assert_int_equal(attempts, 1 + retries < workers ? 1 + retries : workers);
            deal_reset(deal); /* and all is forgotten */
            assert_true(deal_next(deal, &piece, &worker));
            deal_free(deal);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_has_more_than_are_ahead),
        cmocka_unit_test(the_least_loaded_gets_the_next),
        cmocka_unit_test(it_is_over_when_all_are_done_and_can_begin_again),
        cmocka_unit_test(a_failed_piece_goes_to_another_worker_before_new_ones),
        cmocka_unit_test(a_failed_piece_waits_for_who_may_have_it),
        cmocka_unit_test(attempts_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
