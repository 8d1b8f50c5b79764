/*
 * Unit tests of drivers/launch: how the program of a cell is started, which is a script here, what
 * is made of what it says, and when it is started again.
 */
#define _GNU_SOURCE
#include "launch.h"
#include "launcher.h"
#include "memory.h"
#include "protocol.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_folder.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* With a fabric, which whoever starts ranks leaves to the site. */
static const struct machine machine = {.allowed = 4, .cores = 4, .settings.fabric = "mlx5_0"};
static const struct allocation here = {.machine = &machine, .nodes = 1, .slots = 4};

static const struct cell cell_of_ranks = {.kernel = "pi",
                                          .model = "ranks",
                                          .label = "ranks",
                                          .workers = 6,
                                          .ranks = 3,
                                          .threads = 2,
                                          .nodes = 1,
                                          .size = 12345678901,
                                          .options = 2,
                                          .option_names = {"chunk", "dispatch"},
                                          .option_values = {"64", "imap"}};

/* Makes a program of the script, in the folder of the test. */
static struct model_entry program(const char *name, enum launch launch, const char *script)
{
    static char programs[8][PATH_MAX]; /* as many as a test has at once */
    static unsigned made;
    struct model_entry entry = {.program = programs[made++ % 8],
                                .model = {.name = "ranks", .launch = launch}};
    (void)snprintf(entry.program, PATH_MAX, "%s/%s", own_folder, name);
    FILE *file = fopen(entry.program, "wxe");
    assert_non_null(file);
    assert_true(
        fprintf(file,
                "#!/bin/sh\n"
                "started='@parbench {\"event\": \"started\", \"protocol\": %d, \"startup_s\": 0}'\n"
                "%s\n",
                PROTOCOL_VERSION, script) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(entry.program, 0700), 0);
    return entry;
}

/* The caller frees it. */
static char *path(void)
{
    const char *value = getenv("PATH");
    return strdup(value ? value : "");
}

static char *read_file(const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

/* One launch, or as many as its samples need; the caller frees what it gave. */
static struct launch_result launch(const struct cell *cell, struct model_entry *entry,
                                   const struct launch_options *asked)
{
    struct launch_result launched = {0};
    struct launch_options options = *asked;
    options.catalog = &(struct catalog){.count = 1, .total = 1, .entries = entry};
    options.allocation = &here;
    options.executions = options.executions ? options.executions : 1;
    options.samples = options.samples ? options.samples : 1;
    options.timeout_s = options.timeout_s > 0 ? options.timeout_s : 60;
    assert_int_equal(launch_cell(cell, &options, &launched), STATUS_OK);
    return launched;
}

static const char *result(const struct launch_result *launched)
{
    return json_string_value(launch_told(launched, "result", "result"));
}

/* What a test sets of what launchers set. */
static const char *const settings[] = {"OMP_PLACES",
                                       "OMP_PROC_BIND",
                                       "GOMP_CPU_AFFINITY",
                                       "OMP_SCHEDULE",
                                       "OMPI_MCA_ras",
                                       "OMPI_MCA_orte_tag_output",
                                       "PRTE_MCA_output",
                                       "OMPI_MCA_hwloc_base_binding_policy",
                                       "OMPI_UNIVERSE_SIZE",
                                       "OMPI_MCA_ess",
                                       "OMPI_MCA_ess_base_jobid",
                                       "OMPI_MCA_ess_base_vpid"};

static void forget_settings(void)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_int_equal(unsetenv(settings[i]), 0);
}

/* ---- words ---- */

static void assert_words_there(const struct launcher *launcher, const struct cell *cell,
                               unsigned helpers, const struct allocation *allocation,
                               const char *expected)
{
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    launcher->print_words(command, cell, &(struct model){.helpers = helpers}, allocation);
    memory_close(command, &text);
    for (char *end = text; (end = strchr(end, '\n'));)
        *end = ' ';
    assert_string_equal(text, expected);
    free(text);
}

static void assert_words_of(const struct launcher *launcher, const struct cell *cell,
                            unsigned helpers, const char *expected)
{
    assert_words_there(launcher, cell, helpers, &here, expected);
}

static void assert_words(const struct cell *cell, unsigned helpers, const char *expected)
{
    assert_words_of(&launcher_mpirun, cell, helpers, expected);
}

/* It is told to bind nothing, whatever the ranks' threads: they bind themselves. */
static void mpirun_is_told_how_many_ranks(void **state)
{
    struct cell cell = cell_of_ranks;
    const bool is_root = geteuid() == 0;
    (void)state;
    if (is_root)
        assert_int_equal(seteuid(65534), 0);
    assert_words(&cell, 0, "mpirun --host localhost:3 -n 3 --map-by slot --bind-to none ");
    cell.ranks = cell.workers;
    cell.threads = 1;
    assert_words(&cell, 0, "mpirun --host localhost:6 -n 6 --map-by slot --bind-to none ");
    cell.oversubscribed = true;
    assert_words(&cell, 0,
                 "mpirun --host localhost:6 -n 6 --map-by slot --bind-to none "
                 "--mca mpi_yield_when_idle 1 ");
    cell.oversubscribed = false;
    assert_words(&cell, 1,
                 "mpirun --host localhost:7 -n 7 --map-by slot --bind-to none "
                 "--mca mpi_yield_when_idle 1 ");
    if (!is_root)
        return;
    cell.oversubscribed = true;
    assert_int_equal(seteuid(0), 0);
    assert_words(&cell, 0,
                 "mpirun --allow-run-as-root --host localhost:6 -n 6 --map-by slot "
                 "--bind-to none --mca mpi_yield_when_idle 1 ");
}

static void assert_chosen_beside(const char *launch_args, const struct machine *where,
                                 const char *first, const char *second)
{
    const char *chosen[STARTER_CHOSEN_MAX + 1] = {NULL};
    launcher_mpirun.choose(&(struct allocation){.machine = where, .launch_args = launch_args},
                           chosen);
    for (int i = 0; i < 2; i++) {
        const char *expected = i == 0 ? first : second;
        assert_int_equal(chosen[i] != NULL, expected != NULL);
        if (expected)
            assert_string_equal(chosen[i], expected);
    }
    assert_null(chosen[2]);
}

static void assert_chosen(const struct machine *where, const char *first, const char *second)
{
    assert_chosen_beside(NULL, where, first, second);
}

/* What the suite sets where nobody has; by an mpirun of the test's folder, with a site's files. */
static void mpirun_is_told_that_there_is_no_fabric(void **state)
{
    static const struct machine plain = {.cores = 4};
    (void)state;
    (void)program("mpirun", LAUNCH_ALONE, "");
    char *before = path();
    assert_int_equal(setenv("PATH", own_folder, 1), 0);
    assert_int_equal(setenv("HOME", own_folder, 1), 0);
    static const char pml[] = "OMPI_MCA_pml=ob1", plugins[] = "HWLOC_PLUGINS_PATH=/dev/null";
    assert_chosen(&plain, pml, plugins);
    assert_chosen(&machine, NULL, NULL);
    assert_int_equal(setenv("OMPI_MCA_pml", "cm", 1), 0);
    assert_chosen(&plain, plugins, NULL);
    assert_int_equal(setenv("OMPI_MCA_pml", "^ucx", 1), 0);
    assert_chosen(&plain, pml, plugins);
    assert_int_equal(unsetenv("OMPI_MCA_pml"), 0);
    static const char *const asked[] = {"HWLOC_PLUGINS_PATH", "HWLOC_PLUGINS_BLACKLIST",
                                        "HWLOC_COMPONENTS"};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        assert_int_equal(setenv(asked[i], "-gl", 1), 0);
        assert_chosen(&plain, pml, NULL);
        assert_int_equal(unsetenv(asked[i]), 0);
    }
    static const struct {
        const char *words;
        bool name_pml;
    } arguments[] = {{"--mca pml cm", true},
                     {"-mca  btl tcp,self -mca\tpml ucx -x pml", true},
                     {"--mca pml ^ucx", false},
                     {"--mca pml", false},
                     {"--mca pml_base_verbose 1 -x pml=cm", false},
                     {" --tune settings", true},
                     {"-am settings", true},
                     {"--tag-output --amx", false}};
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
        assert_chosen_beside(arguments[i].words, &plain, arguments[i].name_pml ? plugins : pml,
                             arguments[i].name_pml ? NULL : plugins);
    static const struct {
        const char *line;
        bool names_pml;
    } cases[] = {{"pml = cm\n", true},
                 {"pml=ob1", true},
                 {"# pml = cm\npml_base_verbose = 1\n", false},
                 {"pml = ^ucx\n", false},
                 {"pml = ^ob1\n", true}};
    assert_int_equal(mkdir(".openmpi", 0777), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *file = fopen(".openmpi/mca-params.conf", "we");
        assert_non_null(file);
        assert_true(fputs(cases[i].line, file) >= 0);
        assert_int_equal(fclose(file), 0);
        assert_chosen(&plain, cases[i].names_pml ? plugins : pml,
                      cases[i].names_pml ? NULL : plugins);
    }
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
}

static void mpich_is_told_how_many_ranks(void **state)
{
    struct cell cell = cell_of_ranks;
    (void)state;
    assert_words_of(&launcher_hydra, &cell, 0,
                    "mpiexec.hydra -launcher fork -rmk user -hosts localhost -bind-to none -n 3 ");
    cell.oversubscribed = true;
    assert_words_of(&launcher_hydra, &cell, 1,
                    "mpiexec.hydra -launcher fork -rmk user -hosts localhost -bind-to none "
                    "-genv MPIR_CVAR_POLLS_BEFORE_YIELD 1 -n 4 ");
}

/* As a whole, by an mpirun that writes down what it gets, and then is the only rank. */
static void the_command_of_a_cell_is_all_that_it_must_know(void **state)
{
    struct model_entry entry = program("a cell", LAUNCH_HYBRID,
                                       "echo \"$started\"; echo '@parbench {\"event\": \"result\", "
                                       "\"result\": \"3.14\"}'");
    char expected[PATH_MAX + 512];
    (void)state;
    (void)program("mpirun", LAUNCH_ALONE,
                  "for word in \"$@\"; do printf '%s\\n' \"$word\"; done >words\n"
                  "env | grep -E '^(G?OMP|OMPI_MCA_(ras|orte|hwloc|ess)|OMPI_UNIVERSE|PRTE_MCA|"
                  "OMPI_MCA_rmaps_base)(_|=)' | "
                  "LC_ALL=C sort >environment\n"
                  "while [ \"$1\" != \"${1#-}\" ]; do\n"
                  "    case $1 in --allow*) ;; --mca) shift 2 ;; *) shift ;; esac; shift; done\n"
                  "exec \"$@\"");
    char *before = path();
    char folders[4096];
    (void)snprintf(folders, sizeof folders, "%s:%s", own_folder, before);
    assert_int_equal(setenv("PATH", folders, 1), 0);
    assert_int_equal(setenv("OMP_PLACES", "cores", 1), 0);
    assert_int_equal(setenv("OMP_PROC_BIND", "close", 1), 0);
    assert_int_equal(setenv("GOMP_CPU_AFFINITY", "0", 1), 0);
    assert_int_equal(setenv("OMP_SCHEDULE", "static", 1), 0);
    assert_int_equal(setenv("OMPI_MCA_hwloc_base_binding_policy", "core", 1), 0);
    assert_int_equal(setenv("OMPI_MCA_ras", "slurm", 1), 0);
    assert_int_equal(setenv("OMPI_MCA_orte_tag_output", "1", 1), 0);
    assert_int_equal(setenv("PRTE_MCA_output", "tag", 1), 0);
    /* An mpirun around this one has set what follows. */
    assert_int_equal(setenv("OMPI_UNIVERSE_SIZE", "2", 1), 0);
    assert_int_equal(setenv("OMPI_MCA_ess", "^singleton", 1), 0);
    assert_int_equal(setenv("OMPI_MCA_ess_base_jobid", "366673921", 1), 0);
    assert_int_equal(setenv("OMPI_MCA_ess_base_vpid", "0", 1), 0);
    struct cell cell = cell_of_ranks;
    cell.oversubscribed = true;
    cell.tasks = "5+6";
    struct launch_result launched =
        launch(&cell, &entry,
               &(struct launch_options){
                   .samples = 5, .executions = 7, .fail_item = 12345678900, .fail_times = 1});
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
    assert_true(launched.ended);
    assert_string_equal(result(&launched), "3.14");
    launch_result_free(&launched);
    (void)snprintf(expected, sizeof expected,
                   "%s--host\nlocalhost:3\n-n\n3\n--map-by\nslot\n--bind-to\nnone\n--mca\n"
                   "mpi_yield_when_idle\n1\n%s\npi\n12345678901\n6\n3\n2\n5\n7\nchunk=64\n"
                   "dispatch=imap\n--oversubscribe\n--tasks=5+6\n--fail-task=12345678900:1\n",
                   geteuid() == 0 ? "--allow-run-as-root\n" : "", entry.program);
    assert_string_equal(read_file("words"), expected);
    assert_string_equal(read_file("environment"),
                        "OMPI_MCA_orte_allocation_required=0\n"
                        "OMPI_MCA_orte_tag_output=0\nOMPI_MCA_orte_timestamp_output=0\n"
                        "OMPI_MCA_orte_xml_output=0\n"
                        "OMPI_MCA_ras=^alps,flux,gridengine,loadleveler,lsf,pbs,slurm,tm\n"
                        "OMPI_MCA_rmaps_base_no_schedule_local=0\n"
                        "OMP_DYNAMIC=false\nOMP_PROC_BIND=false\n"
                        "PRTE_MCA_prte_allocation_required=0\n"
                        "PRTE_MCA_ras=^alps,flux,gridengine,loadleveler,lsf,pbs,slurm,tm\n"
                        "PRTE_MCA_ras_base_launch_orted_on_hn=0\n");
    forget_settings();
}

/* ---- which launcher ---- */

static void models_of_ranks_get_mpirun_and_others_are_processes(void **state)
{
    struct cell cell = cell_of_ranks;
    (void)state;
    for (enum launch launch = LAUNCH_ALONE; launch <= LAUNCH_HYBRID; launch++)
        for (size_t i = 0; launcher_table[i]; i++)
            assert_int_equal(
                launcher_table[i]->suits(&cell, &(struct model_entry){.model.launch = launch},
                                         &here),
                launcher_table[i] != &launcher_hydra &&
                    launcher_table[i] != &launcher_mpirun_nodes &&
                    launcher_table[i] != &launcher_srun &&
                    ((launcher_table[i] == &launcher_mpirun) == launch_has_ranks(launch)));
    cell.nodes = 3; /* of which there is no list */
    for (enum launch launch = LAUNCH_ALONE; launch <= LAUNCH_HYBRID; launch++)
        for (size_t i = 0; launcher_table[i]; i++)
            assert_int_equal(launcher_table[i]->suits(
                                 &cell, &(struct model_entry){.model.launch = launch}, &here),
                             0);
    /* mpirun ends its ranks when it is asked to. */
    for (size_t i = 0; launcher_table[i]; i++)
        assert_int_equal(launcher_table[i]->end_signal,
                         launcher_table[i]->program ? SIGTERM : SIGKILL);
    struct model_entry entry = {.model = {.name = "ranks", .launch = LAUNCH_RANKS}};
    const struct catalog catalog = {.count = 1, .total = 1, .entries = &entry};
    const struct launch_options options = {
        .catalog = &catalog, .allocation = &here, .executions = 1};
    struct launch_result launched = {0};
    assert_int_equal(launch_cell(&cell, &options, &launched), STATUS_FAILED);
}

/* What each launch over nodes has. */
static const char keepalive[] = "--mca oob_tcp_keepalive_time 5 --mca oob_tcp_keepalive_intvl 2 "
                                "--mca oob_tcp_keepalive_probes 5 -x OMP_DYNAMIC=false "
                                "-x OMP_PROC_BIND=false ";

/* As many ranks on each, named with their slots; of those daemons are told that have none yet. */
static void ranks_over_nodes_get_mpirun_with_its_own_hosts(void **state)
{
    struct allocation nodes = {.machine = &machine, .nodes = 3, .slots = 4};
    const struct model_entry entry = {.model.launch = LAUNCH_HYBRID};
    struct cell cell = cell_of_ranks;
    char expected[512];
    const char *root = geteuid() == 0 ? "--allow-run-as-root " : "";
    (void)state;
    assert_true(nodes_read_hosts("n1:4,n2:4,n3:4", &nodes.list));
    cell.nodes = 3;
    assert_ptr_equal(launcher_for(&cell, &entry, &nodes), &launcher_mpirun_nodes);
    (void)snprintf(expected, sizeof expected,
                   "mpirun %s--host n1:1,n2:1,n3:1 -n 3 --map-by ppr:1:node --bind-to none %s"
                   "--mca plm_slurm_args --nodes=2 --cpu-bind=none --nodelist=n2,n3 ",
                   root, keepalive);
    assert_words_there(&launcher_mpirun_nodes, &cell, 0, &nodes, expected);
    (void)snprintf(expected, sizeof expected,
                   "mpirun %s--host n1:2,n2:1,n3:1 -n 4 --map-by slot --bind-to none %s"
                   "--mca plm_slurm_args --nodes=2 --cpu-bind=none --nodelist=n2,n3 "
                   "--mca mpi_yield_when_idle 1 ",
                   root, keepalive);
    assert_words_there(&launcher_mpirun_nodes, &cell, 1, &nodes, expected);
    (void)snprintf(expected, sizeof expected,
                   "mpirun %s--host n1:1,n2:1,n3:1 -n 3 --map-by ppr:1:node --bind-to none %s"
                   "--mca plm_slurm_args --nodes=2 --cpu-bind=none --nodelist=n2,n3 ",
                   root, keepalive);
    /* What is chosen for ranks where there is no fabric reaches those on other nodes. */
    const struct machine bare = {.allowed = 4, .cores = 4};
    const bool is_set = getenv("HWLOC_PLUGINS_PATH") || getenv("HWLOC_COMPONENTS");
    char handed[640];
    const char *daemons = strstr(expected, "--mca plm_slurm_args");
    (void)snprintf(handed, sizeof handed, "%.*s%s%s", (int)(daemons - expected), expected,
                   is_set ? "" : "-x HWLOC_PLUGINS_PATH=/dev/null ", daemons);
    nodes.machine = &bare;
    assert_words_there(&launcher_mpirun_nodes, &cell, 0, &nodes, handed);
    nodes.machine = &machine;
    /* PBS would not find a node. */
    nodes.scheduler = "PBS";
    const size_t length = strlen(expected);
    (void)snprintf(expected + length, sizeof expected - length, "--mca plm ^tm ");
    assert_words_there(&launcher_mpirun_nodes, &cell, 0, &nodes, expected);
    expected[length] = '\0';
    nodes.launch_args = "-mca plm rsh";
    assert_words_there(&launcher_mpirun_nodes, &cell, 0, &nodes, expected);
    nodes_free(&nodes.list);
}

/* Ranks on one node go there where this host is none of the nodes, of which nothing is known. */
static void ranks_on_a_node_elsewhere_get_mpirun_with_its_name(void **state)
{
    static const struct machine plain = {.cores = 4};
    struct allocation nodes = {.machine = &machine, .nodes = 3, .slots = 4};
    const struct model_entry entry = {.model.launch = LAUNCH_HYBRID};
    struct cell cell = cell_of_ranks;
    char expected[512];
    const char *root = geteuid() == 0 ? "--allow-run-as-root " : "";
    (void)state;
    assert_true(nodes_read_hosts("n1:4,n2:4,n3:4", &nodes.list));
    cell.nodes = 1;
    assert_ptr_equal(launcher_for(&cell, &entry, &nodes), &launcher_mpirun);
    nodes.is_elsewhere = true;
    assert_ptr_equal(launcher_for(&cell, &entry, &nodes), &launcher_mpirun_nodes);
    cell.oversubscribed = true;
    (void)snprintf(expected, sizeof expected,
                   "mpirun %s--host n1:3 -n 3 --map-by ppr:3:node --bind-to none %s"
                   "--mca plm_slurm_args --nodes=1 --cpu-bind=none --nodelist=n1 "
                   "--mca mpi_yield_when_idle 1 ",
                   root, keepalive);
    assert_words_there(&launcher_mpirun_nodes, &cell, 0, &nodes, expected);
    const char *chosen[STARTER_CHOSEN_MAX + 1] = {NULL};
    nodes.machine = &plain;
    launcher_mpirun_nodes.choose(&nodes, chosen);
    assert_null(*chosen);
    cell.nodes = 2; /* three ranks cannot be as many on each of two */
    assert_null(launcher_for(&cell, &entry, &nodes));
    nodes_free(&nodes.list);
}

/* Only in a job of Slurm, and where it is asked for. */
static void srun_starts_ranks_where_it_is_asked_for(void **state)
{
    static const struct machine threaded = {.allowed = 4, .cores = 4, .hardware_threads = 8};
    static const char first[] = "srun --mpi=pmix --kill-on-bad-exit=1 --cpu-bind=none --export=ALL "
                                "--overlap ";
    struct allocation job = {
        .machine = &threaded, .nodes = 3, .slots = 4, .scheduler = "Slurm", .job = "1"};
    const struct model_entry entry = {.model.launch = LAUNCH_HYBRID};
    const struct model_entry alone = {.model.launch = LAUNCH_THREADS};
    struct cell cell = cell_of_ranks;
    char expected[512];
    (void)state;
    assert_true(nodes_read_hosts("n1:4,n2:4,n3:4", &job.list));
    cell.nodes = 3;
    assert_ptr_equal(launcher_for(&cell, &entry, &job), &launcher_mpirun_nodes);
    job.launcher = "mpirun";
    assert_ptr_equal(launcher_for(&cell, &entry, &job), &launcher_mpirun_nodes);
    job.launcher = "hydra";
    assert_null(launcher_for(&cell, &entry, &job));
    job.launcher = "srun";
    assert_ptr_equal(launcher_for(&cell, &entry, &job), &launcher_srun);
    (void)snprintf(expected, sizeof expected,
                   "%s-N 3 -n 3 --ntasks-per-node=1 --nodelist=n1,n2,n3 -c 4 ", first);
    assert_words_there(&launcher_srun, &cell, 0, &job, expected);
    cell.ranks = 6;
    (void)snprintf(expected, sizeof expected,
                   "srun --mpi=pmix --kill-on-bad-exit=1 --cpu-bind=none "
                   "--export=ALL,OMPI_MCA_mpi_yield_when_idle=1 --overlap -N 3 -n 7 "
                   "--distribution=arbitrary --nodelist=n1,n1,n1,n2,n2,n3,n3 --overcommit ");
    assert_words_there(&launcher_srun, &cell, 1, &job, expected);
    cell.ranks = 3;
    cell.nodes = 1;
    cell.oversubscribed = true;
    (void)snprintf(expected, sizeof expected,
                   "%s-N 1 -n 3 --ntasks-per-node=3 --nodelist=n1 --overcommit ", first);
    assert_words_there(&launcher_srun, &cell, 0, &job, expected);
    assert_int_equal(launcher_srun.suits(&cell, &alone, &job), 0);
    job.scheduler = "PBS";
    assert_null(launcher_for(&cell, &entry, &job));
    nodes_free(&job.list);
}

static void srun_tells_what_became_of_a_rank(void **state)
{
    static const struct {
        const char *words, *text;
        int status;
    } cases[] = {
        {"slurmstepd: error: *** STEP 1.0 ON n1\nsrun: error: n2: task 1: Killed\n",
         "rank 1: Killed on n2", 137 << 8},
        {"srun: error: Unable to create step for job 3: Requested nodes are busy\n",
         "srun: Unable to create step for job 3: Requested nodes are busy", 1 << 8},
        {"srun: error: Invalid MPI plugin name\n",
         "srun has no PMIx that this Open MPI knows: leave --launcher srun out, and mpirun starts "
         "ranks",
         1 << 8},
        {"[n2:67] OPAL ERROR: Unreachable in file ext3x_client.c at line 112\n"
         "srun: error: n2: task 1: Exited with exit code 1\n",
         "srun has no PMIx that this Open MPI knows: leave --launcher srun out, and mpirun starts "
         "ranks",
         1 << 8},
        {"", "it ended with exit status 3", 3 << 8},
        {"", "srun was killed by signal 9 (Killed)", 9},
    };
    char text[320];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        launcher_srun.explain(cases[i].status, cases[i].words, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

/* A program that says where its three ranks of two threads are, or of as many as `threads`. */
static struct launch_result launch_on(const char *const nodes[3], int threads, unsigned asked,
                                      const char *arguments)
{
    char script[2048] = "echo \"$started\"\necho '@parbench {\"event\": \"result\", "
                        "\"result\": \"3\"}'\n";
    struct cell cell = cell_of_ranks;
    struct allocation allocation = here;
    static unsigned made;
    char name[16];
    for (int rank = 0; rank < 3; rank++)
        for (int thread = 0; thread < threads; thread++)
            text_append(script, sizeof script,
                        "echo '@parbench {\"event\": \"worker\", \"busy_s\": 1, \"node\": \"%s\", "
                        "\"rank\": %d, \"thread\": %d}'\n",
                        nodes[rank], rank, thread);
    (void)snprintf(name, sizeof name, "where%u", made++);
    struct model_entry entry = program(name, LAUNCH_HYBRID, script);
    cell.nodes = asked;
    allocation.nodes = 3;
    allocation.launch_args = arguments;
    assert_true(nodes_read_hosts("n1:4,n2:4,n3:4", &allocation.list));
    struct launch_result launched = {0};
    struct launch_options options = {
        .catalog = &(struct catalog){.count = 1, .total = 1, .entries = &entry},
        .allocation = &allocation,
        .executions = 1,
        .samples = 1,
        .timeout_s = 60};
    assert_int_equal(launch_cell(&cell, &options, &launched), STATUS_OK);
    nodes_free(&allocation.list);
    return launched;
}

static void what_came_is_compared_with_what_was_asked_for(void **state)
{
    static const struct {
        const char *nodes[3];
        int threads;
        unsigned asked;
        const char *failure;
    } cases[] = {
        {{"n1", "n1", "n1"}, 2, 1, ""},
        {{"n1", "n2", "n3"}, 2, 3, ""},
        {{"n1", "n2", "n3"},
         1,
         3,
         "2 workers, 2 of each rank, were asked for on each node, and there is 1 on n3"},
        {{"n1", "n1", "n1"},
         3,
         1,
         "6 workers, 2 of each rank, were asked for on each node, and there are 9 on n1"},
        {{"n1", "n1", "n2"},
         2,
         1,
         "3 ranks on each of 1 node were asked for, and there are 2 on n1, 1 on n2"},
        {{"n1", "n1", "n1"},
         2,
         3,
         "1 rank on each of 3 nodes was asked for, and there are 3 on n1"},
        {{"n1", "n2", "n2"},
         2,
         3,
         "1 rank on each of 3 nodes was asked for, and there are 1 on n1, 2 on n2"},
    };
    char *before = path();
    (void)state;
    /* It runs the program in its last words. */
    (void)program("mpirun", LAUNCH_ALONE,
                  "printf '%s\\n' \"$@\" >words; while [ $# -gt 0 ]; do case $1 in "
                  "*/where*) exec \"$@\" ;; esac; shift; done");
    assert_int_equal(setenv("PATH", own_folder, 1), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct launch_result launched = launch_on(cases[i].nodes, cases[i].threads, cases[i].asked,
                                                  " --mca btl_tcp_if_include  eth0 ");
        assert_string_equal(launched.failure, cases[i].failure);
        assert_int_equal(launched.ended, !*cases[i].failure);
        launch_result_free(&launched);
        assert_non_null(strstr(read_file("words"), "\n--mca\nbtl_tcp_if_include\neth0\n/"));
    }
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
}

/* What comes of it the second time counts; the first one is told, and recorded. */
static void ranks_that_do_not_start_are_launched_once_more(void **state)
{
    static const struct {
        const char *script; /* of mpirun; `again` is there the second time */
        unsigned launches;
        bool ends;
    } cases[] = {
        {"[ -e again ] || { : >again; exit 1; }", 2, true},
        {"exit 205", 2, false},
        {"exit 137", 1, false}, /* somebody killed a rank */
        {"exit 139", 1, false}, /* one crashed in its first execution, before it says anything */
        {"echo 'Remote daemon: [[1,0],2] on node n2'; exit 1", 1, false},
        {"kill -9 $$", 1, false},
        {"echo \"$started\"; exit 1", 1, false},
        {"echo 'parbench-cell-ranks: no memory'; exit 1", 1, false},
    };
    char *before = path();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char script[256], name[16];
        (void)unlink("mpirun");
        (void)unlink("launches");
        (void)unlink("again");
        (void)snprintf(name, sizeof name, "where%zu", i);
        struct model_entry entry = program(name, LAUNCH_HYBRID,
                                           "echo \"$started\"; echo '@parbench {\"event\": "
                                           "\"result\", \"result\": \"3\"}'");
        (void)snprintf(script, sizeof script,
                       "echo >>launches; %s\nwhile [ $# -gt 0 ]; do case $1 in */where*) exec "
                       "\"$@\" ;; esac; shift; done",
                       cases[i].script);
        (void)program("mpirun", LAUNCH_ALONE, script);
        assert_int_equal(setenv("PATH", own_folder, 1), 0);
        struct launch_result launched = launch(&cell_of_ranks, &entry, &(struct launch_options){0});
        assert_int_equal(setenv("PATH", before, 1), 0);
        assert_int_equal(launched.ended, cases[i].ends);
        assert_int_equal(strlen(read_file("launches")), cases[i].launches);
        assert_int_equal(launched.not_started != NULL, cases[i].launches > 1);
        launch_result_free(&launched);
    }
    free(before);
}

/* As Open MPI 4.1 says it. */
static void mpirun_tells_which_node_is_lost(void **state)
{
    static const struct {
        const char *words, *text;
    } cases[] = {
        {"ORTE has lost communication with a remote daemon.\n\n  HNP daemon   : [[1,0],0] on node "
         "head\n  Remote daemon: [[1,0],2] on node n2\n",
         "mpirun lost its daemon on n2: the node, its link or the daemon is gone"},
        {"mpirun was unable to launch the specified application as it could not access\nor execute "
         "an executable:\n\nExecutable: /nowhere/program\nNode: n2\n\nwhile attempting\n",
         "a program of the suite cannot be started on n2: install the suite there, at the same "
         "path"},
        {"ORTE was unable to reliably start one or more daemons.\n",
         "mpirun could not start its daemon on a node: reach each without a password (by ssh, or "
         "by --launch-args \"--mca plm_rsh_agent AGENT\"), and have Open MPI in PATH there"},
        {"ORTE does not know how to route a message to the specified daemon\n",
         "mpirun could not start its daemon on a node: reach each without a password (by ssh, or "
         "by --launch-args \"--mca plm_rsh_agent AGENT\"), and have Open MPI in PATH there"},
        {"An ORTE daemon has unexpectedly failed after launch and before\ncommunicating back to "
         "mpirun. This could be caused by a number\n",
         "mpirun's daemon on a node ended at once: see whether the node is well, and in the job "
         "that it is started in"},
        {"There are not enough slots available in the system\n",
         "mpirun counts fewer slots than there are ranks"},
    };
    char text[320];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        launcher_mpirun_nodes.explain(205 << 8, cases[i].words, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

/* A program's MPI library must be the launcher's. */
static void each_mpi_has_its_own_launcher(void **state)
{
    static const struct {
        const char *library;
        const struct launcher *launcher;
        const char *unusable;
    } cases[] = {
        {"Open MPI v4.1.4, package: Debian", &launcher_mpirun, "mpirun is not in PATH"},
        {"MPICH Version: 4.0.2", &launcher_hydra, "mpiexec.hydra is not in PATH"},
        {"Intel(R) MPI Library 2021.5", NULL,
         "it needs Open MPI or MPICH, and was built with Intel(R) MPI Library 2021.5"},
    };
    char *before = path();
    (void)state;
    assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model_entry entries[2] = {
            {.program = (char *)"./" PROTOCOL_CELL "ranks",
             .model = {.launch = LAUNCH_HYBRID},
             .description = json_pack("{s:{s:s}}", "libraries", "mpi_library", cases[i].library)}};
        struct catalog catalog = {.count = 1, .total = 1, .entries = entries};
        assert_ptr_equal(launcher_for(&cell_of_ranks, entries, &here), cases[i].launcher);
        launch_limit(&catalog, &here);
        assert_int_equal(catalog.count, 0);
        assert_int_equal(strncmp(entries->unusable, cases[i].unusable, strlen(cases[i].unusable)),
                         0);
        const struct allocation elsewhere = {.machine = here.machine, .is_elsewhere = true};
        catalog.count = 1;
        entries->model.launch = LAUNCH_HYBRID;
        launch_limit(&catalog, &elsewhere);
        assert_int_equal(strncmp(entries->unusable, "MPICH starts ranks on this host only: ",
                                 strlen("MPICH starts ranks on this host only: ")) == 0,
                         cases[i].launcher == &launcher_hydra);
        json_decref(entries->description);
        free(catalog.starters);
    }
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
}

static void words_without_end_start_nothing(void **state)
{
    struct model_entry entry = program("cell", LAUNCH_ALONE, ": >started");
    struct cell cell = cell_of_ranks;
    static char tasks[200000];
    (void)state;
    (void)memset(tasks, '1', sizeof tasks - 1);
    cell.tasks = tasks;
    struct launch_result launched = launch(&cell, &entry, &(struct launch_options){0});
    assert_false(launched.ended);
    assert_non_null(strstr(launched.last_words, "Argument list too long"));
    assert_int_not_equal(access("started", F_OK), 0);
    launch_result_free(&launched);
}

/* What must be known is said once, and only where cells are about to start. */
static void what_must_be_known_is_said_once(void **state)
{
    struct model_entry entries[] = {{.model = {.name = "ranks", .launch = LAUNCH_RANKS}}};
    struct cell cells[] = {{.model = "ranks", .nodes = 1},
                           {.model = "ranks", .nodes = 1},
                           {.model = "ranks", .nodes = 2, .ranks = 2}};
    const struct catalog catalog = {.count = 1, .total = 1, .entries = entries};
    const struct plan plan = {.count = 3, .cells = cells};
    struct allocation in_job = {
        .machine = &machine, .nodes = 2, .slots = 4, .scheduler = "PBS", .job = "17"};
    static const char overridden[] = "not as you have set them for cells, ";
    char *before = path(), *said[2];
    const int errors = dup(STDERR_FILENO);
    (void)state;
    (void)program("mpirun", LAUNCH_ALONE, "");
    assert_true(nodes_read_hosts("n1:4,n2:4", &in_job.list));
    assert_int_equal(setenv("PATH", own_folder, 1), 0);
    forget_settings();
    assert_int_equal(setenv("OMP_PLACES", "cores", 1), 0);     /* which is removed */
    assert_int_equal(setenv("OMP_PROC_BIND", "FALSE", 1), 0);  /* as launchers have it */
    assert_int_equal(setenv("OMP_NUM_THREADS", "3", 1), 0);    /* which no launcher looks at */
    assert_int_equal(setenv("OMPI_UNIVERSE_SIZE", "2", 1), 0); /* which no user has chosen */
    for (int tell = 0; tell < 2; tell++) {
        assert_non_null(freopen("said", "we", stderr));
        const enum status status = launch_check(&plan, &catalog, &in_job, tell);
        (void)fflush(stderr);
        assert_true(dup2(errors, STDERR_FILENO) >= 0);
        assert_int_equal(status, STATUS_OK);
        said[tell] = strdup(read_file("said"));
        assert_non_null(said[tell]);
    }
    assert_int_equal(close(errors), 0);
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
    assert_string_equal(said[0], "");
    assert_non_null(strstr(said[1], "2 nodes x 4 cores, from PBS job 17\n"));
    const char *root = strstr(said[1], "this is root, ");
    assert_int_equal(root != NULL, geteuid() == 0);
    assert_true(!root || !strstr(root + 1, "this is root, "));
    const char *names = strstr(said[1], overridden);
    assert_non_null(names);
    assert_non_null(strstr(names, ": OMP_PLACES\n"));
    assert_null(strstr(names + 1, overridden));
    forget_settings();
    assert_int_equal(unsetenv("OMP_NUM_THREADS"), 0);
    free(said[0]);
    free(said[1]);
    nodes_free(&in_job.list);
}

/* Models without ranks need none, and come first. What starts two models is asked once. */
static void without_an_mpirun_that_answers_models_of_ranks_cannot_be_used(void **state)
{
    static const struct {
        const char *mpirun, *unusable;
    } cases[] = {
        {NULL, "mpirun is not in PATH: install Open MPI (scripts/setup) or load its module"},
        {"echo asked >>asked; exit 7",
         "mpirun ended with exit status 7: see what mpirun --version does"},
        {"echo asked >>asked; echo 'mpirun (Open MPI) 4.1.4'", ""},
    };
    struct model_entry entries[4];
    const struct model_entry *entry;
    char *before = path();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct catalog catalog = {.count = 3, .total = 3, .entries = entries};
        const bool is_usable = !*cases[i].unusable;
        entries[0] = (struct model_entry){.program = (char *)"./" PROTOCOL_CELL "ranks",
                                          .model = {.name = "ranks", .launch = LAUNCH_RANKS}};
        entries[1] = (struct model_entry){.program = (char *)"./" PROTOCOL_CELL "alone",
                                          .model = {.name = "alone"}};
        entries[2] = (struct model_entry){.program = (char *)"./" PROTOCOL_CELL "others",
                                          .model = {.name = "others", .launch = LAUNCH_HYBRID}};
        entries[3] = (struct model_entry){.program = NULL};
        if (cases[i].mpirun)
            (void)program("mpirun", LAUNCH_ALONE, cases[i].mpirun);
        assert_int_equal(setenv("PATH", own_folder, 1), 0);
        launch_limit(&catalog, &here);
        assert_int_equal(setenv("PATH", before, 1), 0);
        assert_int_equal(catalog.count, is_usable ? 3 : 1);
        assert_int_equal(catalog_find(&catalog, "alone", &entry), STATUS_OK);
        assert_int_equal(catalog_find(&catalog, "ranks", &entry),
                         is_usable ? STATUS_OK : STATUS_FAILED);
        assert_string_equal(entry->unusable, cases[i].unusable);
        assert_string_equal(entries[0].model.name, "alone");
        assert_int_equal(catalog.starter_count, 1);
        assert_int_equal(catalog.starters->answers, is_usable);
        launch_limit(&catalog, &here);
        assert_int_equal(catalog.starter_count, 1);
        free(catalog.starters);
        if (cases[i].mpirun)
            assert_string_equal(read_file("asked"), "asked\n");
        (void)unlink("asked");
        (void)unlink("mpirun");
    }
    free(before);
}

/* ---- how it ends ---- */

static void assert_explained(int status, const char *last_words, const char *expected)
{
    char text[128];
    launcher_mpirun.explain(status, last_words, text, sizeof text);
    assert_string_equal(text, expected);
}

static void mpirun_tells_which_rank_was_killed(void **state)
{
    static const char words[] = "Primary job  terminated normally\n----\nmpirun noticed that "
                                "process rank 12 with PID 4711 on node far exited on signal 9 "
                                "(Killed).\n";
    char host[HOST_BYTES], on_host[256];
    (void)state;
    host_read(host);
    (void)snprintf(on_host, sizeof on_host, "rank 14 on %s ended with exit status 3", host);
    assert_explained(W_EXITCODE(128 + SIGKILL, 0), words,
                     "rank 12 on far was killed by signal 9 (Killed)");
    assert_explained(W_EXITCODE(128 + SIGSEGV, 0), "",
                     "it was killed by signal 11 (Segmentation fault)");
    assert_explained(W_EXITCODE(3, 0), words, "it ended with exit status 3");
    assert_explained(W_EXITCODE(3, 0), "  Process name: [[12929,1],14]\n  Exit code:    3\n",
                     on_host);
    launcher_mpirun_nodes.explain(W_EXITCODE(3, 0), "  Process name: [[12929,1],14]\n", on_host,
                                  sizeof on_host);
    assert_string_equal(on_host, "rank 14 ended with exit status 3");
    assert_explained(W_EXITCODE(3, 0), "  Process name: [[12929", "it ended with exit status 3");
    assert_explained(W_EXITCODE(128, 0), "", "it ended with exit status 128");
    assert_explained(W_EXITCODE(187, 0), "", "it ended with exit status 187"); /* no mapper */
    assert_explained(W_EXITCODE(0, SIGKILL), "", "mpirun was killed by signal 9 (Killed)");
    assert_explained(W_EXITCODE(255, 0), "match_arg: unrecognized argument allow-run-as-root\n",
                     "the mpirun in PATH is another one than Open MPI's, which the program was "
                     "built with");
}

static void mpich_tells_that_a_rank_was_killed(void **state)
{
    static const char words[] = "=   PID 31229 RUNNING AT localhost\n=   EXIT CODE: 9\nYOUR "
                                "APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)\n";
    static const struct {
        int status;
        const char *words, *expected;
    } cases[] = {
        {W_EXITCODE(9, 0), words, "a rank was killed by signal 9 (Killed)"},
        {W_EXITCODE(9, 0), "=   EXIT CODE: 9\n", "it ended with exit status 9"},
        {W_EXITCODE(0, SIGKILL), words, "mpiexec.hydra was killed by signal 9 (Killed)"},
    };
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        launcher_hydra.explain(cases[i].status, cases[i].words, text, sizeof text);
        assert_string_equal(text, cases[i].expected);
    }
}

/* Both: it said that it came to its end, and its exit status says so. */
static void only_a_whole_launch_has_ended_well(void **state)
{
    static const struct {
        const char *script, *failure;
    } cases[] = {
        {"echo \"$started\"; echo '@parbench {\"event\": \"result\", \"result\": \"3\"}'", NULL},
        {"echo \"$started\"; echo '@parbench {\"event\": \"result\", \"result\": \"3\"}'; exit 1",
         "it ended with exit status 1"},
        {"echo \"$started\"", "it succeeded, but gave no result"},
        {"echo \"$started\"; echo '@parbench {\"event\": \"result\"}'",
         "it succeeded, but gave no result"},
        {"echo '@parbench {\"event\": \"result\", \"result\": \"3\"}'",
         "it succeeded, but gave no result"},
    };
    char name[16];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(name, sizeof name, "cell%zu", i);
        struct model_entry entry = program(name, LAUNCH_ALONE, cases[i].script);
        struct launch_result launched = launch(&cell_of_ranks, &entry, &(struct launch_options){0});
        assert_int_equal(launched.ended, !cases[i].failure);
        assert_string_equal(launched.failure, cases[i].failure ? cases[i].failure : "");
        launch_result_free(&launched);
    }
}

static void one_that_does_not_end_is_told_with_its_limit(void **state)
{
    struct model_entry entry = program("cell", LAUNCH_ALONE, "exec sleep 3600");
    (void)state;
    struct launch_result launched =
        launch(&cell_of_ranks, &entry, &(struct launch_options){.timeout_s = 0.2});
    assert_false(launched.ended);
    assert_true(launched.explained);
    assert_string_equal(launched.failure, "it did not end within 200 ms: raise --cell-timeout or "
                                          "take a smaller size");
    launch_result_free(&launched);
}

/* ---- counters that are insisted on ---- */

static void counters_that_are_insisted_on_are_both_there(void **state)
{
    static const struct {
        const char *counters, *failure;
    } cases[] = {
        {"\"PAPI_TOT_INS\": 7, \"PAPI_TOT_CYC\": 9", NULL},
        {"\"PAPI_TOT_INS\": 7, \"PAPI_TOT_CYC\": null",
         "not counted: PAPI_TOT_CYC: no cycles (--require-counters insists on it)"},
        {"\"PAPI_TOT_INS\": null, \"PAPI_TOT_CYC\": 9",
         "not counted: PAPI_TOT_INS: nobody says why (--require-counters insists on it)"},
        {"\"PAPI_TOT_INS\": 0, \"PAPI_TOT_CYC\": 9",
         "not counted: PAPI_TOT_INS: nobody says why (--require-counters insists on it)"},
    };
    char name[40], script[1024];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int insists = 0; insists < 2; insists++) {
            (void)snprintf(name, sizeof name, "cell%zu%d", i, insists);
            (void)snprintf(script, sizeof script,
                           "echo \"$started\"\n"
                           "echo '@parbench {\"event\": \"result\", \"result\": \"3\"}'\n"
                           "echo '@parbench {\"event\": \"passes\", \"wall_s\": 0.5, "
                           "\"counters_absent\": {\"PAPI_TOT_CYC\": \"no cycles\"}}'\n"
                           "echo '@parbench {\"event\": \"worker\", \"busy_s\": 0.4, "
                           "\"processor\": 0, \"counters\": {%s}}'",
                           cases[i].counters);
            struct model_entry entry = program(name, LAUNCH_ALONE, script);
            const struct launch_options options = {.require_counters = insists};
            struct cell one = cell_of_ranks;
            one.workers = one.ranks = one.threads = 1;
            struct launch_result launched = launch(&one, &entry, &options);
            const char *failure = insists && cases[i].failure ? cases[i].failure : "";
            assert_int_equal(launched.ended, !*failure);
            assert_string_equal(launched.failure, failure);
            assert_int_equal(json_array_size(launch_said(&launched, "worker")), 1);
            assert_null(launch_told(&launched, "worker", "event"));
            assert_true(json_number_value(launch_told(&launched, "passes", "wall_s")) == 0.5);
            launch_result_free(&launched);
        }
}

/* What a plain process says with such a status is its own. */
static void an_exit_status_of_a_process_is_no_signal(void **state)
{
    struct model_entry entry = program("cell", LAUNCH_ALONE, "exit 137");
    (void)state;
    struct launch_result launched = launch(&cell_of_ranks, &entry, &(struct launch_options){0});
    assert_false(launched.ended);
    assert_string_equal(launched.failure, "it ended with exit status 137");
    launch_result_free(&launched);
}

/* Its own words come first, its last ones are kept, and the log has them all. */
static void what_it_says_beside_the_protocol_is_kept(void **state)
{
    static const char script[] =
        "i=0; while [ $i -lt 400 ]; do echo \"line $i of the output\"; i=$((i+1)); done\n"
        "echo 'parbench-cell-x: the disk is full' >&2\n"
        "echo 'parbench-cell-x: and this comes of it' >&2\n"
        "echo '@parbench {\"event\": \"unheard of\"}'\n"
        "echo\n"
        "printf 'no end'\n"
        "exit 1";
    struct model_entry entry = program("cell", LAUNCH_ALONE, script);
    (void)state;
    struct launch_result launched =
        launch(&cell_of_ranks, &entry, &(struct launch_options){.log = "log"});
    assert_false(launched.ended);
    assert_true(launched.explained);
    assert_string_equal(launched.failure, "the disk is full");
    assert_null(strstr(launched.last_words, "line 100 "));
    assert_non_null(strstr(launched.last_words, "line 399 of the output\n"));
    assert_true(launched.is_logged);
    launch_result_free(&launched);
    const char *log = read_file("log");
    assert_non_null(strstr(log, "@parbench {\"event\": \"unheard of\"}\n"));
    assert_non_null(strstr(log, "\n\n"));
    assert_string_equal(log + strlen(log) - strlen("\nno end\n"), "\nno end\n");
    assert_non_null(strstr(log, "line 0 of the output\nline 1 "));
    /* Nobody is sent to one that could not be written. */
    launched = launch(&cell_of_ranks, &entry, &(struct launch_options){.log = "log/below"});
    assert_false(launched.is_logged);
    launch_result_free(&launched);
}

static void a_line_may_come_in_pieces_and_be_too_long(void **state)
{
    static const char script[] =
        "echo \"$started\"; printf '@parbench {\"event\": \"res'; sleep 0.2\n"
        "printf 'ult\", \"result\": \"whole\"}\\nx'\n"
        "head -c 8190 /dev/zero | tr '\\0' y; echo z";
    struct model_entry entry = program("cell", LAUNCH_ALONE, script);
    (void)state;
    struct launch_result launched =
        launch(&cell_of_ranks, &entry, &(struct launch_options){.log = "log"});
    assert_true(launched.ended);
    assert_string_equal(result(&launched), "whole");
    launch_result_free(&launched);
    FILE *log = fopen("log", "re");
    size_t lines = 0;
    for (int c; (c = fgetc(log)) != EOF;)
        lines += c == '\n';
    assert_int_equal(fclose(log), 0);
    assert_int_equal(lines, 2); /* what a line has no room for is the next */
}

/* ---- samples that are long enough ---- */

/* Appends its executions to a file, and says samples of so many seconds each, launch by launch. */
static struct launch_result launch_timed(const char *seconds, unsigned executions,
                                         double shortest_s)
{
    char script[1024];
    (void)snprintf(script, sizeof script,
                   "echo \"$started\"; echo $7 >>launches\n"
                   "set -- %s; shift $(($(wc -l <launches) - 1))\n"
                   "for s in $(echo $1 | tr , ' '); do\n"
                   "    echo '@parbench {\"event\": \"sample\", \"seconds\": '$s', \"verified\": "
                   "true, \"counts\": {}}'; done\n"
                   "echo '@parbench {\"event\": \"result\", \"result\": \"3\"}'",
                   seconds);
    struct model_entry entry = program("cell", LAUNCH_ALONE, script);
    return launch(&cell_of_ranks, &entry,
                  &(struct launch_options){.executions = executions, .shortest_s = shortest_s});
}

static void samples_that_are_long_enough_are_kept(void **state)
{
    (void)state;
    struct launch_result launched = launch_timed("0.26,0.25,0.27 9 9", 4, 1.0);
    assert_string_equal(read_file("launches"), "4\n");
    assert_int_equal(launched.executions, 4);
    assert_int_equal(json_array_size(launch_said(&launched, "sample")), 3);
    assert_null(launched.too_short);
    launch_result_free(&launched);
}

/* Twice as long as they must be, for what is faster next time; then they are long enough. */
static void samples_that_are_too_short_get_more_executions(void **state)
{
    (void)state;
    struct launch_result launched = launch_timed("0.3,0.25 0.2,0.13 9 9", 1, 1.0);
    assert_string_equal(read_file("launches"), "1\n8\n");
    assert_int_equal(launched.executions, 8);
    assert_int_equal(json_array_size(launch_said(&launched, "sample")), 2);
    assert_int_equal(json_array_size(launched.too_short), 1);
    json_t *first = json_array_get(launched.too_short, 0);
    assert_int_equal(json_integer_value(json_object_get(first, "executions")), 1);
    assert_int_equal(json_array_size(json_object_get(first, "seconds")), 2);
    launch_result_free(&launched);
}

static void samples_that_become_faster_get_more_executions_again(void **state)
{
    (void)state;
    struct launch_result launched = launch_timed("0.25 0.1 0.06 9", 1, 1.0);
    assert_string_equal(read_file("launches"), "1\n8\n20\n");
    assert_int_equal(launched.executions, 20);
    assert_int_equal(json_array_size(launched.too_short), 2);
    launch_result_free(&launched);
}

static void executions_have_a_limit(void **state)
{
    (void)state;
    struct launch_result launched = launch_timed("1.9e-6 1e-9 1e-9", 1, 1.0);
    assert_string_equal(read_file("launches"), "1\n1000000\n");
    assert_false(launched.ended);
    assert_string_equal(launched.failure, "1000000 executions take less than the 1 s that this "
                                          "clock needs: take a larger size");
    launch_result_free(&launched);
}

/* One that failed is not launched again. */
static void a_failure_is_not_repeated(void **state)
{
    static const char script[] =
        "echo $7 >>launches\n"
        "echo '@parbench {\"event\": \"sample\", \"seconds\": 0.1, \"verified\": false, "
        "\"counts\": {}}'\n"
        "echo 'parbench-cell-x: the result is wrong' >&2; exit 1";
    struct model_entry entry = program("cell", LAUNCH_ALONE, script);
    (void)state;
    struct launch_result launched =
        launch(&cell_of_ranks, &entry, &(struct launch_options){.shortest_s = 1});
    assert_string_equal(read_file("launches"), "1\n");
    assert_false(launched.ended);
    assert_int_equal(json_array_size(launch_said(&launched, "sample")), 1);
    assert_string_equal(launched.failure, "the result is wrong");
    launch_result_free(&launched);
}

/* ---- several launches of a cell ---- */

/* A launch whose samples took those times, and which failed where there is a reason. */
static struct launch_result told(double first, double second, const char *failure)
{
    struct launch_result launched = {
        .executions = 2,
        .said = json_pack("{s:[{s:f}, {s:f}]}", "sample", "seconds", first, "seconds", second),
        .ended = !failure};
    (void)snprintf(launched.failure, sizeof launched.failure, "%s", failure ? failure : "");
    return launched;
}

static void launches_are_joined(void **state)
{
    struct launch_result one = told(1, 2, NULL), other = told(3, 4, NULL);
    (void)state;
    launch_result_join(&one, &other);
    assert_true(one.ended);
    json_t *all = launch_told_by_all(&one, "sample", "seconds");
    assert_int_equal(json_array_size(all), 4);
    assert_true(json_real_value(json_array_get(all, 2)) == 3);
    json_decref(all);
    assert_null(other.said);
    other = told(5, 6, "killed by signal 9");
    launch_result_join(&one, &other);
    assert_false(one.ended);
    assert_string_equal(one.failure, "killed by signal 9");
    launch_result_free(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mpirun_is_told_how_many_ranks),
        IN_A_FOLDER(mpirun_is_told_that_there_is_no_fabric),
        IN_A_FOLDER(the_command_of_a_cell_is_all_that_it_must_know),
        cmocka_unit_test(models_of_ranks_get_mpirun_and_others_are_processes),
        IN_A_FOLDER(without_an_mpirun_that_answers_models_of_ranks_cannot_be_used),
        cmocka_unit_test(mpirun_tells_which_rank_was_killed),
        cmocka_unit_test(mpich_is_told_how_many_ranks),
        cmocka_unit_test(mpich_tells_that_a_rank_was_killed),
        cmocka_unit_test(ranks_over_nodes_get_mpirun_with_its_own_hosts),
        cmocka_unit_test(ranks_on_a_node_elsewhere_get_mpirun_with_its_name),
        cmocka_unit_test(srun_starts_ranks_where_it_is_asked_for),
        cmocka_unit_test(srun_tells_what_became_of_a_rank),
        IN_A_FOLDER(what_came_is_compared_with_what_was_asked_for),
        IN_A_FOLDER(ranks_that_do_not_start_are_launched_once_more),
        cmocka_unit_test(mpirun_tells_which_node_is_lost),
        cmocka_unit_test(each_mpi_has_its_own_launcher),
        IN_A_FOLDER(words_without_end_start_nothing),
        IN_A_FOLDER(what_must_be_known_is_said_once),
        IN_A_FOLDER(only_a_whole_launch_has_ended_well),
        IN_A_FOLDER(one_that_does_not_end_is_told_with_its_limit),
        IN_A_FOLDER(counters_that_are_insisted_on_are_both_there),
        IN_A_FOLDER(an_exit_status_of_a_process_is_no_signal),
        IN_A_FOLDER(what_it_says_beside_the_protocol_is_kept),
        IN_A_FOLDER(a_line_may_come_in_pieces_and_be_too_long),
        IN_A_FOLDER(samples_that_are_long_enough_are_kept),
        IN_A_FOLDER(samples_that_are_too_short_get_more_executions),
        IN_A_FOLDER(samples_that_become_faster_get_more_executions_again),
        IN_A_FOLDER(executions_have_a_limit),
        IN_A_FOLDER(a_failure_is_not_repeated),
        cmocka_unit_test(launches_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
