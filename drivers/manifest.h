/*
 * manifest.json: what was asked, on which machine, with which versions and environment.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include "results.h"

/* A new object, which the caller owns; NULL without memory. */
json_t *manifest_make(const struct asked *asked, const struct plan *plan,
                      const struct machine *machine);

/* The machine in one line for figures and tables: "4 cores, CPU MODEL". From a manifest. */
void manifest_machine_line(const json_t *manifest, char *text, size_t length);

#endif
