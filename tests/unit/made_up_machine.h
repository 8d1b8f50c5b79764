/*
 * A folder with made-up files of /proc and /sys, for tests of what reads them below a root.
 */
#pragma once

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char machine[64]; /* the root of the one that a test works on */

static inline int make_machine(void **state)
{
    (void)state;
    (void)snprintf(machine, sizeof machine, "/tmp/parbench-machine-XXXXXX");
    return mkdtemp(machine) ? 0 : -1;
}

static inline int delete_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
    (void)what;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline int delete_machine(void **state)
{
    (void)state;
    return nftw(machine, delete_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file below the machine's root, with the folders above it. */
static inline void file(const char *path, const char *text)
{
    char name[PATH_MAX];
    assert_true(snprintf(name, sizeof name, "%s/%s", machine, path) < (int)sizeof name);
    for (char *slash = name + strlen(machine) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        (void)mkdir(name, 0777);
        *slash = '/';
    }
    FILE *stream = fopen(name, "w");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

#define ON_A_MACHINE(test) cmocka_unit_test_setup_teardown(test, make_machine, delete_machine)
