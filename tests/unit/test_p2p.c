/*
 * Unit tests of models/parts/ranks/send_mode.h, and of the messages of p2p.h, in two ranks: in each
 * mode, and by each kind of call, messages come whole and in order; and what a mode promises of
 * when a send is complete.
 */
#include "p2p.h"

#include "own_ranks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { RANKS = 2, MOST = 300000, TIMES = 4, TRIES = 10000, TAG = P2P_PARTIAL };

/* What a model defines. */
const int ranks_thread_level = MPI_THREAD_SINGLE;
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

static const char *const modes[] = {"standard", "buffered", "synchronous", "ready"};
enum { MODES = sizeof modes / sizeof *modes };

/* None, some, and more than a library sends before its receiver asks. */
static const size_t lengths[TIMES] = {0, 1, 777, MOST};

static unsigned char sent[TIMES][MOST], received[TIMES][MOST];
static unsigned char room[TIMES * (MOST + MPI_BSEND_OVERHEAD)];

static struct ranks both(void)
{
    struct ranks ranks = {.rank = -1};
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks.size);
    return ranks;
}

/* Bytes that no other message has. */
static void fill(int time, size_t mode)
{
    for (size_t i = 0; i < MOST; i++)
        sent[time][i] = (unsigned char)(i + i / 251 + 7 * (size_t)time + 31 * mode);
    memset(received[time], 0, MOST);
}

static bool came(int time)
{
    return memcmp(received[time], sent[time], lengths[time]) == 0 &&
           (lengths[time] == MOST || received[time][lengths[time]] == 0);
}

static void attach(const struct send_mode *mode)
{
    if (mode->takes_room)
        MPI_Buffer_attach(room, (int)sizeof room);
}

static void detach(const struct send_mode *mode)
{
    void *start;
    int bytes;
    if (mode->takes_room)
        MPI_Buffer_detach(&start, &bytes);
}

/* Of all but the one without bytes, where this rank has sent them. */
static bool counted(const struct p2p *p2p, bool has_sent)
{
    const uint64_t *told = p2p->ranks->counted;
    const uint64_t messages = has_sent ? TIMES - 1 : 0;
    return told[RANKS_MESSAGES] == messages &&
           told[RANKS_BYTES] == (has_sent ? 1 + 777 + (uint64_t)MOST : 0) &&
           told[P2P_HANDSHAKES] == (p2p->mode->is_by_invitation ? messages : 0);
}

/* One rank sends to the other, which knows no more than how long a message may be. */
static bool goes_wrong_blocking(struct p2p *p2p)
{
    bool is_wrong = false;
    for (int time = 0; time < TIMES; time++)
        if (p2p->ranks->rank == 0)
            p2p_send(p2p, (struct p2p_message){sent[time], lengths[time]}, 1, TAG);
        else if (lengths[time] > 0)
            is_wrong |= p2p_receive(p2p, (struct p2p_message){received[time], MOST}, 0, TAG) !=
                            lengths[time] ||
                        !came(time);
    return is_wrong || !counted(p2p, p2p->ranks->rank == 0);
}

/* Both ranks send all of them to each other at once. */
static bool goes_wrong_nonblocking(struct p2p *p2p)
{
    MPI_Request requests[2 * TIMES];
    const int other = 1 - p2p->ranks->rank;
    bool is_wrong = false;
    for (int time = 0; time < TIMES; time++)
        p2p_begin_receive(p2p, (struct p2p_message){received[time], lengths[time]}, other, TAG,
                          &requests[time]);
    for (int time = 0; time < TIMES; time++)
        p2p_begin_send(p2p, (struct p2p_message){sent[time], lengths[time]}, other, TAG,
                       &requests[TIMES + time]);
    MPI_Waitall(2 * TIMES, requests, MPI_STATUSES_IGNORE);
    for (int time = 0; time < TIMES; time++)
        is_wrong |= !came(time);
    return is_wrong || !counted(p2p, true);
}

/* A message that was prepared once is sent twice, with another text. */
static bool goes_wrong_persistent(struct p2p *p2p)
{
    MPI_Request requests[2], *send = &requests[0], *receive = &requests[1];
    const int other = 1 - p2p->ranks->rank;
    bool is_wrong = false;
    p2p->mode->persistent(sent[0], MOST, MPI_BYTE, other, TAG, MPI_COMM_WORLD, send);
    MPI_Recv_init(received[0], MOST, MPI_BYTE, other, TAG, MPI_COMM_WORLD, receive);
    for (size_t time = 0; time < 2; time++) {
        fill(0, time);
        MPI_Start(receive);
        p2p_after_receive(p2p, other, TAG);
        p2p_before_send(p2p, MOST, other, TAG);
        MPI_Start(send);
        /* NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): they are persistent */
        MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
        is_wrong |= memcmp(sent[0], received[0], MOST) != 0;
    }
    MPI_Request_free(receive);
    MPI_Request_free(send);
    return is_wrong;
}

static void try_modes(bool goes_wrong(struct p2p *p2p), bool restarts)
{
    for (size_t i = 0; i < MODES; i++) {
        struct ranks ranks = both();
        struct p2p p2p = {.ranks = &ranks, .mode = send_mode_find(modes[i])};
        if (restarts && own_ranks_any(!send_mode_restarts(p2p.mode))) {
            assert_string_equal(modes[i], "buffered"); /* of an Open MPI that is known for it */
            continue;
        }
        for (int time = 0; time < TIMES; time++)
            fill(time, i);
        attach(p2p.mode);
        const bool is_wrong = goes_wrong(&p2p);
        detach(p2p.mode);
        if (own_ranks_any(is_wrong))
            fail_msg("in mode %s", modes[i]);
    }
}

static void messages_come_by_blocking_calls(void **state)
{
    (void)state;
    try_modes(goes_wrong_blocking, false);
}

static void messages_come_by_nonblocking_calls(void **state)
{
    (void)state;
    try_modes(goes_wrong_nonblocking, false);
}

static void messages_come_by_persistent_calls(void **state)
{
    (void)state;
    try_modes(goes_wrong_persistent, true);
}

/* Both ranks send first: how often the send was complete before anybody received. */
static int complete_before_receives(const char *word)
{
    struct ranks ranks = both();
    struct p2p p2p = {.ranks = &ranks, .mode = send_mode_find(word)};
    MPI_Request request;
    const int other = 1 - ranks.rank;
    int complete = 0;
    fill(TIMES - 1, 0);
    attach(p2p.mode);
    p2p_begin_send(&p2p, (struct p2p_message){sent[TIMES - 1], MOST}, other, TAG, &request);
    for (int i = 0; i < TRIES && !complete; i++)
        MPI_Test(&request, &complete, MPI_STATUS_IGNORE);
    MPI_Barrier(MPI_COMM_WORLD);
    (void)p2p_receive(&p2p, (struct p2p_message){received[TIMES - 1], MOST}, other, TAG);
    /* NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): p2p_begin_send() begins it */
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    detach(p2p.mode);
    assert_false(own_ranks_any(!came(TIMES - 1)));
    return complete;
}

/* So two that both begin with a blocking one wait for ever. */
static void a_synchronous_send_is_not_complete_before_it_is_received(void **state)
{
    (void)state;
    assert_false(own_ranks_any(complete_before_receives("synchronous")));
}

static void a_buffered_send_is_complete_though_nobody_receives(void **state)
{
    (void)state;
    assert_false(own_ranks_any(!complete_before_receives("buffered")));
}

/* One invites the other a second time although that has taken up no invitation yet. */
static void who_invites_does_not_wait(void **state)
{
    const struct ranks ranks = both();
    const int other = 1 - ranks.rank;
    (void)state;
    send_mode_invite(other, TAG);
    send_mode_invite(other, TAG);
    MPI_Barrier(MPI_COMM_WORLD);
    send_mode_await_invitation(other, TAG);
    send_mode_await_invitation(other, TAG);
}

static void a_mode_has_a_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < MODES; i++)
        assert_string_equal(send_mode_find(modes[i])->word, modes[i]);
    assert_null(send_mode_find("direct"));
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mode_has_a_name),
        cmocka_unit_test(messages_come_by_blocking_calls),
        cmocka_unit_test(messages_come_by_nonblocking_calls),
        cmocka_unit_test(messages_come_by_persistent_calls),
        cmocka_unit_test(a_synchronous_send_is_not_complete_before_it_is_received),
        cmocka_unit_test(a_buffered_send_is_complete_though_nobody_receives),
        cmocka_unit_test(who_invites_does_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return own_ranks_main(argc, argv, RANKS, run);
}
