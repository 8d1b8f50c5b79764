/*
 * Placement: workers on cores of their own, and left alone when there are too few.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_machine.h"
#include "placement.h"

#include <pthread.h>
#include <sched.h>

struct worker {
    pthread_t thread;
    const struct placement *placement;
    unsigned worker, workers;
    cpu_set_t mask; /* once it was bound */
};

static void *settle(void *argument)
{
    struct worker *self = argument;
    placement_bind(self->placement, self->worker, self->workers);
    (void)sched_getaffinity(0, sizeof self->mask, &self->mask);
    return NULL;
}

static struct worker *bind_all(const struct placement *placement, unsigned workers)
{
    struct worker *team = calloc(workers, sizeof *team);
    for (unsigned i = 0; i < workers; i++) {
        team[i].placement = placement;
        team[i].worker = i;
        team[i].workers = workers;
        assert_int_equal(pthread_create(&team[i].thread, NULL, settle, &team[i]), 0);
    }
    for (unsigned i = 0; i < workers; i++)
        assert_int_equal(pthread_join(team[i].thread, NULL), 0);
    return team;
}

/* Disjoint masks, which together are the mask that there was. */
static void test_a_core_each(void **state)
{
    (void)state;
    struct placement *placement = placement_read();
    cpu_set_t all, joint;
    unsigned cores = placement_cores(placement);
    assert_non_null(placement);
    (void)sched_getaffinity(0, sizeof all, &all);
    assert_int_equal(placement_processors(placement).count, CPU_COUNT(&all));
    struct worker *team = bind_all(placement, cores);
    CPU_ZERO(&joint);
    int processors = 0;
    for (unsigned i = 0; i < cores; i++) {
        assert_true(CPU_COUNT(&team[i].mask) > 0);
        processors += CPU_COUNT(&team[i].mask);
        CPU_OR(&joint, &joint, &team[i].mask);
    }
    assert_true(CPU_EQUAL(&joint, &all));
    assert_int_equal(processors, CPU_COUNT(&all));
    free(team);
    free(placement);
}

static void test_too_many_are_left_alone(void **state)
{
    (void)state;
    struct placement *placement = placement_read();
    cpu_set_t all;
    unsigned workers = placement_cores(placement) + 1;
    (void)sched_getaffinity(0, sizeof all, &all);
    struct worker *team = bind_all(placement, workers);
    for (unsigned i = 0; i < workers; i++)
        assert_true(CPU_EQUAL(&team[i].mask, &all));
    free(team);
    free(placement);
}

/* The masks of two processes together have the cores of both. */
static void test_masks_are_united(void **state)
{
    (void)state;
    struct placement *placement = placement_read();
    const struct processors processors = placement_processors(placement);
    struct placement_mask all, one = {{0}}, other = {{0}}, none = {{0}};
    const size_t first = processors.numbers[0], last = processors.numbers[processors.count - 1];
    placement_mask_read(&all);
    assert_int_equal(placement_mask_cores("", &all), placement_cores(placement));
    assert_int_equal(placement_mask_cores("", &none), 1);
    one.bytes[first / 8] = (unsigned char)(1u << first % 8);
    other.bytes[last / 8] = (unsigned char)(1u << last % 8);
    assert_int_equal(placement_mask_cores("", &one), 1);
    for (size_t i = 0; i < sizeof one.bytes; i++)
        one.bytes[i] |= other.bytes[i];
    const unsigned cores = placement_mask_cores("", &one);
    assert_true(cores == 1 || cores == 2); /* two hardware threads of one core are one */
    assert_true(cores == 2 || placement_cores(placement) < processors.count || first == last);
    free(placement);
}

/* The files of processor `number`; NULL for one that is not there. */
static void describe(unsigned number, const char *core_id, const char *cpus, const char *siblings)
{
    static const char *const names[] = {"core_id", "core_cpus_list", "thread_siblings_list"};
    const char *const texts[] = {core_id, cpus, siblings};
    for (size_t i = 0; i < 3; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%u/topology/%s", number,
                       names[i]);
        if (texts[i])
            file(path, texts[i]);
    }
}

static const struct placement_mask first_six = {{0x3f}};

/* Numbers of cores begin anew in each cluster or package: they tell nothing. */
static void test_cores_are_what_lists_say(void **state)
{
    (void)state;
    assert_int_equal(placement_mask_cores(machine, &first_six), 6);
    for (unsigned i = 0; i < 6; i++) {
        const char own[] = {(char)('0' + i), '\n', '\0'};
        describe(i, i % 2 ? "1\n" : "0\n", own, own);
    }
    assert_int_equal(placement_mask_cores(machine, &first_six), 6);
    for (unsigned i = 0; i < 6; i++)
        describe(i, "0\n", i < 2 ? "0-1\n" : i < 4 ? "2,3\n" : "4-5\n", "0-5\n");
    assert_int_equal(placement_mask_cores(machine, &first_six), 3);
}

static void test_lists_have_another_name_in_old_kernels(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        describe(i, "0\n", NULL, i % 3 == 0 ? "0,3\n" : i % 3 == 1 ? "1,4\n" : "2,5\n");
    assert_int_equal(placement_mask_cores(machine, &first_six), 3);
    describe(5, "0\n", NULL, "x\n");
    describe(4, "0\n", "\n", "\n");
    assert_int_equal(placement_mask_cores(machine, &first_six), 5);
}

static void test_too_many_are_refused(void **state)
{
    (void)state;
    cpu_set_t before, one;
    struct placement *placement = placement_read();
    assert_int_equal(placement_check("", 1), STATUS_OK);
    assert_int_equal(placement_check("", placement_cores(placement) + 1), STATUS_FAILED);
    (void)sched_getaffinity(0, sizeof before, &before);
    CPU_ZERO(&one);
    CPU_SET(placement_processors(placement).numbers[0], &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    const enum status single = placement_check("", 1), two = placement_check("", 2);
    (void)sched_setaffinity(0, sizeof before, &before);
    assert_int_equal(single, STATUS_OK);
    assert_int_equal(two, STATUS_FAILED);
    free(placement);
}

/* Those of the mask alone do not tell. */
static void test_a_quota_below_a_core_is_no_core(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/cpu.max", "99000 100000\n");
    assert_int_equal(placement_check(machine, 1), STATUS_FAILED);
    file("sys/fs/cgroup/job/cpu.max", "100000 100000\n");
    assert_int_equal(placement_check(machine, 1), STATUS_OK);
    assert_int_equal(placement_check(machine, 2), STATUS_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_core_each),
        cmocka_unit_test(test_too_many_are_left_alone),
        cmocka_unit_test(test_masks_are_united),
        ON_A_MACHINE(test_cores_are_what_lists_say),
        ON_A_MACHINE(test_lists_have_another_name_in_old_kernels),
        cmocka_unit_test(test_too_many_are_refused),
        ON_A_MACHINE(test_a_quota_below_a_core_is_no_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
