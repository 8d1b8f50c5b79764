#include "runtime_libraries.h"

#include <ctype.h>
#include <stddef.h>

void runtime_libraries_add(struct runtime_libraries *libraries, const char *name, const char *value)
{
    if (libraries->count == RUNTIME_LIBRARIES_MAX)
        return;
    struct runtime_library *fact = &libraries->all[libraries->count++];
    size_t used = 0;
    fact->name = name;
    for (const char *c = value; *c && *c != '\n' && used + 1 < sizeof fact->value; c++)
        if (!isspace((unsigned char)*c))
            fact->value[used++] = *c;
        else if (used > 0 && fact->value[used - 1] != ' ')
            fact->value[used++] = ' ';
    while (used > 0 && fact->value[used - 1] == ' ')
        used--;
    fact->value[used] = '\0';
}
