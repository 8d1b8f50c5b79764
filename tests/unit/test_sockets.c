/*
 * Unit tests of models/parts/sockets.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static int delays_nothing(int file)
{
    int set = 0;
    socklen_t length = sizeof set;
    assert_int_equal(getsockopt(file, IPPROTO_TCP, TCP_NODELAY, &set, &length), 0);
    return set != 0;
}

/* Among files of other kinds, and numbers of none. */
static void sockets_of_tcp_hold_nothing_back(void **state)
{
    int files[] = {socket(AF_UNIX, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0),
                   socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_STREAM, 0)};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_true(files[i] >= 0);
    assert_int_equal(close(files[2]), 0);
    assert_false(delays_nothing(files[1]));
    assert_false(delays_nothing(files[3]));
    sockets_hold_nothing_back();
    assert_true(delays_nothing(files[1]));
    assert_true(delays_nothing(files[3]));
    assert_int_equal(close(files[0]), 0);
    assert_int_equal(close(files[1]), 0);
    assert_int_equal(close(files[3]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sockets_of_tcp_hold_nothing_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
