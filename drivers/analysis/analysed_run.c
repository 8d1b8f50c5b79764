#include "analysed_run.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- by kernel ---- */

/* Numbers the cells' kernels and labels, in the order in which they come for the first time. */
static void number(struct analysed_run *run)
{
    size_t kernels = 0, labels = 0;
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        cell->kernel = kernels;
        cell->label = labels;
        for (size_t j = i; j-- > 0 && (cell->kernel == kernels || cell->label == labels);) {
            const struct analysis_of_cell *earlier = &run->cells[j];
            if (strcmp(earlier->cell->kernel, cell->cell->kernel) == 0)
                cell->kernel = earlier->kernel;
            if (strcmp(earlier->cell->label, cell->cell->label) == 0)
                cell->label = earlier->label;
        }
        kernels += cell->kernel == kernels;
        labels += cell->label == labels;
    }
    run->kernel_count = kernels;
}

static const struct analysis_of_cell *verified(const struct analysis_of_cell *cell)
{
    return cell && cell->verified ? cell : NULL;
}

static struct baselines baselines_of(const struct analysed_kernel *kernel)
{
    struct baselines bases = {NULL, NULL, NULL};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!bases.best && *cell->cell->best)
            bases.best = cell->cell->best;
        if (!bases.relative && plan_is_base(cell->cell))
            bases.relative = verified(cell);
        if (!bases.absolute)
            bases.absolute = verified(cell->absolute_base);
    }
    return bases;
}

static double least_time(const struct analysed_kernel *kernel)
{
    double least = INFINITY, best = INFINITY;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        double *of = plan_is_best(cell->cell) ? &best : &least;
        if (cell->verified)
            *of = fmin(*of, cell->time.median);
    }
    return isfinite(least) ? least : best;
}

/* `next`: where the cells of the next kernel begin. Returns where those behind it do. */
static const struct analysis_of_cell **gather(const struct analysed_run *run, size_t index,
                                              const struct analysis_of_cell **next)
{
    struct analysed_kernel *kernel = &run->kernels[index];
    kernel->cells = next;
    for (size_t i = 0; i < run->count; i++)
        if (run->cells[i].kernel == index) {
            kernel->name = run->cells[i].cell->kernel;
            next[kernel->count++] = &run->cells[i];
        }
    kernel->bases = baselines_of(kernel);
    kernel->least_s = least_time(kernel);
    return next + kernel->count;
}

enum status analysed_run_group(struct analysed_run *run)
{
    number(run);
    run->kernels = calloc(run->kernel_count + 1, sizeof *run->kernels);
    run->grouped = calloc(run->count + 1, sizeof *run->grouped);
    if (!run->kernels || !run->grouped)
        return status_no_memory("the analysis");
    const struct analysis_of_cell **next = run->grouped;
    for (size_t i = 0; i < run->kernel_count; i++)
        next = gather(run, i, next);
    return STATUS_OK;
}

/* ---- the whole ---- */

struct rows_of_cell analysed_run_rows(const struct analysed_run *run, size_t cell)
{
    const size_t first = run->first_rows[cell];
    return (struct rows_of_cell){run->first_rows[cell + 1] - first, run->rows + first};
}

double *analysed_run_times(const struct analysed_run *run, const struct analysis_of_cell *cell)
{
    return run->times + (size_t)(cell - run->cells) * run->rounds;
}

static double asked_for(const struct analysed_run *run, double resumed, const char *key)
{
    return resumed > 0 ? resumed : json_number_value(json_object_get(run->manifest, key));
}

static void take_what_was_asked(struct analysed_run *run)
{
    const struct record *record = run->record;
    const json_t *machine = json_object_get(run->manifest, "machine");
    const json_int_t allowed = json_integer_value(json_object_get(machine, "allowed"));
    run->allowed = allowed > 0 && allowed <= INT_MAX ? (unsigned)allowed : 1;
    run->precision = asked_for(run, record->precision, "precision");
    run->budget_s = asked_for(run, record->budget_s, "budget_s");
    run->budget_most_s = asked_for(run, record->budget_most_s, "budget_most_s");
}

static void add(struct totals *totals, const struct analysis_of_cell *cell)
{
    const unsigned executions = cell->state->executions;
    const bool has_skew = !isnan(cell->skew_s) && cell->cell->ranks > 1;
    totals->verified += cell->verified;
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
    totals->without_interval |= !cell->time.has_interval;
    totals->oversubscribed |= cell->cell->oversubscribed;
    totals->absolute |= cell->has_absolute && plan_is_best(cell->absolute_base->cell);
    totals->perturbed |= cell->verified && cell->factors.perturbed;
    if (has_skew && (!totals->closest || cell->skew_s < totals->closest->skew_s))
        totals->closest = cell;
    if (has_skew && (!totals->widest || cell->skew_s > totals->widest->skew_s))
        totals->widest = cell;
}

enum status analysed_run_make(const char *folder, const json_t *manifest,
                              const struct record *record, struct analysed_run *run)
{
    run->folder = folder;
    run->manifest = manifest;
    enum status status = analysis_make(record, run);
    if (status == STATUS_OK)
        status = analysed_run_group(run);
    if (status != STATUS_OK)
        return status;
    take_what_was_asked(run);
    if (manifest)
        analysis_judge(run);
    for (size_t i = 0; i < run->count; i++)
        add(&run->totals, &run->cells[i]);
    run->verified = run->count > 0 && run->totals.verified == run->count;
    run->passes = run->verified && (!manifest || ending_is_whole(record->ending));
    status = noise_verdict_make(run);
    if (status == STATUS_OK)
        status = findings_make(run);
    if (status == STATUS_OK)
        status = fits_make(run);
    return status;
}

enum status analysed_run_read(const char *folder, struct analysed_run *run)
{
    *run = (struct analysed_run){.folder = folder};
    enum status status = run_folder_load(folder, &run->stored);
    if (status != STATUS_OK)
        return status;
    run_folder_say_bad(folder, &run->stored.read.bad);
    return analysed_run_make(folder, run->stored.manifest, &run->stored.record, run);
}

void analysed_run_say_cut(const struct analysed_run *run)
{
    if (!ending_is_whole(run->record->ending))
        status_say("%s did not come to its end: go on with parbench run --resume %s", run->folder,
                   run->folder);
}

void analysed_run_free(struct analysed_run *run)
{
    findings_free(&run->findings);
    fits_free(&run->fits);
    free(run->grouped);
    free(run->kernels);
    free(run->first_rows);
    free(run->rows);
    free(run->times);
    free(run->cells);
    side_free(&run->stored);
    *run = (struct analysed_run){.folder = NULL};
}
