#include "moving.h"

#include "analysed_run.h"
#include "memory.h"
#include "ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_fair(const struct analysis_of_cell *cell)
{
    const struct cell *planned = cell->cell;
    return cell->verified && cell->state && planned->nodes == 1 && !planned->oversubscribed &&
           !plan_is_aside(planned);
}

static bool moves_a_map(const struct analysis_of_cell *ranks)
{
    const struct kernel *kernel = kernel_find(ranks->cell->kernel);
    return is_fair(ranks) && kernel && kernel_is_map(kernel) && ranks->cell->ranks > 1 &&
           ranks->state->message_bytes > 0 && !(ranks->cell->traits & TRAIT_SHARED_MEMORY);
}

static bool shares_memory(const struct analysis_of_cell *cell)
{
    const unsigned needed = TRAIT_SHARED_MEMORY, without = TRAIT_LOCKED | TRAIT_MAY_LOSE;
    return is_fair(cell) && (cell->cell->traits & (needed | without)) == needed;
}

static bool is_same_work(const struct cell *one, const struct cell *other)
{
    return one->workers == other->workers && one->size == other->size &&
           one->base_size == other->base_size && strcmp(one->kernel, other->kernel) == 0;
}

const struct analysis_of_cell *moving_beside(const struct analysed_kernel *kernel,
                                             const struct analysis_of_cell *ranks)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; moves_a_map(ranks) && i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (shares_memory(cell) && is_same_work(cell->cell, ranks->cell) &&
            (!found || cell->time.median < found->time.median))
            found = cell;
    }
    return found;
}

enum { RATIO, SHARE, BANDWIDTH, FIGURES };

/* NAN: it is not known. */
static void compare(const struct moving *moving, size_t round, double figures[FIGURES])
{
    const struct analysis_of_cell *ranks = moving->ranks;
    const struct instrumented *execution = ranks->executions ? ranks->executions[round] : NULL;
    const double moves_s =
        execution ? execution->handed_out_s + execution->collected_s : (double)NAN;
    figures[RATIO] = ranks->times[round] / moving->sharing->times[round];
    figures[SHARE] = execution ? moves_s / execution->wall_s : (double)NAN;
    figures[BANDWIDTH] = moves_s > 0 ? moving->bytes / moves_s : (double)NAN;
}

void moving_find(const struct analysis_of_cell *ranks, const struct analysis_of_cell *sharing,
                 size_t rounds, struct moving *moving)
{
    double *all = memory_new(FIGURES * rounds, sizeof *all);
    *moving =
        (struct moving){.ranks = ranks, .sharing = sharing, .bytes = ranks->state->message_bytes};
    for (size_t round = 0; round < rounds; round++) {
        double figures[FIGURES];
        compare(moving, round, figures);
        for (int i = 0; i < FIGURES; i++)
            all[(size_t)i * rounds + round] = figures[i];
    }
    moving->ratio = ratio_of_pairs(&all[RATIO * rounds], rounds);
    moving->share = stats_summary(&all[SHARE * rounds], rounds);
    moving->bandwidth = stats_summary(&all[BANDWIDTH * rounds], rounds);
    free(all);
}
