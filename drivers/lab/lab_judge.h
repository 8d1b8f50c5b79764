/*
 * What a student's measurements say of the answers, put into the record and shown.
 */
#pragma once

#include "grade.h"
#include "lab_record.h"
#include "lab_runs.h"

#include <stdbool.h>
#include <stdio.h>

/* Judges the answer, if there is one, by the runs that there are now. */
void lab_judge(struct lab_record *record, struct lab_runs *runs,
               const struct lab_question *question);

/* Shows the answer beside what was measured: a prediction in one line, and of a choice the verdict
 * with the values that it comes from. */
void lab_judge_show(FILE *stream, const struct lab_record *record, struct lab_runs *runs,
                    const struct lab_question *question);

/* A line for each question that has an answer, and how many there are of each verdict. */
void lab_judge_summary(FILE *stream, const struct lab_record *record, const struct lab *lab);

/* Whether the value that a prediction is about comes from the run, and whether all of its runs are
 * there. */
bool lab_judge_is_of(const struct lab *lab, const struct lab_question *question, const char *run);
bool lab_judge_has_run(const struct lab_runs *runs, const struct lab_question *question);
