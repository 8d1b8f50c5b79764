#include "leaving_node.h"

#include "analysed_run.h"
#include "memory.h"
#include "ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct interval unknown = {NAN, NAN};

/* ---- which cells ---- */

/* The model is the same, with all its options, where the series on one node is. */
static bool is_counterpart(const struct analysis_of_cell *cell,
                           const struct analysis_of_cell *several)
{
    const struct cell *one = cell->cell, *other = several->cell;
    return one->nodes == 1 && one->workers == other->workers && one->size == other->size &&
           one->base_size == other->base_size && one->oversubscribed == other->oversubscribed &&
           strcmp(one->kernel, other->kernel) == 0 &&
           cell->one_node_series == several->one_node_series;
}

const struct analysis_of_cell *leaving_node_from(const struct analysed_kernel *kernel,
                                                 const struct analysis_of_cell *several)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count && !found; i++)
        if (kernel->cells[i]->verified && is_counterpart(kernel->cells[i], several))
            found = kernel->cells[i];
    return several->verified && several->cell->nodes > 1 ? found : NULL;
}

/* ---- messages ---- */

static unsigned doublings_to(unsigned nodes)
{
    unsigned count = 0;
    while (count < 31 && 1u << count < nodes)
        count++;
    return count;
}

unsigned leaving_node_in_a_row(double messages, unsigned ranks, unsigned nodes, bool direct,
                               bool several)
{
    if (ranks < 2 || nodes < 2 || !(messages >= ranks - 1))
        return 0;
    const unsigned depth = doublings_to(nodes);
    const bool hands_out = messages > ranks - 1;
    return hands_out + (direct ? 1 : depth) + (several && !(direct && hands_out) ? depth : 0);
}

static struct interval latency_share(const struct leaving_node *cost,
                                     const struct leaving_node_messages *messages)
{
    const struct summary *within = messages->within, *between = messages->between;
    const double each = cost->in_a_row / cost->one->time.median;
    if (cost->in_a_row == 0 || !within || !between || !within->has_interval ||
        !between->has_interval || !(each > 0))
        return unknown;
    return (struct interval){each * (between->interval.low - within->interval.high),
                             each * (between->interval.high - within->interval.low)};
}

/* ---- what the difference is made of ---- */

/* In a round, of a cell. */
struct parts {
    double time, moving, computing;
};

/* NAN: it is not known. */
static struct parts parts_of(const struct analysis_of_cell *cell, size_t round)
{
    const struct instrumented *execution = cell->executions ? cell->executions[round] : NULL;
    const double moving =
        execution ? execution->handed_out_s + execution->collected_s : (double)NAN;
    return (struct parts){.time = cell->times[round],
                          .moving = moving,
                          .computing = execution ? execution->wall_s - moving : (double)NAN};
}

enum { RATIO, MOVING, COMPUTING, LEFT, BANDWIDTH, BANDWIDTH_WITHIN, FIGURES };

static double bandwidth_of(const struct analysis_of_cell *cell, const struct parts *parts)
{
    const double bytes = cell->state->message_bytes;
    return bytes > 0 && parts->moving > 0 ? bytes / parts->moving : NAN;
}

static void compare(const struct leaving_node *cost, size_t round, double figures[FIGURES])
{
    const struct parts one = parts_of(cost->one, round), several = parts_of(cost->several, round);
    figures[RATIO] = several.time / one.time;
    figures[MOVING] = (several.moving - one.moving) / one.time;
    figures[COMPUTING] = (several.computing - one.computing) / one.time;
    figures[LEFT] = figures[RATIO] - 1 - figures[MOVING] - figures[COMPUTING];
    figures[BANDWIDTH] = bandwidth_of(cost->several, &several);
    figures[BANDWIDTH_WITHIN] = bandwidth_of(cost->one, &one);
}

void leaving_node_find(const struct analysis_of_cell *one, const struct analysis_of_cell *several,
                       size_t rounds, const struct leaving_node_messages *messages,
                       struct leaving_node *cost)
{
    struct summary *const summaries[FIGURES] = {
        [RATIO] = &cost->ratio,         [MOVING] = &cost->moving,
        [COMPUTING] = &cost->computing, [LEFT] = &cost->left,
        [BANDWIDTH] = &cost->bandwidth, [BANDWIDTH_WITHIN] = &cost->bandwidth_within};
    double *all = memory_new(FIGURES * rounds, sizeof *all);
    *cost = (struct leaving_node){.one = one, .several = several};
    for (size_t round = 0; round < rounds; round++) {
        double figures[FIGURES];
        compare(cost, round, figures);
        for (int i = 0; i < FIGURES; i++)
            all[(size_t)i * rounds + round] = figures[i];
    }
    for (int i = 0; i < FIGURES; i++)
        *summaries[i] =
            (i == RATIO ? ratio_of_pairs : stats_summary)(&all[(size_t)i * rounds], rounds);
    free(all);
    const struct cell *planned = several->cell;
    cost->in_a_row = leaving_node_in_a_row(several->state->messages, planned->ranks, planned->nodes,
                                           planned->traits & TRAIT_POINT_TO_POINT,
                                           several->state->executions > 1);
    cost->latency = latency_share(cost, messages);
}
