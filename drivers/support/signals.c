#include "signals.h"

#include <stddef.h>
#include <time.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

void signals_block(void)
{
    (void)signals_hold();
}

/* What is ignored would wait all the same once it is blocked. So a run outlives its terminal after
 * nohup, and a script's job in the background the Ctrl-C that ends the script. */
sigset_t signals_hold(void)
{
    sigset_t set, before;
    struct sigaction action;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &action) != 0 || action.sa_handler != SIG_IGN)
            (void)sigaddset(&set, signals[i]);
    (void)sigprocmask(SIG_BLOCK, &set, &before);
    return before;
}

void signals_release(const sigset_t *held)
{
    (void)sigprocmask(SIG_SETMASK, held, NULL);
}

void signals_outlive_readers(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
}

bool signals_are(int signal)
{
    bool is_one = false;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        is_one = is_one || signals[i] == signal;
    return is_one;
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

int signals_take(void)
{
    const int caught = signals_caught();
    sigset_t set;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)sigaddset(&set, signals[i]);
    while (signals_caught())
        (void)sigtimedwait(&set, NULL, &(struct timespec){0});
    return caught;
}

/* To be ignored, even for a moment, is to be forgotten. */
void signals_forget(void)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signal(signals[i], SIG_IGN) != SIG_IGN)
            (void)signal(signals[i], SIG_DFL);
}
