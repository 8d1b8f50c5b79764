#include "printable.h"

#include <stdint.h>
#include <string.h>

/* Unicode's controls, marks of direction, and what else has no width. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},     {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_hidden(uint32_t character)
{
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (character >= hidden[i].first && character <= hidden[i].last)
            return true;
    return false;
}

/* How many bytes follow the first one, and the least character that needs so many; -1: none can. */
static int bytes_after(unsigned char first, uint32_t *character, uint32_t *least)
{
    *least = 0;
    *character = first;
    if (first < 0x80)
        return 0;
    if (first >= 0xc0 && first < 0xe0) {
        *character = first & 0x1fu;
        *least = 0x80;
        return 1;
    }
    if (first >= 0xe0 && first < 0xf0) {
        *character = first & 0x0fu;
        *least = 0x800;
        return 2;
    }
    if (first >= 0xf0 && first < 0xf8) {
        *character = first & 0x07u;
        *least = 0x10000;
        return 3;
    }
    return -1;
}

size_t printable_next(const char *text, bool *shown)
{
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t character, least;
    *shown = false;
    if (*bytes == '\0')
        return 0;
    *shown = *bytes >= ' ' && *bytes < 0x7f;
    if (*shown)
        return 1;
    const int more = bytes_after(bytes[0], &character, &least);
    if (more < 0)
        return 1;
    for (int i = 1; i <= more; i++) {
        if ((bytes[i] & 0xc0u) != 0x80)
            return 1;
        character = character << 6 | (bytes[i] & 0x3fu);
    }
    /* The shortest form of a character that there is, and none of UTF-16's halves. */
    if (character < least || character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
        return 1;
    *shown = !is_hidden(character);
    return (size_t)more + 1;
}

void printable_copy(const char *from, char *to, size_t length)
{
    size_t used = 0, bytes;
    bool shown;
    while ((bytes = printable_next(from, &shown)) > 0 && used + (shown ? bytes : 1) < length) {
        if (shown)
            memmove(to + used, from, bytes);
        else
            to[used] = '?';
        used += shown ? bytes : 1;
        from += bytes;
    }
    to[used] = '\0';
}

void printable_print(FILE *stream, const char *text)
{
    size_t bytes;
    for (bool shown; (bytes = printable_next(text, &shown)) > 0; text += bytes)
        if (shown)
            (void)fwrite(text, 1, bytes, stream);
        else
            (void)fputc('?', stream);
}
