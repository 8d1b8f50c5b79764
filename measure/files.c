#define _GNU_SOURCE
#include "files.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *open_file(const char *format, va_list values)
{
    char path[PATH_MAX];
    return vsnprintf(path, sizeof path, format, values) < (int)sizeof path ? fopen(path, "re")
                                                                           : NULL;
}

FILE *files_open(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    FILE *stream = open_file(format, values);
    va_end(values);
    return stream;
}

static bool read_line(char *line, size_t length, const char *format, va_list values)
{
    FILE *stream = open_file(format, values);
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
    char *line = NULL;
    size_t room = 0, key_length = strlen(key);
    bool found = false;
    FILE *stream = files_open("%s%s", root, path);
    while (stream && !found && getline(&line, &room, stream) > 0) {
        const char *rest = line + key_length;
        found = strncmp(line, key, key_length) == 0 && strchr(": \t", *rest) && *rest;
        if (!found)
            continue;
        rest += strspn(rest, " \t");
        rest += *rest == ':';
        rest += strspn(rest, " \t");
        (void)snprintf(value, length, "%.*s", (int)strcspn(rest, "\n"), rest);
    }
    free(line);
    if (stream)
        (void)fclose(stream);
    return found;
}

bool files_lists(const char *list, char separator, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; at && *at; at = strchr(at, separator)) {
        at += *at == separator;
        if (strncmp(at, word, length) == 0 && (at[length] == separator || !at[length]))
            return true;
    }
    return false;
}
