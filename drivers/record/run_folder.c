#include "run_folder.h"

#include "json.h"
#include "manifest.h"
#include "safe_file.h"
#include "samples_lines.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool run_folder_path(const char *folder, const char *file, char *path, size_t length)
{
    return snprintf(path, length, "%s/%s", folder, file) < (int)length;
}

/* ---- making a folder ---- */

static enum status make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot make the folder %s: %s (choose another with --out)",
                       path, strerror(errno));
}

/* Its own name, the time in UTC, unless somebody else took that in the same second. */
static enum status make_new_folder(char *folder, size_t length)
{
    const struct short_text stamp = text_now("%Y-%m-%dT%H%M%SZ");
    TRY(make_folder("results"));
    for (int attempt = 1; attempt < 100; attempt++) {
        (void)snprintf(folder, length, attempt == 1 ? "results/%s" : "results/%s-%d", stamp.text,
                       attempt);
        if (mkdir(folder, 0777) == 0)
            break;
        if (errno != EEXIST)
            return make_folder(folder);
    }
    return STATUS_OK;
}

/* Nothing but what a run leaves that was killed before its manifest was whole. */
static bool is_unused_folder(const char *path)
{
    static const char *const left[] = {".", "..", "logs", "manifest.json.part"};
    DIR *folder = opendir(path);
    bool is_unused = folder != NULL;
    for (const struct dirent *entry; is_unused && (entry = readdir(folder));) {
        is_unused = false;
        for (size_t i = 0; i < sizeof left / sizeof *left; i++)
            is_unused = is_unused || strcmp(entry->d_name, left[i]) == 0;
    }
    if (folder)
        (void)closedir(folder);
    return is_unused;
}

static enum status make_wanted_folder(const char *wanted, char *folder, size_t length)
{
    if (snprintf(folder, length, "%s", wanted) >= (int)length)
        return status_fail(STATUS_USAGE, "the path %s is too long", wanted);
    if (mkdir(folder, 0777) == 0 || errno != EEXIST || is_unused_folder(folder))
        return make_folder(folder);
    return status_fail(STATUS_USAGE, "%s is not an empty folder: choose another with --out",
                       folder);
}

static bool dump(FILE *stream, const void *manifest)
{
    return json_write(stream, json_incref((json_t *)manifest), JSON_INDENT(2));
}

const char *run_folder_open(const char *folder, const char *name, uint64_t bytes_max, FILE **stream)
{
    char path[PATH_MAX];
    return run_folder_path(folder, name, path, sizeof path)
               ? safe_file_open(path, bytes_max, stream)
               : "its path is too long";
}

enum status run_folder_write(const char *folder, const char *name,
                             bool (*write)(FILE *stream, const void *what), const void *what)
{
    char path[PATH_MAX];
    const char *wrong = run_folder_path(folder, name, path, sizeof path)
                            ? safe_file_write(path, write, what)
                            : strerror(ENAMETOOLONG);
    return wrong ? status_fail(STATUS_FAILED, "cannot write %s/%s: %s", folder, name, wrong)
                 : STATUS_OK;
}

enum status run_folder_make(const char *wanted, struct side *side)
{
    char path[PATH_MAX];
    TRY(wanted ? make_wanted_folder(wanted, side->folder, sizeof side->folder)
               : make_new_folder(side->folder, sizeof side->folder));
    return run_folder_path(side->folder, "logs", path, sizeof path) ? make_folder(path) : STATUS_OK;
}

enum status run_folder_begin(struct side *side, const struct run_config *config,
                             const struct machine *machine)
{
    side->manifest = manifest_make(config, &side->plan, &side->catalog, machine);
    /* The last of what makes the folder a run's: one that has it can be gone on with. */
    TRY(run_folder_write(side->folder, "manifest.json", dump, side->manifest));
    return side_open_samples(side);
}

/* ---- samples ---- */

enum status side_open_samples(struct side *side)
{
    char path[PATH_MAX];
    if (!run_folder_path(side->folder, "samples.jsonl", path, sizeof path) ||
        !(side->samples = safe_file_append(path)))
        return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", side->folder,
                           errno == ELOOP ? "it is a link" : strerror(errno));
    /* Some network file systems have no locks. */
    if (flock(fileno(side->samples), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return status_fail(STATUS_FAILED,
                           "%s is being measured by another parbench: wait for it, or end that",
                           side->folder);
    return STATUS_OK;
}

enum status side_append(struct side *side, json_t *lines)
{
    bool written = true;
    size_t i;
    json_t *line;
    lines_take_all(lines, &side->record);
    json_array_foreach(lines, i, line)
    {
        written = written && json_write(side->samples, json_incref(line), JSON_COMPACT) &&
                  fputc('\n', side->samples) != EOF;
    }
    json_decref(lines);
    if (written && fflush(side->samples) == 0 && fdatasync(fileno(side->samples)) == 0)
        return STATUS_OK;
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
    catalog_free(&side->catalog);
}
