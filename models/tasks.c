/*
 * A graph of tasks: a leaf for each chunk, and a task for each pair of neighbours that combines
 * them, up a binary tree. A task begins as soon as those that it depends on have ended, on
 * whichever thread is free; nobody waits for all leaves.
 *
 * There: Dask's graph on one node, such as bag.sum() with a split of 2. It is made depth first, as
 * Dask executes it: two leaves, their sum, the next two. Look at tasks::leaves and tasks::combines,
 * one less; and at what a task costs with short chunks.
 */
#include "map_buffers.h"
#include "memory.h"
#include "openmp.h"
#include "options.h"
#include "tasks_options.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { CACHE_LINE = 64 };

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    uint64_t chunks;
    size_t *offsets; /* of each chunk's partial, with room for all that is appended to it */
    struct storage partials;
    atomic_bool failed;
    unsigned char apart[CACHE_LINE]; /* from what the others read all the time */
    uint64_t leaves, combines;       /* tasks that were made, by who makes them all */
};

static struct range chunk_at(const struct team *team, uint64_t chunk)
{
    return range_split(kernel_whole(team->job->size), team->chunks, chunk);
}

static unsigned char *partial_at(const struct team *team, uint64_t chunk)
{
    return (unsigned char *)team->partials.start + team->offsets[chunk];
}

/* Makes the tasks of the chunks `first` … `end` - 1, whose partials are then that of the first. */
static void make_tasks(struct team *team, uint64_t first, uint64_t end)
{
    unsigned char *into = partial_at(team, first);
    if (end - first == 1) {
        team->leaves++;
#pragma omp task depend(out : *into) firstprivate(team, first, into)
        if (map_buffers_compute(&team->map_buffers, chunk_at(team, first), into) != STATUS_OK)
            team->failed = true;
        return;
    }
    const uint64_t middle = first + (end - first + 1) / 2;
    unsigned char *from = partial_at(team, middle);
    make_tasks(team, first, middle);
    make_tasks(team, middle, end);
    team->combines++;
#pragma omp task depend(inout : *into) depend(in : *from) firstprivate(team, into, from)
    if (!team->failed)
        team->job->kernel->combine(into, from);
}

/* The room that each chunk's partial needs: that of all which are combined into it. */
static void find_rooms(struct team *team, uint64_t first, uint64_t end)
{
    const struct range joint = {chunk_at(team, first).begin, chunk_at(team, end - 1).end};
    const size_t bytes = kernel_partial_size(team->job->kernel, team->job->size, joint);
    const size_t room = (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    team->offsets[first] = room > team->offsets[first] ? room : team->offsets[first];
    if (end - first == 1)
        return;
    find_rooms(team, first, first + (end - first + 1) / 2);
    find_rooms(team, first + (end - first + 1) / 2, end);
}

static enum status tasks_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    size_t bytes = 0;
    team->job = job;
    team->chunks = range_pieces(whole, job_count(job, "chunk", range_chunk(whole, job->threads)));
    team->offsets = memory_new(team->chunks, sizeof *team->offsets);
    find_rooms(team, 0, team->chunks);
    for (uint64_t chunk = 0; chunk < team->chunks; chunk++) {
        const size_t room = team->offsets[chunk];
        team->offsets[chunk] = bytes;
        bytes += room;
    }
    team->partials = storage_new(bytes, false, "the partial results: take a larger chunk");
    team->map_buffers = map_buffers_new(job, whole, false);
    TRY(openmp_form(job->threads, 0, job->threads));
#pragma omp parallel for num_threads((int)job->threads)
    for (unsigned thread = 0; thread < job->threads; thread++)
        map_buffers_fill(&team->map_buffers, range_split(whole, job->threads, thread));
    return STATUS_OK;
}

static enum status tasks_ready(struct team *team)
{
    team->leaves = team->combines = 0;
    openmp_wake(team->job->threads);
    return STATUS_OK;
}

static enum status tasks_execute(struct team *team, struct outcome *outcome)
{
    /* Always the first thread makes them: what any other one knows of the order of tasks libgomp
     * never frees. Nobody leaves the region before all have ended. */
    team->failed = false;
#pragma omp parallel num_threads((int)team->job->threads)
    {
#pragma omp master
        make_tasks(team, 0, team->chunks);
    }
    outcome->partial = team->partials.start;
    outcome->output = team->map_buffers.output.start;
    return team->failed ? STATUS_FAILED : STATUS_OK;
}

static void tasks_stop(struct team *team)
{
    free(team->offsets);
    storage_free(&team->partials);
    map_buffers_free(&team->map_buffers);
}

static void tasks_count(struct team *team, struct outcome *outcome)
{
    outcome_count(outcome, "tasks::leaves", (double)team->leaves);
    outcome_count(outcome, "tasks::combines", (double)team->combines);
}

const struct model this_model = {
    .name = "tasks",
    .title = "OpenMP tasks that depend on each other",
    .python = "Dask's graph on one node",
    .launch = LAUNCH_THREADS,
    .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS | TRAIT_ON_REQUEST,
    .copies = 1,
    .options = tasks_options,
    .counts = tasks_counts,
    .team_bytes = sizeof(struct team),
    .start = tasks_start,
    .ready = tasks_ready,
    .execute = tasks_execute,
    .count = tasks_count,
    .tell = openmp_tell,
    .stop = tasks_stop,
};
