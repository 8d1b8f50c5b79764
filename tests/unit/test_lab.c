/*
 * The labs' texts: that they are written as labs/README.md says, and that each question has a right
 * answer for whatever may be measured, one only, and each of its choices is it somewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "condition.h"
#include "grade.h"
#include "lab.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_MAX = 64, NUMBERS_MAX = 64, DRAWS = 12000 };

/* Values of a lab, made up. */
struct made_up {
    const struct lab *lab;
    struct measured values[VALUES_MAX];
};

static struct measured find(const void *context, const char *name)
{
    const struct made_up *made_up = context;
    for (size_t i = 0; i < made_up->lab->value_count; i++)
        if (strcmp(made_up->lab->values[i].name, name) == 0)
            return made_up->values[i];
    return measured_none("the lab has no such value");
}

/* The numbers that conditions have: what is near them is worth trying. */
static size_t numbers_of(const struct lab_question *question, double numbers[NUMBERS_MAX])
{
    size_t count = 0;
    numbers[count++] = 1;
    for (size_t i = 0; i < question->choice_count; i++)
        for (const char *at = question->choices[i].condition; *at; at += strcspn(at, " ")) {
            char *end;
            at += strspn(at, " ");
            const double number = strtod(at, &end);
            if (end != at && (*end == ' ' || !*end) && number > 0 && count < NUMBERS_MAX)
                numbers[count++] = number;
        }
    return count;
}

/* Near one of the numbers, or of any size: the same ones each time. */
static double draw(const double *numbers, size_t count)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const double any = (double)(state >> 11) / 9007199254740992.0;
    const double number = numbers[state % count];
    switch ((state >> 8) % 3) {
    case 0:
        return number * (0.5 + any);
    case 1:
        return number * pow(10, 4 * any - 2);
    default:
        return pow(10, 18 * any - 9);
    }
}

static void draw_values(struct made_up *made_up, const double *numbers, size_t count)
{
    for (size_t i = 0; i < made_up->lab->value_count; i++)
        made_up->values[i] = measured_exactly(draw(numbers, count));
}

/* How many choices hold. */
static unsigned count_holding(const struct lab_question *question,
                              const struct values_by_name *values)
{
    char why[CONDITION_WHY_MAX];
    unsigned count = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const char *condition = question->choices[i].condition;
        count += strcmp(condition, "otherwise") != 0 &&
                 condition_holds(condition, values, why) == TRUTH_YES;
    }
    return count;
}

static void check_answers(const struct lab_question *question, char right)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        const char letter = question->choices[i].letter;
        assert_int_equal(grade_of(letter, right), letter == right ? GRADE_RIGHT : GRADE_WRONG);
        assert_int_equal(grade_of(letter, 0), GRADE_INCONCLUSIVE);
    }
}

/* Of measurements that tell nothing: any value may be anything, or is not known. */
static void check_undecided(const struct lab_question *question, struct made_up *made_up)
{
    const struct values_by_name values = {find, made_up};
    char why[CONDITION_WHY_MAX];
    for (size_t i = 0; i < made_up->lab->value_count; i++)
        made_up->values[i] = (struct measured){true, 1, 0, 1e30, "", {.run = NULL}};
    assert_int_equal(grade_right(question, &values, why), 0);
    assert_non_null(strstr(why, " is open: "));
    for (size_t i = 0; i < made_up->lab->value_count; i++)
        made_up->values[i] = measured_none("there is one core");
    assert_int_equal(grade_right(question, &values, why), 0);
    assert_non_null(strstr(why, "there is one core"));
}

static void check_question(const struct lab *lab, const struct lab_question *question)
{
    struct made_up made_up = {.lab = lab};
    const struct values_by_name values = {find, &made_up};
    double numbers[NUMBERS_MAX];
    const size_t count = numbers_of(question, numbers);
    bool was_right[256] = {false};
    char why[CONDITION_WHY_MAX];
    for (unsigned i = 0; i < DRAWS; i++) {
        draw_values(&made_up, numbers, count);
        const char right = grade_right(question, &values, why);
        if (!right || count_holding(question, &values) > 1)
            fail_msg("labs/%s.md, %s: %s", lab->name, question->name,
                     right ? "two choices hold at once" : why);
        if (!was_right[(unsigned char)right])
            check_answers(question, right);
        was_right[(unsigned char)right] = true;
    }
    for (size_t i = 0; i < question->choice_count; i++)
        if (!was_right[(unsigned char)question->choices[i].letter])
            fail_msg("labs/%s.md, %s: %c is never right", lab->name, question->name,
                     question->choices[i].letter);
    check_undecided(question, &made_up);
}

static void each_question_has_one_right_answer(void **state)
{
    unsigned checked = 0;
    (void)state;
    for (const struct lab_text *text = lab_texts; text->name; text++) {
        struct lab lab;
        assert_int_equal(lab_read(text, &lab), STATUS_OK);
        assert_true(lab.value_count <= VALUES_MAX);
        for (size_t i = 0; i < lab.question_count; i++)
            if (!lab.questions[i].predicts) {
                check_question(&lab, &lab.questions[i]);
                checked++;
            }
        lab_free(&lab);
    }
    assert_true(checked > 0);
}

static bool has_step(const struct lab *lab, const char *title)
{
    for (size_t i = 0; i < lab->block_count; i++)
        if (lab->blocks[i].kind == LAB_STEP && strcmp(lab->blocks[i].text, title) == 0)
            return true;
    return false;
}

/* As many list items stand right before a check as it has choices. */
static void check_list(const struct lab *lab, size_t place)
{
    const struct lab_question *question = &lab->questions[lab->blocks[place].question];
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct lab_block *item = &lab->blocks[place - question->choice_count + i];
        const char mark[] = {question->choices[i].letter, ')', ' ', '\0'};
        if (item->kind != LAB_ITEM || strncmp(item->text, mark, 3) != 0)
            fail_msg("labs/%s.md, %s: its list has no %s", lab->name, question->name, mark);
    }
}

static void each_lab_has_what_a_lab_has(void **state)
{
    (void)state;
    for (const struct lab_text *text = lab_texts; text->name; text++) {
        struct lab lab;
        size_t predictions = 0;
        assert_int_equal(lab_read(text, &lab), STATUS_OK);
        assert_int_equal(lab.number, text - lab_texts + 1);
        assert_true(has_step(&lab, "Aim") && has_step(&lab, "What to know before"));
        assert_true(has_step(&lab, "Questions") && has_step(&lab, "Summary"));
        for (size_t i = 0; i < lab.block_count; i++)
            if (lab.blocks[i].kind == LAB_QUESTION &&
                !lab.questions[lab.blocks[i].question].predicts)
                check_list(&lab, i);
        for (size_t i = 0; i < lab.question_count; i++)
            predictions += lab.questions[i].predicts != NULL;
        assert_true(predictions >= 2 && lab.question_count - predictions >= 2);
        lab_free(&lab);
    }
}

/* ---- how a text is read ---- */

#define HEAD "# Lab 3: A title\n\n*Half an hour.*\n\n## 1. Aim\n\nOne [line](to.c)\nand `more`.\n\n"

static const char whole[] =
    HEAD "- first,\n  in two lines\n- second\n\n## 2. Step\n\n"
         "| a | b |\n|---|---|\n| 1 | 2 |\n\n**Predict.** How many?\n\n"
         "<!-- predict many: speedup in runs of pi threads workers=2 unit=us -->\n\n"
         "```sh\nbuild/parbench run strong --out results/lab3/runs\n```\n\n"
         "![a picture](figures/lab3/runs/strong.svg)\n\n"
         "<!-- values\nrest: METG(50 %) in runs of pi pool:dispatch=imap size=most\n-->\n\n"
         "<!-- predict both: many / rest -->\n\n"
         "<!-- recorded runs: results/reference -->\n\n"
         "- a) few\n- b) not\n\n<!-- check few\na: many < 2\nb: otherwise\n-->\n";

static void a_text_becomes_blocks(void **state)
{
    static const enum lab_block_kind kinds[] = {LAB_TEXT,     LAB_STEP, LAB_TEXT,    LAB_ITEM,
                                                LAB_ITEM,     LAB_STEP, LAB_TABLE,   LAB_TEXT,
                                                LAB_QUESTION, LAB_CODE, LAB_PICTURE, LAB_QUESTION,
                                                LAB_RECORDED, LAB_ITEM, LAB_ITEM,    LAB_QUESTION};
    const struct lab_text text = {3, "3-title", whole};
    struct lab lab;
    (void)state;
    assert_int_equal(lab_read(&text, &lab), STATUS_OK);
    assert_string_equal(lab.title, "A title");
    assert_int_equal(lab.steps, 2);
    assert_int_equal(lab.block_count, sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < lab.block_count; i++)
        assert_int_equal(lab.blocks[i].kind, kinds[i]);
    assert_string_equal(lab.blocks[2].text, "One [line](to.c) and `more`.");
    assert_string_equal(lab.blocks[3].text, "first, in two lines");
    assert_string_equal(lab.blocks[9].with, "sh");
    assert_string_equal(lab.blocks[10].with, "figures/lab3/runs/strong.svg");
    assert_string_equal(lab.blocks[12].with, "results/reference");
    assert_string_equal(lab_step_title(&lab, 2), "Step");
    assert_string_equal(lab.questions[0].text, "**Predict.** How many?");
    const struct lab_value *many = lab_value(&lab, "many"), *rest = lab_value(&lab, "rest");
    assert_ptr_equal(lab.questions[0].predicts, many);
    assert_string_equal(many->quantity, "speedup");
    assert_string_equal(many->run, "runs");
    assert_string_equal(many->unit, "us");
    assert_int_equal(many->workers.pick, LAB_NUMBER);
    assert_string_equal(rest->quantity, "METG(50 %)");
    assert_string_equal(rest->model, "pool:dispatch=imap");
    assert_int_equal(rest->size.pick, LAB_MOST);
    assert_string_equal(lab.questions[1].predicts->right, "rest");
    assert_int_equal(lab_question(&lab, "few")->choice_count, 2);
    assert_null(lab_question(&lab, "many "));
    lab_free(&lab);
}

static void a_text_that_is_wrong_is_refused(void **state)
{
    static const char *const wrong[] = {
        "no title\n\n## 1. Step\n",
        "# Lab 3: A title\n\n## Step\n",
        "# Lab 3: A title\n\n## 2. Step\n",
        "# Lab 3: A title\n",
        HEAD "```sh\nbuild/parbench\n",
        HEAD "<!-- predict many: speedup in runs of pi threads",
        HEAD "<!-- guess many: speedup in runs of pi threads -->\n",
        HEAD "<!-- predict many: speedup in runs -->\n",
        HEAD "<!-- predict many: speedup in runs of pi -->\n",
        HEAD "<!-- predict many: speedup in runs of pi threads 2 -->\n",
        HEAD "<!-- predict many: speedup in runs of pi threads workers=few -->\n",
        HEAD "<!-- predict many: speedup in runs of pi threads unit=mile -->\n",
        HEAD "<!-- predict many: few / more -->\n",
        HEAD
        "<!-- predict many: speedup in r of pi gil -->\n<!-- predict many: time in r of pi gil "
        "-->\n",
        HEAD "<!-- check few\na: many < 2\nb: otherwise\n-->\n",
        HEAD "<!-- check few\nm: speedup in r of pi gil\na: otherwise\n-->\n",
        HEAD "<!-- values\nmany: speedup in r of pi gil\n-->\n\n<!-- check few\nb: many < 2\na: "
             "otherwise\n-->\n",
        HEAD "![a picture](figures/lab3\n",
        HEAD "<!-- recorded runs -->\n",
        HEAD "<!-- values\na name without end -->\n",
    };
    (void)state;
    status_hush(true);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct lab_text text = {3, "3-title", wrong[i]};
        struct lab lab;
        if (lab_read(&text, &lab) == STATUS_OK)
            fail_msg("text %zu is taken: %s", i, wrong[i]);
        lab_free(&lab);
    }
    status_hush(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_question_has_one_right_answer),
        cmocka_unit_test(each_lab_has_what_a_lab_has),
        cmocka_unit_test(a_text_becomes_blocks),
        cmocka_unit_test(a_text_that_is_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
