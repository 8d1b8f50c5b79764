#include "send_mode.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_BYTES = 1 << 18 }; /* no library has room for that in a first packet */

static const struct send_mode modes[] = {
    {.word = "standard",
     .blocking = MPI_Send,
     .nonblocking = MPI_Isend,
     .persistent = MPI_Send_init},
    {.word = "buffered",
     .blocking = MPI_Bsend,
     .nonblocking = MPI_Ibsend,
     .persistent = MPI_Bsend_init,
     .takes_room = true},
    {.word = "synchronous",
     .blocking = MPI_Ssend,
     .nonblocking = MPI_Issend,
     .persistent = MPI_Ssend_init},
    {.word = "ready",
     .blocking = MPI_Rsend,
     .nonblocking = MPI_Irsend,
     .persistent = MPI_Rsend_init,
     .is_by_invitation = true},
};

const struct send_mode *send_mode_find(const char *word)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(modes[i].word, word) == 0)
            return &modes[i];
    return NULL;
}

/* Nobody waits for it: two ranks that invite each other would both wait. Its request ends
 * itself. */
void send_mode_invite(int from, int tag)
{
    MPI_Request request;
    MPI_Isend(NULL, 0, MPI_BYTE, from, SEND_MODE_TAGS + tag, MPI_COMM_WORLD, &request);
    MPI_Request_free(&request);
} /* NOLINT(clang-analyzer-optin.mpi.MPI-Checker): it needs no wait */

void send_mode_await_invitation(int to, int tag)
{
    MPI_Recv(NULL, 0, MPI_BYTE, to, SEND_MODE_TAGS + tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* The message is the number of its start. */
static bool restarts(MPI_Request *request, unsigned char *sent, unsigned char *received)
{
    bool is_right = true;
    for (int start = 1; start <= 2; start++) {
        MPI_Request receive;
        memset(sent, start, LONG_BYTES);
        MPI_Irecv(received, LONG_BYTES, MPI_BYTE, 0, 0, MPI_COMM_SELF, &receive);
        MPI_Start(request);
        MPI_Wait(&receive, MPI_STATUS_IGNORE);
        /* NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): it is persistent */
        MPI_Wait(request, MPI_STATUS_IGNORE);
        is_right = is_right && memcmp(received, sent, LONG_BYTES) == 0;
    }
    return is_right;
}

bool send_mode_restarts(const struct send_mode *mode)
{
    const int room_bytes = 2 * (LONG_BYTES + MPI_BSEND_OVERHEAD);
    unsigned char *sent = memory_new(1, LONG_BYTES), *received = memory_new(1, LONG_BYTES);
    void *room = memory_new(1, (size_t)room_bytes), *detached;
    MPI_Request request;
    int bytes;
    MPI_Buffer_attach(room, room_bytes);
    mode->persistent(sent, LONG_BYTES, MPI_BYTE, 0, 0, MPI_COMM_SELF, &request);
    const bool is_right = restarts(&request, sent, received);
    MPI_Request_free(&request);
    MPI_Buffer_detach(&detached, &bytes);
    free(room);
    free(received);
    free(sent);
    return is_right;
}
