/* parbench lab: lists labs, goes through one, and puts a class's records on one page. */
#include "lab.h"
#include "arguments.h"
#include "commands.h"
#include "lab_class_report.h"
#include "lab_guide.h"
#include "lab_record.h"
#include "names.h"
#include "sweep.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How far the record in results/ has been taken, if there is one. */
static void print_progress(unsigned number)
{
    char folder[32], path[64];
    struct lab_record record;
    lab_guide_folder(number, folder, sizeof folder);
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    if (access(path, F_OK) != 0 || lab_record_read(folder, &record) != STATUS_OK)
        return;
    if (json_is_true(json_object_get(record.json, "finished")))
        printf(" (finished)");
    else
        printf(" (step %u of %u)", lab_record_number(&record, "step"),
               lab_record_number(&record, "steps"));
    lab_record_free(&record);
}

static enum status list(void)
{
    enum status status = STATUS_OK;
    for (const struct lab_text *text = lab_texts; text->name && status == STATUS_OK; text++) {
        struct lab lab;
        status = lab_read(text, &lab);
        if (status == STATUS_OK) {
            printf("%u  %s", lab.number, lab.title);
            print_progress(lab.number);
            (void)putchar('\n');
        }
        lab_free(&lab);
    }
    text_wrapped(stdout, "",
                 "parbench lab N goes through one: it asks, measures and compares, and "
                 "can be left at any time.");
    return status;
}

/* Of those that go through a lab. */
static const char *option_of_one(const struct lab_asked *asked)
{
    return asked->student   ? "name"
           : asked->step    ? "step"
           : asked->answers ? "answers"
           : asked->profile ? "profile"
                            : NULL;
}

static enum status report(const struct lab_asked *asked, const struct words *words)
{
    const char *option = option_of_one(asked);
    if (option)
        return status_fail(STATUS_USAGE, "--%s is for going through a lab, not for lab report",
                           option);
    if (words->count == 1)
        return status_fail(STATUS_USAGE, "lab report needs the folders of a class's records");
    return lab_class_report(&(struct class_asked){.folders = words->all + 1,
                                                  .count = words->count - 1,
                                                  .out = asked->out,
                                                  .json = asked->json});
}

static enum status run(void *context, const struct words *words)
{
    const struct lab_asked *asked = context;
    const struct lab_text *text;
    if (words->count == 0)
        return list();
    if (strcmp(words->all[0], "report") == 0)
        return report(asked, words);
    if (words->count > 1)
        return status_fail(STATUS_USAGE, "one lab is gone through at a time, not also \"%s\"",
                           words->all[1]);
    TRY(lab_find(words->all[0], &text));
    if (asked->profile &&
        !names_find("profile", asked->profile, profile_table, sizeof profile_table[0]))
        return STATUS_USAGE;
    return lab_guide(text, asked);
}

static const struct argument arguments[] = {
    {"out", "PATH", "where to (default: results/labN, lab-report.html)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, out)},
    {"name", "NAME", "the student's, in the record: any, or none", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, student)},
    {"step", "N", "begin there (default: where it was left)", .kind = ARGUMENT_COUNT,
     .place = offsetof(struct lab_asked, step), .least = 1, .most = 99},
    {"answers", "FILE", "take the answers from it, lines QUESTION: ANSWER", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, answers)},
    {"profile", "NAME", "of its runs: smoke, quick, full", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, profile)},
    {"json", NULL, "print the record, or what is on the page, as JSON", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct lab_asked, json)},
    {0},
};

const struct subcommand subcommand_lab = {
    .name = "lab",
    .help = "goes through a lesson: predict, measure, compare",
    .line = {"lab [N|report DIR...] [OPTION...]",
             "Lists labs, or goes through one: asks for predictions, measures, and checks what\n"
             "is concluded against what was measured. A report puts the records of a class on\n"
             "one page, lab-report.html.",
             arguments, UINT_MAX, .example = "lab"},
    .options_size = sizeof(struct lab_asked),
    .run = run,
};
