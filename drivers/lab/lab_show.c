#define _GNU_SOURCE
#include "lab_show.h"

#include "catalog.h"
#include "child.h"
#include "gnuplot.h"
#include "memory.h"
#include "safe_file.h"
#include "terminal.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What gnuplot gets for a figure in letters. */
static const double drawing_s = 20.0;

enum { FIGURE_BYTES_MAX = 1 << 22 };

/* [words](address) */
static const char *find_link_end(const char *text, size_t *words)
{
    const char *middle = strstr(text, "]("), *end = middle ? strchr(middle, ')') : NULL;
    *words = middle ? (size_t)(middle - text - 1) : 0;
    return end && !memchr(text + 1, '[', *words) ? end + 1 : NULL;
}

/* Code is as it is. */
static const char *print_code(FILE *stream, const char *text)
{
    const size_t length = strcspn(text + 1, "`");
    (void)fprintf(stream, "%.*s", (int)length, text + 1);
    return text + 1 + length + (text[1 + length] == '`');
}

static void print_plain(FILE *stream, const char *text)
{
    while (*text) {
        size_t words;
        const char *end = *text == '[' ? find_link_end(text, &words) : NULL;
        if (end) {
            char *inside = memory_text_start(text + 1, words);
            print_plain(stream, inside);
            free(inside);
            text = end;
        } else if (*text == '`') {
            text = print_code(stream, text);
        } else {
            if (*text != '*')
                (void)fputc(*text, stream);
            text++;
        }
    }
}

char *lab_plain(const char *text)
{
    char *plain = NULL;
    size_t length;
    FILE *stream = memory_open(&plain, &length);
    print_plain(stream, text);
    memory_close(stream, &plain);
    return plain;
}

static void show_paragraph(FILE *stream, const char *mark, const char *text)
{
    char *plain = lab_plain(text);
    text_wrapped(stream, mark, "%s", plain);
    free(plain);
}

static char *trimmed(char *text)
{
    text += strspn(text, " ");
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = '\0';
    return text;
}

/* "first: second", or of more columns "first: HEAD second; HEAD third": legible on any terminal. */
static void show_row(FILE *stream, char *const *heads, size_t columns, char *row)
{
    char *line = NULL;
    size_t length;
    FILE *sentence = memory_open(&line, &length);
    for (size_t i = 0; i < columns && row; i++) {
        char *cell = trimmed(strsep(&row, "|"));
        (void)fprintf(sentence, "%s%s%s%s",
                      i == 0   ? ""
                      : i == 1 ? ": "
                               : "; ",
                      i > 0 && columns > 2 ? heads[i] : "", i > 0 && columns > 2 ? " " : "", cell);
    }
    memory_close(sentence, &line);
    show_paragraph(stream, "  ", line);
    free(line);
}

/* Each line is "| cell | cell |"; the second one says how they are aligned. */
static void show_table(FILE *stream, const char *text)
{
    enum { COLUMNS_MAX = 8 };
    char *copy = memory_text(text), *rest = copy, *heads[COLUMNS_MAX];
    size_t columns = 0;
    char *head = strsep(&rest, "\n") + 1;
    while (columns < COLUMNS_MAX && head && strchr(head, '|'))
        heads[columns++] = trimmed(strsep(&head, "|"));
    (void)strsep(&rest, "\n");
    for (char *line; rest && (line = strsep(&rest, "\n"));)
        if (*line == '|')
            show_row(stream, heads, columns, line + 1);
    free(copy);
}

static void show_code(FILE *stream, const char *text)
{
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        (void)fprintf(stream, "    %.*s\n", (int)strcspn(line, "\n"), line);
}

static void show_heading(FILE *stream, const char *text)
{
    const bool is_coloured = terminal_has_colours(fileno(stream));
    (void)fprintf(stream, "%s%s%s\n", is_coloured ? "\033[1m" : "", text,
                  is_coloured ? "\033[0m" : "");
}

void lab_show_text(FILE *stream, const struct lab_block *block)
{
    switch (block->kind) {
    case LAB_STEP:
        show_heading(stream, block->text);
        break;
    case LAB_TABLE:
        show_table(stream, block->text);
        break;
    case LAB_CODE:
        show_code(stream, block->text);
        break;
    case LAB_ITEM:
        show_paragraph(stream, block->with, block->text);
        return;
    default:
        show_paragraph(stream, "", block->text);
    }
    (void)fputc('\n', stream);
}

/* ---- a figure ---- */

/* What a file of numbers tells of its figure, by which it is drawn in letters. */
struct letters {
    const char *script; /* NULL: there is none for such a figure */
    unsigned series;    /* lines or lanes, each a block; of bars those of the longest panel */
    unsigned rows;      /* that it takes */
    char titles[512];   /* of panels, words in quotes */
};

/* Blocks that begin with a name. */
static unsigned count_named(FILE *numbers)
{
    char line[512];
    unsigned count = 0;
    bool is_first = true;
    while (fgets(line, sizeof line, numbers)) {
        count += is_first && line[0] != '\n' && line[0] != '#' && !strchr("-0123456789", line[0]);
        is_first = line[0] == '\n';
    }
    return count;
}

/* Panels, which comments name, and the bars of each. */
static void count_bars(FILE *numbers, struct letters *letters)
{
    char line[512];
    unsigned bars = 0;
    while (fgets(line, sizeof line, numbers)) {
        const bool is_title = line[0] == '#';
        line[strcspn(line, "\n\"'")] = '\0';
        bars = is_title ? 0 : bars + (line[0] != '\0');
        if (is_title)
            text_append(letters->titles, sizeof letters->titles, "\"%s\" ", line + 2);
        letters->series = bars > letters->series ? bars : letters->series;
    }
}

/* The first two lines say what follows. */
static struct letters read_letters(FILE *numbers)
{
    enum { PLOT_ROWS = 20, BAR_ROWS = 6, LANE_ROWS = 9 };
    char what[512] = "", heads[512] = "";
    struct letters letters = {.script = NULL};
    if (!fgets(what, sizeof what, numbers) || !fgets(heads, sizeof heads, numbers))
        return letters;
    if (strstr(what, "; a block per panel")) {
        count_bars(numbers, &letters);
        letters.script = "letters_bars";
        letters.rows = letters.series + BAR_ROWS;
    } else if (strncmp(heads, "# begin, s\t", strlen("# begin, s\t")) == 0) {
        letters.series = count_named(numbers);
        letters.script = "letters_lanes";
        letters.rows = 2 * letters.series + LANE_ROWS;
    } else if (strstr(heads, "\tmedian\t")) {
        letters.series = count_named(numbers);
        letters.script = "letters";
        letters.rows = letters.series + PLOT_ROWS;
    }
    if (letters.series == 0)
        letters.script = NULL;
    return letters;
}

static struct letters letters_of(const char *tsv)
{
    FILE *numbers;
    struct letters letters = {.script = NULL};
    if (safe_file_open(tsv, FIGURE_BYTES_MAX, &numbers) != NULL)
        return letters;
    letters = read_letters(numbers);
    (void)fclose(numbers);
    return letters;
}

/* The caller frees. */
static char *settings_of(FILE *stream, const char *tsv, const char *title,
                         const struct letters *letters)
{
    char *settings = NULL, *plain = lab_plain(title);
    size_t length;
    FILE *out = memory_open(&settings, &length);
    gnuplot_set(out, "data", tsv);
    gnuplot_set(out, "heading", plain);
    gnuplot_set(out, "titles", letters->titles);
    (void)fprintf(out, "series = %u; columns = %d; rows = %u", letters->series,
                  terminal_text_columns(stream) - 1, letters->rows);
    memory_close(out, &settings);
    for (char *end = settings; (end = strchr(end, '\n'));)
        *end = ';'; /* gnuplot is told them as one line */
    free(plain);
    return settings;
}

/* What gnuplot leaves blank at the ends of lines, and lines that are, are left out. */
static void print_trimmed(FILE *stream, char *text)
{
    for (char *line; (line = strsep(&text, "\n"));) {
        size_t length = strlen(line);
        while (length > 0 && strchr(" \f\r", line[length - 1]))
            length--;
        if (length > 0)
            (void)fprintf(stream, "%.*s\n", (int)length, line);
    }
    (void)fputc('\n', stream);
}

static void draw(FILE *stream, const char *tsv, const char *title, const struct letters *letters)
{
    char script[PATH_MAX];
    struct capture said;
    if (catalog_plots(script) != STATUS_OK)
        return;
    text_append(script, sizeof script, "/%s.gp", letters->script);
    char *settings = settings_of(stream, tsv, title, letters);
    char *const words[] = {(char *)"gnuplot", (char *)"-e", settings, script, NULL};
    struct child child = child_captured(words, &said);
    child_run(&child, 1, drawing_s);
    if (child_succeeded(&child))
        print_trimmed(stream, said.text[CHILD_OUTPUT]);
    free(settings);
}

void lab_show_figure(FILE *stream, const char *picture, const char *title)
{
    char tsv[PATH_MAX], svg[PATH_MAX];
    (void)snprintf(tsv, sizeof tsv, "%.*s.tsv", PATH_MAX - 8, picture);
    (void)snprintf(svg, sizeof svg, "%.*s.svg", PATH_MAX - 8, picture);
    const struct letters letters = letters_of(tsv);
    if (letters.script)
        draw(stream, tsv, title, &letters);
    if (access(svg, R_OK) == 0)
        text_wrapped(stream, "", "The picture: %s", svg);
    else
        text_wrapped(stream, "",
                     "There is no picture %s: it was not measured, or gnuplot is not "
                     "here (parbench doctor).",
                     svg);
    (void)fputc('\n', stream);
}
