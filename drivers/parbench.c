/*
 * parbench: the front door. It parses, plans, launches cells, stores, analyses and draws, and
 * links neither MPI nor OpenMP.
 */
#include "build_info.h"
#include "catalog.h"
#include "commands.h"
#include "contracts.h"
#include "memory.h"
#include "names.h"
#include "node_report.h"
#include "protocol.h"
#include "signals.h"
#include "standard_streams.h"
#include "text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The caller frees. */
static char *join(char *const *words)
{
    char *joined = NULL;
    size_t length;
    FILE *stream = memory_open(&joined, &length);
    (void)fputs("parbench", stream);
    for (; *words; words++) {
        (void)fputc(' ', stream);
        text_print_word(stream, *words);
    }
    memory_close(stream, &joined);
    return joined;
}

/* Parses the arguments, argv[0] being the command's name. */
static enum status call(const struct subcommand *subcommand, int argc, char **argv)
{
    struct words words;
    char *whole = join(argv);
    void *options = memory_new(1, subcommand->options_size);
    if (subcommand->initial)
        memcpy(options, subcommand->initial, subcommand->options_size);
    enum status status = arguments_parse(&subcommand->line, argc, argv, options, &words);
    words.whole = whole;
    if (status == STATUS_OK && !words.helped)
        status = subcommand->run(options, &words);
    free(options);
    free(whole);
    return status;
}

static enum status dispatch(int argc, char **argv)
{
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        argv[1] = (char *)"help";
    if (strcmp(argv[1], "--version") == 0) {
        printf("parbench %s\n", PARBENCH_VERSION);
        return STATUS_OK;
    }
    if (strcmp(argv[1], PROTOCOL_DESCRIBE) == 0)
        return protocol_say("build",
                            json_pack("{s:i, s:o, s:o}", "protocol", PROTOCOL_VERSION, "versions",
                                      build_info_object(), "kernels", catalog_kernels()));
    if (strcmp(argv[1], PROTOCOL_NODE) == 0)
        return protocol_say("node", node_report_make(argv + 2, (size_t)argc - 2));
    TRY(contracts_check());
    if (strcmp(argv[1], "--complete") == 0 && argc > 2) {
        completions_print(argv + 2, (size_t)argc - 2);
        return STATUS_OK;
    }
    const struct subcommand *subcommand = names_find("command", argv[1], subcommand_table, 0);
    return subcommand ? call(subcommand, argc - 1, argv + 1) : STATUS_USAGE;
}

int main(int argc, char **argv)
{
    json_set_alloc_funcs(memory_bytes, free);
    (void)signal(SIGXFSZ, SIG_IGN); /* past a limit on the size of files, writing them fails */
    if (!standard_streams_open())
        return EXIT_FAILURE;
    if (argc < 2) {
        help_first_steps(stderr);
        return STATUS_USAGE;
    }
    enum status status = dispatch(argc, argv);
    if (status != STATUS_INTERRUPTED && (fflush(stdout) != 0 || ferror(stdout)))
        status = status_fail(STATUS_FAILED, "cannot write to standard output");
    return status == STATUS_INTERRUPTED ? 128 + signals_caught() : (int)status;
}
