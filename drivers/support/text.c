#define _GNU_SOURCE
#include "text.h"

#include "status.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORD_MAX = 64 };

bool text_parse_size(const char *text, uint64_t *size)
{
    size_t digits = strspn(text, "0123456789.eE+");
    if (digits == 0 || digits > WORD_MAX || text[0] < '0' || text[0] > '9')
        return false;
    static const char *const suffixes[] = {"", "k", "M", "G"};
    static const long double factors[] = {1, 1e3L, 1e6L, 1e9L};
    char *end;
    /* A long double holds every 64-bit integer exactly. */
    long double value = strtold(text, &end);
    if (end != text + digits)
        return false;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        if (strcasecmp(end, suffixes[i]) == 0) {
            value *= factors[i];
            /* 0.001 has no exact binary form: 0.001M misses 1000 in the last place. */
            long double whole = roundl(value);
            bool is_whole = fabsl(value - whole) <= 2 * LDBL_EPSILON * value && whole >= 1 &&
                            whole < 18446744073709551616.0L;
            if (is_whole)
                *size = (uint64_t)whole;
            return is_whole;
        }
    return false;
}

static bool parse_percent(const char *text, bool may_lack_sign, double *share)
{
    if (*text < '0' || *text > '9' || strpbrk(text, "xX"))
        return false;
    char *end;
    double percent = strtod(text, &end);
    if (strcmp(end, "%") != 0 && (*end || !may_lack_sign))
        return false;
    /* The share of the least number that there is would be 0. */
    if (!(percent / 100 > 0 && percent <= 100))
        return false;
    *share = percent / 100;
    return true;
}

bool text_parse_percent(const char *text, double *share)
{
    return parse_percent(text, false, share);
}

bool text_parse_margin(const char *text, double *share)
{
    return parse_percent(text, true, share);
}

bool text_next(const char **list, char *item, size_t length)
{
    if (!*list)
        return false;
    const char *end = strchrnul(*list, ',');
    (void)snprintf(item, length, "%.*s", (int)(end - *list), *list);
    *list = *end ? end + 1 : NULL;
    return true;
}

char *text_split(char *text, char separator)
{
    char *found = strchr(text, separator);
    if (!found)
        return NULL;
    *found = '\0';
    return found + 1;
}

bool text_is_word(const char *text, const char *more, size_t length)
{
    static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    size_t used = strspn(text, word);
    if (used == 0)
        return false;
    while (text[used] && used < length && (strchr(word, text[used]) || strchr(more, text[used])))
        used++;
    return used < length && text[used] == '\0';
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance: insertions, deletions and changes that turn one word into the other. */
static size_t distance(const char *from, const char *to)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(to);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; from[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t changed = diagonal + (from[i] != to[j]);
            diagonal = row[j + 1];
            row[j + 1] = least(changed, 1 + least(row[j], diagonal));
        }
    }
    return row[length];
}

const char *text_nearest(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t length = strlen(word);
    size_t best = length / 3 + 2;
    if (length == 0 || length > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t away = strlen(names[i]) <= WORD_MAX ? distance(word, names[i]) : best;
        if (away < best) {
            best = away;
            nearest = names[i];
        }
    }
    return nearest;
}

struct short_text text_seconds(double seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
    struct short_text shown;
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && seconds < units[i].seconds)
        i++;
    const double value = seconds / units[i].seconds;
    const int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    (void)snprintf(shown.text, sizeof shown.text, "%.*f %s", digits, value, units[i].name);
    return shown;
}

struct short_text text_now(const char *format)
{
    const time_t now = time(NULL);
    struct short_text shown;
    struct tm utc;
    if (!gmtime_r(&now, &utc) || strftime(shown.text, sizeof shown.text, format, &utc) == 0)
        *shown.text = '\0';
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

void text_append(char *text, size_t length, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text + used, length - used, format, arguments);
    va_end(arguments);
}

void text_wrapped(FILE *stream, const char *mark, const char *text)
{
    enum { COLUMNS = 80 };
    const int indent = (int)strlen(mark);
    int column = fprintf(stream, "%s", mark);
    for (const char *word = text + strspn(text, " "); *word;) {
        int length = (int)strcspn(word, " |");
        length += word[length] == '|';
        if (strncmp(word + length, " %", 2) == 0) /* stays with its number */
            length += 2 + (int)strcspn(word + length + 2, " ");
        const int gap = column > indent && word[-1] == ' ';
        if (column > indent && column + gap + length > COLUMNS) {
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
