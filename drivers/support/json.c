#include "json.h"

#include "printable.h"

#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
    json_t *string = json_string(text);
    if (string)
        return string;
    const size_t length = strlen(text) + 1;
    char *copy = malloc(length);
    if (!copy)
        return NULL;
    printable_copy(text, copy, length);
    string = json_string(copy);
    free(copy);
    return string;
}
