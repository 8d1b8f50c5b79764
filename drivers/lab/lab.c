#define _GNU_SOURCE
#include "lab.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What of the text is still to be read. */
struct reader {
    struct lab *lab;
    const char *at;
    unsigned step;
    const char *paragraph; /* the last one: a question's */
    const char *wrong;     /* what is, or NULL */
};

static size_t line_length(const char *at)
{
    return strcspn(at, "\n");
}

static void next_line(struct reader *reader)
{
    reader->at += line_length(reader->at);
    reader->at += *reader->at == '\n';
}

static bool begins(const char *at, const char *with)
{
    return strncmp(at, with, strlen(with)) == 0;
}

/* The length of a list's mark, "- " or "12. "; 0: there is none. */
static size_t mark_length(const char *at)
{
    const size_t digits = strspn(at, "0123456789");
    if (digits > 0 && begins(at + digits, ". "))
        return digits + 2;
    return begins(at, "- ") ? 2 : 0;
}

static bool is_blank(const char *at)
{
    return at[strspn(at, " ")] == '\n' || !at[strspn(at, " ")];
}

/* Whether a line is none that goes on with the paragraph before it. */
static bool ends_paragraph(const char *at)
{
    return is_blank(at) || mark_length(at) > 0 || begins(at, "#") || begins(at, "```") ||
           begins(at, "<!--") || begins(at, "![") || begins(at, "|");
}

static struct lab_block *add(struct reader *reader, enum lab_block_kind kind, char *text,
                             char *with)
{
    struct lab *lab = reader->lab;
    lab->blocks = memory_grow(lab->blocks, lab->block_count, sizeof *lab->blocks);
    struct lab_block *block = &lab->blocks[lab->block_count++];
    *block = (struct lab_block){.kind = kind, .step = reader->step, .text = text, .with = with};
    return block;
}

/* The lines from here on that are one paragraph, joined; the caller frees. */
static char *take_paragraph(struct reader *reader)
{
    char *text = NULL;
    size_t length;
    const char *space = "";
    FILE *stream = memory_open(&text, &length);
    do {
        const char *line = reader->at + strspn(reader->at, " ");
        (void)fprintf(stream, "%s%.*s", space, (int)line_length(line), line);
        space = " ";
        next_line(reader);
    } while (!ends_paragraph(reader->at));
    memory_close(stream, &text);
    return text;
}

static void take_text(struct reader *reader)
{
    const size_t mark = mark_length(reader->at);
    char *with = mark ? memory_text_start(reader->at, mark) : NULL;
    reader->at += mark;
    char *text = take_paragraph(reader);
    (void)add(reader, mark ? LAB_ITEM : LAB_TEXT, text, with);
    if (!mark)
        reader->paragraph = text;
}

static void take_title(struct reader *reader)
{
    const char *start = reader->at + strspn(reader->at, "# "),
               *colon = memmem(start, line_length(start), ": ", 2);
    free(reader->lab->title);
    start = colon ? colon + 2 : start;
    reader->lab->title = memory_text_start(start, line_length(start));
    next_line(reader);
}

/* ## N. TITLE */
static void take_section(struct reader *reader)
{
    char *title;
    const char *start = reader->at + strspn(reader->at, "# ");
    const unsigned long number = strtoul(start, &title, 10);
    reader->step = ++reader->lab->steps;
    if (number != reader->step || !begins(title, ". "))
        reader->wrong = "a section's heading begins with its number: ## 1. Aim";
    else
        (void)add(reader, LAB_STEP, memory_text_start(title + 2, line_length(title + 2)), NULL);
    next_line(reader);
}

static void take_code(struct reader *reader)
{
    char *with = memory_text_start(reader->at + 3, line_length(reader->at + 3));
    next_line(reader);
    const char *start = reader->at, *end = strstr(start, "```");
    if (!end) {
        reader->wrong = "a fence does not end";
        end = start + strlen(start);
    }
    (void)add(reader, LAB_CODE, memory_text_start(start, (size_t)(end - start)), with);
    reader->at = end;
    next_line(reader);
}

static void take_table(struct reader *reader)
{
    const char *start = reader->at;
    while (*reader->at == '|')
        next_line(reader);
    (void)add(reader, LAB_TABLE, memory_text_start(start, (size_t)(reader->at - start)), NULL);
}

/* ![what it shows](path) */
static void take_picture(struct reader *reader)
{
    char *whole = take_paragraph(reader), *middle = strstr(whole, "]("),
         *end = middle ? strchr(middle, ')') : NULL;
    if (end)
        (void)add(reader, LAB_PICTURE, memory_text_start(whole + 2, (size_t)(middle - whole - 2)),
                  memory_text_start(middle + 2, (size_t)(end - middle - 2)));
    else
        reader->wrong = "a picture has no path";
    free(whole);
}

/* recorded RUN: PATH */
static void take_recorded(struct reader *reader, const char *comment)
{
    const char *name = comment + strlen("recorded ");
    const size_t length = strcspn(name, ":");
    const char *path = name + length + strspn(name + length, ": ");
    if (length > 0 && *path)
        (void)add(reader, LAB_RECORDED, memory_text_start(name, length),
                  memory_text_start(path, strcspn(path, " \n")));
    else
        reader->wrong = "what is recorded lacks a name or a path";
}

static void take_comment(struct reader *reader)
{
    struct lab *lab = reader->lab;
    const char *start = reader->at + strlen("<!--"), *end = strstr(start, "-->");
    if (!end) {
        reader->wrong = "a comment does not end";
        return;
    }
    start += strspn(start, " \n");
    char *comment = memory_text_start(start, (size_t)(end - start));
    const size_t before = lab->question_count;
    if (begins(comment, "recorded "))
        take_recorded(reader, comment);
    else
        reader->wrong = lab_take_comment(lab, comment, reader->paragraph);
    if (lab->question_count > before)
        add(reader, LAB_QUESTION, NULL, NULL)->question = before;
    free(comment);
    reader->at = end;
    next_line(reader);
}

static void take_block(struct reader *reader)
{
    if (begins(reader->at, "# "))
        take_title(reader);
    else if (begins(reader->at, "#"))
        take_section(reader);
    else if (begins(reader->at, "```"))
        take_code(reader);
    else if (begins(reader->at, "<!--"))
        take_comment(reader);
    else if (begins(reader->at, "!["))
        take_picture(reader);
    else if (begins(reader->at, "|"))
        take_table(reader);
    else if (is_blank(reader->at))
        next_line(reader);
    else
        take_text(reader);
}

/* A question's value may have been moved when another one was added behind it. */
static void point_at_values(struct lab *lab)
{
    for (size_t i = 0; i < lab->question_count; i++)
        if (lab->questions[i].choice_count == 0)
            lab->questions[i].predicts = &lab->values[lab->questions[i].value];
}

static unsigned line_of(const char *text, const char *at)
{
    unsigned line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

enum status lab_read(const struct lab_text *text, struct lab *lab)
{
    struct reader reader = {.lab = lab, .at = text->text, .paragraph = ""};
    *lab = (struct lab){.number = text->number, .name = text->name};
    const char *start = reader.at;
    while (*reader.at && !reader.wrong) {
        start = reader.at;
        take_block(&reader);
    }
    point_at_values(lab);
    if (!reader.wrong && (!lab->title || lab->steps == 0))
        reader.wrong = "a lab has a title and sections";
    return reader.wrong ? status_fail(STATUS_FAILED, "labs/%s.md, line %u: %s", text->name,
                                      line_of(text->text, start), reader.wrong)
                        : STATUS_OK;
}

static void free_value(struct lab_value *value)
{
    free(value->quantity);
    free(value->run);
    free(value->kernel);
    free(value->model);
    free(value->left);
    free(value->right);
}

void lab_free(struct lab *lab)
{
    for (size_t i = 0; i < lab->block_count; i++) {
        free(lab->blocks[i].text);
        free(lab->blocks[i].with);
    }
    for (size_t i = 0; i < lab->value_count; i++)
        free_value(&lab->values[i]);
    for (size_t i = 0; i < lab->question_count; i++)
        for (size_t j = 0; j < lab->questions[i].choice_count; j++)
            free(lab->questions[i].choices[j].condition);
    free(lab->title);
    free(lab->blocks);
    free(lab->values);
    free(lab->questions);
}

enum status lab_find(const char *number, const struct lab_text **text)
{
    unsigned last = 0;
    for (*text = lab_texts; (*text)->name; (*text)++) {
        char own[16];
        (void)snprintf(own, sizeof own, "%u", (*text)->number);
        if (strcmp(own, number) == 0)
            return STATUS_OK;
        last = (*text)->number;
    }
    return status_fail(STATUS_USAGE, "there is no lab %s: they are 1 to %u, see parbench lab",
                       number, last);
}

const struct lab_value *lab_value(const struct lab *lab, const char *name)
{
    for (size_t i = 0; i < lab->value_count; i++)
        if (strcmp(lab->values[i].name, name) == 0)
            return &lab->values[i];
    return NULL;
}

const struct lab_question *lab_question(const struct lab *lab, const char *name)
{
    for (size_t i = 0; i < lab->question_count; i++)
        if (strcmp(lab->questions[i].name, name) == 0)
            return &lab->questions[i];
    return NULL;
}

const char *lab_step_title(const struct lab *lab, unsigned step)
{
    for (size_t i = 0; i < lab->block_count; i++)
        if (lab->blocks[i].kind == LAB_STEP && lab->blocks[i].step == step)
            return lab->blocks[i].text;
    return "";
}
