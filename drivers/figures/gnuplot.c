#define _GNU_SOURCE
#include "gnuplot.h"

#include "child.h"
#include "memory.h"
#include "placement.h"
#include "safe_file.h"
#include "signals.h"
#include "svg.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

/* What gnuplot gets for one picture: far more than it takes. */
static const double drawing_s = 120.0;

/* Each takes some 30 MB. So few figures wait for each other that their files take little. */
enum { AT_ONCE_MAX = 8, WAITING_MAX = 32, WORDS = 7 };

/* The pictures come first, then the numbers, then what is not kept. */
enum { SVG, PNG, NARROW, PICTURES, TSV = PICTURES, SETTINGS, KINDS };
static const struct {
    const char *name; /* to the scripts */
    const char *folder, *end;
    const char *last; /* what a whole picture has in its last bytes */
} kinds[KINDS] = {[SVG] = {"svg", "figures", "svg", "</svg>"},
                  [PNG] = {"png", "figures", "png", "IEND"},
                  [NARROW] = {"narrow", "figures/narrow", "svg", "</svg>"},
                  [TSV] = {"tsv", "figures", "tsv"},
                  [SETTINGS] = {"settings", "figures", "gp"}};

/* Where the files of one drawing lie: in the making, and in the end. */
struct paths {
    char parts[KINDS][PATH_MAX], files[KINDS][PATH_MAX];
};

struct gnuplot {
    const char *run;
    struct paths *waiting; /* their numbers and settings are written */
    size_t count;
    size_t at_once;
    sigset_t held; /* until what is not complete is gone */
};

static bool name_paths(const char *run, const char *name, struct paths *paths)
{
    bool fits = true;
    /* To gnuplot a name that begins with | or < is a command, and with $ a block of data. */
    const char *here = strchr("./", *run) ? "" : "./";
    for (unsigned i = 0; i < KINDS; i++) {
        int length = snprintf(paths->files[i], PATH_MAX, "%s%s/%s/%s.%s", here, run,
                              kinds[i].folder, name, kinds[i].end);
        fits = fits && length + (int)strlen(".part") < PATH_MAX;
        (void)snprintf(paths->parts[i], PATH_MAX, "%.*s.part", PATH_MAX - 6, paths->files[i]);
    }
    return fits;
}

static enum status cannot_write(const char *path)
{
    return status_fail(STATUS_FAILED, "cannot write %s: %s", path, strerror(errno));
}

void gnuplot_set(FILE *settings, const char *variable, const char *text)
{
    (void)fprintf(settings, "%s = '", variable);
    for (; *text; text++)
        if (*text == '\n')
            (void)fputs("'.\"\\n\".'", settings);
        else
            (void)fprintf(settings, "%s%c", *text == '\'' ? "'" : "", *text);
    (void)fputs("'\n", settings);
}

/* A gnuplot is told the kind of picture and where it goes. */
static void write_settings(FILE *stream, const struct drawing *drawing, const char *data)
{
    (void)fputs("kind = ARG1\noutput = ARG2\n", stream);
    gnuplot_set(stream, "plots", drawing->plots);
    gnuplot_set(stream, "data", data);
    drawing->tell(stream, drawing->what);
    (void)fprintf(stream, "load plots.\"/%s.gp\"\n", drawing->script);
}

static enum status write_part(const struct drawing *drawing, const struct paths *paths,
                              unsigned kind)
{
    FILE *stream = safe_file_replace(paths->parts[kind]);
    if (!stream)
        return cannot_write(paths->parts[kind]);
    if (kind == SETTINGS)
        write_settings(stream, drawing, paths->parts[TSV]);
    else
        drawing->write(stream, drawing->what);
    bool written = !ferror(stream);
    written = fclose(stream) == 0 && written;
    return written ? STATUS_OK : cannot_write(paths->parts[kind]);
}

/*
 * The line of gnuplot's output that says what is wrong: it shows the script's text and a caret
 * first, and warnings. Cuts `said` behind it. `how` it ended, where there is none.
 */
static const char *complaint(char *said, const char *how)
{
    char *first = NULL;
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n")) {
        line += strspn(line, " \t");
        if (strstr(line, " warning: "))
            continue;
        if (strstr(line, " line ") && strchr(line, ':'))
            return line;
        if (!first && *line && *line != '^')
            first = line;
    }
    return first ? first : how;
}

/* Given nothing that it can draw, gnuplot leaves an empty file, and where the disk is full the
 * start of one: either may be a success to it. */
static bool is_whole(const char *path, const char *last)
{
    char bytes[16] = "";
    bool found = false;
    FILE *picture = fopen(path, "re");
    if (picture && fseek(picture, 1 - (long)sizeof bytes, SEEK_END) == 0) {
        const size_t count = fread(bytes, 1, sizeof bytes - 1, picture);
        found = memmem(bytes, count, last, strlen(last));
    }
    if (picture)
        (void)fclose(picture);
    return found;
}

/* Why a picture is not there; STATUS_OK: it is. `other` says what else there is to do. */
static enum status judge_picture(const char *part, const char *file, unsigned kind,
                                 const struct child *child, struct capture *said, const char *other)
{
    char how[64];
    if (child->end == CHILD_INTERRUPTED)
        return STATUS_INTERRUPTED;
    if (child->end == CHILD_TIMED_OUT)
        return status_fail(STATUS_FAILED, "gnuplot did not draw %s within %g s: see why, or %s",
                           file, drawing_s, other);
    if (child_succeeded(child))
        (void)snprintf(how, sizeof how, "it wrote no whole picture: is the disk full?");
    else
        child_explain("it", child->status, how, sizeof how);
    return child_succeeded(child) && is_whole(part, kinds[kind].last)
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "gnuplot could not draw %s: %s", file,
                             complaint(said->text[CHILD_ERRORS], how));
}

/* The same of all pictures of a figure. */
static enum status judge(const struct paths *paths, const struct child *children,
                         struct capture *said)
{
    for (unsigned i = 0; i < PICTURES; i++)
        TRY(judge_picture(paths->parts[i], paths->files[i], i, &children[i], &said[i],
                          "take --no-figures"));
    return STATUS_OK;
}

/* What the file has, which the caller frees; NULL with errno. */
static char *read_text(const char *path, size_t *length)
{
    char *text = NULL;
    size_t count;
    char some[4096];
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    FILE *stream = memory_open(&text, length);
    while ((count = fread(some, 1, sizeof some, file)) > 0)
        (void)fwrite(some, 1, count, stream);
    (void)fclose(file);
    memory_close(stream, &text);
    return text;
}

static enum status shorten(const char *path)
{
    size_t length;
    char *drawn = read_text(path, &length);
    char *shorter = drawn ? svg_shortened(drawn) : NULL;
    FILE *stream = shorter ? safe_file_replace(path) : NULL;
    bool written = stream && fputs(shorter, stream) >= 0;
    written = stream && fclose(stream) == 0 && written;
    free(drawn);
    free(shorter);
    return written ? STATUS_OK : cannot_write(path);
}

bool gnuplot_is_there(char *version, size_t length)
{
    const bool is_there =
        child_version("gnuplot", "install it (scripts/setup), then parbench report DIR draws them",
                      CHILD_ANSWER_S, version, length);
    if (!is_there)
        status_say("figures are left out: gnuplot %s", version);
    return is_there;
}

static enum status put_in_place(const struct paths *paths)
{
    TRY(shorten(paths->parts[SVG]));
    TRY(shorten(paths->parts[NARROW]));
    for (unsigned i = 0; i < SETTINGS; i++)
        if (rename(paths->parts[i], paths->files[i]) != 0)
            return cannot_write(paths->files[i]);
    return STATUS_OK;
}

static void remove_parts(const struct paths *paths)
{
    for (unsigned i = 0; i < KINDS; i++)
        (void)unlink(paths->parts[i]);
}

/* -d: nothing of the user's own settings may change a figure. */
static void fill_words(const struct paths *paths, size_t kind, const char *words[WORDS])
{
    const char *const own[WORDS] = {
        "gnuplot", "-d", "-c", paths->parts[SETTINGS], kinds[kind].name, paths->parts[kind]};
    memcpy(words, own, sizeof own);
}

/* Draws all that wait. Those behind one that fails are not kept: why is told once. */
static enum status draw(struct gnuplot *gnuplot)
{
    const size_t count = gnuplot->count * PICTURES;
    struct child *children = memory_new(count, sizeof *children);
    struct capture *said = memory_new(count, sizeof *said);
    const char *(*words)[WORDS] = memory_new(count, sizeof *words);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        const struct paths *paths = &gnuplot->waiting[i / PICTURES];
        const size_t kind = i % PICTURES;
        fill_words(paths, kind, words[i]);
        (void)unlink(paths->parts[kind]);
        children[i] = child_captured((char *const *)words[i], &said[i]);
    }
    child_run_some(children, count, gnuplot->at_once, drawing_s);
    for (size_t i = 0; i < gnuplot->count; i++) {
        const struct paths *paths = &gnuplot->waiting[i];
        if (status == STATUS_OK)
            status = judge(paths, &children[i * PICTURES], &said[i * PICTURES]);
        if (status == STATUS_OK)
            status = put_in_place(paths);
        remove_parts(paths);
    }
    gnuplot->count = 0;
    free(children);
    free(said);
    free(words);
    return status;
}

struct gnuplot *gnuplot_begin(const char *run)
{
    struct gnuplot *gnuplot = memory_new(1, sizeof *gnuplot);
    struct placement *placement = placement_read();
    const size_t processors = placement_processors(placement).count;
    free(placement);
    *gnuplot = (struct gnuplot){.run = run,
                                .waiting = memory_new(WAITING_MAX, sizeof *gnuplot->waiting),
                                .at_once = MIN(MAX(processors, 1), AT_ONCE_MAX),
                                .held = signals_hold()};
    return gnuplot;
}

enum status gnuplot_add(struct gnuplot *gnuplot, const struct drawing *drawing)
{
    struct paths *paths = &gnuplot->waiting[gnuplot->count];
    if (!name_paths(gnuplot->run, drawing->name, paths))
        return status_fail(STATUS_FAILED, "the path of %s is too long", drawing->name);
    enum status status = write_part(drawing, paths, TSV);
    if (status == STATUS_OK)
        status = write_part(drawing, paths, SETTINGS);
    if (status != STATUS_OK)
        remove_parts(paths);
    else if (++gnuplot->count == WAITING_MAX)
        status = draw(gnuplot);
    return status;
}

enum status gnuplot_end(struct gnuplot *gnuplot, enum status status)
{
    const enum status drawn = draw(gnuplot);
    signals_release(&gnuplot->held);
    free(gnuplot->waiting);
    free(gnuplot);
    return status != STATUS_OK ? status : drawn;
}

/* ---- a file of the user's ---- */

/* By its ending; KINDS: it is none of them. */
static unsigned kind_of(const char *path)
{
    static const unsigned known[] = {SVG, PNG, TSV};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
        if (strcasecmp(dot + 1, kinds[known[i]].end) == 0)
            return known[i];
    return KINDS;
}

/* Why nothing can be written there, or 0. */
static int why_not_there(const char *path)
{
    char folder[PATH_MAX];
    struct stat what;
    const bool exists = stat(path, &what) == 0;
    if (exists && S_ISDIR(what.st_mode))
        return EISDIR;
    if (exists && !S_ISREG(what.st_mode))
        return access(path, W_OK) == 0 ? 0 : errno;
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
        return ENAMETOOLONG;
    const char *parent = dirname(folder);
    if (stat(parent, &what) != 0 || (S_ISDIR(what.st_mode) && access(parent, W_OK) != 0))
        return errno;
    return S_ISDIR(what.st_mode) ? 0 : ENOTDIR;
}

enum status gnuplot_check_file(const char *option, const char *path)
{
    char version[256];
    if (kind_of(path) == KINDS)
        return status_fail(STATUS_USAGE,
                           "--%s takes a file that ends in .svg, .png or .tsv, not %s", option,
                           path);
    errno = why_not_there(path);
    if (errno != 0)
        return cannot_write(path);
    if (kind_of(path) != TSV &&
        !child_version("gnuplot", "install it (scripts/setup), or take a file that ends in .tsv",
                       CHILD_ANSWER_S, version, sizeof version))
        return status_fail(STATUS_FAILED, "%s cannot be drawn: gnuplot %s", path, version);
    return STATUS_OK;
}

/* What has been drawn, to be copied. */
struct bytes {
    char *start;
    size_t count;
};

static void write_bytes(FILE *stream, const void *context)
{
    const struct bytes *bytes = context;
    (void)fwrite(bytes->start, 1, bytes->count, stream);
}

static enum status read_bytes(const char *part, unsigned kind, struct bytes *bytes)
{
    bytes->start = read_text(part, &bytes->count);
    if (!bytes->start)
        return status_fail(STATUS_FAILED, "cannot read %s: %s", part, strerror(errno));
    if (kind != SVG)
        return STATUS_OK;
    char *shorter = svg_shortened(bytes->start);
    free(bytes->start);
    *bytes = (struct bytes){shorter, strlen(shorter)};
    return STATUS_OK;
}

/* The parts lie in a folder of their own. */
static enum status draw_bytes(const struct paths *paths, const char *file, unsigned kind,
                              const struct drawing *drawing, struct bytes *bytes)
{
    const char *words[WORDS];
    struct capture said;
    TRY(write_part(drawing, paths, TSV));
    if (kind == TSV)
        return read_bytes(paths->parts[TSV], TSV, bytes);
    TRY(write_part(drawing, paths, SETTINGS));
    fill_words(paths, kind, words);
    struct child child = child_captured((char *const *)words, &said);
    child_run(&child, 1, drawing_s);
    TRY(judge_picture(paths->parts[kind], file, kind, &child, &said, "take a file .tsv"));
    return read_bytes(paths->parts[kind], kind, bytes);
}

/* A folder of their own for the parts of one drawing, until drop_parts(). */
static enum status make_parts(struct paths *paths)
{
    const char *temporary = getenv("TMPDIR");
    char folder[PATH_MAX - 32];
    (void)snprintf(folder, sizeof folder, "%s/parbench-XXXXXX",
                   temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return cannot_write(folder);
    for (unsigned i = 0; i < KINDS; i++)
        (void)snprintf(paths->parts[i], PATH_MAX, "%s/%s", folder, kinds[i].name);
    return STATUS_OK;
}

static void drop_parts(const struct paths *paths)
{
    char first[PATH_MAX];
    remove_parts(paths);
    (void)snprintf(first, sizeof first, "%s", paths->parts[0]);
    (void)rmdir(dirname(first));
}

enum status gnuplot_draw_file(const char *path, const struct drawing *drawing)
{
    struct paths *paths = memory_new(1, sizeof *paths);
    struct bytes bytes = {NULL, 0};
    sigset_t held = signals_hold();
    enum status status = make_parts(paths);
    if (status == STATUS_OK) {
        status = draw_bytes(paths, path, kind_of(path), drawing, &bytes);
        drop_parts(paths);
    }
    const char *wrong = status == STATUS_OK ? safe_file_give(path, write_bytes, &bytes) : NULL;
    if (wrong)
        status = status_fail(STATUS_FAILED, "cannot write %s: %s", path, wrong);
    signals_release(&held);
    free(bytes.start);
    free(paths);
    return status;
}

/* ---- for a page that carries them ---- */

static enum status draw_pair(const struct paths *paths, const struct drawing *drawing,
                             struct gnuplot_pair *pair)
{
    static const unsigned kind[] = {SVG, NARROW};
    enum { PAIR = sizeof kind / sizeof *kind };
    char **const texts[PAIR] = {&pair->wide, &pair->narrow};
    const char *words[PAIR][WORDS];
    struct capture said[PAIR];
    struct child children[PAIR];
    TRY(write_part(drawing, paths, TSV));
    TRY(write_part(drawing, paths, SETTINGS));
    for (unsigned i = 0; i < PAIR; i++) {
        fill_words(paths, kind[i], words[i]);
        children[i] = child_captured((char *const *)words[i], &said[i]);
    }
    child_run(children, PAIR, drawing_s);
    for (unsigned i = 0; i < PAIR; i++) {
        struct bytes bytes = {NULL, 0};
        TRY(judge_picture(paths->parts[kind[i]], drawing->name, kind[i], &children[i], &said[i],
                          "go on without gnuplot"));
        TRY(read_bytes(paths->parts[kind[i]], SVG, &bytes));
        *texts[i] = bytes.start;
    }
    return STATUS_OK;
}

void gnuplot_free_pair(struct gnuplot_pair *pair)
{
    free(pair->wide);
    free(pair->narrow);
    *pair = (struct gnuplot_pair){NULL, NULL};
}

enum status gnuplot_draw_pair(const struct drawing *drawing, struct gnuplot_pair *pair)
{
    struct paths *paths = memory_new(1, sizeof *paths);
    sigset_t held = signals_hold();
    *pair = (struct gnuplot_pair){NULL, NULL};
    enum status status = make_parts(paths);
    if (status == STATUS_OK) {
        status = draw_pair(paths, drawing, pair);
        drop_parts(paths);
    }
    if (status != STATUS_OK)
        gnuplot_free_pair(pair);
    signals_release(&held);
    free(paths);
    return status;
}
