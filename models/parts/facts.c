#include "facts.h"

#include <ctype.h>
#include <stddef.h>

void facts_add(struct facts *facts, const char *name, const char *value)
{
    if (facts->count == FACTS_MAX)
        return;
    struct fact *fact = &facts->all[facts->count++];
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
