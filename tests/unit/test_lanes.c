/*
 * Unit tests of drivers/record/lanes.h: what of a time line can be, and what cannot.
 */
#include "lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* With the keys of one lane. */
static bool read(const char *lanes, struct lanes *read)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "{\"timeline\": {\"wall_s\": 1e-6, \"apart_s\": 0.5, \"workers\": 3, "
                   "\"lanes\": [%s]}, \"workers_busy\": [{\"rank\": 0, \"thread\": 0, "
                   "\"processor\": 7}, {\"rank\": 0, \"thread\": 1, \"processor\": -1}]}",
                   lanes);
    json_t *execution = json_loads(text, 0, NULL);
    assert_non_null(execution);
    const bool is_right = lanes_read(execution, read);
    json_decref(execution);
    return is_right;
}

static void reads_all_kinds_of_pieces(void **state)
{
    struct lanes lanes;
    (void)state;
    assert_true(read("{\"rank\": 0, \"thread\": 0, \"pieces\": [[1, 5, 10, 20], [5, 9], "
                     "[10, 30, 20, 90, 40, 15], [30, 40, 90, 91, 1, 9, true]]}, "
                     "{\"rank\": 0, \"thread\": 1, \"pieces\": []}, "
                     "{\"rank\": 0, \"thread\": null, \"pieces\": [[2, 3]]}",
                     &lanes));
    assert_int_equal(lanes.count, 3);
    assert_int_equal(lanes.workers, 3);
    assert_true(lanes.wall_s == 1e-6 && lanes.apart_s == 0.5);
    const struct lane *lane = lanes.all;
    assert_int_equal(lane->processor, 7);
    assert_int_equal(lane->count, 4);
    assert_int_equal(lane->pieces[0].computed, 10);
    assert_int_equal(lane->pieces[0].worked_ns, 4);
    assert_false(lane->pieces[0].combines);
    assert_true(lane->pieces[1].combines);
    assert_int_equal(lane->pieces[2].items.end, 90);
    assert_int_equal(lane->pieces[2].computed, 40);
    assert_int_equal(lane->pieces[2].worked_ns, 15);
    assert_false(lane->pieces[2].combines);
    assert_true(lane->pieces[3].combines);
    assert_true(lane_worked_s(lane) > 31.9e-9 && lane_worked_s(lane) < 32.1e-9);
    assert_int_equal(lanes.all[1].count, 0);
    assert_int_equal(lanes.all[1].processor, -1);
    assert_int_equal(lanes.all[2].thread, LANE_UNSEATED);
    lanes_free(&lanes);
    assert_int_equal(lanes.count, 0);
}

static void passes_over_what_cannot_be(void **state)
{
    static const char *const wrong[] = {
        "", /* no lane at all */
        "{\"rank\": 0, \"thread\": 0}",
        "{\"thread\": 0, \"pieces\": []}",
        "{\"rank\": -1, \"thread\": 0, \"pieces\": []}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [7]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1, 2, 3, 4, 5, 6, true, 8]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[-1, 2]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1.5, 2]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[3, 2]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1, 2, 9, 8]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1, 3], [2, 4]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1, 3, 0, 4, 5, 1]]}",
        "{\"rank\": 0, \"thread\": 0, \"pieces\": [[1, 3, 0, 4, 4, 3]]}",
    };
    struct lanes lanes;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(read(wrong[i], &lanes));
        assert_int_equal(lanes.count, 0);
        assert_null(lanes.all);
    }
}

/* Of runs of earlier versions, and of cells that nobody asked. */
static void one_without_a_time_line_has_none(void **state)
{
    struct lanes lanes;
    json_t *execution = json_pack("{s:f, s:[]}", "wall_s", 0.5, "workers_busy");
    (void)state;
    assert_false(lanes_read(execution, &lanes));
    assert_false(lanes_read(NULL, &lanes));
    assert_int_equal(lanes.count, 0);
    json_decref(execution);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_kinds_of_pieces),
        cmocka_unit_test(passes_over_what_cannot_be),
        cmocka_unit_test(one_without_a_time_line_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
