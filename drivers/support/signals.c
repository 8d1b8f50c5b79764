#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

/* After nohup, a run outlives its terminal. */
static bool is_ignored_hangup(int signal)
{
    struct sigaction action;
    return signal == SIGHUP && sigaction(signal, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

static sigset_t signal_set(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!is_ignored_hangup(signals[i]))
            (void)sigaddset(&set, signals[i]);
    return set;
}

enum status signals_open(int *descriptor)
{
    sigset_t set = signal_set();
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
        (*descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return status_fail(STATUS_FAILED, "cannot watch for signals: %s", strerror(errno));
    return STATUS_OK;
}

/* They stay pending, since nobody reads the descriptor: what has come is not forgotten. */
int signals_caught(void)
{
    sigset_t pending;
    (void)sigpending(&pending);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigismember(&pending, signals[i]) == 1)
            return signals[i];
    return 0;
}
