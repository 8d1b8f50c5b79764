/*
 * Unit tests of drivers/plan/nodes.h and allocation.h: nodes as people, Open MPI and batch systems
 * write them, and what is made of them on this host.
 */
#define _GNU_SOURCE
#include "allocation.h"
#include "text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_folder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "n1:2 n2:0", as many nodes as there are. */
static void assert_nodes(const struct nodes *nodes, const char *expected)
{
    char text[1024] = "";
    for (size_t i = 0; i < nodes->count; i++)
        text_append(text, sizeof text, "%s%s:%u", i > 0 ? " " : "", nodes->all[i].name,
                    node_slots(&nodes->all[i]));
    assert_string_equal(text, expected);
}

/* ---- texts ---- */

struct text_case {
    const char *text, *expected; /* NULL: it is refused */
};

static void check_text(bool (*read)(const char *text, struct nodes *nodes),
                       const struct text_case *one)
{
    struct nodes nodes = {.count = 0};
    assert_int_equal(read(one->text, &nodes), one->expected != NULL);
    if (one->expected)
        assert_nodes(&nodes, one->expected);
    nodes_free(&nodes);
}

#define LONG "a23456789b23456789c23456789d23456789e23456789f23456789g2345678"

static void hosts_are_names_with_slots(void **state)
{
    static const struct text_case cases[] = {
        {"a:16,b:16", "a:16 b:16"},
        {"a", "a:0"},
        {"a,b:2,a", "a:2 b:2"},
        {"a:1,a:2,a", "a:4"},
        {"n1.site.org:4", "n1.site.org:4"},
        {LONG "34", LONG "34:0"},
        {LONG "345", NULL},
        {"", NULL},
        {",", NULL},
        {"a:0", NULL},
        {"a:", NULL},
        {"a:x", NULL},
        {"a:-1", NULL},
        {"a:1:2", NULL},
        {"a:99999999999", NULL},
        {":4", NULL},
        {"a b", NULL},
        {"-a:1", NULL},
        {"a;b:1", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_text(nodes_read_hosts, &cases[i]);
}

static void pairs_are_as_lsf_has_them(void **state)
{
    static const struct text_case cases[] = {
        {"n1 2 n2 2", "n1:2 n2:2"}, {" n1  2 n1 3 ", "n1:5"}, {"", NULL},    {"n1", NULL},
        {"n1 2 n2", NULL},          {"n1 0", NULL},           {"1 n1", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_text(nodes_read_pairs, &cases[i]);
}

static void slurm_has_brackets_and_counts(void **state)
{
    static const struct {
        const char *list, *counts;
        unsigned each;
        const char *expected;
    } cases[] = {
        {"n1", "2", 1, "n1:2"},
        {"n[01-03,7]", "2(x3),1", 1, "n01:2 n02:2 n03:2 n7:1"},
        {"n[09-11]", NULL, 1, "n09:0 n10:0 n11:0"},
        {"login,gpu[1-2]-ib,m", "4(x2),2(x2)", 1, "login:4 gpu1-ib:4 gpu2-ib:2 m:2"},
        {"r[1-2]n[0-1]", "1(x4)", 3, "r1n0:3 r1n1:3 r2n0:3 r2n1:3"},
        {"n[1-2],n1", "1(x2)", 1, "n1:1 n2:1"},
        {"n[1-3]", "2(x2)", 1, NULL},
        {"n[1-3]", "2(x4)", 1, NULL},
        {"n[1-3]", "2(x3),1", 1, NULL},
        {"n1", "0", 1, NULL},
        {"n1", "2(x1", 1, NULL},
        {"n1", "2(y1)", 1, NULL},
        {"n1", "2(x)", 1, NULL},
        {"n1", "", 1, NULL},
        {"n1", "two", 1, NULL},
        {"", NULL, 1, NULL},
        {",n1", NULL, 1, NULL},
        {"n[1-2", NULL, 1, NULL},
        {"n1-2]", NULL, 1, NULL},
        {"n[]", NULL, 1, NULL},
        {"n[1,]", NULL, 1, NULL},
        {"n[1-]", NULL, 1, NULL},
        {"n[-2]", NULL, 1, NULL},
        {"n[3-1]", NULL, 1, NULL},
        {"n[a-c]", NULL, 1, NULL},
        {"n[[1-2]]", NULL, 1, NULL},
        {"n[1-2-3]", NULL, 1, NULL},
        {"n[1-9999999999]", NULL, 1, NULL},
        {"n[0-999999999]", NULL, 1, NULL},
        {"n[1-2][1-999][1-999]", NULL, 1, NULL},
        {LONG "[1-9]" LONG, NULL, 1, NULL},
        {"n1", "2", 1u << 31, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nodes nodes = {.count = 0};
        assert_int_equal(nodes_read_slurm(cases[i].list, cases[i].counts, cases[i].each, &nodes),
                         cases[i].expected != NULL);
        if (cases[i].expected)
            assert_nodes(&nodes, cases[i].expected);
        nodes_free(&nodes);
    }
}

static void host_files_are_open_mpis(void **state)
{
    static const struct {
        const char *text;
        unsigned wrong;
        const char *expected;
    } cases[] = {
        {"n1 slots=2\nn2 slots=2\n", 0, "n1:2 n2:2"},
        {"n1\nn1\nn2\nn2\n", 0, "n1:2 n2:2"}, /* PBS_NODEFILE */
        {"# all\n\n n1  slots = 2 max_slots=4 # fast\r\nn2\n", 0, "n1:2 n2:0"},
        {"n1 slots=2\nn1 slots=3", 0, "n1:5"},
        {"n1 max-slots=3 slots=1", 0, "n1:1"},
        {"", 1, NULL},
        {"# nobody\n", 2, NULL},
        {"n1\nn2 slots=0\n", 2, NULL},
        {"n1 slots=\n", 1, NULL},
        {"n1 slots\n", 1, NULL},
        {"n1 slots=x\n", 1, NULL},
        {"n1 2\n", 1, NULL},
        {"n1:2\n", 1, NULL},
        {"n1 cheap=2\n", 1, NULL},
        {"n1\n\nuser@n1\n", 3, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nodes nodes = {.count = 0};
        assert_int_equal(nodes_read_file(cases[i].text, &nodes), cases[i].wrong);
        if (cases[i].expected)
            assert_nodes(&nodes, cases[i].expected);
        nodes_free(&nodes);
    }
}

static void hosts_may_be_told_without_their_domain(void **state)
{
    (void)state;
    assert_true(node_is("n1", "n1.site.org"));
    assert_true(node_is("N1.site.org", "n1"));
    assert_true(node_is("n1.site.org", "n1.site.org"));
    assert_false(node_is("n1.site.org", "n1.other.org"));
    assert_false(node_is("n1", "n11"));
    assert_false(node_is("n1", "n11.site.org"));
    assert_false(node_is("10.0.0.1", "10.0.0.2"));
}

/* ---- the environment ---- */

/* Variables, ended by NULL, of which those that have a value are set for one reading. */
struct variable {
    const char *name, *value;
};

static void forget(void)
{
    static const char *const names[] = {"SLURM_JOB_ID",
                                        "SLURM_JOB_NODELIST",
                                        "SLURM_JOB_CPUS_PER_NODE",
                                        "SLURM_TASKS_PER_NODE",
                                        "SLURM_CPUS_PER_TASK",
                                        "SLURM_STEP_NUM_TASKS",
                                        "SLURMD_NODENAME",
                                        "PBS_JOBID",
                                        "PBS_NODEFILE",
                                        "NCPUS",
                                        "LSB_JOBID",
                                        "LSB_DJOB_HOSTFILE",
                                        "LSB_MCPU_HOSTS",
                                        "FLUX_JOB_ID",
                                        "OMPI_COMM_WORLD_SIZE",
                                        "MPI_LOCALNRANKS",
                                        "SLURM_STEP_TASKS_PER_NODE",
                                        "OMPI_COMM_WORLD_LOCAL_SIZE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(unsetenv(names[i]), 0);
}

static const struct machine machine = {
    .host = "n2.site.org", .allowed = 4, .cores = 4, .quota = INFINITY};

static enum status read_with(const struct machine *here, const struct variable *variables,
                             const struct allocation_asked *asked, struct allocation *allocation)
{
    static const struct allocation_asked nothing;
    forget();
    for (; variables && variables->name; variables++)
        assert_int_equal(setenv(variables->name, variables->value, 1), 0);
    return allocation_read(here, asked ? asked : &nothing, allocation);
}

/* The line about it on standard error, without whose it is; "" is none. */
static const char *said(const struct allocation *allocation, unsigned used)
{
    static char line[512];
    const int errors = dup(STDERR_FILENO);
    FILE *file = freopen("said", "w+e", stderr);
    assert_non_null(file);
    allocation_say(allocation, used);
    rewind(file);
    line[fread(line, 1, sizeof line - 1, file)] = '\0';
    assert_true(dup2(errors, STDERR_FILENO) >= 0);
    assert_int_equal(close(errors), 0);
    const char *colon = strstr(line, ": ");
    return colon ? colon + 2 : line;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const struct {
    struct variable variables[5];
    struct allocation_asked asked;
    const char *nodes; /* this host first */
    unsigned slots;
    bool is_elsewhere;
    const char *said;
} given[] = {
    {{{0}}, {0}, "", 4, false, ""},
    {{{"SLURM_JOB_ID", "4711"}},
     {0},
     "",
     4,
     false,
     "1 node x 4 cores by its affinity mask, from Slurm job 4711\n"},
    {{{"SLURM_JOB_ID", "4711"},
      {"SLURM_JOB_NODELIST", "n[1-2]"},
      {"SLURM_JOB_CPUS_PER_NODE", "4(x2)"},
      {"SLURM_TASKS_PER_NODE", "1(x2)"}},
     {0},
     "n2:4 n1:4",
     4,
     false,
     "2 nodes x 4 cores, from Slurm job 4711; cells are on one node, others take part by "
     "--nodes\n"},
    /* Fewer than this host has, and more, of which it may use but some. */
    {{{"SLURM_JOB_ID", "1"}, {"SLURM_JOB_NODELIST", "n2"}, {"SLURM_JOB_CPUS_PER_NODE", "2"}},
     {0},
     "n2:2",
     2,
     false,
     "1 node x 2 cores, from Slurm job 1\n"},
    {{{"SLURM_JOB_ID", "1"}, {"SLURM_JOB_NODELIST", "n2"}, {"SLURM_JOB_CPUS_PER_NODE", "8"}},
     {0},
     "n2:8",
     4,
     false,
     "1 node x 4 cores by its affinity mask, from Slurm job 1\n"},
    {{{"SLURM_JOB_ID", "1"},
      {"SLURM_JOB_NODELIST", "n2"},
      {"SLURM_TASKS_PER_NODE", "1"},
      {"SLURM_CPUS_PER_TASK", "3"}},
     {0},
     "n2:3",
     3,
     false,
     "1 node x 3 cores, from Slurm job 1\n"},
    /* salloc on a login node, and a host that Slurm calls otherwise. */
    {{{"SLURM_JOB_ID", "1"}, {"SLURM_JOB_NODELIST", "n3"}, {"SLURM_JOB_CPUS_PER_NODE", "8"}},
     {0},
     "n3:8",
     8,
     true,
     "1 node x 8 cores, from Slurm job 1\n"},
    {{{"SLURM_JOB_ID", "1"},
      {"SLURM_JOB_NODELIST", "c[1-2]"},
      {"SLURM_JOB_CPUS_PER_NODE", "4(x2)"},
      {"SLURMD_NODENAME", "c2"}},
     {0},
     "c2:4 c1:4",
     4,
     false,
     NULL},
    /* A job's script is on its first node, and a line of it may stand for all of a chunk. */
    {{{"PBS_JOBID", "17.head"}, {"PBS_NODEFILE", "nodes"}, {"NCPUS", "4"}},
     {0},
     "m1-ib:4 m2-ib:4",
     4,
     false,
     NULL},
    {{{"LSB_JOBID", "9"}, {"LSB_MCPU_HOSTS", "m1 2 n2 2"}}, {0}, "n2:2 m1:2", 2, false, NULL},
    {{{"LSB_JOBID", "9"}, {"LSB_MCPU_HOSTS", "n2 1"}, {"LSB_DJOB_HOSTFILE", "nodes"}},
     {0},
     "m1-ib:2 m2-ib:1",
     1,
     false,
     NULL},
    /* Both are set by Slurm's qsub. */
    {{{"PBS_JOBID", "17"}, {"PBS_NODEFILE", "none"}, {"SLURM_JOB_ID", "17"}},
     {0},
     "",
     4,
     false,
     "1 node x 4 cores by its affinity mask, from Slurm job 17\n"},
    {{{"FLUX_JOB_ID", "f"}},
     {0},
     "",
     4,
     false,
     "1 node x 4 cores by its affinity mask, from Flux job f\n"},
    /* What a user names goes before a job. */
    {{{"SLURM_JOB_ID", "1"}, {"SLURM_JOB_NODELIST", "rubbish["}},
     {.hosts = "n1:2,n2:2,n3:2"},
     "n2:2 n1:2 n3:2",
     2,
     false,
     "3 nodes x 2 cores, from --hosts; cells are on one node, others take part by --nodes\n"},
    {{{0}}, {.hosts = "a,b"}, "a:0 b:0", 4, true, NULL},
    {{{0}}, {.hosts = "localhost:2"}, "localhost:2", 2, false, NULL},
    {{{0}}, {.hostfile = "nodes"}, "m1-ib:2 m2-ib:0", 2, true, NULL},
};

static void nodes_are_those_that_were_given(void **state)
{
    (void)state;
    write_file("nodes", "m1-ib\nm1-ib\nm2-ib\n");
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        struct allocation allocation;
        assert_int_equal(read_with(&machine, given[i].variables, &given[i].asked, &allocation),
                         STATUS_OK);
        assert_nodes(&allocation.list, given[i].nodes);
        assert_int_equal(allocation.nodes, allocation.list.count > 0 ? allocation.list.count : 1);
        assert_int_equal(allocation.slots, given[i].slots);
        assert_int_equal(allocation.is_elsewhere, given[i].is_elsewhere);
        assert_int_equal(allocation_cores(&allocation, 3), 3 * given[i].slots);
        if (given[i].said)
            assert_string_equal(said(&allocation, 1), given[i].said);
        assert_int_equal(allocation_check_here(&allocation),
                         given[i].is_elsewhere ? STATUS_FAILED : STATUS_OK);
        assert_int_equal(allocation_check_nodes(&allocation, allocation.nodes + 1), STATUS_USAGE);
        allocation_free(&allocation);
    }
    forget();
}

static void what_names_no_nodes_is_refused(void **state)
{
    static const struct {
        struct variable variables[3];
        struct allocation_asked asked;
        enum status status;
    } cases[] = {
        {{{0}}, {.hosts = "a:0"}, STATUS_USAGE},
        {{{0}}, {.hosts = "a", .hostfile = "nodes"}, STATUS_USAGE},
        {{{0}}, {.hostfile = "none"}, STATUS_FAILED},
        {{{0}}, {.hostfile = "nodes"}, STATUS_FAILED},
        {{{"SLURM_JOB_ID", "1"}, {"SLURM_JOB_NODELIST", "n[1"}}, {0}, STATUS_FAILED},
        {{{"PBS_JOBID", "1"}, {"PBS_NODEFILE", "none"}}, {0}, STATUS_FAILED},
        {{{"LSB_JOBID", "1"}, {"LSB_MCPU_HOSTS", "n1"}}, {0}, STATUS_FAILED},
    };
    (void)state;
    write_file("nodes", "n1 slots=no\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct allocation allocation;
        assert_int_equal(read_with(&machine, cases[i].variables, &cases[i].asked, &allocation),
                         cases[i].status);
        assert_null(allocation.list.all);
    }
    forget();
}

static void nodes_that_differ_are_refused(void **state)
{
    struct allocation allocation;
    (void)state;
    for (int mixed = 0; mixed < 2; mixed++) {
        const struct allocation_asked asked = {.hosts = "n1:4,n2:4,n3:2", .mixed = mixed};
        assert_int_equal(read_with(&machine, NULL, &asked, &allocation), STATUS_OK);
        assert_int_equal(allocation.slots, 2);
        assert_int_equal(allocation_check_nodes(&allocation, 1), STATUS_OK);
        assert_int_equal(allocation_check_nodes(&allocation, 2), mixed ? STATUS_OK : STATUS_USAGE);
        assert_int_equal(allocation_check_nodes(&allocation, 3), mixed ? STATUS_OK : STATUS_USAGE);
        /* On this node alone, n2, there may be as many as it has. */
        assert_int_equal(allocation_cores(&allocation, 1), 4);
        assert_int_equal(allocation_cores(&allocation, 2), 4);
        assert_int_equal(allocation_cores(&allocation, 3), 6);
        allocation_free(&allocation);
    }
    const struct allocation_asked most = {.hosts = "n1:2,n2:8", .mixed = true};
    assert_int_equal(read_with(&machine, NULL, &most, &allocation), STATUS_OK);
    assert_int_equal(allocation_cores(&allocation, 1), 4); /* this machine's */
    assert_int_equal(allocation_cores(&allocation, 2), 4);
    allocation_free(&allocation);
}

static void cores_are_those_of_this_machine(void **state)
{
    const struct machine limited = {.host = "n2", .allowed = 2, .cores = 4, .quota = 2};
    struct allocation allocation;
    (void)state;
    assert_int_equal(
        read_with(&limited, NULL, &(struct allocation_asked){.hosts = "n2:4"}, &allocation),
        STATUS_OK);
    assert_int_equal(allocation.slots, 2);
    assert_string_equal(allocation.limited_by, "its quota");
    allocation_free(&allocation);
}

/* As mpirun and srun tell it; in a script of a job there are none. */
static void tasks_that_were_started_together_are_refused(void **state)
{
    static const struct {
        const char *name, *value;
        unsigned tasks;
    } told[] = {{"OMPI_COMM_WORLD_LOCAL_SIZE", "2", 2},
                {"OMPI_COMM_WORLD_SIZE", "3", 3},
                {"MPI_LOCALNRANKS", "4", 4},
                {"SLURM_STEP_NUM_TASKS", "2", 2}, /* one on each node */
                {"SLURM_STEP_TASKS_PER_NODE", "3(x2),1", 3},
                {"SLURM_STEP_TASKS_PER_NODE", "1", 1},
                {"SLURM_STEP_TASKS_PER_NODE", "", 1},
                {"MPI_LOCALNRANKS", "-7", 1},
                {"OMPI_COMM_WORLD_LOCAL_SIZE", "99999999999999999999", 1},
                {"SLURM_TASKS_PER_NODE", "2", 1}};
    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const struct variable variables[] = {{told[i].name, told[i].value}, {0}};
        struct allocation allocation;
        assert_int_equal(read_with(&machine, variables, NULL, &allocation), STATUS_OK);
        assert_int_equal(allocation.tasks, told[i].tasks);
        assert_int_equal(allocation_check(&allocation, true),
                         told[i].tasks > 1 ? STATUS_USAGE : STATUS_OK);
    }
    forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_names_with_slots),
        cmocka_unit_test(pairs_are_as_lsf_has_them),
        cmocka_unit_test(slurm_has_brackets_and_counts),
        cmocka_unit_test(host_files_are_open_mpis),
        cmocka_unit_test(hosts_may_be_told_without_their_domain),
        IN_A_FOLDER(nodes_are_those_that_were_given),
        IN_A_FOLDER(what_names_no_nodes_is_refused),
        cmocka_unit_test(nodes_that_differ_are_refused),
        cmocka_unit_test(cores_are_those_of_this_machine),
        cmocka_unit_test(tasks_that_were_started_together_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
