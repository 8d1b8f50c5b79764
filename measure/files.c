#include "files.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "" where the whole does not fit. */
static void join(const char *root, const char *path, char name[PATH_MAX])
{
    if (snprintf(name, PATH_MAX, "%s%s", root, path) >= PATH_MAX)
        *name = '\0';
}

FILE *files_open(const char *root, const char *path)
{
    char name[PATH_MAX];
    join(root, path, name);
    return fopen(name, "re");
}

bool files_exist(const char *root, const char *path)
{
    char name[PATH_MAX];
    join(root, path, name);
    return access(name, F_OK) == 0;
}

static bool read_line(char *line, size_t length, const char *format, va_list values)
{
    char path[PATH_MAX];
    FILE *stream =
        vsnprintf(path, sizeof path, format, values) < PATH_MAX ? fopen(path, "re") : NULL;
    if (!stream)
        return false;
    size_t end = fgets(line, (int)length, stream) ? strlen(line) : 0;
    (void)fclose(stream);
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

void files_first(char *name, size_t length, const char *format, ...)
{
    char path[PATH_MAX];
    struct dirent *entry;
    va_list values;
    va_start(values, format);
    DIR *folder = vsnprintf(path, sizeof path, format, values) < PATH_MAX ? opendir(path) : NULL;
    va_end(values);
    *name = '\0';
    while (folder && (entry = readdir(folder)))
        if (*entry->d_name != '.' && (!*name || strcmp(entry->d_name, name) < 0))
            (void)snprintf(name, length, "%s", entry->d_name);
    if (folder)
        (void)closedir(folder);
}

double files_number(const char *format, ...)
{
    char line[64] = "", *end;
    va_list values;
    va_start(values, format);
    (void)read_line(line, sizeof line, format, values);
    va_end(values);
    const double number = strtod(line, &end);
    return end > line ? number : NAN;
}

bool files_field(const char *root, const char *path, const char *key, char *value, size_t length)
{
    char *line = NULL;
    size_t room = 0, key_length = strlen(key);
    bool found = false;
    FILE *stream = files_open(root, path);
    while (stream && !found && getline(&line, &room, stream) > 0) {
        const char *rest = line + key_length;
        found = strncmp(line, key, key_length) == 0 && strchr(":= \t", *rest) && *rest;
        if (!found)
            continue;
        rest += strspn(rest, ":= \t");
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
