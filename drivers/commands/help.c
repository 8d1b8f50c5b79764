/* parbench help: which commands there are, or how one is used. */
#include "commands.h"
#include "names.h"

#include <stdio.h>

static const struct subcommand *find(const char *name)
{
    return names_find("command", name, subcommand_table, 0);
}

void help_first_steps(FILE *stream)
{
    static const char *const steps[][2] = {{"doctor", "is all there, and is the machine quiet?"},
                                           {"measure", "one cell and its speedup, in seconds"},
                                           {"run", "a first run and its page, in a minute"}};
    (void)fputs("The same kernel under every parallel model, measured and explained. Try:\n\n",
                stream);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        (void)fprintf(stream, "  parbench %-28s %s\n", find(steps[i][0])->line.example,
                      steps[i][1]);
    (void)fputs("\nparbench help lists all commands; parbench help run tells how one is used.\n",
                stream);
}

static void print_commands(void)
{
    puts("Usage: parbench COMMAND [ARGUMENT...]\n"
         "The same kernel under every parallel model, measured and explained.\n");
    for (size_t i = 0; subcommand_table[i]; i++)
        printf("  %-10s %s\n", subcommand_table[i]->name, subcommand_table[i]->help);
    puts("\nparbench help COMMAND tells its options; parbench --version, the version.");
}

static enum status run(void *options, const struct words *words)
{
    (void)options;
    if (words->count == 0) {
        print_commands();
        return STATUS_OK;
    }
    const struct subcommand *asked = find(words->all[0]);
    if (asked)
        arguments_help(&asked->line);
    return asked ? STATUS_OK : STATUS_USAGE;
}

const struct subcommand subcommand_help = {
    .name = "help",
    .help = "tells how a command is used",
    .line = {"help [COMMAND]", "Tells which commands there are, or how one is used.", NULL, 1,
             "help is given for one command", .example = "help run"},
    .run = run,
};
