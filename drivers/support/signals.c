#include "signals.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

void signals_block(void)
{
    sigset_t set;
    struct sigaction action;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)sigaddset(&set, signals[i]);
    /* After nohup, a run outlives its terminal. */
    if (sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        (void)sigdelset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
}

/* They stay pending: what has come is not forgotten. */
int signals_caught(void)
{
    sigset_t pending;
    (void)sigpending(&pending);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigismember(&pending, signals[i]) == 1)
            return signals[i];
    return 0;
}

/* To be ignored, even for a moment, is to be forgotten. */
void signals_forget(void)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signal(signals[i], SIG_IGN) != SIG_IGN)
            (void)signal(signals[i], SIG_DFL);
}
