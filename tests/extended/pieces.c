/* And one with quantities of its own: what a piece of so many items takes, by all ways to draw and
 * to tell it. */
#include "analysed_run.h"
#include "experiment.h"
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const struct experiment experiment_pieces;

static double pieces_of(const struct cell *cell)
{
    const double chunk = axis_value(&experiment_pieces.axis, cell);
    return chunk > 0 ? ceil((double)cell->size / chunk) : NAN;
}

static void time_of(const struct analysis_of_cell *cell, struct summary *value)
{
    const double pieces = pieces_of(cell->cell);
    *value = isnan(pieces) ? own_none() : own_scaled(&cell->time, 1 / pieces);
}

static void bytes_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = own_none();
    value->count = 1;
    value->median = 8 * axis_value(&experiment_pieces.axis, cell->cell);
}

static void share_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = cell->efficiency;
}

/* What a piece would take if serial's time were all that there is to it. */
static double least_of(const struct analysis_of_cell *cell)
{
    return cell->base_s / pieces_of(cell->cell) / cell->cell->workers;
}

static double serial_of(const struct analysis_of_cell *cell)
{
    return cell->base_s / (double)cell->cell->size;
}

static void first_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                     struct summary *value)
{
    (void)kernel;
    time_of(first, value);
}

/* Of the longest pieces over that of the shortest ones. */
static void growth_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                      struct summary *value)
{
    const struct analysis_of_cell *last = first, *next;
    struct summary shortest, longest;
    while ((next = series_next(&experiment_pieces, kernel, first, last)))
        last = next;
    time_of(first, &shortest);
    time_of(last, &longest);
    *value = own_none();
    if (last != first && shortest.count > 0) {
        value->count = 1;
        value->median = longest.median / shortest.median;
    }
}

static const struct own_quantity
    time_a_piece = {.name = "time a piece", .unit = "s", .value = time_of},
    bytes_a_piece = {.name = "bytes a piece", .unit = "B", .value = bytes_of},
    share = {
        .name = "efficiency", .brief = "effic.", .unit = "", .is_linear = true, .value = share_of};

static const struct own_line lines[] = {{.title = "no less", .value = least_of},
                                        {.title = "serial, an item", .is_of_all = true, serial_of},
                                        {0}};

static const struct experiment_figure figures[] = {
    {.heading = "pieces, time", .quantity = QUANTITY_OWN, .own = &time_a_piece, .lines = lines},
    {.heading = "pieces, efficiency by time",
     .quantity = QUANTITY_OWN,
     .own = &share,
     .over = &time_a_piece},
    {.heading = "pieces, time by bytes",
     .quantity = QUANTITY_OWN,
     .own = &time_a_piece,
     .over = &bytes_a_piece,
     .id = "bytes"},
    {.heading = "pieces, by model",
     .quantity = QUANTITY_OWN,
     .own = &time_a_piece,
     .lines = lines,
     .is_bars = true,
     .id = "bars"},
    {0},
};

static const struct own_quantity *const columns[] = {&time_a_piece, &bytes_a_piece, &share, NULL};

static const struct own_result results[] = {
    {.name = "time of the least piece", .brief = "least", .unit = "s", .value = first_of},
    {.name = "growth", .unit = "", .value = growth_of},
    {0}};

const struct experiment experiment_pieces = {
    .name = "pieces",
    .question = "what does a piece cost?",
    .traits = TRAIT_CHUNKS,
    .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "10,100,1000,10000"},
    .is_on_request = true,
    .figures = figures,
    .heading = "Pieces",
    .about = "Up to a size of {size}.",
    .has_own_tables = true,
    .columns = columns,
    .results = results,
};
