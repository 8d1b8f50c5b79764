#include "contracts.h"

#include "contract.h"
#include "kernel.h"

#include <string.h>

/* ---- what each kind needs ---- */

/* What stands on the page, of whatever has figures of all kernels or tables of its own. */
static bool has_words(const struct experiment *experiment)
{
    bool needed = experiment->has_own_tables;
    for (const struct experiment_figure *figure = experiment->figures; figure && figure->heading;
         figure++)
        needed = needed || figure->is_of_all;
    return !needed || (experiment->heading && experiment->about);
}

/* Of each kernel that may have some. */
static bool has_short_tasks(const struct experiment *experiment)
{
    bool has = true;
    for (unsigned k = 0; experiment->tasks && kernel_table[k]; k++)
        has = has && (kernel_is_map(kernel_table[k]) ||
                      strlen(experiment->tasks(kernel_table[k])) < PLAN_TASKS_MAX);
    return has;
}

const char *contracts_of_experiment(const struct experiment *experiment)
{
    const struct axis *axis = &experiment->axis;
    const struct contract_field needed[] = {
        {"name", experiment->name},
        {"question", experiment->question},
        {"axis.kind", axis->kind <= AXIS_OPTION},
        {"axis.option", axis->kind != AXIS_OPTION || axis->option},
        {"axis.values", axis->kind == AXIS_WORKERS || axis->values},
        {"axis.kind = AXIS_SIZE, as sizes have it",
         axis->kind == AXIS_SIZE || !(axis->is_absolute || axis->shares > 0)},
        {"axis.kind other than AXIS_WORKERS, as widths have it",
         axis->kind != AXIS_WORKERS || !experiment->widths},
        {"tasks that are short enough for a cell's name", has_short_tasks(experiment)},
        {"size or enlarged, and not both", !experiment->size || experiment->enlarged == 0},
        {"heading and about", has_words(experiment)},
    };
    return CONTRACT_MISSING(needed);
}

const char *contracts_of_launcher(const struct launcher *launcher)
{
    const struct contract_field needed[] = {
        {"name", launcher->name},
        {"suits", launcher->suits},
        {"advice", !launcher->program || launcher->advice},
        {"end_signal", launcher->end_signal > 0},
    };
    return CONTRACT_MISSING(needed);
}

const char *contracts_of_format(const struct export_format *format)
{
    const struct contract_field needed[] = {
        {"name", format->name},
        {"help", format->help},
        {"write", format->write},
    };
    return CONTRACT_MISSING(needed);
}

/* Of one of a command's options, which is named where it has a name. */
static const char *argument_lacks(const struct subcommand *subcommand)
{
    const struct argument *row = subcommand->line.arguments;
    bool helped = true, in_place = true, parsed = true;
    for (; row && (row->name || row->kind); row++) {
        helped = helped && (!row->name || row->help);
        parsed =
            parsed && row->kind && (!row->value == (row->kind == ARGUMENT_SWITCH) || !row->name);
        in_place = in_place && row->place < subcommand->options_size;
    }
    const struct contract_field needed[] = {
        {"the help of an option", helped},
        {"the kind of an option, and what its value is called", parsed},
        {"options_size", in_place},
    };
    return CONTRACT_MISSING(needed);
}

const char *contracts_of_command(const struct subcommand *subcommand)
{
    const struct command_line *line = &subcommand->line;
    const struct contract_field needed[] = {
        {"name", subcommand->name},
        {"help", subcommand->help},
        {"line.synopsis", line->synopsis},
        {"line.summary", line->summary},
        {"line.example", line->example},
        {"line.words_needed", line->words_least == 0 || line->words_needed},
        {"run", subcommand->run},
    };
    const char *missing = CONTRACT_MISSING(needed);
    return missing ? missing : argument_lacks(subcommand);
}

const char *contracts_of_section(const struct report_section *section)
{
    bool has_own_place = section->place > 0;
    for (size_t i = 0; section_table[i]; i++)
        has_own_place = has_own_place &&
                        (section_table[i] == section || section_table[i]->place != section->place);
    const struct contract_field needed[] = {
        {"a place of its own", has_own_place},
        {"heading or heading_of", section->heading || section->heading_of},
        {"write, which goes with heading", !section->heading || section->write},
        {"write_one, which goes with heading_of", section->heading || section->write_one},
    };
    return CONTRACT_MISSING(needed);
}

/* ---- all of them ---- */

/* The name that a row begins with; NULL behind the last one. */
static const char *const *row_at(const void *table, size_t index)
{
    const char *const *row;
    memcpy(&row, (const char *)table + index * sizeof row, sizeof row);
    return row;
}

const char *contracts_bad_name(const void *table, const char *more)
{
    for (size_t i = 0; row_at(table, i); i++) {
        const char *name = *row_at(table, i);
        for (size_t before = 0; before < i; before++)
            if (strcmp(*row_at(table, before), name) == 0)
                return name;
        if (!text_is_word(name, more, PLAN_NAME_MAX))
            return name;
    }
    return NULL;
}

static enum status lacks(const char *what, const char *name, const char *missing,
                         const char *header)
{
    return missing ? status_fail(STATUS_FAILED, "the %s %s lacks %s: see %s", what,
                                 name ? name : "without a name", missing, header)
                   : STATUS_OK;
}

static enum status check_names(const char *what, const void *table, const char *more)
{
    const char *name = contracts_bad_name(table, more);
    return name ? status_fail(
                      STATUS_FAILED,
                      "the %s \"%s\" must have a name of its own: a word of letters, digits, "
                      "_ and - that no other has",
                      what, name)
                : STATUS_OK;
}

#define CHECK(what, table, missing, more, header)                                                  \
    do {                                                                                           \
        for (size_t i = 0; (table)[i]; i++)                                                        \
            TRY(lacks(what, (table)[i]->name, missing((table)[i]), header));                       \
        TRY(check_names(what, table, more));                                                       \
    } while (0)

enum status contracts_check(void)
{
    CHECK("kernel", kernel_table, kernel_missing, TEXT_IN_LABELS, "kernels/kernel.h");
    CHECK("experiment", experiment_table, contracts_of_experiment, TEXT_IN_NAMES,
          "drivers/plan/experiment.h");
    CHECK("launcher", launcher_table, contracts_of_launcher, TEXT_IN_NAMES,
          "drivers/launch/launcher.h");
    CHECK("format", export_table, contracts_of_format, TEXT_IN_NAMES,
          "drivers/export/export_format.h");
    CHECK("command", subcommand_table, contracts_of_command, TEXT_IN_NAMES,
          "drivers/commands/commands.h");
    for (size_t i = 0; section_table[i]; i++)
        TRY(lacks("section", NULL, contracts_of_section(section_table[i]),
                  "drivers/report/report_section.h"));
    return STATUS_OK;
}
