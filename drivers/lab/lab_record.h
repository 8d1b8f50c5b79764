/*
 * What a student has answered in a lab: record.json in a folder, beside the runs that were
 * measured. It is written whole after each answer. Of the student it has the name that was typed,
 * and nothing else.
 *
 *   schema, lab, name   1, the lab's number, and the name of its file
 *   student             the name, or null
 *   version, machine    of parbench, and processor, cores and workers at once where it was begun
 *   step, steps         the one that was reached, of how many; `finished`: whether all was
 *   answers             by the question's name: `answer`, as it was typed; and as it was
 *                       measured `median`, `low`, `high` of a prediction, `right` of a choice;
 *                       `verdict`, see grade.h, and `why` it is open
 */
#pragma once

#include "lab.h"
#include "machine.h"
#include "status.h"

#include <dirent.h>
#include <jansson.h>
#include <limits.h>

struct lab_record {
    char path[PATH_MAX];
    json_t *json;
    bool is_new;
    DIR *folder; /* locked while it is open; NULL of one that is only read */
};

/* Opens the lab's record in the folder, which is made where there is none. Of another machine or
 * version than this one it says so. An error where the file is no record, or another lab's: it
 * stays as it is; and where another guide is at it, whose answers would be lost. The caller frees
 * the record in any case. */
MUST_USE enum status lab_record_open(const char *folder, const struct lab *lab,
                                     const struct machine *machine, struct lab_record *record);
/* Reads one to look at, of any lab; an error where there is none. */
MUST_USE enum status lab_record_read(const char *folder, struct lab_record *record);
MUST_USE enum status lab_record_save(const struct lab_record *record);
void lab_record_free(struct lab_record *record);

/* The answer to a question, its object, or NULL; and a new one for it. */
json_t *lab_record_answer(const struct lab_record *record, const char *question);
json_t *lab_record_set(struct lab_record *record, const char *question, const char *answer);

unsigned lab_record_number(const struct lab_record *record, const char *key);
const char *lab_record_text(const struct lab_record *record, const char *key);
