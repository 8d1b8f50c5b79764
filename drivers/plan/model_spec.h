/*
 * A model as a user names it, with its options: "pool:dispatch=imap:chunk=64".
 */
#pragma once

#include "catalog.h"
#include "status.h"

enum { MODEL_SPEC_VALUE_MAX = 32, MODEL_SPEC_LABEL_MAX = 160 };

struct model_spec {
    const struct model_entry *entry;
    char values[MODEL_OPTIONS_MAX][MODEL_SPEC_VALUE_MAX]; /* of all its options */
    unsigned given;                                       /* which of them the user gave, as bits */
};

/* Reads the text; a usage error for what that model does not take. */
MUST_USE enum status model_spec_read(const struct catalog *catalog, const char *text,
                                     struct model_spec *choice);

/* Gives an option a value; a usage error likewise. */
MUST_USE enum status model_spec_set(struct model_spec *choice, const char *option,
                                    const char *value);

/* Which two of its settings exclude each other; NULL: none do. */
const struct refusal *model_spec_refused(const struct model_spec *choice);

/* Writes what an option takes: "map|imap", "N|auto", "TIME". */
void model_spec_values(const struct model_option *option, char *text, size_t length);

/* Writes the model's name with the options that differ from its defaults. */
void model_spec_label(const struct model_spec *choice, char *label, size_t length);

/* The traits of the model and of the values that its options have. */
unsigned model_spec_traits(const struct model_spec *choice);

/* How many times the inputs and outputs of a map are held at once. */
unsigned model_spec_copies(const struct model_spec *choice);

/* The most items of the kernel, a map, that can be moved; UINT64_MAX: no limit. */
uint64_t model_spec_max_map_size(const struct model_spec *choice, const struct kernel *kernel);

/* The model of the suite that a peer mirrors, with the options that both have as the peer has them;
 * false: the choice is no peer, or there is no such model here that could be measured so. */
bool model_spec_mirrored(const struct catalog *catalog, const struct model_spec *peer,
                         struct model_spec *mirrored);

/* Writes what the choice is called in Python, with what its options are there where they are not as
 * by default: "multiprocessing.Pool, chunksize 1". */
void model_spec_python(const struct model_spec *choice, char *text, size_t length);

/* The option of the choice whose value goes with some kernels only, and not with that one; NULL:
 * there is none. */
const struct model_option *model_spec_not_for(const struct model_spec *choice,
                                              const struct kernel *kernel);

/* The option of the choice that wants as many items for each worker; NULL: none does. */
const struct model_option *model_spec_equal_shares(const struct model_spec *choice);

/* The most items of a piece; 0: not up to the user, or left to the model. */
uint64_t model_spec_chunk(const struct model_spec *choice);

/* Whether there is a model that can be what speedups are over. */
bool model_spec_has_base(const struct catalog *catalog);

/* How many ranks the workers are threads of; 0: there are no such ranks, or it is left to
 * plan_shape(). */
uint64_t model_spec_ranks(const struct model_spec *choice);

/* The base of all speedups. */
MUST_USE enum status model_spec_base(const struct catalog *catalog, struct model_spec *choice);
