/*
 * parbench script: a run as a job of a batch system, which is submitted again to go on.
 *
 * Options are those of sbatch(1) of Slurm 22.05, of qsub(1B) of OpenPBS, and of bsub in IBM's
 * reference of LSF 10.1. To add a batch system: a function that prints its lines, and a row in
 * `systems`.
 */
#define _GNU_SOURCE
#include "commands.h"
#include "machine.h"
#include "memory.h"
#include "names.h"
#include "nodes.h"
#include "quantities.h"
#include "run_config.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *name, *queue, *partition, *account;
    double time_s;
    unsigned nodes, cores;
};

/* The longest and the shortest limit of a job that makes sense, and from which one on the run is
 * warned earlier: a warning may come a minute too early. */
enum { MINUTES_MOST = 366 * 24 * 60, MINUTES_LEAST = 2, MINUTES_MANY = 10 };

/* ---- what each batch system is told ---- */

struct batch_job {
    const char *name, *queue, *account; /* NULL: the site's own */
    unsigned nodes, cores;              /* of each node; 0: all that it has */
    unsigned minutes, warning_minutes;  /* the limit, and how long before it the run is to end */
};

static void print_given(const char *prefix, const char *value)
{
    if (value)
        printf("%s%s\n", prefix, value);
}

/* Whole nodes with all of their memory, and processors that are cores of their own. */
static void print_slurm(const struct batch_job *job)
{
    printf("#SBATCH --job-name=%s\n#SBATCH --nodes=%u\n", job->name, job->nodes);
    if (job->cores > 0)
        printf("#SBATCH --ntasks-per-node=%u\n#SBATCH --cpus-per-task=1\n", job->cores);
    puts("#SBATCH --hint=nomultithread\n#SBATCH --exclusive\n#SBATCH --mem=0");
    print_given("#SBATCH --partition=", job->queue);
    print_given("#SBATCH --account=", job->account);
    printf("#SBATCH --time=%02u:%02u:00\n"
           "#SBATCH --signal=B:TERM@%u\n"
           "#SBATCH --requeue\n"
           "#SBATCH --output=%%x-%%j.out\n"
           "#SBATCH --open-mode=append\n",
           job->minutes / 60, job->minutes % 60, job->warning_minutes * 60);
}

/* The default names of output files have the job's number. */
static void print_pbs(const struct batch_job *job)
{
    printf("#PBS -N %s\n"
           "#PBS -S /bin/bash\n"
           "#PBS -l select=%u:ncpus=%u:mpiprocs=%u\n"
           "#PBS -l place=scatter:excl\n",
           job->name, job->nodes, job->cores, job->cores);
    print_given("#PBS -q ", job->queue);
    print_given("#PBS -A ", job->account);
    printf("#PBS -l walltime=%02u:%02u:00\n#PBS -r y\n#PBS -j oe\n", job->minutes / 60,
           job->minutes % 60);
}

/* Standard error goes where standard output does, and is appended. */
static void print_lsf(const struct batch_job *job)
{
    printf("#BSUB -J %s\n"
           "#BSUB -n %" PRIu64 "\n"
           "#BSUB -R \"span[ptile=%u]\"\n"
           "#BSUB -x\n",
           job->name, (uint64_t)job->nodes * job->cores, job->cores);
    print_given("#BSUB -q ", job->queue);
    print_given("#BSUB -P ", job->account);
    printf("#BSUB -W %u:%02u\n#BSUB -wa TERM\n#BSUB -wt %u\n#BSUB -r\n#BSUB -o %s-%%J.out\n",
           job->minutes / 60, job->minutes % 60, job->warning_minutes, job->name);
}

static const struct batch_system {
    const char *name, *title;
    const char *submit; /* how a script is submitted */
    const char *folder; /* goes where that was done, if a job does not begin there */
    bool warns;         /* before the limit, by its lines; else the script does */
    bool counts_cores;  /* whole nodes cannot be had without saying how many they have */
    void (*print)(const struct batch_job *job);
} systems[] = {
    {"slurm", "Slurm", "sbatch FILE", .warns = true, .print = print_slurm},
    {"pbs", "PBS", "qsub FILE", .folder = "PBS_O_WORKDIR", .counts_cores = true,
     .print = print_pbs},
    {"lsf", "LSF", "bsub < FILE", .warns = true, .counts_cores = true, .print = print_lsf},
    {NULL},
};

/* ---- the script ---- */

/* What ranks are spread over: 1, 2, 4 ... and all of them. */
static void print_nodes(unsigned most)
{
    (void)fputs(" --nodes ", stdout);
    for (unsigned nodes = 1; nodes < most; nodes *= 2)
        printf("%u,", nodes);
    printf("%u", most);
}

static void print_head(const struct batch_system *system, const struct batch_job *job,
                       const char *made)
{
    printf("#!/bin/bash\n"
           "# A run of parbench as a job of %s. Submit this with: %s\n"
           "# Submitted again, it goes on with the run where that was cut off. A run that\n"
           "# is complete is only shown.\n"
           "# Made by: %s\n",
           system->title, system->submit, made);
    system->print(job);
    puts("\n# If mpirun or gnuplot is not found without modules, load them here:\n"
         "# module load openmpi gnuplot\n");
    if (system->folder)
        printf("cd \"${%s:-.}\" || exit\n", system->folder);
}

/* The run takes the place of the shell, and gets the signals that are meant for the job. */
static void print_run(const struct batch_system *system, const struct batch_job *job,
                      const char *program, const struct words *words,
                      const struct run_config *config)
{
    if (!config->out)
        puts("mkdir -p results || exit");
    printf("# %s TERM %u minute%s before the limit: the run keeps what it has.\nexec ",
           system->warns ? "The job gets" : "timeout sends", job->warning_minutes,
           plural(job->warning_minutes));
    if (!system->warns)
        printf("timeout --foreground --preserve-status %u \\\n    ",
               (job->minutes - job->warning_minutes) * 60);
    text_print_word(stdout, program);
    (void)fputs(" run", stdout);
    for (unsigned i = 1; i < words->count; i++) {
        (void)putchar(' ');
        text_print_word(stdout, words->all[i]);
    }
    if (job->nodes > 1 && !config->request.nodes)
        print_nodes(job->nodes);
    if (!config->out)
        printf(" \\\n    --out results/%s", job->name);
    puts(config->continues ? "" : " --continue");
}

/* ---- what was asked for ---- */

/* Its values stand in lines that batch systems read. */
static enum status check_word(const char *option, const char *value, const char *more)
{
    return !value || text_is_word(value, more, NAME_MAX / 2)
               ? STATUS_OK
               : argument_wrong(option, value, "a word of letters, digits, _ and -");
}

static enum status check_texts(void *context)
{
    static const char *const more = TEXT_IN_IDS ",@";
    const struct options *options = context;
    TRY(check_word("name", options->name, TEXT_IN_NAMES));
    TRY(check_word("queue", options->queue, more));
    TRY(check_word("partition", options->partition, more));
    TRY(check_word("account", options->account, more));
    return !options->queue || !options->partition
               ? STATUS_OK
               : status_fail(STATUS_USAGE, "--partition is Slurm's word for --queue: give one");
}

static enum status check_time(void *context)
{
    const double minutes = ((const struct options *)context)->time_s / 60;
    return minutes >= MINUTES_LEAST && minutes <= MINUTES_MOST
               ? STATUS_OK
               : status_fail(STATUS_USAGE, "--time must be from %dm to %dh", MINUTES_LEAST,
                             MINUTES_MOST / 60);
}

/* As `parbench run` would understand them in the job: wrong ones are better told of now. */
static enum status check_run(const struct words *words, struct run_config *config, bool *helped)
{
    const struct subcommand *run = names_find("command", "run", subcommand_table, 0);
    char **argv = memory_new(words->count + 1, sizeof *argv); /* the first one, and NULL */
    struct words rest;
    memcpy(argv, words->all, words->count * sizeof *argv);
    argv[0] = (char *)run->name;
    *config = *(const struct run_config *)run->initial;
    enum status status = arguments_parse(&run->line, (int)words->count, argv, config, &rest);
    *helped = rest.helped;
    if (status == STATUS_OK && !rest.helped)
        status = sweep_take_experiments(&rest, &config->request);
    free(argv);
    if (status == STATUS_OK && config->resume)
        status = status_fail(STATUS_USAGE, "a job goes on with its run by itself: leave --resume "
                                           "out, and give --out where it has a folder already");
    if (status == STATUS_OK && config->dry_run)
        status =
            status_fail(STATUS_USAGE, "a job with --dry-run would measure nothing: leave it out");
    return status;
}

/* By its name alone where PATH was searched for it, as it will be in the job. */
static enum status find_program(char path[PATH_MAX])
{
    if (!strchr(program_invocation_name, '/'))
        (void)snprintf(path, PATH_MAX, "%s", program_invocation_name);
    else if (!realpath("/proc/self/exe", path))
        return status_fail(STATUS_FAILED, "cannot tell where this program is: %s", strerror(errno));
    return STATUS_OK;
}

static struct batch_job make_job(const struct options *options, const struct batch_system *system)
{
    struct batch_job job = {.name = options->name,
                            .queue = options->queue ? options->queue : options->partition,
                            .account = options->account,
                            .nodes = options->nodes,
                            .cores = options->cores,
                            .minutes = (unsigned)ceil(options->time_s / 60)};
    struct machine machine;
    if (job.cores == 0 && system->counts_cores) {
        machine_read("", &machine);
        job.cores = machine.cores;
    }
    job.warning_minutes = job.minutes < MINUTES_MANY ? 1 : 2;
    return job;
}

/* It has no more of them. */
static enum status check_nodes(const struct options *options, const struct run_config *config)
{
    unsigned most;
    TRY(sweep_most_nodes(&config->request, &most));
    return most <= options->nodes
               ? STATUS_OK
               : status_fail(STATUS_USAGE,
                             "the run is to have %u nodes, and the job has %u: give script --nodes "
                             "%u, too, before the --",
                             most, options->nodes, most);
}

static enum status print(void *context, const struct words *words)
{
    const struct options *options = context;
    struct run_config config;
    char program[PATH_MAX];
    bool helped = false;
    const struct batch_system *system =
        names_find("batch system", words->all[0], systems, sizeof *systems);
    if (!system)
        return STATUS_USAGE;
    if (strpbrk(words->whole, "\r\n"))
        return status_fail(STATUS_USAGE, "a line's end within a word cannot stand in a script");
    TRY(check_run(words, &config, &helped));
    if (!config.allocation.hosts && !config.allocation.hostfile)
        TRY(check_nodes(options, &config));
    TRY(find_program(program));
    const struct batch_job job = make_job(options, system);
    if (helped)
        return STATUS_OK;
    print_head(system, &job, words->whole);
    print_run(system, &job, program, words, &config);
    return STATUS_OK;
}

static const struct argument arguments[] = {
    {"nodes", "N", "of the job (default 1)", .kind = ARGUMENT_COUNT,
     .place = offsetof(struct options, nodes), .least = 1, .most = NODES_MAX},
    {"cores", "C", "of a node (default: this machine's; in Slurm all)", .kind = ARGUMENT_COUNT,
     .place = offsetof(struct options, cores), .least = 1, .most = PLAN_WORKERS_MAX},
    {"time", "TIME", "limit of the job, such as 90m or 2h (default 1h)", .kind = ARGUMENT_DURATION,
     .place = offsetof(struct options, time_s), .check = check_time},
    {"name", "NAME", "of the job, and of its run (default parbench)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, name), .check = check_texts},
    {"queue", "QUEUE", "where it waits (default: the site's)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, queue), .check = check_texts},
    {"partition", "PARTITION", "the same, as Slurm calls it", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, partition), .check = check_texts},
    {"account", "ACCOUNT", "who pays (default: the site's)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, account), .check = check_texts},
    {0},
};

const struct subcommand subcommand_script = {
    .name = "script",
    .help = "prints a job script for Slurm, PBS or LSF",
    .line = {"script slurm|pbs|lsf [OPTION...] [-- ARGUMENT-OF-RUN...]",
             "Prints the script of a job, in which parbench run gets the arguments behind --.\n"
             "Submitted again, it goes on with that run.",
             arguments, UINT_MAX, NULL, 1, "script needs a batch system: slurm, pbs or lsf",
             .example = "script slurm --time 2h"},
    .options_size = sizeof(struct options),
    .initial = &(const struct options){.name = "parbench", .time_s = 3600, .nodes = 1},
    .run = print,
};
