/* parbench export: a run's samples in a format that other tools read. */
#define _GNU_SOURCE
#include "arguments.h"
#include "commands.h"
#include "export_format.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *out, *name;
    const struct export_format *format; /* of that name */
};

enum { SUMMARY_MAX_BYTES = 1024 };

/* What the command does, and the formats. */
static void describe(char *summary, size_t length)
{
    (void)snprintf(summary, length, "Writes a run's samples in a format that other tools read.\n");
    for (unsigned i = 0; export_table[i]; i++)
        text_append(summary, length, "\n  %-8s %s", export_table[i]->name, export_table[i]->help);
}

static enum status find_format(void *context)
{
    struct options *options = context;
    const char *names[EXPORT_FORMATS_MAX];
    unsigned count = 0, chosen = 0;
    for (; export_table[count] && count < EXPORT_FORMATS_MAX; count++)
        names[count] = export_table[count]->name;
    enum status status = argument_choose("format", options->name, names, count, &chosen);
    options->format = export_table[chosen];
    return status;
}

/* What cannot be exported leaves an earlier file alone. */
static enum status write_run(const struct options *options, const struct analysed_run *run)
{
    const struct export_format *format = options->format;
    const char *name = options->out ? options->out : "standard output";
    enum status status = format->check ? format->check(run) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    FILE *stream = options->out ? fopen(options->out, "we") : stdout;
    if (stream)
        status = format->write(run, stream);
    bool kept = stream && fflush(stream) == 0 && !ferror(stream);
    if (stream && options->out)
        kept = fclose(stream) == 0 && kept;
    if (!kept && status == STATUS_OK)
        status = status_fail(STATUS_FAILED, "cannot write %s: %s", name, strerror(errno));
    return status;
}

static enum status command(int argc, char **argv)
{
    static const struct argument arguments[] = {
        {"format", "NAME", "one of the above", .kind = ARGUMENT_TEXT,
         .place = offsetof(struct options, name), .check = find_format},
        {"out", "FILE", "write to this file (default: standard output)", .kind = ARGUMENT_TEXT,
         .place = offsetof(struct options, out)},
        {0},
    };
    char summary[SUMMARY_MAX_BYTES];
    const struct command_line line = {"export DIR --format NAME [--out FILE]", summary, arguments,
                                      1, "one folder is exported"};
    describe(summary, sizeof summary);
    struct options options = {0};
    struct analysed_run run;
    struct words folders;
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, &options, &folders, &helped);
    if (status != STATUS_OK || helped)
        return status;
    if (folders.count == 0)
        return status_fail(STATUS_USAGE, "export needs the folder of a run");
    if (!options.format)
        return status_fail(STATUS_USAGE, "export needs --format NAME: see --help");
    status = analysed_run_read(folders.all[0], &run);
    if (status == STATUS_OK) {
        analysed_run_say_cut(&run);
        status = write_run(&options, &run);
    }
    analysed_run_free(&run);
    return status;
}

const struct subcommand subcommand_export_run = {
    .name = "export",
    .help = "a run for other tools: CSV, Google Benchmark, pyperf, ...",
    .run = command,
};
