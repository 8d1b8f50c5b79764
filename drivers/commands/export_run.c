/* parbench export: a run's samples in a format that other tools read. */
#include "arguments.h"
#include "commands.h"
#include "export_format.h"
#include "run_folder.h"
#include "safe_file.h"

#include <stdio.h>

struct options {
    const char *out, *name;
    const struct export_format *format; /* of that name */
};

static void describe(void)
{
    puts("");
    for (unsigned i = 0; export_table[i]; i++)
        printf("  %-13s %s\n", export_table[i]->name, export_table[i]->help);
}

static enum status find_format(void *context)
{
    struct options *options = context;
    return export_choose(options->name, false, &options->format);
}

struct exported {
    const struct export_format *format;
    const struct analysed_run *run;
};

static void write_exported(FILE *stream, const void *context)
{
    const struct exported *exported = context;
    exported->format->write(exported->run, stream);
}

/* What cannot be exported leaves an earlier file alone. */
static enum status write_run(const struct options *options, const struct analysed_run *run)
{
    const struct exported exported = {options->format, run};
    const char *name = options->out ? options->out : "standard output";
    if (run_folder_has(run->folder, options->out ? options->out : "/dev/stdout"))
        return status_fail(STATUS_USAGE, "%s is one of the run's own files: choose another", name);
    if (options->format->check)
        TRY(options->format->check(run));
    const char *wrong = safe_file_give(options->out, write_exported, &exported);
    return wrong ? status_fail(STATUS_FAILED, "cannot write %s: %s", name, wrong) : STATUS_OK;
}

static enum status run(void *context, const struct words *folders)
{
    const struct options *options = context;
    struct analysed_run analysed;
    if (!options->format)
        return status_fail(STATUS_USAGE, "export needs --format FORMAT: see --help");
    TRY(analysed_run_read(folders->all[0], false, &analysed));
    if (analysed.sources.mixed)
        status_say("%s was put together of runs of several machines", analysed.folder);
    const enum status status = write_run(options, &analysed);
    analysed_run_say_cut(&analysed);
    analysed_run_free(&analysed);
    return status;
}

static const struct argument arguments[] = {
    {"format", "FORMAT", "one of the above", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, name), .check = find_format},
    {"out", "FILE", "write to this file (default: standard output)", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, out)},
    {0},
};

const struct subcommand subcommand_export_run = {
    .name = "export",
    .help = "writes a run for other tools: CSV, Google Benchmark, pyperf, ...",
    .line = {"export DIR --format FORMAT [--out FILE]",
             "Writes a run's samples in a format that other tools read.", arguments, 1,
             "one folder is exported", 1, "export needs the folder of a run", describe,
             .example = "export results/reference --format gbench --out run.json"},
    .options_size = sizeof(struct options),
    .run = run,
};
