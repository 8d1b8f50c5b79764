/* parbench report: a run's tables, figures and page, made anew from its samples; of several runs
 * those of all of them together. */
#include "arguments.h"
#include "commands.h"
#include "merged_folder.h"
#include "run_output.h"
#include "signals.h"

#include <limits.h>

struct options {
    bool no_figures, mixed;
    const char *out;
    struct run_output_asked shown;
};

/* In a folder of their own, which is then a run's. */
static enum status report_together(const struct options *options, const struct words *folders)
{
    char made[PATH_MAX];
    TRY(merged_folder_make(&(struct merge_asked){.folders = (const char *const *)folders->all,
                                                 .count = folders->count,
                                                 .out = options->out,
                                                 .command = folders->whole,
                                                 .mixed = options->mixed},
                           made));
    status_say("%u runs are put together in %s", folders->count, made);
    return run_output_anew(made, !options->no_figures, &options->shown);
}

static enum status run(void *context, const struct words *folders)
{
    const struct options *options = context;
    signals_outlive_readers();
    if (folders->count > 1)
        return report_together(options, folders);
    if (options->out || options->mixed)
        return status_fail(STATUS_USAGE, "--%s is for several runs: one is reported in its folder",
                           options->out ? "out" : "mixed");
    return run_output_anew(folders->all[0], !options->no_figures, &options->shown);
}

static const struct argument arguments[] = {
    {"out", "DIR", "where several go (default: a new folder in results/)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, out)},
    {"mixed", NULL, "several may be of machines that differ", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, mixed)},
    {"no-figures", NULL, "do not draw (gnuplot is not needed then)", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, no_figures)},
    {"json", NULL, "print one JSON object instead of tables", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, shown.json)},
    {"tables", NULL, "show every kernel's tables on a terminal, too", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, shown.tables)},
    {"fom", NULL, "show the FOM lines as well, which are in fom.txt", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, shown.fom)},
    {0},
};

const struct subcommand subcommand_report_anew = {
    .name = "report",
    .help = "makes tables, figures and report.html of runs anew",
    .line = {"report DIR [DIR...] [OPTION...]",
             "Makes a run's tables, figures and report.html anew; of several runs one of all\n"
             "together, in a folder of its own.",
             arguments, UINT_MAX, .words_least = 1,
             .words_needed = "report needs the folder of a run",
             .example = "report results/reference"},
    .options_size = sizeof(struct options),
    .run = run,
};
