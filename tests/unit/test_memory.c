/*
 * Unit tests of measure/memory.h: what grows keeps what it has, and a process that runs out of
 * memory says so in one line and ends.
 */
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void an_array_grows_and_keeps_what_it_has(void **state)
{
    enum { MANY = 10000 };
    unsigned *numbers = NULL, moves = 0;
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        unsigned *before = numbers;
        numbers = memory_grow(numbers, i, sizeof *numbers);
        numbers[i] = i;
        moves += numbers != before;
    }
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(numbers[i], i);
    assert_true(moves <= 15); /* 2^14 > MANY */
    free(numbers);
}

static void items_are_zero_and_none_are_fine(void **state)
{
    static const char zeros[7000];
    char *items = memory_new(1000, 7), *none = memory_new(0, 7), *bytes = memory_bytes(0);
    (void)state;
    assert_memory_equal(items, zeros, sizeof zeros);
    assert_true(none && bytes);
    free(items);
    free(none);
    free(bytes);
}

static void a_stream_becomes_a_text(void **state)
{
    enum { MANY = 5000 };
    char *text = NULL;
    size_t length;
    (void)state;
    FILE *stream = memory_open(&text, &length);
    for (int i = 0; i < MANY; i++)
        assert_true(fprintf(stream, "%d\n", i % 10) == 2);
    memory_close(stream, &text);
    assert_int_equal(length, 2 * MANY);
    assert_int_equal(strlen(text), length);
    assert_int_equal(strncmp(text, "0\n1\n2\n", 6), 0);
    assert_string_equal(text + length - 4, "8\n9\n");
    free(text);
}

static void texts_are_copied(void **state)
{
    char *all = memory_text("four"), *start = memory_text_start("four", 2),
         *short_one = memory_text_start("four", 9), *none = memory_text("");
    (void)state;
    assert_string_equal(all, "four");
    assert_string_equal(start, "fo");
    assert_string_equal(short_one, "four");
    assert_string_equal(none, "");
    free(all);
    free(start);
    free(short_one);
    free(none);
}

/* ---- more than there is ---- */

static volatile size_t too_much = SIZE_MAX / 4;
static void *volatile taken;

static void take_bytes(void)
{
    taken = memory_bytes(3 * too_much);
}

static void take_items(void)
{
    taken = memory_new(5, too_much);
}

static void take_growing(void)
{
    taken = memory_grow(NULL, 4, too_much);
}

/* What could not take all that was printed. */
static void take_a_full_stream(void)
{
    FILE *stream = fopen("/dev/full", "we");
    if (stream && fputs("more", stream) >= 0)
        memory_close(stream, &(char *){"more"});
}

/* Its last line: a sanitizer has words of its own before that. */
static void assert_ends(void (*take)(void))
{
    static const char line[] = "test_memory: out of memory\n";
    char said[8192];
    int ends[2], how;
    ssize_t used = 0, count;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        take();
        _exit(0);
    }
    (void)close(ends[1]);
    while ((count = read(ends[0], said + used, sizeof said - 1 - (size_t)used)) > 0)
        used += count;
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 1);
    said[used] = '\0';
    const char *found = strstr(said, line);
    assert_non_null(found);
    assert_string_equal(found, line);
}

static void without_memory_a_process_says_so_and_ends(void **state)
{
    (void)state;
    assert_ends(take_bytes);
    assert_ends(take_items);
    assert_ends(take_growing);
    assert_ends(take_a_full_stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_grows_and_keeps_what_it_has),
        cmocka_unit_test(items_are_zero_and_none_are_fine),
        cmocka_unit_test(a_stream_becomes_a_text),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(without_memory_a_process_says_so_and_ends),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
