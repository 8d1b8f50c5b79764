/*
 * matrix KERNEL=SIZE…: every kernel that is named, under every way to set the options of the one
 * model that this is linked with, with MATRIX_WORKERS and at several sizes: the one that is named,
 * a smaller one, fewer items than workers, and one; where all workers must have as many items,
 * those of them that divide so, and one that does by any of these numbers. Each cell is executed as
 * samples and twice more under the instrumentation. It must verify, agree with what a plain loop
 * computes, and count nothing that it does not tell of; what its workers note that they computed
 * must be each item once, one piece behind the other, and under a lock no two at a time. A cell
 * that does not is printed as the command that measures it.
 *
 * Each way to set the options has a process of its own, lest one that crashes or hangs takes the
 * others with it. A model with ranks has a launch for all of it, which this program starts itself:
 * matrix --ranks R --threads T KERNEL=SIZE…
 *
 * With --only MODEL:OPTION=VALUE… nothing but that way to set the options is tried; a cell may take
 * --limit SECONDS.
 */
#define _GNU_SOURCE
#include "child.h"
#include "choices.h"
#include "launcher.h"
#include "map_buffers.h"
#include "memory.h"
#include "noted.h"
#include "one_launch.h"
#include "options.h"
#include "plan.h"
#include "sample.h"
#include "status.h"
#include "storage.h"

#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_S = 60, SIZES = 5, SMALL = 211, EVEN = 2 * 3 * 5 * 7, KERNELS_MAX = 64 };

/* What has come of it; shared with the processes that try cells. */
struct tally {
    char cell[512]; /* that is tried, as a command */
    unsigned long choices, refused, cells, failed;
    bool is_in_cell;
};

/* Results of the kernel in hand by a plain loop. */
struct expected {
    uint64_t size;
    char result[KERNEL_RESULT_MAX];
};

/* What is tried. */
struct matrix {
    struct model_entry entry;
    struct kernel_size {
        const struct kernel *kernel;
        uint64_t size;
    } kernels[KERNELS_MAX];
    unsigned kernel_count;
    unsigned ranks, threads; /* of ranks; 0 where this launches none */
    bool is_rank;
    const char *only; /* as a user writes it; NULL: all ways to set the options */
    unsigned limit_s; /* of a cell */
    const struct kernel *kernel;
    struct expected expected[SIZES];
    unsigned expected_count;
    cpu_set_t allowed;
    struct tally *tally;
};

static void say_failed(struct tally *tally, const char *why)
{
    tally->failed++;
    (void)printf("failed: %s\n    %s\n", tally->cell, why);
    (void)fflush(stdout);
}

/* ---- what a plain loop computes ---- */

static void compute_plainly(const struct kernel *kernel, uint64_t size, char *result)
{
    const struct range whole = kernel_whole(size);
    const struct job job = {.kernel = kernel, .size = size, .workers = 1};
    struct map_buffers buffers = map_buffers_new(&job, whole, false);
    void *partial = memory_bytes(kernel_partial_size(kernel, size, whole));
    map_buffers_fill(&buffers, whole);
    kernel->compute(size, whole, buffers.input.start, buffers.output.start, partial);
    kernel->print(partial, result, KERNEL_RESULT_MAX);
    free(partial);
    map_buffers_free(&buffers);
}

static void expect(struct matrix *matrix, const struct kernel_size *chosen)
{
    const struct kernel *kernel = chosen->kernel;
    const uint64_t most = chosen->size < kernel->max_size ? chosen->size : kernel->max_size;
    const uint64_t sizes[SIZES] = {most, SMALL, EVEN, 5, 1};
    matrix->kernel = kernel;
    matrix->expected_count = 0;
    for (int i = 0; i < SIZES; i++) {
        struct expected *expected = &matrix->expected[matrix->expected_count];
        if (i > 0 && sizes[i] >= most)
            continue;
        expected->size = sizes[i];
        compute_plainly(kernel, sizes[i], expected->result);
        matrix->expected_count++;
    }
}

/* A sum of rounded terms is a decimal fraction: its last digits depend on how they are grouped. */
static bool agrees(const char *result, const char *expected)
{
    char *end, *expected_end;
    const double value = strtod(result, &end), other = strtod(expected, &expected_end);
    if (strcmp(result, expected) == 0)
        return true;
    return strchr(expected, '.') && !*end && !*expected_end &&
           fabs(value - other) <= 1e-11 * fabs(other);
}

/* ---- a cell ---- */

/* Whether the model tells of what it counted, and none is less than nothing. */
static bool counts_well(const struct outcome *outcome)
{
    for (unsigned i = 0; i < outcome->counted; i++) {
        const struct count_info *info = this_model.counts;
        while (info && info->name && strcmp(info->name, outcome->counts[i].name) != 0)
            info++;
        if (!info || !info->name || !(outcome->counts[i].value >= 0))
            return false;
    }
    return true;
}

static void compare(struct matrix *matrix, const struct job *job, const struct expected *expected,
                    const struct outcome *outcome)
{
    char result[KERNEL_RESULT_MAX], why[2 * KERNEL_RESULT_MAX + 64];
    job->kernel->print(outcome->partial, result, sizeof result);
    (void)snprintf(why, sizeof why, "%s, and a plain loop computes %s", result, expected->result);
    if (!agrees(result, expected->result))
        say_failed(matrix->tally, why);
}

/* In the process that owns the result. Where updates were lost it is another one than expected. */
static void judge(struct matrix *matrix, const struct job *job, const struct expected *expected,
                  const struct outcome *outcome)
{
    struct verdict verdict = {""};
    if (!outcome->partial)
        return;
    const enum sample_verdict judged = sample_verify(job, outcome, &verdict);
    if (judged == SAMPLE_WRONG)
        say_failed(matrix->tally, verdict.reason);
    if (judged == SAMPLE_RIGHT)
        compare(matrix, job, expected, outcome);
    if (judged != SAMPLE_WRONG && !counts_well(outcome))
        say_failed(matrix->tally, "it counts what its description does not tell of");
}

static enum status execute_timed(struct matrix *matrix, const struct job *job,
                                 const struct expected *expected, struct team *team,
                                 struct instrumentation *instrumentation, unsigned own)
{
    struct outcome outcome;
    instrumentation_begin(instrumentation, INSTRUMENTATION_TIMELINE);
    const enum status status = sample_watch(&this_model, team, 1, instrumentation, &outcome);
    instrumentation_end(instrumentation);
    TRY(status);
    const char *wrong = noted_is_wrong(job, team, own, instrumentation, &outcome);
    if (wrong)
        say_failed(matrix->tally, wrong);
    judge(matrix, job, expected, &outcome);
    return STATUS_OK;
}

/* Executed twice as a sample, and once as all that is measured beside it is. */
static enum status execute(struct matrix *matrix, const struct job *job,
                           const struct expected *expected, struct team *team,
                           struct instrumentation *instrumentation, unsigned own)
{
    struct outcome outcome;
    TRY(sample_take(&this_model, team, 2, &outcome));
    judge(matrix, job, expected, &outcome);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    const enum status status = sample_watch(&this_model, team, 1, instrumentation, &outcome);
    instrumentation_end(instrumentation);
    TRY(status);
    judge(matrix, job, expected, &outcome);
    if (instrumentation->unseated || instrumentation->crowded || instrumentation->too_long)
        say_failed(matrix->tally, "a worker has no seat, or two have one, or a partial is longer "
                                  "than its kernel tells");
    return execute_timed(matrix, job, expected, team, instrumentation, own);
}

/* Ends a launch of ranks of which one failed: the others wait for it. */
static void end_launch(struct matrix *matrix)
{
    say_failed(matrix->tally, "it failed, and all ranks end");
    _exit(EXIT_FAILURE);
}

static void try_cell(struct matrix *matrix, const struct model_spec *choice, struct shape shape,
                     const struct expected *expected)
{
    struct tally *tally = matrix->tally;
    struct job job = {.size = expected->size,
                      .workers = shape.workers,
                      .ranks = shape.ranks,
                      .threads = shape.threads,
                      .oversubscribe = true,
                      .traits = this_model.traits,
                      .helpers = this_model.helpers};
    const unsigned own = launch_has_ranks(this_model.launch) ? shape.threads : shape.workers;
    job_set_defaults(&job, this_model.options);
    for (unsigned i = 0; i < options_count(this_model.options); i++)
        job.values[i] = choice->values[i];
    struct instrumentation *instrumentation = instrumentation_new(matrix->kernel, own);
    job.kernel = &instrumentation->kernel;
    noted_ask(instrumentation, &job);
    struct team *team = memory_new(1, this_model.team_bytes);
    (void)sched_setaffinity(0, sizeof matrix->allowed, &matrix->allowed);
    (void)alarm(matrix->limit_s);
    enum status status = this_model.start(&job, team);
    const bool is_refused = status == STATUS_USAGE;
    if (status == STATUS_OK)
        status = execute(matrix, &job, expected, team, instrumentation, own);
    if (this_model.group && status != STATUS_OK)
        end_launch(matrix);
    this_model.stop(team);
    (void)alarm(0);
    if (is_refused)
        tally->refused++;
    else if (status != STATUS_OK)
        say_failed(tally, "it failed");
    tally->cells += !is_refused;
    free(team);
    instrumentation_free(instrumentation);
}

/* ---- all cells of a choice ---- */

static void name_cell(struct matrix *matrix, const struct model_spec *choice, struct shape shape,
                      uint64_t size)
{
    char label[MODEL_SPEC_LABEL_MAX], workers[64];
    model_spec_label(choice, label, sizeof label);
    (void)snprintf(workers, sizeof workers, "--workers %u", shape.workers);
    if (launch_has_ranks(this_model.launch))
        (void)snprintf(workers, sizeof workers, "--ranks %u --threads %u", shape.ranks,
                       shape.threads);
    (void)snprintf(matrix->tally->cell, sizeof matrix->tally->cell,
                   "parbench measure %s %s %s --size %llu --oversubscribe", matrix->kernel->name,
                   label, workers, (unsigned long long)size);
}

/* Whether it goes with that size, and is to be tried there. */
static bool goes_with(const struct model_spec *choice, struct shape shape, uint64_t size)
{
    return model_spec_equal_shares(choice) ? !plan_uneven(choice, shape.workers, size)
                                           : size != EVEN;
}

/* Of short pieces there are few, lest a process for each of them takes minutes. */
static void try_sizes(struct matrix *matrix, const struct model_spec *choice, struct shape shape)
{
    const unsigned first = model_spec_chunk(choice) > 0 && matrix->expected_count == SIZES;
    for (unsigned i = first; i < matrix->expected_count; i++) {
        if (!goes_with(choice, shape, matrix->expected[i].size))
            continue;
        name_cell(matrix, choice, shape, matrix->expected[i].size);
        matrix->tally->is_in_cell = true;
        try_cell(matrix, choice, shape, &matrix->expected[i]);
        matrix->tally->is_in_cell = false;
    }
}

static void try_workers(struct matrix *matrix, const struct model_spec *choice)
{
    static const unsigned workers[] = {MATRIX_WORKERS};
    const bool is_alone = this_model.launch == LAUNCH_ALONE;
    for (size_t i = 0; i < (is_alone ? 1 : sizeof workers / sizeof *workers); i++) {
        const bool has_threads = launch_has_threads(this_model.launch);
        try_sizes(matrix, choice, (struct shape){workers[i], 1, has_threads ? workers[i] : 1});
    }
}

static void say_how_it_ended(struct matrix *matrix, int status)
{
    char why[256];
    child_explain("the cell", status, why, sizeof why);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        (void)snprintf(why, sizeof why, "it took more than %u s", matrix->limit_s);
    if (!matrix->tally->is_in_cell)
        (void)strncat(why, ", after that cell", sizeof why - strlen(why) - 1);
    say_failed(matrix->tally, why);
}

static void try_in_a_process(struct matrix *matrix, const struct model_spec *choice)
{
    int status = 0;
    (void)fflush(NULL);
    const pid_t process = fork();
    if (process == 0) {
        try_workers(matrix, choice);
        exit(EXIT_SUCCESS);
    }
    if (process < 0 || waitpid(process, &status, 0) != process)
        say_failed(matrix->tally, "there is no process for it");
    else if (status != 0)
        say_how_it_ended(matrix, status);
}

static void try_choice(void *context, const struct model_spec *choice)
{
    struct matrix *matrix = context;
    const uint64_t ranks = model_spec_ranks(choice);
    char label[MODEL_SPEC_LABEL_MAX];
    model_spec_label(choice, label, sizeof label);
    if (matrix->only && strcmp(matrix->only, label) != 0)
        return;
    matrix->tally->choices++;
    if (!matrix->is_rank)
        try_in_a_process(matrix, choice);
    else if (ranks == 0 || ranks == matrix->ranks)
        try_sizes(matrix, choice,
                  (struct shape){matrix->ranks * matrix->threads, matrix->ranks, matrix->threads});
}

/* ---- a launch of ranks ---- */

static struct tally *ranks_tally;

/* Of a rank, whose end its launcher tells without saying what it was at. */
static void name_cell_and_end(int signal)
{
    const char *parts[] = {"failed: ", ranks_tally->cell, ": a signal ended it, or it hung\n"};
    for (int i = 0; i < 3; i++)
        if (write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
            break;
    _exit(128 + signal);
}

static void name_what_ends_it(struct matrix *matrix)
{
    const int signals[] = {SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    ranks_tally = matrix->tally;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)signal(signals[i], name_cell_and_end);
}

static void set_environment(const char *const *settings)
{
    for (; settings && *settings; settings++)
        if (strchr(*settings, '='))
            (void)putenv((char *)*settings);
        else
            (void)unsetenv(*settings);
}

/* Hands on what ranks and their launcher write, and notes whether any of it is of a rank. */
static void hand_on(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    bool *is_of_rank = context;
    static const char named[] = "failed: ";
    *is_of_rank = *is_of_rank || stream == CHILD_OUTPUT ||
                  (count >= strlen(named) && strncmp(bytes, named, strlen(named)) == 0);
    (void)fwrite(bytes, 1, count, stream == CHILD_OUTPUT ? stdout : stderr);
}

/* Its words, each in a line, and this program's. The caller frees. */
static char *command_of(const struct matrix *matrix, const struct launcher *launcher,
                        const struct allocation *here, char **argv)
{
    const struct cell cell = {.ranks = matrix->ranks, .oversubscribed = true};
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    launcher->print_words(command, &cell, &this_model, here);
    (void)fprintf(command, "%s\n--rank\n", argv[0]);
    for (int i = 1; argv[i]; i++)
        (void)fprintf(command, "%s\n", argv[i]);
    memory_close(command, &text);
    return text;
}

/* This program again, in ranks. What fails to start them now and then gets a second chance. */
static enum status launch(const struct matrix *matrix, char **argv)
{
    json_t *description = description_write(&this_model);
    const char *library = description_library(description, "mpi_library");
    const struct launcher *launcher =
        strstr(library, "MPICH Version") ? &launcher_hydra : &launcher_mpirun;
    struct machine machine = {.host = ""};
    const struct allocation here = {.machine = &machine};
    const char *chosen[STARTER_CHOSEN_MAX + 1] = {NULL};
    bool is_of_rank = false, is_well = false;
    if (launcher->choose)
        launcher->choose(&here, chosen);
    set_environment(launcher->around);
    set_environment(chosen);
    char *text = command_of(matrix, launcher, &here, argv);
    char **words = child_words(text);
    for (int attempt = 0; attempt < 2 && !is_well && !is_of_rank; attempt++) {
        struct child child = {.words = words,
                              .environment = launcher->environment,
                              .take = hand_on,
                              .context = &is_of_rank,
                              .end_signal = launcher->end_signal};
        child_run(&child, 1, INFINITY);
        is_well = child_succeeded(&child);
    }
    json_decref(description);
    free(words);
    free(text);
    return is_well ? STATUS_OK : STATUS_FAILED;
}

/* ---- all of it ---- */

static enum status read_kernel(struct matrix *matrix, char *text)
{
    char *equals = strrchr(text, '=');
    struct kernel_size *chosen = &matrix->kernels[matrix->kernel_count++];
    if (!equals || !count_parse(equals + 1, &chosen->size) || matrix->kernel_count == KERNELS_MAX)
        return status_fail(STATUS_USAGE, "\"%s\" is no KERNEL=SIZE", text);
    *equals = '\0';
    chosen->kernel = kernel_find(text);
    *equals = '=';
    return chosen->kernel ? STATUS_OK
                          : status_fail(STATUS_USAGE, "there is no kernel in \"%s\"", text);
}

static enum status read_words(struct matrix *matrix, char **words)
{
    for (; *words; words++)
        if (strcmp(*words, "--rank") == 0)
            matrix->is_rank = true;
        else if (strcmp(*words, "--only") == 0 && words[1])
            matrix->only = *++words;
        else if (strcmp(*words, "--limit") == 0 && words[1])
            matrix->limit_s = (unsigned)strtoul(*++words, NULL, 10);
        else if (strcmp(*words, "--ranks") == 0 && words[1])
            matrix->ranks = (unsigned)strtoul(*++words, NULL, 10);
        else if (strcmp(*words, "--threads") == 0 && words[1])
            matrix->threads = (unsigned)strtoul(*++words, NULL, 10);
        else
            TRY(read_kernel(matrix, *words));
    return STATUS_OK;
}

/* Whether there are cells of each kernel and none has failed. */
static bool try_all(struct matrix *matrix)
{
    struct tally *tally = matrix->tally;
    unsigned long refused = 0;
    if (matrix->kernel_count == 0)
        return false;
    for (unsigned i = 0; i < matrix->kernel_count; i++) {
        const unsigned long before = tally->cells;
        expect(matrix, &matrix->kernels[i]);
        refused = choices_walk(&matrix->entry, try_choice, matrix);
        (void)snprintf(tally->cell, sizeof tally->cell, "%s under %s", matrix->kernel->name,
                       this_model.name);
        if (tally->cells == before && tally->failed == 0)
            say_failed(tally, "not one cell of it was executed");
    }
    const unsigned long each = tally->choices / matrix->kernel_count;
    printf("%s: %u kernel%s, %lu way%s to set its options and %lu refused; %lu cells, and %lu "
           "refused at their start; %lu failed\n",
           this_model.name, matrix->kernel_count, plural(matrix->kernel_count), each, plural(each),
           refused, tally->cells, tally->refused, tally->failed);
    return tally->failed == 0;
}

/* Whether this process is to tell what has come of all. */
static bool is_first_rank(void)
{
    const char *of_open_mpi = getenv("OMPI_COMM_WORLD_RANK");
    const char *rank = of_open_mpi ? of_open_mpi : getenv("PMI_RANK");
    return !rank || strcmp(rank, "0") == 0;
}

/* In this process, and those that it makes. */
static enum status try_here(struct matrix *matrix)
{
    const struct storage storage = storage_new(sizeof *matrix->tally, true, "the tally");
    matrix->tally = storage.start; /* it ends with this process */
    (void)sched_getaffinity(0, sizeof matrix->allowed, &matrix->allowed);
    if (matrix->is_rank)
        name_what_ends_it(matrix);
    else
        set_environment((const char *const[]){LAUNCHER_ENVIRONMENT, NULL});
    if (matrix->is_rank && !is_first_rank())
        (void)freopen("/dev/null", "w", stdout);
    const bool is_well = try_all(matrix);
    (void)snprintf(matrix->tally->cell, sizeof matrix->tally->cell, "the end of MPI");
    if (one_launch_end)
        one_launch_end();
    (void)snprintf(matrix->tally->cell, sizeof matrix->tally->cell, "the end of the process");
    return is_well ? STATUS_OK : STATUS_FAILED;
}

int main(int argc, char **argv)
{
    struct matrix *matrix = memory_new(1, sizeof *matrix);
    matrix->limit_s = LIMIT_S;
    matrix->entry.model = this_model;
    enum status status = argc > 0 ? read_words(matrix, argv + 1) : STATUS_USAGE;
    if (status == STATUS_OK && launch_has_ranks(this_model.launch) && !matrix->is_rank)
        status = launch(matrix, argv);
    else if (status == STATUS_OK)
        status = try_here(matrix);
    free(matrix);
    return (int)status;
}
