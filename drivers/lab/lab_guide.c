#define _GNU_SOURCE
#include "lab_guide.h"

#include "child.h"
#include "json.h"
#include "lab_ask.h"
#include "lab_command.h"
#include "lab_judge.h"
#include "lab_record.h"
#include "lab_show.h"
#include "lab_units.h"
#include "machine.h"
#include "memory.h"
#include "printable.h"
#include "signals.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What comes after a block. */
enum next { NEXT_BLOCK, NEXT_AGAIN, NEXT_BACK, NEXT_LEAVE, NEXT_RESTART };

struct guide {
    const struct lab_asked *asked;
    struct lab lab;
    struct lab_record record;
    struct lab_runs runs;
    struct lab_input input;
    struct lab_place place;
    char folder[PATH_MAX], program[PATH_MAX];
    FILE *stream;
    bool is_going; /* a step was shown: before the next one there is time to read */
    bool again;    /* the next run is measured anew, up to the block that asked for it */
    size_t again_until;
    enum status status;
};

static enum next next_of(enum asked asked)
{
    return asked == ASKED_AGAIN  ? NEXT_AGAIN
           : asked == ASKED_BACK ? NEXT_BACK
           : asked == ASKED_QUIT ? NEXT_LEAVE
                                 : NEXT_BLOCK;
}

static enum next save(struct guide *guide)
{
    const enum status saved = lab_record_save(&guide->record);
    guide->status = saved == STATUS_OK ? guide->status : saved;
    return saved == STATUS_OK ? NEXT_BLOCK : NEXT_LEAVE;
}

/* ---- questions ---- */

static void show_grade(struct guide *guide, const struct lab_question *question)
{
    lab_judge(&guide->record, &guide->runs, question);
    lab_judge_show(guide->stream, &guide->record, &guide->runs, question);
}

/* An empty line keeps the answer that there is. */
static const char *is_number_or_kept(const struct lab_question *question, const char *answer)
{
    return *answer ? lab_ask_number(question, answer) : NULL;
}

static const char *is_choice_or_kept(const struct lab_question *question, const char *answer)
{
    return *answer ? lab_ask_choice(question, answer) : NULL;
}

static enum asked ask_for(struct guide *guide, const struct lab_question *question,
                          const char *kept, char answer[LAB_ANSWER_MAX])
{
    char prompt[64 + LAB_ANSWER_MAX];
    const bool is_number = question->predicts != NULL;
    const char *unit = is_number ? question->predicts->unit : NULL;
    (void)snprintf(prompt, sizeof prompt,
                   "%s%s%s%s%s%s: ", is_number ? "Your prediction" : "Your answer",
                   unit ? ", in " : "", lab_unit_text(unit), kept ? " (Enter keeps " : "",
                   kept ? kept : "", kept ? ")" : "");
    if (is_number)
        return lab_ask(&guide->input, guide->stream, question, prompt,
                       kept ? is_number_or_kept : lab_ask_number, answer);
    return lab_ask(&guide->input, guide->stream, question, prompt,
                   kept ? is_choice_or_kept : lab_ask_choice, answer);
}

static enum next ask(struct guide *guide, const struct lab_question *question, const char *kept)
{
    char answer[LAB_ANSWER_MAX];
    const enum asked asked = ask_for(guide, question, kept, answer);
    if (asked != ASKED_ANSWER)
        return next_of(asked);
    if (*answer)
        (void)lab_record_set(&guide->record, question->name, answer);
    return NEXT_BLOCK;
}

/* A prediction stays as it was once it has been measured. One that is made later is compared at
 * once. */
static enum next do_question(struct guide *guide, const struct lab_block *block)
{
    const struct lab_question *question = &guide->lab.questions[block->question];
    const char *kept = json_string_value(
        json_object_get(lab_record_answer(&guide->record, question->name), "answer"));
    const bool is_measured = !question->predicts || lab_judge_has_run(&guide->runs, question);
    enum next next = NEXT_BLOCK;
    if (!question->predicts)
        text_wrapped(guide->stream, "- ", "u) My measurements do not decide it.");
    if (kept && question->predicts && is_measured && !guide->input.answers)
        text_wrapped(guide->stream, "", "You predicted %s.", kept);
    else
        next = ask(guide, question, kept);
    if (next == NEXT_BLOCK && is_measured)
        show_grade(guide, question);
    (void)fputc('\n', guide->stream);
    return next == NEXT_BLOCK ? save(guide) : next;
}

/* Those that were asked before, and are of the run that has just been measured. */
static void compare_predictions(struct guide *guide, size_t before, const char *run)
{
    for (size_t i = 0; i < before; i++) {
        const struct lab_block *block = &guide->lab.blocks[i];
        const struct lab_question *question =
            block->kind == LAB_QUESTION ? &guide->lab.questions[block->question] : NULL;
        if (question && question->predicts && lab_judge_is_of(&guide->lab, question, run) &&
            lab_record_answer(&guide->record, question->name))
            show_grade(guide, question);
    }
    (void)fputc('\n', guide->stream);
}

/* ---- commands ---- */

static bool can_measure(const struct lab_runs *runs, const char *run)
{
    char folder[PATH_MAX];
    return lab_runs_folder(runs, run, folder);
}

static void say_failure(struct guide *guide, const char *run)
{
    if (!*run)
        text_wrapped(guide->stream, "", "This command failed; the lab goes on without it.");
    else if (can_measure(&guide->runs, run))
        text_wrapped(guide->stream, "",
                     "Not all of it could be measured: the lab goes on with what "
                     "there is.");
    else
        text_wrapped(guide->stream, "",
                     "It could not be measured: what depends on it stays "
                     "inconclusive. Type again, once you know why, or go on.");
    (void)fputc('\n', guide->stream);
}

/* Whether this program's file is another one by now, as after make. */
static bool is_built_anew(const struct guide *guide)
{
    struct stat own, there;
    return stat(CHILD_SELF, &own) == 0 && stat(guide->program, &there) == 0 &&
           (own.st_ino != there.st_ino || own.st_dev != there.st_dev);
}

static enum next run_line(struct guide *guide, size_t place, const char *line)
{
    char run[LAB_NAME_MAX];
    if (is_built_anew(guide))
        return NEXT_RESTART;
    const bool again = guide->again && place < guide->again_until;
    (void)fprintf(guide->stream, "    %s\n\n", line);
    const enum lab_ran ran = lab_command_run(&guide->place, line, again, run);
    if (*run)
        lab_runs_forget(&guide->runs, run);
    if (ran == LAB_RAN_PARTLY)
        return NEXT_LEAVE;
    if (ran == LAB_RAN_BADLY)
        say_failure(guide, run);
    if (ran == LAB_RAN_NOT && !guide->input.answers) {
        text_wrapped(guide->stream, "", "Type this in another terminal.");
        return next_of(lab_ask_to_go_on(&guide->input, guide->stream, "Enter goes on: "));
    }
    if (*run && can_measure(&guide->runs, run))
        compare_predictions(guide, place, run);
    return NEXT_BLOCK;
}

/* Those behind the fence `sh`; others are shown. */
static enum next do_code(struct guide *guide, size_t place)
{
    const struct lab_block *block = &guide->lab.blocks[place];
    enum next next = NEXT_BLOCK;
    if (strcmp(block->with, "sh") != 0) {
        lab_show_text(guide->stream, block);
        return NEXT_BLOCK;
    }
    char *lines = memory_text(block->text), *rest = lines;
    for (char *line; next == NEXT_BLOCK && (line = strsep(&rest, "\n"));)
        if (*line && *line != '#')
            next = run_line(guide, place, line);
    free(lines);
    return next;
}

/* figures/labN/RUN/NAME.svg is the record's RUN/figures/NAME.svg. */
static void show_picture(struct guide *guide, const struct lab_block *block)
{
    char run[LAB_NAME_MAX] = "", name[PATH_MAX] = "", folder[PATH_MAX], picture[PATH_MAX];
    if (sscanf(block->with, "figures/%*[^/]/%63[^/]/%1000s", run, name) != 2 ||
        !lab_runs_folder(&guide->runs, run, folder))
        return;
    name[strcspn(name, ".")] = '\0';
    (void)snprintf(picture, sizeof picture, "%.2000s/figures/%.1000s", folder, name);
    lab_show_figure(guide->stream, picture, block->text);
}

static bool is_own(const struct guide *guide, const char *folder)
{
    return strncmp(folder, guide->folder, strlen(guide->folder)) == 0;
}

/* Whose run the questions are about. */
static void show_recorded(struct guide *guide, const struct lab_block *block)
{
    char folder[PATH_MAX];
    if (!lab_runs_folder(&guide->runs, block->text, folder))
        text_wrapped(guide->stream, "",
                     "There is no run %s, and none that was recorded: what "
                     "depends on it stays inconclusive.",
                     block->text);
    else if (!is_own(guide, folder))
        text_wrapped(guide->stream, "",
                     "Until you have a run %s of your own, in %s/%s, the "
                     "questions are about the recorded one, %s.",
                     block->text, guide->folder, block->text, folder);
    else
        text_wrapped(guide->stream, "", "Your own run: %s", folder);
    (void)fputc('\n', guide->stream);
}

/* ---- the walk ---- */

static enum next begin_step(struct guide *guide, const struct lab_block *block)
{
    enum next next = NEXT_BLOCK;
    if (guide->is_going)
        next = next_of(lab_ask_to_go_on(&guide->input, guide->stream, "Enter goes on: "));
    if (next != NEXT_BLOCK)
        return next;
    guide->is_going = true;
    (void)json_object_set_new(guide->record.json, "step", json_integer(block->step));
    (void)fprintf(guide->stream, "\n[%u of %u] ", block->step, guide->lab.steps);
    lab_show_text(guide->stream, block);
    return save(guide);
}

static enum next do_block(struct guide *guide, size_t place)
{
    const struct lab_block *block = &guide->lab.blocks[place];
    const bool ends_list = block->kind == LAB_QUESTION || place + 1 == guide->lab.block_count ||
                           block[1].kind != LAB_ITEM;
    switch (block->kind) {
    case LAB_STEP:
        return begin_step(guide, block);
    case LAB_QUESTION:
        return do_question(guide, block);
    case LAB_CODE:
        return do_code(guide, place);
    case LAB_PICTURE:
        show_picture(guide, block);
        return NEXT_BLOCK;
    case LAB_RECORDED:
        show_recorded(guide, block);
        return NEXT_BLOCK;
    default:
        lab_show_text(guide->stream, block);
        if (block->kind == LAB_ITEM && ends_list && block[1].kind != LAB_QUESTION)
            (void)fputc('\n', guide->stream);
        return NEXT_BLOCK;
    }
}

/* Where a step begins; of one before the first, the first. */
static size_t place_of_step(const struct lab *lab, unsigned step)
{
    size_t place = 0;
    while (place < lab->block_count &&
           (lab->blocks[place].kind != LAB_STEP || lab->blocks[place].step < step))
        place++;
    return step <= 1 ? 0 : place;
}

/* The last run before the block; the block itself where there is none. */
static size_t place_of_run(const struct lab *lab, size_t from)
{
    for (size_t place = from; place-- > 0;)
        if (lab->blocks[place].kind == LAB_CODE && strstr(lab->blocks[place].text, " run ") &&
            strcmp(lab->blocks[place].with, "sh") == 0)
            return place;
    return from;
}

static size_t go(struct guide *guide, enum next next, size_t place)
{
    const unsigned step = guide->lab.blocks[place].step;
    if (next == NEXT_BACK)
        return place_of_step(&guide->lab, step > 1 ? step - 1 : 1);
    guide->again = next == NEXT_AGAIN || (guide->again && place + 1 < guide->again_until);
    if (next == NEXT_AGAIN)
        guide->again_until = place;
    return next == NEXT_AGAIN ? place_of_run(&guide->lab, place) : place + 1;
}

/* Becomes the program that was built meanwhile, in the step that was reached: what a student has
 * added to the suite is in that one. Returns where it cannot. */
static void restart(struct guide *guide)
{
    enum { WORDS_MAX = 16 };
    const struct lab_asked *asked = guide->asked;
    char number[16], step[16];
    const char *words[WORDS_MAX] = {guide->program, "lab",    number, "--out",
                                    guide->folder,  "--step", step};
    size_t count = 7;
    (void)snprintf(number, sizeof number, "%u", guide->lab.number);
    (void)snprintf(step, sizeof step, "%u", lab_record_number(&guide->record, "step"));
    if (asked->profile) {
        words[count++] = "--profile";
        words[count++] = asked->profile;
    }
    if (asked->answers) {
        words[count++] = "--answers";
        words[count++] = asked->answers;
    }
    if (asked->json)
        words[count++] = "--json";
    text_wrapped(guide->stream, "", "parbench was built anew: this step begins again, with it.");
    (void)fflush(guide->stream);
    child_become((char *const *)words);
}

/* True: to its end. */
static bool walk(struct guide *guide, size_t place)
{
    while (place < guide->lab.block_count) {
        const enum next next = do_block(guide, place);
        if (next == NEXT_RESTART)
            restart(guide);
        if (next == NEXT_LEAVE || next == NEXT_RESTART || signals_caught())
            return false;
        place = go(guide, next, place);
    }
    return true;
}

static void say_left(const struct guide *guide)
{
    const unsigned step = lab_record_number(&guide->record, "step");
    const struct lab_asked *asked = guide->asked;
    text_wrapped(guide->stream, "",
                 "Left in step %u of %u, %s. All answers are in %s; go on with "
                 "parbench lab %u%s%s",
                 step, guide->lab.steps, lab_step_title(&guide->lab, step), guide->record.path,
                 guide->lab.number, asked->out ? " --out " : "",
                 asked->out ? text_word(asked->out).text : "");
}

static void finish(struct guide *guide)
{
    (void)json_object_set_new(guide->record.json, "finished", json_true());
    for (size_t i = 0; i < guide->lab.question_count; i++)
        lab_judge(&guide->record, &guide->runs, &guide->lab.questions[i]);
    (void)save(guide);
    lab_judge_summary(guide->stream, &guide->record, &guide->lab);
    text_wrapped(guide->stream, "", "The record: %s", guide->record.path);
}

/* ---- its beginning ---- */

static enum next ask_name(struct guide *guide)
{
    char name[LAB_ANSWER_MAX] = "";
    enum next next = NEXT_BLOCK;
    if (guide->asked->student)
        printable_copy(guide->asked->student, name, sizeof name);
    else if (guide->record.is_new)
        next = next_of(lab_ask_line(&guide->input, guide->stream,
                                    "A name for your record (Enter: none): ", name));
    if (*name)
        (void)json_object_set_new(guide->record.json, "student", json_text(name));
    return next == NEXT_BLOCK ? save(guide) : next;
}

/* Where the record was left, what was asked for, or the beginning. */
static unsigned first_step(const struct guide *guide)
{
    const bool is_finished = json_is_true(json_object_get(guide->record.json, "finished"));
    if (guide->asked->step > 0)
        return guide->asked->step;
    return is_finished || guide->input.answers ? 1 : lab_record_number(&guide->record, "step");
}

static enum status open_all(struct guide *guide)
{
    const struct lab_asked *asked = guide->asked;
    struct machine machine;
    if (asked->step > guide->lab.steps)
        return status_fail(STATUS_USAGE, "--step: lab %u has %u steps", guide->lab.number,
                           guide->lab.steps);
    if (asked->answers)
        TRY(lab_ask_read(asked->answers, &guide->lab, &guide->input));
    if (asked->out)
        (void)snprintf(guide->folder, sizeof guide->folder, "%s", asked->out);
    else
        lab_guide_folder(guide->lab.number, guide->folder, sizeof guide->folder);
    if (!realpath(CHILD_SELF, guide->program))
        return status_fail(STATUS_FAILED, "cannot tell where this program lies: %s",
                           strerror(errno));
    machine_read("", &machine);
    return lab_record_open(guide->folder, &guide->lab, &machine, &guide->record);
}

static enum status go_through(struct guide *guide)
{
    guide->input.is_terminal = isatty(STDIN_FILENO) == 1;
    guide->stream = guide->asked->json ? stderr : stdout;
    TRY(open_all(guide));
    guide->runs = (struct lab_runs){.lab = &guide->lab, .record = guide->folder};
    guide->place = (struct lab_place){.lab = &guide->lab,
                                      .program = guide->program,
                                      .record = guide->folder,
                                      .profile = guide->asked->profile,
                                      .only_runs = guide->input.answers != NULL,
                                      .stream = guide->stream};
    text_wrapped(guide->stream, "", "Lab %u: %s", guide->lab.number, guide->lab.title);
    const unsigned step = first_step(guide);
    if (ask_name(guide) == NEXT_BLOCK && walk(guide, place_of_step(&guide->lab, step)))
        finish(guide);
    else
        say_left(guide);
    if (guide->asked->json)
        json_print(json_incref(guide->record.json));
    return signals_caught() ? STATUS_INTERRUPTED : guide->status;
}

enum status lab_guide(const struct lab_text *text, const struct lab_asked *asked)
{
    struct guide *guide = memory_new(1, sizeof *guide);
    guide->asked = asked;
    signals_block();
    signals_outlive_readers();
    enum status status = lab_read(text, &guide->lab);
    if (status == STATUS_OK)
        status = go_through(guide);
    lab_runs_free(&guide->runs);
    lab_record_free(&guide->record);
    json_decref(guide->input.answers);
    lab_free(&guide->lab);
    free(guide);
    return status;
}

void lab_guide_folder(unsigned number, char *folder, size_t length)
{
    (void)snprintf(folder, length, "results/lab%u", number);
}
