/*
 * Unit tests of models/parts/storage.h: who sees it, and what becomes of a process that needs more
 * than there is.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "eventcount.h"
#include "files.h"
#include "made_up_machine.h"
#include "partials.h"
#include "procpool.h"
#include "settings.h"

#include <math.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 10000, HUGE_PAGE = 2 << 20 };

/* Writes to it in another process, and returns what this one reads of it then. */
static unsigned char written_elsewhere(const struct storage *storage)
{
    unsigned char *last = (unsigned char *)storage->start + storage->bytes - 1;
    *last = 3;
    const pid_t child = fork();
    if (child == 0) {
        *last = 7;
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    return *last;
}

static void is_shared_or_not(void **state)
{
    static const unsigned char zeros[BYTES];
    struct storage own = storage_new(BYTES, false, "the test"),
                   shared = storage_new(BYTES, true, "the test");
    (void)state;
    assert_memory_equal(shared.start, zeros, BYTES);
    assert_int_equal((uintptr_t)own.start % EVENTCOUNT_LINE, 0);
    assert_int_equal((uintptr_t)shared.start % EVENTCOUNT_LINE, 0);
    storage_meet(&own);
    storage_meet(&shared);
    assert_int_equal(written_elsewhere(&own), 3);
    assert_int_equal(written_elsewhere(&shared), 7);
    storage_free(&own);
    storage_free(&shared);
    assert_null(shared.start);
    storage_free(&shared);
}

/* Each page, the last one though it is not whole. */
static void touching_brings_every_page(void **state)
{
    (void)state;
    for (int shared = 0; shared < 2; shared++) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = 1200, bytes = pages * page - 7;
        unsigned char present[1200];
        struct storage storage = storage_new(bytes, shared != 0, "the test");
        storage_touch(&storage, 0, 0);
        storage_touch(&storage, 5, bytes - 5);
        unsigned char *begin = (unsigned char *)storage.start;
        assert_int_equal(mincore(begin - (uintptr_t)begin % page, bytes, present), 0);
        for (size_t i = 0; i < pages; i++)
            assert_true(present[i] & 1);
        storage_free(&storage);
    }
}

/* What is as long as one begins with one: else the system could grant none. */
static void what_is_large_may_lie_in_huge_pages(void **state)
{
    (void)state;
    for (int shared = 0; shared < 2; shared++) {
        struct storage large = storage_new(3 << 20, shared != 0, "the test");
        assert_int_equal((uintptr_t)large.start % HUGE_PAGE, 0);
        storage_free(&large);
    }
    assert_true(isnan(storage_huge_bytes(machine)));
    file("proc/self/smaps_rollup", "Rss:  9 kB\nAnonHugePages:      6144 kB\n");
    assert_true(storage_huge_bytes(machine) == 6144 * 1024.0);
    file("proc/self/smaps_rollup", "AnonHugePages: 6144 kB\nShmemPmdMapped: 2048 kB\n");
    assert_true(storage_huge_bytes(machine) == 8192 * 1024.0);
}

static double shared_huge_bytes(void)
{
    char kibibytes[32] = "";
    (void)files_field("", "/proc/self/smaps_rollup", "ShmemPmdMapped", kibibytes, sizeof kibibytes);
    return strtod(kibibytes, NULL) * 1024;
}

/* What the system grants to who asks for a shared page that begins here, by its own count. */
static double granted_by_the_system(unsigned char *begin)
{
    char chosen[16] = "";
    settings_read_huge_pages("", chosen, sizeof chosen);
    if (strcmp(chosen, "never") == 0)
        return 0;
    const double before = shared_huge_bytes();
    *begin = 0;
    (void)madvise(begin, HUGE_PAGE, 25 /* MADV_COLLAPSE */);
    return shared_huge_bytes() - before;
}

/* Those that begin in what is touched, each by who touches that; the last one is not whole. */
static void shared_pages_become_huge_when_they_are_touched(void **state)
{
    (void)state;
    struct storage own = storage_new(HUGE_PAGE, true, "the test");
    struct storage large = storage_new((size_t)3 * HUGE_PAGE + 5000, true, "the test");
    const unsigned char *bytes = large.start;
    const double granted = granted_by_the_system(own.start), before = shared_huge_bytes();
    storage_touch(&large, HUGE_PAGE + 1, HUGE_PAGE - 1);
    assert_true(shared_huge_bytes() == before);
    storage_touch(&large, 1, HUGE_PAGE);
    assert_true(shared_huge_bytes() - before == granted);
    storage_touch(&large, (size_t)2 * HUGE_PAGE, HUGE_PAGE + 5000);
    assert_true(shared_huge_bytes() - before == 2 * granted);
    for (size_t i = 0; i < large.bytes; i++)
        assert_int_equal(bytes[i], 0);
    storage_free(&own);
    storage_free(&large);
}

/* What one of the two sees the other sees, and the first one outlives the second. */
static void pages_of_others_are_there_again(void **state)
{
    unsigned char *theirs =
        mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    (void)state;
    assert_ptr_not_equal(theirs, MAP_FAILED);
    struct storage again = storage_again(theirs, BYTES);
    if (!again.start) { /* an emulator may know no such call */
        (void)munmap(theirs, BYTES);
        skip();
        return; /* for who does not know that skip() does not */
    }
    assert_int_equal((uintptr_t)again.start % STORAGE_HUGE_PAGE, 0);
    assert_int_equal(written_elsewhere(&again), 7);
    assert_int_equal(theirs[BYTES - 1], 7);
    storage_free(&again);
    assert_int_equal(theirs[BYTES - 1], 7);
    (void)munmap(theirs, BYTES);
}

static void of_no_bytes_there_is_none(void **state)
{
    (void)state;
    for (int shared = 0; shared < 2; shared++) {
        struct storage storage = storage_new(0, shared != 0, "the test");
        assert_null(storage.start);
        storage_meet(&storage);
        storage_free(&storage);
    }
}

/* ---- more than there is ---- */

/* Of the heap it asks for what malloc() is not even asked for: sanitizers would end the process. */
static void take_too_much(bool shared)
{
    (void)storage_new(shared ? SIZE_MAX / 2 : SIZE_MAX, shared, "the test: take less");
}

static void take_too_many_partials(bool shared)
{
    static const struct kernel counts = {.partial_bytes = 8};
    const struct job job = {.kernel = &counts, .size = UINT64_MAX};
    (void)partials_new(&job, (struct range){0, UINT64_MAX}, UINT64_MAX / 2, 1, 1, shared);
}

static enum status do_nothing(void *context, unsigned worker, uint64_t chunk)
{
    (void)context, (void)worker, (void)chunk;
    return STATUS_OK;
}

static void take_too_many_chunks(bool shared)
{
    struct procpool *pool;
    (void)shared;
    (void)!procpool_start(1, NULL, do_nothing, NULL, UINT64_MAX / 64, &pool);
}

/* It ends at once, with one line. */
static void assert_ends(void (*take)(bool shared), bool shared, const char *words)
{
    int ends[2], how;
    char said[512];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        take(shared);
        _exit(0);
    }
    (void)close(ends[1]);
    const ssize_t length = read(ends[0], said, sizeof said - 1);
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 1);
    assert_true(length > 0);
    said[length] = '\0';
    assert_non_null(strstr(said, words));
    assert_ptr_equal(strchr(said, '\n'), said + length - 1);
}

static void without_it_the_process_says_so_and_ends(void **state)
{
    (void)state;
    for (int shared = 0; shared < 2; shared++) {
        assert_ends(take_too_much, shared, ": out of memory for the test: take less\n");
        assert_ends(take_too_many_partials, shared,
                    "memory for 9223372036854775807 partial results: take a larger chunk\n");
    }
    assert_ends(take_too_many_chunks, true, "memory for the process pool: take a larger chunk\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_shared_or_not),
        cmocka_unit_test(touching_brings_every_page),
        ON_A_MACHINE(what_is_large_may_lie_in_huge_pages),
        cmocka_unit_test(shared_pages_become_huge_when_they_are_touched),
        cmocka_unit_test(pages_of_others_are_there_again),
        cmocka_unit_test(of_no_bytes_there_is_none),
        cmocka_unit_test(without_it_the_process_says_so_and_ends),
    };
    return cmocka_run_group_tests_name("storage", tests, NULL, NULL);
}
