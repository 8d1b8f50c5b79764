/* parbench report: a run's tables, figures and page, made anew from its samples. */
#define _GNU_SOURCE
#include "arguments.h"
#include "catalog.h"
#include "child.h"
#include "commands.h"
#include "run_output.h"

#include <string.h>

struct options {
    bool no_figures, json;
};

static enum status report(const struct options *options, const char *folder)
{
    char plots[PATH_MAX];
    struct analysed_run run = {.folder = NULL};
    if (!options->no_figures && !child_in_path("gnuplot"))
        return status_fail(STATUS_FAILED, "gnuplot is not in PATH: install it (scripts/setup) or "
                                          "take --no-figures");
    enum status status = catalog_plots(plots);
    if (status == STATUS_OK)
        status = analysed_run_read(folder, &run);
    if (status == STATUS_OK && run.record->ending == ENDING_NONE)
        status_say("the run was cut off: go on with parbench run --resume %s", folder);
    if (status == STATUS_OK) {
        status = run_output_write(&run, options->no_figures ? NULL : plots);
        const enum status printed = run_output_print(&run, !options->no_figures, options->json);
        status = status == STATUS_OK ? printed : status;
    }
    analysed_run_free(&run);
    return status;
}

static enum status command(int argc, char **argv)
{
    static const struct argument arguments[] = {
        {"no-figures", NULL, "do not draw (gnuplot is not needed then)", .kind = ARGUMENT_SWITCH,
         .place = offsetof(struct options, no_figures)},
        {"json", NULL, "print one JSON object instead of tables", .kind = ARGUMENT_SWITCH,
         .place = offsetof(struct options, json)},
        {0},
    };
    static const struct command_line line = {"report DIR [OPTION...]",
                                             "Makes a run's tables, figures and report.html anew.",
                                             arguments, 1, "one folder is reported"};
    struct options options = {0};
    struct words folders;
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, &options, &folders, &helped);
    if (status != STATUS_OK || helped)
        return status;
    if (folders.count > 0)
        return report(&options, folders.all[0]);
    return status_fail(STATUS_USAGE, "report needs the folder of a run");
}

const struct subcommand subcommand_report_anew = {
    .name = "report",
    .help = "tables, figures and report.html of a run, made anew",
    .run = command,
};
