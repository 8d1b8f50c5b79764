#define _GNU_SOURCE
#include "lab_ask.h"

#include "grade.h"
#include "json.h"
#include "printable.h"
#include "safe_file.h"
#include "signals.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 50, FILE_BYTES_MAX = 1 << 20 };

static const char *const words[] = {
    [ASKED_AGAIN] = "again", [ASKED_BACK] = "back", [ASKED_SKIP] = "skip", [ASKED_QUIT] = "quit"};

static const char help[] =
    "Besides an answer: again measures the step's last run anew, back goes to the step before, "
    "skip leaves the question out, quit leaves the lab, which goes on here the next time.";

/* ---- a line ---- */

/* Without blanks at its ends. */
static void trim(char *text)
{
    const size_t blank = strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > blank && strchr(" \t\r", text[length - 1]))
        length--;
    memmove(text, text + blank, length - blank);
    text[length - blank] = '\0';
}

/* The next line of what was read, cut where it is longer. False: there is none yet. */
static bool take_line(struct lab_input *input, char line[LAB_ANSWER_MAX])
{
    const char *end = memchr(input->bytes, '\n', input->used);
    const bool is_full = input->used == sizeof input->bytes;
    if (!end && !is_full && !(input->has_ended && input->used > 0))
        return false;
    const size_t length = end ? (size_t)(end - input->bytes) : input->used;
    (void)snprintf(line, LAB_ANSWER_MAX, "%.*s", (int)length, input->bytes);
    const size_t taken = length + (end != NULL);
    memmove(input->bytes, input->bytes + taken, input->used - taken);
    input->used -= taken;
    printable_copy(line, line, LAB_ANSWER_MAX);
    trim(line);
    return true;
}

/* Waits for more, a signal, or the end. */
static void read_more(struct lab_input *input)
{
    struct pollfd wait = {STDIN_FILENO, POLLIN, 0};
    if (poll(&wait, 1, POLL_MS) <= 0)
        return;
    const ssize_t count =
        read(STDIN_FILENO, input->bytes + input->used, sizeof input->bytes - input->used);
    if (count > 0)
        input->used += (size_t)count;
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
        input->has_ended = true;
}

/* False: the input has ended, or a signal came. */
static bool read_line(struct lab_input *input, char line[LAB_ANSWER_MAX])
{
    while (!signals_caught()) {
        if (take_line(input, line))
            return true;
        if (input->has_ended)
            return false;
        read_more(input);
    }
    return false;
}

static enum asked word_of(const char *line)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i] && strcasecmp(line, words[i]) == 0)
            return (enum asked)i;
    return ASKED_ANSWER;
}

static enum asked read_answer(struct lab_input *input, FILE *stream, const char *prompt,
                              char line[LAB_ANSWER_MAX])
{
    (void)fprintf(stream, "%s", prompt);
    (void)fflush(stream);
    if (!read_line(input, line)) {
        (void)fputc('\n', stream);
        return ASKED_QUIT;
    }
    if (!input->is_terminal)
        (void)fprintf(stream, "%s\n", line);
    return word_of(line);
}

/* ---- what is asked ---- */

static enum asked
ask_file(const struct lab_input *input, FILE *stream, const struct lab_question *question,
         const char *(*is_one)(const struct lab_question *question, const char *answer),
         char answer[LAB_ANSWER_MAX])
{
    const char *given = json_string_value(json_object_get(input->answers, question->name));
    const char *wrong = given ? is_one(question, given) : NULL;
    if (wrong)
        text_wrapped(stream, "", "%s: %s is left out: %s", question->name, given, wrong);
    if (!given || wrong)
        return ASKED_SKIP;
    (void)snprintf(answer, LAB_ANSWER_MAX, "%s", given);
    return ASKED_ANSWER;
}

enum asked lab_ask(struct lab_input *input, FILE *stream, const struct lab_question *question,
                   const char *prompt,
                   const char *(*is_one)(const struct lab_question *question, const char *answer),
                   char answer[LAB_ANSWER_MAX])
{
    if (input->answers)
        return ask_file(input, stream, question, is_one, answer);
    for (;;) {
        const enum asked asked = read_answer(input, stream, prompt, answer);
        const char *wrong = asked == ASKED_ANSWER ? is_one(question, answer) : NULL;
        if (asked != ASKED_ANSWER || !wrong)
            return asked;
        text_wrapped(stream, "", "%s. %s", wrong, help);
    }
}

enum asked lab_ask_to_go_on(struct lab_input *input, FILE *stream, const char *prompt)
{
    char line[LAB_ANSWER_MAX];
    if (input->answers || !input->is_terminal)
        return signals_caught() ? ASKED_QUIT : ASKED_ANSWER;
    return read_answer(input, stream, prompt, line);
}

enum asked lab_ask_line(struct lab_input *input, FILE *stream, const char *prompt,
                        char line[LAB_ANSWER_MAX])
{
    line[0] = '\0';
    if (input->answers || !input->is_terminal)
        return ASKED_ANSWER;
    return read_answer(input, stream, prompt, line);
}

const char *lab_ask_number(const struct lab_question *question, const char *answer)
{
    char *end;
    (void)question;
    const double number = strtod(answer, &end);
    if (end == answer || *end || !isfinite(number) || answer[strspn(answer, "+-.0123456789eE")])
        return "A prediction is a number, such as 1.5";
    return number < 0 || number > LAB_ASK_MOST ? "A prediction is from 0 to a thousand million"
                                               : NULL;
}

const char *lab_ask_choice(const struct lab_question *question, const char *answer)
{
    const char last = (char)('a' + (int)question->choice_count - 1);
    if (strlen(answer) == 1 && ((*answer >= 'a' && *answer <= last) || *answer == GRADE_UNDECIDED))
        return NULL;
    return "An answer is the letter of a choice, or u where your measurements do not decide it";
}

/* ---- a file of answers ---- */

static enum status take_answer(const char *file, const struct lab *lab, char *line, json_t *answers)
{
    char *answer = line;
    const char *name = strsep(&answer, ":");
    if (!answer)
        return status_fail(STATUS_USAGE, "%s: \"%s\" is no answer: a line is QUESTION: ANSWER",
                           file, line);
    if (!lab_question(lab, name))
        return status_fail(STATUS_USAGE, "%s: lab %u has no question %s: see labs/%s.md", file,
                           lab->number, name, lab->name);
    trim(answer);
    (void)json_object_set_new(answers, name, json_text(answer));
    return STATUS_OK;
}

enum status lab_ask_read(const char *file, const struct lab *lab, struct lab_input *input)
{
    FILE *stream;
    char line[1024];
    enum status status = STATUS_OK;
    const char *wrong = safe_file_open(file, FILE_BYTES_MAX, &stream);
    if (wrong)
        return status_fail(STATUS_USAGE, "cannot read %s: %s", file, wrong);
    input->answers = json_object();
    while (status == STATUS_OK && fgets(line, sizeof line, stream)) {
        line[strcspn(line, "\n")] = '\0';
        printable_copy(line, line, sizeof line);
        trim(line);
        if (*line && *line != '#')
            status = take_answer(file, lab, line, input->answers);
    }
    (void)fclose(stream);
    return status;
}
