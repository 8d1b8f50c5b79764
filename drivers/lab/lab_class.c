#define _GNU_SOURCE
#include "lab_class.h"

#include "json.h"
#include "lab_ask.h"
#include "lab_show.h"
#include "memory.h"
#include "printable.h"
#include "stats.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const class_tally_name[CLASS_TALLIES] = {"right",    "wrong",    "inconclusive",
                                                     "compared", "left out", "to come"};
const char *const class_outcome_name[CLASS_OUTCOMES] = {
    "within the interval", "too high", "too low", "not decided", "not measured yet"};

/* ---- the lab's questions ---- */

/* The item "b) They gain something" of the list before the question; the caller frees. */
static char *text_of_choice(const struct lab *lab, size_t block, char letter)
{
    while (block > 0 && lab->blocks[block - 1].kind == LAB_ITEM) {
        const char *text = lab->blocks[--block].text;
        if (text[0] == letter && text[1] == ')')
            return lab_plain(text + 2 + strspn(text + 2, " "));
    }
    return memory_text("");
}

static void begin_choices(const struct lab *lab, size_t block, struct class_question *question)
{
    const struct lab_question *of = question->question;
    for (size_t i = 0; i < of->choice_count; i++) {
        struct class_choice *choice = &question->choices[question->choice_count++];
        choice->letter = of->choices[i].letter;
        choice->text = text_of_choice(lab, block, choice->letter);
    }
    struct class_choice *undecided = &question->choices[question->choice_count++];
    undecided->letter = GRADE_UNDECIDED;
    undecided->text = memory_text("My measurements do not decide it.");
}

/* Without the word that every one begins with. */
static char *text_of_question(const struct lab_question *question)
{
    static const char *const first[] = {"Predict. ", "Check. "};
    char *text = lab_plain(question->text);
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (strncmp(text, first[i], strlen(first[i])) == 0)
            memmove(text, text + strlen(first[i]), strlen(text + strlen(first[i])) + 1);
    return text;
}

enum status lab_class_begin(const struct lab_text *text, struct lab_class *class)
{
    *class = (struct lab_class){.students = NULL};
    TRY(lab_read(text, &class->lab));
    const struct lab *lab = &class->lab;
    class->questions = memory_new(lab->question_count, sizeof *class->questions);
    class->steps = memory_new(lab->steps + 1, sizeof *class->steps);
    for (size_t i = 0; i < lab->block_count; i++) {
        if (lab->blocks[i].kind != LAB_QUESTION)
            continue;
        struct class_question *question = &class->questions[lab->blocks[i].question];
        question->question = &lab->questions[lab->blocks[i].question];
        question->step = lab->blocks[i].step;
        question->text = text_of_question(question->question);
        if (!question->question->predicts)
            begin_choices(lab, i, question);
    }
    return STATUS_OK;
}

static void free_question(struct class_question *question)
{
    for (size_t i = 0; i < question->choice_count; i++)
        free(question->choices[i].text);
    for (size_t i = 0; i < question->reason_count; i++)
        free(question->reasons[i].text);
    free(question->reasons);
    free(question->predictions);
    free(question->text);
}

void lab_class_free(struct lab_class *class)
{
    for (size_t i = 0; class->questions && i < class->lab.question_count; i++)
        free_question(&class->questions[i]);
    for (size_t i = 0; i < class->student_count; i++)
        json_decref(class->students[i].record);
    free(class->students);
    free(class->questions);
    free(class->steps);
    lab_free(&class->lab);
}

/* ---- students ---- */

static bool is_blank(const char *text)
{
    return !text || !text[strspn(text, " ")];
}

/* The last component of a path, as it was typed: "class/ada/" is ada's. */
static void name_by_folder(const char *folder, char name[CLASS_NAME_MAX])
{
    size_t end = strlen(folder), start;
    while (end > 1 && folder[end - 1] == '/')
        end--;
    for (start = end; start > 0 && folder[start - 1] != '/'; start--)
        ;
    char *last = memory_text_start(folder + start, end - start);
    printable_copy(*last ? last : folder, name, CLASS_NAME_MAX);
    free(last);
}

/* What was typed may be as long as it likes. */
static void name_student(struct class_student *student)
{
    enum { ROOM = CLASS_NAME_MAX - 16 }; /* for what tells two of one name apart */
    const char *typed = json_string_value(json_object_get(student->record, "student"));
    if (is_blank(typed)) {
        name_by_folder(student->folder, student->name);
        return;
    }
    printable_copy(typed, student->name, ROOM);
    if (strlen(typed) >= ROOM)
        text_append(student->name, CLASS_NAME_MAX, "…");
}

static const char *answer_of(const struct class_student *student, const char *question)
{
    const json_t *answers = json_object_get(student->record, "answers");
    return json_string_value(json_object_get(json_object_get(answers, question), "answer"));
}

static const char *text_in(const json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(answer, key));
    return text ? text : "";
}

/* Whether the answer is one to the question as it is asked now. */
static bool fits(const struct lab_question *question, const json_t *answer)
{
    const char *given = text_in(answer, "answer");
    const json_t *unit = json_object_get(answer, "unit");
    if (!question->predicts)
        return lab_ask_choice(question, given) == NULL;
    const char *asked = question->predicts->unit ? question->predicts->unit : "";
    return lab_ask_number(question, given) == NULL &&
           (!unit || strcmp(text_in(answer, "unit"), asked) == 0);
}

/* Removes answers that the lab does not ask for, or not so, and lists their questions. */
static void leave_out(const struct lab *lab, json_t *answers, char *list, size_t length)
{
    const char *name;
    json_t *answer;
    void *next;
    json_object_foreach_safe(answers, next, name, answer)
    {
        const struct lab_question *question = lab_question(lab, name);
        if (question && fits(question, answer))
            continue;
        text_append(list, length, "%s%s", *list ? ", " : "", name);
        (void)json_object_del(answers, name);
    }
}

enum status lab_class_add(struct lab_class *class, const char *folder, json_t *record)
{
    char list[400] = "";
    const unsigned steps = (unsigned)json_integer_value(json_object_get(record, "steps")),
                   step = (unsigned)json_integer_value(json_object_get(record, "step"));
    class->students = memory_grow(class->students, class->student_count, sizeof *class->students);
    struct class_student *student = &class->students[class->student_count++];
    *student = (struct class_student){
        .folder = folder,
        .record = json_incref(record),
        .step = step < class->lab.steps ? step : class->lab.steps,
        .is_finished = json_is_true(json_object_get(record, "finished")),
    };
    name_student(student);
    leave_out(&class->lab, json_object_get(record, "answers"), list, sizeof list);
    if (*list)
        status_say("%s: answers are left out that are none to lab %u as it is now: %s", folder,
                   class->lab.number, list);
    if (steps != class->lab.steps)
        status_say(
            "%s: lab %u had %u steps then and has %u now: which one was reached may be wrong",
            folder, class->lab.number, steps, class->lab.steps);
    return *list || steps != class->lab.steps ? STATUS_FAILED : STATUS_OK;
}

/* Those who share a name get a number. */
static void tell_apart(struct lab_class *class)
{
    for (size_t i = 0; i < class->student_count; i++) {
        const struct class_student *first = &class->students[i];
        char name[CLASS_NAME_MAX];
        unsigned same = 0;
        (void)snprintf(name, sizeof name, "%s", first->name);
        for (size_t j = i + 1; j < class->student_count; j++)
            if (strcmp(class->students[j].name, name) == 0)
                text_append(class->students[j].name, CLASS_NAME_MAX, " (%u)", ++same + 1);
        if (same > 0)
            text_append(class->students[i].name, CLASS_NAME_MAX, " (1)");
    }
}

/* ---- reasons ---- */

/* The length of a number, or of what stands for one, in a text of which `before` comes before. */
static size_t number_length(const char *text, char before)
{
    static const char any[] = "…";
    if (strncmp(text, any, strlen(any)) == 0)
        return strlen(any);
    if (isalnum((unsigned char)before) || before == '-' || before == '_')
        return 0;
    return isdigit((unsigned char)*text) ? strspn(text, "0123456789.") : 0;
}

char *lab_class_reason(const char *text, const char *other)
{
    char *alike = NULL, before = ' ';
    size_t length;
    FILE *stream = memory_open(&alike, &length);
    while (*text && *other) {
        const size_t own = number_length(text, before), its = number_length(other, before);
        const size_t step = own > 0 && its > 0 ? own : 1;
        if ((own > 0) != (its > 0) || (own == 0 && *text != *other))
            break;
        const bool is_same = own == its && strncmp(text, other, step) == 0;
        (void)fprintf(stream, "%.*s", is_same ? (int)step : 3, is_same ? text : "…");
        before = text[step - 1];
        text += step;
        other += own > 0 ? its : 1;
    }
    memory_close(stream, &alike);
    if (!*text && !*other)
        return alike;
    free(alike);
    return NULL;
}

/* Of a comparison it is told which one it is, without its sides. */
static void add_reason(struct class_question *question, const char *why)
{
    const char *end = strncmp(why, "whether ", 8) == 0 ? strstr(why, " is open: ") : NULL;
    char *text =
        end ? memory_text_start(why, (size_t)(end - why) + strlen(" is open")) : memory_text(why);
    for (size_t i = 0; *text && i < question->reason_count; i++) {
        struct class_reason *reason = &question->reasons[i];
        char *alike = end ? NULL : lab_class_reason(reason->text, text);
        if (!alike && strcmp(reason->text, text) != 0)
            continue;
        free(text);
        if (alike) {
            free(reason->text);
            reason->text = alike;
        }
        reason->count++;
        return;
    }
    if (!*text) {
        free(text);
        return;
    }
    question->reasons =
        memory_grow(question->reasons, question->reason_count, sizeof *question->reasons);
    question->reasons[question->reason_count++] = (struct class_reason){text, 1};
}

static int by_count(const void *left, const void *right)
{
    const struct class_reason *one = left, *other = right;
    return (one->count < other->count) - (one->count > other->count);
}

/* ---- predictions ---- */

static double number_in(const json_t *answer, const char *key)
{
    const json_t *number = json_object_get(answer, key);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

static enum class_outcome outcome_of(const struct class_prediction *prediction, bool is_judged)
{
    const struct measured *measured = &prediction->measured;
    if (!is_judged)
        return CLASS_NOT_MEASURED;
    if (!measured->is_known)
        return CLASS_NOT_DECIDED;
    return prediction->predicted < measured->low    ? CLASS_TOO_LOW
           : prediction->predicted > measured->high ? CLASS_TOO_HIGH
                                                    : CLASS_WITHIN;
}

static void add_prediction(struct class_question *question, size_t student, const json_t *answer,
                           bool is_judged)
{
    question->predictions = memory_grow(question->predictions, question->prediction_count,
                                        sizeof *question->predictions);
    struct class_prediction *prediction = &question->predictions[question->prediction_count++];
    *prediction = (struct class_prediction){
        .student = student,
        .predicted = strtod(text_in(answer, "answer"), NULL),
        .measured = {.median = number_in(answer, "median"),
                     .low = number_in(answer, "low"),
                     .high = number_in(answer, "high")},
    };
    struct measured *measured = &prediction->measured;
    (void)snprintf(measured->why, sizeof measured->why, "%s", text_in(answer, "why"));
    measured->is_known = strcmp(text_in(answer, "verdict"), grade_name[GRADE_COMPARED]) == 0 &&
                         !isnan(measured->median) && measured->low <= measured->high;
    prediction->outcome = outcome_of(prediction, is_judged);
    question->outcomes[prediction->outcome]++;
}

static struct class_spread spread_of(const double *numbers, size_t count)
{
    struct class_spread spread = {0, stats_median(numbers, count), NAN, NAN};
    for (size_t i = 0; i < count; i++) {
        spread.count += isnan(numbers[i]) ? 0 : 1;
        spread.least = fmin(spread.least, numbers[i]);
        spread.most = fmax(spread.most, numbers[i]);
    }
    return spread;
}

static void spread(struct class_question *question)
{
    const size_t count = question->prediction_count;
    double *predicted = memory_new(count, sizeof *predicted),
           *measured = memory_new(count, sizeof *measured);
    for (size_t i = 0; i < count; i++) {
        predicted[i] = question->predictions[i].predicted;
        measured[i] = question->predictions[i].measured.median;
    }
    question->predicted = spread_of(predicted, count);
    question->measured = spread_of(measured, count);
    free(predicted);
    free(measured);
}

/* ---- counting ---- */

static void add_choice(struct class_question *question, const json_t *answer,
                       enum class_tally tally)
{
    const char given = *text_in(answer, "answer"), right = *text_in(answer, "right");
    for (size_t i = 0; i < question->choice_count; i++) {
        struct class_choice *choice = &question->choices[i];
        choice->taken += choice->letter == given;
        choice->holds += choice->letter == right;
        if (choice->letter == given && tally <= CLASS_INCONCLUSIVE)
            choice->count[tally]++;
    }
}

static enum class_tally tally_of(const struct class_student *student,
                                 const struct class_question *question, const json_t *answer)
{
    static const enum class_tally by_grade[] = {[GRADE_COMPARED] = CLASS_COMPARED,
                                                [GRADE_RIGHT] = CLASS_RIGHT,
                                                [GRADE_WRONG] = CLASS_WRONG,
                                                [GRADE_INCONCLUSIVE] = CLASS_INCONCLUSIVE};
    const char *verdict = text_in(answer, "verdict");
    for (unsigned i = GRADE_COMPARED; answer && i <= GRADE_INCONCLUSIVE; i++)
        if (strcmp(grade_name[i], verdict) == 0)
            return by_grade[i];
    return !answer && (student->is_finished || student->step > question->step) ? CLASS_LEFT_OUT
                                                                               : CLASS_TO_COME;
}

static void count_answer(struct class_question *question, struct class_student *student,
                         size_t place)
{
    const char *name = question->question->name;
    const json_t *answer = answer_of(student, name)
                               ? json_object_get(json_object_get(student->record, "answers"), name)
                               : NULL;
    const enum class_tally tally = tally_of(student, question, answer);
    student->count[tally]++;
    question->count[tally]++;
    if (!answer)
        return;
    question->answered++;
    if (question->choice_count > 0)
        add_choice(question, answer, tally);
    else
        add_prediction(question, place, answer, tally != CLASS_TO_COME);
    if (tally == CLASS_INCONCLUSIVE)
        add_reason(question, text_in(answer, "why"));
}

void lab_class_count(struct lab_class *class)
{
    const struct lab *lab = &class->lab;
    tell_apart(class);
    for (size_t i = 0; i < class->student_count; i++) {
        const struct class_student *student = &class->students[i];
        for (unsigned step = 0; step <= lab->steps; step++)
            class->steps[step].reached += student->is_finished || student->step >= step;
        class->steps[student->step].here += !student->is_finished;
    }
    for (size_t i = 0; i < lab->question_count; i++) {
        struct class_question *question = &class->questions[i];
        for (size_t j = 0; j < class->student_count; j++)
            count_answer(question, &class->students[j], j);
        spread(question);
        if (question->reason_count > 1)
            qsort(question->reasons, question->reason_count, sizeof *question->reasons, by_count);
    }
}

/* ---- at a glance ---- */

unsigned lab_class_finished(const struct lab_class *class)
{
    unsigned finished = 0;
    for (size_t i = 0; i < class->student_count; i++)
        finished += class->students[i].is_finished;
    return finished;
}

unsigned lab_class_stuck(const struct lab_class *class)
{
    unsigned most = 0;
    for (unsigned step = 1; step <= class->lab.steps; step++)
        if (class->steps[step].here > class->steps[most].here || most == 0)
            most = step;
    return class->steps[most].here > 0 ? most : 0;
}

const struct class_question *lab_class_wrong(const struct lab_class *class)
{
    const struct class_question *most = NULL;
    for (size_t i = 0; i < class->lab.question_count; i++) {
        const struct class_question *question = &class->questions[i];
        if (question->count[CLASS_WRONG] > (most ? most->count[CLASS_WRONG] : 0))
            most = question;
    }
    return most;
}

const char *lab_class_step_title(const struct lab_class *class, unsigned step)
{
    return step > 0 ? lab_step_title(&class->lab, step) : "";
}
