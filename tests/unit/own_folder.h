/*
 * A folder of its own for each test, which is where it works: setup and teardown.
 */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char own_folder[64];

static inline int own_folder_enter(void **state)
{
    (void)state;
    (void)snprintf(own_folder, sizeof own_folder, "/tmp/parbench-test-XXXXXX");
    return mkdtemp(own_folder) ? chdir(own_folder) : -1;
}

static inline int own_folder_delete_one(const char *path, const struct stat *what, int kind,
                                        struct FTW *where)
{
    (void)what;
    (void)kind;
    (void)where;
    return remove(path);
}

/* Deletes a folder and all that is in it. */
static inline int own_folder_delete(const char *path)
{
    return nftw(path, own_folder_delete_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int own_folder_leave(void **state)
{
    (void)state;
    return chdir("/") == 0 ? own_folder_delete(own_folder) : -1;
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, own_folder_enter, own_folder_leave)
