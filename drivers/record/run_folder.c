#define _GNU_SOURCE
#include "run_folder.h"

#include "build_info.h"
#include "json.h"
#include "manifest.h"
#include "node_report.h"
#include "quantities.h"
#include "safe_file.h"
#include "samples_lines.h"
#include "sources.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* 10 million samples are 4 GiB. */
static const uint64_t samples_bytes_max = (uint64_t)1 << 34;

bool run_folder_path(const char *folder, const char *file, char *path, size_t length)
{
    return snprintf(path, length, "%s/%s", folder, file) < (int)length;
}

/* ---- owning ---- */

/* What one left that was killed in the midst of a file. Whoever owns the folder knows that nobody
 * is still at it. */
static void sweep(const char *path)
{
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        if (fnmatch("@(manifest.json|summary.csv|fits.csv|fom.txt|report.html)?(.+([0-9-])).part",
                    entry->d_name, FNM_EXTMATCH) == 0)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        (void)closedir(folder);
}

/* Some network file systems have no locks: is it enough there to be the one who opened the file? */
static enum status lock(const char *folder, FILE *samples, bool is_enough)
{
    if (flock(fileno(samples), LOCK_EX | LOCK_NB) == 0) {
        sweep(folder);
        return STATUS_OK;
    }
    if (errno == EWOULDBLOCK)
        return status_fail(STATUS_FAILED,
                           "%s is in use by another parbench: wait for it, or take another folder",
                           folder);
    return is_enough
               ? STATUS_OK
               : status_fail(STATUS_FAILED,
                             "%s has samples.jsonl, and this file system has no locks that would "
                             "tell whether another parbench is at work: take another folder",
                             folder);
}

enum status run_folder_own(const char *folder, struct side *side)
{
    char path[PATH_MAX];
    if (run_folder_path(folder, "samples.jsonl", path, sizeof path) && access(path, W_OK) == 0)
        side->samples = safe_file_append(path);
    return side->samples ? lock(folder, side->samples, true) : STATUS_OK;
}

/* Opens its folder's samples to append to, and with them owns the folder, in which nothing is
 * written before: an error while another process does. Without locks a new run is whose made the
 * file. */
static enum status open_samples(struct side *side, bool is_new)
{
    char path[PATH_MAX];
    bool is_enough = !is_new;
    errno = ENAMETOOLONG;
    if (run_folder_path(side->folder, "samples.jsonl", path, sizeof path)) {
        side->samples = is_new ? fopen(path, "axe") : NULL;
        is_enough = is_enough || side->samples;
        if (!side->samples)
            side->samples = safe_file_append(path);
    }
    if (!side->samples)
        return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", side->folder,
                           errno == ELOOP ? "it is a link" : strerror(errno));
    return lock(side->folder, side->samples, is_enough);
}

/* ---- making ---- */

static enum status make_folder(const char *path)
{
    if (safe_file_folders(path))
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot make the folder %s: %s (choose another with --out)",
                       path, strerror(errno));
}

/* Its own name, the time in UTC, and a number behind it where others took that in the same second.
 * One that is there is never taken. */
static enum status make_new_folder(char *folder, size_t length)
{
    const struct short_text stamp = text_now("%Y-%m-%dT%H%M%SZ");
    TRY(make_folder("results"));
    (void)snprintf(folder, length, "results/%s", stamp.text);
    for (int number = 2; mkdir(folder, 0777) != 0 && errno == EEXIST; number++)
        (void)snprintf(folder, length, "results/%s-%d", stamp.text, number);
    return make_folder(folder); /* which says why it could not be made */
}

/* It holds nothing but what a run leaves that was killed before its manifest was whole. */
static enum status check_unused(const char *path)
{
    struct stat samples;
    DIR *folder = opendir(path);
    bool is_unused =
        folder && (fstatat(dirfd(folder), "samples.jsonl", &samples, AT_SYMLINK_NOFOLLOW) != 0 ||
                   samples.st_size == 0);
    for (const struct dirent *entry; is_unused && (entry = readdir(folder));)
        is_unused = fnmatch("@(.|..|logs|samples.jsonl|manifest.json?(.+([0-9-])).part)",
                            entry->d_name, FNM_EXTMATCH) == 0;
    if (folder)
        (void)closedir(folder);
    if (is_unused)
        return STATUS_OK;
    return status_fail(STATUS_USAGE, "%s is not an empty folder: choose another with --out", path);
}

static void dump(FILE *stream, const void *manifest)
{
    json_write(stream, json_incref((json_t *)manifest), JSON_INDENT(2));
}

enum status run_folder_write_manifest(const struct side *side)
{
    return run_folder_write(side->folder, "manifest.json", dump, side->manifest);
}

const char *run_folder_open(const char *folder, const char *name, uint64_t bytes_max, FILE **stream)
{
    char path[PATH_MAX];
    return run_folder_path(folder, name, path, sizeof path)
               ? safe_file_open(path, bytes_max, stream)
               : "its path is too long";
}

enum status run_folder_write(const char *folder, const char *name,
                             void (*write)(FILE *stream, const void *what), const void *what)
{
    char path[PATH_MAX];
    const char *wrong = run_folder_path(folder, name, path, sizeof path)
                            ? safe_file_write(path, write, what)
                            : strerror(ENAMETOOLONG);
    return wrong ? status_fail(STATUS_FAILED, "cannot write %s/%s: %s", folder, name, wrong)
                 : STATUS_OK;
}

enum status run_folder_check_new(const char *wanted)
{
    return wanted && access(wanted, F_OK) == 0 ? check_unused(wanted) : STATUS_OK;
}

enum status run_folder_make(const char *wanted, struct side *side)
{
    const size_t length = sizeof side->folder;
    if (wanted && snprintf(side->folder, length, "%s", wanted) >= (int)length)
        return status_fail(STATUS_USAGE, "the path %s is too long", wanted);
    TRY(wanted ? make_folder(side->folder) : make_new_folder(side->folder, length));
    TRY(check_unused(side->folder));
    TRY(open_samples(side, true));
    return check_unused(side->folder); /* another run may have used it until it was this one's */
}

enum status run_folder_begin(struct side *side, const struct run_config *config,
                             const struct allocation *allocation)
{
    side->manifest = manifest_make(config, &side->plan, &side->catalog, allocation, side->gnuplot);
    if (side->nodes)
        (void)json_object_set(side->manifest, "nodes", side->nodes);
    /* The last of what makes the folder a run's: one that has it can be gone on with. */
    return run_folder_write_manifest(side);
}

static bool has_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    return run_folder_path(folder, name, path, sizeof path) && access(path, F_OK) == 0;
}

bool run_folder_is_run(const char *folder)
{
    return has_file(folder, "manifest.json");
}

bool run_folder_has_logs(const char *folder)
{
    return has_file(folder, "logs");
}

bool run_folder_has(const char *folder, const char *path)
{
    static const char *const own[] = {"manifest.json",  "samples.jsonl", "summary.csv", "fits.csv",
                                      "fom.txt",        "report.html",   "logs",        "figures",
                                      "figures/narrow", "outputs",       "simulated"};
    char real[PATH_MAX], name[PATH_MAX];
    struct stat file = {.st_ino = 0}, above = {.st_ino = 0}, mine;
    if (stat(path, &file) == 0 && realpath(path, real))
        (void)stat(dirname(real), &above);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (run_folder_path(folder, own[i], name, sizeof name) && stat(name, &mine) == 0 &&
            ((mine.st_ino == file.st_ino && mine.st_dev == file.st_dev) ||
             (mine.st_ino == above.st_ino && mine.st_dev == above.st_dev)))
            return true;
    return false;
}

/* ---- samples ---- */

enum status side_append(struct side *side, json_t *lines)
{
    size_t i;
    json_t *line;
    lines_take_all(lines, &side->record);
    json_array_foreach(lines, i, line)
    {
        if (!ferror(side->samples))
            json_write(side->samples, json_incref(line), JSON_COMPACT);
    }
    json_decref(lines);
    if (fflush(side->samples) == 0 && !ferror(side->samples) &&
        fdatasync(fileno(side->samples)) == 0)
        return STATUS_OK;
    side->record.ending = ENDING_NONE; /* as the file has it */
    return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", side->folder,
                       strerror(errno));
}

void side_free(struct side *side)
{
    if (side->samples)
        (void)fclose(side->samples);
    record_free(&side->record);
    plan_free(&side->plan);
    json_decref(side->manifest);
    json_decref(side->nodes);
    catalog_free(&side->catalog);
}

/* ---- reading ---- */

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

enum status run_folder_load_manifest(const char *folder, struct side *side)
{
    FILE *stream = NULL;
    const char *wrong = run_folder_open(folder, "manifest.json", MANIFEST_BYTES_MAX, &stream);
    if (wrong)
        return status_fail(STATUS_FAILED,
                           "cannot read %s/manifest.json: %s: is it the folder of a run?", folder,
                           wrong);
    const enum status status = manifest_read(stream, folder, &side->manifest, &side->plan);
    (void)fclose(stream);
    return status;
}

enum status run_folder_load_samples(const char *folder, struct side *side, samples_use *use,
                                    void *to)
{
    FILE *stream = NULL;
    record_new(&side->plan, &side->record);
    side->record.per_launch =
        (unsigned)manifest_whole(side->manifest, "samples_per_launch", 0, INT_MAX);
    const char *wrong = run_folder_open(folder, "samples.jsonl", samples_bytes_max, &stream);
    if (wrong)
        return status_fail(STATUS_FAILED, "cannot read %s/samples.jsonl: %s", folder, wrong);
    const enum status status = samples_read(stream, folder, &side->record, &side->read, use, to);
    (void)fclose(stream);
    return status == STATUS_OK ? check_rounds(&side->record) : status;
}

enum status run_folder_load(const char *folder, struct side *side)
{
    TRY(run_folder_load_manifest(folder, side));
    return run_folder_load_samples(folder, side, NULL, NULL);
}

void run_folder_say_bad(const char *folder, const struct bad_lines *bad)
{
    if (bad->count > 0)
        status_say("%s/samples.jsonl: left out %zu line%s that cannot be used, %sline %zu: %s",
                   folder, bad->count, plural(bad->count), bad->count == 1 ? "" : "the first is ",
                   bad->first, bad->why);
}

/* ---- going on ---- */

/* Samples of machines of two kinds in one run would be taken for noise. */
static enum status check_machine(const char *folder, const struct side *side,
                                 const struct machine *machine)
{
    struct manifest_difference differs;
    if (manifest_is_of_kind(side->manifest, machine, &differs))
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s was measured on another kind of machine (%s was %s and is %s here): go "
                       "on with it on one of that kind",
                       folder, differs.path, differs.one, differs.other);
}

enum status run_folder_check_nodes(const struct side *side)
{
    const json_t *before = json_object_get(side->manifest, "nodes"), *node;
    char difference[512];
    size_t i;
    json_array_foreach(side->nodes, i, node)
    {
        if (!node_report_is_among(before, node, difference, sizeof difference))
            return status_fail(STATUS_USAGE,
                               "%s was measured on nodes of another kind (%s): go on with it on "
                               "nodes of that kind",
                               side->folder, difference);
    }
    return STATUS_OK;
}

/* Samples of two builds would as well. */
static enum status check_build(const char *folder, const struct side *side)
{
    static const char *const keys[] = {"parbench", "commit", "modified", "compiler", "flags"};
    const json_t *theirs = json_object_get(side->manifest, "versions");
    json_t *versions = side->catalog.versions;
    json_t *ours = versions ? json_incref(versions) : build_info_object();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && status == STATUS_OK; i++) {
        const json_t *there = json_object_get(theirs, keys[i]);
        const json_t *here = json_object_get(ours, keys[i]);
        if (there && here && !json_equal(there, here)) /* an older run may lack it */
            status = status_fail(STATUS_USAGE,
                                 "%s was measured by another build (versions.%s in its manifest): "
                                 "go on with that one, or begin a new run",
                                 folder, keys[i]);
    }
    json_decref(ours);
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
    const size_t behind = record->count - record->whole_rows;
    const struct row *first = record->rows + record->whole_rows;
    const bool one_launch =
        behind == 0 || (behind < side->config.samples && first->cell == record->launch.cell &&
                        first->round == record->launch.round && first->turn == record->launch.turn);
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

enum status run_folder_check_single(const char *folder, const json_t *manifest)
{
    if (!sources_are_there(manifest))
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s was put together of several runs: go on with one of these, and put them "
                       "together again with parbench report",
                       folder);
}

enum status run_folder_reopen(const char *folder, const struct machine *machine, struct side *side)
{
    (void)snprintf(side->folder, sizeof side->folder, "%s", folder);
    /* Before they are read, lest another process goes on with them as well. A run that was killed
     * may have none yet; what is no run at all gets none. */
    if (run_folder_is_run(folder))
        TRY(open_samples(side, false));
    TRY(run_folder_load(folder, side));
    TRY(run_folder_check_single(folder, side->manifest));
    if (!run_config_read(side->manifest, &side->config))
        return status_fail(STATUS_FAILED, "%s/manifest.json does not tell how to go on", folder);
    TRY(check_machine(folder, side, machine));
    TRY(check_build(folder, side));
    TRY(check_samples(folder, side));
    record_cut(&side->record);
    if (ftruncate(fileno(side->samples), (off_t)side->read.whole) == 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", folder, strerror(errno));
}
