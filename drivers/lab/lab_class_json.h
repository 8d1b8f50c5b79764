/*
 * What is on the page of a class, for other programs.
 */
#pragma once

#include "lab_class.h"

#include <jansson.h>

/*
 * The class of one lab, which the caller owns:
 *
 *   lab, name, title   as in a record; steps: `title`, how many have `reached` it and are `here`
 *   students           `name`, `folder`, `step`, `finished`, and how many questions are `right`,
 *                      `wrong`, `inconclusive`, `compared`, `left_out`, `to_come`
 *   questions          `name`, `text`, `step`, the same counts, and `reasons`, each `why` and
 *                      `count`. A prediction has `unit`, `predictions`, how many are
 *                      `within_the_interval` and so on, and `predicted` and `measured`: `median`,
 *                      `least`, `most`. A check has `choices`: `letter`, `text`, how many have
 *                      `taken` it and for how many it `holds`, and of the former those that are
 *                      `right`, `wrong`, `inconclusive`.
 */
json_t *lab_class_json(const struct lab_class *class);
