#include "json.h"

#include "memory.h"
#include "printable.h"

#include <math.h>
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

void json_write(FILE *stream, json_t *json, size_t flags)
{
    (void)json_dumpf(json, stream, flags);
    (void)fputc('\n', stream);
    json_decref(json);
}

void json_print(json_t *json)
{
    json_write(stdout, json, JSON_INDENT(2) | JSON_ENSURE_ASCII);
}
