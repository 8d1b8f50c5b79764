#define _GNU_SOURCE
#include "child.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool child_in_path(const char *program)
{
    const char *path = getenv("PATH");
    while (path && *path) {
        char file[PATH_MAX];
        size_t length = strcspn(path, ":");
        if (snprintf(file, sizeof file, "%.*s/%s", (int)length, path, program) < (int)sizeof file &&
            access(file, X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

/* Reads to the end, so that the writer is not stopped by a full pipe, and keeps what fits. */
static void read_all(int descriptor, char *text, size_t length)
{
    char rest[4096];
    size_t used = 0;
    for (;;) {
        bool room = used + 1 < length;
        ssize_t count =
            read(descriptor, room ? text + used : rest, room ? length - 1 - used : sizeof rest);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        used += room ? (size_t)count : 0;
    }
    text[used] = '\0';
}

static int spawn(char *const argv[], int output, bool errors_too, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    /* The front door keeps signals blocked, see signals.h; its children must not. In a group of
     * its own, as cells are: what ends a run at the terminal does not end its figures. */
    (void)sigemptyset(&none);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (!error)
        error = errors_too ? posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
                           : posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                                              O_WRONLY, 0);
    if (!error)
        error = posix_spawnp(child, argv[0], &actions, &attributes, argv, environ);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

bool child_capture(char *const argv[], bool errors_too, char *text, size_t length)
{
    int ends[2];
    pid_t child;
    int ended = 0;
    text[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    int error = spawn(argv, ends[1], errors_too, &child);
    (void)close(ends[1]);
    if (error) {
        (void)close(ends[0]);
        return false;
    }
    read_all(ends[0], text, length);
    (void)close(ends[0]);
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}
