#define _GNU_SOURCE
#include "memory.h"

#include "status.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Not by exit(): what others do at the end may need memory, too. */
static void need(bool there)
{
    if (there)
        return;
    status_hush(false);
    status_say("out of memory");
    _exit(EXIT_FAILURE);
}

void *memory_bytes(size_t size)
{
    void *memory = malloc(size ? size : 1);
    need(memory != NULL);
    return memory;
}

void *memory_new(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    need(memory != NULL);
    return memory;
}

char *memory_text(const char *text)
{
    return memory_text_start(text, strlen(text));
}

char *memory_text_start(const char *text, size_t length)
{
    char *copy = strndup(text, length);
    need(copy != NULL);
    return copy;
}

void *memory_grow(void *array, size_t count, size_t size)
{
    const bool is_full = (count & (count - 1)) == 0; /* its room is the next power of two */
    if (!is_full)
        return array;
    array = reallocarray(array, count ? 2 * count : 1, size);
    need(array != NULL);
    return array;
}

FILE *memory_open(char **text, size_t *length)
{
    FILE *stream = open_memstream(text, length);
    need(stream != NULL);
    return stream;
}

void memory_close(FILE *stream, char *const *text)
{
    const bool is_whole = !ferror(stream);
    need(fclose(stream) == 0 && is_whole && *text != NULL);
}
