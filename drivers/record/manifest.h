/*
 * manifest.json: what was asked, on which machine, with which versions and environment.
 */
#pragma once

#include "allocation.h"
#include "catalog.h"
#include "machine.h"
#include "plan.h"
#include "run_config.h"
#include "status.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* A new object, which the caller owns. `gnuplot`: its version; NULL: nothing is drawn. */
json_t *manifest_make(const struct run_config *config, const struct plan *plan,
                      const struct catalog *catalog, const struct allocation *allocation,
                      const char *gnuplot);

/* The schema that this parbench writes, and the newest that it reads; see results/README.md. */
enum { MANIFEST_SCHEMA = 1 };

/* Longer ones are not read. PLAN_CELLS_MAX cells take half of it. */
enum { MANIFEST_BYTES_MAX = 1 << 24 };

/*
 * Reads a manifest back: the object, whose texts are made printable, and its cells, every one of
 * which is checked, so that nothing of them needs to be escaped anywhere. Errors name the folder.
 * The caller frees both, whatever comes of it.
 */
MUST_USE enum status manifest_read(FILE *stream, const char *folder, json_t **manifest,
                                   struct plan *plan);

/* Whether a run can have as many kernels: there is a page, and a few figures, of each that cells
 * are told with. */
bool manifest_has_few_kernels(const struct plan *plan);

/* A number of the manifest as a whole one from `least` to `most`; the nearer one beyond. */
uint64_t manifest_whole(const json_t *object, const char *key, uint64_t least, uint64_t most);

/* The first thing that two machines differ by: where it stands, and what it is, as JSON. */
struct manifest_difference {
    char path[128], one[81], other[81];
};

/* Whether a run of this manifest may go on on the machine: processor, cores and memory nodes are
 * the same. */
bool manifest_is_of_kind(const json_t *manifest, const struct machine *machine,
                         struct manifest_difference *difference);

/* Whether two runs were on machines of one kind: the same, and about as much memory. */
bool manifest_are_of_kind(const json_t *one, const json_t *other,
                          struct manifest_difference *difference);

/* Workers that each node has room for at once. */
unsigned manifest_slots(const json_t *manifest);

/* The machine in one line for figures and tables: "node1: 4 cores, CPU MODEL", or where cells span
 * nodes "n1, n2: 2 nodes x 4 cores, CPU MODEL". From a manifest; of a run of several hosts, of the
 * first one `and_others`. */
struct machine_line {
    char text[256];
} manifest_machine_line(const json_t *manifest, bool and_others);
