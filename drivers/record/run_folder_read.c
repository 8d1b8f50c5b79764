#include "run_folder.h"

#include "build_info.h"
#include "manifest.h"
#include "safe_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* 10 million samples are 4 GiB. */
static const uint64_t samples_bytes_max = (uint64_t)1 << 34;

static enum status load_manifest(const char *folder, struct side *side)
{
    char path[PATH_MAX];
    FILE *stream = NULL;
    if (!run_folder_path(folder, "manifest.json", path, sizeof path))
        return status_fail(STATUS_USAGE, "the path %s is too long", folder);
    const char *wrong = safe_file_open(path, MANIFEST_BYTES_MAX, &stream);
    if (wrong)
        return status_fail(STATUS_FAILED, "cannot read %s: %s: is it the folder of a run?", path,
                           wrong);
    enum status status = manifest_read(stream, path, &side->manifest, &side->plan);
    (void)fclose(stream);
    return status;
}

static enum status load_samples(const char *folder, struct side *side)
{
    char path[PATH_MAX];
    FILE *stream = NULL;
    const unsigned per_launch =
        (unsigned)manifest_whole(side->manifest, "samples_per_launch", 0, INT_MAX);
    if (!run_folder_path(folder, "samples.jsonl", path, sizeof path))
        return status_fail(STATUS_USAGE, "the path %s is too long", folder);
    const char *wrong = safe_file_open(path, samples_bytes_max, &stream);
    if (wrong)
        return status_fail(STATUS_FAILED, "cannot read %s: %s", path, wrong);
    enum status status =
        samples_read(stream, path, per_launch, &side->record, &side->read, NULL, NULL);
    (void)fclose(stream);
    return status;
}

/* What is kept of each cell and round would not fit in a machine's memory else. */
static enum status check_rounds(const struct record *record)
{
    static const size_t places_max = 100000000;
    const unsigned rounds = record_rounds(record);
    if (record->plan->count * rounds <= places_max)
        return STATUS_OK;
    return status_fail(STATUS_FAILED,
                       "%zu cells and a round %u are more than a run can have: there is something "
                       "in its samples that is not of it",
                       record->plan->count, rounds - 1);
}

enum status run_folder_load(const char *folder, struct side *side)
{
    TRY(load_manifest(folder, side));
    TRY(record_new(&side->plan, &side->record));
    TRY(load_samples(folder, side));
    return check_rounds(&side->record);
}

void run_folder_say_bad(const char *folder, const struct bad_lines *bad)
{
    if (bad->count == 1)
        status_say("%s/samples.jsonl: left out 1 line that cannot be used, line %zu: %s", folder,
                   bad->first, bad->why);
    else if (bad->count > 1)
        status_say("%s/samples.jsonl: left out %zu lines that cannot be used, the first is line "
                   "%zu: %s",
                   folder, bad->count, bad->first, bad->why);
}

/* ---- going on ---- */

/* Samples of two machines in one run would be taken for noise. */
static enum status check_machine(const char *folder, const struct side *side,
                                 const struct machine *machine)
{
    const json_t *there = json_object_get(side->manifest, "machine");
    const char *host = json_string_value(json_object_get(there, "host"));
    const char *cpu = json_string_value(json_object_get(there, "cpu"));
    json_int_t allowed = json_integer_value(json_object_get(there, "allowed"));
    if (host && cpu && strcmp(host, machine->host) == 0 && strcmp(cpu, machine->cpu) == 0 &&
        allowed == machine->allowed)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s was measured on %s with %lld cores, this is %s with %u: go on there",
                       folder, host ? host : "another machine", (long long)allowed, machine->host,
                       machine->allowed);
}

/* Samples of two builds would as well. */
static enum status check_build(const char *folder, const struct side *side)
{
    json_t *versions = side->catalog.versions;
    json_t *here = versions ? json_incref(versions) : build_info_object();
    const char *key = build_info_differing(json_object_get(side->manifest, "versions"), here);
    enum status status = here ? STATUS_OK : status_no_memory("the versions");
    if (key)
        status = status_fail(STATUS_USAGE,
                             "%s was measured by another build (versions.%s in its manifest): go "
                             "on with that one, or begin a new run",
                             folder, key);
    json_decref(here);
    return status;
}

/* Whether there are samples of each round up to the latest. */
static bool has_all_rounds(const struct record *record)
{
    bool there[RECORD_ROUNDS_MAX] = {false};
    size_t count = 0;
    for (size_t i = 0; i < record->count; i++) {
        count += !there[record->rows[i].round];
        there[record->rows[i].round] = true;
    }
    return count == record_rounds(record);
}

/*
 * What is behind the last whole launch is cut off. That must be no more than what a run that was
 * killed leaves: a launch that lacks samples, and part of a line. Anything else is not of its
 * making, and is not for it to delete.
 */
static enum status check_samples(const char *folder, const struct side *side)
{
    const struct record *record = &side->record;
    const struct samples_read *read = &side->read;
    const struct row *first = record->rows + read->whole_rows;
    bool one_launch = record->count - read->whole_rows < side->config.samples;
    for (size_t i = read->whole_rows; one_launch && i < record->count; i++)
        one_launch = record->rows[i].cell == first->cell && record->rows[i].round == first->round;
    if (read->bad_behind > 0)
        return status_fail(STATUS_FAILED,
                           "%s/samples.jsonl:%zu: this line cannot be used: delete it to go on",
                           folder, read->bad_behind);
    if (!one_launch)
        return status_fail(STATUS_FAILED,
                           "%s/samples.jsonl lacks samples of more than one launch: it is not of a "
                           "run that was cut off",
                           folder);
    if (!has_all_rounds(record))
        return status_fail(STATUS_FAILED,
                           "%s/samples.jsonl has round %u, but not all before it: it is not of a "
                           "run that was cut off",
                           folder, record_rounds(record) - 1);
    return STATUS_OK;
}

/* Leaves out what is behind the last whole launch, in the file as well. */
static enum status cut(struct side *side)
{
    side->record.ending = ENDING_NONE;
    side->record.instrumented_count = side->read.whole_instrumented;
    if (ftruncate(fileno(side->results.samples), (off_t)side->read.whole) == 0)
        return record_cut(&side->record, side->read.whole_rows);
    return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", side->results.folder,
                       strerror(errno));
}

/* Before they are read, lest another process goes on with them as well. A run that was killed may
 * have none yet; what is no run at all gets none. */
static enum status take_samples(const char *folder, struct run_folder *results)
{
    char path[PATH_MAX];
    (void)snprintf(results->folder, sizeof results->folder, "%s", folder);
    return run_folder_path(folder, "manifest.json", path, sizeof path) && access(path, F_OK) == 0
               ? run_folder_open_samples(results)
               : STATUS_OK;
}

enum status run_folder_reopen(const char *folder, const struct machine *machine, struct side *side)
{
    enum status status = take_samples(folder, &side->results);
    if (status == STATUS_OK)
        status = run_folder_load(folder, side);
    if (status == STATUS_OK && !run_config_read(side->manifest, &side->config))
        status = status_fail(STATUS_FAILED, "%s/manifest.json does not tell how to go on", folder);
    if (status == STATUS_OK)
        status = check_machine(folder, side, machine);
    if (status == STATUS_OK)
        status = check_build(folder, side);
    if (status == STATUS_OK)
        status = check_samples(folder, side);
    return status == STATUS_OK ? cut(side) : status;
}
