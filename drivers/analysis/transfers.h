/*
 * What it costs each way to move the inputs and outputs of a map, from cells of many sizes:
 * T = T0 + bytes/B, of transfer_fit.h. Pure functions.
 *
 * Moving takes what is left of a cell's time when the share of the work that each worker has is
 * taken off: serial's time at the same size in the same round, over the workers. Two workers that
 * compute at once may be slower than that; what they are is left with the moving, so that B is no
 * less than what is told here.
 *
 * The bytes are those that really moved: what ranks counted, and where nobody counts, what a model
 * must move: all inputs and outputs, where whoever owns them computes nothing; of processes that
 * are forked for each piece, and so have all inputs, the outputs. Workers that share memory move
 * none, and have no line: their time is the floor.
 */
#pragma once

#include "analysed_run.h"
#include "experiment.h"
#include "transfer_fit.h"

/* Bytes that moved in an execution; 0: none did, or the cell is of no map. */
double transfers_bytes(const struct analysis_of_cell *cell);

/* Seconds that moving took in that round, by noise also less than 0; NAN: it is not known. */
double transfers_seconds(const struct analysis_of_cell *cell, size_t round);

/* The same over rounds; without values for a cell that moved nothing. */
struct summary transfers_summary(const struct analysis_of_cell *cell);

/* How many times as long one of two cells took as the other, by rounds in which both did. */
struct summary transfers_ratio(const struct analysis_of_cell *longer,
                               const struct analysis_of_cell *shorter);

/* The line through the cells of the experiment's series that the cell is of. */
struct transfer_fit transfers_fit(const struct experiment *experiment,
                                  const struct analysed_kernel *kernel,
                                  const struct analysis_of_cell *of);

/* The cell's time by that line, with the work; NAN: there is none. */
double transfers_time(const struct transfer_fit *fit, const struct analysis_of_cell *cell);
