#define _GNU_SOURCE
#include "lab_show.h"

#include "catalog.h"
#include "child.h"
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

enum { FIGURE_BYTES_MAX = 1 << 22, FIGURE_ROWS = 20 };

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
            char *inside = strndup(text + 1, words);
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
    char *copy = strdup(text), *rest = copy, *heads[COLUMNS_MAX];
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

/* How many lines of points the file has, each a block that begins with its name; 0: it has none
 * over an axis, as bars and time lines are. */
static unsigned count_lines(FILE *numbers)
{
    char line[512];
    unsigned count = 0;
    bool is_first = true;
    if (!fgets(line, sizeof line, numbers) || !fgets(line, sizeof line, numbers) ||
        !strstr(line, "\tmedian\t"))
        return 0;
    while (fgets(line, sizeof line, numbers)) {
        const bool is_name = line[0] != '\n' && !strchr(line, '\t');
        count += is_name && is_first;
        is_first = line[0] == '\n';
    }
    return count;
}

static unsigned lines_of(const char *tsv)
{
    FILE *numbers;
    if (safe_file_open(tsv, FIGURE_BYTES_MAX, &numbers) != NULL)
        return 0;
    const unsigned count = count_lines(numbers);
    (void)fclose(numbers);
    return count;
}

/* In quotes, as gnuplot takes a text of which it evaluates nothing. */
static void print_text(FILE *stream, const char *variable, const char *text)
{
    (void)fprintf(stream, "%s = '", variable);
    for (; *text; text++)
        (void)fprintf(stream, "%s%c", *text == '\'' ? "'" : "", *text);
    (void)fputs("'; ", stream);
}

static char *settings_of(FILE *stream, const char *tsv, const char *title, unsigned lines)
{
    char *settings = NULL, *plain = lab_plain(title);
    size_t length;
    FILE *out = memory_open(&settings, &length);
    print_text(out, "data", tsv);
    print_text(out, "heading", plain);
    (void)fprintf(out, "series = %u; columns = %d; rows = %d", lines,
                  terminal_text_columns(stream) - 1, FIGURE_ROWS + (int)lines);
    memory_close(out, &settings);
    free(plain);
    return settings;
}

static bool draw(FILE *stream, const char *tsv, const char *title, unsigned lines)
{
    char script[PATH_MAX];
    struct capture said;
    if (catalog_plots(script) != STATUS_OK)
        return false;
    text_append(script, sizeof script, "/letters.gp");
    char *settings = settings_of(stream, tsv, title, lines);
    char *const words[] = {(char *)"gnuplot", (char *)"-e", settings, script, NULL};
    struct child child = child_captured(words, &said);
    child_run(&child, 1, drawing_s);
    if (child_succeeded(&child))
        (void)fprintf(stream, "%s\n", said.text[CHILD_OUTPUT]);
    free(settings);
    return child_succeeded(&child);
}

void lab_show_figure(FILE *stream, const char *picture, const char *title)
{
    char tsv[PATH_MAX], svg[PATH_MAX];
    (void)snprintf(tsv, sizeof tsv, "%.*s.tsv", PATH_MAX - 8, picture);
    (void)snprintf(svg, sizeof svg, "%.*s.svg", PATH_MAX - 8, picture);
    const unsigned lines = lines_of(tsv);
    if (lines > 0)
        (void)draw(stream, tsv, title, lines);
    if (access(svg, R_OK) == 0)
        text_wrapped(stream, "", "The picture: %s", svg);
    else
        text_wrapped(stream, "",
                     "There is no picture %s: it was not measured, or gnuplot is not "
                     "here (parbench doctor).",
                     svg);
    (void)fputc('\n', stream);
}
