#include "task_count.h"

#include "files.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who has started what this process is a part of. */
enum starter_kind { STARTED_BY_UNKNOWN, STARTED_BY_MPI, STARTED_BY_STEP, STARTED_BY_SCRIPT };

static bool is_mpi(const char *program)
{
    static const char *const names[] = {"mpirun",  "mpiexec", "mpiexec.hydra", "hydra_pmi_proxy",
                                        "orterun", "orted",   "prterun",       "prted"};
    const char *slash = strrchr(program, '/');
    bool is = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !is; i++)
        is = strcmp(slash ? slash + 1 : program, names[i]) == 0;
    return is;
}

/* By the first word of its command line. Slurm's daemon of a step calls itself
 * "slurmstepd: [JOB.0]", that of a job's script "slurmstepd: [JOB.batch]". */
static enum starter_kind kind_of(const char *program)
{
    static const char daemon[] = "slurmstepd: [";
    const char *step = strncmp(program, daemon, strlen(daemon)) == 0 ? strchr(program, '.') : NULL;
    if (is_mpi(program))
        return STARTED_BY_MPI;
    if (!step)
        return STARTED_BY_UNKNOWN;
    return isdigit((unsigned char)step[1]) ? STARTED_BY_STEP : STARTED_BY_SCRIPT;
}

/* The parent, by its number behind the name in brackets and the state; 0: none. */
static int parent_of(const char *root, int process)
{
    char line[512];
    const char *behind =
        files_line(line, sizeof line, "%s/proc/%d/stat", root, process) ? strrchr(line, ')') : NULL;
    return behind && strlen(behind) > 4 ? (int)strtol(behind + 4, NULL, 10) : 0;
}

/* The nearest that is known. */
static enum starter_kind find_starter(const char *root)
{
    enum starter_kind kind = STARTED_BY_UNKNOWN;
    int process = getppid();
    for (int depth = 0; depth < 256 && process > 0 && kind == STARTED_BY_UNKNOWN; depth++) {
        char program[PATH_MAX];
        if (files_line(program, sizeof program, "%s/proc/%d/cmdline", root, process))
            kind = kind_of(program);
        process = parent_of(root, process);
    }
    return kind;
}

/*
 * What they have told each of their tasks. A job's script may have inherited that from where it was
 * submitted: it holds where the nearest who can start tasks is one who sets it, or nobody known is
 * near.
 */
unsigned task_count_read(const char *root)
{
    static const struct {
        const char *name;
        enum starter_kind by;
    } variables[] = {{"OMPI_COMM_WORLD_SIZE", STARTED_BY_MPI},
                     {"OMPI_COMM_WORLD_LOCAL_SIZE", STARTED_BY_MPI},
                     {"MPI_LOCALNRANKS", STARTED_BY_MPI},
                     {"SLURM_STEP_NUM_TASKS", STARTED_BY_STEP},
                     {"SLURM_STEP_TASKS_PER_NODE", STARTED_BY_STEP}};
    const enum starter_kind by = find_starter(root);
    unsigned most = 1;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i].name);
        const long tasks = value ? strtol(value, NULL, 10) : 1; /* of "2(x3),1" the first */
        if ((by == STARTED_BY_UNKNOWN || by == variables[i].by) && tasks > most && tasks < INT_MAX)
            most = (unsigned)tasks;
    }
    return most;
}
