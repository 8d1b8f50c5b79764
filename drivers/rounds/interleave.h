/*
 * Measuring two builds in one run: `run --beside OTHER/parbench`. The other build's cells, found
 * from its front door, are launched in the same rounds as this one's, see rounds.h. Each build has
 * a folder of its own, FOLDER and FOLDER-beside, whose manifests name each other, so that compare
 * pairs their rounds.
 */
#pragma once

#include "rounds.h"

/* Asks the other build for what it is, and whether its models can be used that are in this one's
 * plan. That loses other algorithms, and what else is there for a kernel's sake, that the other
 * build has not got; then it gets a copy: without options that it has not got, where nobody asked
 * for them. */
MUST_USE enum status interleave_load(const char *front, struct side *own,
                                     const struct allocation *allocation, struct side *other);

/* Begins both runs, of which this one has its folder and what was asked for already. */
MUST_USE enum status interleave_begin(const char *front, const struct allocation *allocation,
                                      struct side *own, struct side *other);

/*
 * Opens the other run, once this one is open to go on. `front`: the other build's front door, which
 * the user must name, lest a folder tells what is executed; NULL: the user did not, which is an
 * error where there is another run, as the opposite is.
 */
MUST_USE enum status interleave_reopen(const char *front, const struct allocation *allocation,
                                       const struct side *own, struct side *other);
