#include "json.h"

#include "memory.h"
#include "printable.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *printable_string(const char *text)
{
    const size_t length = strlen(text) + 1;
    char *copy = memory_bytes(length);
    printable_copy(text, copy, length);
    json_t *string = json_string(copy);
    free(copy);
    return string;
}

json_t *json_text(const char *text)
{
    json_t *string = text ? json_string(text) : json_null();
    return string ? string : printable_string(text);
}

json_t *json_printable(const json_t *json)
{
    size_t i;
    const char *key;
    const json_t *value;
    if (json_is_string(json))
        return printable_string(json_string_value(json));
    if (!json_is_array(json) && !json_is_object(json))
        return json_incref((json_t *)json);
    json_t *printable = json_is_array(json) ? json_array() : json_object();
    json_array_foreach(json, i, value)
    {
        (void)json_array_append_new(printable, json_printable(value));
    }
    json_object_foreach((json_t *)json, key, value)
    {
        json_t *name = printable_string(key);
        (void)json_object_set_new(printable, json_string_value(name), json_printable(value));
        json_decref(name);
    }
    return printable;
}

json_t *json_known_text(const char *text)
{
    return *text ? json_text(text) : json_null();
}

json_t *json_known(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

json_t *json_known_count(uint64_t count)
{
    return count > 0 ? json_integer((json_int_t)count) : json_null();
}

/* What is written on the way from jansson: a JSON text, cut anywhere. */
struct shortening {
    json_dump_callback_t write;
    void *to;
    bool in_string, is_escaped;
    size_t used;
    char number[32]; /* the one that has come so far */
};

/* Puts the shortest text of the same number in place of one with 17 digits. */
static void shorten_real(char *text, size_t length)
{
    const double number = strtod(text, NULL);
    json_t *real = json_real(number);
    bool found = false;
    for (size_t digits = 15; digits < 17 && !found; digits++) {
        char *shorter = json_dumps(real, JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
        found = strtod(shorter, NULL) == number;
        if (found)
            (void)snprintf(text, length, "%s", shorter);
        free(shorter);
    }
    json_decref(real);
}

static void end_number(struct shortening *shortening)
{
    char *number = shortening->number;
    if (shortening->used == 0)
        return;
    number[shortening->used] = '\0';
    if (strpbrk(number, ".eE"))
        shorten_real(number, sizeof shortening->number);
    (void)shortening->write(number, strlen(number), shortening->to);
    shortening->used = 0;
}

static bool is_of_number(const struct shortening *shortening, char byte)
{
    return !shortening->in_string && byte != '\0' &&
           strchr(shortening->used > 0 ? "-+.eE0123456789" : "-0123456789", byte) &&
           shortening->used < sizeof shortening->number - 1;
}

static int shorten(const char *bytes, size_t count, void *context)
{
    struct shortening *shortening = context;
    size_t written = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_of_number(shortening, bytes[i])) {
            if (written < i)
                (void)shortening->write(&bytes[written], i - written, shortening->to);
            written = i + 1;
            shortening->number[shortening->used++] = bytes[i];
            continue;
        }
        end_number(shortening);
        if (bytes[i] == '"' && !shortening->is_escaped)
            shortening->in_string = !shortening->in_string;
        shortening->is_escaped = bytes[i] == '\\' && !shortening->is_escaped;
    }
    if (written < count)
        (void)shortening->write(&bytes[written], count - written, shortening->to);
    return 0;
}

void json_dump_short(const json_t *value, json_dump_callback_t write, void *to, size_t flags)
{
    struct shortening shortening = {.write = write, .to = to};
    (void)json_dump_callback(value, shorten, &shortening, flags);
    end_number(&shortening);
}

static int put(const char *bytes, size_t count, void *stream)
{
    (void)fwrite(bytes, 1, count, stream);
    return 0;
}

void json_dump_stream(FILE *stream, const json_t *value, size_t flags)
{
    json_dump_short(value, put, stream, flags);
}

char *json_dump_text(const json_t *value)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    json_dump_stream(stream, value, JSON_ENCODE_ANY | JSON_COMPACT);
    memory_close(stream, &text);
    return text;
}

void json_write(FILE *stream, json_t *json, size_t flags)
{
    json_dump_stream(stream, json, flags);
    (void)fputc('\n', stream);
    json_decref(json);
}

void json_print(json_t *json)
{
    json_write(stdout, json, JSON_INDENT(2) | JSON_ENSURE_ASCII);
}
