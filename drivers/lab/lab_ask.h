/*
 * Questions to a student, and what is answered: on a terminal, from a pipe, or from a file that was
 * read before.
 */
#pragma once

#include "lab.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum { LAB_ANSWER_MAX = 128 };

/* What came in place of an answer. */
enum asked {
    ASKED_ANSWER,
    ASKED_AGAIN, /* measure the step's last run anew */
    ASKED_BACK,  /* to the step before */
    ASKED_SKIP,
    ASKED_QUIT, /* also where the input ends, or a signal came */
};

struct lab_input {
    json_t *answers;  /* by question; NULL: somebody is asked */
    bool is_terminal; /* somebody who can press Enter */
    bool has_ended;
    size_t used;
    char bytes[1024]; /* that were read, and belong to the next lines */
};

/* Reads a file of answers, a line each, "question: answer", with # before what is none. Those of
 * unknown questions, and no file at all, are errors. The caller frees `answers`. */
MUST_USE enum status lab_ask_read(const char *file, const struct lab *lab, struct lab_input *input);

/* Asks until there is an answer that `is_one`, or one of the words. `prompt` stands before it, on
 * the stream, and so does what `is_one` says is wrong: it returns NULL where nothing is. From a
 * file an answer that is none is left out. */
enum asked lab_ask(struct lab_input *input, FILE *stream, const struct lab_question *question,
                   const char *prompt,
                   const char *(*is_one)(const struct lab_question *question, const char *answer),
                   char answer[LAB_ANSWER_MAX]);

/* Waits for Enter, or one of the words, where somebody is there to press it. */
enum asked lab_ask_to_go_on(struct lab_input *input, FILE *stream, const char *prompt);

/* Asks for a line of text; "" where nobody is there. */
enum asked lab_ask_line(struct lab_input *input, FILE *stream, const char *prompt,
                        char line[LAB_ANSWER_MAX]);

/* NULL, or what is wrong with the answer: of a prediction, and of a choice. */
const char *lab_ask_number(const struct lab_question *question, const char *answer);
const char *lab_ask_choice(const struct lab_question *question, const char *answer);

/* Predictions are no larger. */
#define LAB_ASK_MOST 1e9
