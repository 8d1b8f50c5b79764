#define _GNU_SOURCE
#include "interleave.h"

#include "plan.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* How long to wait for the other run without a word. */
enum { PATIENCE_MS = 1000 };

struct interleave {
    int other, interrupts;
    unsigned left; /* cells until the turn goes over; 0: it is the other's */
};

static enum status fail(const char *what)
{
    return status_fail(STATUS_FAILED, "cannot %s the run to take turns with: %s", what,
                       strerror(errno));
}

enum { FOR_EVER = -1 };

/* Waits until the descriptor can be read; where the time is up before, `is_there` is false. */
static enum status wait_for(const struct interleave *turns, int descriptor, int time_ms,
                            bool *is_there)
{
    struct pollfd either[] = {{.fd = descriptor, .events = POLLIN},
                              {.fd = turns->interrupts, .events = POLLIN}};
    while (poll(either, 2, time_ms) < 0)
        if (errno != EINTR)
            return fail("wait for");
    *is_there = either[0].revents != 0;
    return either[1].revents ? STATUS_INTERRUPTED : STATUS_OK;
}

enum { SAID_MAX = PLAN_ID_MAX + 64 };

/* What the other run says next; it says nothing when it has ended. */
static enum status listen_to(const struct interleave *turns, char said[SAID_MAX])
{
    bool is_there;
    enum status status = wait_for(turns, turns->other, FOR_EVER, &is_there);
    if (status != STATUS_OK)
        return status;
    const ssize_t length = recv(turns->other, said, SAID_MAX - 1, 0);
    if (length <= 0)
        return status_fail(STATUS_FAILED, "the run that this one takes turns with has ended");
    said[length] = '\0';
    return STATUS_OK;
}

/* Whether it has ended is for listen_to() to find. */
static void say(const struct interleave *turns, const char *text)
{
    (void)send(turns->other, text, strlen(text), MSG_NOSIGNAL);
}

/* ---- how they meet ---- */

/* A name that no file has, and that is gone when its holder is: an abstract one, see unix(7). */
struct place {
    struct sockaddr_un address;
    socklen_t length;
};

static struct place place_of(const char *name)
{
    struct place place = {.address = {.sun_family = AF_UNIX}};
    const int written = snprintf(place.address.sun_path + 1, sizeof place.address.sun_path - 1,
                                 "parbench %.*s", INTERLEAVE_NAME_MAX, name);
    place.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)written);
    return place;
}

/* One that keeps messages apart. */
static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

/* Whether the other run was there already. */
static bool call(struct interleave *turns, const struct place *place)
{
    turns->other = new_socket();
    if (connect(turns->other, (const struct sockaddr *)&place->address, place->length) == 0)
        return true;
    if (turns->other >= 0)
        (void)close(turns->other);
    turns->other = -1;
    return false;
}

static enum status accept_call(struct interleave *turns, const char *name, int listener)
{
    bool is_there = false;
    if (listen(listener, 1) != 0)
        return fail("wait for");
    enum status status = wait_for(turns, listener, PATIENCE_MS, &is_there);
    if (status == STATUS_OK && !is_there) {
        status_say("waits for the other run of --by-turns %s", name);
        status = wait_for(turns, listener, FOR_EVER, &is_there);
    }
    if (status == STATUS_OK && (turns->other = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0)
        status = fail("meet");
    turns->left = 1;
    return status;
}

/* Waits for the other run's call, unless that is there already. */
static enum status await_call(struct interleave *turns, const char *name, const struct place *place,
                              bool *is_first)
{
    const int listener = new_socket();
    enum status status = STATUS_OK;
    *is_first = bind(listener, (const struct sockaddr *)&place->address, place->length) == 0;
    if (*is_first)
        status = accept_call(turns, name, listener);
    else if (errno != EADDRINUSE)
        status = fail("meet");
    if (listener >= 0)
        (void)close(listener);
    return status;
}

static enum status meet(struct interleave *turns, const char *name)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    const struct place place = place_of(name);
    enum status status = STATUS_OK;
    bool met = false;
    while (!met && status == STATUS_OK) {
        met = call(turns, &place);
        if (!met)
            status = await_call(turns, name, &place, &met);
        if (!met && status == STATUS_OK)
            (void)nanosleep(&moment, NULL); /* it does not listen yet */
    }
    return status;
}

enum status interleave_open(const char *name, const char *about, int interrupts,
                            struct interleave **turns)
{
    char others[SAID_MAX];
    *turns = calloc(1, sizeof **turns);
    if (!*turns)
        return status_no_memory("the turns");
    **turns = (struct interleave){.other = -1, .interrupts = interrupts};
    enum status status = meet(*turns, name);
    if (status != STATUS_OK)
        return status;
    say(*turns, about);
    status = listen_to(*turns, others);
    if (status == STATUS_OK && strcmp(about, others) != 0)
        status = status_fail(STATUS_USAGE,
                             "runs take turns with the same cells, --rounds and --seed: this one "
                             "has %s, the other one %s",
                             about, others);
    return status;
}

void interleave_free(struct interleave *turns)
{
    if (turns && turns->other >= 0)
        (void)close(turns->other);
    free(turns);
}

/* ---- whose turn it is ---- */

static void name_place(unsigned round, const char *cell, char at[SAID_MAX])
{
    (void)snprintf(at, SAID_MAX, "round %u, %.*s", round + 1, PLAN_ID_MAX, cell);
}

enum status interleave_take(struct interleave *turns, unsigned round, const char *cell)
{
    char own[SAID_MAX], others[SAID_MAX];
    if (!turns || turns->left > 0)
        return STATUS_OK;
    enum status status = listen_to(turns, others);
    if (status != STATUS_OK)
        return status;
    name_place(round, cell, own);
    turns->left = 2;
    return strcmp(own, others) == 0
               ? STATUS_OK
               : status_fail(STATUS_USAGE,
                             "runs take turns with the same cells: this one is at %s, the other "
                             "one at %s: name the --kernels, --models and --size of both",
                             own, others);
}

void interleave_give(struct interleave *turns, unsigned round, const char *cell)
{
    char own[SAID_MAX];
    if (!turns || --turns->left > 0)
        return;
    name_place(round, cell, own);
    say(turns, own);
}

void interleave_finish(struct interleave *turns)
{
    bool is_there;
    if (turns && turns->left == 0)
        (void)wait_for(turns, turns->other, FOR_EVER, &is_there);
}
