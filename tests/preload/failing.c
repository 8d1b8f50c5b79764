/*
 * Loaded before all else: lets one call of the front door fail, as on a machine that has no more
 * memory, processes, descriptors or room on its disk. FAILING in the environment says which:
 * KIND:N, the Nth call, from 1, of
 *
 *   memory   malloc(), calloc(), realloc()          ENOMEM
 *   process  fork(), pipe2()                        EAGAIN, EMFILE
 *   write    fflush(), fclose(), fsync(), fdatasync(), write(), ftruncate(), rename()  ENOSPC
 *
 * FAILING_CALLS names a file: where the program ends, it gets how many calls of that kind there
 * were. What the front door starts is left alone, and so are calls of libraries that end the
 * program where they lack memory, or crash: those that look at the hardware.
 *
 * A stream that cannot be flushed fails for real: its descriptor is a full device meanwhile, so
 * that it remembers the error as it would.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library's own. */
extern void *real_malloc(size_t size) __asm__("__libc_malloc");
extern void *real_calloc(size_t count, size_t size) __asm__("__libc_calloc");
extern void *real_realloc(void *memory, size_t size) __asm__("__libc_realloc");

enum kind { MEMORY, PROCESS, WRITE, NONE };

static enum kind chosen = NONE;
static unsigned long wanted, calls;
static pid_t front;
static _Thread_local bool is_inside;

__attribute__((constructor)) static void choose(void)
{
    static const char *const names[] = {"memory:", "process:", "write:"};
    const char *failing = getenv("FAILING");
    for (int i = 0; failing && i < NONE; i++)
        if (strncmp(failing, names[i], strlen(names[i])) == 0 &&
            strcmp(program_invocation_short_name, "parbench") == 0) {
            wanted = strtoul(failing + strlen(names[i]), NULL, 10);
            front = getpid();
            chosen = (enum kind)i;
        }
}

static bool is_in(const void *caller, const char *file)
{
    Dl_info info;
    return dladdr(caller, &info) != 0 && info.dli_fname && strstr(info.dli_fname, file);
}

/* Whether the caller is the program itself, or a library that says what it lacks; for the C
 * library, whoever called that. */
static bool is_ours(const void *caller)
{
    enum { FRAMES_MAX = 32 };
    void *frames[FRAMES_MAX];
    if (!is_in(caller, "libc.so"))
        return is_in(caller, "/parbench") || is_in(caller, "libjansson");
    const int count_ = backtrace(frames, FRAMES_MAX);
    for (int i = 0; i < count_; i++)
        if (!is_in(frames[i], "libc.so") && !is_in(frames[i], "libfailing"))
            return is_in(frames[i], "/parbench") || is_in(frames[i], "libjansson");
    return false;
}

static bool fails(enum kind kind, const void *caller)
{
    if (kind != chosen || is_inside || getpid() != front)
        return false;
    is_inside = true;
    const bool is_now = is_ours(caller) && ++calls == wanted;
    is_inside = false;
    return is_now;
}

__attribute__((destructor)) static void count(void)
{
    const char *path = getenv("FAILING_CALLS");
    char text[32];
    if (chosen == NONE || !path || getpid() != front)
        return;
    is_inside = true;
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    const int length = snprintf(text, sizeof text, "%lu\n", calls);
    if (file >= 0 && length > 0)
        (void)!write(file, text, (size_t)length);
}

#define CALLER __builtin_return_address(0)

/* ---- memory ---- */

void *malloc(size_t size)
{
    if (fails(MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return real_malloc(size);
}

void *calloc(size_t count_, size_t size)
{
    if (fails(MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return real_calloc(count_, size);
}

void *realloc(void *memory, size_t size)
{
    if (fails(MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return real_realloc(memory, size);
}

/* ---- the rest: the next definition of each ---- */

#define NEXT(name) ((__typeof__(&(name)))next(#name))

static void (*next(const char *name))(void)
{
    union {
        void *object;
        void (*function)(void);
    } found;
    is_inside = true;
    found.object = dlsym(RTLD_NEXT, name);
    is_inside = false;
    return found.function;
}

pid_t fork(void)
{
    if (fails(PROCESS, CALLER)) {
        errno = EAGAIN;
        return -1;
    }
    return NEXT(fork)();
}

int pipe2(int ends[2], int flags)
{
    if (fails(PROCESS, CALLER)) {
        errno = EMFILE;
        return -1;
    }
    return NEXT(pipe2)(ends, flags);
}

static int full(void)
{
    errno = ENOSPC;
    return -1;
}

int fsync(int file)
{
    return fails(WRITE, CALLER) ? full() : NEXT(fsync)(file);
}

int fdatasync(int file)
{
    return fails(WRITE, CALLER) ? full() : NEXT(fdatasync)(file);
}

int ftruncate(int file, off_t length)
{
    return fails(WRITE, CALLER) ? full() : NEXT(ftruncate)(file, length);
}

int rename(const char *from, const char *to)
{
    return fails(WRITE, CALLER) ? full() : NEXT(rename)(from, to);
}

ssize_t write(int file, const void *bytes, size_t count_)
{
    return fails(WRITE, CALLER) ? full() : NEXT(write)(file, bytes, count_);
}

/* What was written to it so far meets a full disk. */
static void fill(FILE *stream)
{
    const int file = fileno(stream), kept = dup(file), device = open("/dev/full", O_WRONLY);
    (void)dup2(device, file);
    (void)NEXT(fflush)(stream);
    (void)dup2(kept, file);
    (void)close(kept);
    (void)close(device);
}

int fflush(FILE *stream)
{
    if (!stream || stream == stderr || !fails(WRITE, CALLER))
        return NEXT(fflush)(stream);
    fill(stream);
    return ferror(stream) ? full() : 0;
}

int fclose(FILE *stream)
{
    if (!fails(WRITE, CALLER))
        return NEXT(fclose)(stream);
    fill(stream);
    const bool is_full = ferror(stream);
    (void)NEXT(fclose)(stream);
    return is_full ? full() : 0;
}
