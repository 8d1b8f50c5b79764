#include "safe_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *wrong(const struct stat *what, uint64_t bytes_max)
{
    if (S_ISDIR(what->st_mode))
        return strerror(EISDIR);
    if (!S_ISREG(what->st_mode))
        return "it is a pipe, a device or a socket, not a file";
    return (uint64_t)what->st_size > bytes_max ? "it is too large for what it should be" : NULL;
}

/* Looks before it opens, and again at what it has opened: the name may lead elsewhere by then. */
const char *safe_file_open(const char *path, uint64_t bytes_max, FILE **stream)
{
    struct stat what;
    if (stat(path, &what) != 0)
        return strerror(errno);
    const char *reason = wrong(&what, bytes_max);
    if (reason)
        return reason;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return strerror(errno);
    reason = fstat(file, &what) == 0 ? wrong(&what, bytes_max) : strerror(errno);
    if (!reason && !(*stream = fdopen(file, "r")))
        reason = strerror(errno);
    if (reason)
        (void)close(file);
    return reason;
}

FILE *safe_file_replace(const char *path)
{
    (void)unlink(path);
    return fopen(path, "wxe");
}

static bool write_whole(FILE *stream, void (*write)(FILE *stream, const void *context),
                        const void *context)
{
    write(stream, context);
    bool written = fflush(stream) == 0 && !ferror(stream) && fsync(fileno(stream)) == 0;
    return fclose(stream) == 0 && written;
}

/* One that nobody else has, not even who writes the same file at the same time. */
static FILE *open_part(const char *path, char part[PATH_MAX])
{
    FILE *stream = NULL;
    for (unsigned i = 0; !stream; i++) {
        if (snprintf(part, PATH_MAX, "%s.%ld-%u.part", path, (long)getpid(), i) >= PATH_MAX) {
            errno = ENAMETOOLONG;
            break;
        }
        stream = fopen(part, "wxe");
        if (!stream && errno != EEXIST)
            break;
    }
    return stream;
}

const char *safe_file_write(const char *path, void (*write)(FILE *stream, const void *context),
                            const void *context)
{
    char part[PATH_MAX];
    FILE *stream = open_part(path, part);
    if (!stream)
        return strerror(errno);
    if (write_whole(stream, write, context) && rename(part, path) == 0)
        return NULL;
    const char *wrong = strerror(errno);
    (void)unlink(part);
    return wrong;
}

const char *safe_file_give(const char *path, void (*write)(FILE *stream, const void *context),
                           const void *context)
{
    char real[PATH_MAX];
    struct stat what, output;
    const bool exists = path && stat(path, &what) == 0;
    const bool is_output =
        !path || (exists && !S_ISCHR(what.st_mode) && fstat(STDOUT_FILENO, &output) == 0 &&
                  what.st_ino == output.st_ino && what.st_dev == output.st_dev);
    if (!is_output && (!exists || S_ISREG(what.st_mode)))
        return safe_file_write(realpath(path, real) ? real : path, write, context);
    FILE *stream = is_output ? stdout : fopen(path, "ae");
    if (!stream)
        return strerror(errno);
    write(stream, context);
    const bool written = is_output || !ferror(stream);
    return (is_output || fclose(stream) == 0) && written ? NULL : strerror(errno);
}

FILE *safe_file_append(const char *path)
{
    const int flags =
        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    struct stat what;
    FILE *stream = NULL;
    const int file = open(path, flags, 0666);
    if (file < 0)
        return NULL;
    if (fstat(file, &what) == 0 && !S_ISREG(what.st_mode))
        errno = EINVAL;
    else
        stream = fdopen(file, "a");
    if (!stream)
        (void)close(file);
    return stream;
}

static bool is_made(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

bool safe_file_folders(const char *path)
{
    char part[PATH_MAX];
    errno = ENAMETOOLONG;
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return false;
    for (char *slash = *part ? strchr(part + 1, '/') : NULL; slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!is_made(part))
            return false;
        *slash = '/';
    }
    return is_made(path);
}
