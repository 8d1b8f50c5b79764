/*
 * Unit tests of staff.h and dispatch.h: both kinds of a staff, in every dispatch, give
 * the right result, in order or in order of completion, also where workers end or die.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dispatch.h"
#include "fault.h"
#include "pipepool.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 3001, PIECES = 30, HANG_S = 60, STRANGER = 54321, DEADLY_ITEM = 1234 };

/* Of the kernel that stands in for the one it is asked about. */
static struct scene {
    atomic_uint begun; /* pieces with the first item, or with the deadly one */
    atomic_uint told;  /* pieces that the parent was told of */
    unsigned await;    /* the first piece takes until it was told of so many */
    unsigned deaths;   /* so often a piece with the deadly item ends its worker */
    int signal;
} * scene;

static const struct kernel *inner;

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const bool deadly = range.begin <= DEADLY_ITEM && DEADLY_ITEM < range.end;
    while (range.begin == 0 && atomic_load(&scene->told) < scene->await)
        (void)sched_yield();
    if (deadly && atomic_fetch_add(&scene->begun, 1) < scene->deaths)
        (void)raise(scene->signal);
    inner->compute(size, range, input, output, partial);
}

static struct kernel stand_in(const char *name)
{
    static struct storage storage;
    if (!storage.start)
        storage = storage_new(sizeof *scene, true, "the scene");
    scene = storage.start;
    memset(scene, 0, sizeof *scene);
    inner = kernel_find(name);
    struct kernel kernel = *inner;
    kernel.compute = compute;
    return kernel;
}

static struct staff *hire(const struct staff_kind *kind, const struct job *job,
                          struct staff_plan plan)
{
    plan.job = job;
    plan.pieces = plan.pieces > 0 ? plan.pieces : PIECES;
    struct staff *staff = staff_new(kind, &plan);
    assert_int_equal(staff_hire(staff), STATUS_OK);
    return staff;
}

static void assert_right(const struct staff *staff)
{
    const struct job *job = staff->plan.job;
    struct verdict verdict = {""};
    assert_true(job->kernel->verify(job->size, partials_result(&staff->space.partials), &verdict));
    if (kernel_is_map(job->kernel)) {
        void *output = staff->space.map_buffers.output.start;
        assert_int_equal(job->kernel->wrong(job->size, kernel_whole(job->size), output, &verdict),
                         0);
        memset(output, 0xff, (size_t)job->size * job->kernel->output_item_size);
    }
}

static void let_go(struct staff *staff)
{
    staff_free(staff);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static const struct staff_kind *const kinds[] = {&staff_shared, &staff_piped};
static dispatch_function *const dispatches[] = {dispatch_map, dispatch_imap,
                                                dispatch_imap_unordered, dispatch_apply};
enum { KINDS = 2, DISPATCHES = 4 };

static void check_all(const char *name, struct staff_plan plan)
{
    const struct kernel *kernel = kernel_find(name);
    for (unsigned workers = 1; workers <= 7; workers += 2) {
        const struct job job = {.kernel = kernel, .size = SIZE, .workers = workers, .ranks = 1};
        for (int kind = 0; kind < KINDS; kind++) {
            struct staff *staff = hire(kinds[kind], &job, plan);
            for (int i = 0; i < 2 * DISPATCHES; i++) {
                assert_int_equal(dispatches[i % DISPATCHES](staff), STATUS_OK);
                assert_right(staff);
            }
            const struct staff_counts counts = staff_count(staff);
            const uint64_t all = UINT64_C(2) * DISPATCHES * PIECES, sent = kind == 0 ? 0 : all;
            const uint64_t told = all / DISPATCHES; /* by dispatch_imap_unordered() */
            assert_int_equal(counts.submitted, all);
            assert_int_equal(counts.sent, sent);
            assert_int_equal(counts.received, kind == 0 ? told : all);
            assert_int_equal(counts.forks, workers);
            assert_int_equal(counts.replaced, plan.tasks_per_child == 1 ? all : 0);
            let_go(staff);
        }
    }
}

static void gives_the_right_result_in_every_dispatch(void **state)
{
    (void)state;
    check_all("squares", (struct staff_plan){0});
    check_all("factorial", (struct staff_plan){0});
    check_all("pi", (struct staff_plan){.respawn = true});
}

static void replaces_after_each_task(void **state)
{
    (void)state;
    check_all("squares", (struct staff_plan){.tasks_per_child = 1});
}

static void batches_cover_all(void **state)
{
    static const char *const kernels[] = {"squares", "factorial", "pi"};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const struct job job = {
            .kernel = kernel_find(kernels[i]), .size = SIZE, .workers = i + 1, .ranks = 1};
        struct staff *staff = hire(&staff_piped, &job, (struct staff_plan){.pieces = 1});
        for (int again = 0; again < 3; again++) {
            assert_int_equal(dispatch_auto(staff), STATUS_OK);
            assert_right(staff);
        }
        const struct staff_counts counts = staff_count(staff);
        assert_true(counts.batches > 0 && counts.batches == counts.submitted);
        assert_int_equal(counts.sent, counts.batches);
        assert_int_equal(counts.received, counts.batches);
        let_go(staff);
    }
}

/* The first piece is slow: it takes until the parent was told of all others. */
static void tells_of_others_before_a_slow_one(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        const struct kernel kernel = stand_in("pi");
        const struct job job = {.kernel = &kernel, .size = SIZE, .workers = 2, .ranks = 1};
        struct staff *staff = hire(kinds[kind], &job, (struct staff_plan){0});
        uint64_t piece, overtaking = 0;
        scene->await = PIECES - 1;
        staff_submit(staff, 0, PIECES);
        for (unsigned i = 0; i < PIECES; i++) {
            assert_int_equal(staff_next(staff, &piece), STATUS_OK);
            assert_int_equal(piece == 0, i == PIECES - 1);
            overtaking += piece > i;
            (void)atomic_fetch_add(&scene->told, 1);
        }
        assert_true(overtaking >= 1);
        assert_int_equal(staff_wait_all(staff), STATUS_OK);
        (void)partials_fold(&staff->space.partials);
        assert_right(staff);
        let_go(staff);
    }
}

/* All pieces are computed all the same, but for those after it where each is waited for. */
static void tells_of_a_piece_that_failed(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < DISPATCHES; i++) {
            const struct kernel kernel = stand_in("pi");
            const struct job job = {.kernel = &kernel, .size = SIZE, .workers = 2, .ranks = 1};
            fault_plan(DEADLY_ITEM, 1);
            struct staff *staff = hire(kinds[kind], &job, (struct staff_plan){0});
            assert_int_equal(dispatches[i](staff), STATUS_FAILED);
            assert_int_equal(dispatches[i](staff), STATUS_OK);
            assert_right(staff);
            let_go(staff);
        }
    fault_plan(SIZE, 0);
}

/* Its chunk kills whoever begins it, so often. */
static void check_death(const struct staff_kind *kind, dispatch_function *dispatch, unsigned deaths,
                        bool respawn)
{
    const struct kernel kernel = stand_in("squares");
    const struct job job = {.kernel = &kernel, .size = SIZE, .workers = 2, .ranks = 1};
    struct staff *staff = hire(
        kind, &job, (struct staff_plan){.respawn = respawn, .pieces = dispatch == dispatch_auto});
    scene->deaths = deaths;
    scene->signal = deaths % 2 == 0 ? SIGSEGV : SIGKILL;
    const bool lives = respawn && deaths <= 3;
    assert_int_equal(dispatch(staff), lives ? STATUS_OK : STATUS_FAILED);
    if (lives)
        assert_right(staff);
    assert_int_equal(staff_count(staff).replaced, lives ? deaths : respawn ? 3 : 0);
    let_go(staff);
}

static void survives_deaths_or_tells_of_them(void **state)
{
    (void)state;
    for (unsigned deaths = 1; deaths <= 4; deaths++) {
        for (int i = 0; i < KINDS * DISPATCHES; i++) {
            check_death(kinds[i % KINDS], dispatches[i / KINDS], deaths, true);
            if (deaths <= 2)
                check_death(kinds[i % KINDS], dispatches[i / KINDS], deaths, false);
        }
        check_death(&staff_piped, dispatch_auto, deaths, true);
        check_death(&staff_piped, dispatch_auto, deaths, false);
    }
}

/* More than any pipe holds, there and back at once. */
static void large_messages_pass_each_other(void **state)
{
    const struct job job = {
        .kernel = kernel_find("squares"), .size = 6000000, .workers = 2, .ranks = 1};
    (void)state;
    for (uint64_t pieces = 2; pieces <= 64; pieces *= 32) { /* 24 MB each way, or ahead of time */
        struct staff *staff = hire(&staff_piped, &job, (struct staff_plan){.pieces = pieces});
        for (int i = 0; i < DISPATCHES; i++) {
            assert_int_equal(dispatches[i](staff), STATUS_OK);
            assert_right(staff);
        }
        let_go(staff);
    }
}

static void who_died_idle_is_noticed(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * KINDS; i++) {
        const struct job job = {
            .kernel = kernel_find("pi"), .size = SIZE, .workers = 1, .ranks = 1};
        const bool respawn = i / KINDS == 1;
        struct staff *staff = hire(kinds[i % KINDS], &job, (struct staff_plan){.respawn = respawn});
        siginfo_t info;
        assert_int_equal(dispatch_map(staff), STATUS_OK);
        /* The only child there is. */
        char path[64], text[32] = "";
        (void)snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
        FILE *file = fopen(path, "r");
        if (!file)
            skip();
        assert_non_null(fgets(text, sizeof text, file));
        (void)fclose(file);
        const pid_t child = (pid_t)strtol(text, NULL, 10);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
        assert_int_equal(dispatch_map(staff), respawn ? STATUS_OK : STATUS_FAILED);
        assert_int_equal(staff_count(staff).replaced, respawn);
        let_go(staff);
    }
}

/* In a process of its own. 2: not allowed to arrange that. */
static int work_without_processes(const struct staff_kind *kind, bool at_start)
{
    const struct job job = {.kernel = kernel_find("pi"), .size = SIZE, .workers = 2, .ranks = 1};
    const struct staff_plan plan = {.job = &job, .pieces = PIECES, .tasks_per_child = 1};
    struct staff *staff = staff_new(kind, &plan);
    (void)alarm(HANG_S);
    if (geteuid() == 0 && setresuid(STRANGER, STRANGER, STRANGER) != 0)
        return 2;
    if (!at_start && staff_hire(staff) != STATUS_OK)
        return 2;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1}) != 0)
        return 2;
    const enum status status = at_start ? staff_hire(staff) : dispatch_map(staff);
    staff_free(staff);
    return status == STATUS_FAILED && waitpid(-1, NULL, WNOHANG) == -1 ? 0 : 1;
}

static void out_of_processes_is_an_error(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * KINDS; i++) {
        int status = -1;
        const pid_t child = fork();
        if (child == 0)
            _exit(work_without_processes(kinds[i % KINDS], i / KINDS == 0));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        if (WEXITSTATUS(status) == 2)
            skip();
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

int main(void)
{
    (void)alarm(HANG_S * 3);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_right_result_in_every_dispatch),
        cmocka_unit_test(replaces_after_each_task),
        cmocka_unit_test(batches_cover_all),
        cmocka_unit_test(tells_of_others_before_a_slow_one),
        cmocka_unit_test(tells_of_a_piece_that_failed),
        cmocka_unit_test(survives_deaths_or_tells_of_them),
        cmocka_unit_test(large_messages_pass_each_other),
        cmocka_unit_test(who_died_idle_is_noticed),
        cmocka_unit_test(out_of_processes_is_an_error),
    };
    return cmocka_run_group_tests_name("staff", tests, NULL, NULL);
}
