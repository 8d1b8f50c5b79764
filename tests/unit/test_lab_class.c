/*
 * A class's records: who is where, how predictions lie beside measurements, and which choices were
 * taken, counted by hand.
 */
#define _GNU_SOURCE
#include "lab_class.h"
#include "lab_class_figure.h"
#include "lab_class_json.h"
#include "lab_class_page.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct lab_text text = {
    9, "9-made-up",
    "# Lab 9: Made up\n\n"
    "## 1. Aim\n\nNothing.\n\n"
    "## 2. One\n\n"
    "**Predict.** How long does *it* take, as [pi](../pi.c) has it?\n\n"
    "<!-- predict time: median_s in models of pi threads workers=most unit=us -->\n\n"
    "**Check.** Is it `fast`?\n\n"
    "- a) It is **fast**,\n  as people say.\n"
    "- b) It is slow.\n\n"
    "<!-- check fast\na: time < 1\nb: time > 1\n-->\n\n"
    "## 3. Two\n\n"
    "**Predict.** And the ratio?\n\n"
    "<!-- predict ratio: speedup in models of pi pool workers=most -->\n"};

/* A record whose answers are JSON, with ' for ". */
static json_t *record(const char *student, unsigned step, bool is_finished, const char *answers)
{
    char *quoted = strdup(answers);
    for (char *quote = quoted; (quote = strchr(quote, '\''));)
        *quote = '"';
    json_t *all = json_loads(quoted, 0, NULL);
    assert_non_null(all);
    free(quoted);
    return json_pack("{s:s?, s:i, s:i, s:b, s:o}", "student", student, "step", (int)step, "steps",
                     3, "finished", (int)is_finished, "answers", all);
}

static void add(struct lab_class *class, enum status expected, const char *folder, json_t *one)
{
    assert_int_equal(lab_class_add(class, folder, one), expected);
    json_decref(one);
}

#define TIME(answer, low, median, high)                                                            \
    "'time': {'answer': '" answer "', 'unit': 'us', 'median': " median ", 'low': " low             \
    ", 'high': " high ", 'why': null, 'verdict': 'compared'}"
#define FAST(answer, right, verdict)                                                               \
    "'fast': {'answer': '" answer "', 'right': '" right "', 'verdict': '" verdict "'}"
#define OPEN(answer, why)                                                                          \
    "'fast': {'answer': '" answer "', 'right': null, 'why': '" why "', 'verdict': 'inconclusive'}"

/* Seven students: at each step, finished, and one who has only begun. */
static void begin(struct lab_class *class)
{
    assert_int_equal(lab_class_begin(&text, class), STATUS_OK);
    add(class, STATUS_OK, "class/a",
        record("Ada", 3, true,
               "{" TIME("100", "90", "95.5", "101") ", " FAST(
                   "a", "a",
                   "right") ", "
                            "'ratio': {'answer': '2', 'median': 1.5, 'low': null, 'high': null, "
                            "'why': '3 rounds', 'verdict': 'inconclusive'}}"));
    add(class, STATUS_OK, "class/b",
        record("Ben", 2, false,
               "{" TIME("200", "90", "95", "101") ", " FAST("b", "a", "wrong") "}"));
    add(class, STATUS_OK, "class/c",
        record("Ada", 2, false,
               "{" TIME("50", "90", "95", "101") ", " OPEN(
                   "u", "whether time < 1 is open: 0.9 to 1.1 against 1") "}"));
    add(class, STATUS_OK, "class/d/",
        record("", 2, false,
               "{'time': {'answer': '3000'}, " OPEN(
                   "a", "whether time < 1 is open: 0.8 to 1.3 against 1") "}"));
    add(class, STATUS_OK, "class/e",
        record(NULL, 3, false, "{" OPEN("a", "time is not known: others took 12 % of it") "}"));
    add(class, STATUS_OK, "class/f", record("  ", 0, false, "{}"));
    add(class, STATUS_OK, "class/g", record("Eve", 1, false, "{}"));
    lab_class_count(class);
}

static void expect_counts(const unsigned *found, const unsigned *expected)
{
    assert_memory_equal(found, expected, CLASS_TALLIES * sizeof *found);
}

static void test_students_are_where_they_are(void **state)
{
    static const char *const names[] = {"Ada (1)", "Ben", "Ada (2)", "d", "e", "f", "Eve"};
    static const unsigned counts[][CLASS_TALLIES] = {
        {1, 0, 1, 1, 0, 0}, {0, 1, 0, 1, 0, 1}, {0, 0, 1, 1, 0, 1}, {0, 0, 1, 0, 0, 2},
        {0, 0, 1, 0, 1, 1}, {0, 0, 0, 0, 0, 3}, {0, 0, 0, 0, 0, 3}};
    struct lab_class class;
    (void)state;
    begin(&class);
    assert_int_equal(class.student_count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(class.students[i].name, names[i]);
        expect_counts(class.students[i].count, counts[i]);
    }
    assert_int_equal(lab_class_finished(&class), 1);
    lab_class_free(&class);
}

static void test_steps_are_counted(void **state)
{
    static const struct class_step steps[] = {{7, 1}, {6, 1}, {5, 3}, {2, 1}};
    struct lab_class class;
    (void)state;
    begin(&class);
    assert_int_equal(class.lab.steps, 3);
    assert_memory_equal(class.steps, steps, sizeof steps);
    assert_int_equal(lab_class_stuck(&class), 2);
    assert_string_equal(lab_class_step_title(&class, 2), "One");
    assert_string_equal(lab_class_step_title(&class, 0), "");
    lab_class_free(&class);
}

static void test_predictions_are_compared(void **state)
{
    static const unsigned outcomes[] = {1, 1, 1, 0, 1};
    struct lab_class class;
    char words[CLASS_WORDS_MAX];
    (void)state;
    begin(&class);
    const struct class_question *time = &class.questions[0], *ratio = &class.questions[2];
    assert_string_equal(time->text, "How long does it take, as pi has it?");
    assert_int_equal(time->prediction_count, 4);
    assert_memory_equal(time->outcomes, outcomes, sizeof outcomes);
    assert_true(time->predicted.median == 150);
    assert_true(time->predicted.least == 50 && time->predicted.most == 3000);
    assert_int_equal(time->measured.count, 3);
    assert_true(time->measured.median == 95 && time->measured.most == 95.5);
    class_figure_describe(time, words);
    assert_string_equal(words,
                        "Of 4 predictions, 1 is within the interval, 1 is too high, 1 is too low, "
                        "1 is not measured yet. Predicted: median 150, from 50 to 3000 µs. "
                        "Measured: median 95, from 95 to 95.5 µs.");
    assert_int_equal(ratio->outcomes[CLASS_NOT_DECIDED], 1);
    assert_int_equal(ratio->reason_count, 1);
    assert_string_equal(ratio->reasons[0].text, "3 rounds");
    lab_class_free(&class);
}

static void test_choices_are_counted(void **state)
{
    static const unsigned counts[][3] = {{1, 0, 2}, {0, 1, 0}, {0, 0, 1}};
    static const unsigned taken[] = {3, 1, 1}, holds[] = {2, 0, 0};
    struct lab_class class;
    (void)state;
    begin(&class);
    const struct class_question *fast = &class.questions[1];
    assert_int_equal(fast->answered, 5);
    assert_int_equal(fast->choice_count, 3);
    assert_string_equal(fast->choices[0].text, "It is fast, as people say.");
    assert_string_equal(fast->choices[1].text, "It is slow.");
    assert_int_equal(fast->choices[2].letter, GRADE_UNDECIDED);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(fast->choices[i].taken, taken[i]);
        assert_int_equal(fast->choices[i].holds, holds[i]);
        assert_memory_equal(&fast->choices[i].count[CLASS_RIGHT], counts[i], sizeof counts[i]);
    }
    assert_ptr_equal(lab_class_wrong(&class), fast);
    assert_int_equal(fast->reason_count, 2);
    assert_string_equal(fast->reasons[0].text, "whether time < 1 is open");
    assert_int_equal(fast->reasons[0].count, 2);
    assert_string_equal(fast->reasons[1].text, "time is not known: others took 12 % of it");
    lab_class_free(&class);
}

static void expect_reason(const char *one, const char *other, const char *expected)
{
    char *alike = lab_class_reason(one, other);
    if (expected) {
        assert_non_null(alike);
        assert_string_equal(alike, expected);
    } else {
        assert_null(alike);
    }
    free(alike);
}

static void test_reasons_differ_by_words(void **state)
{
    (void)state;
    expect_reason("3 rounds, not 6", "3 rounds, not 6", "3 rounds, not 6");
    expect_reason("3 rounds, not 6", "12 rounds, not 6", "… rounds, not 6");
    expect_reason("… rounds, not 6", "4 rounds, not 6", "… rounds, not 6");
    expect_reason("took 1.5 %", "took 13 %", "took … %");
    expect_reason("mpi-2 is not known", "mpi-3 is not known", NULL);
    expect_reason("x2 is not known", "x3 is not known", NULL);
    expect_reason("3 rounds", "3 rounds more", NULL);
    expect_reason("3 rounds", "a round", NULL);
    expect_reason("", "", "");
}

/* What the lab does not ask, or asks otherwise, is left out; the rest stays. */
static void test_other_questions_are_left_out(void **state)
{
    struct lab_class class;
    (void)state;
    assert_int_equal(lab_class_begin(&text, &class), STATUS_OK);
    add(&class, STATUS_FAILED, "old",
        record("Ada", 2, false,
               "{'gone': {'answer': '1'}, 'fast': {'answer': 'c'}, 'ratio': {'answer': 'a'}, "
               "'time': {'answer': '1', 'unit': 'ms', 'median': 1, 'verdict': 'compared'}}"));
    json_t *longer = record("Ben", 9, false, "{" FAST("b", "b", "right") "}");
    (void)json_object_set_new(longer, "steps", json_integer(9));
    add(&class, STATUS_FAILED, "longer", longer);
    lab_class_count(&class);
    assert_int_equal(class.questions[0].answered, 0);
    assert_int_equal(class.questions[1].answered, 1);
    assert_int_equal(class.questions[2].answered, 0);
    assert_int_equal(class.students[1].step, 3);
    assert_null(lab_class_wrong(&class));
    lab_class_free(&class);
}

/* Verdicts and numbers of other kinds than a record has. */
static void test_odd_answers_decide_nothing(void **state)
{
    struct lab_class class;
    (void)state;
    assert_int_equal(lab_class_begin(&text, &class), STATUS_OK);
    add(&class, STATUS_OK, "odd",
        record("Ada", 3, false,
               "{'time': {'answer': '1', 'median': 'x', 'low': [], 'verdict': 'compared'}, "
               "'fast': {'answer': 'a', 'right': 7, 'verdict': 'perfect'}, "
               "'ratio': {'answer': '1', 'median': 2, 'low': 3, 'high': 1, "
               "'verdict': 'compared'}}"));
    lab_class_count(&class);
    assert_int_equal(class.questions[0].outcomes[CLASS_NOT_DECIDED], 1);
    assert_int_equal(class.questions[1].choices[0].taken, 1);
    assert_int_equal(class.questions[1].choices[0].count[CLASS_RIGHT], 0);
    assert_int_equal(class.questions[2].outcomes[CLASS_NOT_DECIDED], 1);
    assert_int_equal(class.questions[0].measured.count, 0);
    lab_class_free(&class);
}

static void test_long_names_are_cut(void **state)
{
    struct lab_class class;
    char name[1000];
    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(lab_class_begin(&text, &class), STATUS_OK);
    for (int i = 0; i < 12; i++)
        add(&class, STATUS_OK, "long", record(name, 1, false, "{}"));
    add(&class, STATUS_OK, "/", record(NULL, 1, false, "{}"));
    add(&class, STATUS_OK, "a/b\x1b[1m", record(NULL, 1, false, "{}"));
    lab_class_count(&class);
    assert_true(strlen(class.students[0].name) < CLASS_NAME_MAX);
    assert_non_null(strstr(class.students[0].name, "x… (1)"));
    assert_non_null(strstr(class.students[11].name, "x… (12)"));
    assert_string_equal(class.students[12].name, "/");
    assert_string_equal(class.students[13].name, "b?[1m");
    lab_class_free(&class);
}

static void expect_scale(const char *predicted, const char *answer, bool is_logarithmic)
{
    struct lab_class class;
    char answers[256];
    (void)snprintf(answers, sizeof answers,
                   "{'ratio': {'answer': '%s', 'median': %s, 'low': %s, 'high': %s, "
                   "'verdict': 'compared'}}",
                   predicted, answer, answer, answer);
    assert_int_equal(lab_class_begin(&text, &class), STATUS_OK);
    add(&class, STATUS_OK, "a", record("Ada", 3, true, answers));
    lab_class_count(&class);
    assert_int_equal(class_figure_is_logarithmic(&class.questions[2]), is_logarithmic);
    lab_class_free(&class);
}

static void test_axes_are_logarithmic_where_values_differ_much(void **state)
{
    (void)state;
    expect_scale("1", "20", false);
    expect_scale("1", "21", true);
    expect_scale("21", "1", true);
    expect_scale("0", "21", false);
    expect_scale("1", "-21", false);
    expect_scale("0", "0", false);
}

static void expect_bins(double low, double high, bool is_logarithmic, const size_t *expected)
{
    const double numbers[] = {1, 1, NAN, 10, 100, 100, 100, 0};
    unsigned bins[CLASS_BINS], filled = 0;
    class_figure_count(numbers, 8, low, high, is_logarithmic, bins);
    for (size_t i = 0; i < CLASS_BINS; i++)
        filled += bins[i];
    assert_int_equal(filled, 7);
    assert_int_equal(bins[0], 3);
    assert_int_equal(bins[expected[0]], 1);
    assert_int_equal(bins[CLASS_BINS - 1], 3);
}

static void test_numbers_are_counted_in_bins(void **state)
{
    (void)state;
    expect_bins(0, 100, false, (const size_t[]){2});
    expect_bins(1, 100, true, (const size_t[]){10});
}

/* ---- the page, and what other programs get ---- */

static char *page_of(struct class_page *page)
{
    char *written = NULL;
    size_t length;
    FILE *stream = memory_open(&written, &length);
    class_page_write(stream, page);
    memory_close(stream, &written);
    return written;
}

static void test_a_page_without_figures(void **state)
{
    struct class_shown shown;
    struct class_page page = {.count = 1, .all = &(struct class_shown *){&shown}};
    (void)state;
    begin(&shown.class);
    shown.figures = memory_new(3, sizeof *shown.figures);
    (void)snprintf(shown.class.students[1].name, CLASS_NAME_MAX, "%s", "<b>&\"'");
    char *written = page_of(&page);
    assert_non_null(strstr(written, "There are tables only"));
    assert_null(strstr(written, "<img"));
    assert_null(strstr(written, "<b>&\""));
    assert_non_null(strstr(written, "<td>&lt;b&gt;&amp;&quot;&#39;</td>"));
    assert_non_null(strstr(written, "7 students, of whom 1 has finished. Of the others, 3 "
                                    "are at step 2 of 3, <b>One</b>: at no step are more."));
    assert_non_null(strstr(written, "<td>a) It is fast, as people say.</td>"));
    assert_non_null(strstr(written, "95.5 [90.0, 101]"));
    assert_null(strstr(written, "class/a"));
    free(written);
    free(shown.figures);
    lab_class_free(&shown.class);
}

static void test_json_has_all_of_it(void **state)
{
    struct lab_class class;
    (void)state;
    begin(&class);
    json_t *json = lab_class_json(&class);
    const json_t *time = json_array_get(json_object_get(json, "questions"), 0),
                 *fast = json_array_get(json_object_get(json, "questions"), 1),
                 *choice = json_array_get(json_object_get(fast, "choices"), 2);
    assert_int_equal(json_array_size(json_object_get(json, "students")), 7);
    assert_int_equal(json_array_size(json_object_get(json, "steps")), 4);
    assert_int_equal(json_integer_value(json_object_get(time, "within_the_interval")), 1);
    assert_int_equal(json_array_size(json_object_get(time, "predictions")), 4);
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(time, "predictions"), 3), "median")));
    assert_string_equal(json_string_value(json_object_get(choice, "letter")), "u");
    assert_int_equal(json_integer_value(json_object_get(choice, "inconclusive")), 1);
    json_decref(json);
    lab_class_free(&class);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_students_are_where_they_are),
        cmocka_unit_test(test_steps_are_counted),
        cmocka_unit_test(test_predictions_are_compared),
        cmocka_unit_test(test_choices_are_counted),
        cmocka_unit_test(test_reasons_differ_by_words),
        cmocka_unit_test(test_other_questions_are_left_out),
        cmocka_unit_test(test_odd_answers_decide_nothing),
        cmocka_unit_test(test_long_names_are_cut),
        cmocka_unit_test(test_axes_are_logarithmic_where_values_differ_much),
        cmocka_unit_test(test_numbers_are_counted_in_bins),
        cmocka_unit_test(test_a_page_without_figures),
        cmocka_unit_test(test_json_has_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
