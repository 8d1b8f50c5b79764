#include "sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* A library that connects when it starts has its sockets among the first files. */
enum { FILES = 1024 };

/* Other sockets than those of TCP, other files, and numbers of none refuse it. */
void sockets_hold_nothing_back(void)
{
    const int yes = 1;
    for (int file = 0; file < FILES; file++)
        (void)setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}
