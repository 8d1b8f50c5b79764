#include "storage.h"

#include "eventcount.h"
#include "status.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void *share(size_t bytes)
{
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return pages != MAP_FAILED ? pages : NULL;
}

static void *take(size_t bytes)
{
    void *start;
    return posix_memalign(&start, EVENTCOUNT_LINE, bytes) == 0 ? start : NULL;
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

void storage_meet(const struct storage *storage)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; storage->shared && i < storage->bytes; i += page)
        (void)((const volatile unsigned char *)storage->start)[i];
}
