/* parbench compare: runs against a run, cell by cell. */
#include "arguments.h"
#include "commands.h"
#include "comparison_tables.h"
#include "json.h"
#include "merge.h"
#include "quantities.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct options {
    struct margins margins;
    const char *fail_on;
    double fail_share; /* of the time, by which a cell is slower at least */
    bool json;
};

static enum status check_fail_on(void *context)
{
    static const char slower[] = "slower";
    const size_t length = strlen(slower);
    struct options *options = context;
    const char *wanted = options->fail_on;
    options->fail_share = 0;
    if (strcmp(wanted, slower) == 0 ||
        (strncmp(wanted, slower, length) == 0 && wanted[length] == ':' &&
         percent_parse(wanted + length + 1, &options->fail_share)))
        return STATUS_OK;
    return argument_wrong("fail-on", wanted, "slower or slower:PCT, such as slower:5%");
}

/* What is given last holds: what counts as a change is not the same. */
static enum status check_same(void *context)
{
    struct margins *margins = &((struct options *)context)->margins;
    margins->change = fmin(margins->change, margins->same);
    return STATUS_OK;
}

static enum status check_change(void *context)
{
    struct margins *margins = &((struct options *)context)->margins;
    margins->same = fmax(margins->change, margins->same);
    return STATUS_OK;
}

/* What all comparisons of a command came to. */
struct tally {
    size_t changes[CHANGE_COUNT], slower, lost;
    bool any_apart;      /* a run has no cell in common with the base */
    json_t *comparisons; /* NULL: printed instead */
};

static void count(const struct options *options, const struct comparison *comparison,
                  struct tally *tally)
{
    for (enum change change = 0; change < CHANGE_COUNT; change++)
        tally->changes[change] += comparison->changes[change];
    tally->slower += comparison_slower(comparison, options->fail_share);
    tally->lost += comparison_lost(comparison);
    tally->any_apart = tally->any_apart || comparison->count == 0;
}

static void tell(const struct comparison *comparison, struct tally *tally)
{
    json_t *object = comparison_json(comparison);
    if (tally->comparisons)
        (void)json_array_append(tally->comparisons, object);
    else
        comparison_print(stdout, comparison, object);
    json_decref(object);
    if (!comparison->is_itself &&
        comparison->base->sources.count + comparison->other->sources.count > 0 &&
        merge_has_common(comparison->base->manifest, comparison->other->manifest))
        status_say("%s and %s have a run in common: what they share makes them look more alike "
                   "than they are",
                   comparison->base->folder, comparison->other->folder);
    if (comparison->count == 0)
        status_say("%s and %s have no cell in common (kernel, model, workers, size): nothing can "
                   "be compared",
                   comparison->base->folder, comparison->other->folder);
}

static enum status compare_to(const struct options *options, const struct analysed_run *base,
                              const char *folder, struct tally *tally)
{
    struct analysed_run other;
    TRY(analysed_run_read(folder, false, &other));
    struct comparison comparison = comparison_make(base, &other, options->margins);
    count(options, &comparison, tally);
    tell(&comparison, tally);
    analysed_run_say_cut(&other);
    comparison_free(&comparison);
    analysed_run_free(&other);
    return STATUS_OK;
}

static enum status judge(const struct options *options, const struct tally *tally)
{
    enum status status = tally->any_apart ? STATUS_FAILED : STATUS_OK;
    if (options->fail_on && tally->lost > 0)
        status = status_fail(STATUS_FAILED,
                             "%zu cell%s that verified in the base failed, did not verify or %s "
                             "missing in what is compared with it",
                             tally->lost, plural(tally->lost), tally->lost == 1 ? "is" : "are");
    if (options->fail_on && tally->slower > 0)
        status = status_fail(STATUS_FAILED, "%zu cell%s slower, by %.3g%% or more", tally->slower,
                             tally->slower == 1 ? " is" : "s are", 100 * options->fail_share);
    return status;
}

static enum status conclude(const struct options *options, size_t folders, struct tally *tally)
{
    if (tally->comparisons) {
        json_t *object = json_pack("{s:O}", "comparisons", tally->comparisons);
        comparison_set_changes(object, tally->changes);
        json_print(object);
    } else if (folders > 2) {
        printf("\nin all: ");
        comparison_print_changes(stdout, tally->changes);
    }
    return judge(options, tally);
}

static enum status run(void *context, const struct words *folders)
{
    const struct options *options = context;
    struct analysed_run base;
    TRY(analysed_run_read(folders->all[0], false, &base));
    struct tally tally = {.comparisons = options->json ? json_array() : NULL};
    enum status status = STATUS_OK;
    for (size_t i = 1; i < folders->count && status == STATUS_OK; i++) {
        if (i > 1 && !options->json)
            puts("");
        status = compare_to(options, &base, folders->all[i], &tally);
    }
    if (status == STATUS_OK)
        status = conclude(options, folders->count, &tally);
    json_decref(tally.comparisons);
    analysed_run_say_cut(&base);
    analysed_run_free(&base);
    return status;
}

static const struct argument arguments[] = {
    {"change", "PCT", "call changed what differs by more (default 2%)", .kind = ARGUMENT_PERCENT,
     .place = offsetof(struct options, margins.change), .check = check_change},
    {"same", "PCT", "call same what surely differs by less (default 5%)", .kind = ARGUMENT_PERCENT,
     .place = offsetof(struct options, margins.same), .check = check_same},
    {"fail-on", "slower[:PCT]", "exit 1 if a cell is slower (by PCT), wrong or missing",
     .kind = ARGUMENT_TEXT, .place = offsetof(struct options, fail_on), .check = check_fail_on},
    {"json", NULL, "print one JSON object instead of tables", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, json)},
    {0},
};

const struct subcommand subcommand_compare = {
    .name = "compare",
    .help = "compares runs cell by cell: faster, slower, same",
    .line = {"compare BASE NEW [NEW...] [OPTION...]",
             "Compares runs with the run in the folder BASE, cell by cell.", arguments, UINT_MAX,
             .words_least = 2, .words_needed = "compare needs the folders of two runs or more",
             .example = "compare results/old results/new --fail-on slower:5%"},
    .options_size = sizeof(struct options),
    .initial = &(const struct options){.margins = {.change = 0.02, .same = 0.05}},
    .run = run,
};
