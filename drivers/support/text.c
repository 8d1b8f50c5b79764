#define _GNU_SOURCE
#include "text.h"

#include "memory.h"
#include "terminal.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool text_next(const char **list, char *item, size_t length)
{
    if (!*list)
        return false;
    const char *end = strchrnul(*list, ',');
    (void)snprintf(item, length, "%.*s", (int)(end - *list), *list);
    *list = *end ? end + 1 : NULL;
    return true;
}

bool text_is_word(const char *text, const char *more, size_t length)
{
    static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    size_t used = strspn(text, word);
    while (used > 0 && text[used] && (strchr(word, text[used]) || strchr(more, text[used])))
        used++;
    return used > 0 && used < length && text[used] == '\0';
}

static const struct {
    const char *name;
    double seconds;
} time_units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};

/* The index of the greatest one of which there is at least one. */
static size_t unit_of(double seconds)
{
    size_t i = 0;
    while (i + 1 < sizeof time_units / sizeof *time_units && seconds < time_units[i].seconds)
        i++;
    return i;
}

void text_file_name(char *text)
{
    for (char *c = text; *c; c++)
        *c = *c == '/' ? '_' : strchr(":=", *c) ? '-' : *c;
}

/* Of three digits, if it is at least 1. */
static int digits_of(double rounded)
{
    return rounded < 9.995 ? 2 : rounded < 99.95 ? 1 : 0;
}

/* As it will be shown, without its sign: 999.6 ms are 1.00 s. */
static double as_shown(double seconds)
{
    struct short_text shown;
    (void)snprintf(shown.text, sizeof shown.text, "%.2e", fabs(seconds));
    return strtod(shown.text, NULL);
}

struct short_text text_seconds(double seconds)
{
    struct short_text shown;
    const size_t unit = unit_of(as_shown(seconds));
    (void)snprintf(shown.text, sizeof shown.text, "%.28s %s",
                   text_seconds_beside(seconds, seconds).text, time_units[unit].name);
    return shown;
}

struct short_text text_seconds_beside(double seconds, double other)
{
    struct short_text shown;
    const double unit_s = time_units[unit_of(as_shown(other))].seconds;
    (void)snprintf(shown.text, sizeof shown.text, "%.*f", digits_of(as_shown(seconds) / unit_s),
                   seconds / unit_s);
    return shown;
}

struct short_text text_duration(double seconds)
{
    const size_t unit = unit_of(fabs(seconds));
    struct short_text shown;
    (void)snprintf(shown.text, sizeof shown.text, "%.4g %s", seconds / time_units[unit].seconds,
                   time_units[unit].name);
    return shown;
}

struct short_text text_now(const char *format)
{
    const time_t now = time(NULL);
    struct short_text shown = {""};
    struct tm utc;
    (void)strftime(shown.text, sizeof shown.text, format, gmtime_r(&now, &utc));
    return shown;
}

struct short_text text_grouped(uint64_t number)
{
    char digits[24];
    const int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
    struct short_text shown = {""};
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            shown.text[used++] = ' ';
        shown.text[used++] = digits[i];
    }
    return shown;
}

struct short_text text_bytes(uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    struct short_text shown;
    size_t i = 0;
    for (; value >= 1024 && i + 1 < sizeof units / sizeof *units; i++)
        value /= 1024;
    (void)snprintf(shown.text, sizeof shown.text, "%.*f %s", i ? 1 : 0, value, units[i]);
    return shown;
}

int text_digits(double number)
{
    const double size = fabs(number);
    int digits = size < 0.1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;
    if (number == 0)
        return 0;
    for (double least = 0.1; size < least && digits < 9; least /= 10)
        digits++;
    return digits;
}

void text_append(char *text, size_t length, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text + used, length - used, format, arguments);
    va_end(arguments);
}

void text_print_word(FILE *stream, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    if (*word && !word[strspn(word, plain)]) {
        (void)fputs(word, stream);
        return;
    }
    (void)fputc('\'', stream);
    for (; *word; word++)
        (void)fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, stream);
    (void)fputc('\'', stream);
}

struct shell_word text_word(const char *word)
{
    struct shell_word quoted;
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    text_print_word(stream, word);
    memory_close(stream, &text);
    (void)snprintf(quoted.text, sizeof quoted.text, "%s", text);
    free(text);
    return quoted;
}

/* How much of a word of that length stands in a line: up to the last ':' in its second half, as of
 * a model with many options, if it is longer than the line; else all. */
static int part_of(const char *word, int length, int most)
{
    int part = most;
    while (length > most && part > most / 2 && word[part - 1] != ':')
        part--;
    return length > most && part > most / 2 ? part : length;
}

static void wrap(FILE *stream, const char *mark, const char *text)
{
    const int columns = terminal_text_columns(stream);
    const int indent = (int)strlen(mark);
    int column = fprintf(stream, "%s", mark);
    for (const char *word = text + strspn(text, " "); *word;) {
        int length = (int)strcspn(word, " |");
        length += word[length] == '|';
        length = part_of(word, length, columns - indent);
        if (strncmp(word + length, " %", 2) == 0) /* stays with its number */
            length += 2 + (int)strcspn(word + length + 2, " ");
        const int gap = column > indent && word[-1] == ' ';
        if (column > indent && column + gap + length > columns) {
            (void)fprintf(stream, "\n%*s%.*s", indent, "", length, word);
            column = indent + length;
        } else {
            (void)fprintf(stream, "%*s%.*s", gap, "", length, word);
            column += gap + length;
        }
        word += length + (int)strspn(word + length, " ");
    }
    (void)fputc('\n', stream);
}

void text_wrapped(FILE *stream, const char *mark, const char *format, ...)
{
    char *text;
    size_t length;
    FILE *paragraph = memory_open(&text, &length);
    va_list arguments;
    va_start(arguments, format);
    (void)vfprintf(paragraph, format, arguments);
    va_end(arguments);
    memory_close(paragraph, &text);
    if (length > 0)
        wrap(stream, mark, text);
    free(text);
}
