/*
 * Memory for what grows with the size of a cell, such as inputs, outputs and partials, and for what
 * processes share. Without it the process says so in one line, and ends with exit status 1.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Begins on lines that no other core writes; see EVENTCOUNT_LINE. */
struct storage {
    void *start; /* NULL for no bytes */
    size_t bytes;
    bool shared;
};

/*
 * So many bytes that nobody has touched, so that whoever writes a page first has it near: of this
 * process's heap, with any value, or zeros that are `shared` with all processes that it forks
 * later. From 2 MiB on it lies in huge pages where the system allows it. `what` completes the line
 * "out of memory for …". The caller frees, by free() of `start` where they are not shared. All zero
 * is no storage, and may be freed, too.
 */
struct storage storage_new(size_t bytes, bool shared, const char *what);
void storage_free(struct storage *storage);

/*
 * The same pages, which somebody has mapped to be shared, such as a library, at addresses where
 * huge ones can begin: touching them then makes such, if their file begins with them. `start` is
 * NULL where the system cannot. The caller frees this storage, and they stay where they were.
 */
struct storage storage_again(void *pages, size_t bytes);

/* The bytes from which on, and at whose multiples, huge pages usually are. */
enum { STORAGE_HUGE_PAGE = 2 << 20 };

/* Writes a zero to each page of these bytes, so that it is there, and near the caller. A huge page
 * that is shared is made by whoever touches its first byte, and first of all those that do. */
void storage_touch(const struct storage *storage, size_t offset, size_t bytes);

/* Reads each page that is shared: a process meets it for the first time with a fault. */
void storage_meet(const struct storage *storage);

/* Bytes that this process has in huge pages, its own and those shared ones that it has met, by
 * root/proc/self/smaps_rollup (see files.h); NAN: unknown. Storage asks for such where it is as
 * long as one; the system grants them or not. */
double storage_huge_bytes(const char *root);
