/*
 * Unit tests of measure/settings.h on made-up machines, and of the advice that
 * drivers/commands/doctor.h gives on them.
 */
#define _GNU_SOURCE
#include "doctor.h"
#include "settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_machine.h"

#include <math.h>

static const size_t numbers[] = {0, 2};
static const struct processors both = {2, numbers};

static struct settings settings_of(void)
{
    struct settings settings;
    settings_read(machine, both, &settings);
    return settings;
}

#define CPUS "sys/devices/system/cpu/"

/* ---- what there is ---- */

static void knows_nothing_without_files(void **state)
{
    (void)state;
    const struct settings settings = settings_of();
    assert_string_equal(settings.governor, "");
    assert_int_equal(settings.turbo, ANSWER_UNKNOWN);
    assert_string_equal(settings.huge_pages, "");
    assert_string_equal(settings.clocksource, "");
    assert_int_equal(settings.threads_per_core, 0);
    assert_int_equal(settings.smt, ANSWER_UNKNOWN);
    assert_int_equal(settings.virtual_machine, ANSWER_UNKNOWN);
    assert_string_equal(settings.hypervisor, "");
    assert_string_equal(settings.product, "");
    assert_string_equal(settings.container, "");
    assert_true(isnan(settings.load[0]) && isnan(settings.load[1]) && isnan(settings.load[2]));
    assert_true(isnan(settings.paranoid));
}

static void reads_a_node(void **state)
{
    (void)state;
    file(CPUS "cpu0/cpufreq/scaling_governor", "performance\n");
    file(CPUS "cpu2/cpufreq/scaling_governor", "performance\n");
    file(CPUS "intel_pstate/no_turbo", "1\n");
    file("proc/sys/kernel/perf_event_paranoid", "-1\n");
    file(CPUS "cpu0/topology/thread_siblings_list", "0,64\n");
    file(CPUS "cpu2/topology/thread_siblings_list", "2,66\n");
    file(CPUS "smt/active", "1\n");
    file("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
    file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    file("sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
    file("sys/class/dmi/id/product_name", "PowerEdge R760\n");
    file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor_not avx2\n");
    file("proc/loadavg", "0.25 1.5 2 1/234 5678\n");
    file("proc/self/cgroup", "0::/system.slice/slurmstepd.scope/job_7\n");
    const struct settings settings = settings_of();
    assert_string_equal(settings.governor, "performance");
    assert_int_equal(settings.turbo, ANSWER_NO);
    assert_int_equal(settings.threads_per_core, 2);
    assert_int_equal(settings.smt, ANSWER_YES);
    assert_string_equal(settings.huge_pages, "never");
    assert_string_equal(settings.clocksource, "tsc");
    assert_int_equal(settings.virtual_machine, ANSWER_NO);
    assert_string_equal(settings.product, "Dell Inc. PowerEdge R760");
    assert_string_equal(settings.container, "");
    assert_true(settings.load[0] == 0.25 && settings.load[1] == 1.5 && settings.load[2] == 2);
    assert_true(settings.paranoid == -1);
}

static void names_every_governor_once(void **state)
{
    (void)state;
    file(CPUS "cpu0/cpufreq/scaling_governor", "powersave\n");
    file(CPUS "cpu1/cpufreq/scaling_governor", "schedutil\n"); /* not one of ours */
    file(CPUS "cpu2/cpufreq/scaling_governor", "power\n");
    struct settings settings = settings_of();
    assert_string_equal(settings.governor, "powersave,power");
    file(CPUS "cpu2/cpufreq/scaling_governor", "powersave\n");
    settings = settings_of();
    assert_string_equal(settings.governor, "powersave");
}

static void finds_turbo_in_both_places(void **state)
{
    (void)state;
    file(CPUS "cpufreq/boost", "1\n");
    assert_int_equal(settings_of().turbo, ANSWER_YES);
    file(CPUS "cpufreq/boost", "0\n");
    assert_int_equal(settings_of().turbo, ANSWER_NO);
    file(CPUS "intel_pstate/no_turbo", "0\n");
    assert_int_equal(settings_of().turbo, ANSWER_YES);
    file(CPUS "intel_pstate/no_turbo", "\n");
    file(CPUS "cpufreq/boost", "on\n");
    assert_int_equal(settings_of().turbo, ANSWER_UNKNOWN);
}

static void counts_threads_of_a_core(void **state)
{
    (void)state;
    file(CPUS "cpu0/topology/thread_siblings_list", "0\n");
    assert_int_equal(settings_of().threads_per_core, 1);
    assert_int_equal(settings_of().smt, ANSWER_NO);
    file(CPUS "cpu2/topology/thread_siblings_list", "2-3,6,8-9\n");
    assert_int_equal(settings_of().threads_per_core, 5);
    assert_int_equal(settings_of().smt, ANSWER_YES);
    file(CPUS "smt/active", "0\n");
    assert_int_equal(settings_of().smt, ANSWER_NO);
    file(CPUS "cpu2/topology/thread_siblings_list", "9-2,x\n");
    assert_int_equal(settings_of().threads_per_core, 1);
    file(CPUS "cpu2/topology/core_cpus_list", "2,66,130,194\n");
    assert_int_equal(settings_of().threads_per_core, 4);
}

static void tells_virtual_machines(void **state)
{
    (void)state;
    file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor\n");
    assert_int_equal(settings_of().virtual_machine, ANSWER_YES);
    file("proc/cpuinfo", "processor\t: 0\nflags\t\t: hypervisor fpu\nflags\t\t: fpu\n");
    assert_int_equal(settings_of().virtual_machine, ANSWER_YES);
    file("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n"); /* no x86 */
    assert_int_equal(settings_of().virtual_machine, ANSWER_UNKNOWN);
    file("sys/hypervisor/type", "xen\n");
    assert_int_equal(settings_of().virtual_machine, ANSWER_YES);
    assert_string_equal(settings_of().hypervisor, "xen");
    file("sys/class/dmi/id/product_name", "HVM domU\n");
    assert_string_equal(settings_of().product, "HVM domU");
}

static void names_a_fabric(void **state)
{
    (void)state;
    assert_string_equal(settings_of().fabric, "");
    file("sys/class/cxi/cxi0/x", "");
    assert_string_equal(settings_of().fabric, "cxi0");
    file("sys/class/infiniband/mlx5_1/x", "");
    file("sys/class/infiniband/mlx5_0/x", "");
    file("sys/class/infiniband/mlx5_2/x", "");
    file("sys/class/infiniband/.x/x", "");
    assert_string_equal(settings_of().fabric, "mlx5_0");
}

/* The flags of a processor fill more than a page of a terminal: none is cut off. */
static void reads_long_flags(void **state)
{
    char text[6000] = "flags\t\t: ";
    (void)state;
    for (int i = 0; i < 900; i++)
        (void)strncat(text, "abcde ", sizeof text - strlen(text) - 1);
    (void)strncat(text, "hypervisor\n", sizeof text - strlen(text) - 1);
    file("proc/cpuinfo", text);
    assert_int_equal(settings_of().virtual_machine, ANSWER_YES);
}

static void takes_hints_of_containers(void **state)
{
    char text[800];
    (void)state;
    file("proc/self/cgroup", "0::/kubepods/burstable/pod1/2\n");
    assert_string_equal(settings_of().container, "kubepods");
    file("proc/self/cgroup", "12:rdma:/\n4:cpu,cpuacct:/lxc/one\n0::/init.scope\n");
    assert_string_equal(settings_of().container, "lxc");
    (void)snprintf(text, sizeof text, "1:cpuset:/\n0::/%0600d/docker-1.scope\n", 7);
    file("proc/self/cgroup", text);
    assert_string_equal(settings_of().container, "docker");
    file(".singularity.d/runscript", "\n");
    assert_string_equal(settings_of().container, "apptainer");
    file(".dockerenv", "");
    assert_string_equal(settings_of().container, "docker");
    file("run/.containerenv", "");
    assert_string_equal(settings_of().container, "podman");
    file("run/systemd/container", "systemd-nspawn\n");
    assert_string_equal(settings_of().container, "systemd-nspawn");
}

static void survives_nonsense(void **state)
{
    (void)state;
    file("proc/loadavg", "1.5 x\n");
    file("sys/kernel/mm/transparent_hugepage/enabled", "always ] madvise [never\n");
    file(CPUS "cpu0/cpufreq/scaling_governor", "   \n");
    const struct settings settings = settings_of();
    assert_true(settings.load[0] == 1.5 && isnan(settings.load[1]));
    assert_string_equal(settings.huge_pages, "");
    assert_string_equal(settings.governor, "");
}

/* ---- what is said of it ---- */

static char *advice_on(const struct settings *settings)
{
    static char text[1024];
    FILE *stream = fmemopen(text, sizeof text, "w");
    assert_non_null(stream);
    doctor_advise(&(const struct diagnosis){.stream = stream}, settings);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static char *told_of(const struct machine *there, struct throttling throttling, bool *is_enough)
{
    static char text[1024];
    FILE *stream = fmemopen(text, sizeof text, "w");
    assert_non_null(stream);
    *is_enough =
        doctor_tell_machine(&(const struct diagnosis){.stream = stream}, there, &throttling);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void tells_what_a_quota_leaves(void **state)
{
    struct machine there = {.cpu = "unknown", .cores = 4, .allowed = 4, .quota = INFINITY};
    bool is_enough;
    (void)state;
    assert_non_null(strstr(told_of(&there, (struct throttling){NAN, NAN}, &is_enough),
                           "\nok   cores            4 allowed: 4 in the affinity mask, no "
                           "quota\nok   memory "));
    assert_true(is_enough);
    there.allowed = 1;
    there.quota = 1;
    assert_non_null(strstr(told_of(&there, (struct throttling){1, 2.75}, &is_enough),
                           " back 1 time, for 2.8 s:"));
    assert_non_null(
        strstr(told_of(&there, (struct throttling){7, 2.75}, &is_enough),
               "\nok   cores            1 allowed: 4 in the affinity mask, 1.00 by a cgroup quota\n"
               "note throttled        the quota held this group back 7 times, for 2.8 s: whoever\n"
               "                      uses it up waits\nok   memory "));
    assert_true(is_enough);
    there.quota = 0.35;
    assert_non_null(strstr(
        told_of(&there, (struct throttling){0, 0}, &is_enough),
        "\n--   cores            1 allowed: 4 in the affinity mask, 0.35 by a cgroup quota:\n"
        "                      ask for a whole one, or --oversubscribe\n"
        "ok   memory "));
    assert_false(is_enough);
}

/* What is not known is neither 0 nor without end. */
static void tells_what_of_a_machine_is_unknown(void **state)
{
    const struct throttling none = {NAN, NAN};
    struct machine there = {.cores = 4, .allowed = 4, .quota = INFINITY, .has_topology = true};
    bool is_enough;
    (void)state;
    there.memory_available = UINT64_MAX;
    assert_non_null(strstr(told_of(&there, none, &is_enough),
                           "\nok   memory           unknown, unknown how much free\n"
                           "ok   topology         hwloc does not tell here\nok   clock "));
    there.memory = (uint64_t)3 << 30;
    (void)snprintf(there.topology.caches, sizeof there.topology.caches, "L2");
    assert_non_null(strstr(told_of(&there, none, &is_enough),
                           "\nok   memory           3.0 GiB, unknown how much free\n"
                           "ok   topology         L2\nok   clock "));
    there.topology.packages = 1;
    there.topology.numa_nodes = 2;
    there.memory_available = 0;
    assert_non_null(strstr(told_of(&there, none, &is_enough),
                           "\nok   memory           3.0 GiB, 0 B free\n"
                           "ok   topology         1 package, 2 memory nodes; L2\nok   clock "));
}

static void advises_nothing_on_a_quiet_node(void **state)
{
    (void)state;
    const struct settings quiet = {.governor = "performance",
                                   .turbo = ANSWER_NO,
                                   .huge_pages = "madvise",
                                   .smt = ANSWER_NO,
                                   .virtual_machine = ANSWER_NO,
                                   .paranoid = 2,
                                   .load = {0.49}};
    assert_string_equal(advice_on(&quiet), "");
}

static void advises_on_all_that_spoils(void **state)
{
    (void)state;
    const struct settings bad = {.governor = "powersave",
                                 .turbo = ANSWER_YES,
                                 .huge_pages = "always",
                                 .smt = ANSWER_YES,
                                 .virtual_machine = ANSWER_YES,
                                 .product = "QEMU Standard PC",
                                 .paranoid = 4,
                                 .load = {0.5}};
    static const char *const begins[] = {"note governor         powersave: ",
                                         "note turbo            on: ",
                                         "note virtual machine  this is one (QEMU Standard PC): ",
                                         "note SMT              on: ",
                                         "note huge pages       always: ",
                                         "note load             0.50 in the last minute: ",
                                         "note perf_event_paranoid 4: users may count nothing"};
    const char *line = advice_on(&bad);
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        assert_memory_equal(line, begins[i], strlen(begins[i]));
        do
            line = strchr(line, '\n') + 1;
        while (*line == ' '); /* the next row's */
    }
    assert_string_equal(line, "");
}

static void names_what_cannot_be_told(void **state)
{
    (void)state;
    const struct settings half = {
        .governor = "performance", .smt = ANSWER_NO, .paranoid = NAN, .load = {NAN}};
    assert_string_equal(advice_on(&half), "note unknown          turbo, virtual machine, huge "
                                          "pages, load,\n"
                                          "                      perf_event_paranoid: Linux does "
                                          "not tell here\n");
}

static void tells_limits_and_which_are_too_few(void **state)
{
    static const struct {
        struct limits limits;
        unsigned workers;
        const char *told;
    } cases[] = {
        {{RLIM_INFINITY, 1024, 8 << 20, RLIM_INFINITY},
         16,
         "ok   limits           any number of processes, 1024 open files, 8.0 MiB of\n"
         "                      locked memory\n"},
        {{127, 191, RLIM_INFINITY, RLIM_INFINITY},
         16,
         "ok   limits           127 processes, 191 open files, any amount of locked memory\n"
         "note processes        ulimit -u: 16 workers may need 128, those of others\n"
         "                      included\n"
         "note open files       ulimit -n: 16 workers may need 192\n"},
        {{67, 71, RLIM_INFINITY, RLIM_INFINITY},
         1,
         "ok   limits           67 processes, 71 open files, any amount of locked memory\n"
         "note processes        ulimit -u: 1 worker may need 68, those of others included\n"
         "note open files       ulimit -n: 1 worker may need 72\n"},
        {{127, 1024, RLIM_INFINITY, 126},
         16,
         "ok   limits           126 processes, 1024 open files, any amount of locked\n"
         "                      memory\n"
         "note processes        pids.max of a control group: 16 workers may need 128,\n"
         "                      those of others included\n"},
        {{RLIM_INFINITY, 1024, 0, 128},
         16,
         "ok   limits           128 processes, 1024 open files, 0 B of locked memory\n"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        json_t *rows = json_array();
        FILE *stream = fmemopen(text, sizeof text, "w");
        assert_non_null(stream);
        doctor_tell_limits(&(const struct diagnosis){stream, rows}, &cases[i].limits,
                           cases[i].workers);
        assert_int_equal(fclose(stream), 0);
        assert_string_equal(text, cases[i].told);
        size_t count = 0;
        for (const char *row = strchr(text, '\n'); row; row = strchr(row + 1, '\n'))
            count += row[1] != ' ';
        assert_int_equal(json_array_size(rows), count);
        assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "what")),
                            "limits");
        json_decref(rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_MACHINE(knows_nothing_without_files),
        ON_A_MACHINE(reads_a_node),
        ON_A_MACHINE(names_every_governor_once),
        ON_A_MACHINE(finds_turbo_in_both_places),
        ON_A_MACHINE(counts_threads_of_a_core),
        ON_A_MACHINE(names_a_fabric),
        ON_A_MACHINE(tells_virtual_machines),
        ON_A_MACHINE(reads_long_flags),
        ON_A_MACHINE(takes_hints_of_containers),
        ON_A_MACHINE(survives_nonsense),
        cmocka_unit_test(tells_what_a_quota_leaves),
        cmocka_unit_test(tells_what_of_a_machine_is_unknown),
        cmocka_unit_test(advises_nothing_on_a_quiet_node),
        cmocka_unit_test(advises_on_all_that_spoils),
        cmocka_unit_test(names_what_cannot_be_told),
        cmocka_unit_test(tells_limits_and_which_are_too_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
