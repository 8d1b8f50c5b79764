#define _GNU_SOURCE
#include "turns.h"

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

struct turns {
    int other, interrupts;
    unsigned left; /* cells until the turn goes over; 0: it is the other's */
};

static enum status fail(const char *what)
{
    return status_fail(STATUS_FAILED, "cannot %s the run to take turns with: %s", what,
                       strerror(errno));
}

/* Waits until the descriptor can be read. */
static enum status wait_for(const struct turns *turns, int descriptor)
{
    struct pollfd either[] = {{.fd = descriptor, .events = POLLIN},
                              {.fd = turns->interrupts, .events = POLLIN}};
    while (poll(either, 2, -1) < 0)
        if (errno != EINTR)
            return fail("wait for");
    return either[1].revents ? STATUS_INTERRUPTED : STATUS_OK;
}

/* ---- how they meet ---- */

/* A name of Linux's own, that no file has, and that ends with who holds it: see unix(7). */
struct place {
    struct sockaddr_un address;
    socklen_t length;
};

static struct place place_of(const char *name)
{
    struct place place = {.address = {.sun_family = AF_UNIX}};
    const int written = snprintf(place.address.sun_path + 1, sizeof place.address.sun_path - 1,
                                 "parbench %.*s", TURNS_NAME_MAX, name);
    place.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)written);
    return place;
}

/* One that keeps messages apart. */
static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

/* Whether the other run was there already. */
static bool call(struct turns *turns, const struct place *place)
{
    turns->other = new_socket();
    if (connect(turns->other, (const struct sockaddr *)&place->address, place->length) == 0)
        return true;
    if (turns->other >= 0)
        (void)close(turns->other);
    turns->other = -1;
    return false;
}

static enum status accept_call(struct turns *turns, const char *name, int listener)
{
    struct pollfd caller = {.fd = listener, .events = POLLIN};
    if (listen(listener, 1) != 0)
        return fail("wait for");
    if (poll(&caller, 1, PATIENCE_MS) == 0)
        status_say("waits for the run that is given --by-turns %s, too", name);
    enum status status = wait_for(turns, listener);
    if (status == STATUS_OK && (turns->other = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0)
        status = fail("meet");
    turns->left = 1;
    return status;
}

/* Waits for the other run's call, unless that is there already. */
static enum status await_call(struct turns *turns, const char *name, const struct place *place,
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

enum status turns_open(const char *name, int interrupts, struct turns **turns)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    const struct place place = place_of(name);
    enum status status = STATUS_OK;
    bool met = false;
    *turns = calloc(1, sizeof **turns);
    if (!*turns)
        return status_no_memory("the turns");
    **turns = (struct turns){.other = -1, .interrupts = interrupts};
    while (!met && status == STATUS_OK) {
        met = call(*turns, &place);
        if (!met)
            status = await_call(*turns, name, &place, &met);
        if (!met && status == STATUS_OK)
            (void)nanosleep(&moment, NULL); /* it does not listen yet */
    }
    return status;
}

void turns_free(struct turns *turns)
{
    if (turns && turns->other >= 0)
        (void)close(turns->other);
    free(turns);
}

/* ---- whose turn it is ---- */

enum { AT_MAX = PLAN_ID_MAX + 32 };

static void name_place(unsigned round, const char *cell, char at[AT_MAX])
{
    (void)snprintf(at, AT_MAX, "round %u, %.*s", round + 1, PLAN_ID_MAX, cell);
}

enum status turns_take(struct turns *turns, unsigned round, const char *cell)
{
    char own[AT_MAX], others[AT_MAX] = "";
    if (!turns || turns->left > 0)
        return STATUS_OK;
    enum status status = wait_for(turns, turns->other);
    if (status != STATUS_OK)
        return status;
    if (recv(turns->other, others, sizeof others - 1, 0) <= 0)
        return status_fail(STATUS_FAILED, "the run that this one takes turns with has ended");
    name_place(round, cell, own);
    turns->left = 2;
    return strcmp(own, others) == 0
               ? STATUS_OK
               : status_fail(STATUS_FAILED,
                             "runs take turns with the same cells and the same --seed: this one is "
                             "at %s, the other at %s",
                             own, others);
}

void turns_give(struct turns *turns, unsigned round, const char *cell)
{
    char own[AT_MAX];
    if (!turns || --turns->left > 0)
        return;
    name_place(round, cell, own);
    /* Whether it has ended turns_take() finds. */
    (void)send(turns->other, own, strlen(own), MSG_NOSIGNAL);
}

void turns_finish(struct turns *turns)
{
    if (turns && turns->left == 0)
        (void)wait_for(turns, turns->other);
}
