#include "lab_record.h"

#include "build_info.h"
#include "json.h"
#include "memory.h"
#include "safe_file.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { SCHEMA = 1, RECORD_BYTES_MAX = 1 << 20, ANSWER_MAX = 200 };

static json_t *machine_object(const struct machine *machine)
{
    return json_pack("{s:o, s:i, s:i}", "cpu", json_text(machine->cpu), "cores",
                     (int)machine->cores, "allowed", (int)machine->allowed);
}

static json_t *new_record(const struct lab *lab, const struct machine *machine)
{
    return json_pack("{s:i, s:i, s:s, s:n, s:s, s:o, s:i, s:i, s:b, s:{}}", "schema", SCHEMA, "lab",
                     (int)lab->number, "name", lab->name, "student", "version", PARBENCH_VERSION,
                     "machine", machine_object(machine), "step", 0, "steps", (int)lab->steps,
                     "finished", 0, "answers");
}

/* Whether all that is read of it is there, and of the right kind. */
static bool is_record(const json_t *json)
{
    const char *name, *question;
    json_t *answers = json_object_get(json, "answers"), *answer;
    int schema, number, step, steps, finished;
    if (json_unpack((json_t *)json, "{s:i, s:i, s:s, s:i, s:i, s:b}", "schema", &schema, "lab",
                    &number, "name", &name, "step", &step, "steps", &steps, "finished",
                    &finished) != 0 ||
        schema != SCHEMA || number < 1 || step < 0 || steps < 1 || !json_is_object(answers) ||
        !json_is_object(json_object_get(json, "machine")))
        return false;
    json_object_foreach(answers, question,
                        answer) if (!json_is_string(json_object_get(answer, "answer")) ||
                                    json_string_length(json_object_get(answer, "answer")) >
                                        ANSWER_MAX) return false;
    return true;
}

/* NULL, or why it cannot be used. */
static const char *read_file(struct lab_record *record)
{
    FILE *stream;
    const char *wrong = safe_file_open(record->path, RECORD_BYTES_MAX, &stream);
    if (wrong)
        return wrong;
    json_t *json = json_loadf(stream, JSON_REJECT_DUPLICATES, NULL);
    (void)fclose(stream);
    if (json && is_record(json))
        record->json = json_printable(json);
    json_decref(json);
    return record->json ? NULL : "it is no lab's record that this parbench reads";
}

static bool name_path(const char *folder, struct lab_record *record)
{
    *record = (struct lab_record){.json = NULL};
    return snprintf(record->path, sizeof record->path, "%s/record.json", folder) < PATH_MAX - 32;
}

enum status lab_record_read(const char *folder, struct lab_record *record)
{
    const char *wrong = name_path(folder, record) ? read_file(record) : "its path is too long";
    return wrong ? status_fail(STATUS_FAILED, "cannot read %s: %s", record->path, wrong)
                 : STATUS_OK;
}

static void say_other_machine(const struct lab_record *record, const struct machine *machine,
                              const char *folder)
{
    json_t *now = machine_object(machine), *then = json_object_get(record->json, "machine");
    const char *version = lab_record_text(record, "version");
    const char *cpu = json_string_value(json_object_get(then, "cpu"));
    if (!json_equal(now, then))
        status_say("%s was begun on another machine (%s, %d workers at once; here %s, %u): what is "
                   "measured from here on is not compared with what was measured there; --out DIR "
                   "begins anew",
                   folder, cpu ? cpu : "not known",
                   (int)json_integer_value(json_object_get(then, "allowed")), machine->cpu,
                   machine->allowed);
    if (strcmp(version, PARBENCH_VERSION) != 0)
        status_say("%s was begun with parbench %s, and this is %s: questions may have changed",
                   folder, version, PARBENCH_VERSION);
    json_decref(now);
}

/* Each guide writes the record whole, as it has it in memory. Where the file system has no locks of
 * folders there is none. */
static enum status lock(const char *folder, struct lab_record *record)
{
    if (!safe_file_folders(folder) || !(record->folder = opendir(folder)))
        return status_fail(STATUS_FAILED, "cannot use %s as a folder: %s", folder, strerror(errno));
    return flock(dirfd(record->folder), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
               ? STATUS_OK
               : status_fail(STATUS_FAILED,
                             "somebody is at the lab in %s: end that guide, or take another --out",
                             folder);
}

enum status lab_record_open(const char *folder, const struct lab *lab,
                            const struct machine *machine, struct lab_record *record)
{
    struct stat found;
    if (!name_path(folder, record))
        return status_fail(STATUS_USAGE, "--out: the path is too long");
    TRY(lock(folder, record));
    if (lstat(record->path, &found) != 0 && errno == ENOENT) {
        record->json = new_record(lab, machine);
        record->is_new = true;
        return lab_record_save(record);
    }
    const char *wrong = read_file(record);
    if (wrong)
        return status_fail(STATUS_FAILED,
                           "cannot read %s: %s; it stays as it is: move it away, or "
                           "take another --out",
                           record->path, wrong);
    if (strcmp(lab_record_text(record, "name"), lab->name) != 0)
        return status_fail(STATUS_USAGE, "%s is the record of lab %u: take another --out", folder,
                           lab_record_number(record, "lab"));
    say_other_machine(record, machine, folder);
    return STATUS_OK;
}

static void write_record(FILE *stream, const void *json)
{
    json_write(stream, json_incref((json_t *)json), JSON_INDENT(2));
}

enum status lab_record_save(const struct lab_record *record)
{
    const char *wrong = safe_file_write(record->path, write_record, record->json);
    return wrong ? status_fail(STATUS_FAILED, "cannot write %s: %s", record->path, wrong)
                 : STATUS_OK;
}

void lab_record_free(struct lab_record *record)
{
    json_decref(record->json);
    record->json = NULL;
    if (record->folder)
        (void)closedir(record->folder);
    record->folder = NULL;
}

json_t *lab_record_answer(const struct lab_record *record, const char *question)
{
    return json_object_get(json_object_get(record->json, "answers"), question);
}

json_t *lab_record_set(struct lab_record *record, const char *question, const char *answer)
{
    json_t *object = json_pack("{s:o}", "answer", json_text(answer));
    (void)json_object_set_new(json_object_get(record->json, "answers"), question, object);
    return object;
}

unsigned lab_record_number(const struct lab_record *record, const char *key)
{
    return (unsigned)json_integer_value(json_object_get(record->json, key));
}

const char *lab_record_text(const struct lab_record *record, const char *key)
{
    const char *text = json_string_value(json_object_get(record->json, key));
    return text ? text : "";
}
