/*
 * Unit tests of drivers/plan/catalog.h: what is made of programs that describe themselves, do not,
 * or never answer. The programs are scripts; how long one takes decides nothing.
 */
#define _GNU_SOURCE
#include "catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ANSWER "echo '@parbench {\"protocol\": 1}'\n"

enum { MANY = 21 };

/* Long enough on any machine, and as short as can be where the end of it is waited for. */
static const double ample_s = 100, short_s = 0.2;

static void program(struct model_entry *entry, const char *name, const char *script)
{
    *entry = (struct model_entry){.description = NULL};
    assert_true(asprintf(&entry->program, "./%s", name) > 0);
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "#!/bin/sh\n%s", script) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, 0700), 0);
}

/* Asks one program alone. */
static const char *unusable(const char *script, double limit_s)
{
    static struct model_entry entry;
    json_decref(entry.description);
    program(&entry, "parbench-cell-one", script);
    catalog_ask(&entry, 1, limit_s);
    free(entry.program);
    const json_t *description = entry.description;
    json_decref(entry.description);
    entry.description = NULL;
    return *entry.unusable ? entry.unusable : description ? "" : "nothing";
}

static void keeps_the_last_words(void **state)
{
    (void)state;
    assert_string_equal(unusable(ANSWER, ample_s), "");
    assert_string_equal(unusable(ANSWER "echo a warning >&2", ample_s), "");
    assert_string_equal(unusable("echo a module is loaded\n" ANSWER "echo bye", ample_s), "");
    assert_string_equal(unusable("echo first >&2\necho \"$0: no libx.so\" >&2\nexit 127", ample_s),
                        "no libx.so");
    assert_string_equal(unusable("echo ./other: odd >&2\necho >&2\nexit 1", ample_s),
                        "./other: odd");
    assert_string_equal(unusable("printf '\\033[2Jx\\n' >&2\nexit 1", ample_s), "?[2Jx");
    assert_string_equal(unusable("exit 3", ample_s), "it ended with exit status 3");
    assert_string_equal(unusable("kill -9 $$", ample_s), "it was killed by signal 9 (Killed)");
    assert_string_equal(unusable("echo hello", ample_s), "it does not tell what it is");
    assert_string_equal(unusable("echo '@parbench {'", ample_s), "it does not tell what it is");
    assert_non_null(strstr(unusable("echo '@parbench {\"protocol\": 99}'", ample_s), "version 99"));
    assert_string_equal(unusable("sleep 1000 & wait", short_s), "it does not answer");
}

static void a_program_that_is_none_is_unusable(void **state)
{
    struct model_entry entry = {.program = "./missing"};
    (void)state;
    catalog_ask(&entry, 1, ample_s);
    assert_non_null(strstr(entry.unusable, "No such file"));
}

/* Each answers only once all have been started. */
static void all_are_started_before_any_is_waited_for(void **state)
{
    static struct model_entry entries[MANY];
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "parbench-cell-%u", i);
        program(&entries[i], name,
                "touch started-${0##*-}\n"
                "until [ $(ls | grep -c ^started-) -eq 21 ]; do sleep 0.01; done\n" ANSWER);
    }
    catalog_ask(entries, MANY, ample_s);
    for (unsigned i = 0; i < MANY; i++) {
        assert_string_equal(entries[i].unusable, "");
        json_decref(entries[i].description);
        free(entries[i].program);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(keeps_the_last_words),
        IN_A_FOLDER(a_program_that_is_none_is_unusable),
        IN_A_FOLDER(all_are_started_before_any_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
