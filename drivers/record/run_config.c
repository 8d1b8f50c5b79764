#include "run_config.h"

#include "names.h"
#include "record.h"

#include <limits.h>
#include <string.h>

static enum status find_profile(void *context)
{
    struct run_config *config = context;
    config->request.profile =
        names_find("profile", config->profile, profile_table, sizeof *profile_table);
    return config->request.profile ? STATUS_OK : STATUS_USAGE;
}

#define PUT(kind_, member) .kind = (kind_), .place = offsetof(struct run_config, member)

const struct argument run_config_arguments[] = {
    {"kernels", "KERNEL,...", "names, with commas between (default: all but limits)",
     PUT(ARGUMENT_TEXT, request.kernels)},
    {"models", "MODEL,...", "with :option=value,... (default: all; the base too)",
     PUT(ARGUMENT_TEXT, request.models)},
    {"workers", "LIST", "1,2,4 or 1-8 (default: powers of two, and all cores)",
     PUT(ARGUMENT_TEXT, request.workers)},
    {"alone", NULL, "leave out kernels' other algorithms and limits",
     PUT(ARGUMENT_SWITCH, request.alone)},
    {"nodes", "LIST", "1,2 or 1-4: what ranks are spread over (default 1)",
     PUT(ARGUMENT_TEXT, request.nodes)},
    {"ppn", "K", "ranks on each node (default: as its cores are)", PUT(ARGUMENT_COUNT, request.ppn),
     .least = 1, .most = PLAN_WORKERS_MAX},
    {"threads", "T", "threads of each of these ranks", PUT(ARGUMENT_COUNT, request.threads),
     .least = 1, .most = PLAN_WORKERS_MAX},
    ALLOCATION_ARGUMENTS(struct run_config, allocation),
    {"size", "SIZES", "one N, or KERNEL=N,... (default: the kernels')",
     PUT(ARGUMENT_TEXT, request.sizes)},
    {"profile", "PROFILE", "smoke, quick or full (default quick)", PUT(ARGUMENT_TEXT, profile),
     .check = find_profile, .key = "profile"},
    {"rounds", "R", "at most so many fresh launches of every cell", PUT(ARGUMENT_COUNT, rounds),
     .least = 1, .most = RECORD_ROUNDS_MAX, .key = "rounds_at_most", .is_resumable = true},
    {"precision", "P%", "stop when every interval is within P% (default 2%)",
     PUT(ARGUMENT_PERCENT, precision), .key = "precision", .is_resumable = true},
    {"budget", "TIME", "begin no round that would end later", PUT(ARGUMENT_DURATION, budget_s),
     .key = "budget_s", .is_resumable = true},
    {"seed", "N", "of the order of cells (default: random; recorded)", PUT(ARGUMENT_NUMBER, seed),
     .key = "seed"},
    {"beside", "OTHER/parbench", "measure another build as well, launch by launch",
     PUT(ARGUMENT_TEXT, other), .is_resumable = true},
    {"out", "DIR", "the run's folder (default: a new one in results/)", PUT(ARGUMENT_TEXT, out)},
    {"resume", "DIR", "go on with the run in this folder", PUT(ARGUMENT_TEXT, resume),
     .is_resumable = true},
    {"continue", NULL, "go on with the run in --out, if there is one",
     PUT(ARGUMENT_SWITCH, continues)},
    {"dry-run", NULL, "print the command line of each cell, start none",
     PUT(ARGUMENT_SWITCH, dry_run)},
    {"cold", NULL, "time a launch's first execution, too", PUT(ARGUMENT_SWITCH, cold),
     .key = "cold", .may_lack = true},
    {"oversubscribe", NULL, "allow more workers than cores",
     PUT(ARGUMENT_SWITCH, request.oversubscribe)},
    {"cell-timeout", "TIME", "end a launch after this time (default 60s)",
     PUT(ARGUMENT_DURATION, timeout_s), .key = "cell_timeout_s", .is_resumable = true},
    {"require-counters", NULL, "fail if instructions or cycles are not counted",
     PUT(ARGUMENT_SWITCH, require_counters), .is_resumable = true},
    {"no-figures", NULL, "do not draw (gnuplot is not needed then)",
     PUT(ARGUMENT_SWITCH, no_figures), .is_resumable = true},
    {"json", NULL, "print one JSON object instead of tables", PUT(ARGUMENT_SWITCH, json),
     .is_resumable = true},
    {"format", "FORMAT", "print it alone: parbench export --help lists them",
     PUT(ARGUMENT_TEXT, format), .is_resumable = true},
    {"tables", NULL, "show every kernel's tables on a terminal, too", PUT(ARGUMENT_SWITCH, tables),
     .is_resumable = true},
    {"fom", NULL, "show the FOM lines as well, which are in fom.txt", PUT(ARGUMENT_SWITCH, fom),
     .is_resumable = true},
    /* What follows from those. */
    {.key = "command", PUT(ARGUMENT_TEXT, command), .may_lack = true},
    {.key = "samples_per_launch", PUT(ARGUMENT_COUNT, samples), .least = 1, .most = INT_MAX},
    {.key = "rounds_at_least", PUT(ARGUMENT_COUNT, rounds_min), .most = RECORD_ROUNDS_MAX},
    {.key = "budget_most_s",
     PUT(ARGUMENT_DURATION, budget_most_s),
     .may_lack = true,
     .is_resumable = true},
    {.key = "by_turns", PUT(ARGUMENT_TEXT, by_turns), .may_lack = true},
    {.key = "beside", PUT(ARGUMENT_TEXT, beside), .may_lack = true},
    {.key = "beside_folder", PUT(ARGUMENT_TEXT, beside_folder), .may_lack = true},
    {0},
};

bool run_config_is_new(const struct run_config *config)
{
    bool is_new = config->request.experiments != 0;
    for (const struct argument *row = run_config_arguments; row->kind; row++)
        is_new = is_new || (row->name && !row->is_resumable && argument_is_given(row, config));
    return is_new;
}

void run_config_change(struct run_config *config, const struct run_config *now)
{
    for (const struct argument *row = run_config_arguments; row->kind; row++)
        if (row->is_resumable && argument_is_given(row, now))
            argument_copy(row, now, config);
    if (now->budget_s > 0)
        config->budget_most_s = now->budget_s;
}

json_t *run_config_json(const struct run_config *config, bool only_resumable)
{
    json_t *object = json_object();
    for (const struct argument *row = run_config_arguments; row->kind; row++)
        if (row->key && (row->is_resumable || !only_resumable))
            (void)json_object_set_new(object, row->key, argument_json(row, config));
    return object;
}

bool run_config_read(const json_t *manifest, struct run_config *config)
{
    *config = (struct run_config){.profile = NULL};
    for (const struct argument *row = run_config_arguments; row->kind; row++)
        if (row->key && !argument_read(row, manifest, config))
            return false;
    /* Older ones lack it. */
    if (config->budget_most_s < config->budget_s)
        config->budget_most_s = config->budget_s;
    return true;
}
