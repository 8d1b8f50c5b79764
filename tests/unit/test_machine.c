/*
 * Unit tests of measure/machine.h and measure/topology.h on made-up machines: files of /proc and
 * /sys, and what hwloc reads from a file.
 */
#define _GNU_SOURCE
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_machine.h"

#include <math.h>

static struct machine machine_there(void)
{
    struct machine read;
    machine_read(machine, &read);
    return read;
}

/* ---- memory ---- */

static void reads_memory(void **state)
{
    (void)state;
    file("proc/meminfo", "MemTotal:        8000 kB\nMemFree:  1 kB\nMemAvailable:    5000 kB\n");
    assert_int_equal(machine_there().memory, 8000 * 1024);
    assert_int_equal(machine_there().memory_available, 5000 * 1024);
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/memory.max", "9000000\n");
    assert_int_equal(machine_there().memory_available, 5000 * 1024);
    file("sys/fs/cgroup/job/memory.max", "1000\n");
    file("sys/fs/cgroup/job/memory.current", "1000\n");
    assert_int_equal(machine_there().memory_available, 0); /* that is known */
}

/* What is not told is no 0, of which no cell could take anything. */
static void memory_that_is_not_told_is_unknown(void **state)
{
    static const char *const texts[] = {
        "MemTotal:        8000 kB\nMemFree:         5000 kB\n",
        "MemTotal:        8000 kB\nMemAvailable:    0 kB\n",
        "MemTotal:        8000 kB\nMemAvailable:    ? kB\n",
    };
    (void)state;
    assert_int_equal(machine_there().memory, 0);
    assert_true(machine_there().memory_available == UINT64_MAX);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        file("proc/meminfo", texts[i]);
        assert_int_equal(machine_there().memory, 8000 * 1024);
        assert_true(machine_there().memory_available == UINT64_MAX);
    }
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/memory.max", "1000\n");
    assert_int_equal(machine_there().memory_available, 1000);
}

/* Two kinds of them are not the same machine, although neither has a name. */
static void reads_a_processor(void **state)
{
    char expected[128];
    (void)state;
    file("proc/cpuinfo", "processor\t: 0\n");
    assert_string_equal(machine_there().cpu, machine_there().architecture);
    file("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"
                         "CPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n");
    (void)snprintf(expected, sizeof expected, "%s, maker 0x41, part 0xd0c",
                   machine_there().architecture);
    assert_string_equal(machine_there().cpu, expected);
    file("proc/cpuinfo", "processor\t: 0\nmodel name\t: a processor\n");
    assert_string_equal(machine_there().cpu, "a processor");
}

static void reads_a_quota(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/job\n");
    file("sys/fs/cgroup/job/cpu.max", "35000 100000\n");
    assert_true(fabs(machine_there().quota - 0.35) < 1e-12);
    assert_int_equal(machine_there().allowed, 1);
    file("sys/fs/cgroup/job/cpu.max", "100000 100000\n");
    assert_int_equal(machine_there().allowed, 1);
}

static void knows_a_machine_without_files(void **state)
{
    (void)state;
    const struct machine read = machine_there();
    assert_string_equal(read.cpu, read.architecture);
    assert_true(read.cores >= 1 && read.allowed == read.cores);
    assert_true(isinf(read.quota));
}

/* ---- what hwloc tells ---- */

/* A machine of processors 0 to 5 for hwloc, with what `within` writes of it. */
static struct topology topology_of(const char *within, struct processors usable)
{
    char text[4096], path[PATH_MAX];
    struct topology topology;
    assert_true(
        snprintf(text, sizeof text,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE topology SYSTEM "
                 "\"hwloc2.dtd\"><topology version=\"2.0\"><object type=\"Machine\" os_index=\"0\" "
                 "cpuset=\"0x3f\" complete_cpuset=\"0x3f\" allowed_cpuset=\"0x3f\" nodeset=\"0x7\" "
                 "complete_nodeset=\"0x7\" allowed_nodeset=\"0x7\" gp_index=\"1\">%s"
                 "</object></topology>",
                 within) < (int)sizeof text);
    file("machine.xml", text);
    (void)snprintf(path, sizeof path, "%s/machine.xml", machine);
    (void)setenv("HWLOC_XMLFILE", path, 1);
    if (topology_read(usable, &topology))
        skip(); /* there is no hwloc */
    (void)unsetenv("HWLOC_XMLFILE");
    return topology;
}

/* Memory of that number beside the processors of `near`, in hexadecimal. */
#define NODE(number, near)                                                                         \
    "<object type=\"NUMANode\" os_index=\"" #number "\" cpuset=\"" near                            \
    "\" complete_cpuset=\"" near "\" nodeset=\"" NODESET_##number                                  \
        "\" complete_nodeset=\"" NODESET_##number "\" gp_index=\"2" #number                        \
                                                  "\" local_memory=\"1073741824\"/>"
#define NODESET_0 "0x1"
#define NODESET_1 "0x2"
#define NODESET_2 "0x4"

#define PU(number, mask, nodes)                                                                    \
    "<object type=\"PU\" os_index=\"" #number "\" cpuset=\"" mask "\" complete_cpuset=\"" mask     \
    "\" nodeset=\"" nodes "\" complete_nodeset=\"" nodes "\" gp_index=\"4" #number "\"/>"

#define PACKAGE(number, mask, nodes, within)                                                       \
    "<object type=\"Package\" os_index=\"" #number "\" cpuset=\"" mask                             \
    "\" complete_cpuset=\"" mask "\" nodeset=\"" nodes "\" complete_nodeset=\"" nodes              \
    "\" gp_index=\"1" #number "\">" within "</object>"

#define LOW(nodes) PU(0, "0x1", nodes) PU(1, "0x2", nodes) PU(2, "0x4", nodes)
#define HIGH(nodes) PU(3, "0x8", nodes) PU(4, "0x10", nodes) PU(5, "0x20", nodes)

static const size_t numbers[] = {0, 1, 2, 3, 4, 5};
static const struct processors all = {6, numbers}, low = {3, numbers}, none = {0, NULL},
                               others = {1, (const size_t[]){70}};

static unsigned nodes_of(const char *within, struct processors usable)
{
    return topology_of(within, usable).numa_nodes;
}

static void memory_without_processors_is_no_node(void **state)
{
    static const char beside_nobody[] = NODE(1, "0x0") NODE(2, "0x0")
        PACKAGE(0, "0x3f", "0x1", NODE(0, "0x3f") LOW("0x1") HIGH("0x1"));
    (void)state;
    assert_int_equal(nodes_of(beside_nobody, all), 1);
    assert_int_equal(nodes_of(beside_nobody, none), 1);
    assert_int_equal(nodes_of(beside_nobody, others), 0);
}

/* Fast memory has the processors of the node beside it, slow memory those of several. */
static void memory_beside_a_node_is_none_of_its_own(void **state)
{
    static const char beside_a_node[] = NODE(1, "0x3f")
        PACKAGE(0, "0x3f", "0x5", NODE(0, "0x3f") NODE(2, "0x3f") LOW("0x5") HIGH("0x5"));
    static const char beside_two[] =
        NODE(0, "0x3f") PACKAGE(0, "0x7", "0x2", NODE(1, "0x7") LOW("0x2"))
            PACKAGE(1, "0x38", "0x4", NODE(2, "0x38") HIGH("0x4"));
    (void)state;
    assert_int_equal(nodes_of(beside_a_node, all), 1);
    assert_int_equal(nodes_of(beside_two, all), 2);
}

static void nodes_outside_the_mask_do_not_count(void **state)
{
    static const char two[] = PACKAGE(0, "0x7", "0x1", NODE(0, "0x7") LOW("0x1"))
        PACKAGE(1, "0x38", "0x2", NODE(1, "0x38") HIGH("0x2"));
    (void)state;
    assert_int_equal(nodes_of(two, all), 2);
    assert_int_equal(nodes_of(two, none), 2);
    assert_int_equal(nodes_of(two, low), 1);
    assert_int_equal(topology_of(two, low).packages, 2);
}

/* Boards tell of caches, and not how large they are. */
static void caches_of_unknown_size_have_none(void **state)
{
    static const char cached[] =
        NODE(0, "0x3f") "<object type=\"L2Cache\" cpuset=\"0x3f\" complete_cpuset=\"0x3f\" "
                        "nodeset=\"0x1\" complete_nodeset=\"0x1\" gp_index=\"90\" "
                        "cache_size=\"0\" depth=\"2\" cache_linesize=\"64\" "
                        "cache_associativity=\"0\" cache_type=\"0\">" LOW("0x1")
                            HIGH("0x1") "</object>";
    (void)state;
    const struct topology topology = topology_of(cached, all);
    assert_string_equal(topology.caches, "L2");
    assert_int_equal(topology.cache_count, 1);
    assert_int_equal(topology.cache_list[0].size, 0);
    assert_int_equal(topology.cache_list[0].shared_by, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_MACHINE(reads_memory),
        ON_A_MACHINE(memory_that_is_not_told_is_unknown),
        ON_A_MACHINE(reads_a_processor),
        ON_A_MACHINE(reads_a_quota),
        ON_A_MACHINE(knows_a_machine_without_files),
        ON_A_MACHINE(memory_without_processors_is_no_node),
        ON_A_MACHINE(memory_beside_a_node_is_none_of_its_own),
        ON_A_MACHINE(nodes_outside_the_mask_do_not_count),
        ON_A_MACHINE(caches_of_unknown_size_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
