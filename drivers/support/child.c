#define _GNU_SOURCE
#include "child.h"

#include "clock.h"
#include "memory.h"
#include "orphans.h"
#include "signals.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Streams past so many are read as well, only not waited for. */
enum { POLLED_MAX = 128 };
enum { POLL_MS = 50, READ_BYTES = 8192, PIPE_BYTES = 65536 };

/* What a group gets to end by itself before it is killed. */
static const double grace_s = 3.0;

/* In which a signal for all processes of a job has come to each, and most have ended by it. */
#define JOB_S 1.0

/* ---- its start ---- */

bool child_find(const char *program, char file[PATH_MAX])
{
    const char *path = getenv("PATH");
    struct stat found;
    while (path && *path) {
        const size_t length = strcspn(path, ":");
        if (snprintf(file, PATH_MAX, "%.*s/%s", (int)length, path, program) < PATH_MAX &&
            access(file, X_OK) == 0 && stat(file, &found) == 0 && S_ISREG(found.st_mode))
            return true;
        path += length + (path[length] == ':');
    }
    errno = ENOENT;
    return false;
}

/* Not by execvp(), which has a shell read a file that is no program for this processor. */
static void execute(char *const *words)
{
    char file[PATH_MAX];
    if (strchr(words[0], '/'))
        (void)execv(words[0], words);
    else if (child_find(words[0], file))
        (void)execv(file, words);
}

/* Ends with its parent, by that signal. */
static void end_with(pid_t parent, int signal)
{
    (void)prctl(PR_SET_PDEATHSIG, signal);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
}

/* The front door blocks signals, see signals.h, and ignores some; its children must not. */
static void unblock_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGXFSZ, SIG_DFL);
}

_Noreturn static void become_program(char *const *words, int output, int errors)
{
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (dup2(errors, STDERR_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(null, STDIN_FILENO) >= 0)
        execute(words);
    status_say("cannot start %s: %s", words[0], strerror(errno));
    _exit(EXIT_FAILURE);
}

_Noreturn static void become(const struct child *child, const int *ends, pid_t parent)
{
    (void)setpgid(0, 0);
    /* What the group got that it has just left was not meant for it. */
    signals_forget();
    end_with(parent, child->end_signal);
    for (const char *const *word = child->environment; word && *word; word++)
        (void)putenv((char *)*word);
    unblock_signals();
    become_program(child->words, ends[CHILD_OUTPUT], ends[CHILD_ERRORS]);
}

static void close_end(int *end)
{
    if (*end >= 0)
        (void)close(*end);
    *end = -1;
}

static void say_unstarted(struct child *child)
{
    char line[256];
    const int length =
        snprintf(line, sizeof line, "%s: cannot start a process: %s%s\n",
                 program_invocation_short_name, strerror(errno),
                 errno == EAGAIN   ? ": raise the limit of processes (ulimit -u, pids.max)"
                 : errno == EMFILE ? ": raise the limit of open files (ulimit -n)"
                                   : "");
    child->process = 0;
    child->take(child->context, CHILD_ERRORS, line, (size_t)length);
}

static void start(struct child *child)
{
    int writes[CHILD_STREAMS] = {-1, -1}, ends[2];
    const pid_t parent = getpid();
    child->end = CHILD_ENDED;
    child->process = -1;
    child->status = W_EXITCODE(EXIT_FAILURE, 0); /* until more is known */
    for (int i = 0; i < CHILD_STREAMS; i++)
        child->streams[i] = -1;
    for (int i = 0; i < CHILD_STREAMS && pipe2(ends, O_CLOEXEC) == 0; i++) {
        child->streams[i] = ends[0];
        writes[i] = ends[1];
        (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    }
    if (writes[CHILD_ERRORS] >= 0)
        child->process = fork();
    if (child->process == 0)
        become(child, writes, parent);
    if (child->process < 0)
        say_unstarted(child);
    else
        (void)setpgid(child->process, child->process);
    for (int i = 0; i < CHILD_STREAMS; i++) {
        close_end(&writes[i]);
        if (!child->process)
            close_end(&child->streams[i]);
    }
}

/* ---- what it writes ---- */

/* At most so much: one that never stops writing must not keep others, and the time, from their
 * turn. */
static void read_some(struct child *child, size_t most)
{
    char bytes[READ_BYTES];
    for (int i = 0; i < CHILD_STREAMS; i++)
        for (size_t had = 0; child->streams[i] >= 0 && had < most; had += sizeof bytes) {
            const ssize_t count = read(child->streams[i], bytes, sizeof bytes);
            if (count > 0)
                child->take(child->context, (enum child_stream)i, bytes, (size_t)count);
            else if (count == 0 || (errno != EAGAIN && errno != EINTR))
                close_end(&child->streams[i]);
            else
                break;
        }
}

/* Waits a moment for something to read; a child that has nothing more to say is about to end. */
static void await(const struct child *children, size_t count)
{
    struct pollfd wait[POLLED_MAX];
    nfds_t used = 0;
    bool ending = false;
    for (size_t i = 0; i < count; i++) {
        bool silent = true;
        for (int j = 0; children[i].process && j < CHILD_STREAMS; j++) {
            silent = silent && children[i].streams[j] < 0;
            if (children[i].streams[j] >= 0 && used < POLLED_MAX)
                wait[used++] = (struct pollfd){children[i].streams[j], POLLIN, 0};
        }
        ending = ending || (children[i].process && silent);
    }
    (void)poll(wait, used, ending ? 1 : POLL_MS);
}

/* ---- its end ---- */

static bool has_ended(const struct child *child)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)child->process, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

/* Kills what its leader has left behind, before that is waited for: until then nobody else can have
 * the number of its group. */
static void finish(struct child *child)
{
    (void)kill(-child->process, SIGKILL);
    (void)waitpid(child->process, &child->status, 0);
    read_some(child, PIPE_BYTES);
    for (int i = 0; i < CHILD_STREAMS; i++)
        close_end(&child->streams[i]);
    child->process = 0;
}

/* How a group is made to end: the next one comes where the one before did not do it. */
enum step { STEP_NONE, STEP_AWAIT, STEP_ASK, STEP_KILL };

/* The signal that a child gets then; 0: none yet. */
static int signal_at(const struct child *child, enum step step)
{
    return step == STEP_KILL || child->end_signal == SIGKILL ? SIGKILL
           : step == STEP_ASK                                ? child->end_signal
                                                             : 0;
}

static void signal_all(struct child *children, size_t count, enum child_end why, enum step step)
{
    for (size_t i = 0; i < count; i++) {
        const int signal = signal_at(&children[i], step);
        if (!children[i].process || signal == 0)
            continue;
        children[i].end = why;
        (void)kill(-children[i].process, signal);
    }
}

/* Whoever ends a whole job by SIGTERM, as schedulers do, has told children as well, and one that is
 * told twice, such as mpirun, does not clear away what it has made. */
static enum step step_after(enum step step, enum child_end why)
{
    if (step == STEP_NONE)
        return why == CHILD_INTERRUPTED && signals_caught() == SIGTERM ? STEP_AWAIT : STEP_ASK;
    return step == STEP_AWAIT ? STEP_ASK : STEP_KILL;
}

/* Hears them all, and sees off those that have ended; how many are left. */
static size_t tend(struct child *children, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        struct child *child = &children[i];
        if (child->process && has_ended(child))
            finish(child);
        else if (child->process)
            read_some(child, 1);
        left += child->process != 0;
    }
    return left;
}

/* Whoever ends a whole job signals each of its processes, and maybe the front door last: whether
 * what ended the child was meant for both. */
static bool was_called_off(const struct child *child)
{
    const uint64_t since = clock_now_ns();
    if (child_succeeded(child) || child->end != CHILD_ENDED)
        return false;
    while (WIFSIGNALED(child->status) && signals_are(WTERMSIG(child->status)) &&
           !signals_caught() && clock_seconds_since(since) < JOB_S)
        (void)poll(NULL, 0, 1);
    return signals_caught();
}

/* How far the end of all that run has come, which nothing but time goes on with. */
struct ending {
    enum child_end why;
    enum step step;
    uint64_t since; /* which the limit counts from */
    double limit_s;
};

/* Goes on to the next step when it is time to. */
static void end_when_due(struct child *children, size_t count, struct ending *ending)
{
    const bool caught = ending->step == STEP_NONE && signals_caught();
    if (!caught && clock_seconds_since(ending->since) <= ending->limit_s)
        return;
    if (ending->step == STEP_NONE)
        ending->why = caught ? CHILD_INTERRUPTED : CHILD_TIMED_OUT;
    ending->step = step_after(ending->step, ending->why);
    signal_all(children, count, ending->why, ending->step);
    ending->since = clock_now_ns();
    ending->limit_s = ending->step == STEP_AWAIT ? JOB_S : grace_s;
}

/* Tends them until none runs; those that were not begun then end as the others were made to. */
static void tend_all(struct child *children, size_t count, size_t at_once, double timeout_s)
{
    struct ending ending = {CHILD_ENDED, STEP_NONE, clock_now_ns(), timeout_s};
    size_t begun = 0, running = 0;
    do {
        if (running > 0) {
            end_when_due(children, begun, &ending);
            await(children, begun);
        }
        running = tend(children, begun);
        for (; ending.why == CHILD_ENDED && running < at_once && begun < count; begun++) {
            start(&children[begun]);
            running += children[begun].process != 0;
            ending.since = clock_now_ns();
        }
    } while (running > 0);
    for (; begun < count; begun++) {
        children[begun].end = ending.why;
        children[begun].status = W_EXITCODE(EXIT_FAILURE, 0);
    }
}

void child_run_some(struct child *children, size_t count, size_t at_once, double timeout_s)
{
    const sigset_t held = signals_hold();
    /* Else nobody is told how they ended. */
    (void)signal(SIGCHLD, SIG_DFL);
    struct orphans orphans = orphans_begin();
    tend_all(children, count, at_once, timeout_s);
    for (size_t i = 0; i < count; i++)
        if (was_called_off(&children[i]))
            children[i].end = CHILD_INTERRUPTED;
    orphans_end(&orphans);
    signals_release(&held);
}

void child_run(struct child *children, size_t count, double timeout_s)
{
    child_run_some(children, count, count, timeout_s);
}

/* What came for this program alone is its child's as well; Ctrl-C has come to both. */
int child_attached(char *const words[], int output)
{
    const pid_t parent = getpid(), process = fork();
    int status = W_EXITCODE(EXIT_FAILURE, 0), handed_on = 0;
    if (process == 0) {
        end_with(parent, SIGTERM);
        unblock_signals();
        become_program(words, output, STDERR_FILENO);
    }
    if (process < 0) {
        status_say("cannot start %s: %s", words[0], strerror(errno));
        return status;
    }
    while (waitpid(process, &status, WNOHANG) == 0) {
        const int caught = signals_caught();
        if (caught && caught != SIGINT && !handed_on)
            (void)kill(process, handed_on = caught);
        (void)poll(NULL, 0, POLL_MS);
    }
    return status;
}

void child_become(char *const words[])
{
    unblock_signals();
    execute(words);
    status_say("cannot start %s: %s", words[0], strerror(errno));
}

char **child_words(char *text)
{
    char **words = NULL;
    size_t count = 0;
    do {
        words = memory_grow(words, count, sizeof *words);
        words[count++] = strsep(&text, "\n");
    } while (text);
    words[count - 1] = NULL; /* behind the last line's end there is none */
    return words;
}

bool child_succeeded(const struct child *child)
{
    return child->end == CHILD_ENDED && child->status == 0;
}

/* `subject` ends in a space, where there is any. */
static void explain_behind(const char *subject, int status, char *text, size_t length)
{
    if (WIFSIGNALED(status))
        (void)snprintf(text, length, "%swas killed by signal %d (%s)", subject, WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    else
        (void)snprintf(text, length, "%sended with exit status %d", subject, WEXITSTATUS(status));
}

void child_explain(const char *who, int status, char *text, size_t length)
{
    char subject[64];
    (void)snprintf(subject, sizeof subject, "%s ", who);
    explain_behind(subject, status, text, length);
}

/* ---- what is kept of it ---- */

static void keep(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    struct capture *capture = context;
    text_append(capture->text[stream], sizeof capture->text[stream], "%.*s", (int)count, bytes);
}

struct child child_captured(char *const words[], struct capture *capture)
{
    *capture = (struct capture){.text = {""}};
    return (struct child){.words = words, .end_signal = SIGKILL, .take = keep, .context = capture};
}

/* With one space for any number of them. */
static void copy_squeezed(const char *text, char *line, size_t length)
{
    size_t used = 0;
    for (; *text && used + 1 < length; text++)
        if (*text != ' ' || text[1] != ' ')
            line[used++] = *text;
    line[used] = '\0';
}

/* Of what a program has said, the line with its version: it has a number, and it names the program
 * unless none does. What wrappers and libraries say before or after it need not. */
static bool find_version(const char *program, char *said, char *line, size_t length)
{
    const char *name = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;
    bool found = false, names = false;
    for (char *next = said, *text; !names && (text = strsep(&next, "\n"));) {
        text += strspn(text, " \t");
        if (!text[strcspn(text, "0123456789")])
            continue;
        names = strcasestr(text, name);
        if (names || !found)
            copy_squeezed(text, line, length);
        found = true;
    }
    return found;
}

bool child_version(const char *program, const char *advice, double limit_s, char *line,
                   size_t length)
{
    struct capture said;
    char file[PATH_MAX];
    char *const words[] = {(char *)program, (char *)"--version", NULL};
    struct child child = child_captured(words, &said);
    if (!child_find(program, file)) {
        (void)snprintf(line, length, "is not in PATH: %s", advice);
        return false;
    }
    child_run(&child, 1, limit_s);
    if (child.end == CHILD_TIMED_OUT)
        (void)snprintf(line, length, "does not answer within %g s", limit_s);
    else if (!child_succeeded(&child))
        explain_behind("", child.status, line, length);
    else if (find_version(program, said.text[CHILD_OUTPUT], line, length))
        return true;
    else
        (void)snprintf(line, length, "does not tell its version");
    text_append(line, length, ": see what %s --version does", program);
    return false;
}

enum status child_beside(const char *program, const char *below, char path[PATH_MAX])
{
    char own[PATH_MAX];
    if (!realpath(program, own))
        return status_fail(STATUS_FAILED, "cannot tell where %s lies: %s", program,
                           strerror(errno));
    *strrchr(own, '/') = '\0';
    return snprintf(path, PATH_MAX, "%s%s", own, below) < PATH_MAX
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "the path of %s is too long", program);
}
