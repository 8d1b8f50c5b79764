#include "json.h"

#include "printable.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        memory_lost();
    return memory;
}

/* Before anything is read or made. */
__attribute__((constructor)) static void watch(void)
{
    json_set_alloc_funcs(allocate, free);
}

json_t *json_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *string = json_string(text);
    if (string)
        return string;
    const size_t length = strlen(text) + 1;
    char *copy = allocate(length);
    if (!copy)
        return NULL;
    printable_copy(text, copy, length);
    string = json_string(copy);
    free(copy);
    return string;
}

json_t *json_known_text(const char *text)
{
    return *text ? json_text(text) : json_null();
}

json_t *json_known(bool known, double number)
{
    return known && isfinite(number) ? json_real(number) : json_null();
}

json_t *json_known_count(uint64_t count)
{
    return count > 0 ? json_integer((json_int_t)count) : json_null();
}

bool json_write(FILE *stream, json_t *json, size_t flags)
{
    const bool written = json && !memory_is_lost() && json_dumpf(json, stream, flags) == 0;
    json_decref(json);
    if (memory_is_lost())
        errno = ENOMEM;
    return written && !memory_is_lost();
}

enum status json_print(json_t *json)
{
    const bool written =
        json_write(stdout, json, JSON_INDENT(2) | JSON_ENSURE_ASCII) && puts("") >= 0;
    if (memory_is_lost())
        return status_no_memory("what is printed");
    return written ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write to standard output");
}
