/*
 * What a kernel shows of its outputs, told line by line.
 */
#pragma once

#include "model.h"

/* All outputs of a size, once more verified as they lie there. An error where one is wrong, or the
 * kernel shows none. */
MUST_USE enum status outputs_tell(const struct job *job, const void *output);
