/*
 * Unit tests of measure/counters.h on any machine: what cannot be counted is absent, never 0, and
 * has a reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "counters.h"

#include <string.h>

static struct counters_reading reading_of(int error, long long value)
{
    struct counters_reading reading = counters_nothing();
    reading.error[0] = error;
    reading.value[0] = value;
    return reading;
}

static void assert_reading(struct counters_reading reading, int error, long long value)
{
    assert_int_equal(reading.error[0], error);
    if (error == 0)
        assert_true(reading.value[0] == value);
    for (unsigned i = 1; i < COUNTERS_MAX; i++)
        assert_int_equal(reading.error[i], COUNTERS_UNREAD);
}

static void subtracts_what_was_there_before(void **state)
{
    const struct counters_reading three = reading_of(0, 3), ten = reading_of(0, 10),
                                  broken = reading_of(-7, 0), nothing = counters_nothing();
    (void)state;
    assert_reading(counters_between(&three, &ten), 0, 7);
    assert_reading(counters_between(&three, &broken), -7, 0);
    assert_reading(counters_between(&broken, &ten), -7, 0);
    assert_reading(counters_between(&nothing, &nothing), COUNTERS_UNREAD, 0);
}

static void a_sum_without_one_part_is_no_value(void **state)
{
    const struct counters_reading three = reading_of(0, 3), broken = reading_of(-7, 0),
                                  nothing = counters_nothing();
    struct counters_reading sum = counters_nothing();
    (void)state;
    counters_add(&sum, &nothing);
    assert_reading(sum, COUNTERS_UNREAD, 0);
    counters_add(&sum, &three);
    counters_add(&sum, &three);
    counters_add(&sum, &nothing);
    assert_reading(sum, 0, 6);
    counters_add(&sum, &broken);
    assert_reading(sum, -7, 0);
    counters_add(&sum, &three);
    assert_reading(sum, -7, 0);
}

static void what_does_not_exist_is_absent_with_a_reason(void **state)
{
    static const char *const events[] = {"PAPI_NO_SUCH_EVENT", "no_such_component:::event", NULL};
    struct counters counters = {0};
    struct counters_reading reading;
    (void)state;
    counters_close(&counters); /* was never open */
    counters_open(events, &counters);
    counters_read(&counters, &reading);
    for (unsigned i = 0; i < 2; i++) {
        char reason[200] = "";
        assert_true(reading.error[i] < 0);
        counters_explain(events[i], reading.error[i], reason, sizeof reason);
        assert_string_not_equal(reason, "");
    }
    assert_int_equal(reading.error[2], COUNTERS_UNREAD);
    counters_close(&counters);
    counters_close(&counters);
}

/* Whatever this machine has: a value that can be right, or none and a reason. */
static void instructions_and_cycles_are_counted_or_absent(void **state)
{
    static const char *const events[] = {"PAPI_TOT_INS", "PAPI_TOT_CYC", NULL};
    char reason[200] = "";
    struct counters counters;
    struct counters_reading before, after;
    (void)state;
    const bool there = counters_probe(reason, sizeof reason);
    assert_true(there == (strcmp(reason, "") == 0));
    counters_open(events, &counters);
    counters_read(&counters, &before);
    for (volatile int i = 0; i < 1000; i++)
        continue;
    counters_read(&counters, &after);
    counters_close(&counters);
    assert_true((after.error[0] == 0 && after.error[1] == 0) == there);
    if (there)
        assert_true(counters_between(&before, &after).value[0] >= 1000);
    else
        assert_true(
            strncmp(reason, after.error[0] != 0 ? "PAPI_TOT_INS: " : "PAPI_TOT_CYC: ", 14) == 0);
    assert_int_equal(counters_require(), there ? STATUS_OK : STATUS_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subtracts_what_was_there_before),
        cmocka_unit_test(a_sum_without_one_part_is_no_value),
        cmocka_unit_test(what_does_not_exist_is_absent_with_a_reason),
        cmocka_unit_test(instructions_and_cycles_are_counted_or_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
