#include "merged_folder.h"

#include "json.h"
#include "memory.h"
#include "merge.h"
#include "run_folder.h"
#include "sources.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The runs, and what is told of each. */
struct merging {
    const struct merge_asked *asked;
    struct side *sides;
    struct merge_part *parts;
    struct stat *places; /* of their folders */
};

/* ---- the runs ---- */

static bool are_one(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev;
}

/* By whatever path, before the second one waits for the first. */
static enum status check_path(const struct merging *merging, size_t index)
{
    const char *const *folders = merging->asked->folders;
    struct stat *place = &merging->places[index];
    if (stat(folders[index], place) != 0)
        return status_fail(STATUS_FAILED, "cannot read %s: %s", folders[index], strerror(errno));
    for (size_t i = 0; i < index; i++)
        if (are_one(&merging->places[i], place))
            return strcmp(folders[i], folders[index]) == 0
                       ? status_fail(STATUS_USAGE, "%s is there twice: name it once", folders[i])
                       : status_fail(STATUS_USAGE, "%s and %s are the same folder: name it once",
                                     folders[i], folders[index]);
    return STATUS_OK;
}

static enum status load(struct merging *merging, size_t index)
{
    const char *folder = merging->asked->folders[index];
    struct side *side = &merging->sides[index];
    TRY(check_path(merging, index));
    TRY(run_folder_own(folder, side));
    TRY(run_folder_load_manifest(folder, side));
    merging->parts[index] =
        (struct merge_part){.folder = folder, .manifest = side->manifest, .plan = &side->plan};
    return STATUS_OK;
}

/* ---- the new folder ---- */

/* The first folder on its path that there is is in none of the runs. */
static enum status check_out(const struct merging *merging)
{
    char path[PATH_MAX], real[PATH_MAX];
    struct stat place;
    const char *out = merging->asked->out ? merging->asked->out : "results";
    if (snprintf(path, sizeof path, "%s", out) >= (int)sizeof path)
        return status_fail(STATUS_USAGE, "the path %s is too long", out);
    while (stat(path, &place) != 0 && strcmp(path, ".") != 0 && strcmp(path, "/") != 0) {
        const char *above = dirname(path);
        memmove(path, above, strlen(above) + 1);
    }
    if (!realpath(path, real))
        return STATUS_OK; /* whoever makes the folder says why it cannot be made */
    for (char *end = real + strlen(real); end; end = strrchr(real, '/')) {
        *end = '\0';
        if (stat(*real ? real : "/", &place) != 0)
            continue;
        for (size_t i = 0; i < merging->asked->count; i++)
            if (are_one(&merging->places[i], &place))
                return status_fail(STATUS_USAGE,
                                   "%s is in the folder of the run %s: choose another with --out",
                                   out, merging->asked->folders[i]);
    }
    return STATUS_OK;
}

/* Where a run's lines go, and how many rounds later they are. */
struct writing {
    FILE *stream;
    size_t first;
    const struct record *record; /* what they are taken over into */
    struct merge_retries retries;
};

static void write_line(json_t *line, void *to)
{
    struct writing *writing = to;
    if (merge_keeps(&writing->retries, line, writing->record) && merge_line(line, writing->first) &&
        !ferror(writing->stream))
        json_write(writing->stream, json_incref(line), JSON_COMPACT);
}

/* Takes back what was written from there on. */
static enum status take_back(FILE *stream, off_t begin, const char *folder)
{
    if (fflush(stream) == 0 && ftruncate(fileno(stream), begin) == 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot write the samples of %s: %s", folder,
                       strerror(errno));
}

/* Writes the lines of one. Which launches were made up for later is known when all are read: then
 * they are written once more, without those. */
static enum status write_lines(const char *folder, struct side *side, struct writing *writing)
{
    struct merge_retries *retries = &writing->retries;
    const off_t begin =
        fflush(writing->stream) == 0 ? lseek(fileno(writing->stream), 0, SEEK_END) : 0;
    writing->record = &side->record;
    *retries = (struct merge_retries){.dropped = json_object(), .failed = json_object()};
    enum status status = run_folder_load_samples(folder, side, write_line, writing);
    if (status == STATUS_OK && json_object_size(retries->dropped) > 0) {
        record_free(&side->record);
        retries->lines = 0;
        (void)json_object_clear(retries->failed);
        status = take_back(writing->stream, begin, folder);
        if (status == STATUS_OK)
            status = run_folder_load_samples(folder, side, write_line, writing);
    }
    json_decref(retries->dropped);
    json_decref(retries->failed);
    return status;
}

/* The manifest of one that was put together tells of which run each round is. */
static enum status check_sources(const struct merge_part *part)
{
    struct sources sources;
    size_t rounds = 0;
    sources_read(part->manifest, &sources);
    for (size_t i = 0; i < sources.count; i++)
        rounds += sources.all[i].rounds;
    const bool agree = sources.count == 0 || rounds == part->rounds;
    sources_free(&sources);
    return agree ? STATUS_OK
                 : status_fail(STATUS_FAILED,
                               "%s/manifest.json does not tell which runs its rounds are of",
                               part->folder);
}

/* Takes over the samples of one, behind what is there. */
static enum status take(struct merging *merging, size_t index, struct writing *writing,
                        size_t *samples)
{
    struct side *side = &merging->sides[index];
    struct merge_part *part = &merging->parts[index];
    TRY(write_lines(part->folder, side, writing));
    run_folder_say_bad(part->folder, &side->read.bad);
    part->rounds = record_rounds(&side->record);
    part->samples = side->record.count;
    part->ending = side->record.ending;
    part->precision = side->record.precision;
    record_free(&side->record);
    TRY(check_sources(part));
    writing->first += part->rounds;
    *samples += part->samples;
    if (part->samples == 0)
        status_say("%s has no samples yet", part->folder);
    if (writing->first > RECORD_ROUNDS_MAX || *samples > SAMPLES_MAX)
        return status_fail(STATUS_USAGE,
                           "these runs have more than %d rounds or %d samples together: take fewer",
                           RECORD_ROUNDS_MAX, SAMPLES_MAX);
    return STATUS_OK;
}

static enum status end_samples(const struct merging *merging, FILE *stream, const char *folder)
{
    const enum ending ending = merge_ending(merging->parts, merging->asked->count);
    if (ending != ENDING_NONE && !ferror(stream))
        json_write(stream, json_pack("{s:s}", "ended", ending_name[ending]), JSON_COMPACT);
    if (fflush(stream) == 0 && !ferror(stream) && fdatasync(fileno(stream)) == 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", folder, strerror(errno));
}

static enum status fill(struct merging *merging, struct side *into)
{
    struct writing writing = {.stream = into->samples};
    size_t samples = 0;
    for (size_t i = 0; i < merging->asked->count; i++)
        TRY(take(merging, i, &writing, &samples));
    TRY(end_samples(merging, into->samples, into->folder));
    TRY(merge_manifests(merging->parts, merging->asked->count, &into->plan, merging->asked->command,
                        &into->manifest));
    return run_folder_write_manifest(into);
}

/* What was begun of the new folder; and the folder itself, unless it was there before. */
static void discard(const char *folder, bool was_there)
{
    char path[PATH_MAX];
    if (run_folder_path(folder, "samples.jsonl", path, sizeof path))
        (void)unlink(path);
    if (!was_there)
        (void)rmdir(folder);
}

static enum status make(struct merging *merging, struct side *into)
{
    struct stat there;
    const char *out = merging->asked->out;
    const bool was_there = out && stat(out, &there) == 0;
    for (size_t i = 0; i < merging->asked->count; i++)
        TRY(load(merging, i));
    TRY(merge_check(merging->parts, merging->asked->count, merging->asked->mixed));
    TRY(check_out(merging));
    TRY(merge_plans(merging->parts, merging->asked->count, &into->plan));
    TRY(run_folder_make(out, into));
    const enum status status = fill(merging, into);
    if (status != STATUS_OK)
        discard(into->folder, was_there);
    return status;
}

enum status merged_folder_make(const struct merge_asked *asked, char made[PATH_MAX])
{
    struct merging merging = {
        .asked = asked,
        .sides = memory_new(asked->count, sizeof *merging.sides),
        .parts = memory_new(asked->count, sizeof *merging.parts),
        .places = memory_new(asked->count, sizeof *merging.places),
    };
    struct side *into = memory_new(1, sizeof *into);
    const enum status status = make(&merging, into);
    (void)snprintf(made, PATH_MAX, "%s", into->folder);
    for (size_t i = 0; i < asked->count; i++)
        side_free(&merging.sides[i]);
    side_free(into);
    free(into);
    free(merging.places);
    free(merging.parts);
    free(merging.sides);
    return status;
}
