/* Ranks of Open MPI by its mpirun, on this node only, whatever the allocation is. */
#include "child.h"
#include "description.h"
#include "files.h"
#include "launcher.h"
#include "status.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    (void)allocation;
    const char *library = description_library(entry->description, "mpi_library");
    return launch_has_ranks(entry->model.launch) && cell->nodes == 1 &&
           (!*library || strstr(library, "Open MPI"));
}

static bool is_root(void)
{
    return geteuid() == 0;
}

static void tell(void)
{
    if (is_root())
        status_say("this is root, so mpirun gets --allow-run-as-root");
}

/* What moves messages where there is no fabric: shared memory, and TCP. */
#define PML "ob1"

/* Whether the value says what is to move messages. Leaving something out, as "^ucx" does, does
 * not. */
static bool names_pml(const char *value)
{
    return value && (*value != '^' || strstr(value, PML));
}

/* The same of a file of Open MPI's parameters. */
static bool file_names_pml(const char *folder, const char *path)
{
    char value[128];
    return files_field(folder, path, "pml", value, sizeof value) && names_pml(value);
}

/* The folder that the mpirun in PATH was installed to, above its bin; "" when it is not found. */
static void find_prefix(char prefix[PATH_MAX])
{
    char file[PATH_MAX];
    *prefix = '\0';
    if (!child_find("mpirun", file) || !realpath(file, prefix))
        return;
    for (int i = 0; i < 2; i++) {
        char *name = strrchr(prefix, '/');
        if (name)
            *name = '\0';
    }
}

/* The last one is where Debian has it. */
static bool user_or_site_names_pml(void)
{
    char prefix[PATH_MAX];
    const char *home = getenv("HOME");
    find_prefix(prefix);
    return names_pml(getenv("OMPI_MCA_pml")) || getenv("OMPI_MCA_mca_base_param_files") ||
           file_names_pml(home ? home : "", "/.openmpi/mca-params.conf") ||
           file_names_pml(prefix, "/etc/openmpi-mca-params.conf") ||
           file_names_pml("", "/etc/openmpi/openmpi-mca-params.conf");
}

/* Whether the user has told hwloc what to look for. */
static bool user_names_plugins(void)
{
    return getenv("HWLOC_PLUGINS_PATH") || getenv("HWLOC_PLUGINS_BLACKLIST") ||
           getenv("HWLOC_COMPONENTS");
}

/*
 * At each start ranks look for a fabric, for longer than all else takes; and mpirun and each rank
 * load what hwloc knows devices by (PCI, graphics, accelerators), to send over the nearest one. On
 * a node without a fabric ranks are told what they would find: shared memory.
 */
static void choose(const struct machine *machine, const char *chosen[STARTER_CHOSEN_MAX])
{
    if (*machine->settings.fabric)
        return;
    if (!user_or_site_names_pml())
        *chosen++ = "OMPI_MCA_pml=" PML;
    if (!user_names_plugins())
        *chosen = "HWLOC_PLUGINS_PATH=/dev/null";
}

/*
 * mpirun does not bind: it would ignore the mask that it runs under, and count cores in another
 * order than other models do. Each rank binds itself, see placement.h. Ranks that share cores must
 * not poll for messages without a pause.
 */
static void print_words(FILE *command, const struct cell *cell, const struct model *model,
                        const struct allocation *allocation)
{
    (void)allocation;
    const unsigned processes = cell->ranks + model->helpers;
    (void)fprintf(command,
                  "mpirun\n%s--host\nlocalhost:%u\n-n\n%u\n--map-by\nslot\n--bind-to\nnone\n",
                  is_root() ? "--allow-run-as-root\n" : "", processes, processes);
    if (cell->oversubscribed || model->helpers > 0)
        (void)fputs("--mca\nmpi_yield_when_idle\n1\n", command);
}

/* It reports a rank's signal as a shell does, and says which rank got it: "process rank 1 with PID
 * 4711 on node n exited on signal 9". */
static void explain(int status, const char *last_words, char *text, size_t length)
{
    static const char names_rank[] = "process rank ";
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    const bool of_rank = code > 128 && code <= 128 + SIGSYS; /* beyond it mpirun has its own */
    const char *rank = strstr(last_words, names_rank);
    char who[32];
    if (strstr(last_words, "unrecognized argument")) {
        (void)snprintf(text, length,
                       "the mpirun in PATH is another one than Open MPI's, which the "
                       "program was built with");
        return;
    }
    (void)snprintf(who, sizeof who, "%s", WIFSIGNALED(status) ? "mpirun" : "it");
    if (of_rank && rank) {
        rank += strlen(names_rank);
        (void)snprintf(who, sizeof who, "rank %.*s", (int)strspn(rank, "0123456789"), rank);
    }
    child_explain(who, of_rank ? code - 128 : status, text, length);
}

/* Components of Open MPI, or of its version 5's PRRTE, that would count the slots of the job that
 * this runs in. */
#define NO_MANAGER "=^alps,flux,gridengine,loadleveler,lsf,pbs,slurm,tm"
static const char no_manager[] = "OMPI_MCA_ras" NO_MANAGER;
static const char no_manager_of_prrte[] = "PRTE_MCA_ras" NO_MANAGER;

/*
 * This node is what the front door has counted the cores of: no resource manager, of which a job of
 * one task gets one slot, and no choice of a site's changes that, nor who maps ranks to it. The
 * listener hears ranks as they are; see untagged() there for what these do not keep from it.
 */
static const char *const environment[] = {LAUNCHER_ENVIRONMENT,
                                          no_manager,
                                          no_manager_of_prrte,
                                          "OMPI_MCA_orte_allocation_required=0",
                                          "PRTE_MCA_prte_allocation_required=0",
                                          "PRTE_MCA_ras_base_launch_orted_on_hn=0",
                                          "OMPI_MCA_rmaps_base_no_schedule_local=0",
                                          "OMPI_MCA_rmaps",
                                          "PRTE_MCA_rmaps",
                                          "OMPI_MCA_rmaps_base_pattern",
                                          "OMPI_MCA_rmaps_rank_file_path",
                                          "OMPI_MCA_orte_rankfile",
                                          "OMPI_MCA_hwloc_base_binding_policy",
                                          "OMPI_MCA_rmaps_base_mapping_policy",
                                          "PRTE_MCA_hwloc_default_binding_policy",
                                          "PRTE_MCA_rmaps_default_mapping_policy",
                                          "OMPI_MCA_hwloc_base_cpu_list",
                                          "OMPI_MCA_hwloc_base_cpu_set",
                                          "OMPI_MCA_orte_tag_output=0",
                                          "OMPI_MCA_orte_timestamp_output=0",
                                          "OMPI_MCA_orte_xml_output=0",
                                          "PRTE_MCA_output",
                                          NULL};

/* This itself may be a rank of an mpirun, which refuses to be started by one of its own, and takes
 * itself for that rank; or a task of Flux, whom mpirun would ask about its ranks. */
static const char *const around[] = {
    "OMPI_UNIVERSE_SIZE",     "OMPI_MCA_ess", "OMPI_MCA_ess_base_jobid",
    "OMPI_MCA_ess_base_vpid", "FLUX_JOB_ID",  NULL};

const struct launcher launcher_mpirun = {
    .name = "mpirun",
    .suits = suits,
    .program = "mpirun",
    .advice = "install Open MPI (scripts/setup) or load its module",
    .tell = tell,
    .print_words = print_words,
    .choose = choose,
    .environment = environment,
    .around = around,
    .end_signal =
        SIGTERM, /* it ends its ranks when it is asked to end, and not when it is killed */
    .explain = explain,
};
