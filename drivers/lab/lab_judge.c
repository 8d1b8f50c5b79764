#define _GNU_SOURCE
#include "lab_judge.h"

#include "json.h"
#include "lab_units.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 512 };

static struct measured find_value(const void *runs, const char *name)
{
    return lab_runs_value((struct lab_runs *)runs, name);
}

static char right_of(struct lab_runs *runs, const struct lab_question *question,
                     char why[CONDITION_WHY_MAX])
{
    const struct values_by_name values = {find_value, runs};
    lab_runs_forget_machine(runs);
    return grade_right(question, &values, why);
}

static struct measured measured_for(struct lab_runs *runs, const struct lab_question *question)
{
    lab_runs_forget_machine(runs);
    return lab_runs_value(runs, question->name);
}

static void judge_number(json_t *answer, struct lab_runs *runs, const struct lab_question *question)
{
    const struct measured measured = measured_for(runs, question);
    const double scale = lab_unit_scale(question->predicts->unit);
    (void)json_object_set_new(answer, "unit", json_text(question->predicts->unit));
    (void)json_object_set_new(answer, "median", json_known(measured.median / scale));
    (void)json_object_set_new(answer, "low", json_known(measured.low / scale));
    (void)json_object_set_new(answer, "high", json_known(measured.high / scale));
    (void)json_object_set_new(answer, "why", json_known_text(measured.why));
    (void)json_object_set_new(
        answer, "verdict",
        json_string(grade_name[measured.is_known ? GRADE_COMPARED : GRADE_INCONCLUSIVE]));
}

static void judge_choice(json_t *answer, struct lab_runs *runs, const struct lab_question *question,
                         char given)
{
    char why[CONDITION_WHY_MAX];
    const char right[2] = {right_of(runs, question, why), '\0'};
    (void)json_object_set_new(answer, "right", json_known_text(right));
    (void)json_object_set_new(answer, "why", json_known_text(*right ? "" : why));
    (void)json_object_set_new(answer, "verdict", json_string(grade_name[grade_of(given, *right)]));
}

void lab_judge(struct lab_record *record, struct lab_runs *runs,
               const struct lab_question *question)
{
    json_t *answer = lab_record_answer(record, question->name);
    const char *given = json_string_value(json_object_get(answer, "answer"));
    if (!given)
        return;
    if (question->predicts)
        judge_number(answer, runs, question);
    else
        judge_choice(answer, runs, question, *given);
}

/* ---- shown ---- */

static void show_number(FILE *stream, const json_t *answer, struct lab_runs *runs,
                        const struct lab_question *question)
{
    char text[LINE_MAX_BYTES], compared[LINE_MAX_BYTES];
    const struct measured measured = measured_for(runs, question);
    const char *unit = question->predicts->unit,
               *given = json_string_value(json_object_get(answer, "answer"));
    measured_print(&measured, unit, text, sizeof text);
    grade_compare(strtod(given, NULL), &measured, unit, compared, sizeof compared);
    text_wrapped(stream, "  ", "%s: you predicted %s%s%s; measured %s: %s", question->name, given,
                 unit ? " " : "", lab_unit_text(unit), text, compared);
}

/* Each value once that the conditions of the choices name. */
static void show_values(FILE *stream, struct lab_runs *runs, const struct lab_question *question)
{
    const struct lab *lab = runs->lab;
    for (size_t i = 0; i < lab->value_count; i++) {
        const struct lab_value *value = &lab->values[i];
        bool is_named = false;
        for (size_t j = 0; j < question->choice_count; j++)
            is_named = is_named || condition_names(question->choices[j].condition, value->name);
        if (!is_named)
            continue;
        char text[LINE_MAX_BYTES];
        struct measured measured = lab_runs_value(runs, value->name);
        if (!isnan(measured.median))
            measured.why[0] = '\0'; /* the sentence above has said why it may be doubted */
        measured_print(&measured, value->unit, text, sizeof text);
        text_wrapped(stream, "  ", "%s: %s", value->name, text);
    }
}

static void show_choice(FILE *stream, const json_t *answer, struct lab_runs *runs,
                        const struct lab_question *question)
{
    char why[CONDITION_WHY_MAX];
    const char right = right_of(runs, question, why);
    const char given = *json_string_value(json_object_get(answer, "answer"));
    if (!right)
        text_wrapped(stream, "", "INCONCLUSIVE: %s.%s", why,
                     given == GRADE_UNDECIDED ? " So you have seen." : "");
    else if (given == right)
        text_wrapped(stream, "", "RIGHT: so your own measurements have it.");
    else
        text_wrapped(stream, "", "WRONG: by your own measurements it is %c).", right);
    lab_runs_forget_machine(runs);
    show_values(stream, runs, question);
}

void lab_judge_show(FILE *stream, const struct lab_record *record, struct lab_runs *runs,
                    const struct lab_question *question)
{
    const json_t *answer = lab_record_answer(record, question->name);
    if (!answer)
        return;
    if (question->predicts)
        show_number(stream, answer, runs, question);
    else
        show_choice(stream, answer, runs, question);
}

/* ---- all of them ---- */

static enum grade grade_in(const json_t *answer)
{
    const char *name = json_string_value(json_object_get(answer, "verdict"));
    for (unsigned i = GRADE_COMPARED; name && i <= GRADE_INCONCLUSIVE; i++)
        if (strcmp(grade_name[i], name) == 0)
            return (enum grade)i;
    return GRADE_NONE;
}

void lab_judge_summary(FILE *stream, const struct lab_record *record, const struct lab *lab)
{
    unsigned count[GRADE_INCONCLUSIVE + 1] = {0};
    for (size_t i = 0; i < lab->question_count; i++) {
        const json_t *answer = lab_record_answer(record, lab->questions[i].name);
        const enum grade grade = grade_in(answer);
        count[grade]++;
        if (answer)
            text_wrapped(stream, "  ", "%s: %s, %s", lab->questions[i].name,
                         json_string_value(json_object_get(answer, "answer")), grade_name[grade]);
    }
    text_wrapped(stream, "",
                 "%zu questions: %u right, %u wrong, %u inconclusive, %u predictions "
                 "compared, %u left out.",
                 lab->question_count, count[GRADE_RIGHT], count[GRADE_WRONG],
                 count[GRADE_INCONCLUSIVE], count[GRADE_COMPARED], count[GRADE_NONE]);
}

/* ---- runs of a prediction ---- */

static bool value_is_of(const struct lab *lab, const struct lab_value *value, const char *run)
{
    if (value->run)
        return strcmp(value->run, run) == 0;
    return value_is_of(lab, lab_value(lab, value->left), run) ||
           value_is_of(lab, lab_value(lab, value->right), run);
}

bool lab_judge_is_of(const struct lab *lab, const struct lab_question *question, const char *run)
{
    return value_is_of(lab, question->predicts, run);
}

static bool value_has_run(const struct lab_runs *runs, const struct lab_value *value)
{
    char folder[PATH_MAX];
    if (value->run)
        return lab_runs_folder(runs, value->run, folder);
    return value_has_run(runs, lab_value(runs->lab, value->left)) &&
           value_has_run(runs, lab_value(runs->lab, value->right));
}

bool lab_judge_has_run(const struct lab_runs *runs, const struct lab_question *question)
{
    return value_has_run(runs, question->predicts);
}
