#include "analysed_run.h"

#include "limit_share.h"
#include "manifest.h"
#include "memory.h"
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
    run->kernels[run->kernel_count] = (struct analysed_kernel){.name = name};
    return run->kernel_count++;
}

/* `known`: the series of the labels before. */
static size_t series_of(const struct cell *cell, json_t *known)
{
    const json_t *series = json_object_get(known, cell->label);
    const size_t next = SERIES_OTHERS + json_object_size(known);
    if (cell->traits & TRAIT_BASE)
        return SERIES_BASE;
    if (cell->traits & TRAIT_LOCKED && strcmp(cell->label, cell->model) == 0)
        return SERIES_LOCKED;
    if (series)
        return (size_t)json_integer_value(series);
    (void)json_object_set_new(known, cell->label, json_integer((json_int_t)next));
    return next;
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
        bases->others += is_base && plan_is_aside(cell->cell) && !plan_limits(cell->cell);
        if (!bases->absolute && absolute && absolute->verified)
            bases->absolute = absolute;
    }
    kernel->middle_s = middle_of(kernel, false);
    if (isinf(kernel->middle_s))
        kernel->middle_s = middle_of(kernel, true);
}

void analysed_run_group(struct analysed_run *run)
{
    json_t *known = json_object();
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        cell->kernel = kernel_of(run, cell->cell);
        cell->series = series_of(cell->cell, known);
        struct analysed_kernel *kernel = &run->kernels[cell->kernel];
        kernel->cells = memory_grow(kernel->cells, kernel->count, sizeof *kernel->cells);
        kernel->cells[kernel->count++] = cell;
    }
    json_decref(known);
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
        (is_whole && run->totals.verified < run->count))
        return RUN_FAIL;
    return is_whole ? RUN_PASS : RUN_INTERRUPTED;
}

void analysed_run_make(const char *folder, const json_t *manifest, const struct record *record,
                       struct analysed_run *run)
{
    run->folder = folder;
    run->manifest = manifest;
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

struct machine_line analysed_run_machine(const struct analysed_run *run)
{
    return manifest_machine_line(run->manifest, run->record->host_count > 1);
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
    (void)snprintf(command.text, sizeof command.text, "parbench run --resume DIR%s --rounds %.0f",
                   has_other ? " --beside OTHER/parbench" : "", rounds);
    if (run->record->ending == ENDING_PRECISION)
        text_append(command.text, sizeof command.text, " --precision %.2g%%", 10 * run->precision);
    if (run->budget_s > 0 && needed_s > run->budget_s)
        text_append(command.text, sizeof command.text, " --budget %.0fm", ceil(needed_s / 60));
    return command;
}

void analysed_run_say_cut(const struct analysed_run *run)
{
    const char *other = json_string_value(json_object_get(run->manifest, "beside"));
    if (ending_is_whole(run->record->ending))
        return;
    (void)fflush(stdout);
    status_say(
        "%s %s: go on with parbench run --resume %s%s%s", run->folder,
        run->record->ending == ENDING_SIGNAL ? "was ended by a signal" : "did not come to its end",
        text_word(run->folder).text, other ? " --beside " : "", other ? text_word(other).text : "");
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
    side_free(&run->stored);
    *run = (struct analysed_run){.folder = NULL};
}
