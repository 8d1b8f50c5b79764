#include "analysed_run.h"

#include "limit_share.h"
#include "manifest.h"
#include "memory.h"
#include "printable.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- by kernel ---- */

static size_t kernel_of(struct analysed_run *run, const struct cell *cell)
{
    const char *name = plan_told_with(cell);
    for (size_t i = 0; i < run->kernel_count; i++)
        if (strcmp(run->kernels[i].name, name) == 0)
            return i;
    run->kernels = memory_grow(run->kernels, run->kernel_count, sizeof *run->kernels);
    run->kernels[run->kernel_count] = (struct analysed_kernel){.run = run, .name = name};
    return run->kernel_count++;
}

/* `known`: the series of the labels before. */
static size_t series_of(const struct cell *cell, const char *label, json_t *known)
{
    const json_t *series = json_object_get(known, label);
    const size_t next = SERIES_OTHERS + json_object_size(known);
    if (cell->traits & TRAIT_BASE)
        return SERIES_BASE;
    if (cell->traits & TRAIT_LOCKED && !(cell->traits & TRAIT_PEER) &&
        strcmp(label, cell->model) == 0)
        return SERIES_LOCKED;
    if (series)
        return (size_t)json_integer_value(series);
    (void)json_object_set_new(known, label, json_integer((json_int_t)next));
    return next;
}

/* Of each cell by the numbers of nodes that are less than its own. */
static void find_places_of_nodes(struct analysed_run *run)
{
    for (unsigned last = 1, next = 0; next < UINT_MAX; last = next) {
        next = UINT_MAX;
        for (size_t i = 0; i < run->count; i++) {
            const unsigned nodes = run->cells[i].cell->nodes;
            run->cells[i].nodes_place += nodes > last;
            next = nodes > last && nodes < next ? nodes : next;
        }
        run->nodes_most = last;
    }
}

/* Of those that are aside, or of the others; INFINITY: there are none. */
static double middle_of(const struct analysed_kernel *kernel, bool aside)
{
    double least_s = INFINITY, most_s = 0;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!cell->verified || plan_is_aside(cell->cell) != aside)
            continue;
        least_s = fmin(least_s, cell->time.median);
        most_s = fmax(most_s, cell->time.median);
    }
    return isinf(least_s) ? INFINITY : sqrt(least_s * most_s);
}

static void describe(struct analysed_kernel *kernel)
{
    struct baselines *bases = &kernel->bases;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i], *absolute = cell->absolute_base;
        const bool is_base = cell->verified && plan_is_base(cell->cell);
        if (!bases->relative && is_base && !plan_is_aside(cell->cell))
            bases->relative = cell;
        bases->others += is_base && plan_is_aside(cell->cell) && !plan_limits(cell->cell) &&
                         !plan_is_one_task(cell->cell);
        if (!bases->absolute && absolute && absolute->verified)
            bases->absolute = absolute;
    }
    kernel->middle_s = middle_of(kernel, false);
    if (isinf(kernel->middle_s))
        kernel->middle_s = middle_of(kernel, true);
}

void analysed_run_group(struct analysed_run *run)
{
    json_t *known = json_object(), *known_on_one_node = json_object();
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        cell->is_mixed = run->sources.mixed;
        cell->kernel = kernel_of(run, cell->cell);
        cell->nodes_place = 0;
        cell->series = series_of(cell->cell, cell->cell->label, known);
        cell->one_node_series =
            series_of(cell->cell, plan_label_on_one_node(cell->cell).text, known_on_one_node);
        struct analysed_kernel *kernel = &run->kernels[cell->kernel];
        kernel->cells = memory_grow(kernel->cells, kernel->count, sizeof *kernel->cells);
        kernel->cells[kernel->count++] = cell;
    }
    json_decref(known);
    json_decref(known_on_one_node);
    find_places_of_nodes(run);
    for (size_t i = 0; i < run->kernel_count; i++)
        describe(&run->kernels[i]);
}

/* ---- the whole ---- */

static double asked_for(const struct analysed_run *run, double resumed, const char *key)
{
    return resumed > 0 ? resumed : json_number_value(json_object_get(run->manifest, key));
}

static void add(struct totals *totals, const struct analysis_of_cell *cell)
{
    const unsigned executions = cell->state->executions;
    const bool has_skew = !isnan(cell->skew_s) && cell->cell->ranks > 1;
    totals->verified += cell->verified;
    totals->failed += analysis_has_failed(cell);
    totals->with_losses += cell->has_lost;
    totals->repeated += executions > 1;
    if (totals->most_executions < executions)
        totals->most_executions = executions;
    totals->samples += cell->samples;
    totals->late += cell->late;
    totals->outliers += (size_t)fmax(0, cell->flags.outliers);
    totals->far_outliers += (size_t)fmax(0, cell->flags.far_outliers);
    if (totals->rounds < cell->rounds)
        totals->rounds = cell->rounds;
    totals->experiments |= cell->cell->experiments;
    totals->too_wide |= cell->verified && cell->too_wide;
    totals->with_interval |= cell->verified && cell->time.has_interval;
    totals->without_interval |= cell->verified && !cell->time.has_interval;
    totals->speedup |= cell->speedup.count > 0;
    totals->oversubscribed |= cell->cell->oversubscribed;
    totals->absolute |=
        cell->absolute.count > 0 && cell->absolute_base != cell->base && !plan_is_aside(cell->cell);
    totals->limited |= cell->limit != NULL;
    totals->perturbed |= cell->verified && cell->factors.perturbed;
    if (has_skew && (!totals->closest || cell->skew_s < totals->closest->skew_s))
        totals->closest = cell;
    if (has_skew && (!totals->widest || cell->skew_s > totals->widest->skew_s))
        totals->widest = cell;
}

const char *const run_verdict_name[] = {
    [RUN_PASS] = "PASS", [RUN_INTERRUPTED] = "INTERRUPTED", [RUN_FAIL] = "FAIL"};

/* One launch by itself has its end when it is there. */
static enum run_verdict find_verdict(const struct analysed_run *run)
{
    const bool is_whole = !run->manifest || ending_is_whole(run->record->ending);
    if (run->totals.failed > 0 || run->count == 0 ||
        (is_whole && run->totals.verified + run->totals.with_losses < run->count))
        return RUN_FAIL;
    return is_whole ? RUN_PASS : RUN_INTERRUPTED;
}

void analysed_run_make(const char *folder, const json_t *manifest, const struct record *record,
                       struct analysed_run *run)
{
    run->folder = folder;
    run->manifest = manifest;
    sources_read(manifest, &run->sources);
    analysis_make(record, run);
    analysed_run_group(run);
    run->allowed =
        (unsigned)manifest_whole(json_object_get(manifest, "machine"), "allowed", 1, INT_MAX);
    run->precision = asked_for(run, record->precision, "precision");
    run->budget_s = asked_for(run, record->budget_s, "budget_s");
    run->budget_most_s = asked_for(run, record->budget_most_s, "budget_most_s");
    if (manifest)
        analysis_judge(run);
    limit_share_make(run);
    for (size_t i = 0; i < run->count; i++)
        add(&run->totals, &run->cells[i]);
    run->verdict = find_verdict(run);
    noise_verdict_make(run);
    overview_make(run);
    findings_make(run);
    fits_make(run);
}

enum status analysed_run_read(const char *folder, bool owns, struct analysed_run *run)
{
    *run = (struct analysed_run){.folder = folder};
    enum status status = owns ? run_folder_own(folder, &run->stored) : STATUS_OK;
    if (status == STATUS_OK)
        status = run_folder_load(folder, &run->stored);
    if (status != STATUS_OK) {
        analysed_run_free(run);
        return status;
    }
    run_folder_say_bad(folder, &run->stored.read.bad);
    analysed_run_make(folder, run->stored.manifest, &run->stored.record, run);
    return STATUS_OK;
}

static struct machine_line machine_of(const struct source *source)
{
    return manifest_machine_line(source->manifest, false);
}

/* "run 1, 3 on node1: 4 cores, CPU" of all that are on the machine of this one, if it is the first
 * of them. */
static void append_machine(const struct sources *sources, size_t index, struct machine_line *line)
{
    const struct machine_line own = machine_of(&sources->all[index]);
    for (size_t i = 0; i < index; i++)
        if (strcmp(machine_of(&sources->all[i]).text, own.text) == 0)
            return;
    text_append(line->text, sizeof line->text, index ? "; run" : ": run");
    for (size_t i = index; i < sources->count; i++)
        if (strcmp(machine_of(&sources->all[i]).text, own.text) == 0)
            text_append(line->text, sizeof line->text, "%s %zu", i > index ? "," : "", i + 1);
    text_append(line->text, sizeof line->text, " on %s", own.text);
}

/* "SEVERAL MACHINES: run 1 on node1: 4 cores, CPU; run 2 on node2: 8 cores, CPU". */
static struct machine_line say_mixed(const struct sources *sources)
{
    struct machine_line line = {"SEVERAL MACHINES"};
    for (size_t i = 0; i < sources->count; i++)
        append_machine(sources, i, &line);
    printable_copy(line.text, line.text, sizeof line.text);
    return line;
}

static bool are_on_several_hosts(const struct analysed_run *run)
{
    const struct sources *sources = &run->sources;
    bool are = run->record->host_count > 1;
    for (size_t i = 1; i < sources->count; i++)
        are = are || strcmp(sources->all[i].host, sources->all[0].host) != 0;
    return are;
}

struct machine_line analysed_run_machine(const struct analysed_run *run)
{
    if (run->sources.mixed)
        return say_mixed(&run->sources);
    struct machine_line line = manifest_machine_line(run->manifest, are_on_several_hosts(run));
    if (run->sources.count > 1)
        text_append(line.text, sizeof line.text, "; %zu runs together", run->sources.count);
    return line;
}

struct analysed_run_command analysed_run_to_rounds(const struct analysed_run *run, double rounds)
{
    const struct noise_verdict *noise = &run->noise;
    const bool has_other = json_is_string(json_object_get(run->manifest, "beside"));
    const double left = rounds - (double)run->totals.rounds;
    /* A quarter more than such rounds took. */
    const double needed_s =
        noise->rounds > 0 ? 1.25 * left * noise->seconds / (double)noise->rounds : 0;
    struct analysed_run_command command;
    if (run->sources.count > 0) {
        (void)snprintf(command.text, sizeof command.text,
                       "another such run, and parbench report DIR NEW");
        return command;
    }
    (void)snprintf(command.text, sizeof command.text, "parbench run --resume DIR%s --rounds %.0f",
                   has_other ? " --beside OTHER/parbench" : "", rounds);
    if (run->record->ending == ENDING_PRECISION)
        text_append(command.text, sizeof command.text, " --precision %.2g%%", 10 * run->precision);
    if (run->budget_s > 0 && needed_s > run->budget_s)
        text_append(command.text, sizeof command.text, " --budget %.0fm", ceil(needed_s / 60));
    return command;
}

static void say_cut(const char *folder, enum ending ending, const json_t *manifest,
                    const char *then)
{
    const char *other = json_string_value(json_object_get(manifest, "beside"));
    if (!ending_is_whole(ending))
        status_say("%s %s: go on with parbench run --resume %s%s%s%s", folder,
                   ending == ENDING_SIGNAL ? "was ended by a signal"
                   : ending == ENDING_LACKING
                       ? "lacks launches that failed, and its budget is spent"
                       : "did not come to its end",
                   text_word(folder).text, other ? " --beside " : "",
                   other ? text_word(other).text : "", then);
}

void analysed_run_say_cut(const struct analysed_run *run)
{
    (void)fflush(stdout);
    if (run->sources.count == 0)
        say_cut(run->folder, run->record->ending, run->manifest, "");
    for (const struct source *source = run->sources.all;
         source < run->sources.all + run->sources.count; source++)
        say_cut(source->folder, source->ending, source->manifest,
                ", then put the runs together again");
}

void analysed_run_free(struct analysed_run *run)
{
    for (size_t i = 0; i < run->kernel_count; i++)
        free(run->kernels[i].cells);
    findings_free(&run->findings);
    overview_free(&run->overview);
    free(run->fits.all);
    free(run->kernels);
    free(run->executions);
    free(run->rows);
    free(run->turns);
    free(run->times);
    free(run->cells);
    sources_free(&run->sources);
    side_free(&run->stored);
    *run = (struct analysed_run){.folder = NULL};
}
