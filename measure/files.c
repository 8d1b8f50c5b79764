#define _GNU_SOURCE
#include "files.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_line(char *line, size_t length, const char *format, va_list values)
{
    char path[PATH_MAX];
    if (vsnprintf(path, sizeof path, format, values) >= (int)sizeof path)
        return false;
    FILE *stream = fopen(path, "re");
    if (!stream)
        return false;
    bool read = fgets(line, (int)length, stream) != NULL;
    (void)fclose(stream);
    size_t end = read ? strlen(line) : 0;
    while (end > 0 && isspace((unsigned char)line[end - 1]))
        end--;
    line[end] = '\0';
    return end > 0;
}

bool files_line(char *line, size_t length, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    bool read = read_line(line, length, format, values);
    va_end(values);
    return read;
}

bool files_number(double *number, const char *format, ...)
{
    char line[64];
    char *end = line;
    va_list values;
    va_start(values, format);
    bool read = read_line(line, sizeof line, format, values);
    va_end(values);
    double value = read ? strtod(line, &end) : 0;
    if (end == line)
        return false;
    *number = value;
    return true;
}

bool files_exist(const char *root, const char *path)
{
    char name[PATH_MAX];
    return snprintf(name, sizeof name, "%s%s", root, path) < (int)sizeof name &&
           access(name, F_OK) == 0;
}

bool files_field(const char *root, const char *path, const char *key, char *value, size_t length)
{
    char name[PATH_MAX];
    char *line = NULL;
    size_t room = 0, key_length = strlen(key);
    bool found = false;
    FILE *stream = snprintf(name, sizeof name, "%s%s", root, path) < (int)sizeof name
                       ? fopen(name, "re")
                       : NULL;
    while (stream && !found && getline(&line, &room, stream) > 0) {
        const char *colon = strchr(line, ':');
        if (!colon || strncmp(line, key, key_length) != 0 ||
            (line[key_length] != ':' && !isspace((unsigned char)line[key_length])))
            continue;
        const char *start = colon + 1 + strspn(colon + 1, " \t");
        (void)snprintf(value, length, "%.*s", (int)strcspn(start, "\n"), start);
        found = true;
    }
    free(line);
    if (stream)
        (void)fclose(stream);
    return found;
}

bool files_lists(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; at && *at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    }
    return false;
}
