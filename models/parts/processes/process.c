#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    UNKNOWN_END = 0xffff, /* a wait status that waitpid() never gives: neither exit nor signal */
    LOOKS = 2000,         /* how often it is looked whether one ends that is about to, */
    LOOK_MS = 1           /* and how long that takes each time */
};

void process_handled(sigset_t *handled)
{
    (void)sigemptyset(handled);
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL &&
            action.sa_handler != SIG_IGN)
            (void)sigaddset(handled, number);
    }
}

/*
 * The handlers were written for the parent: they would set flags here that nobody reads. What is
 * ignored stays ignored.
 */
static void forget_handlers(const sigset_t *handled)
{
    for (int number = 1; number < NSIG; number++)
        if (sigismember(handled, number) == 1)
            (void)signal(number, SIG_DFL);
}

/* Right after the fork, with all signals blocked. */
_Noreturn static void be_born(pid_t parent, const sigset_t *handled, const sigset_t *mask,
                              process_work *work, void *context)
{
    /* A parent that died before the first line has another take its place. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
    forget_handlers(handled);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    _exit(work(context));
}

bool process_fork_often(struct process *process, const sigset_t *handled, process_work *work,
                        void *context)
{
    const pid_t parent = getpid();
    sigset_t all, mask;
    (void)signal(SIGCHLD, SIG_DFL); /* where it is ignored nobody is told how a process ended */
    /* No handler of the parent may run in the new one, not even before it has forgotten them. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &mask);
    const pid_t id = fork();
    if (id == 0)
        be_born(parent, handled, &mask, work, context);
    const int error = errno;
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    *process = PROCESS_NONE;
    if (id > 0)
        *process = (struct process){id, (int)syscall(SYS_pidfd_open, id, 0), -1};
    errno = error;
    return id > 0;
}

bool process_fork(struct process *process, process_work *work, void *context)
{
    sigset_t handled;
    process_handled(&handled);
    return process_fork_often(process, &handled, work, context);
}

static void say_how(int status, char *how, size_t length)
{
    if (status == UNKNOWN_END)
        (void)snprintf(how, length, "ended, nobody knows how,");
    else if (WIFSIGNALED(status))
        (void)snprintf(how, length, "was killed by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    else
        (void)snprintf(how, length, "ended with exit status %d", WEXITSTATUS(status));
}

/* It was waited for. */
static void forget(struct process *process)
{
    if (process->ends >= 0)
        (void)close(process->ends);
    *process = PROCESS_NONE;
}

bool process_has_ended(struct process *process, char *how, size_t length)
{
    int status = UNKNOWN_END; /* where somebody else was told */
    if (process->id == 0 || waitpid(process->id, &status, WNOHANG) == 0)
        return false;
    say_how(status, how, length);
    forget(process);
    process->exit_status = status != UNKNOWN_END && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
}

void process_await_end(struct process *process, char *how, size_t length)
{
    struct pollfd polled = {.fd = process->ends, .events = POLLIN};
    (void)snprintf(how, length, "does not answer any more");
    for (int look = 0; look < LOOKS && !process_has_ended(process, how, length); look++)
        (void)poll(&polled, 1, LOOK_MS);
}

void process_kill(const struct process *process)
{
    if (process->id > 0)
        (void)kill(process->id, SIGKILL);
}

void process_end(struct process *process)
{
    if (process->id == 0)
        return;
    process_kill(process);
    while (waitpid(process->id, NULL, 0) == -1 && errno == EINTR)
        continue;
    forget(process);
}
