#include "json.h"

#include "memory.h"
#include "printable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *string = json_string(text);
    if (string)
        return string;
    const size_t length = strlen(text) + 1;
    char *copy = memory_bytes(length);
    printable_copy(text, copy, length);
    string = json_string(copy);
    free(copy);
    return string;
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

bool json_write(FILE *stream, json_t *json, size_t flags)
{
    const bool written = json_dumpf(json, stream, flags) == 0;
    json_decref(json);
    return written;
}

enum status json_print(json_t *json)
{
    const bool written =
        json_write(stdout, json, JSON_INDENT(2) | JSON_ENSURE_ASCII) && puts("") >= 0;
    return written ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write to standard output");
}
