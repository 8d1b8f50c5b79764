/*
 * Unit tests of process.h: a process does its work, leaves nobody behind, and how it
 * ended is told. Nothing depends on how long anything takes, but for a generous bound on hangs.
 */
#define _GNU_SOURCE
#include "process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_S = 60, TEXT = 96 };

static int end_as_told(void *context)
{
    return *(int *)context;
}

static int wait_for_a_signal(void *context)
{
    (void)context;
    while (pause() == -1)
        continue;
    return 1;
}

static struct process forked(process_work *work, void *context)
{
    struct process process;
    assert_true(process_fork(&process, work, context));
    assert_true(process.id > 0);
    return process;
}

/* Waits until it has, without being told how. */
static void await_end(const struct process *process)
{
    struct pollfd ends = {.fd = process->ends, .events = POLLIN};
    siginfo_t information;
    if (process->ends >= 0)
        assert_int_equal(poll(&ends, 1, -1), 1);
    else
        assert_int_equal(waitid(P_PID, (id_t)process->id, &information, WEXITED | WNOWAIT), 0);
}

static void assert_ended(struct process *process, const char *expected)
{
    char how[TEXT];
    await_end(process);
    assert_true(process_has_ended(process, how, sizeof how));
    assert_string_equal(how, expected);
    assert_int_equal(process->id, 0);
    assert_int_equal(process->ends, -1);
}

static void how_it_ended_is_told(void **state)
{
    (void)state;
    int three = 3;
    char how[TEXT];
    struct process process = forked(end_as_told, &three);
    assert_ended(&process, "ended with exit status 3");
    assert_int_equal(process.exit_status, 3);
    assert_false(process_has_ended(&process, how, sizeof how)); /* there is none any more */

    process = forked(wait_for_a_signal, NULL);
    assert_false(process_has_ended(&process, how, sizeof how));
    assert_int_equal(kill(process.id, SIGSTOP), 0);
    siginfo_t information;
    assert_int_equal(waitid(P_PID, (id_t)process.id, &information, WSTOPPED | WNOWAIT), 0);
    assert_false(process_has_ended(&process, how, sizeof how));
    assert_int_equal(kill(process.id, SIGCONT), 0);
    process_kill(&process);
    assert_ended(&process, "was killed by signal 9 (Killed)");
    assert_int_equal(process.exit_status, -1);

    process = forked(end_as_told, &three);
    assert_int_equal(waitpid(process.id, NULL, 0), process.id); /* somebody else is told */
    assert_true(process_has_ended(&process, how, sizeof how));
    assert_string_equal(how, "ended, nobody knows how,");
    assert_int_equal(process.exit_status, -1);
}

static void one_that_is_stopped_can_be_ended(void **state)
{
    (void)state;
    struct process process = forked(wait_for_a_signal, NULL);
    const pid_t id = process.id;
    assert_int_equal(kill(id, SIGSTOP), 0);
    process_end(&process);
    assert_int_equal(process.id, 0);
    assert_int_equal(kill(id, 0), -1);
    process_end(&process);
    process_kill(&process);
}

/* ---- Signals ---- */

static volatile sig_atomic_t handled;

static void handle(int number)
{
    handled = number;
}

/* 0: it has the parent's dispositions but for its handlers, and its mask. */
static int look_at_signals(void *context)
{
    struct sigaction usual, ignored;
    sigset_t mask;
    (void)context;
    (void)sigaction(SIGUSR1, NULL, &usual);
    (void)sigaction(SIGUSR2, NULL, &ignored);
    (void)sigprocmask(SIG_SETMASK, NULL, &mask);
    return usual.sa_handler != SIG_DFL || ignored.sa_handler != SIG_IGN ||
           !sigismember(&mask, SIGHUP) || sigismember(&mask, SIGUSR1);
}

static void handlers_stay_with_the_parent(void **state)
{
    (void)state;
    sigset_t mask, now;
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGHUP);
    assert_true(signal(SIGUSR1, handle) != SIG_ERR && signal(SIGUSR2, SIG_IGN) != SIG_ERR &&
                signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    assert_int_equal(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
    struct process process = forked(look_at_signals, NULL);
    assert_ended(&process, "ended with exit status 0"); /* though SIGCHLD was ignored */
    assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &now), 0);
    assert_true(sigismember(&now, SIGHUP) && !sigismember(&now, SIGUSR1));
    assert_int_equal(raise(SIGUSR1), 0);
    assert_int_equal(handled, SIGUSR1);
    (void)sigemptyset(&mask);
    assert_int_equal(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
    (void)signal(SIGUSR1, SIG_DFL);
    (void)signal(SIGUSR2, SIG_DFL);
}

/* ---- A parent that dies ---- */

static int fork_one_and_die(void *context)
{
    struct process process;
    if (process_fork(&process, wait_for_a_signal, context))
        (void)raise(SIGKILL);
    return 1;
}

/* The grandchild holds the pipe's end open for as long as it lives. */
static void it_dies_with_its_parent(void **state)
{
    (void)state;
    int ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0);
    struct process process = forked(fork_one_and_die, NULL);
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    (void)close(ends[0]);
    assert_ended(&process, "was killed by signal 9 (Killed)");
}

/* ---- No more processes ---- */

/* As a user that is bound by the limit; root is not. */
static int try_without_any(void *context)
{
    const struct rlimit none = {0, 0};
    struct process process = PROCESS_NONE;
    (void)context;
    if ((getuid() == 0 && setresuid(65534, 65534, 65534) != 0) || setrlimit(RLIMIT_NPROC, &none))
        return 2;
    return process_fork(&process, wait_for_a_signal, NULL) || errno != EAGAIN || process.id != 0 ||
           process.ends != -1;
}

static void without_processes_it_says_so(void **state)
{
    (void)state;
    struct process process = forked(try_without_any, NULL);
    assert_ended(&process, "ended with exit status 0");
}

static void the_end_of_one_that_is_about_to_end_is_waited_for(void **state)
{
    int exit_status = 7;
    char how[TEXT];
    (void)state;
    struct process process = forked(end_as_told, &exit_status);
    await_end(&process); /* however long that takes */
    process_await_end(&process, how, sizeof how);
    assert_string_equal(how, "ended with exit status 7");
    process = forked(wait_for_a_signal, NULL);
    process_await_end(&process, how, sizeof how);
    assert_string_equal(how, "does not answer any more");
    process_end(&process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_one_that_is_about_to_end_is_waited_for),
        cmocka_unit_test(how_it_ended_is_told),
        cmocka_unit_test(one_that_is_stopped_can_be_ended),
        cmocka_unit_test(handlers_stay_with_the_parent),
        cmocka_unit_test(it_dies_with_its_parent),
        cmocka_unit_test(without_processes_it_says_so),
    };
    (void)alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
