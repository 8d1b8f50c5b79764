/*
 * A class's records of one lab, and what is counted of them: who is where, what was predicted and
 * measured, and which choices were taken.
 */
#pragma once

#include "grade.h"
#include "lab.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { CLASS_NAME_MAX = 128 };

/* What came of a student's questions: each is in one of these. */
enum class_tally {
    CLASS_RIGHT,
    CLASS_WRONG,
    CLASS_INCONCLUSIVE,
    CLASS_COMPARED, /* predictions */
    CLASS_LEFT_OUT, /* no answer, and the student is beyond */
    CLASS_TO_COME,  /* no answer yet, or it was not compared yet */
    CLASS_TALLIES
};
extern const char *const class_tally_name[CLASS_TALLIES];

struct class_student {
    char name[CLASS_NAME_MAX]; /* that was typed, else the folder's; another one for each */
    const char *folder;
    json_t *record;
    unsigned step; /* that was reached; 0: none */
    bool is_finished;
    unsigned count[CLASS_TALLIES];
};

/* A prediction beside its measurement. */
enum class_outcome {
    CLASS_WITHIN, /* the interval */
    CLASS_TOO_HIGH,
    CLASS_TOO_LOW,
    CLASS_NOT_DECIDED,  /* there is no interval */
    CLASS_NOT_MEASURED, /* yet */
    CLASS_OUTCOMES
};
extern const char *const class_outcome_name[CLASS_OUTCOMES];

struct class_prediction {
    size_t student;
    double predicted;
    struct measured measured; /* both in the question's unit */
    enum class_outcome outcome;
};

/* Of numbers; NAN where there are none. */
struct class_spread {
    size_t count;
    double median, least, most;
};

/* Those who took a choice, of which `count` has CLASS_RIGHT, CLASS_WRONG and CLASS_INCONCLUSIVE,
 * and those by whose measurements it is the right one. */
struct class_choice {
    char letter; /* GRADE_UNDECIDED: the last one */
    char *text;
    unsigned taken, holds, count[CLASS_INCONCLUSIVE + 1];
};

/* Why something stays open, and of how many. */
struct class_reason {
    char *text;
    unsigned count;
};

struct class_question {
    const struct lab_question *question;
    unsigned step;
    char *text; /* without the marks of Markdown */
    unsigned answered, count[CLASS_TALLIES];
    size_t prediction_count;
    struct class_prediction *predictions;
    unsigned outcomes[CLASS_OUTCOMES];
    struct class_spread predicted, measured;
    size_t choice_count; /* with "u"; 0: it is a prediction */
    struct class_choice choices[LAB_CHOICES_MAX + 1];
    size_t reason_count; /* the most frequent first */
    struct class_reason *reasons;
};

struct class_step {
    unsigned reached, here; /* how many have reached it, and are at it and have not finished */
};

struct lab_class {
    struct lab lab;
    size_t student_count;
    struct class_student *students;
    struct class_question *questions; /* the lab's, in their order */
    struct class_step *steps;         /* by number; 0: those who have reached none */
};

/* A class without students. The caller frees it in any case. */
MUST_USE enum status lab_class_begin(const struct lab_text *text, struct lab_class *class);
void lab_class_free(struct lab_class *class);

/* Takes in the record of a folder, whose name stays the caller's. What the lab's text no longer has
 * is left out; it says so, and is STATUS_FAILED. */
MUST_USE enum status lab_class_add(struct lab_class *class, const char *folder, json_t *record);

/* Counts, once all are in. */
void lab_class_count(struct lab_class *class);

/* How many have finished, and the step with most who are at it and have not; 0: nobody is. */
unsigned lab_class_finished(const struct lab_class *class);
unsigned lab_class_stuck(const struct lab_class *class);

/* The question with the most wrong answers; NULL: there are none. */
const struct class_question *lab_class_wrong(const struct lab_class *class);

/* The heading of a step, "" of 0. */
const char *lab_class_step_title(const struct lab_class *class, unsigned step);

/* Why it stays open, without the numbers in which two texts differ: "others took … % of the cores'
 * time". NULL: they say another thing; else the caller frees. */
char *lab_class_reason(const char *text, const char *other);
