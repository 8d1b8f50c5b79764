/* What a lab's comments say: its values and its questions. */
#define _GNU_SOURCE
#include "condition.h"
#include "lab.h"
#include "lab_units.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool take_pick(const char *text, struct lab_selector *selector)
{
    char *end;
    if (strcmp(text, "least") == 0 || strcmp(text, "most") == 0) {
        selector->pick = *text == 'l' ? LAB_LEAST : LAB_MOST;
        return true;
    }
    selector->pick = LAB_NUMBER;
    selector->number = strtod(text, &end);
    return end != text && !*end;
}

/* "workers=most" and the like. */
static const char *take_setting(struct lab_value *value, char *word)
{
    char *setting = word;
    const char *key = strsep(&setting, "=");
    if (!setting)
        return "a value has a word too many: its cells are told by KEY=VALUE";
    if (strcmp(key, "unit") == 0) {
        value->unit = lab_unit_name(setting);
        return value->unit ? NULL : "a value has an unknown unit";
    }
    struct lab_selector *selector = strcmp(key, "workers") == 0 ? &value->workers
                                    : strcmp(key, "nodes") == 0 ? &value->nodes
                                    : strcmp(key, "size") == 0  ? &value->size
                                                                : NULL;
    return selector && take_pick(setting, selector)
               ? NULL
               : "a value's cells are told by workers=, nodes=, size= and unit=";
}

/* The " in " before " of " with one word between them: a quantity's own name may have either. */
static char *find_run(char *text)
{
    for (char *in = text; (in = strstr(in, " in ")); in++) {
        const char *run = in + strlen(" in ");
        if (strncmp(run + strcspn(run, " "), " of ", strlen(" of ")) == 0)
            return in;
    }
    return NULL;
}

static const char *take_settings(struct lab_value *value, char *words)
{
    for (char *word; words && (word = strsep(&words, " "));) {
        const char *wrong = *word ? take_setting(value, word) : NULL;
        if (wrong)
            return wrong;
    }
    return NULL;
}

/* QUANTITY in RUN of KERNEL MODEL KEY=VALUE …, which is cut apart. */
static const char *take_cell(struct lab_value *value, char *text)
{
    char *rest = find_run(text);
    if (!rest)
        return "a value is QUANTITY in RUN of KERNEL MODEL";
    *rest = '\0';
    rest += strlen(" in ");
    const char *run = strsep(&rest, " ");
    (void)strsep(&rest, " "); /* "of" */
    const char *kernel = strsep(&rest, " "), *model = rest ? strsep(&rest, " ") : NULL;
    if (!model)
        return "a value lacks its model";
    value->quantity = memory_text(text);
    value->run = memory_text(run);
    value->kernel = memory_text(kernel);
    value->model = memory_text(model);
    return take_settings(value, rest);
}

static const char *take_ratio(const struct lab *lab, struct lab_value *value, char *text)
{
    char *slash = strstr(text, " / ");
    *slash = '\0';
    if (!lab_value(lab, text) || !lab_value(lab, slash + 3))
        return "a ratio is of two values that stand before it";
    value->left = memory_text(text);
    value->right = memory_text(slash + 3);
    return NULL;
}

static const char *take_value(struct lab *lab, const char *name, char *text)
{
    struct lab_value value = {.unit = NULL};
    if (!*name || strlen(name) >= sizeof value.name || lab_value(lab, name))
        return "a value's name is empty, too long, or another one's";
    (void)snprintf(value.name, sizeof value.name, "%s", name);
    const char *wrong =
        strstr(text, " / ") ? take_ratio(lab, &value, text) : take_cell(&value, text);
    lab->values = memory_grow(lab->values, lab->value_count, sizeof *lab->values);
    lab->values[lab->value_count++] = value;
    return wrong;
}

static const char *take_choice(struct lab *lab, struct lab_question *question, char letter,
                               const char *condition)
{
    if (question->choice_count == LAB_CHOICES_MAX ||
        letter != (char)('a' + (int)question->choice_count))
        return "choices are a, b, c … in their order, and at most 8";
    question->choices[question->choice_count++] =
        (struct lab_choice){.letter = letter, .condition = memory_text(condition)};
    return condition_check(lab, condition);
}

/* "name: …", which is a choice where the name is a single letter. */
static const char *take_line(struct lab *lab, struct lab_question *question, char *line)
{
    char *text = line;
    const char *name = strsep(&text, ":");
    if (!text)
        return "a line of a comment is NAME: VALUE";
    text += strspn(text, " ");
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = '\0';
    if (question && strlen(name) == 1)
        return take_choice(lab, question, *name, text);
    return take_value(lab, name, text);
}

static const char *take_lines(struct lab *lab, struct lab_question *question, char *lines)
{
    const char *wrong = NULL;
    for (char *line; !wrong && (line = strsep(&lines, "\n"));) {
        line += strspn(line, " ");
        if (*line)
            wrong = take_line(lab, question, line);
    }
    return wrong;
}

static const char *take_prediction(struct lab *lab, char *line, const char *text)
{
    struct lab_question question = {.text = text, .value = lab->value_count};
    const size_t length = strcspn(line, ":");
    (void)snprintf(question.name, sizeof question.name, "%.*s", (int)length, line);
    line[strcspn(line, "\n")] = '\0';
    const char *wrong = take_line(lab, NULL, line);
    lab->questions = memory_grow(lab->questions, lab->question_count, sizeof *lab->questions);
    lab->questions[lab->question_count++] = question;
    return wrong;
}

static const char *take_check(struct lab *lab, char *lines, const char *text)
{
    struct lab_question question = {.text = text};
    const char *name = strsep(&lines, "\n");
    (void)snprintf(question.name, sizeof question.name, "%.*s", (int)strcspn(name, " "), name);
    const char *wrong = take_lines(lab, &question, lines);
    lab->questions = memory_grow(lab->questions, lab->question_count, sizeof *lab->questions);
    lab->questions[lab->question_count++] = question;
    return wrong ? wrong : question.choice_count < 2 ? "a check has two choices at least" : NULL;
}

const char *lab_take_comment(struct lab *lab, const char *comment, const char *text)
{
    char *copy = memory_text(comment), *rest = copy;
    const char *wrong = "a comment begins with values, predict, check or recorded",
               *kind = strsep(&rest, " \n");
    const size_t length = rest ? strcspn(rest, ":\n ") : 0;
    char *name = memory_text_start(rest ? rest : "", length);
    if (rest && strcmp(kind, "values") == 0)
        wrong = take_lines(lab, NULL, rest);
    else if (lab_question(lab, name))
        wrong = "another question has that name";
    else if (rest && strcmp(kind, "predict") == 0)
        wrong = take_prediction(lab, rest, text);
    else if (rest && strcmp(kind, "check") == 0)
        wrong = take_check(lab, rest, text);
    free(name);
    free(copy);
    return wrong;
}
