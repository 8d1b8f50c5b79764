/*
 * Unit tests of models/parts/space.h: what one process leaves there all find, and who comes late
 * leaves it alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "space.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 10007, PIECES = 13, WORKERS = 3 };

static struct job job_of(const char *kernel)
{
    return (struct job){
        .kernel = kernel_find(kernel), .size = SIZE, .workers = WORKERS, .ranks = 1};
}

/* A worker: settles, finds what all the others wrote, and computes every third piece. */
_Noreturn static void be_worker(const struct space *space, unsigned worker)
{
    bool right = true;
    space_settle(space, worker);
    const uint64_t *inputs = space->map_buffers.input.start;
    for (uint64_t i = 0; inputs && i < SIZE; i++)
        right = right && inputs[i] == i;
    for (uint64_t piece = worker; piece < PIECES; piece += WORKERS)
        right = space_compute(space, piece) == STATUS_OK && right;
    _exit(right ? 0 : 1);
}

static void run_workers(const struct space *space)
{
    pid_t process[WORKERS];
    for (unsigned worker = 0; worker < WORKERS; worker++) {
        process[worker] = fork();
        assert_true(process[worker] >= 0);
        if (process[worker] == 0)
            be_worker(space, worker);
    }
    for (unsigned worker = 0; worker < WORKERS; worker++) {
        int status = -1;
        assert_int_equal(waitpid(process[worker], &status, 0), process[worker]);
        assert_int_equal(status, 0);
    }
}

static void check_shared(const char *kernel)
{
    const struct job job = job_of(kernel);
    struct space space = space_new(&job, PIECES, 1, true);
    struct verdict verdict = {""};
    run_workers(&space);
    assert_true(job.kernel->verify(SIZE, partials_fold(&space.partials), &verdict));
    if (kernel_is_map(job.kernel))
        assert_int_equal(
            job.kernel->wrong(SIZE, kernel_whole(SIZE), space.map_buffers.output.start, &verdict),
            0);
    space_free(&space);
    space_free(&(struct space){.map_buffers = {.job = NULL}});
}

static void all_find_what_each_left(void **state)
{
    (void)state;
    check_shared("squares");
    check_shared("factorial");
    check_shared("pi");
}

/* A replacement must neither wait for anybody nor wipe what there is. */
static void who_comes_late_leaves_all_as_it_is(void **state)
{
    const struct job job = job_of("squares");
    struct space space = space_new(&job, PIECES, 1, true);
    (void)state;
    run_workers(&space);
    uint64_t *inputs = space.map_buffers.input.start, *outputs = space.map_buffers.output.start;
    inputs[0] = 77;
    assert_int_equal(outputs[2], 4);
    for (unsigned worker = 0; worker < WORKERS; worker++)
        space_settle(&space, worker);
    assert_int_equal(inputs[0], 77);
    assert_int_equal(outputs[2], 4);
    space_free(&space);
}

/* By one thread alone, as a model does whose workers are threads. */
static void serves_without_sharing(void **state)
{
    struct job job = job_of("squares");
    (void)state;
    job.workers = 1;
    struct space space = space_new(&job, PIECES, 1, false);
    struct verdict verdict = {""};
    space_settle(&space, 0);
    for (uint64_t piece = 0; piece < PIECES; piece++)
        assert_int_equal(space_compute(&space, piece), STATUS_OK);
    assert_true(job.kernel->verify(SIZE, partials_fold(&space.partials), &verdict));
    space_free(&space);
}

int main(void)
{
    (void)alarm(60);
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_find_what_each_left),
                                       cmocka_unit_test(who_comes_late_leaves_all_as_it_is),
                                       cmocka_unit_test(serves_without_sharing)};
    return cmocka_run_group_tests_name("space", tests, NULL, NULL);
}
