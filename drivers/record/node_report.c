#include "node_report.h"

#include "build_info.h"
#include "files.h"
#include "json.h"
#include "machine.h"
#include "memory.h"
#include "quantities.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- on the node ---- */

/* By Fowler, Noll and Vo (FNV-1a, 64 bits, draft-eastlake-fnv): it tells builds apart, and is no
 * proof against forgery. */
static json_t *hash_of(const char *path)
{
    unsigned char bytes[1 << 14];
    uint64_t hash = 0xcbf29ce484222325;
    char text[17];
    size_t got;
    FILE *file = fopen(path, "re");
    if (!file)
        return json_null();
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        for (size_t i = 0; i < got; i++)
            hash = (hash ^ bytes[i]) * 0x100000001b3;
    const bool whole = !ferror(file);
    (void)fclose(file);
    (void)snprintf(text, sizeof text, "%016" PRIx64, hash);
    return whole ? json_string(text) : json_null();
}

json_t *node_report_make(char *const *programs, size_t count)
{
    struct machine machine;
    char online[64] = "";
    json_t *hashes = json_array();
    machine_read("", &machine);
    (void)files_line(online, sizeof online, "/sys/devices/system/cpu/online");
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(hashes, hash_of(programs[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:s, s:s, s:o}", "host",
                     json_text(machine.host), "cpu", json_text(machine.cpu), "architecture",
                     json_known_text(machine.architecture), "system", json_text(machine.system),
                     "processors", json_known_text(online), "cores", (int)machine.cores, "allowed",
                     (int)machine.allowed, "memory", json_known_count(machine.memory), "numa_nodes",
                     json_known_count(machine.has_topology ? machine.topology.numa_nodes : 0),
                     "parbench", PARBENCH_VERSION, "commit", build_info_commit, "programs", hashes);
}

/* ---- of several ---- */

static const char *text_of(const json_t *node, const char *key)
{
    const char *text = json_string_value(json_object_get(node, key));
    return text ? text : "";
}

const char *node_report_host(const json_t *node)
{
    return text_of(node, "host");
}

uint64_t node_report_memory(const json_t *node)
{
    const double memory = json_number_value(json_object_get(node, "memory"));
    return memory > 0 ? (uint64_t)fmin(memory, 1e18) : 0;
}

bool node_report_have_same_memory(const json_t *node, const json_t *other)
{
    const uint64_t one = node_report_memory(node), another = node_report_memory(other);
    const uint64_t most = one > another ? one : another, least = one > another ? another : one;
    return least == 0 || most - least <= most / 20;
}

bool node_report_is_of_kind(const json_t *node, const json_t *other, char *difference,
                            size_t length)
{
    static const char *const keys[] = {"architecture", "cpu", "processors"};
    static const char *const words[] = {"", "", "hardware threads "};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *one = text_of(node, keys[i]), *another = text_of(other, keys[i]);
        if (!*one || !*another || strcmp(one, another) == 0)
            continue;
        (void)snprintf(difference, length, "%.64s has %s%.96s and %.64s %.96s",
                       node_report_host(node), words[i], one, node_report_host(other), another);
        return false;
    }
    if (node_report_have_same_memory(node, other))
        return true;
    (void)snprintf(difference, length, "%.64s has %s of memory and %.64s %s",
                   node_report_host(node), text_bytes(node_report_memory(node)).text,
                   node_report_host(other), text_bytes(node_report_memory(other)).text);
    return false;
}

bool node_report_is_among(const json_t *nodes, const json_t *node, char *difference, size_t length)
{
    bool is_among = json_array_size(nodes) == 0;
    for (size_t i = json_array_size(nodes); i > 0 && !is_among; i--)
        is_among = node_report_is_of_kind(node, json_array_get(nodes, i - 1), difference, length);
    return is_among;
}

const char *node_report_other_program(const json_t *node, const json_t *here, char *const *programs,
                                      bool *is_there)
{
    const json_t *hashes = json_object_get(node, "programs");
    const json_t *wanted = json_object_get(here, "programs");
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        const json_t *hash = json_array_get(hashes, i);
        *is_there = json_is_string(hash);
        if (!*is_there || !json_equal(hash, json_array_get(wanted, i)))
            return programs[i];
    }
    return NULL;
}

/* ---- for people ---- */

enum { NAMES_SHOWN = 4, KINDS_SHOWN = 8 };

/* What all nodes of a kind have in common. */
static void print_kind(FILE *stream, const json_t *node)
{
    const json_int_t cores = json_integer_value(json_object_get(node, "allowed"));
    (void)fprintf(stream, ": %s, %" JSON_INTEGER_FORMAT " core%s", text_of(node, "cpu"), cores,
                  cores == 1 ? "" : "s");
    if (node_report_memory(node) > 0)
        (void)fprintf(stream, ", %s", text_bytes(node_report_memory(node)).text);
    (void)fprintf(stream, ", %s", text_of(node, "system"));
}

/* The kind, and the kernel and the cores that may be used, which nodes of a kind may differ in. */
static bool are_told_alike(const json_t *node, const json_t *other)
{
    char difference[512];
    return node_report_is_of_kind(node, other, difference, sizeof difference) &&
           strcmp(text_of(node, "system"), text_of(other, "system")) == 0 &&
           json_equal(json_object_get(node, "allowed"), json_object_get(other, "allowed"));
}

/* Of the first one of its kind and of those behind it, which are then `told`. */
static json_t *kind_line(const json_t *nodes, size_t first, bool *told)
{
    const json_t *node = json_array_get(nodes, first), *other;
    char *text;
    size_t length, i, count = 0;
    FILE *stream = memory_open(&text, &length);
    json_array_foreach(nodes, i, other)
    {
        if (told[i] || !are_told_alike(other, node))
            continue;
        told[i] = true;
        if (count++ < NAMES_SHOWN)
            (void)fprintf(stream, "%s%s", count > 1 ? ", " : "", node_report_host(other));
    }
    if (count > NAMES_SHOWN)
        (void)fprintf(stream, " and %zu other%s", count - NAMES_SHOWN, plural(count - NAMES_SHOWN));
    print_kind(stream, node);
    memory_close(stream, &text);
    json_t *line = json_text(text);
    free(text);
    return line;
}

json_t *node_report_lines(const json_t *nodes)
{
    const size_t count = json_array_size(nodes);
    bool *told = memory_new(count + 1, sizeof *told);
    json_t *lines = json_array();
    for (size_t i = 0; i < count && json_array_size(lines) < KINDS_SHOWN; i++)
        if (!told[i])
            (void)json_array_append_new(lines, kind_line(nodes, i, told));
    free(told);
    return lines;
}
