/* parbench list: kernels, models with their options, experiments. */
#define _GNU_SOURCE
#include "arguments.h"
#include "catalog.h"
#include "commands.h"
#include "model_spec.h"
#include "options.h"
#include "sweep.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static void list_kernels(void)
{
    puts("kernels");
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++) {
        char size[32], most[32];
        text_grouped((*kernel)->default_size, size, sizeof size);
        text_grouped((*kernel)->max_size, most, sizeof most);
        printf("  %-10s %s\n  %-10s default size %s, at most %s\n", (*kernel)->name,
               (*kernel)->title, "", size, most);
        printf("  %-10s best serial algorithm: %s\n", "",
               (*kernel)->best ? (*kernel)->best_name : "its own");
    }
}

static void list_models(const struct catalog *catalog)
{
    puts("models");
    for (size_t i = 0; i < catalog->count; i++) {
        const struct model *model = &catalog->entries[i].model;
        printf("  %-10s %s\n  %-10s in Python: %s\n", model->name, model->title, "", model->python);
        for (unsigned j = 0; j < options_count(model->options); j++) {
            const struct model_option *option = &model->options[j];
            char values[128];
            model_spec_values(option, values, sizeof values);
            printf("  %-10s :%s=%s (default %s)\n  %-10s     %s", "", option->name, values,
                   option->initial, "", option->help);
            printf(option->python ? " (%s)\n" : "\n", option->python);
        }
    }
    for (const struct unbuilt *unbuilt = catalog_unbuilt; unbuilt->name; unbuilt++)
        printf("  %-10s not built: %s\n", unbuilt->name, unbuilt->reason);
}

static void list_experiments(void)
{
    puts("experiments");
    for (unsigned e = 0; experiment_table[e]; e++)
        printf("  %-10s %s\n", experiment_table[e]->name, experiment_table[e]->question);
}

static enum status take(const struct words *words, unsigned *wanted)
{
    static const char *const names[] = {"kernels", "models", "experiments"};
    enum status status = STATUS_OK;
    for (unsigned i = 0, chosen = 0; i < words->count && status == STATUS_OK; i++) {
        status = argument_choose("list of", words->all[i], names, 3, &chosen);
        *wanted |= 1u << chosen;
    }
    return status;
}

static enum status command(int argc, char **argv)
{
    static const struct argument none[] = {{0}};
    static const struct command_line line = {"list [kernels|models|experiments]",
                                             "What can be measured.", none, UINT_MAX, NULL};
    struct catalog catalog = {0};
    unsigned wanted = 0;
    struct words words;
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, NULL, &words, &helped);
    if (status != STATUS_OK || helped)
        return status;
    status = take(&words, &wanted);
    if (status == STATUS_OK)
        status = catalog_load(&catalog);
    if (status == STATUS_OK) {
        if (wanted == 0 || wanted & 1u)
            list_kernels();
        if (wanted == 0 || wanted & 2u)
            list_models(&catalog);
        if (wanted == 0 || wanted & 4u)
            list_experiments();
    }
    catalog_free(&catalog);
    return status;
}

const struct subcommand subcommand_list = {
    .name = "list",
    .help = "kernels, models with their options, experiments",
    .run = command,
};
