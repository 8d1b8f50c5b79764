/*
 * Memory for what is small beside a kernel's data: tables, texts, documents. Without it nothing
 * sensible can be done or said, so the process says that in one line and ends with exit status 1.
 * What was measured is on the disk by then, and a process that started others takes them with it.
 * None of these returns NULL; the caller frees with free().
 *
 * What grows with the size that a cell was asked for is not taken here: see models/parts/storage.h.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* So many bytes, of any value. For json_set_alloc_funcs(), too. */
void *memory_bytes(size_t size) __attribute__((malloc, returns_nonnull));

/* So many items, all zero. None is fine as well. */
void *memory_new(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* A copy of a text, and of its first bytes, `length` or fewer, as a text. */
char *memory_text(const char *text) __attribute__((malloc, returns_nonnull));
char *memory_text_start(const char *text, size_t length) __attribute__((malloc, returns_nonnull));

/* The array of `count` items, with room for one more. It grows by one item at a time, from NULL and
 * 0 on, and by this function alone, which keeps the cost of all of it linear. */
void *memory_grow(void *array, size_t count, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

/* A stream to print to. memory_close(), which gets the same `text`, makes it what was printed;
 * `length` is its length, and stays where it is until then. */
FILE *memory_open(char **text, size_t *length) __attribute__((returns_nonnull));
void memory_close(FILE *stream, char *const *text);
