#define _GNU_SOURCE
#include "html.h"

#include "embedded.h"
#include "printable.h"
#include "safe_file.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

/* More is none of this suite's figures. */
enum { SVG_BYTES_MAX = 1 << 24 };

static const char *entity(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(FILE *page, const char *text)
{
    size_t bytes;
    for (bool shown; (bytes = printable_next(text, &shown)) > 0; text += bytes) {
        const char *instead = shown ? entity(*text) : "?";
        if (instead)
            (void)fputs(instead, page);
        else
            (void)fwrite(text, 1, bytes, page);
    }
}

/* The next value, as the conversion at `format` wants it. */
static void write_value(FILE *page, const char *format, size_t length, va_list *values)
{
    char conversion[16];
    switch (format[length - 1]) {
    case 's':
        html_text(page, va_arg(*values, const char *));
        break;
    case 'u':
        (void)fprintf(page, "%zu",
                      format[1] == 'z' ? va_arg(*values, size_t) : va_arg(*values, unsigned));
        break;
    default:
        (void)snprintf(conversion, sizeof conversion, "%.*s", (int)length, format);
        (void)fprintf(page, conversion, va_arg(*values, double));
    }
}

void html_print(FILE *page, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    for (size_t length; *format; format += length) {
        const bool is_text = *format != '%' || format[1] == '%';
        length = is_text ? 1 + strcspn(format + 1, "%") : strcspn(format, "sufg") + 1;
        if (is_text)
            (void)fwrite(format, 1, length, page);
        else
            write_value(page, format, length, &values);
        length += is_text && *format == '%' && length == 1;
    }
    va_end(values);
}

static const struct html_word *find_word(const struct html_word *words, const char *name,
                                         size_t length)
{
    while (words->name && (strlen(words->name) != length || memcmp(words->name, name, length) != 0))
        words++;
    return words->name ? words : NULL;
}

void html_fill(FILE *page, const char *prose, const struct html_word *words)
{
    for (size_t length; *prose; prose += length) {
        length = strcspn(prose, "{");
        (void)fwrite(prose, 1, length, page);
        prose += length;
        length = strcspn(prose, "}");
        const struct html_word *word = length > 0 ? find_word(words, prose + 1, length - 1) : NULL;
        if (word)
            html_text(page, word->text);
        length += prose[length] == '}';
    }
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

bool html_json(FILE *page, const json_t *value)
{
    return json_dump_callback(value, write_escaped, page, JSON_COMPACT | JSON_ENSURE_ASCII) == 0;
}

void html_begin(FILE *page, const char *title)
{
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                /* Whatever a folder made it into the page, nothing is run and nothing fetched. */
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "img-src data:; style-src 'unsafe-inline'\">\n"
                "<title>",
                page);
    html_text(page, title);
    (void)fprintf(page, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style_css);
}

void html_end(FILE *page)
{
    (void)fputs("</body>\n</html>\n", page);
}

static void write_base64(FILE *page, FILE *file)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[3];
    size_t count;
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0) {
        uint32_t group = (uint32_t)bytes[0] << 16;
        if (count > 1)
            group |= (uint32_t)bytes[1] << 8;
        if (count > 2)
            group |= bytes[2];
        for (unsigned i = 0; i < 4; i++)
            (void)fputc(i <= count ? digits[group >> (18 - 6 * i) & 63] : '=', page);
    }
}

/* As an image and not inline: gnuplot's SVGs all use the same ids. */
static void write_svg(FILE *page, FILE *file)
{
    (void)fputs("\"data:image/svg+xml;base64,", page);
    write_base64(page, file);
    (void)fputs("\"", page);
    (void)fclose(file);
}

bool html_svg(FILE *page, const char *path, const char *narrow, const char *alt)
{
    FILE *file = NULL, *narrow_file = NULL;
    if (safe_file_open(path, SVG_BYTES_MAX, &file))
        return false;
    (void)fputs("<div class=\"card\"><picture>", page);
    if (narrow && !safe_file_open(narrow, SVG_BYTES_MAX, &narrow_file)) {
        (void)fputs("<source media=\"screen and (max-width: 40rem)\" srcset=", page);
        write_svg(page, narrow_file);
        (void)fputs(">", page);
    }
    (void)fputs("<img alt=\"", page);
    html_text(page, alt);
    (void)fputs("\" src=", page);
    write_svg(page, file);
    (void)fputs("></picture></div>\n", page);
    return true;
}
