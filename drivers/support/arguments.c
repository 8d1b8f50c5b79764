#define _GNU_SOURCE
#include "arguments.h"

#include "text.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENTS_MAX = 24 };

static void print_help(const struct command_line *line)
{
    printf("usage: parbench %s\n%s\n\n", line->synopsis, line->summary);
    for (const struct argument *argument = line->arguments; argument->name; argument++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", argument->name, argument->value ? " " : "",
                       argument->value ? argument->value : "");
        printf("  %-24s %s\n", left, argument->help);
    }
    printf("  %-24s %s\n", "--help", "print this");
}

enum status argument_wrong(const char *name, const char *value, const char *expected)
{
    return status_fail(STATUS_USAGE, "--%s must be %s, not \"%s\"", name, expected, value);
}

enum status argument_unknown(const char *what, const char *word, const char *const *names,
                             unsigned count)
{
    char known[512] = "";
    const char *nearest = text_nearest(word, names, count);
    if (nearest)
        return status_fail(STATUS_USAGE, "there is no %s \"%s\": did you mean \"%s\"?", what, word,
                           nearest);
    for (unsigned i = 0; i < count; i++)
        text_append(known, sizeof known, "%s%s", i ? ", " : "", names[i]);
    return status_fail(STATUS_USAGE, "there is no %s \"%s\": take one of %s", what, word, known);
}

static enum status unknown_option(const struct command_line *line, const char *word)
{
    const char *names[ARGUMENTS_MAX + 1] = {"help"};
    unsigned count = 1;
    char name[64];
    for (const struct argument *argument = line->arguments;
         argument->name && count <= ARGUMENTS_MAX; argument++)
        names[count++] = argument->name;
    const char *start = word + strspn(word, "-");
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(start, "="), start);
    for (unsigned i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0 && start[strlen(name)] == '=')
            return status_fail(STATUS_USAGE, "--%s takes no value: leave \"%s\" out", name,
                               start + strlen(name));
    const char *nearest = text_nearest(name, names, count);
    return status_fail(STATUS_USAGE, "there is no option \"%s\": %s%s%s", word,
                       nearest ? "did you mean --" : "see --help", nearest ? nearest : "",
                       nearest ? "?" : "");
}

/* getopt takes "--size" for "--si"; a script that says so breaks with the next option "--since". */
static bool is_short_for(const char *word, const char *name)
{
    return strncmp(word, "--", 2) == 0 && strcspn(word + 2, "=") < strlen(name);
}

static void describe_options(const struct command_line *line, struct option *options)
{
    int count = 0;
    options[count++] = (struct option){"help", no_argument, NULL, 'h'};
    for (const struct argument *argument = line->arguments; argument->name; argument++)
        options[count++] = (struct option){
            argument->name, argument->value ? required_argument : no_argument, NULL, 0};
}

enum status arguments_parse(const struct command_line *line, int argc, char **argv,
                            argument_take *take, void *context, bool *helped)
{
    struct option options[ARGUMENTS_MAX + 2] = {{0}};
    int found = 0;
    enum status status = STATUS_OK;
    describe_options(line, options);
    *helped = false;
    opterr = 0;
    optind = 0;
    while (status == STATUS_OK && !*helped) {
        int index = 0;
        const char *word = argv[optind ? optind : 1];
        /* The dash hands over words that are no options in their place; the colon tells apart an
         * option that is unknown from one that lacks its value. */
        found = getopt_long(argc, argv, "-:h", options, &index);
        if (found == -1)
            break;
        if (found == 1)
            status = take(context, NULL, optarg);
        else if (found == ':')
            status = status_fail(STATUS_USAGE, "%s needs a value: see --help", word);
        else if (found == '?' || is_short_for(word, options[index].name))
            status = unknown_option(line, word);
        else if (found == 'h')
            print_help(line);
        else
            status = take(context, options[index].name, optarg);
        *helped = status == STATUS_OK && found == 'h';
    }
    /* All that follows "--" are words. */
    for (int i = optind; found == -1 && i < argc && status == STATUS_OK; i++)
        status = take(context, NULL, argv[i]);
    return status;
}
