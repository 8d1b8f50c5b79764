/*
 * Unit tests of drivers/plan/task_count.h: what was inherited from another job is not believed.
 */
#define _GNU_SOURCE
#include "task_count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "made_up_machine.h"

/* The parent is a shell, and who has started that is its parent. */
static void write_parents(const char *program)
{
    char name[64], text[64];
    const int parent = getppid(), above = 1000000;
    (void)snprintf(name, sizeof name, "proc/%d/cmdline", parent);
    file(name, "/bin/bash");
    (void)snprintf(name, sizeof name, "proc/%d/stat", parent);
    (void)snprintf(text, sizeof text, "%d (a (b) c) S %d 1 1\n", parent, above);
    file(name, text);
    (void)snprintf(name, sizeof name, "proc/%d/cmdline", above);
    file(name, program);
    (void)snprintf(name, sizeof name, "proc/%d/stat", above);
    (void)snprintf(text, sizeof text, "%d (daemon) S 0 1 1\n", above);
    file(name, text);
}

static void what_is_inherited_is_not_believed(void **state)
{
    static const struct {
        const char *program;
        unsigned in_step, in_mpi; /* by what Slurm has set, and by what mpirun has */
    } cases[] = {
        {"slurmstepd: [4711.0]", 2, 1},
        {"slurmstepd: [4711.batch]", 1, 1},
        {"slurmstepd: [4711.interactive]", 1, 1},
        {"/usr/bin/orted", 1, 3},
        {"mpirun", 1, 3},
        {"/usr/sbin/sshd", 2, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_parents(cases[i].program);
        assert_int_equal(unsetenv("OMPI_COMM_WORLD_SIZE"), 0);
        assert_int_equal(task_count_read(machine), 1);
        assert_int_equal(setenv("SLURM_STEP_NUM_TASKS", "2", 1), 0);
        assert_int_equal(task_count_read(machine), cases[i].in_step);
        assert_int_equal(unsetenv("SLURM_STEP_NUM_TASKS"), 0);
        assert_int_equal(setenv("OMPI_COMM_WORLD_SIZE", "3", 1), 0);
        assert_int_equal(task_count_read(machine), cases[i].in_mpi);
    }
    assert_int_equal(unsetenv("OMPI_COMM_WORLD_SIZE"), 0);
}

/* As where /proc does not show others' processes. */
static void where_nobody_is_seen_it_is(void **state)
{
    (void)state;
    assert_int_equal(setenv("SLURM_STEP_NUM_TASKS", "2", 1), 0);
    assert_int_equal(task_count_read(machine), 2);
    assert_int_equal(unsetenv("SLURM_STEP_NUM_TASKS"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_MACHINE(what_is_inherited_is_not_believed),
        ON_A_MACHINE(where_nobody_is_seen_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
