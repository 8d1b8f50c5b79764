#include "messages.h"

#include "analysed_run.h"
#include "kernel.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With more bytes than these a message takes longer than its latency. */
enum { RANKS = 2, SHORT_BYTES = 1024 };

/* NULL unless it is one that moves bytes. */
static const struct kernel *find_mover(const char *name)
{
    const struct kernel *kernel = kernel_find(name);
    return kernel && kernel->moves_bytes ? kernel : NULL;
}

/* Bytes of a message there: the inputs of half of the items. */
static double bytes_of(const struct analysis_of_cell *cell)
{
    const uint64_t items = cell->cell->size / RANKS;
    return (double)(items * find_mover(cell->cell->kernel)->input_item_size);
}

/* Whether the cell is of two ranks on so many nodes that move bytes, directly or not, by a model as
 * it is by default. */
static bool is_of(const struct analysis_of_cell *cell, unsigned nodes, bool direct)
{
    const struct cell *planned = cell->cell;
    return find_mover(planned->kernel) && cell->verified && planned->workers == RANKS &&
           planned->ranks == RANKS && planned->nodes == nodes && !plan_is_aside(planned) &&
           !planned->oversubscribed && !(planned->traits & MESSAGES_WITHOUT) &&
           direct == (bool)(planned->traits & TRAIT_POINT_TO_POINT) && plan_has_defaults(planned);
}

/* By size; NULL behind the last one. */
static const struct analysis_of_cell *next_of(const struct analysed_run *run, unsigned nodes,
                                              bool direct, uint64_t beyond)
{
    const struct analysis_of_cell *next = NULL;
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (is_of(cell, nodes, direct) && cell->cell->size > beyond &&
            (!next || cell->cell->size < next->cell->size))
            next = cell;
    }
    return next;
}

/* Seconds of the messages in that round; NAN: they are not known. */
static double messages_s(const struct analysis_of_cell *cell, size_t round)
{
    const struct analysis_of_cell *serial = cell->base;
    const double copy = serial && serial->verified ? serial->times[round] / RANKS : 0;
    const double seconds = cell->times[round] - copy;
    return seconds > 0 ? seconds : NAN;
}

/* Bytes there and back over the seconds that they take. */
static double bandwidth(const struct analysis_of_cell *cell, size_t round)
{
    return 2 * bytes_of(cell) / messages_s(cell, round);
}

/* Where half of the bandwidth of the longest is first passed in that round; NAN: nowhere. */
static double half_at(const struct message_way *way, const struct analysis_of_cell *const *cells,
                      size_t count, size_t round)
{
    const double half = bandwidth(way->longest, round) / 2;
    for (size_t i = 1; i < count; i++) {
        const double below = bandwidth(cells[i - 1], round), above = bandwidth(cells[i], round);
        if (below < half && above >= half)
            return bytes_of(cells[i - 1]) * pow(bytes_of(cells[i]) / bytes_of(cells[i - 1]),
                                                log(half / below) / log(above / below));
    }
    return NAN;
}

static void summarise(const struct analysed_run *run, const struct analysis_of_cell *const *cells,
                      size_t count, struct message_way *way)
{
    double *values = memory_new(3 * run->rounds, sizeof *values);
    double *bandwidths = values + run->rounds, *halves = bandwidths + run->rounds;
    for (size_t round = 0; round < run->rounds; round++) {
        values[round] = way->least_bytes <= SHORT_BYTES ? way->shortest->times[round] / 2 : NAN;
        bandwidths[round] = count > 1 ? bandwidth(way->longest, round) : NAN;
        halves[round] = half_at(way, cells, count, round);
    }
    way->latency = stats_summary(values, run->rounds);
    way->bandwidth = stats_summary(bandwidths, run->rounds);
    way->half = stats_summary(halves, run->rounds);
    free(values);
}

static void find_way(const struct analysed_run *run, unsigned nodes, bool direct,
                     struct message_way *way)
{
    static const struct summary none = {0, NAN, false, {NAN, NAN}};
    const struct analysis_of_cell **cells = NULL, *cell = NULL;
    size_t count = 0;
    *way = (struct message_way){.latency = none, .bandwidth = none, .half = none};
    while ((cell = next_of(run, nodes, direct, cell ? cell->cell->size : 0))) {
        cells = memory_grow(cells, count, sizeof *cells);
        cells[count++] = cell;
    }
    if (count > 0) {
        way->shortest = cells[0];
        way->longest = cells[count - 1];
        way->least_bytes = bytes_of(way->shortest);
        way->most_bytes = bytes_of(way->longest);
        way->without_copy = way->longest->base && way->longest->base->verified;
        summarise(run, cells, count, way);
    }
    free(cells);
}

bool messages_is_of(const struct analysed_kernel *kernel)
{
    return find_mover(kernel->name);
}

bool messages_find(const struct analysed_run *run, unsigned nodes, struct message_costs *costs)
{
    find_way(run, nodes, true, &costs->direct);
    find_way(run, nodes, false, &costs->collective);
    return costs->direct.shortest || costs->collective.shortest;
}
