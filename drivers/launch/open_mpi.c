#include "open_mpi.h"

#include "child.h"
#include "description.h"
#include "files.h"
#include "status.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool open_mpi_has(const struct model_entry *entry)
{
    const char *library = description_library(entry->description, "mpi_library");
    return launch_has_ranks(entry->model.launch) && (!*library || strstr(library, "Open MPI"));
}

static bool is_root(void)
{
    return geteuid() == 0;
}

void open_mpi_tell(void)
{
    if (is_root())
        status_say("this is root, so mpirun gets --allow-run-as-root");
}

void open_mpi_print_root(FILE *command)
{
    if (is_root())
        (void)fputs("--allow-run-as-root\n", command);
}

void open_mpi_print_yield(FILE *command, const struct cell *cell, const struct model *model)
{
    if (cell->oversubscribed || model->helpers > 0)
        (void)fputs("--mca\nmpi_yield_when_idle\n1\n", command);
}

void open_mpi_print_names(FILE *command, const struct allocation *allocation, unsigned first,
                          unsigned nodes, const char *follows)
{
    for (unsigned i = first; i < nodes; i++)
        (void)fprintf(command, "%s%s%s", i > first ? "," : "", allocation->list.all[i].name,
                      follows);
}

/* What moves messages where there is no fabric: shared memory, and TCP. */
#define PML "ob1"

/* Whether the value says what is to move messages. Leaving something out, as "^ucx" does, does
 * not. */
static bool names_pml(const char *value)
{
    return value && (*value != '^' || strstr(value, PML));
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

/* The first value that passes, of the user's file of Open MPI's parameters and the site's, of which
 * the last one is where Debian has it. */
static bool is_in_files(const char *name, bool passes(const char *value))
{
    char prefix[PATH_MAX], value[128];
    const char *home = getenv("HOME");
    find_prefix(prefix);
    const struct {
        const char *folder, *path;
    } files[] = {{home ? home : "", "/.openmpi/mca-params.conf"},
                 {prefix, "/etc/openmpi-mca-params.conf"},
                 {"", "/etc/openmpi/openmpi-mca-params.conf"}};
    bool is_there = false;
    for (size_t i = 0; i < sizeof files / sizeof *files && !is_there; i++)
        is_there =
            files_field(files[i].folder, files[i].path, name, value, sizeof value) && passes(value);
    return is_there;
}

/* Whether words for mpirun do, as "--mca pml cm", or name a file of parameters that may. */
static bool words_name_pml(const char *words)
{
    static const char files[] = " --am -am --tune -tune mca_base_param_files ";
    char word[64], before[sizeof word] = "", file[sizeof word + 2];
    while (words && *(words += strspn(words, " \t"))) {
        const size_t length = strcspn(words, " \t");
        (void)snprintf(word, sizeof word, "%.*s", (int)length, words);
        (void)snprintf(file, sizeof file, " %s ", word);
        if (strstr(files, file) || (strcmp(before, "pml") == 0 && names_pml(word)))
            return true;
        memcpy(before, word, sizeof before);
        words += length;
    }
    return false;
}

static bool user_or_site_names_pml(const struct allocation *allocation)
{
    return names_pml(getenv("OMPI_MCA_pml")) || getenv("OMPI_MCA_mca_base_param_files") ||
           words_name_pml(allocation->launch_args) || is_in_files("pml", names_pml);
}

static bool is_any(const char *value)
{
    return *value;
}

bool open_mpi_is_set(const char *name)
{
    char variable[64];
    (void)snprintf(variable, sizeof variable, "OMPI_MCA_%s", name);
    return getenv(variable) || getenv("OMPI_MCA_mca_base_param_files") || is_in_files(name, is_any);
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
 * a node without a fabric ranks are told what they would find: shared memory, and TCP. Nothing is
 * known of nodes that this host is none of.
 */
void open_mpi_choose(const struct allocation *allocation, const char *chosen[STARTER_CHOSEN_MAX])
{
    if (*allocation->machine->settings.fabric || allocation->is_elsewhere)
        return;
    if (!user_or_site_names_pml(allocation))
        *chosen++ = "OMPI_MCA_pml=" PML;
    if (!user_names_plugins())
        *chosen = "HWLOC_PLUGINS_PATH=/dev/null";
}

/* ---- why it failed ---- */

/* Of one that was there: ranks ran by it. */
static const char lost_daemon[] = "Remote daemon:";

static const char no_daemon[] =
    "mpirun could not start its daemon on a node: reach each without a password (by ssh, or by "
    "--launch-args \"--mca plm_rsh_agent AGENT\"), and have Open MPI in PATH there";

/* What mpirun says of its own failures, in the midst of more, and what that means. */
static const struct reason {
    const char *words, *before_node; /* NULL: it names none */
    const char *text, *behind;       /* around " on NODE", which is told where it is named */
} reasons[] = {
    {"unrecognized argument", NULL,
     "the mpirun in PATH is another one than Open MPI's, which the program was built with", ""},
    {lost_daemon, "on node ", "mpirun lost its daemon",
     ": the node, its link or the daemon is gone"},
    {"or execute an executable", "Node: ", "a program of the suite cannot be started",
     ": install the suite there, at the same path"},
    {"unable to reliably start one or more daemons", NULL, no_daemon, ""},
    {"how to route a message to the specified daemon", NULL, no_daemon, ""},
    {"failed after launch and before", NULL,
     "mpirun's daemon on a node ended at once: see whether the node is well, and in the job that "
     "it is started in",
     ""},
    {"not enough slots", NULL, "mpirun counts fewer slots than there are ranks", ""},
};

bool open_mpi_may_have_failed_to_start(const char *last_words)
{
    return !strstr(last_words, lost_daemon);
}

/* Whether mpirun says why. */
static bool find_reason(const char *last_words, char *text, size_t length)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const char *mark = reasons[i].before_node, *words = strstr(last_words, reasons[i].words);
        if (!words)
            continue;
        const char *node = mark ? strstr(words, mark) : NULL;
        node = node ? node + strlen(mark) : "";
        const int named = (int)strcspn(node, " \n");
        (void)snprintf(text, length, "%s%s%.*s%s", reasons[i].text, named > 0 ? " on " : "", named,
                       node, reasons[i].behind);
        return true;
    }
    return false;
}

/* The rank that mpirun names, and its node, which is the only one where mpirun names none. */
static void name_rank(const char *rank, const char *only_node, char *who, size_t length)
{
    static const char before_node[] = "on node ";
    const char *named = strstr(rank, before_node);
    const char *node = named ? named + strlen(before_node) : only_node;
    const int end = (int)strcspn(node, " \n");
    (void)snprintf(who, length, "rank %.*s%s%.*s", (int)strspn(rank, "0123456789"), rank,
                   end > 0 ? " on " : "", end, node);
}

/* Of one that ended itself: "Process name: [[24191,1],1]", its job and its rank. NULL: it names
 * none. */
static const char *find_rank_that_ended(const char *last_words)
{
    const char *process = strstr(last_words, "Process name: [[");
    const char *behind_job = process ? strstr(process, "],") : NULL;
    return behind_job ? behind_job + strlen("],") : NULL;
}

/* It reports a rank's signal as a shell does, and says which rank got it: "process rank 1 with PID
 * 4711 on node n exited on signal 9". */
void open_mpi_explain(int status, const char *last_words, const char *only_node, char *text,
                      size_t length)
{
    static const char names_rank[] = "process rank ";
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    const bool of_rank = code > 128 && code <= 128 + SIGSYS; /* beyond it mpirun has its own */
    const char *rank = strstr(last_words, names_rank);
    const char *ended = code > 0 && !of_rank ? find_rank_that_ended(last_words) : NULL;
    char who[HOST_BYTES + 32];
    if (find_reason(last_words, text, length))
        return;
    (void)snprintf(who, sizeof who, "%s", WIFSIGNALED(status) ? "mpirun" : "it");
    if (of_rank && rank)
        name_rank(rank + strlen(names_rank), only_node, who, sizeof who);
    if (ended)
        name_rank(ended, only_node, who, sizeof who);
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
 * listener hears ranks as they are; see untagged() there for what these do not keep from it. The
 * srun that starts daemons does not wait for another step of the job to free its processors.
 */
const char *const open_mpi_environment[] = {LAUNCHER_ENVIRONMENT,
                                            no_manager,
                                            no_manager_of_prrte,
                                            "SLURM_OVERLAP=1",
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
 * itself for that rank; or a task of Flux, whom mpirun would ask about its ranks; or in a job, of
 * whose tasks srun would make mpirun's daemons. */
const char *const open_mpi_around[] = {"OMPI_UNIVERSE_SIZE",
                                       "OMPI_MCA_ess",
                                       "OMPI_MCA_ess_base_jobid",
                                       "OMPI_MCA_ess_base_vpid",
                                       "FLUX_JOB_ID",
                                       "LSB_AFFINITY_HOSTFILE",
                                       "OMPI_MCA_plm_slurm_args",
                                       "SLURM_CPUS_PER_TASK",
                                       "SLURM_CPU_BIND",
                                       "SLURM_CPU_BIND_LIST",
                                       "SLURM_CPU_BIND_TYPE",
                                       "SLURM_DISTRIBUTION",
                                       "SLURM_EXACT",
                                       "SLURM_NPROCS",
                                       "SLURM_NTASKS",
                                       "SLURM_NTASKS_PER_NODE",
                                       "SRUN_CPUS_PER_TASK",
                                       NULL};
