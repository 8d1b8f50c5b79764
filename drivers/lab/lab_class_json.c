#include "lab_class_json.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

/* Adds a count under what people call it: "left out" is left_out. */
static void set_count(json_t *object, const char *name, unsigned count)
{
    char key[64];
    (void)snprintf(key, sizeof key, "%s", name);
    for (char *space = key; (space = strchr(space, ' '));)
        *space = '_';
    (void)json_object_set_new(object, key, json_integer(count));
}

static json_t *student_json(const struct class_student *student)
{
    json_t *object = json_pack("{s:o, s:o, s:i, s:b}", "name", json_text(student->name), "folder",
                               json_text(student->folder), "step", (int)student->step, "finished",
                               (int)student->is_finished);
    for (unsigned i = 0; i < CLASS_TALLIES; i++)
        set_count(object, class_tally_name[i], student->count[i]);
    return object;
}

static json_t *step_json(const struct lab_class *class, unsigned step)
{
    return json_pack("{s:i, s:o, s:i, s:i}", "step", (int)step, "title",
                     json_text(lab_class_step_title(class, step)), "reached",
                     (int)class->steps[step].reached, "here", (int)class->steps[step].here);
}

static json_t *spread_json(const struct class_spread *spread)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "count", (json_int_t)spread->count, "median",
                     json_known(spread->median), "least", json_known(spread->least), "most",
                     json_known(spread->most));
}

static json_t *prediction_json(const struct lab_class *class,
                               const struct class_prediction *prediction)
{
    const struct measured *measured = &prediction->measured;
    return json_pack("{s:o, s:f, s:o, s:o, s:o, s:s, s:o}", "student",
                     json_text(class->students[prediction->student].name), "predicted",
                     prediction->predicted, "median", json_known(measured->median), "low",
                     json_known(measured->low), "high", json_known(measured->high), "outcome",
                     class_outcome_name[prediction->outcome], "why",
                     json_known_text(measured->why));
}

static void add_predictions(json_t *object, const struct lab_class *class,
                            const struct class_question *question)
{
    json_t *predictions = json_array();
    for (size_t i = 0; i < question->prediction_count; i++)
        (void)json_array_append_new(predictions, prediction_json(class, &question->predictions[i]));
    (void)json_object_set_new(object, "unit", json_text(question->question->predicts->unit));
    for (unsigned i = 0; i < CLASS_OUTCOMES; i++)
        set_count(object, class_outcome_name[i], question->outcomes[i]);
    (void)json_object_set_new(object, "predicted", spread_json(&question->predicted));
    (void)json_object_set_new(object, "measured", spread_json(&question->measured));
    (void)json_object_set_new(object, "predictions", predictions);
}

static void add_choices(json_t *object, const struct class_question *question)
{
    json_t *choices = json_array();
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct class_choice *choice = &question->choices[i];
        json_t *one = json_pack("{s:s#, s:o, s:i, s:i}", "letter", &choice->letter, 1, "text",
                                json_text(choice->text), "taken", (int)choice->taken, "holds",
                                (int)choice->holds);
        for (unsigned tally = CLASS_RIGHT; tally <= CLASS_INCONCLUSIVE; tally++)
            set_count(one, class_tally_name[tally], choice->count[tally]);
        (void)json_array_append_new(choices, one);
    }
    (void)json_object_set_new(object, "choices", choices);
}

static json_t *question_json(const struct lab_class *class, const struct class_question *question)
{
    json_t *reasons = json_array();
    json_t *object = json_pack("{s:s, s:o, s:i, s:i}", "name", question->question->name, "text",
                               json_text(question->text), "step", (int)question->step, "answered",
                               (int)question->answered);
    for (unsigned i = 0; i < CLASS_TALLIES; i++)
        set_count(object, class_tally_name[i], question->count[i]);
    if (question->choice_count > 0)
        add_choices(object, question);
    else
        add_predictions(object, class, question);
    for (size_t i = 0; i < question->reason_count; i++)
        (void)json_array_append_new(reasons, json_pack("{s:o, s:i}", "why",
                                                       json_text(question->reasons[i].text),
                                                       "count", (int)question->reasons[i].count));
    (void)json_object_set_new(object, "reasons", reasons);
    return object;
}

json_t *lab_class_json(const struct lab_class *class)
{
    const struct lab *lab = &class->lab;
    json_t *students = json_array(), *steps = json_array(), *questions = json_array();
    for (size_t i = 0; i < class->student_count; i++)
        (void)json_array_append_new(students, student_json(&class->students[i]));
    for (unsigned step = 0; step <= lab->steps; step++)
        (void)json_array_append_new(steps, step_json(class, step));
    for (size_t i = 0; i < lab->question_count; i++)
        (void)json_array_append_new(questions, question_json(class, &class->questions[i]));
    return json_pack("{s:i, s:s, s:s, s:o, s:o, s:o}", "lab", (int)lab->number, "name", lab->name,
                     "title", lab->title, "steps", steps, "students", students, "questions",
                     questions);
}
