#include "html.h"

#include "json.h"
#include "memory.h"
#include "quantities.h"
#include "text.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* NULL: the character stands for itself. */
static const char *entity(char character)
{
    static const char *const entities[UCHAR_MAX + 1] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
    return entities[(unsigned char)character];
}

/* Whether a line must not end at the space, which is behind a digit, as in "125 000" or "5 %". */
static bool is_within_number(const char *space)
{
    const size_t digits = strspn(space + 1, "0123456789");
    return digits == 3 || (digits == 0 && space[1] == '%');
}

static void write_text(FILE *page, const char *text)
{
    for (bool is_digit = false; *text; is_digit = isdigit((unsigned char)*text), text++)
        if (*text == ' ' && is_digit && is_within_number(text))
            (void)fputs("&nbsp;", page);
        else if (entity(*text))
            (void)fputs(entity(*text), page);
        else
            (void)fputc(*text, page);
}

void html_id(FILE *page, const char *text)
{
    for (; *text; text++)
        (void)fputc(isalnum((unsigned char)*text) ? tolower((unsigned char)*text) : '-', page);
}

void html_fold(FILE *page, const char *of, const char *heading, bool is_open)
{
    (void)fputs("<details id=\"", page);
    html_id(page, of);
    (void)fputc('-', page);
    html_id(page, heading);
    html_print(page, "\"%s>\n<summary><h3>%s</h3></summary>\n", is_open ? " open" : "", heading);
}

void html_fold_end(FILE *page)
{
    (void)fputs("</details>\n", page);
}

void html_print(FILE *page, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    for (size_t length; *format; format += length) {
        char conversion[16];
        length = *format == '%' ? strcspn(format + 1, "sufg%") + 2 : strcspn(format, "%");
        (void)snprintf(conversion, sizeof conversion, "%.*s", (int)length, format);
        if (*format != '%')
            (void)fwrite(format, 1, length, page);
        else if (format[length - 1] == '%')
            (void)fputc('%', page);
        else if (format[length - 1] == 's')
            write_text(page, va_arg(values, const char *));
        else if (format[length - 1] == 'u')
            (void)fprintf(page, "%zu",
                          format[1] == 'z' ? va_arg(values, size_t) : va_arg(values, unsigned));
        else
            (void)fprintf(page, conversion, va_arg(values, double));
    }
    va_end(values);
}

void html_label(FILE *page, const char *label)
{
    for (; *label; label++) {
        html_print(page, "%s", (char[]){*label, '\0'});
        if (*label == ':' && label[1])
            (void)fputs("<wbr>", page);
    }
}

/* An attribute's value. */
static void write_svg(FILE *page, FILE *svg)
{
    (void)fputs("\"data:image/svg+xml,", page);
    for (int byte; (byte = fgetc(svg)) != EOF;)
        if (isalnum(byte) || (byte && strchr("-_.,:=/", byte)))
            (void)fputc(byte, page);
        else
            (void)fprintf(page, "%%%02x", (unsigned)byte);
    (void)fputs("\"", page);
}

void html_picture(FILE *page, const struct html_picture *picture)
{
    (void)fprintf(page, "<div class=\"card%s\"><picture>", picture->is_map ? " map" : "");
    if (picture->narrow) {
        (void)fputs("<source media=\"screen and (max-width: 40rem)\" srcset=", page);
        write_svg(page, picture->narrow);
        (void)fputs(">", page);
    }
    html_print(page, "<img alt=\"%s\" src=", picture->alternative);
    write_svg(page, picture->wide);
    (void)fputs("></picture></div>\n", page);
}

/* What the words have under keys separated by dots, in an array by place; NULL: nothing. */
static const json_t *find_word(const json_t *words, const char *keys)
{
    char key[32];
    for (size_t length; words && *keys; keys += length + (keys[length] == '.')) {
        length = strcspn(keys, ".");
        (void)snprintf(key, sizeof key, "%.*s", (int)length, keys);
        words = json_is_array(words) ? json_array_get(words, strtoul(key, NULL, 10))
                                     : json_object_get(words, key);
    }
    return words;
}

static void write_number(FILE *page, const json_t *number, const char *how)
{
    const json_int_t whole = json_integer_value(number);
    if (strcmp(how, "bytes") == 0)
        (void)fputs(text_bytes((uint64_t)whole).text, page);
    else if (strcmp(how, "time") == 0)
        (void)fputs(text_duration(json_number_value(number)).text, page);
    else if (strcmp(how, "ns") == 0)
        (void)fprintf(page, "%.0f ns", 1e9 * json_number_value(number));
    else if (*how == '.')
        (void)fprintf(page, "%.*f", how[1] - '0', json_number_value(number));
    else if (*how)
        html_print(page, "%s %s%s", text_grouped((uint64_t)whole).text, how,
                   plural((uint64_t)whole));
    else if (json_is_integer(number))
        (void)fprintf(page, "%" JSON_INTEGER_FORMAT, whole);
    else
        (void)fprintf(page, "%g", json_real_value(number));
}

/* What stands in prose for a place, between its braces. Whether there is such a word. */
static bool write_word(FILE *page, char *place, const json_t *words)
{
    char *how = place + strcspn(place, ":?!");
    const char mark = *how;
    *how = '\0';
    how += mark != '\0';
    const json_t *word = find_word(words, place);
    const char *text = json_string_value(word);
    if (mark == '?' || mark == '!')
        return mark == '?' ? json_is_true(word) : json_is_false(word);
    if (json_is_boolean(word))
        text = json_is_true(word) ? "on" : "off";
    if (text)
        write_text(page, text);
    if (json_is_number(word))
        write_number(page, word, how);
    return json_is_number(word) || (text && *text);
}

static void fill_choice(FILE *page, const char **prose, const json_t *words);

/* Fills in what comes before the end of the prose, or of an alternative. Whether nothing lacks. */
static bool fill(FILE *page, const char **prose, const json_t *words)
{
    bool is_whole = true;
    for (;;) {
        char place[64];
        size_t length = strcspn(*prose, "{[|]");
        (void)fwrite(*prose, 1, length, page);
        *prose += length;
        if (**prose == '[') {
            fill_choice(page, prose, words);
        } else if (**prose == '{') {
            length = strcspn(*prose, "}");
            (void)snprintf(place, sizeof place, "%.*s", (int)length - 1, *prose + 1);
            is_whole = write_word(page, place, words) && is_whole;
            *prose += length + ((*prose)[length] == '}');
        } else {
            return is_whole;
        }
    }
}

static void fill_choice(FILE *page, const char **prose, const json_t *words)
{
    bool is_made = false;
    do {
        char *text;
        size_t length;
        FILE *stream = memory_open(&text, &length);
        ++*prose;
        const bool is_whole = fill(stream, prose, words);
        memory_close(stream, &text);
        if (is_whole && !is_made)
            (void)fwrite(text, 1, length, page);
        is_made = is_made || is_whole;
        free(text);
    } while (**prose == '|');
    *prose += **prose == ']';
}

void html_fill(FILE *page, const char *prose, const json_t *words)
{
    (void)fill(page, &prose, words);
}

/* Outside of strings JSON has none of the characters that are escaped here. */
static int write_escaped(const char *bytes, size_t count, void *page)
{
    for (size_t i = 0; i < count; i++)
        if (strchr("<>&\x7f", bytes[i]))
            (void)fprintf(page, "\\u%04x", (unsigned)bytes[i]);
        else
            (void)fputc(bytes[i], page);
    return 0;
}

void html_json(FILE *page, const json_t *value)
{
    json_dump_short(value, write_escaped, page, JSON_COMPACT | JSON_ENSURE_ASCII);
}
