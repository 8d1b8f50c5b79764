#define _GNU_SOURCE
#include "gnuplot.h"

#include "child.h"
#include "safe_file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What gnuplot gets for one figure: far more than it takes. */
static const double drawing_s = 600.0;

enum { TSV, SVG, PNG, NARROW, KINDS };
static const struct {
    const char *name; /* to the scripts */
    const char *folder, *end;
} kinds[KINDS] = {[TSV] = {"tsv", "", "tsv"},
                  [SVG] = {"svg", "", "svg"},
                  [PNG] = {"png", "", "png"},
                  [NARROW] = {"narrow", "narrow/", "svg"}};

/* Where the files of one drawing lie: in the making, and in the end. */
struct paths {
    char parts[KINDS][PATH_MAX], files[KINDS][PATH_MAX];
};

static bool name_paths(const struct drawing *drawing, struct paths *paths)
{
    bool fits = true;
    /* To gnuplot a name that begins with | or < is a command, and with $ a block of data. */
    const char *here = strchr("./", *drawing->folder) ? "" : "./";
    for (unsigned i = 0; i < KINDS; i++) {
        int length = snprintf(paths->files[i], PATH_MAX, "%s%s/%s%s.%s", here, drawing->folder,
                              kinds[i].folder, drawing->name, kinds[i].end);
        fits = fits && length + (int)strlen(".part") < PATH_MAX;
        (void)snprintf(paths->parts[i], PATH_MAX, "%.*s.part", PATH_MAX - 6, paths->files[i]);
    }
    return fits;
}

static enum status cannot_write(const char *path)
{
    return status_fail(STATUS_FAILED, "cannot write %s: %s", path, strerror(errno));
}

static enum status write_data(const struct drawing *drawing, const char *path)
{
    FILE *stream = safe_file_replace(path);
    if (!stream)
        return cannot_write(path);
    drawing->write(stream, drawing->what);
    bool written = !ferror(stream);
    written = fclose(stream) == 0 && written;
    return written ? STATUS_OK : cannot_write(path);
}

/*
 * The line of gnuplot's output that says what is wrong: it shows the script's text and a caret
 * first. Cuts `said` behind it.
 */
static const char *complaint(char *said)
{
    char *first = NULL;
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n")) {
        line += strspn(line, " \t");
        if (strstr(line, " line ") && strchr(line, ':'))
            return line;
        if (!first && *line && *line != '^')
            first = line;
    }
    return first ? first : "it gave no reason";
}

static enum status run(const struct drawing *drawing, unsigned kind, const struct paths *paths)
{
    const char *data = paths->parts[TSV], *output = paths->parts[kind];
    struct capture said;
    /* -d: nothing of the user's own settings may change a figure. */
    const char *argv[GNUPLOT_ARGUMENTS_MAX + 8] = {"gnuplot",        "-d",   "-c", drawing->script,
                                                   kinds[kind].name, output, data};
    struct stat made;
    size_t count = 7;
    for (size_t i = 0; i < GNUPLOT_ARGUMENTS_MAX && drawing->arguments[i]; i++)
        argv[count++] = drawing->arguments[i];
    argv[count] = NULL;
    (void)unlink(output);
    bool ended = child_capture((char *const *)argv, drawing_s, &said);
    /* Given nothing that it can draw, gnuplot leaves an empty file, and may call that a success. */
    if (ended && stat(output, &made) == 0 && made.st_size > 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "gnuplot could not draw %.*s: %s",
                       (int)(strlen(output) - strlen(".part")), output,
                       complaint(said.text[CHILD_ERRORS]));
}

enum status gnuplot_draw(const struct drawing *drawing)
{
    struct paths paths;
    if (!name_paths(drawing, &paths))
        return status_fail(STATUS_FAILED, "the path of %s is too long", drawing->name);
    if (!child_in_path("gnuplot"))
        return status_fail(STATUS_FAILED, "figures need gnuplot, which is not in PATH: install it "
                                          "(scripts/setup) or take --no-figures");
    enum status status = write_data(drawing, paths.parts[TSV]);
    for (unsigned i = SVG; i < KINDS && status == STATUS_OK; i++)
        status = run(drawing, i, &paths);
    for (unsigned i = 0; i < KINDS && status == STATUS_OK; i++)
        if (rename(paths.parts[i], paths.files[i]) != 0)
            status = cannot_write(paths.files[i]);
    for (unsigned i = 0; i < KINDS && status != STATUS_OK; i++)
        (void)unlink(paths.parts[i]);
    return status;
}
