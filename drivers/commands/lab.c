/* parbench lab: lists labs, goes through one, and puts a class's records on one page. */
#include "lab.h"
#include "arguments.h"
#include "commands.h"
#include "lab_guide.h"
#include "lab_record.h"
#include "memory.h"
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

static enum status run(void *context, const struct words *words)
{
    const struct lab_asked *asked = context;
    const struct lab_text *text;
    if (words->count == 0)
        return list();
    TRY(lab_find(words->all[0], &text));
    if (asked->profile &&
        !names_find("profile", asked->profile, profile_table, sizeof profile_table[0]))
        return STATUS_USAGE;
    return lab_guide(text, asked);
}

static const struct argument arguments[] = {
    {"out", "DIR", "the record's folder (default: results/labN)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, out)},
    {"name", "NAME", "the student's, in the record: any, or none", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, student)},
    {"step", "N", "begin there (default: where it was left)", .kind = ARGUMENT_COUNT,
     .place = offsetof(struct lab_asked, step), .least = 1, .most = 99},
    {"answers", "FILE", "take the answers from it, lines QUESTION: ANSWER", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, answers)},
    {"profile", "NAME", "of its runs: smoke, quick, full", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct lab_asked, profile)},
    {"json", NULL, "print the record at the end, all else as messages", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct lab_asked, json)},
    {0},
};

const struct subcommand subcommand_lab = {
    .name = "lab",
    .help = "goes through a lesson: predict, measure, compare",
    .line = {"lab [N] [OPTION...]",
             "Lists labs, or goes through one: asks for predictions, measures, and checks what\n"
             "is concluded against what was measured.",
             arguments, 1, "one lab is gone through at a time", .example = "lab"},
    .options_size = sizeof(struct lab_asked),
    .run = run,
};
