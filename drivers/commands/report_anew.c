/* parbench report: a run's tables, figures and page, made anew from its samples. */
#include "arguments.h"
#include "commands.h"
#include "gnuplot.h"
#include "run_output.h"
#include "signals.h"

struct options {
    bool no_figures;
    struct run_output_asked shown;
};

static enum status run(void *context, const struct words *words)
{
    const struct options *options = context;
    struct analysed_run analysed;
    signals_outlive_readers();
    TRY(analysed_run_read(words->all[0], true, &analysed));
    struct run_output written = run_output_begin(&analysed);
    run_output_print(&analysed, &options->shown);
    char gnuplot[256];
    const bool draws = !options->no_figures && gnuplot_is_there(gnuplot, sizeof gnuplot);
    const enum status status = run_output_draw(&analysed, draws, &written);
    run_output_end(&analysed, &written, &options->shown);
    analysed_run_say_cut(&analysed);
    analysed_run_free(&analysed);
    return status;
}

static const struct argument arguments[] = {
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
    .help = "makes tables, figures and report.html of a run anew",
    .line = {"report DIR [OPTION...]", "Makes a run's tables, figures and report.html anew.",
             arguments, 1, "one folder is reported", 1, "report needs the folder of a run",
             .example = "report results/reference"},
    .options_size = sizeof(struct options),
    .run = run,
};
