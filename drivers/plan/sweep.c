#include "sweep_parts.h"

#include "memory.h"
#include "options.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct profile profile_table[] = {
    {"smoke", 2, 1, 6, 3, 18, 18, 2, 2, 20, 20},
    {"quick", 2, 6, 40, 8, 225, 900, 4, 2, 8, 16},
    {"full", 5, 10, 30, SWEEP_WIDTHS_MAX, 4800, 7200, SWEEP_WIDTHS_MAX, SWEEP_WIDTHS_MAX, 1, 1},
    {0},
};

/* All workers that the experiment has on one node, and one on each of as many. Where it comes along
 * with another one, a node need not have room for them. */
static enum status add_on_own_nodes(struct sweep *sweep, struct cell_request *request)
{
    const unsigned workers = sweep->experiment->workers;
    const bool fits = workers <= allocation_cores(sweep->allocation, 1);
    if (fits || request->may_oversubscribe || sweep_is_named(sweep))
        TRY(sweep_add_points(sweep, request));
    if (workers == 1 || workers > sweep_nodes_for(sweep) || !sweep_has_ranks(request->choice))
        return STATUS_OK;
    request->nodes = workers;
    return sweep_add_points(sweep, request);
}

/* On each number of nodes: the base on one in any case, others without ranks on one at most. */
static enum status add_on_nodes(struct sweep *sweep, const struct cell_request *like)
{
    struct cell_request request = *like;
    const bool spans = sweep_has_ranks(like->choice) && sweep->experiment->oversubscription <= 1;
    request.nodes = 1;
    if (model_spec_traits(like->choice) & TRAIT_BASE)
        return sweep_add_points(sweep, &request);
    if (sweep->experiment->workers > 0)
        return add_on_own_nodes(sweep, &request);
    for (unsigned n = 0; n < sweep->nodes_count; n++) {
        request.nodes = sweep->nodes[n];
        if (request.nodes == 1 || spans)
            TRY(sweep_add_points(sweep, &request));
    }
    return STATUS_OK;
}

/* The model, and beside a peer the one that it mirrors, as far as it is here. */
static enum status add_choice(struct sweep *sweep, const struct cell_request *like)
{
    struct model_spec mirrored;
    struct cell_request request = *like;
    request.choice = &mirrored;
    TRY(add_on_nodes(sweep, like));
    if (!sweep->experiment->is_of_peers ||
        !model_spec_mirrored(sweep->catalog, like->choice, &mirrored))
        return STATUS_OK;
    sweep->beside = like->choice;
    const enum status status = add_on_nodes(sweep, &request);
    sweep->beside = NULL;
    return status;
}

/* With one value of an option, or several, "kind=ticks:every=10", where the model takes all of
 * them. */
static enum status add_settings(struct sweep *sweep, const struct cell_request *like,
                                const char *settings)
{
    struct model_spec choice = *like->choice;
    struct cell_request request = *like;
    char text[MODEL_SPEC_LABEL_MAX + MODEL_SPEC_VALUE_MAX], *rest = text, *name;
    (void)snprintf(text, sizeof text, "%s", settings);
    while ((name = strsep(&rest, ":"))) {
        char *value = strchr(name, '=');
        *value++ = '\0';
        const struct model_option *option = options_find(choice.entry->model.options, name);
        if (!option || !options_allow(option, value))
            return STATUS_OK;
        TRY(model_spec_set(&choice, name, value));
    }
    request.choice = &choice;
    return sweep_takes_model(sweep, sweep->experiment, &choice) ? add_choice(sweep, &request)
                                                                : STATUS_OK;
}

/* With each word of the option but the initial one. */
static enum status add_words(struct sweep *sweep, const struct cell_request *like, const char *name)
{
    const struct model_option *option = options_find(like->choice->entry->model.options, name);
    char setting[MODEL_SPEC_LABEL_MAX + MODEL_SPEC_VALUE_MAX];
    for (const struct option_value *value = option ? option->values : NULL; value && value->word;
         value++) {
        (void)snprintf(setting, sizeof setting, "%s=%s", name, value->word);
        if (strcmp(value->word, option->initial) != 0)
            TRY(add_settings(sweep, like, setting));
    }
    return STATUS_OK;
}

/* The model as it is and, where nobody said how to take it, as the experiment varies it. */
static enum status add_variants(struct sweep *sweep, const struct cell_request *like)
{
    const struct experiment *experiment = sweep->experiment;
    const char *list = like->choice->given == 0 ? experiment->varies : NULL;
    char item[MODEL_SPEC_LABEL_MAX];
    if (sweep_takes_model(sweep, experiment, like->choice))
        TRY(add_choice(sweep, like));
    sweep->is_variant = true;
    while (text_next(&list, item, sizeof item))
        TRY(strchr(item, '=') ? add_settings(sweep, like, item) : add_words(sweep, like, item));
    sweep->is_variant = false;
    return STATUS_OK;
}

/* The bases of cells whose sizes the experiment tells, before any of them. */
static enum status add_bases(struct sweep *sweep, const struct cell_request *like)
{
    struct cell_request request = *like;
    enum status status = STATUS_OK;
    sweep->is_of_bases = true;
    for (unsigned m = 1; m < sweep->model_count && status == STATUS_OK; m++) {
        request.choice = &sweep->models[m];
        if (!(model_spec_traits(request.choice) & TRAIT_BASE))
            status = add_variants(sweep, &request);
    }
    sweep->is_of_bases = false;
    return status;
}

static enum status add_model(struct sweep *sweep, const struct model_spec *choice)
{
    const struct sweep_kernel *own = sweep->own;
    const bool is_base = model_spec_traits(choice) & TRAIT_BASE;
    for (unsigned e = 0; experiment_table[e]; e++) {
        const struct experiment *experiment = sweep->experiment = experiment_table[e];
        const struct cell_request like = {.kernel = own->kernel,
                                          .choice = choice,
                                          .size = own->size,
                                          .may_oversubscribe = sweep->request->oversubscribe ||
                                                               experiment->oversubscription,
                                          .experiments = 1u << e};
        if (!sweep_takes_kernel(sweep, experiment, own))
            continue;
        if (is_base && experiment->size && sweep->asked & 1u << e)
            TRY(add_bases(sweep, &like));
        else
            TRY(add_variants(sweep, &like));
    }
    return STATUS_OK;
}

/* A model that was named must have cells where experiments have made up some of it and left all of
 * them out. */
static enum status check_found(const struct sweep *sweep)
{
    char label[MODEL_SPEC_LABEL_MAX];
    for (unsigned m = 0; sweep->request->models && m < sweep->model_count; m++) {
        model_spec_label(&sweep->models[m], label, sizeof label);
        if (sweep->found[m].wanted == 0 && sweep->found[m].left_out > 0)
            return status_fail(STATUS_USAGE,
                               "%s goes with no kernel and no value of that experiment: take other "
                               "options of it, or another size",
                               label);
    }
    return STATUS_OK;
}

/* Each number of nodes that was asked for must have cells, lest their absence goes unnoticed. */
static enum status check_spread(const struct sweep *sweep)
{
    for (unsigned n = 0; n < sweep->nodes_count && !sweep_has_own_workers(sweep); n++) {
        bool any = sweep->nodes[n] == 1;
        for (size_t i = 0; i < sweep->plan->count && !any; i++)
            any = sweep->plan->cells[i].nodes == sweep->nodes[n];
        if (!any)
            return status_fail(STATUS_USAGE,
                               "no number of workers here can be spread over %u nodes, as many "
                               "ranks on each: take --workers that they divide",
                               sweep->nodes[n]);
    }
    return STATUS_OK;
}

/* All cells of a kernel follow each other, and of it those of a model, the base first; its
 * other algorithms come last, and then what limits it. */
static enum status add_all(struct sweep *sweep, const struct catalog *catalog)
{
    TRY(sweep_read(sweep, catalog));
    TRY(sweep_take_part(sweep));
    sweep->found = memory_new(sweep->model_count, sizeof *sweep->found);
    for (unsigned m = 0; m < sweep->model_count; m++)
        if (model_spec_ranks(&sweep->models[m]) > 0)
            TRY(sweep_check_ranks(sweep, &sweep->models[m]));
    for (unsigned k = 0; k < sweep->kernel_count; k++) {
        const struct sweep_kernel *own = sweep->own = &sweep->kernels[k];
        const size_t first = sweep->plan->count;
        for (sweep->model = 0; sweep->model < sweep->model_count; sweep->model++)
            TRY(add_model(sweep, &sweep->models[sweep->model]));
        if (!sweep->request->alone && !own->is_added && sweep->plan->count > first)
            TRY(sweep_add_aside(sweep, own, first));
    }
    TRY(check_found(sweep));
    if (sweep->plan->count == 0)
        return status_fail(STATUS_FAILED, "no model that can be used here takes part in that: "
                                          "parbench list models tells why");
    return check_spread(sweep);
}

enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                       const struct allocation *allocation, struct plan *plan)
{
    struct sweep sweep = {
        .request = request, .catalog = catalog, .allocation = allocation, .plan = plan};
    *plan = (struct plan){.count = 0};
    TRY(allocation_check(allocation, request->oversubscribe));
    const enum status status = add_all(&sweep, catalog);
    free(sweep.kernels);
    free(sweep.models);
    free(sweep.widths);
    free(sweep.nodes);
    free(sweep.found);
    return status;
}
