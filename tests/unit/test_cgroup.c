/*
 * Unit tests of measure/cgroup.h on made-up machines: a folder with the files of /proc and /sys
 * that matter.
 */
#define _GNU_SOURCE
#include "cgroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_machine.h"

#include <math.h>
#include <unistd.h>

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void assert_no_limit(void)
{
    assert_true(isinf(cgroup_cpu_quota(machine)));
    assert_true(cgroup_memory_left(machine) == UINT64_MAX);
    assert_true(cgroup_processes(machine) == UINT64_MAX);
}

static void knows_no_limit_without_files(void **state)
{
    (void)state;
    assert_no_limit();
    file("proc/self/cgroup", "");
    assert_no_limit();
    file("proc/self/cgroup", "0::/user.slice/session-1.scope\n");
    assert_no_limit();
}

static void survives_nonsense(void **state)
{
    static const char *const lines[] = {"\n",
                                        "::\n",
                                        ":\n",
                                        "0:\n",
                                        "0::",
                                        "no colon at all\n",
                                        "1:name=systemd:/x\n",
                                        "4:cpuset,cpuacct:/x\n"};
    (void)state;
    file("sys/fs/cgroup/cpuset,cpuacct/x/cpu.cfs_quota_us", "100000\n");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        file("proc/self/cgroup", lines[i]);
        assert_no_limit();
    }
    file("proc/self/cgroup", "0::/a\n");
    file("sys/fs/cgroup/a/cpu.max", "");
    file("sys/fs/cgroup/a/memory.max", "");
    assert_no_limit();
    file("sys/fs/cgroup/a/cpu.max", "many\n");
    file("sys/fs/cgroup/a/memory.max", "much\n");
    assert_no_limit();
    file("sys/fs/cgroup/a/cpu.max", "100000 0\n");
    assert_no_limit();
}

static void reads_a_quota_of_version_2(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/cpu.max", "150000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 1.5, 1e-12);
    file("sys/fs/cgroup/job/cpu.max", "max 100000\n");
    assert_no_limit();
}

static void finds_the_smallest_quota_above(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/slice/job/step\n");
    file("sys/fs/cgroup/slice/job/step/cpu.max", "800000 100000\n");
    file("sys/fs/cgroup/slice/job/cpu.max", "max 100000\n");
    file("sys/fs/cgroup/slice/cpu.max", "200000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 2, 1e-12);
    /* In a container the root of what it sees has the limit. */
    file("sys/fs/cgroup/cpu.max", "50000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 0.5, 1e-12);
    file("sys/fs/cgroup/slice/job/step/cpu.max", "10000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 0.1, 1e-12);
}

static void reads_the_root_group(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/cpu.max", "300000 100000\n");
    file("sys/fs/cgroup/memory.max", "1000\n");
    assert_near(cgroup_cpu_quota(machine), 3, 1e-12);
    assert_int_equal(cgroup_memory_left(machine), 1000);
}

static void reads_a_quota_of_version_1(void **state)
{
    (void)state;
    file("proc/self/cgroup",
         "12:cpuset:/job\n4:cpu,cpuacct:/job\n3:memory:/job\n1:name=systemd:/\n");
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
    assert_no_limit();
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n");
    assert_near(cgroup_cpu_quota(machine), 2.5, 1e-12);
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "50000\n");
    assert_near(cgroup_cpu_quota(machine), 5, 1e-12);
    /* A container may see the controller's root only, and not the path that it is told. */
    file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "100000\n");
    file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    assert_near(cgroup_cpu_quota(machine), 1, 1e-12);
}

static void finds_the_smallest_quota_above_in_version_1(void **state)
{
    (void)state;
    file("proc/self/cgroup", "4:cpu,cpuacct:/slice/job/step\n");
    file("sys/fs/cgroup/cpu,cpuacct/slice/job/step/cpu.cfs_quota_us", "800000\n");
    file("sys/fs/cgroup/cpu,cpuacct/slice/job/step/cpu.cfs_period_us", "100000\n");
    file("sys/fs/cgroup/cpu,cpuacct/slice/job/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu,cpuacct/slice/job/cpu.cfs_period_us", "100000\n");
    assert_near(cgroup_cpu_quota(machine), 8, 1e-12);
    /* Each group has a period of its own, which is 100 ms where it is not told. */
    file("sys/fs/cgroup/cpu,cpuacct/slice/cpu.cfs_quota_us", "150000\n");
    assert_near(cgroup_cpu_quota(machine), 1.5, 1e-12);
    file("sys/fs/cgroup/cpu,cpuacct/slice/cpu.cfs_period_us", "50000\n");
    assert_near(cgroup_cpu_quota(machine), 3, 1e-12);
    file("sys/fs/cgroup/cpu,cpuacct/slice/job/step/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu,cpuacct/slice/cpu.cfs_quota_us", "-1\n");
    assert_no_limit();
    file("sys/fs/cgroup/cpu,cpuacct/slice/cpu.cfs_quota_us", "0\n");
    file("sys/fs/cgroup/cpu,cpuacct/slice/job/cpu.cfs_quota_us", "much\n");
    assert_no_limit();
}

/* The same hierarchy, by whatever name the system tells. */
static void finds_controllers_that_share_a_hierarchy(void **state)
{
    char link_name[128];
    (void)state;
    file("proc/self/cgroup", "4:cpuacct,cpu:/job\n");
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "200000\n");
    assert_no_limit();
    (void)snprintf(link_name, sizeof link_name, "%s/sys/fs/cgroup/cpu", machine);
    assert_int_equal(symlink("cpu,cpuacct", link_name), 0);
    assert_near(cgroup_cpu_quota(machine), 2, 1e-12);
    file("proc/self/cgroup", "4:cpu,cpuacct:/job\n");
    assert_near(cgroup_cpu_quota(machine), 2, 1e-12);
    file("proc/self/cgroup", "7:cpuacct:/job\n4:cpu:/job\n");
    assert_near(cgroup_cpu_quota(machine), 2, 1e-12);
}

/* Version 2 beside version 1, as systemd mounts both. */
static void finds_version_2_beside_version_1(void **state)
{
    (void)state;
    file("proc/self/cgroup", "3:memory:/one\n0::/two/three\n");
    file("sys/fs/cgroup/unified/two/three/cpu.max", "max 100000\n");
    file("sys/fs/cgroup/unified/two/cpu.max", "250000 100000\n");
    file("sys/fs/cgroup/unified/two/memory.max", "7000\n");
    file("sys/fs/cgroup/memory/one/memory.limit_in_bytes", "9000\n");
    assert_near(cgroup_cpu_quota(machine), 2.5, 1e-12);
    assert_int_equal(cgroup_memory_left(machine), 7000);
    /* Without version 1 it is a group that somebody named so. */
    file("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    file("sys/fs/cgroup/two/cpu.max", "450000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 4.5, 1e-12);
}

/* It limits the mask, and no time. */
static void takes_no_cpuset_for_a_quota(void **state)
{
    (void)state;
    file("proc/self/cgroup", "5:cpuset:/job\n0::/job\n");
    file("sys/fs/cgroup/cpuset/job/cpuset.cpus", "0\n");
    file("sys/fs/cgroup/job/cpuset.cpus.effective", "0\n");
    file("sys/fs/cgroup/job/cpu.max", "max\n");
    assert_no_limit();
}

static void allows_whole_cores_only(void **state)
{
    (void)state;
    assert_int_equal(cgroup_cores_within(4, INFINITY), 4);
    assert_int_equal(cgroup_cores_within(4, 64), 4);
    assert_int_equal(cgroup_cores_within(4, 4), 4);
    assert_int_equal(cgroup_cores_within(4, 3.99), 3);
    assert_int_equal(cgroup_cores_within(4, 1.5), 1);
    assert_int_equal(cgroup_cores_within(4, 1), 1);
    assert_int_equal(cgroup_cores_within(4, 0.99), 0);
    assert_int_equal(cgroup_cores_within(1, 0.25), 0);
    assert_int_equal(cgroup_cores_within(1, 2), 1);
}

static void takes_the_smaller_of_both_versions(void **state)
{
    (void)state;
    file("proc/self/cgroup", "4:cpu:/one\n3:memory:/one\n0::/two\n");
    file("sys/fs/cgroup/cpu/one/cpu.cfs_quota_us", "400000\n");
    file("sys/fs/cgroup/cpu/one/cpu.cfs_period_us", "100000\n");
    file("sys/fs/cgroup/two/cpu.max", "300000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 3, 1e-12);
    file("sys/fs/cgroup/two/cpu.max", "700000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 4, 1e-12);
    file("sys/fs/cgroup/memory/one/memory.limit_in_bytes", "5000\n");
    file("sys/fs/cgroup/two/memory.max", "6000\n");
    assert_int_equal(cgroup_memory_left(machine), 5000);
    file("sys/fs/cgroup/two/memory.max", "4000\n");
    assert_int_equal(cgroup_memory_left(machine), 4000);
}

static void counts_what_is_left_of_memory(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/slice/job\n");
    file("sys/fs/cgroup/slice/job/memory.max", "max\n");
    file("sys/fs/cgroup/slice/job/memory.current", "12345\n");
    assert_no_limit();
    file("sys/fs/cgroup/slice/memory.max", "4294967296\n");
    file("sys/fs/cgroup/slice/memory.current", "294967296\n");
    assert_int_equal(cgroup_memory_left(machine), 4000000000);
    /* The child may take more than is left to its parent, or less. */
    file("sys/fs/cgroup/slice/job/memory.max", "5000000000\n");
    assert_int_equal(cgroup_memory_left(machine), 4000000000);
    file("sys/fs/cgroup/slice/job/memory.max", "1012345\n");
    assert_int_equal(cgroup_memory_left(machine), 1000000);
    file("sys/fs/cgroup/slice/job/memory.current", "1012346\n");
    assert_int_equal(cgroup_memory_left(machine), 0);
}

static void counts_memory_of_version_1(void **state)
{
    (void)state;
    file("proc/self/cgroup", "3:memory:/job\n");
    file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
    assert_true(cgroup_memory_left(machine) == UINT64_MAX);
    file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "8000\n");
    file("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "3000\n");
    assert_int_equal(cgroup_memory_left(machine), 5000);
}

static void takes_the_least_of_processes(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/slice/job\n");
    file("sys/fs/cgroup/slice/job/pids.max", "max\n");
    assert_no_limit();
    file("sys/fs/cgroup/slice/pids.max", "512\n");
    assert_int_equal(cgroup_processes(machine), 512);
    file("sys/fs/cgroup/slice/job/pids.max", "4096\n");
    assert_int_equal(cgroup_processes(machine), 512);
    file("sys/fs/cgroup/slice/job/pids.max", "0\n");
    assert_int_equal(cgroup_processes(machine), 0);
    file("proc/self/cgroup", "8:pids:/box\n4:memory:/other\n0::/\n");
    file("sys/fs/cgroup/pids/box/pids.max", "100\n");
    file("sys/fs/cgroup/pids/other/pids.max", "10\n");
    assert_int_equal(cgroup_processes(machine), 100);
}

static void assert_throttled(double times, double seconds)
{
    const struct throttling told = cgroup_throttling(machine);
    assert_near(told.times, times, 1e-9);
    assert_near(told.seconds, seconds, 1e-9);
}

/* The root group of version 2, and groups without the controller, tell of no throttling. */
static void adds_up_throttled_time(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/slice/job\n");
    assert_true(isnan(cgroup_throttling(machine).seconds));
    file("sys/fs/cgroup/cpu.stat", "usage_usec 5\nuser_usec 3\nsystem_usec 2\n");
    file("sys/fs/cgroup/slice/job/cpu.stat", "usage_usec 5\nnr_periods 9\n");
    assert_true(isnan(cgroup_throttling(machine).times) &&
                isnan(cgroup_throttling(machine).seconds));
    file("sys/fs/cgroup/slice/job/cpu.stat",
         "usage_usec 5\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n");
    assert_throttled(0, 0);
    file("sys/fs/cgroup/slice/job/cpu.stat",
         "usage_usec 5\nnr_periods 9\nnr_throttled 3\nthrottled_usec 1500000\n");
    assert_throttled(3, 1.5);
    file("sys/fs/cgroup/slice/cpu.stat", "nr_periods 4\nnr_throttled 2\nthrottled_usec 250000\n");
    assert_throttled(5, 1.75);
}

static void adds_up_throttled_time_of_version_1(void **state)
{
    (void)state;
    file("proc/self/cgroup", "4:cpu,cpuacct:/job\n0::/\n");
    file("sys/fs/cgroup/cpu,cpuacct/job/cpu.stat",
         "nr_periods 9\nnr_throttled 3\nthrottled_time 2500000000\n");
    assert_throttled(3, 2.5);
    file("sys/fs/cgroup/cpu,cpuacct/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n");
    assert_throttled(3, 2.5);
}

static void takes_a_long_path(void **state)
{
    enum { LONG = 3000, LONGER = 9000 };
    char line[LONGER + 100] = "0::", name[LONGER + 200];
    (void)state;
    while (strlen(line) < LONG)
        (void)strncat(line, "/a-rather-long-name-of-a-group", sizeof line - strlen(line) - 1);
    file("proc/self/cgroup", line);
    file("sys/fs/cgroup/cpu.max", "100000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 1, 1e-12);
    (void)snprintf(name, sizeof name, "sys/fs/cgroup%s/cpu.max", line + strlen("0::"));
    file(name, "50000 100000\n");
    assert_near(cgroup_cpu_quota(machine), 0.5, 1e-12);
    while (strlen(line) < LONGER) /* than the path of any file that could be opened */
        (void)strncat(line, "/a-rather-long-name-of-a-group", sizeof line - strlen(line) - 1);
    file("proc/self/cgroup", line);
    assert_near(cgroup_cpu_quota(machine), 0.5, 1e-12);
}

static void reads_this_machine(void **state)
{
    (void)state;
    assert_true(cgroup_cpu_quota("") > 0);
    assert_true(cgroup_memory_left("") > 0);
    assert_true(cgroup_processes("") > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_MACHINE(knows_no_limit_without_files),
        ON_A_MACHINE(survives_nonsense),
        ON_A_MACHINE(reads_a_quota_of_version_2),
        ON_A_MACHINE(finds_the_smallest_quota_above),
        ON_A_MACHINE(reads_the_root_group),
        ON_A_MACHINE(reads_a_quota_of_version_1),
        ON_A_MACHINE(finds_the_smallest_quota_above_in_version_1),
        ON_A_MACHINE(finds_controllers_that_share_a_hierarchy),
        ON_A_MACHINE(finds_version_2_beside_version_1),
        ON_A_MACHINE(takes_no_cpuset_for_a_quota),
        cmocka_unit_test(allows_whole_cores_only),
        ON_A_MACHINE(takes_the_smaller_of_both_versions),
        ON_A_MACHINE(counts_what_is_left_of_memory),
        ON_A_MACHINE(counts_memory_of_version_1),
        ON_A_MACHINE(takes_the_least_of_processes),
        ON_A_MACHINE(adds_up_throttled_time),
        ON_A_MACHINE(adds_up_throttled_time_of_version_1),
        ON_A_MACHINE(takes_a_long_path),
        cmocka_unit_test(reads_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
