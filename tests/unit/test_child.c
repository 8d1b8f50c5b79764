/*
 * Unit tests of drivers/support/child.h: programs are started, heard and ended, whatever they do.
 */
#define _GNU_SOURCE
#include "child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "own_folder.h"
#include "signals.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* So long that a test which waits for it fails by its alarm. */
static const double for_ever_s = 3600;

static int set_alarm(void **state)
{
    (void)state;
    (void)alarm(60);
    return 0;
}

static struct child of_shell(char *words[4], const char *script, struct capture *said)
{
    words[0] = (char *)"sh";
    words[1] = (char *)"-c";
    words[2] = (char *)script;
    words[3] = NULL;
    return child_captured(words, said);
}

/* Runs the script, and returns the child as it ended. */
static struct child shell(const char *script, double timeout_s, struct capture *said)
{
    char *words[4];
    struct child child = of_shell(words, script, said);
    child_run(&child, 1, timeout_s);
    assert_int_equal(child.process, 0);
    return child;
}

/* Whether no process has the number that the text names. */
static bool is_gone(const char *text)
{
    const pid_t process = (pid_t)strtol(text, NULL, 10);
    assert_true(process > 1);
    for (int i = 0; i < 500 && kill(process, 0) == 0; i++) {
        /* Dead, and waiting for whoever adopted it to notice. */
        char path[64], line[256] = "";
        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
        FILE *stat = fopen(path, "re");
        const bool dead = !stat || !fgets(line, sizeof line, stat) || strstr(line, ") Z ");
        if (stat)
            (void)fclose(stat);
        if (dead)
            return true;
        (void)usleep(10000);
    }
    return kill(process, 0) != 0;
}

static void both_streams_are_kept_apart(void **state)
{
    struct capture said;
    (void)state;
    const struct child child = shell("echo out; echo err >&2; cat", for_ever_s, &said);
    assert_true(child_succeeded(&child));
    assert_string_equal(said.text[CHILD_OUTPUT], "out\n");
    assert_string_equal(said.text[CHILD_ERRORS], "err\n");
}

static void only_the_start_of_much_is_kept(void **state)
{
    static struct capture said;
    (void)state;
    const struct child child = shell("head -c 300000 /dev/zero | tr '\\0' x", for_ever_s, &said);
    assert_true(child_succeeded(&child));
    assert_int_equal(strlen(said.text[CHILD_OUTPUT]), sizeof said.text[CHILD_OUTPUT] - 1);
    assert_int_equal(strspn(said.text[CHILD_OUTPUT], "x"), sizeof said.text[CHILD_OUTPUT] - 1);
}

static void the_last_words_are_heard(void **state)
{
    struct capture said;
    (void)state;
    /* Whole pipes are still to be read when it has ended. */
    const struct child child = shell("head -c 12000 /dev/zero | tr '\\0' x; printf end >&2; "
                                     "kill -TERM $$",
                                     for_ever_s, &said);
    assert_true(child.end == CHILD_ENDED && WIFSIGNALED(child.status));
    assert_int_equal(strlen(said.text[CHILD_OUTPUT]), 12000);
    assert_string_equal(said.text[CHILD_ERRORS], "end");
}

static void an_end_is_explained(void **state)
{
    static const struct {
        const char *script, *words;
    } ends[] = {{"exit 3", "it ended with exit status 3"},
                {"exit 137", "it ended with exit status 137"},
                {"kill -KILL $$", "it was killed by signal 9 (Killed)"},
                {"kill -SEGV $$", "it was killed by signal 11 (Segmentation fault)"}};
    struct capture said;
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct child child = shell(ends[i].script, for_ever_s, &said);
        assert_int_equal(child.end, CHILD_ENDED);
        assert_false(child_succeeded(&child));
        child_explain("it", child.status, text, sizeof text);
        assert_string_equal(text, ends[i].words);
    }
}

static void what_cannot_be_started_says_so(void **state)
{
    struct capture said;
    char *words[] = {(char *)"/nowhere/at all", NULL};
    struct child child = child_captured(words, &said);
    (void)state;
    child_run(&child, 1, for_ever_s);
    assert_false(child_succeeded(&child));
    assert_non_null(strstr(said.text[CHILD_ERRORS],
                           "cannot start /nowhere/at all: No such file or directory\n"));
}

/* No descriptor is left for the first pipe, or for the second. */
static void no_pipe_is_an_end_that_says_so(void **state)
{
    struct rlimit before, none;
    struct capture said;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = dup(STDIN_FILENO);
    assert_int_equal(close(next), 0);
    for (rlim_t room = 0; room < 4; room++) {
        none = (struct rlimit){(rlim_t)next + room, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        const struct child child = shell("true", for_ever_s, &said);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_false(child_succeeded(&child));
        assert_non_null(strstr(said.text[CHILD_ERRORS],
                               "cannot start a process: Too many open files: raise the limit of "
                               "open files (ulimit -n)\n"));
        const int after = dup(STDIN_FILENO);
        assert_int_equal(after, next); /* none is left open */
        assert_int_equal(close(after), 0);
    }
}

/* No user but root, whom that limit does not hold, can start another one. */
static void at_the_limit_of_processes_it_says_so(void **state)
{
    const pid_t limited = fork();
    int status;
    (void)state;
    assert_true(limited >= 0);
    if (limited == 0) {
        const struct rlimit none = {0, 0};
        struct capture said;
        const bool is_limited =
            setrlimit(RLIMIT_NPROC, &none) == 0 && (geteuid() != 0 || setuid(65534) == 0);
        const struct child child = shell("true", for_ever_s, &said);
        _exit(is_limited && !child_succeeded(&child) &&
                      strstr(said.text[CHILD_ERRORS],
                             "cannot start a process: Resource temporarily unavailable: raise the "
                             "limit of processes (ulimit -u, pids.max)\n")
                  ? EXIT_SUCCESS
                  : EXIT_FAILURE);
    }
    assert_int_equal(waitpid(limited, &status, 0), limited);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

static void its_time_is_limited(void **state)
{
    static const char *const scripts[] = {"sleep 100", "kill -STOP $$", "yes",
                                          "exec >&- 2>&-; sleep 100",
                                          "(trap '' INT TERM HUP; exec sleep 100) & wait"};
    static struct capture said;
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const struct child child = shell(scripts[i], 0.2, &said);
        assert_int_equal(child.end, CHILD_TIMED_OUT);
        assert_false(child_succeeded(&child));
    }
}

/* It has some seconds to do so, and what it says meanwhile is heard. */
static void one_that_is_asked_to_end_may_do_so_itself(void **state)
{
    static const char *const scripts[] = {
        "trap 'sleep 0.5; echo asked; exit' TERM; echo ready; while :; do sleep 0.01; done",
        "trap : TERM; (trap 'echo asked; exit' TERM; echo ready; while :; do sleep 0.01; done)",
        "trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; done"};
    /* The first has its own time, however long it ran before. */
    static const double timeouts_s[] = {3.2, 1, 1};
    struct capture said;
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char *words[4];
        struct child child = of_shell(words, scripts[i], &said);
        child.end_signal = SIGTERM;
        child_run(&child, 1, timeouts_s[i]);
        assert_int_equal(child.end, CHILD_TIMED_OUT);
        assert_false(child_succeeded(&child));
        assert_string_equal(said.text[CHILD_OUTPUT], "ready\nasked\n");
        assert_true(i < 2 ? WIFEXITED(child.status)
                          : WIFSIGNALED(child.status) && WTERMSIG(child.status) == SIGKILL);
    }
}

static void what_it_leaves_behind_is_killed(void **state)
{
    static const char *const scripts[] = {
        "sleep 100 & echo $!", "trap '' TERM; sleep 100 & echo $!; exit 1",
        "sleep 100 & echo $!; kill -KILL $$", "sleep 100 & echo $!; sleep 100"};
    struct capture said;
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const struct child child = shell(scripts[i], i == 3 ? 0.5 : for_ever_s, &said);
        assert_int_equal(child.end, i == 3 ? CHILD_TIMED_OUT : CHILD_ENDED);
        assert_true(is_gone(said.text[CHILD_OUTPUT]));
    }
}

/* Emulators of a processor may not know how. */
static bool gets_orphans(void)
{
    int is_on = 0;
    return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 && prctl(PR_GET_CHILD_SUBREAPER, &is_on) == 0 &&
           is_on;
}

/* As ranks are left behind by an mpirun that was killed. */
static void what_it_leaves_in_another_group_is_killed(void **state)
{
    struct capture said;
    (void)state;
    if (!gets_orphans())
        skip();
    const struct child child =
        shell("setsid sleep 3600 >/dev/null 2>&1 &\n"
              "until [ \"$(cat /proc/$!/comm)\" = sleep ]; do sleep 0.01; done; echo $!",
              for_ever_s, &said);
    assert_true(child_succeeded(&child));
    assert_true(is_gone(said.text[CHILD_OUTPUT]));
}

/* Whoever has become the front door by exec() may have started them before. */
static void children_of_others_are_left_alone(void **state)
{
    struct capture said;
    (void)state;
    const pid_t other = fork();
    if (other == 0) {
        (void)pause();
        _exit(EXIT_SUCCESS);
    }
    assert_true(other > 0);
    const struct child child = shell("true", for_ever_s, &said);
    assert_true(child_succeeded(&child));
    assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
    assert_int_equal(kill(other, SIGKILL), 0);
    assert_int_equal(waitpid(other, NULL, 0), other);
}

/* Each waits for the one before, the last for none: alone, the first would never end. */
static void several_run_side_by_side(void **state)
{
    enum { MANY = 80 };
    static struct capture said[MANY];
    static struct child children[MANY];
    static char scripts[MANY][256], *words[MANY][4];
    char folder[] = "/tmp/parbench-child-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(scripts[i], sizeof scripts[i],
                       "cd %s; until [ %d = %d ] || [ -e %d ]; do sleep 0.05; done; : >%d; echo %d",
                       folder, i + 1, MANY, i + 1, i, i);
        children[i] = of_shell(words[i], scripts[i], &said[i]);
    }
    child_run(children, MANY, for_ever_s);
    for (int i = 0; i < MANY; i++) {
        char expected[16], path[64];
        assert_true(child_succeeded(&children[i]));
        (void)snprintf(expected, sizeof expected, "%d\n", i);
        assert_string_equal(said[i].text[CHILD_OUTPUT], expected);
        (void)snprintf(path, sizeof path, "%s/%d", folder, i);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* Of two at once the first two wait for each other, and each of the others finds that all before
 * it but one have ended. Of their time each has its own: together they take more than one has. */
static void so_many_run_side_by_side(void **state)
{
    enum { MANY = 8 };
    static struct capture said[MANY];
    static struct child children[MANY];
    static char scripts[MANY][256], *words[MANY][4];
    char folder[] = "/tmp/parbench-child-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(
            scripts[i], sizeof scripts[i],
            "cd %s; set -- e*; [ -e \"$1\" ] || shift; echo $#; : >b%d; until [ -e b%d ]; "
            "do sleep 0.05; done; sleep 1; : >e%d",
            folder, i, i < 2 ? 1 - i : i, i);
        children[i] = of_shell(words[i], scripts[i], &said[i]);
    }
    child_run_some(children, MANY, 2, 3.5);
    for (int i = 0; i < MANY; i++) {
        assert_true(child_succeeded(&children[i]));
        assert_true(strtol(said[i].text[CHILD_OUTPUT], NULL, 10) >= i - 1);
        for (const char *kind = "be"; *kind; kind++) {
            (void)snprintf(path, sizeof path, "%s/%c%d", folder, *kind, i);
            assert_int_equal(unlink(path), 0);
        }
    }
    assert_int_equal(rmdir(folder), 0);
}

/* One that hangs is ended, and those that would come after it do not begin. */
static void none_begins_when_the_time_is_over(void **state)
{
    static struct capture said[3];
    char *words[3][4];
    struct child children[] = {of_shell(words[0], "echo one", &said[0]),
                               of_shell(words[1], "sleep 100", &said[1]),
                               of_shell(words[2], "echo three", &said[2])};
    (void)state;
    child_run_some(children, 3, 1, 1.0);
    assert_true(child_succeeded(&children[0]));
    assert_int_equal(children[1].end, CHILD_TIMED_OUT);
    assert_int_equal(children[2].end, CHILD_TIMED_OUT);
    assert_false(child_succeeded(&children[2]));
    assert_string_equal(said[2].text[CHILD_OUTPUT], "");
}

/* One that hangs is ended, and takes nothing from what others said. */
static void the_time_of_several_is_limited(void **state)
{
    static struct capture said[3];
    char *words[3][4];
    struct child children[] = {of_shell(words[0], "echo one", &said[0]),
                               of_shell(words[1], "echo two; sleep 100", &said[1]),
                               of_shell(words[2], "sleep 100", &said[2])};
    (void)state;
    child_run(children, 3, 1.0);
    assert_true(child_succeeded(&children[0]));
    assert_int_equal(children[1].end, CHILD_TIMED_OUT);
    assert_int_equal(children[2].end, CHILD_TIMED_OUT);
    assert_string_equal(said[0].text[CHILD_OUTPUT], "one\n");
    assert_string_equal(said[1].text[CHILD_OUTPUT], "two\n");
}

/* Whether it listens to being asked to end or not. In a process of its own, as signals stay
 * blocked. */
static void assert_interrupted(const char *script)
{
    const pid_t front = fork();
    assert_true(front >= 0);
    if (front == 0) {
        struct capture said;
        char *words[4];
        struct child child = of_shell(words, script, &said);
        child.end_signal = SIGTERM;
        signals_block();
        (void)alarm(60);
        child_run(&child, 1, for_ever_s);
        _exit(child.end == CHILD_INTERRUPTED && WIFSIGNALED(child.status) ? 0 : 1);
    }
    int ended = 0;
    assert_int_equal(waitpid(front, &ended, 0), front);
    assert_int_equal(ended, 0);
}

static void a_signal_ends_it(void **state)
{
    (void)state;
    assert_interrupted("kill -TERM $PPID; sleep 100");
    assert_interrupted("trap '' TERM; kill -TERM $PPID; sleep 100");
}

/* A scheduler ends all processes of a job, in whatever order: its cell is none that failed. */
static void a_signal_for_all_of_a_job_is_none_of_the_child(void **state)
{
    (void)state;
    assert_interrupted("kill -TERM $PPID $$");
    /* Its own end comes first: another process, which nothing ends with it, signals then. */
    assert_interrupted("setsid sh -c 'echo there; sleep 0.05; kill -TERM '$PPID | "
                       "{ read -r there; kill -TERM $$; }");
}

/* One that a scheduler has told to end, and that takes a moment to, is not told again: it ends with
 * how often it was. One that nobody has told is. */
static void what_a_job_has_told_to_end_is_not_told_again(void **state)
{
    static const char *const scripts[] = {
        "told=0; trap 'told=$((told + 1))' TERM; kill -TERM $$ $PPID; sleep 0.2; exit $told",
        "trap 'exit 1' TERM; kill -TERM $PPID; while :; do sleep 0.01; done",
        "trap 'exit 1' INT; kill -INT $PPID; while :; do sleep 0.01; done"};
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const pid_t front = fork();
        assert_true(front >= 0);
        if (front == 0) {
            struct capture said;
            char *words[4];
            struct child child = of_shell(words, scripts[i], &said);
            child.end_signal = i == 2 ? SIGINT : SIGTERM;
            signals_block();
            (void)alarm(60);
            child_run(&child, 1, for_ever_s);
            _exit(child.end == CHILD_INTERRUPTED && WIFEXITED(child.status)
                      ? WEXITSTATUS(child.status)
                      : 100);
        }
        int ended = 0;
        assert_int_equal(waitpid(front, &ended, 0), front);
        assert_true(WIFEXITED(ended));
        assert_int_equal(WEXITSTATUS(ended), 1);
    }
}

/* The script, of a child, writes a process's number to $where and signals the front door, which
 * ends by that: the process is gone then as well. */
static void assert_none_outlives(const char *what, int signal)
{
    int said[2];
    assert_int_equal(pipe(said), 0);
    const pid_t front = fork();
    assert_true(front >= 0);
    if (front == 0) {
        struct capture capture;
        char *words[4], script[192];
        (void)snprintf(script, sizeof script, "where=/proc/%d/fd/%d; %s", (int)getpid(), said[1],
                       what);
        struct child child = of_shell(words, script, &capture);
        child_run(&child, 1, for_ever_s);
        _exit(0);
    }
    int ended = 0;
    char number[32] = "";
    assert_int_equal(waitpid(front, &ended, 0), front);
    assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == signal);
    assert_true(read(said[0], number, sizeof number - 1) > 0);
    assert_true(is_gone(number));
    (void)close(said[0]);
    (void)close(said[1]);
}

/* One that holds no signals does not end before its child has. */
static void a_signal_ends_the_front_door_after_it(void **state)
{
    (void)state;
    assert_none_outlives("sleep 100 & echo $! >$where; kill -TERM $PPID; wait", SIGTERM);
}

static void what_has_been_taken_has_not_come(void **state)
{
    sigset_t held = signals_hold();
    (void)state;
    assert_int_equal(signals_take(), 0);
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(signals_caught(), SIGINT);
    assert_int_equal(signals_take(), SIGINT);
    assert_int_equal(signals_caught(), 0);
    signals_release(&held);
}

static void be_signalled(void)
{
    (void)raise(SIGINT);
}

/* As when a terminal signals its group right after the fork. In a process of its own, which stays
 * so. */
static void a_signal_to_the_group_that_it_leaves_is_not_for_it(void **state)
{
    (void)state;
    const pid_t front = fork();
    assert_true(front >= 0);
    if (front == 0) {
        struct capture said;
        signals_block();
        (void)pthread_atfork(NULL, NULL, be_signalled);
        const struct child child = shell("exit 0", for_ever_s, &said);
        _exit(child_succeeded(&child) ? 0 : 1);
    }
    int ended = 0;
    assert_int_equal(waitpid(front, &ended, 0), front);
    assert_int_equal(ended, 0);
}

static void signals_are_to_it_as_they_come(void **state)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGCHLD, SIGXFSZ};
    struct capture said, rest;
    sigset_t blocked, before;
    (void)state;
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        (void)sigaddset(&blocked, all[i]);
    assert_int_equal(sigprocmask(SIG_BLOCK, &blocked, &before), 0);
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR && signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    const struct child child = shell("sed -n 's/^SigBlk:[^0-9a-f]*//p' /proc/self/status; "
                                     "kill -PIPE $$; echo lives",
                                     for_ever_s, &said);
    const struct child writer = shell("kill -XFSZ $$; echo lives", for_ever_s, &rest);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR && signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_string_equal(said.text[CHILD_OUTPUT], "0000000000000000\n");
    assert_true(WIFSIGNALED(child.status) && WTERMSIG(child.status) == SIGPIPE);
    assert_true(WIFSIGNALED(writer.status) && WTERMSIG(writer.status) == SIGXFSZ);
}

/* So that what nohup starts outlives its terminal as a whole. */
static void what_is_ignored_here_it_ignores(void **state)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct capture said;
        char script[64];
        (void)snprintf(script, sizeof script, "kill -%d $$; echo lives", all[i]);
        assert_true(signal(all[i], SIG_IGN) != SIG_ERR);
        const struct child ignoring = shell(script, for_ever_s, &said);
        assert_true(signal(all[i], SIG_DFL) != SIG_ERR);
        assert_true(child_succeeded(&ignoring));
        assert_string_equal(said.text[CHILD_OUTPUT], "lives\n");
        const struct child other = shell(script, for_ever_s, &said);
        assert_true(WIFSIGNALED(other.status) && WTERMSIG(other.status) == all[i]);
    }
}

/* As it is after `trap '' CHLD` in a shell: the kernel keeps no status then. */
static void its_status_is_known_where_children_were_ignored(void **state)
{
    struct capture said;
    (void)state;
    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    const struct child child = shell("exit 3", for_ever_s, &said);
    assert_true(WIFEXITED(child.status) && WEXITSTATUS(child.status) == 3);
}

static void its_environment_can_differ(void **state)
{
    static const char *const environment[] = {"PARBENCH_A=new", "PARBENCH_B", "PARBENCH_C=c=d",
                                              NULL};
    struct capture said;
    char *words[4];
    (void)state;
    struct child child =
        of_shell(words, "echo $PARBENCH_A ${PARBENCH_B-none} $PARBENCH_C $PARBENCH_D", &said);
    assert_int_equal(setenv("PARBENCH_A", "old", 1), 0);
    assert_int_equal(setenv("PARBENCH_B", "old", 1), 0);
    assert_int_equal(setenv("PARBENCH_D", "kept", 1), 0);
    child.environment = environment;
    child_run(&child, 1, for_ever_s);
    assert_string_equal(said.text[CHILD_OUTPUT], "new none c=d kept\n");
    assert_string_equal(getenv("PARBENCH_A"), "old");
}

/* Of a front door that dies, the child gets the signal that ends it. */
static void it_does_not_outlive_the_front_door(void **state)
{
    (void)state;
    assert_none_outlives("echo $$ >$where; kill -KILL $PPID; exec sleep 100", SIGKILL);
}

/* PATH as it is, to be put back and freed. */
static char *path_now(void)
{
    const char *path = getenv("PATH");
    return strdup(path ? path : "");
}

#define SEE ": see what teller --version does"

/* Nothing but what has a number is one, and what names the program comes first. */
static void a_version_is_what_says_so(void **state)
{
    static const struct {
        const char *script, *version, *failure;
    } cases[] = {
        {"echo teller 5.4 patchlevel 4; echo 'no teller 6'", "teller 5.4 patchlevel 4", NULL},
        {"echo ERROR: ld.so: object 1.so >&2; echo 'teller 1'", "teller 1", NULL},
        {"echo 'warning: 3 modules'; echo; echo '  Teller (Open) 4.1'", "Teller (Open) 4.1", NULL},
        {"echo 'BUILD details:'; echo '    Version:   4.0.2'", "Version: 4.0.2", NULL},
        {"echo 'teller 1' >&2", NULL, "does not tell its version" SEE},
        {"echo teller", NULL, "does not tell its version" SEE},
        {"echo teller 1; exit 3", NULL, "ended with exit status 3" SEE},
        {"kill -9 $$", NULL, "was killed by signal 9 (Killed)" SEE},
        {"echo teller 1; sleep 1000 & wait", NULL, "does not answer within 0.2 s" SEE},
    };
    static const char *const missing[] = {"parbench-that-is-not-there", "../../etc/passwd"};
    char line[128];
    char *before = path_now(), folders[4096];
    (void)state;
    (void)snprintf(folders, sizeof folders, "%s:%s", own_folder, before);
    assert_int_equal(setenv("PATH", folders, 1), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *file = fopen("teller", "we");
        assert_non_null(file);
        assert_true(fprintf(file, "#!/bin/sh\n%s\n", cases[i].script) > 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(chmod("teller", 0700), 0);
        const double limit_s =
            cases[i].failure && strstr(cases[i].failure, "0.2") ? 0.2 : for_ever_s;
        assert_int_equal(child_version("teller", "buy it", limit_s, line, sizeof line),
                         !cases[i].failure);
        assert_string_equal(line, cases[i].failure ? cases[i].failure : cases[i].version);
    }
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        assert_false(child_version(missing[i], "buy it", for_ever_s, line, sizeof line));
        assert_string_equal(line, "is not in PATH: buy it");
    }
}

/* A shell would take it for commands. */
static void what_is_no_program_is_not_started(void **state)
{
    static const char *const names[] = {"./other", "other"};
    char *before = path_now();
    FILE *file = fopen("other", "w");
    (void)state;
    assert_true(file && fputs("echo >made\n", file) >= 0 && fclose(file) == 0);
    assert_int_equal(chmod("other", 0700), 0);
    assert_int_equal(setenv("PATH", ".", 1), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct capture said;
        char *words[] = {(char *)names[i], NULL};
        struct child child = child_captured(words, &said);
        child_run(&child, 1, for_ever_s);
        assert_false(child_succeeded(&child));
        assert_non_null(strstr(said.text[CHILD_ERRORS], "other: Exec format error\n"));
    }
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
    assert_int_equal(access("made", F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_streams_are_kept_apart),
        cmocka_unit_test(only_the_start_of_much_is_kept),
        cmocka_unit_test(the_last_words_are_heard),
        cmocka_unit_test(an_end_is_explained),
        cmocka_unit_test(what_cannot_be_started_says_so),
        cmocka_unit_test(no_pipe_is_an_end_that_says_so),
        cmocka_unit_test(at_the_limit_of_processes_it_says_so),
        cmocka_unit_test(its_time_is_limited),
        cmocka_unit_test(one_that_is_asked_to_end_may_do_so_itself),
        cmocka_unit_test(what_it_leaves_behind_is_killed),
        cmocka_unit_test(what_it_leaves_in_another_group_is_killed),
        cmocka_unit_test(children_of_others_are_left_alone),
        cmocka_unit_test(several_run_side_by_side),
        cmocka_unit_test(so_many_run_side_by_side),
        cmocka_unit_test(none_begins_when_the_time_is_over),
        cmocka_unit_test(the_time_of_several_is_limited),
        cmocka_unit_test(a_signal_ends_it),
        cmocka_unit_test(a_signal_for_all_of_a_job_is_none_of_the_child),
        cmocka_unit_test(what_a_job_has_told_to_end_is_not_told_again),
        cmocka_unit_test(a_signal_ends_the_front_door_after_it),
        cmocka_unit_test(what_has_been_taken_has_not_come),
        cmocka_unit_test(a_signal_to_the_group_that_it_leaves_is_not_for_it),
        cmocka_unit_test(signals_are_to_it_as_they_come),
        cmocka_unit_test(what_is_ignored_here_it_ignores),
        cmocka_unit_test(its_status_is_known_where_children_were_ignored),
        cmocka_unit_test(its_environment_can_differ),
        cmocka_unit_test(it_does_not_outlive_the_front_door),
        IN_A_FOLDER(a_version_is_what_says_so),
        IN_A_FOLDER(what_is_no_program_is_not_started),
    };
    return cmocka_run_group_tests(tests, set_alarm, NULL);
}
