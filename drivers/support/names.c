#include "names.h"

#include "text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <sys/param.h>

enum { WORD_MAX = 64 };

/* NULL behind the last one. */
static const void *row_at(const void *table, size_t bytes, size_t index)
{
    const void *row = (const char *)table + index * (bytes > 0 ? bytes : sizeof row);
    if (bytes == 0)
        memcpy(&row, row, sizeof row);
    return row && *(const char *const *)row ? row : NULL;
}

const char *names_at(const void *table, size_t bytes, size_t index)
{
    const void *row = row_at(table, bytes, index);
    return row ? *(const char *const *)row : NULL;
}

/* Levenshtein's distance: insertions, deletions and changes that turn one word into the other, in
 * large or small letters. */
static size_t distance(const char *from, const char *to)
{
    size_t row[WORD_MAX + 1];
    const size_t length = strlen(to);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; from[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            const size_t changed =
                diagonal + (tolower((unsigned char)from[i]) != tolower((unsigned char)to[j]));
            diagonal = row[j + 1];
            row[j + 1] = MIN(changed, 1 + MIN(row[j], diagonal));
        }
    }
    return row[length];
}

const char *names_nearest(const char *word, const void *table, size_t bytes)
{
    const char *nearest = NULL, *name;
    const size_t length = strlen(word);
    size_t best = length / 3 + 2;
    if (length == 0 || length > WORD_MAX)
        return NULL;
    for (size_t i = 0; (name = names_at(table, bytes, i)); i++) {
        const size_t away = strlen(name) <= WORD_MAX ? distance(word, name) : best;
        if (away < best) {
            best = away;
            nearest = name;
        }
    }
    return nearest;
}

/* Things of several kinds may have one name. */
static bool is_first(const char *name, const void *table, size_t bytes, size_t index)
{
    bool is = true;
    for (size_t i = 0; i < index; i++)
        is = is && strcmp(names_at(table, bytes, i), name) != 0;
    return is;
}

enum status names_unknown(const char *what, const char *word, const void *table, size_t bytes)
{
    char known[1024] = "";
    const char *nearest = names_nearest(word, table, bytes), *name;
    if (nearest)
        return status_fail(STATUS_USAGE, "there is no %s \"%s\": did you mean \"%s\"?", what, word,
                           nearest);
    for (size_t i = 0; (name = names_at(table, bytes, i)); i++)
        if (is_first(name, table, bytes, i))
            text_append(known, sizeof known, "%s%s", i ? ", " : "", name);
    return status_fail(STATUS_USAGE, "there is no %s \"%s\": take one of %s", what, word, known);
}

const void *names_find(const char *what, const char *word, const void *table, size_t bytes)
{
    const void *row;
    for (size_t i = 0; (row = row_at(table, bytes, i)); i++)
        if (strcmp(*(const char *const *)row, word) == 0)
            return row;
    (void)names_unknown(what, word, table, bytes);
    return NULL;
}
