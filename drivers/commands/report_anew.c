/* parbench report: a run's tables, figures and page, made anew from its samples. */
#define _GNU_SOURCE
#include "arguments.h"
#include "catalog.h"
#include "child.h"
#include "commands.h"
#include "run_output.h"

#include <string.h>

struct options {
    const char *folder;
    bool no_figures, json;
};

static enum status take(void *context, const char *name, const char *value)
{
    struct options *options = context;
    if (name && strcmp(name, "json") == 0)
        options->json = true;
    else if (name)
        options->no_figures = true;
    else if (options->folder)
        return status_fail(STATUS_USAGE, "one folder is reported; \"%s\" is too much", value);
    else
        options->folder = value;
    return STATUS_OK;
}

static enum status report(const struct options *options)
{
    struct catalog catalog = {0};
    struct analysed_run run = {.folder = NULL};
    if (!options->no_figures && !child_in_path("gnuplot"))
        return status_fail(STATUS_FAILED, "gnuplot is not in PATH: install it (scripts/setup) or "
                                          "take --no-figures");
    enum status status = catalog_load(&catalog);
    if (status == STATUS_OK)
        status = analysed_run_read(options->folder, &run);
    if (status == STATUS_OK && run.record->ending == ENDING_NONE)
        status_say("the run was cut off: go on with parbench run --resume %s", options->folder);
    if (status == STATUS_OK) {
        status = run_output_write(&run, options->no_figures ? NULL : catalog.plots);
        const enum status printed = run_output_print(&run, !options->no_figures, options->json);
        status = status == STATUS_OK ? printed : status;
    }
    analysed_run_free(&run);
    catalog_free(&catalog);
    return status;
}

static enum status command(int argc, char **argv)
{
    static const struct argument arguments[] = {
        {"no-figures", NULL, "do not draw (gnuplot is not needed then)"},
        {"json", NULL, "print one JSON object instead of tables"},
        {0},
    };
    static const struct command_line line = {
        "report DIR [OPTION...]", "Makes a run's tables, figures and report.html anew.", arguments};
    struct options options = {0};
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, take, &options, &helped);
    if (status != STATUS_OK || helped)
        return status;
    if (!options.folder)
        return status_fail(STATUS_USAGE, "report needs the folder of a run");
    return report(&options);
}

const struct subcommand subcommand_report_anew = {
    .name = "report",
    .help = "tables, figures and report.html of a run, made anew",
    .run = command,
};
