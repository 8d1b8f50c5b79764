#include "run_folder.h"

#include "cell_json.h"
#include "json.h"
#include "manifest.h"
#include "safe_file.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
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
    enum status status = make_folder("results");
    for (int attempt = 1; status == STATUS_OK && attempt < 100; attempt++) {
        (void)snprintf(folder, length, attempt == 1 ? "results/%s" : "results/%s-%d", stamp.text,
                       attempt);
        if (mkdir(folder, 0777) == 0)
            return STATUS_OK;
        if (errno != EEXIST)
            status = make_folder(folder);
    }
    return status;
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

enum status run_folder_open_samples(struct run_folder *results)
{
    char path[PATH_MAX];
    if (!run_folder_path(results->folder, "samples.jsonl", path, sizeof path) ||
        !(results->samples = safe_file_append(path)))
        return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", results->folder,
                           errno == ELOOP ? "it is a link" : strerror(errno));
    /* Some network file systems have no locks. */
    if (flock(fileno(results->samples), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return status_fail(STATUS_FAILED,
                           "%s is being measured by another parbench: wait for it, or end that",
                           results->folder);
    return STATUS_OK;
}

enum status run_folder_make(const char *wanted, struct run_folder *results)
{
    char path[PATH_MAX];
    *results = (struct run_folder){.samples = NULL};
    enum status status = wanted
                             ? make_wanted_folder(wanted, results->folder, sizeof results->folder)
                             : make_new_folder(results->folder, sizeof results->folder);
    if (status == STATUS_OK && run_folder_path(results->folder, "logs", path, sizeof path))
        status = make_folder(path);
    return status;
}

enum status run_folder_begin(struct side *side, const struct run_config *config,
                             const struct machine *machine)
{
    side->manifest = manifest_make(config, &side->plan, &side->catalog, machine);
    if (!side->manifest)
        return status_no_memory("the manifest");
    /* The last of what makes the folder a run's: one that has it can be gone on with. */
    enum status status =
        run_folder_write(side->results.folder, "manifest.json", dump, side->manifest);
    return status == STATUS_OK ? run_folder_open_samples(&side->results) : status;
}

void run_folder_close(struct run_folder *results)
{
    if (results->samples)
        (void)fclose(results->samples);
    results->samples = NULL;
}

void side_free(struct side *side)
{
    run_folder_close(&side->results);
    record_free(&side->record);
    plan_free(&side->plan);
    json_decref(side->manifest);
    catalog_free(&side->catalog);
}

/* ---- samples ---- */

/* Synced at once: what was measured outlives whatever comes next. */
static enum status keep(const struct run_folder *results, bool written)
{
    if (written && fflush(results->samples) == 0 && fdatasync(fileno(results->samples)) == 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", results->folder,
                       strerror(errno));
}

/* Takes both objects over. */
static bool write_line(FILE *stream, json_t *line, json_t *more)
{
    const bool is_whole = json_object_update(line, more) == 0;
    json_decref(more);
    return json_write(stream, line, JSON_COMPACT) && is_whole && fputc('\n', stream) != EOF;
}

enum status run_folder_append(struct run_folder *results, const struct cell *cell, unsigned round,
                              const struct launch_result *launched)
{
    bool written = true;
    /* All before the samples, whose last one makes a launch whole. */
    if (launched->too_short)
        written = write_line(
            results->samples, cell_json(cell),
            json_pack("{s:i, s:O}", "round", (int)round, "too_short", launched->too_short));
    if (launched->workers && written)
        written = write_line(results->samples, cell_json(cell),
                             json_pack("{s:i, s:f, s:O, s:O*, s:O*}", "round", (int)round, "wall_s",
                                       launched->wall_s, "workers_busy", launched->workers,
                                       "counters_absent", launched->counters_absent, "libraries",
                                       launched->libraries));
    for (unsigned i = 0; i < launched->count && written; i++) {
        const struct sample *sample = &launched->samples[i];
        written = write_line(results->samples, cell_json(cell),
                             json_pack("{s:i, s:i, s:f, s:i, s:f, s:b, s:s*, s:O, s:O*}", "round",
                                       (int)round, "sample", (int)i, "seconds", sample->seconds,
                                       "executions", (int)launched->executions, "startup_s",
                                       launched->startup_s, "verified", (int)sample->verified,
                                       "result", launched->ended ? launched->result : NULL,
                                       "counts", sample->counts, "start", sample->start));
    }
    if (!launched->ended && written)
        written =
            write_line(results->samples, cell_json(cell),
                       json_pack("{s:i, s:s}", "round", (int)round, "failed", launched->failure));
    return keep(results, written);
}

const struct noise_figure run_folder_noise_figures[RUN_FOLDER_NOISE_FIGURES] = {
    {"wall_s", offsetof(struct noise, seconds), false},
    {"stolen_share", offsetof(struct noise, stolen), false},
    {"others_share", offsetof(struct noise, others), false},
    {"load1", offsetof(struct noise, load), false},
    {"frequency_low_mhz", offsetof(struct noise, low_mhz), false},
    {"frequency_high_mhz", offsetof(struct noise, high_mhz), false},
    {"involuntary_switches", offsetof(struct noise, involuntary_switches), true},
    {"voluntary_switches", offsetof(struct noise, voluntary_switches), true},
    {"minor_faults", offsetof(struct noise, minor_faults), true},
    {"major_faults", offsetof(struct noise, major_faults), true},
};

enum status run_folder_append_noise(struct run_folder *results, unsigned round,
                                    const struct noise *noise)
{
    json_t *figures = json_pack("{s:i}", "round", (int)round);
    for (size_t i = 0; i < RUN_FOLDER_NOISE_FIGURES; i++) {
        const struct noise_figure *figure = &run_folder_noise_figures[i];
        double value;
        memcpy(&value, (const char *)noise + figure->place, sizeof value);
        (void)json_object_set_new(figures, figure->name,
                                  isnan(value)       ? json_null()
                                  : figure->is_count ? json_integer((json_int_t)value)
                                                     : json_real(value));
    }
    return keep(results,
                write_line(results->samples, json_object(), json_pack("{s:o}", "noise", figures)));
}

enum status run_folder_resume(struct run_folder *results, const struct run_config *config)
{
    json_t *resumed = run_config_json(config, true);
    (void)json_object_set_new(resumed, "at", json_string(text_now("%Y-%m-%dT%H:%M:%SZ").text));
    return keep(results, write_line(results->samples, json_object(),
                                    json_pack("{s:o}", "resumed", resumed)));
}

enum status run_folder_end(struct run_folder *results, enum ending ending)
{
    return keep(results, write_line(results->samples, json_object(),
                                    json_pack("{s:s}", "ended", ending_name[ending])));
}
