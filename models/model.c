#include "contract.h"
#include "options.h"

#include <string.h>

static const char *option_missing(const struct model_option *option)
{
    const bool is_choice = option->kind == OPTION_CHOICE;
    const struct contract_field needed[] = {
        {"the kind of an option", option->kind <= OPTION_FRACTION},
        {"the values of an option that is a choice", !is_choice || option->values->word},
        {"the initial value of an option",
         option->initial && options_allow(option, option->initial)},
        {"the help of an option", option->help},
    };
    return CONTRACT_MISSING(needed);
}

/* Whether a setting, "option=value" or "option", is of one of the model's options. */
static bool is_of_an_option(const struct model *model, const char *setting)
{
    const char *value = setting ? setting + strcspn(setting, "=") : NULL;
    for (unsigned i = 0; value && i < options_count(model->options); i++)
        if (strlen(model->options[i].name) == (size_t)(value - setting) &&
            strncmp(model->options[i].name, setting, (size_t)(value - setting)) == 0)
            return !*value || options_allow(&model->options[i], value + 1);
    return false;
}

/* Whether it counts what is lost where it, or a value of its options, has some lost. */
static bool counts_lost(const struct model *model)
{
    unsigned traits = model->traits, found = 0;
    for (unsigned i = 0; i < options_count(model->options); i++)
        for (const struct option_value *value = model->options[i].values; value->word; value++)
            traits |= value->traits;
    for (const struct count_info *row = model->counts; row && row->name; row++)
        found +=
            count_ends_with(row->name, COUNT_LOST) || count_ends_with(row->name, COUNT_UPDATES);
    return !(traits & TRAIT_MAY_LOSE) || found == 2;
}

static const char *lists_missing(const struct model *model)
{
    const unsigned options = options_count(model->options);
    const char *missing =
        options <= MODEL_OPTIONS_MAX ? NULL : "room for so many options, which are too many";
    unsigned refusals = 0, counts = 0;
    for (unsigned i = 0; i < options && !missing; i++)
        missing = option_missing(&model->options[i]);
    for (const struct refusal *row = model->refusals; row && row->setting && !missing; row++) {
        const struct contract_field needed[] = {
            {"the option that a refusal names first", is_of_an_option(model, row->setting)},
            {"the option that a refusal names next", is_of_an_option(model, row->other)},
            {"the reason of a refusal", row->reason},
            {"room for so many refusals, which are too many", ++refusals <= MODEL_REFUSALS_MAX}};
        missing = CONTRACT_MISSING(needed);
    }
    for (const struct count_info *row = model->counts; row && row->name && !missing; row++) {
        const struct contract_field needed[] = {
            {"the unit of a count", row->unit},
            {"the help of a count", row->help},
            {"room for so many counts, which are too many", ++counts <= MODEL_COUNTS_MAX}};
        missing = CONTRACT_MISSING(needed);
    }
    return missing;
}

const char *model_missing(const struct model *model)
{
    const struct group *group = model->group;
    const bool has_group =
        group && group->begin && group->meet && group->end && group->collect && group->owns;
    const bool is_base = model->traits & TRAIT_BASE, chunks = model->traits & TRAIT_CHUNKS;
    const bool ranks = model->traits & TRAIT_RANKS;
    const struct contract_field needed[] = {
        {"name", model->name},
        {"title", model->title},
        {"python", model->python},
        {"launch", model->launch <= LAUNCH_HYBRID},
        {"launch = LAUNCH_ALONE, as a base has it", !is_base || model->launch == LAUNCH_ALONE},
        {"launch = LAUNCH_HYBRID, as ranks of threads have it",
         !ranks || model->launch == LAUNCH_HYBRID},
        {"copies", model->copies > 0},
        {"the option \"chunk\" that its traits promise",
         !chunks || options_find(model->options, "chunk")},
        {"the option \"ranks\" that its traits promise",
         !ranks || options_find(model->options, "ranks")},
        {"group, with all its functions",
         has_group || (!group && !launch_has_ranks(model->launch))},
        {"team_bytes", model->team_bytes > 0},
        {"start", model->start},
        {"execute", model->execute},
        {"count", !model->counts || model->count},
        {"the counts of updates and of lost ones that its traits promise", counts_lost(model)},
        {"tell, of its MPI", model->tell || !launch_has_ranks(model->launch)},
        {"stop", model->stop},
    };
    const char *missing = CONTRACT_MISSING(needed);
    return missing ? missing : lists_missing(model);
}
