#define _GNU_SOURCE
#include "storage.h"

#include "eventcount.h"
#include "files.h"
#include "status.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The usual size of them; with another one they begin where they can. */
enum { HUGE_PAGE = 2 << 20 };

static void *share(size_t bytes)
{
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return pages != MAP_FAILED ? pages : NULL;
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

void storage_touch(const struct storage *storage, size_t offset, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (bytes == 0)
        return;
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

double storage_huge_bytes(const char *root)
{
    char kibibytes[32];
    if (!files_field(root, "/proc/self/smaps_rollup", "AnonHugePages", kibibytes, sizeof kibibytes))
        return NAN;
    return strtod(kibibytes, NULL) * 1024;
}
