/*
 * What a node of a run tells of itself, as JSON: the machine that it is, and which build of the
 * suite's programs it has. `nodes` of the manifest has one for each.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* That of this node, a new object: with its programs at these paths, each by a hash of what is in
 * it, or null where there is none. */
json_t *node_report_make(char *const *programs, size_t count);

/* Its name; "" where it tells none. */
const char *node_report_host(const json_t *node);

/* Its bytes of memory; 0: it does not tell. */
uint64_t node_report_memory(const json_t *node);

/* Whether two nodes, or machines of manifests, have the same memory but for a twentieth, which
 * firmware and each system keep for themselves, or either does not tell. */
bool node_report_have_same_memory(const json_t *node, const json_t *other);

/*
 * Whether two nodes are of one kind: processors and memory are the same. Else the first difference
 * in words: "n2 has 8.0 GiB of memory and n1 16.0 GiB". What either does not tell is no difference.
 */
bool node_report_is_of_kind(const json_t *node, const json_t *other, char *difference,
                            size_t length);

/* The same of a run of which `nodes` were the nodes: whether one of them is of the kind of this
 * one. One that did not tell takes any. */
bool node_report_is_among(const json_t *nodes, const json_t *node, char *difference, size_t length);

/* The program, of those at the paths, of which the node has not the same as `here`; NULL: it has
 * all. `is_there`: it has another one. */
const char *node_report_other_program(const json_t *node, const json_t *here, char *const *programs,
                                      bool *is_there);

/* A line for each kind among them, if they are not many, a new array of texts:
 * "n1, n2: CPU, 16 cores, 64.0 GiB, KERNEL". */
json_t *node_report_lines(const json_t *nodes);
