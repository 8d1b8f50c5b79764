/*
 * What differs between two runs beside their times: the machine, the build, how much was measured.
 * Who compares times must know it first.
 */
#pragma once

#include "analysed_run.h"

/*
 * An array of {"what": TEXT, "base": TEXT, "new": TEXT}, empty when nothing differs, which the
 * caller owns. What a run does not tell is "not known".
 */
json_t *differences_find(const struct analysed_run *base, const struct analysed_run *other);
