#include "smpi.h"

#include "child.h"
#include "listener.h"
#include "memory.h"
#include "protocol.h"
#include "safe_file.h"
#include "signals.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what there is ---- */

bool smpi_find(const struct catalog *catalog, const char *program, char path[PATH_MAX])
{
    const char *cell = catalog->total > 0 ? catalog->entries[0].program : "";
    const char *slash = strrchr(cell, '/');
    return slash &&
           snprintf(path, PATH_MAX, "%.*s/%s", (int)(slash - cell), cell, program) < PATH_MAX &&
           access(path, R_OK) == 0;
}

bool smpi_answers(const struct catalog *catalog, char *line, size_t length)
{
    char path[PATH_MAX], told[192];
    const bool is_built = smpi_find(catalog, SMPI_WORK, path);
    const bool answers = is_built && child_version("smpirun", "install SimGrid (libsimgrid-dev)",
                                                   CHILD_ANSWER_S, told, sizeof told);
    if (is_built)
        (void)snprintf(line, length, "%s%s", answers ? "" : "smpirun ", told);
    else
        (void)snprintf(line, length,
                       "this was built without SimGrid: install libsimgrid-dev, "
                       "and build anew");
    return answers;
}

/* ---- how a kernel's work is spread ---- */

/* All that is said, however long. */
struct said {
    FILE *streams[CHILD_STREAMS];
};

static void keep(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    const struct said *said = context;
    (void)fwrite(bytes, 1, count, said->streams[stream]);
}

enum status smpi_work(const struct catalog *catalog, const char *kernel, uint64_t size,
                      double timeout_s, json_t **work)
{
    char path[PATH_MAX], number[32], *texts[CHILD_STREAMS], how[128];
    size_t lengths[CHILD_STREAMS];
    struct said said;
    if (!smpi_find(catalog, SMPI_WORK, path))
        return status_fail(STATUS_FAILED, "there is no %s: build parbench anew", SMPI_WORK);
    (void)snprintf(number, sizeof number, "%llu", (unsigned long long)size);
    char *const words[] = {path, (char *)kernel, number, NULL};
    struct child child = {.words = words, .take = keep, .context = &said, .end_signal = SIGKILL};
    for (int i = 0; i < CHILD_STREAMS; i++)
        said.streams[i] = memory_open(&texts[i], &lengths[i]);
    child_run(&child, 1, timeout_s);
    for (int i = 0; i < CHILD_STREAMS; i++)
        memory_close(said.streams[i], &texts[i]);
    json_t *told = child_succeeded(&child) ? json_loads(texts[CHILD_OUTPUT], 0, NULL) : NULL;
    texts[CHILD_ERRORS][strcspn(texts[CHILD_ERRORS], "\n")] = '\0';
    child_explain(SMPI_WORK, child.status, how, sizeof how);
    enum status status = STATUS_OK;
    if (json_array_size(json_object_get(told, "seconds")) > 0) {
        *work = told;
    } else {
        json_decref(told);
        status = child.end == CHILD_INTERRUPTED ? STATUS_INTERRUPTED
                 : child.end == CHILD_TIMED_OUT
                     ? status_fail(STATUS_FAILED, "the work of %s took more than %s", kernel,
                                   text_duration(timeout_s).text)
                     : status_fail(STATUS_FAILED, "cannot tell the work of %s: %s%s%s", kernel, how,
                                   *texts[CHILD_ERRORS] ? ": " : "", texts[CHILD_ERRORS]);
    }
    for (int i = 0; i < CHILD_STREAMS; i++)
        free(texts[i]);
    return status;
}

/* ---- a simulated cell ---- */

static unsigned nodes_of(const struct smpi_cluster *cluster)
{
    return (cluster->ranks - 1) / cluster->per_node + 1;
}

/* Latency is from end to end: each node's own link has half of it. */
static void write_platform(FILE *stream, const void *what)
{
    const struct smpi_cluster *cluster = what;
    (void)fprintf(stream,
                  "<?xml version='1.0'?>\n"
                  "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
                  "<platform version=\"4.1\">\n"
                  "  <cluster id=\"cluster\" prefix=\"node\" suffix=\"\" radical=\"0-%u\" "
                  "speed=\"%.9ef\" core=\"%u\"\n"
                  "    bw=\"%.9eBps\" lat=\"%.9es\" loopback_bw=\"%.9eBps\" "
                  "loopback_lat=\"%.9es\"\n"
                  "    sharing_policy=\"SPLITDUPLEX\"/>\n"
                  "</platform>\n",
                  nodes_of(cluster) - 1, 1e9 * cluster->speed, cluster->per_node,
                  cluster->between.bytes_s, cluster->between.latency_s / 2, cluster->within.bytes_s,
                  cluster->within.latency_s);
}

static void write_hosts(FILE *stream, const void *what)
{
    const struct smpi_cluster *cluster = what;
    for (unsigned i = 0; i < nodes_of(cluster); i++)
        (void)fprintf(stream, "node%u:%u\n", i, cluster->per_node);
}

/* What smpirun reads, in the cell's folder. */
struct files {
    char folder[PATH_MAX], work[PATH_MAX]; /* from / on */
    char platform[PATH_MAX], hosts[PATH_MAX];
};

static enum status write_files(const struct smpi_cell *cell, struct files *files)
{
    const struct {
        char *path;
        const char *name;
        void (*write)(FILE *stream, const void *what);
    } each[] = {{files->platform, "platform.xml", write_platform},
                {files->hosts, "hosts", write_hosts}};
    if (!realpath(cell->folder, files->folder) || !realpath(cell->work, files->work))
        return status_fail(STATUS_FAILED, "cannot find %s: %s", cell->folder, strerror(errno));
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        const bool fits =
            snprintf(each[i].path, PATH_MAX, "%s/%s", files->folder, each[i].name) < PATH_MAX;
        const char *why = fits ? safe_file_write(each[i].path, each[i].write, &cell->cluster)
                               : "the path is too long";
        if (why)
            return status_fail(STATUS_FAILED, "cannot write %s: %s", each[i].path, why);
    }
    return STATUS_OK;
}

/*
 * Factors that SMPI multiplies latency and bandwidth by, and costs of each message that it adds,
 * were measured on another cluster: here both are as they were measured on this one. Of
 * collectives it chooses algorithms as Open MPI does, which with one rank alone makes it fail; but
 * not for reductions and broadcasts to all, which are in no sample: with 1,024 ranks the first one
 * alone takes half a minute so, and by recursive doubling or a binomial tree less than a second.
 * Nothing but what kernels are charged takes time to compute.
 */
static char *make_command(const struct smpi_cell *cell, const struct files *files)
{
    char *text;
    size_t length;
    const unsigned ranks = cell->cluster.ranks;
    FILE *command = memory_open(&text, &length);
    (void)fprintf(command,
                  "env\n-C\n%s\nsmpirun\n-platform\n%s\n-hostfile\n%s\n-np\n%u\n"
                  "--log=root.thres:error\n--cfg=smpi/host-speed:1Gf\n--cfg=smpi/tmpdir:%s\n"
                  "--cfg=smpi/bw-factor:0:1\n--cfg=smpi/lat-factor:0:1\n--cfg=smpi/os:0:0:0\n"
                  "--cfg=smpi/or:0:0:0\n--cfg=smpi/ois:0:0:0\n"
                  "--cfg=smpi/simulate-computation:no\n%s",
                  files->folder, files->platform, files->hosts, ranks, files->folder,
                  ranks > 1 ? "--cfg=smpi/coll-selector:ompi\n--cfg=smpi/allreduce:rdb\n"
                              "--cfg=smpi/bcast:binomial_tree\n"
                            : "");
    (void)fprintf(command, "%s\n%s\n%llu\n%u\n%u\n1\n1\n1\n%s\n%s\n%s\n", cell->program,
                  cell->kernel, (unsigned long long)cell->size, ranks, ranks,
                  PROTOCOL_OVERSUBSCRIBE, PROTOCOL_COLD, PROTOCOL_UNCOUNTED);
    memory_close(command, &text);
    return text;
}

/* smpirun makes files where it stands, and a copy of the program for each rank; one that was killed
 * leaves them. */
static void sweep(const char *folder)
{
    DIR *files = opendir(folder);
    const struct dirent *file;
    while (files && (file = readdir(files)))
        if (fnmatch("smpitmp-*", file->d_name, 0) == 0 || fnmatch("*.so", file->d_name, 0) == 0)
            (void)unlinkat(dirfd(files), file->d_name, 0);
    if (files)
        (void)closedir(files);
}

/* Why it did not end well, where it has not said so itself. */
static void explain(const struct child *child, double timeout_s, struct launch_result *launched)
{
    if (child->end == CHILD_TIMED_OUT)
        (void)snprintf(launched->failure, sizeof launched->failure, "it took more than %s",
                       text_duration(timeout_s).text);
    else if (!launched->explained)
        child_explain("smpirun", child->status, launched->failure, sizeof launched->failure);
}

enum status smpi_run(const struct smpi_cell *cell, struct launch_result *launched)
{
    struct files files;
    char work[PATH_MAX + 32];
    TRY(write_files(cell, &files));
    (void)snprintf(work, sizeof work, "PARBENCH_WORK=%s", files.work);
    const char *const environment[] = {work, "LD_PRELOAD", NULL};
    char *text = make_command(cell, &files);
    char **words = child_words(text);
    struct listener listener = listener_begin(launched, cell->log);
    struct child child = {.words = words,
                          .environment = environment,
                          .take = listener_take,
                          .context = &listener,
                          .end_signal = SIGTERM};
    child_run(&child, 1, cell->timeout_s);
    listener_end(&listener);
    sweep(files.folder);
    free(words);
    free(text);
    const bool is_whole = json_array_size(launch_said(launched, "sample")) > 0 &&
                          json_array_size(launch_said(launched, "result")) > 0;
    launched->ended = child_succeeded(&child) && is_whole;
    if (!launched->ended)
        explain(&child, cell->timeout_s, launched);
    return child.end == CHILD_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_OK;
}
