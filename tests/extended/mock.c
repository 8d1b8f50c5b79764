/*
 * A model from outside the tree that computes serially and then breaks in the way it is told, so
 * that tests can see what becomes of a cell that does.
 */
#include "map_buffers.h"
#include "memory.h"
#include "model.h"
#include "options.h"
#include "seat.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    unsigned char *partial;
    unsigned samples;
};

static void sleep_for_ever(void)
{
    for (;;)
        (void)pause();
}

static enum status mock_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    if (job_chose(job, "break", "start"))
        return status_fail(STATUS_FAILED, "it was told to fail at its start");
    if (job_chose(job, "break", "orphan") && fork() == 0) {
        (void)signal(SIGTERM, SIG_IGN);
        sleep_for_ever();
    }
    team->job = job;
    team->partial = memory_bytes(kernel_partial_size(job->kernel, job->size, whole));
    team->map_buffers = map_buffers_new(job, whole, false);
    map_buffers_fill(&team->map_buffers, whole);
    if (!job_chose(job, "break", "seat"))
        seat_take_only(0, 1);
    return STATUS_OK;
}

static void mock_stop(struct team *team)
{
    map_buffers_free(&team->map_buffers);
    free(team->partial);
}

/* What it does beside or instead of computing. */
static void misbehave(const struct job *job)
{
    const char *how = job_choice(job, "break");
    if (strcmp(how, "crash") == 0)
        (void)raise(SIGSEGV);
    if (strcmp(how, "exit") == 0)
        exit(3);
    if (strcmp(how, "silent") == 0)
        exit(0);
    if (strcmp(how, "hang") == 0)
        sleep_for_ever();
    if (strcmp(how, "stubborn") == 0) {
        (void)signal(SIGTERM, SIG_IGN);
        sleep_for_ever();
    }
    if (strcmp(how, "noise") == 0) {
        puts("a line from some library");
        puts("@parbench {\"event\": \"sample\", \"seconds\": \"many\"");
        (void)fprintf(stderr, "%0*d\n", 20000, 0);
    }
}

static enum status mock_ready(struct team *team)
{
    misbehave(team->job);
    return STATUS_OK;
}

static enum status mock_execute(struct team *team, struct outcome *outcome)
{
    const struct job *job = team->job;
    enum status status =
        map_buffers_compute(&team->map_buffers, kernel_whole(job->size), team->partial);
    if (job_chose(job, "break", "wrong") || (job_chose(job, "break", "late") && team->samples > 0))
        team->partial[0] ^= 1;
    if (job_chose(job, "break", "nan")) {
        const double nan = NAN;
        memcpy(team->partial, &nan, sizeof nan);
    }
    team->samples++;
    outcome->partial = team->partial;
    outcome->output = team->map_buffers.output.start;
    return status;
}

static const struct model_option mock_options[] = {
    {.name = "break",
     .kind = OPTION_CHOICE,
     .values = {{.word = "no"},
                {.word = "wrong", .python = "random.choice"},
                {.word = "late"},
                {.word = "nan"},
                {.word = "start"},
                {.word = "crash"},
                {.word = "exit"},
                {.word = "silent"},
                {.word = "hang"},
                {.word = "stubborn"},
                {.word = "orphan"},
                {.word = "noise"},
                {.word = "seat"}},
     .initial = "no",
     .help = "what goes wrong"},
    {.name = "share", .kind = OPTION_FRACTION, .initial = "1", .help = "of nothing"},
    {0},
};

static const struct refusal mock_refusals[] = {
    {"break=start", "share", "what never starts has no share"},
    {"break=nan", "share=0", "nothing is a number"},
    {0},
};

static const struct count_info mock_counts[] = {
    {"mock::executions", "", "how often it computed since it began"},
    {0},
};

static void mock_count(struct team *team, struct outcome *outcome)
{
    outcome_count(outcome, mock_counts[0].name, team->samples);
}

const struct model this_model = {
    .name = "mock",
    .title = "a model that breaks as it is told",
    .python = "nothing",
    .launch = LAUNCH_PROCESSES,
    .copies = 1,
    .options = mock_options,
    .refusals = mock_refusals,
    .counts = mock_counts,
    .team_bytes = sizeof(struct team),
    .start = mock_start,
    .ready = mock_ready,
    .execute = mock_execute,
    .count = mock_count,
    .stop = mock_stop,
};
