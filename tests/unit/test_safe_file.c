/*
 * Unit tests of drivers/support/safe_file.h: only files are read and written, whatever has their
 * names.
 */
#define _GNU_SOURCE
#include "safe_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

/* The file that was synced last: what is renamed before can be empty once the power has failed. */
static struct stat synced;

int fsync(int file)
{
    (void)fstat(file, &synced);
    return (int)syscall(SYS_fsync, file);
}

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

static void assert_holds(const char *path, const char *expected)
{
    char text[64] = "";
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    assert_true(fread(text, 1, sizeof text - 1, stream) < sizeof text);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, expected);
}

static void make_socket(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(end >= 0);
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    assert_int_equal(bind(end, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(close(end), 0);
}

/* A test that would wait for a pipe's other end for ever is ended by its alarm. */
static void reads_only_files(void **state)
{
    static const char *const others[] = {"pipe", "link to a pipe", "folder",    "socket",
                                         "none", "link to itself", "/dev/zero", "/dev/tty"};
    FILE *stream = NULL;
    (void)state;
    (void)alarm(30);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(symlink("pipe", "link to a pipe"), 0);
    assert_int_equal(symlink("link to itself", "link to itself"), 0);
    assert_int_equal(mkdir("folder", 0700), 0);
    make_socket("socket");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!safe_file_open(others[i], 100, &stream) || stream)
            fail_msg("opened: %s", others[i]);
    write_file("file", "1234567890");
    assert_int_equal(symlink("file", "link"), 0);
    assert_non_null(safe_file_open("file", 9, &stream));
    assert_null(safe_file_open("link", 10, &stream));
    assert_int_equal(fclose(stream), 0);
    (void)alarm(0);
}

/* Whatever has the name is replaced, and what a link leads to stays as it was. */
static void replaces_names_and_nothing_behind_them(void **state)
{
    static const char *const names[] = {"pipe", "link", "file", "new"};
    (void)state;
    (void)alarm(30);
    write_file("mine", "mine");
    write_file("file", "a file that was there");
    assert_int_equal(symlink("mine", "link"), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        FILE *stream = safe_file_replace(names[i]);
        assert_non_null(stream);
        assert_true(fputs(names[i], stream) >= 0);
        assert_int_equal(fclose(stream), 0);
        assert_holds(names[i], names[i]);
    }
    assert_holds("mine", "mine");
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_null(safe_file_replace("folder"));
    assert_null(safe_file_replace("no/such/folder"));
    (void)alarm(0);
}

static bool is_folder(const char *path)
{
    struct stat what;
    return stat(path, &what) == 0 && S_ISDIR(what.st_mode);
}

static void makes_folders_and_those_above(void **state)
{
    char longest[PATH_MAX + 2];
    (void)state;
    write_file("mine", "mine");
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_true(safe_file_folders("one"));
    assert_true(safe_file_folders("one/two/three"));
    assert_true(safe_file_folders("one/two/three"));
    assert_true(safe_file_folders("./one//four/"));
    assert_true(is_folder("one/two/three") && is_folder("one/four"));
    assert_false(safe_file_folders(""));
    assert_false(safe_file_folders("mine/below"));
    assert_int_equal(errno, ENOTDIR);
    assert_false(safe_file_folders(longest));
    assert_holds("mine", "mine");
}

static void appends_through_no_link(void **state)
{
    (void)state;
    (void)alarm(30);
    write_file("mine", "mine");
    assert_int_equal(symlink("mine", "link"), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_null(safe_file_append("link"));
    assert_null(safe_file_append("pipe"));
    for (unsigned turn = 0; turn < 2; turn++) {
        FILE *stream = safe_file_append("new");
        assert_non_null(stream);
        assert_true(fputs("ab", stream) >= 0);
        assert_int_equal(fclose(stream), 0);
    }
    assert_holds("new", "abab");
    assert_holds("mine", "mine");
    (void)alarm(0);
}

static void write_words(FILE *stream, const void *context)
{
    (void)fputs(context, stream);
}

/* What is opened for writing cannot be read. */
static void write_and_fail(FILE *stream, const void *context)
{
    (void)fputs(context, stream);
    (void)fgetc(stream);
}

static void assert_no_parts(void)
{
    glob_t found;
    assert_int_equal(glob("*.part", 0, NULL, &found), GLOB_NOMATCH);
}

static void writes_a_whole_file_or_none(void **state)
{
    (void)state;
    write_file("file", "a file that was there");
    assert_non_null(safe_file_write("file", write_and_fail, "half"));
    assert_holds("file", "a file that was there");
    assert_null(safe_file_write("file", write_words, "whole"));
    assert_holds("file", "whole");
    struct stat whole;
    assert_int_equal(stat("file", &whole), 0);
    assert_true(whole.st_ino == synced.st_ino && synced.st_size == (off_t)strlen("whole"));
    assert_no_parts();
    assert_string_equal(safe_file_write("no/such/folder", write_words, ""), strerror(ENOENT));
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_non_null(safe_file_write("folder", write_words, ""));
    assert_no_parts();
}

/* The second one writes while the first one does, and is done before it. */
static void write_twice(FILE *stream, const void *context)
{
    (void)fputs("first ", stream);
    (void)fflush(stream);
    assert_null(safe_file_write(context, write_words, "second"));
    assert_holds(context, "second");
    (void)fputs("and whole", stream);
}

static void keeps_two_that_write_one_file_apart(void **state)
{
    (void)state;
    assert_null(safe_file_write("file", write_twice, "file"));
    assert_holds("file", "first and whole");
    /* Nor does it touch what is called so already. */
    char part[64];
    (void)snprintf(part, sizeof part, "file.%ld-0.part", (long)getpid());
    write_file(part, "another's");
    assert_null(safe_file_write("file", write_words, "third"));
    assert_holds("file", "third");
    assert_holds(part, "another's");
}

/* What standard output is gets what comes behind what it has. */
static void gives_to_standard_output(const char *path)
{
    const int kept = dup(STDOUT_FILENO);
    assert_non_null(freopen("output", "w", stdout));
    (void)printf("head ");
    (void)fflush(stdout);
    const char *wrong = safe_file_give(path, write_words, "words ");
    (void)printf("tail");
    (void)fflush(stdout);
    assert_int_equal(dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
    assert_int_equal(close(kept), 0);
    assert_null(wrong);
    assert_holds("output", "head words tail");
}

/* The machine's own device; for root, who could replace it, one here. Whether there is one. */
static bool find_device(const char *name, unsigned number, char path[64])
{
    const bool is_root = geteuid() == 0;
    (void)snprintf(path, 64, "%s%s", is_root ? "" : "/dev/", name);
    if (is_root && mknod(path, S_IFCHR | 0600, makedev(1, number)) != 0)
        return false;
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    return file >= 0 && close(file) == 0;
}

static void gives_devices_what_they_take(void **state)
{
    char full[64], null[64];
    struct stat what;
    (void)state;
    if (!find_device("full", 7, full) || !find_device("null", 3, null))
        skip();
    assert_string_equal(safe_file_give(full, write_words, "much"), strerror(ENOSPC));
    assert_null(safe_file_give(null, write_words, "much"));
    assert_true(stat(full, &what) == 0 && S_ISCHR(what.st_mode));
    assert_true(stat(null, &what) == 0 && S_ISCHR(what.st_mode));
    assert_no_parts();
}

static void gives_users_what_they_name(void **state)
{
    char text[16] = "";
    (void)state;
    (void)alarm(30);
    write_file("file", "earlier");
    assert_int_equal(symlink("file", "link"), 0);
    assert_non_null(safe_file_give("link", write_and_fail, "half"));
    assert_holds("file", "earlier");
    assert_null(safe_file_give("link", write_words, "whole"));
    assert_holds("file", "whole");
    assert_int_equal(readlink("link", text, sizeof text), 4);
    assert_null(safe_file_give("new", write_words, "new"));
    assert_holds("new", "new");
    assert_no_parts();

    assert_int_equal(mkfifo("pipe", 0600), 0);
    const int end = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_null(safe_file_give("pipe", write_words, "piped"));
    assert_int_equal(read(end, text, sizeof text), 5);
    assert_memory_equal(text, "piped", 5);
    assert_int_equal(close(end), 0);
    gives_to_standard_output(NULL);
    gives_to_standard_output("/dev/stdout");
    gives_to_standard_output("output");
    (void)alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(reads_only_files),
        IN_A_FOLDER(replaces_names_and_nothing_behind_them),
        IN_A_FOLDER(writes_a_whole_file_or_none),
        IN_A_FOLDER(keeps_two_that_write_one_file_apart),
        IN_A_FOLDER(makes_folders_and_those_above),
        IN_A_FOLDER(appends_through_no_link),
        IN_A_FOLDER(gives_devices_what_they_take),
        IN_A_FOLDER(gives_users_what_they_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
