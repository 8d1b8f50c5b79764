/*
 * Conditions of a lab's choices over made-up values, and what they say of an answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "condition.h"
#include "grade.h"
#include "stats.h"

#include <math.h>
#include <string.h>

struct named {
    const char *name;
    struct measured value;
};

/* Ended by one without a name. */
static struct measured find(const void *context, const char *name)
{
    const struct named *named = context;
    while (named->name && strcmp(named->name, name) != 0)
        named++;
    return named->name ? named->value : measured_none("nobody measured it");
}

static const struct named made_up[] = {{"small", {true, 1.0, 0.9, 1.1, "", {.run = NULL}}},
                                       {"large", {true, 2.0, 1.8, 2.2, "", {.run = NULL}}},
                                       {"wide", {true, 1.0, 0.5, 3.0, "", {.run = NULL}}},
                                       {"exact", {true, 4.0, 4.0, 4.0, "", {.run = NULL}}},
                                       {NULL, {.is_known = false}}};

static enum truth holds(const char *condition, char why[CONDITION_WHY_MAX])
{
    const struct values_by_name values = {find, made_up};
    return condition_holds(condition, &values, why);
}

static enum truth truth_of(const char *condition)
{
    char why[CONDITION_WHY_MAX];
    return holds(condition, why);
}

static void a_comparison_holds_where_intervals_are_apart(void **state)
{
    (void)state;
    assert_int_equal(truth_of("small < large"), TRUTH_YES);
    assert_int_equal(truth_of("small > large"), TRUTH_NO);
    assert_int_equal(truth_of("small < wide"), TRUTH_OPEN);
    assert_int_equal(truth_of("small < 1"), TRUTH_OPEN);
    assert_int_equal(truth_of("small < 1.2"), TRUTH_YES);
    assert_int_equal(truth_of("exact > 4"), TRUTH_NO);
    assert_int_equal(truth_of("exact < 4"), TRUTH_NO);
    assert_int_equal(truth_of("4 < exact"), TRUTH_NO);
}

static void sides_are_added_up(void **state)
{
    (void)state;
    assert_int_equal(truth_of("2.1 small < exact"), TRUTH_YES);
    assert_int_equal(truth_of("small + large < exact"), TRUTH_YES);
    assert_int_equal(truth_of("small + large + 1 < exact"), TRUTH_OPEN);
    assert_int_equal(truth_of("exact - large > 2 small"), TRUTH_OPEN);
    assert_int_equal(truth_of("exact - large > 1 small"), TRUTH_YES);
    assert_int_equal(truth_of("exact - 5 < small"), TRUTH_YES);
    assert_int_equal(truth_of("exact - 5 > -0.9"), TRUTH_NO);
}

enum { ROUNDS = 9 };

/* Seconds of a machine that gets slower from round to round: its cells' intervals overlap. */
static void slow_down(double seconds[ROUNDS], double factor)
{
    for (int round = 0; round < ROUNDS; round++)
        seconds[round] = factor * (1 + 0.1 * round);
}

static struct measured in_rounds(const void *run, size_t rounds, const double *seconds,
                                 const double *over)
{
    const struct measured_rounds values = {run, rounds, seconds, over};
    double all[ROUNDS];
    for (size_t i = 0; i < rounds; i++)
        all[i] = measured_in_round(&values, i);
    const struct summary summary = stats_summary(all, rounds);
    struct measured measured = measured_of(&summary);
    measured.rounds = values;
    return measured;
}

static void values_of_one_run_are_compared_round_by_round(void **state)
{
    double a[ROUNDS], b[ROUNDS], serial[ROUNDS];
    (void)state;
    slow_down(a, 1);
    slow_down(b, 1.02);
    slow_down(serial, 1.9);
    b[3] = NAN; /* it was not measured then */
    const struct named named[] = {{"a", in_rounds(a, ROUNDS, a, NULL)},
                                  {"b", in_rounds(a, ROUNDS, b, NULL)},
                                  {"serial", in_rounds(a, ROUNDS, serial, NULL)},
                                  {"speedup", in_rounds(a, ROUNDS, a, serial)},
                                  {"slower", in_rounds(a, ROUNDS, b, serial)},
                                  {"elsewhere", in_rounds(b, ROUNDS, b, NULL)},
                                  {"one", measured_exactly(1)},
                                  {NULL, {.is_known = false}}};
    const struct values_by_name values = {find, named};
    static const struct {
        const char *condition;
        enum truth truth;
    } cases[] = {{"a < b", TRUTH_YES},
                 {"a > b", TRUTH_NO},
                 {"a > 0.97 b", TRUTH_YES},
                 {"a < 0.98 b", TRUTH_NO},
                 {"speedup > slower", TRUTH_YES},
                 {"speedup < 1.01 slower", TRUTH_NO},
                 {"a + a < serial", TRUTH_NO},
                 {"a < serial - 0.8 b", TRUTH_YES},
                 {"a + 1 < b + 1", TRUTH_YES},
                 {"a < elsewhere", TRUTH_OPEN},
                 {"a + one < b + one", TRUTH_OPEN},
                 {"a < 1.4", TRUTH_OPEN}};
    char why[CONDITION_WHY_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (condition_holds(cases[i].condition, &values, why) != cases[i].truth)
            fail_msg("%s: %s", cases[i].condition, why);
    for (int round = 0; round < ROUNDS; round++)
        b[round] = a[round] * (round % 2 ? 0.99 : 1.01);
    assert_int_equal(condition_holds("a < b", &values, why), TRUTH_OPEN);
    assert_non_null(strstr(why, "; round by round the difference is "));
}

static void few_rounds_are_compared_by_what_is_known(void **state)
{
    double a[ROUNDS], b[ROUNDS];
    (void)state;
    slow_down(a, 1);
    slow_down(b, 3);
    struct named named[] = {{"a", in_rounds(a, STATS_MIN_FOR_INTERVAL - 1, a, NULL)},
                            {"b", in_rounds(a, STATS_MIN_FOR_INTERVAL - 1, b, NULL)},
                            {NULL, {.is_known = false}}};
    const struct values_by_name values = {find, named};
    char why[CONDITION_WHY_MAX];
    assert_int_equal(condition_holds("a < b", &values, why), TRUTH_OPEN);
    assert_non_null(strstr(why, "a is not known: 5 rounds"));
}

static void a_ratio_of_one_run_is_of_its_rounds(void **state)
{
    double a[ROUNDS], b[ROUNDS];
    (void)state;
    slow_down(a, 1);
    slow_down(b, 1.02);
    const struct measured left = in_rounds(a, ROUNDS, b, NULL),
                          right = in_rounds(a, ROUNDS, a, NULL),
                          elsewhere = in_rounds(b, ROUNDS, a, NULL);
    const struct measured ratio = measured_over(&left, &right),
                          apart = measured_over(&left, &elsewhere);
    assert_true(ratio.is_known && fabs(ratio.low - 1.02) < 1e-12 &&
                fabs(ratio.high - 1.02) < 1e-12);
    assert_true(apart.is_known && apart.low < 0.8 && apart.high > 1.3);
    assert_null(apart.rounds.run);
    for (int round = 0; round < ROUNDS; round += 2)
        a[round] = NAN; /* too few rounds have both */
    const struct measured rest = measured_over(&left, &right);
    assert_true(rest.is_known && rest.low < 0.8);
    assert_null(rest.rounds.run);
}

static void several_comparisons_are_joined(void **state)
{
    (void)state;
    assert_int_equal(truth_of("small < large and large < exact"), TRUTH_YES);
    assert_int_equal(truth_of("small < wide and large < exact"), TRUTH_OPEN);
    assert_int_equal(truth_of("small < wide and large > exact"), TRUTH_NO);
    assert_int_equal(truth_of("nothing < wide and large > exact"), TRUTH_NO);
}

static void what_leaves_it_open_is_told(void **state)
{
    char why[CONDITION_WHY_MAX];
    (void)state;
    assert_int_equal(holds("small < large", why), TRUTH_YES);
    assert_string_equal(why, "");
    assert_int_equal(holds("small < large and 0.5 small < wide", why), TRUTH_OPEN);
    assert_string_equal(why, "whether 0.5 small < wide is open: 0.45 to 0.55 against 0.5 to 3");
    assert_int_equal(holds("small < nothing and small < wide", why), TRUTH_OPEN);
    assert_string_equal(why, "nothing is not known: nobody measured it");
}

static void what_is_no_condition_is_found(void **state)
{
    static const char *const wrong[] = {"",
                                        "small",
                                        "small <",
                                        "< 1",
                                        "small = 1",
                                        "small < 1 or small > 2",
                                        "small < 1 and",
                                        "small < 2 large small",
                                        "small < missing"};
    struct lab_value value = {.name = "small"};
    const struct lab lab = {.value_count = 1, .values = &value};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!condition_check(&lab, wrong[i]))
            fail_msg("\"%s\" is taken for a condition", wrong[i]);
    assert_null(condition_check(&lab, "small < 1 and 2 small > 1.5 - small"));
    assert_null(condition_check(&lab, "otherwise"));
    assert_true(condition_names("2 small > 1.5 - other", "other"));
    assert_false(condition_names("2 small > 1.5 - other", "othe"));
}

static const struct lab_question three = {.choice_count = 3,
                                          .choices = {{'a', (char *)"small > large"},
                                                      {'b', (char *)"small > exact"},
                                                      {'c', (char *)"otherwise"}}};

static void the_right_choice_is_the_one_that_surely_holds(void **state)
{
    const struct values_by_name values = {find, made_up};
    const struct lab_question open = {
        .choice_count = 2, .choices = {{'a', (char *)"small < wide"}, {'b', (char *)"otherwise"}}};
    const struct lab_question none = {
        .choice_count = 2,
        .choices = {{'a', (char *)"small > large"}, {'b', (char *)"small > exact"}}};
    char why[CONDITION_WHY_MAX];
    (void)state;
    assert_int_equal(grade_right(&three, &values, why), 'c');
    assert_int_equal(grade_of('c', 'c'), GRADE_RIGHT);
    assert_int_equal(grade_of('a', 'c'), GRADE_WRONG);
    assert_int_equal(grade_of(GRADE_UNDECIDED, 'c'), GRADE_WRONG);
    assert_int_equal(grade_right(&open, &values, why), 0);
    assert_string_equal(why, "whether small < wide is open: 0.9 to 1.1 against 0.5 to 3");
    assert_int_equal(grade_of('a', 0), GRADE_INCONCLUSIVE);
    assert_int_equal(grade_of(GRADE_UNDECIDED, 0), GRADE_INCONCLUSIVE);
    assert_int_equal(grade_of(0, 0), GRADE_NONE);
    assert_int_equal(grade_right(&none, &values, why), 0);
    assert_string_equal(why, "none of the choices holds");
}

static void check_compared(double predicted, const struct measured *measured, const char *unit,
                           const char *expected)
{
    char text[128];
    grade_compare(predicted, measured, unit, text, sizeof text);
    assert_string_equal(text, expected);
}

static void a_prediction_is_compared(void **state)
{
    const struct measured speedup = made_up[1].value,
                          time = {true, 2e-6, 1.8e-6, 2.2e-6, "", {.run = NULL}},
                          zero = measured_exactly(0), unknown = measured_none("nobody measured it");
    (void)state;
    check_compared(2.1, &speedup, NULL, "within the interval");
    check_compared(4, &speedup, NULL, "2 times too high");
    check_compared(0.5, &speedup, NULL, "4 times too low");
    check_compared(0, &speedup, NULL, "too low");
    check_compared(3, &zero, NULL, "too high");
    check_compared(2, &time, "us", "within the interval");
    check_compared(1, &time, "ms", "500 times too high");
    check_compared(1, &unknown, NULL, "nothing to compare with for certain");
}

static void check_printed(const struct measured *measured, const char *unit, const char *expected)
{
    char text[256];
    measured_print(measured, unit, text, sizeof text);
    assert_string_equal(text, expected);
}

static void a_measured_value_is_printed(void **state)
{
    const struct summary narrow = {8, 1.9842, true, {1.94, 2.003}},
                         few = {3, 1.9842, false, {NAN, NAN}}, none = {0, NAN, false, {NAN, NAN}};
    const struct measured known = measured_of(&narrow), doubtful = measured_of(&few),
                          unknown = measured_of(&none),
                          time = {true, 2e-6, 1.8e-6, 2.2e-6, "", {.run = NULL}};
    (void)state;
    check_printed(&known, NULL, "1.98 [1.94, 2.00]");
    check_printed(&time, "us", "2.00 [1.80, 2.20] µs");
    check_printed(&doubtful, NULL,
                  "1.98 (3 rounds, and an interval takes 6: measure it again, for longer)");
    check_printed(&unknown, NULL, "not known: it was not measured");
    check_printed(&(struct measured){true, 3, 3, 3, "", {.run = NULL}}, "%", "3 %");
}

static void a_ratio_is_known_by_both(void **state)
{
    const struct measured small = made_up[0].value, large = made_up[1].value,
                          unknown = measured_none("nobody measured it"), zero = measured_exactly(0),
                          around = {true, 1, -1, 3, "", {.run = NULL}};
    struct measured ratio = measured_over(&large, &small);
    (void)state;
    assert_true(ratio.is_known);
    assert_true(fabs(ratio.median - (2)) < 1e-9);
    assert_true(fabs(ratio.low - (1.8 / 1.1)) < 1e-9);
    assert_true(fabs(ratio.high - (2.2 / 0.9)) < 1e-9);
    ratio = measured_over(&large, &unknown);
    assert_false(ratio.is_known);
    assert_string_equal(ratio.why, "nobody measured it");
    assert_false(measured_over(&unknown, &large).is_known);
    assert_false(measured_over(&large, &zero).is_known);
    ratio = measured_over(&large, &around);
    assert_false(ratio.is_known);
    assert_true(fabs(ratio.median - (2)) < 1e-9);
    assert_string_equal(ratio.why, "what it is over may be nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comparison_holds_where_intervals_are_apart),
        cmocka_unit_test(sides_are_added_up),
        cmocka_unit_test(values_of_one_run_are_compared_round_by_round),
        cmocka_unit_test(few_rounds_are_compared_by_what_is_known),
        cmocka_unit_test(a_ratio_of_one_run_is_of_its_rounds),
        cmocka_unit_test(several_comparisons_are_joined),
        cmocka_unit_test(what_leaves_it_open_is_told),
        cmocka_unit_test(what_is_no_condition_is_found),
        cmocka_unit_test(the_right_choice_is_the_one_that_surely_holds),
        cmocka_unit_test(a_prediction_is_compared),
        cmocka_unit_test(a_measured_value_is_printed),
        cmocka_unit_test(a_ratio_is_known_by_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
