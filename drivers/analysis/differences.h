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

/*
 * The same of the runs that one was put together of: an array of {"what": TEXT, "values": {TEXT:
 * "1, 3"}}, which has for each value the numbers of the runs, from 1.
 */
json_t *differences_of_sources(const struct sources *sources);
