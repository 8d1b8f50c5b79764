/*
 * Unit tests of measure/noise.h on made-up machines, with shares worked out by hand, and of what a
 * process's own children count for.
 */
#define _GNU_SOURCE
#include "noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_machine.h"

#include <math.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const size_t numbers[] = {0, 2};
static const struct processors both = {2, numbers};

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9))
        fail_msg("%.17g is not %.17g", value, expected);
}

static struct noise_reading reading_of(void)
{
    struct noise_reading reading;
    noise_read(machine, both, &reading);
    return reading;
}

static void knows_nothing_without_files(void **state)
{
    (void)state;
    const struct noise_reading before = reading_of(), after = reading_of();
    const struct noise noise = noise_between(&before, &after);
    assert_true(isnan(noise.stolen) && isnan(noise.others));
    assert_true(isnan(noise.load) && isnan(noise.low_mhz) && isnan(noise.high_mhz));
    assert_true(isnan(noise.throttled) && isnan(noise.throttled_times));
    assert_true(noise.seconds >= 0);
}

/* Steps of processor 1, which is not one of ours, count for nothing. */
static void shares_are_of_the_processors_asked_for(void **state)
{
    const double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    (void)state;
    file("proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\n"
                      "cpu0 100 0 0 1000 0 0 0 0 0 0\n"
                      "cpu1 0 0 0 0 0 0 0 0 0 0\n"
                      "cpu2 0 0 100 2000 10 0 0 5 0 0\n"
                      "intr 1 2 3\ncpu0 7 7 7 7 7 7 7 7\n");
    struct noise_reading before = reading_of();
    assert_true(before.has_times);
    assert_near(before.all, 3215 * tick);
    assert_near(before.busy, 200 * tick);
    assert_near(before.stolen, 5 * tick);
    /* 400 steps later: 25 stolen, 100 idle, 15 waiting, 260 busy, of which 60 were ours. */
    file("proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\n"
                      "cpu0 200 50 10 1020 0 15 5 15 0 0\n"
                      "cpu1 999 999 999 999 999 999 999 999 0 0\n"
                      "cpu2 80 0 100 2080 25 0 0 15 0 0\n");
    struct noise_reading after = reading_of();
    before.own = 1;
    after.own = 1 + 60 * tick;
    const struct noise noise = noise_between(&before, &after);
    assert_near(noise.stolen, 25.0 / 400);
    assert_near(noise.others, 200.0 / 400);
}

/* Our own time is exact, theirs in steps: what is left can be less than nothing. */
static void others_take_no_less_than_nothing(void **state)
{
    (void)state;
    struct noise_reading before = {.has_times = true}, after = {.has_times = true};
    after.all = 10;
    after.busy = 5;
    after.own = 5.5;
    struct noise noise = noise_between(&before, &after);
    assert_true(noise.others == 0 && noise.stolen == 0);
    after.all = before.all; /* no step passed */
    noise = noise_between(&before, &after);
    assert_true(isnan(noise.others) && isnan(noise.stolen));
}

static void throttled_time_is_a_share_of_what_was_asked_for(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/cpu.stat", "nr_throttled 7\nthrottled_usec 500000\n");
    struct noise_reading before = reading_of(), after = before;
    after.own = before.own + 1.5;
    struct noise noise = noise_between(&before, &after);
    assert_true(noise.throttled == 0 && noise.throttled_times == 0);
    file("sys/fs/cgroup/job/cpu.stat", "nr_throttled 12\nthrottled_usec 5000000\n");
    after.throttling = reading_of().throttling;
    noise = noise_between(&before, &after); /* 4.5 s beside the 1.5 s that it had */
    assert_near(noise.throttled, 0.75);
    assert_near(noise.throttled_times, 5);
    noise = noise_between(&after, &before); /* another group, which counts anew */
    assert_true(isnan(noise.throttled) && isnan(noise.throttled_times));
}

static void survives_nonsense(void **state)
{
    (void)state;
    file("proc/stat", "cpu0 1 2 3\ncpu2\ncpux 1 2 3 4 5 6 7 8\n");
    file("proc/loadavg", "x\n");
    file("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "<unknown>\n");
    file("sys/devices/system/cpu/cpu2/cpufreq/scaling_cur_freq", "0\n");
    const struct noise_reading reading = reading_of();
    assert_false(reading.has_times);
    assert_true(isnan(reading.load) && isnan(reading.low_mhz) && isnan(reading.high_mhz));
}

static void takes_frequencies_of_both_readings(void **state)
{
    (void)state;
    file("proc/loadavg", "0.5 0 0 1/2 3\n");
    file("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "9000000\n");
    const struct noise_reading before = reading_of();
    file("proc/loadavg", "1.5 0 0 1/2 3\n");
    file("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2400000\n");
    file("sys/devices/system/cpu/cpu2/cpufreq/scaling_cur_freq", "3600500\n");
    const struct noise_reading after = reading_of();
    struct noise noise = noise_between(&before, &after);
    assert_near(noise.low_mhz, 2400);
    assert_near(noise.high_mhz, 3600.5);
    assert_near(noise.load, 1.5);
    noise = noise_between(&after, &before);
    assert_near(noise.low_mhz, 2400);
    assert_near(noise.load, 0.5);
}

/* A child that computes for 50 ms of its own time, and touches 64 pages. */
static void compute_in_a_child(void)
{
    enum { PAGE = 4096, PAGES = 64 };
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        volatile char *pages = malloc((size_t)PAGE * PAGES);
        struct rusage usage;
        for (size_t i = 0; pages && i < PAGES; i++)
            pages[i * PAGE] = 1;
        do
            (void)getrusage(RUSAGE_SELF, &usage);
        while (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec == 0 &&
               usage.ru_utime.tv_usec + usage.ru_stime.tv_usec < 50000);
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void counts_children_as_its_own(void **state)
{
    (void)state;
    const struct noise_reading before = reading_of();
    compute_in_a_child();
    const struct noise_reading after = reading_of();
    const struct noise noise = noise_between(&before, &after);
    assert_true(after.own - before.own >= 0.05);
    assert_true(noise.minor_faults >= 64);
    assert_true(noise.seconds >= 0.05);
    assert_true(noise.involuntary_switches >= 0 && noise.voluntary_switches >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_MACHINE(knows_nothing_without_files),
        ON_A_MACHINE(shares_are_of_the_processors_asked_for),
        ON_A_MACHINE(others_take_no_less_than_nothing),
        ON_A_MACHINE(throttled_time_is_a_share_of_what_was_asked_for),
        ON_A_MACHINE(survives_nonsense),
        ON_A_MACHINE(takes_frequencies_of_both_readings),
        ON_A_MACHINE(counts_children_as_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
