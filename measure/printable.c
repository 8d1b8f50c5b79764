#include "printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Unicode's controls behind ASCII, marks of direction, and what else has no width. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x80, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},     {0x180e, 0x180e},   {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_hidden(uint32_t character)
{
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (character >= hidden[i].first && character <= hidden[i].last)
            return true;
    return false;
}

/* With what the first byte of a character of two bytes begins, of three and of four; which bits of
 * it are the character's, and the least character that needs so many bytes. */
static const struct {
    unsigned begin, bits;
    uint32_t least;
} leads[] = {{0xc0, 0x1f, 0x80}, {0xe0, 0x0f, 0x800}, {0xf0, 0x07, 0x10000}};
enum { LEADS = sizeof leads / sizeof *leads };

/* The bytes of the character of UTF-8 that the text begins with, 0 at its end. `*shown`: it may be
 * shown as it is; else it is a byte that is no UTF-8, or a character that controls and cannot be
 * seen. */
static size_t next(const char *text, bool *shown)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t lead = 0;
    *shown = *bytes >= ' ' && *bytes < 0x7f;
    if (*bytes < 0x80)
        return *bytes != '\0';
    while (lead < LEADS && (*bytes & ~leads[lead].bits) != leads[lead].begin)
        lead++;
    if (lead == LEADS)
        return 1;
    uint32_t character = *bytes & leads[lead].bits;
    for (size_t i = 1; i <= lead + 1; i++) {
        if ((bytes[i] & 0xc0u) != 0x80)
            return 1;
        character = character << 6 | (bytes[i] & 0x3fu);
    }
    /* The shortest form of a character that there is, and none of UTF-16's halves. */
    if (character < leads[lead].least || character > 0x10ffff ||
        (character >= 0xd800 && character < 0xe000))
        return 1;
    *shown = !is_hidden(character);
    return lead + 2;
}

void printable_copy(const char *from, char *to, size_t length)
{
    size_t used = 0, bytes;
    bool shown;
    while ((bytes = next(from, &shown)) > 0 && used + (shown ? bytes : 1) < length) {
        if (shown)
            memmove(to + used, from, bytes);
        else
            to[used] = '?';
        used += shown ? bytes : 1;
        from += bytes;
    }
    to[used] = '\0';
}
