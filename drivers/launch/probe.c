#include "probe.h"

#include "memory.h"
#include "node_report.h"
#include "protocol.h"
#include "quantities.h"
#include "start.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

/* What is asked, and what came of it. */
struct probe {
    const struct allocation *allocation;
    const struct model_entry *entry; /* of a cell that is on all of the nodes */
    unsigned nodes;
    unsigned room;   /* that each must have for workers of one cell */
    char **programs; /* that cells on several nodes need */
    size_t count;    /* of these */
    struct launch_result launched;
};

/* ---- which nodes ---- */

/* Whether other hosts than this one take part. */
static bool is_on_others(const struct cell *cell, const struct model *model,
                         const struct allocation *allocation)
{
    return launch_has_ranks(model->launch) && (cell->nodes > 1 || allocation->is_elsewhere);
}

static void add_program(struct probe *probe, char *program)
{
    for (size_t i = 0; i < probe->count; i++)
        if (strcmp(probe->programs[i], program) == 0)
            return;
    probe->programs = memory_grow(probe->programs, probe->count, sizeof *probe->programs);
    probe->programs[probe->count++] = program;
}

static enum status find_needed(const struct plan *plan, const struct catalog *catalog,
                               const struct catalog *beside, struct probe *probe)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *cell = &plan->cells[i];
        const struct model_entry *entry, *other = NULL;
        TRY(catalog_find(catalog, cell->model, &entry));
        if (!is_on_others(cell, &entry->model, probe->allocation))
            continue;
        if (beside)
            TRY(catalog_find(beside, cell->model, &other));
        add_program(probe, entry->program);
        if (other)
            add_program(probe, other->program);
        if (cell->nodes > probe->nodes) {
            probe->nodes = cell->nodes;
            probe->entry = entry;
        }
        if (!cell->oversubscribed)
            probe->room = MAX(probe->room, cell->workers / MAX(cell->nodes, 1));
    }
    return STATUS_OK;
}

/* ---- asking ---- */

/* A process on each node, which may use all cores that cells may. */
static enum status ask(const struct catalog *catalog, double timeout_s, struct probe *probe)
{
    const struct allocation *allocation = probe->allocation;
    const struct cell cell = {.nodes = probe->nodes,
                              .ranks = probe->nodes,
                              .threads = MAX(probe->room, 1),
                              .workers = probe->nodes * MAX(probe->room, 1)};
    struct start start = {.launcher = launcher_for(&cell, probe->entry, allocation),
                          .timeout_s = timeout_s};
    struct model model = probe->entry->model;
    struct child child;
    char front[PATH_MAX], *text;
    size_t length;
    if (!start.launcher)
        return status_fail(STATUS_FAILED, "nothing here can start processes on %u nodes",
                           probe->nodes);
    const struct starter *starter = catalog_starter(catalog, start.launcher->program);
    start.chosen = starter ? starter->chosen : NULL;
    if (!realpath(CHILD_SELF, front))
        return status_fail(STATUS_FAILED, "cannot tell where this program is: %s", strerror(errno));
    FILE *command = memory_open(&text, &length);
    model.helpers = 0;
    start_print_words(command, start.launcher, &cell, &model, allocation);
    (void)fprintf(command, "%s\n%s\n", front, PROTOCOL_NODE);
    for (size_t i = 0; i < probe->count; i++)
        (void)fprintf(command, "%s\n", probe->programs[i]);
    memory_close(command, &text);
    if (!start_command(&start, text, &child, &probe->launched))
        return STATUS_INTERRUPTED;
    if (child.end == CHILD_TIMED_OUT)
        (void)snprintf(probe->launched.failure, sizeof probe->launched.failure,
                       "that did not end within %s", text_duration(timeout_s).text);
    return STATUS_OK;
}

/* The place of a host among the nodes; behind the last one where it has another name there. This
 * host is the first one, whatever it is called there, such as localhost. */
static size_t place_of(const struct probe *probe, const char *host)
{
    size_t place = 0;
    if (!probe->allocation->is_elsewhere && node_is(probe->allocation->machine->host, host))
        return 0;
    while (place < probe->nodes && !node_is(probe->allocation->list.all[place].name, host))
        place++;
    return place;
}

struct placed {
    size_t place;
    json_t *node;
};

static int compare_placed(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return strcmp(node_report_host(a->node), node_report_host(b->node));
}

/* In the order in which they were named. */
static json_t *in_order(const struct probe *probe, const json_t *told)
{
    const size_t count = json_array_size(told);
    struct placed *all = memory_new(count + 1, sizeof *all);
    json_t *sorted = json_array();
    for (size_t i = 0; i < count; i++) {
        all[i].node = json_array_get(told, i);
        all[i].place = place_of(probe, node_report_host(all[i].node));
    }
    qsort(all, count, sizeof *all, compare_placed);
    for (size_t i = 0; i < count; i++)
        (void)json_array_append(sorted, all[i].node);
    free(all);
    return sorted;
}

/* ---- whether they will do ---- */

/* Whether the text tells of any of those nodes. */
static bool tells_of_any(const char *text, const struct probe *probe, const bool *are_meant)
{
    for (unsigned i = 0; i < probe->nodes; i++)
        if (are_meant[i] && node_is_told(text, probe->allocation->list.all[i].name))
            return true;
    return false;
}

/* What was said last, but for "Local host: n1" and the like: so mpirun and its daemons say who
 * could not reach another one, and name nodes that are well. */
static void copy_words(const char *words, char *copy, size_t length)
{
    *copy = '\0';
    for (size_t line; *words; words += line) {
        line = strcspn(words, "\n");
        line += words[line] == '\n';
        const char *host = strstr(words, " host: "), *node = strstr(words, " node: ");
        if ((!host || host > words + line) && (!node || node > words + line))
            text_append(copy, length, "%.*s", (int)line, words);
    }
}

/* Those of which there is no word, where the failure names none of them; and of these, where what
 * starts daemons has named some, as ssh does those that it cannot reach, no others. */
static void name_silent(const struct probe *probe, const json_t *nodes, char *names, size_t length)
{
    enum { MOST = 3 };
    const struct launch_result *launched = &probe->launched;
    char words[sizeof launched->last_words];
    unsigned count = 0;
    bool *is_silent = memory_new(probe->nodes + 1, sizeof *is_silent); /* any other: last */
    *names = '\0';
    for (unsigned i = 0; i < probe->nodes; i++)
        is_silent[i] = i > 0 || probe->allocation->is_elsewhere;
    for (size_t i = 0; i < json_array_size(nodes); i++)
        is_silent[place_of(probe, node_report_host(json_array_get(nodes, i)))] = false;
    copy_words(launched->last_words, words, sizeof words);
    const bool are_named = tells_of_any(words, probe, is_silent);
    const bool is_told = tells_of_any(launched->failure, probe, is_silent);
    for (unsigned i = 0; i < probe->nodes && !is_told; i++) {
        const char *name = probe->allocation->list.all[i].name;
        if (is_silent[i] && (!are_named || node_is_told(words, name)) && count++ < MOST)
            text_append(names, length, "%s%s", count > 1 ? ", " : "", name);
    }
    if (count > MOST)
        text_append(names, length, " and %u more", count - MOST);
    free(is_silent);
}

static enum status check_answers(const struct probe *probe, const json_t *nodes)
{
    const struct launch_result *launched = &probe->launched;
    char silent[4 * HOST_BYTES];
    name_silent(probe, nodes, silent, sizeof silent);
    for (size_t i = 1; i < json_array_size(nodes); i++) {
        const char *host = node_report_host(json_array_get(nodes, i));
        if (strcmp(host, node_report_host(json_array_get(nodes, i - 1))) == 0)
            return status_fail(STATUS_FAILED,
                               "%u nodes were asked what they are, and %s answered more than once: "
                               "name each node once",
                               probe->nodes, host);
    }
    if (json_array_size(nodes) == probe->nodes)
        return STATUS_OK;
    if (!launched->explained)
        (void)fputs(launched->last_words, stderr);
    return status_fail(STATUS_FAILED, "%u node%s %s asked what %s, in vain: %s%s%s", probe->nodes,
                       plural(probe->nodes), probe->nodes == 1 ? "was" : "were",
                       probe->nodes == 1 ? "it is" : "they are", launched->failure,
                       *silent ? "; there is no word from " : "", silent);
}

static enum status check_programs(const struct probe *probe, const json_t *nodes)
{
    json_t *here = node_report_make(probe->programs, probe->count), *node;
    enum status status = STATUS_OK;
    size_t i;
    json_array_foreach(nodes, i, node)
    {
        bool is_there = false;
        const char *program = node_report_other_program(node, here, probe->programs, &is_there);
        if (program && status == STATUS_OK)
            status = status_fail(STATUS_FAILED, "%s on %s %s: install the same build on each node",
                                 program, node_report_host(node),
                                 is_there ? "is of another build than here" : "cannot be read");
    }
    json_decref(here);
    return status;
}

static enum status check_kinds(const struct probe *probe, const json_t *nodes)
{
    const json_t *node;
    size_t i;
    char difference[512];
    json_array_foreach((json_t *)nodes, i, node)
    {
        const json_int_t allowed = json_integer_value(json_object_get(node, "allowed"));
        if (allowed < (json_int_t)probe->room)
            return status_fail(STATUS_USAGE,
                               "%s has %" JSON_INTEGER_FORMAT " core%s, and cells have %u workers "
                               "on each node: name no more slots than there are cores",
                               node_report_host(node), allowed, plural((uint64_t)allowed),
                               probe->room);
        if (!probe->allocation->is_mixed &&
            !node_report_is_of_kind(node, json_array_get(nodes, 0), difference, sizeof difference))
            return status_fail(STATUS_USAGE,
                               "nodes differ: %s: take nodes that are the same, or --mixed",
                               difference);
    }
    return STATUS_OK;
}

/* What was only asked to compare it is no part of the record. */
static void drop_programs(json_t *nodes)
{
    json_t *node;
    size_t i;
    json_array_foreach(nodes, i, node)
    {
        (void)json_object_del(node, "programs");
        (void)json_object_del(node, "event");
    }
}

static enum status ask_and_check(const struct catalog *catalog, double timeout_s,
                                 struct probe *probe, json_t **nodes)
{
    TRY(allocation_check_names(probe->allocation, probe->nodes));
    TRY(ask(catalog, timeout_s, probe));
    *nodes = in_order(probe, launch_said(&probe->launched, "node"));
    TRY(check_answers(probe, *nodes));
    TRY(check_programs(probe, *nodes));
    TRY(check_kinds(probe, *nodes));
    drop_programs(*nodes);
    return STATUS_OK;
}

enum status probe_nodes(const struct plan *plan, const struct catalog *catalog,
                        const struct catalog *beside, const struct allocation *allocation,
                        double timeout_s, json_t **nodes)
{
    struct probe probe = {.allocation = allocation};
    *nodes = NULL;
    enum status status = find_needed(plan, catalog, beside, &probe);
    if (status == STATUS_OK && probe.nodes > 0)
        status = ask_and_check(catalog, timeout_s, &probe, nodes);
    if (status != STATUS_OK) {
        json_decref(*nodes);
        *nodes = NULL;
    }
    free(probe.programs);
    launch_result_free(&probe.launched);
    return status;
}
