#include "transfers.h"

#include "memory.h"
#include "ratio.h"
#include "series.h"

#include <math.h>
#include <stdlib.h>

double transfers_bytes(const struct analysis_of_cell *cell)
{
    const struct cell *planned = cell->cell;
    const struct kernel *kernel = kernel_find(planned->kernel);
    if (!kernel || !kernel_is_map(kernel) || planned->traits & TRAIT_SHARED_MEMORY)
        return 0;
    if (cell->state && cell->state->message_bytes > 0)
        return cell->state->message_bytes;
    const size_t inputs = planned->traits & TRAIT_BY_PROCESS ? 0 : kernel->input_item_size;
    return (double)planned->size * (double)(inputs + kernel->output_item_size);
}

/* Of each worker, in that round. */
static double work_of(const struct analysis_of_cell *cell, size_t round)
{
    const struct analysis_of_cell *serial = cell->base;
    return serial && serial->verified ? serial->times[round] / cell->cell->workers : (double)NAN;
}

double transfers_seconds(const struct analysis_of_cell *cell, size_t round)
{
    return cell->times[round] - work_of(cell, round);
}

struct summary transfers_summary(const struct analysis_of_cell *cell)
{
    const size_t rounds = cell->run->rounds;
    double *seconds = memory_new(rounds, sizeof *seconds);
    for (size_t round = 0; round < rounds; round++)
        seconds[round] = transfers_bytes(cell) > 0 ? transfers_seconds(cell, round) : (double)NAN;
    const struct summary summary = stats_summary(seconds, rounds);
    free(seconds);
    return summary;
}

struct summary transfers_ratio(const struct analysis_of_cell *longer,
                               const struct analysis_of_cell *shorter)
{
    const size_t rounds = longer->run->rounds;
    double *ratios = memory_new(rounds, sizeof *ratios);
    for (size_t round = 0; round < rounds; round++)
        ratios[round] = longer->times[round] / shorter->times[round];
    const struct summary ratio = ratio_of_pairs(ratios, rounds);
    free(ratios);
    return ratio;
}

static size_t count_of(const struct experiment *experiment, const struct analysed_kernel *kernel,
                       const struct analysis_of_cell *of)
{
    const struct analysis_of_cell *cell = NULL;
    size_t count = 0;
    while ((cell = series_next(experiment, kernel, of, cell)))
        count += transfers_bytes(cell) > 0;
    return count;
}

struct transfer_fit transfers_fit(const struct experiment *experiment,
                                  const struct analysed_kernel *kernel,
                                  const struct analysis_of_cell *of)
{
    const size_t count = count_of(experiment, kernel, of), rounds = kernel->run->rounds;
    double *bytes = memory_new((1 + 2 * rounds) * count + 1, sizeof *bytes),
           *seconds = bytes + count, *measured = seconds + rounds * count;
    const struct analysis_of_cell *cell = NULL;
    size_t i = 0;
    while ((cell = series_next(experiment, kernel, of, cell))) {
        if (!(transfers_bytes(cell) > 0))
            continue;
        bytes[i] = transfers_bytes(cell);
        for (size_t round = 0; round < rounds; round++) {
            seconds[i * rounds + round] = transfers_seconds(cell, round);
            measured[i * rounds + round] = cell->times[round];
        }
        i++;
    }
    const struct transfer_points points = {count, rounds, bytes, seconds, measured};
    const struct transfer_fit fit = transfer_fit(&points);
    free(bytes);
    return fit;
}

double transfers_time(const struct transfer_fit *fit, const struct analysis_of_cell *cell)
{
    const struct analysis_of_cell *serial = cell->base;
    const double bytes = transfers_bytes(cell);
    return bytes > 0 && serial && serial->verified
               ? transfer_seconds(fit, bytes) + serial->time.median / cell->cell->workers
               : (double)NAN;
}
