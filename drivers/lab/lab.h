/*
 * A lab: a text in Markdown that a student goes through, of which labs/README.md says how it is
 * written. Here it becomes blocks, in the order in which they are shown, with what is hidden in its
 * comments: values of runs, and questions about them.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stddef.h>

enum { LAB_NAME_MAX = 64, LAB_CHOICES_MAX = 8 };

/* The texts that are built in, in the order of their numbers, ended by one without a name. CMake
 * writes it. */
struct lab_text {
    unsigned number;
    const char *name; /* of its file, without .md: "1-first-speedup" */
    const char *text;
};
extern const struct lab_text lab_texts[];

/* How much of what. */
enum lab_pick { LAB_ANY, LAB_NUMBER, LAB_LEAST, LAB_MOST };
struct lab_selector {
    enum lab_pick pick;
    double number;
};

/* What is looked up in a run, or `left` over `right`, two other values. */
struct lab_value {
    char name[LAB_NAME_MAX];
    char *quantity, *run, *kernel, *model; /* NULL of a ratio */
    char *left, *right;                    /* NULL of any other */
    struct lab_selector workers, nodes, size;
    const char *unit; /* in which it is asked for, "us"; NULL: as it is */
};

struct lab_choice {
    char letter;
    char *condition; /* "gil < 1.1 and gil < threads", or "otherwise" */
};

struct lab_question {
    char name[LAB_NAME_MAX];
    const char *text; /* its paragraph, as it is written; a block's */
    const struct lab_value
        *predicts; /* the value whose number is asked for; NULL: it has choices */
    size_t value;  /* its place */
    size_t choice_count;
    struct lab_choice choices[LAB_CHOICES_MAX];
};

enum lab_block_kind {
    LAB_STEP,     /* a heading: what follows belongs to it */
    LAB_TEXT,     /* a paragraph */
    LAB_ITEM,     /* of a list; `with` is its mark, "- " */
    LAB_TABLE,    /* lines as they are */
    LAB_CODE,     /* lines; `with` is what stands behind the fence: "sh" */
    LAB_PICTURE,  /* what it shows; `with` is its path */
    LAB_QUESTION, /* `question` is its place */
    LAB_RECORDED, /* the name of a run; `with` is the kept one that may stand for it */
};

struct lab_block {
    enum lab_block_kind kind;
    unsigned step; /* from 1 on; 0 is what stands before the first one */
    char *text, *with;
    size_t question;
};

struct lab {
    unsigned number, steps;
    const char *name; /* as lab_texts has it */
    char *title;      /* without the number: "First speed-up" */
    size_t block_count, value_count, question_count;
    struct lab_block *blocks;
    struct lab_value *values;
    struct lab_question *questions;
};

/* Reads a text; where it is not written as it should be, says where. The caller frees the lab in
 * any case. */
MUST_USE enum status lab_read(const struct lab_text *text, struct lab *lab);
void lab_free(struct lab *lab);

/* The one with the number; a usage error that says which there are. */
MUST_USE enum status lab_find(const char *number, const struct lab_text **text);

/* Those of that name, or NULL. */
const struct lab_value *lab_value(const struct lab *lab, const char *name);
const struct lab_question *lab_question(const struct lab *lab, const char *name);

/* The heading of a step, "" of what stands before the first one. */
const char *lab_step_title(const struct lab *lab, unsigned step);

/* Takes in what a comment says: values, and a question whose `text` is the block's before it. NULL,
 * or what is wrong with it. A part of lab_read(). */
const char *lab_take_comment(struct lab *lab, const char *comment, const char *text);
