/*
 * Folding: in index order, as a balanced tree, with memory that is enough for partials that grow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fold.h"
#include "partials.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A kernel whose partial is the list of its own indices, with the number of combinations that the
 * longest-standing one went through: it shows any change of order, and the depth of the tree.
 */
struct list {
    uint64_t count, depth;
    uint64_t index[];
};

static size_t list_size(uint64_t size, struct range range)
{
    (void)size;
    return sizeof(struct list) + range_length(range) * sizeof(uint64_t);
}

static size_t list_used(const void *partial)
{
    const struct list *list = partial;
    return sizeof *list + list->count * sizeof(uint64_t);
}

static void list_compute(uint64_t size, struct range range, const void *input, void *output,
                         void *partial)
{
    struct list *list = partial;
    (void)size;
    (void)input;
    (void)output;
    list->depth = 0;
    list->count = 0;
    for (uint64_t i = range.begin; i < range.end; i++)
        list->index[list->count++] = i;
}

static void list_combine(void *into, const void *from)
{
    struct list *list = into;
    const struct list *more = from;
    memcpy(list->index + list->count, more->index, more->count * sizeof(uint64_t));
    list->count += more->count;
    list->depth = 1 + (list->depth > more->depth ? list->depth : more->depth);
}

static const struct kernel lists = {.name = "lists",
                                    .partial_size = list_size,
                                    .used = list_used,
                                    .compute = list_compute,
                                    .combine = list_combine};

static void check_list(const struct list *list, struct range range, uint64_t pieces)
{
    unsigned depth_max = 2; /* halving does not meet the pieces' ends: one level more than log2 */
    assert_int_equal(list->count, range_length(range));
    for (uint64_t i = 0; i < list->count; i++)
        assert_int_equal(list->index[i], range.begin + i);
    while (1ull << (depth_max - 2) < pieces)
        depth_max++;
    assert_true(list->depth <= depth_max || pieces > range_length(range));
}

/* With partials computed in place, and copied from elsewhere; twice, the second after a reset. */
static void fold_all(struct range range, uint64_t pieces)
{
    struct fold *fold = fold_new(&lists, range.end, range, false);
    void *elsewhere = malloc(list_size(0, range));
    for (int in_place = 0; in_place < 2; in_place++) {
        fold_reset(fold);
        for (uint64_t i = 0; i < pieces; i++) {
            struct range piece = range_split(range, pieces, i);
            void *partial = in_place ? fold_slot(fold) : elsewhere;
            list_compute(range.end, piece, NULL, NULL, partial);
            fold_push(fold, piece, partial);
        }
        check_list(fold_result(fold), range, pieces);
    }
    free(elsewhere);
    fold_free(fold);
}

static void test_order_depth_and_room(void **state)
{
    (void)state;
    for (uint64_t pieces = 1; pieces <= 70; pieces++)
        fold_all((struct range){100, 1107}, pieces);
    fold_all((struct range){0, 10007}, 1000);
    fold_all((struct range){5, 8}, 64); /* more pieces than items */
    fold_all((struct range){5, 5}, 3);
}

static void test_slots(void **state)
{
    (void)state;
    const struct job job = {.kernel = &lists, .size = 2000};
    struct range whole = {1000, 1101};
    struct map_buffers none = map_buffers_new(&job, whole, false);
    struct partials partials = partials_new(&job, whole, 7, 1, 1, false);
    for (uint64_t piece = 7; piece-- > 0;) /* in whatever order they come */
        assert_int_equal(partials_compute(&partials, &none, piece), STATUS_OK);
    for (int again = 0; again < 2; again++)
        check_list(partials_fold(&partials), whole, 7);
    for (uint64_t piece = 0; piece < 7; piece++)
        assert_int_equal((uintptr_t)partials_at(&partials, piece) % 64, 0);
    partials_free(&partials);
    map_buffers_free(&none);
}

/* Small ones that a worker takes together lie close, and no two workers' on one line. */
static void test_slots_of_neighbours(void **state)
{
    static const struct kernel counts = {.partial_bytes = 8};
    static const struct kernel large = {.partial_bytes = 72};
    const struct job job = {.kernel = &counts, .size = 1000},
                     job_of_large = {.kernel = &large, .size = 1000};
    (void)state;
    for (unsigned together = 1; together <= 64; together *= 2) {
        struct partials close = partials_new(&job, kernel_whole(1000), 1000, 2, together, false);
        struct partials wide =
            partials_new(&job_of_large, kernel_whole(1000), 1000, 2, together, false);
        assert_int_equal(close.stride, together < 4 ? 64 : 16);
        assert_int_equal(wide.stride, together < 4 ? 128 : 80);
        assert_int_equal((uintptr_t)partials_at(&wide, together) % 64, 0);
        partials_free(&close);
        partials_free(&wide);
    }
}

struct combiner {
    const struct partials *partials;
    unsigned number;
};

static void *combine(void *argument)
{
    const struct combiner *combiner = argument;
    partials_combine(combiner->partials, combiner->number);
    return NULL;
}

/* As many threads as there may be; twice, since the second time nobody may take the first one's. */
static void combine_all(const struct partials *partials, unsigned workers)
{
    struct combiner combiners[9];
    pthread_t threads[9];
    for (unsigned i = workers; i-- > 0;) {
        combiners[i] = (struct combiner){partials, i};
        assert_int_equal(pthread_create(&threads[i], NULL, combine, &combiners[i]), 0);
    }
    for (unsigned i = 0; i < workers; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void test_all_workers_combine_in_order(void **state)
{
    (void)state;
    const struct job job = {.kernel = &lists, .size = 2000};
    const struct range whole = {1000, 1203};
    for (unsigned workers = 1; workers <= 9; workers++)
        for (uint64_t pieces = 1; pieces <= 40; pieces += 3) {
            struct map_buffers none = map_buffers_new(&job, whole, false);
            struct partials partials = partials_new(&job, whole, pieces, workers, 1, workers % 2);
            for (int again = 0; again < 2; again++) {
                for (uint64_t piece = 0; piece < pieces; piece++)
                    assert_int_equal(partials_compute(&partials, &none, piece), STATUS_OK);
                combine_all(&partials, workers);
                check_list(partials_result(&partials), whole, 2 * pieces);
                memset(partials.slots.start, 0xff, partials.slots.bytes);
            }
            assert_int_equal(partials_are_much(&partials), workers > 1 && pieces > 1);
            partials_free(&partials);
            map_buffers_free(&none);
        }
}

/* Few that do not grow are not worth waiting for. */
static void test_few_small_ones_are_not_much(void **state)
{
    static const struct kernel counts = {.partial_bytes = 8};
    const struct job job = {.kernel = &counts, .size = 1000};
    (void)state;
    for (uint64_t pieces = 8; pieces <= 800; pieces *= 100) {
        struct partials partials = partials_new(&job, (struct range){0, 1000}, pieces, 2, 1, false);
        assert_int_equal(partials_are_much(&partials), pieces == 800);
        partials_free(&partials);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_depth_and_room),
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_slots_of_neighbours),
        cmocka_unit_test(test_all_workers_combine_in_order),
        cmocka_unit_test(test_few_small_ones_are_not_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
