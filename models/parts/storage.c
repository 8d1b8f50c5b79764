#define _GNU_SOURCE
#include "storage.h"

#include "aligned.h"
#include "eventcount.h"
#include "files.h"
#include "settings.h"
#include "status.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* With another size they begin where they can. */
enum { HUGE_PAGE = STORAGE_HUGE_PAGE };

#ifndef MADV_COLLAPSE /* of Linux 6.1; earlier ones refuse it */
#define MADV_COLLAPSE 25
#endif

/* Addresses that begin where a huge page can: they are reserved for one more of them, of which the
 * rest goes back. */
static unsigned char *reserve(size_t bytes)
{
    const size_t reserved = aligned(bytes, (size_t)sysconf(_SC_PAGESIZE)) + HUGE_PAGE;
    unsigned char *all = mmap(NULL, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    unsigned char *start = all + (aligned((uintptr_t)all, HUGE_PAGE) - (uintptr_t)all);
    (void)munmap(all, (size_t)(start - all));
    (void)munmap(start + reserved - HUGE_PAGE, (size_t)(all + HUGE_PAGE - start));
    return start;
}

/* `mapped` is what came of laying pages there. */
static void *unless_failed(void *mapped, void *start, size_t bytes)
{
    if (mapped != MAP_FAILED)
        return start;
    (void)munmap(start, bytes);
    return NULL;
}

static void *share(size_t bytes)
{
    void *start = reserve(bytes);
    if (!start)
        return NULL;
    return unless_failed(
        mmap(start, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
        start, bytes);
}

/* mremap(2) of no bytes maps shared pages once more. */
struct storage storage_again(void *pages, size_t bytes)
{
    unsigned char *start = reserve(bytes);
    struct storage again = {.bytes = bytes, .shared = true};
    if (start)
        again.start = unless_failed(mremap(pages, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, start),
                                    start, bytes);
    return again;
}

static void *take(size_t bytes)
{
    void *start;
    const size_t alignment = bytes < HUGE_PAGE ? EVENTCOUNT_LINE : HUGE_PAGE;
    return posix_memalign(&start, alignment, bytes) == 0 ? start : NULL;
}

/* A fault for each page of 4 KiB would be a third of what a launch with large inputs costs. Where
 * the system allows no huge pages they stay small. */
static void ask_for_huge_pages(const struct storage *storage)
{
    if (storage->bytes >= HUGE_PAGE)
        (void)madvise(storage->start, storage->bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
}

struct storage storage_new(size_t bytes, bool shared, const char *what)
{
    struct storage storage = {.bytes = bytes, .shared = shared};
    if (bytes > 0 && bytes <= PTRDIFF_MAX)
        storage.start = shared ? share(bytes) : take(bytes);
    if (bytes > 0 && !storage.start) {
        status_say("out of memory for %s", what);
        _exit(EXIT_FAILURE);
    }
    ask_for_huge_pages(&storage);
    return storage;
}

void storage_free(struct storage *storage)
{
    if (!storage->shared)
        free(storage->start);
    else if (storage->start)
        (void)munmap(storage->start, storage->bytes);
    *storage = (struct storage){.start = NULL};
}

/*
 * Makes huge pages of those that begin in these bytes. What is shared gets none by itself where
 * shmem_enabled is "never", its default, though the process's own memory does: a model with shared
 * memory would be compared by its pages. A page lies near whoever writes its first byte, here as
 * elsewhere; the rest of it then joins that. See madvise(2), MADV_COLLAPSE.
 */
static void make_huge(const struct storage *storage, size_t offset, size_t bytes)
{
    unsigned char *start = storage->start;
    const size_t begin = aligned(offset, HUGE_PAGE), end = offset + bytes;
    const size_t last = storage->bytes / HUGE_PAGE * HUGE_PAGE; /* the rest is not a whole one */
    const size_t stop = aligned(end, HUGE_PAGE) < last ? aligned(end, HUGE_PAGE) : last;
    char allowed[16] = "";
    if (begin >= stop)
        return;
    settings_read_huge_pages("", allowed, sizeof allowed);
    if (strcmp(allowed, "never") == 0)
        return;
    for (size_t i = begin; i < stop; i += HUGE_PAGE)
        ((volatile unsigned char *)start)[i] = 0;
    (void)madvise(start + begin, stop - begin, MADV_COLLAPSE);
}

void storage_touch(const struct storage *storage, size_t offset, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (bytes == 0)
        return;
    if (storage->shared)
        make_huge(storage, offset, bytes);
    volatile unsigned char *start = (unsigned char *)storage->start + offset;
    for (size_t i = 0; i < bytes; i += page)
        start[i] = 0;
    start[bytes - 1] = 0;
}

void storage_meet(const struct storage *storage)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; storage->shared && i < storage->bytes; i += page)
        (void)((const volatile unsigned char *)storage->start)[i];
}

/* 0 where the kernel has no such field. */
static double rollup_bytes(const char *root, const char *key)
{
    char kibibytes[32] = "";
    (void)files_field(root, "/proc/self/smaps_rollup", key, kibibytes, sizeof kibibytes);
    return strtod(kibibytes, NULL) * 1024;
}

double storage_huge_bytes(const char *root)
{
    if (!files_exist(root, "/proc/self/smaps_rollup"))
        return NAN;
    return rollup_bytes(root, "AnonHugePages") + rollup_bytes(root, "ShmemPmdMapped");
}
