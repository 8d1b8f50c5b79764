#include "launch_result.h"

#include "node_sums.h"

#include <stdio.h>

void launch_result_free(struct launch_result *launched)
{
    json_decref(launched->too_short);
    json_decref(launched->not_started);
    json_decref(launched->said);
    *launched = (struct launch_result){0};
}

void launch_result_join(struct launch_result *launched, struct launch_result *other)
{
    (void)json_array_extend(launch_said(launched, "sample"), launch_said(other, "sample"));
    if (launched->ended && !other->ended) {
        launched->ended = false;
        (void)snprintf(launched->failure, sizeof launched->failure, "%s", other->failure);
        (void)snprintf(launched->last_words, sizeof launched->last_words, "%s", other->last_words);
        launched->explained = other->explained;
    }
    launch_result_free(other);
}

json_t *launch_said(const struct launch_result *launched, const char *event)
{
    return json_object_get(launched->said, event);
}

json_t *launch_told(const struct launch_result *launched, const char *event, const char *key)
{
    return json_object_get(json_array_get(launch_said(launched, event), 0), key);
}

json_t *launch_told_by_all(const struct launch_result *launched, const char *event, const char *key)
{
    json_t *all = json_array(), *one;
    size_t i;
    json_array_foreach(launch_said(launched, event), i, one)
    {
        (void)json_array_append(all, json_object_get(one, key));
    }
    return all;
}

/* One by one where they are not too many. */
static void add_workers(json_t *execution, json_t *workers)
{
    if (node_sums_are_due(workers))
        (void)json_object_set_new(execution, "nodes_busy", node_sums(workers));
    else
        (void)json_object_set(execution, "workers_busy", workers);
}

/* The pieces of a worker may be in several lines, one behind the other. */
static json_t *join_lanes(const struct launch_result *launched)
{
    json_t *lanes = json_array(), *told, *lane = NULL;
    size_t i;
    json_array_foreach(launch_said(launched, "pieces"), i, told)
    {
        json_t *pieces = json_object_get(told, "pieces");
        if (!lane || !json_equal(json_object_get(lane, "rank"), json_object_get(told, "rank")) ||
            !json_equal(json_object_get(lane, "thread"), json_object_get(told, "thread"))) {
            lane = json_copy(told);
            (void)json_object_set_new(lane, "pieces", json_array());
            (void)json_array_append_new(lanes, lane);
        }
        (void)json_array_extend(json_object_get(lane, "pieces"), pieces);
    }
    return lanes;
}

/* Who computed which piece when; NULL: nobody asked. */
static json_t *timeline_of(const struct launch_result *launched)
{
    json_t *timeline = json_copy(json_array_get(launch_said(launched, "timeline"), 0));
    if (timeline)
        (void)json_object_set_new(timeline, "lanes", join_lanes(launched));
    return timeline;
}

json_t *launch_execution(const struct launch_result *launched)
{
    json_t *workers = launch_said(launched, "worker");
    if (json_array_size(workers) == 0)
        return NULL;
    json_t *execution =
        json_pack("{s:O*, s:f}", "warm_s", launch_told(launched, "warm", "seconds"), "wall_s",
                  json_number_value(launch_told(launched, "passes", "wall_s")));
    add_workers(execution, workers);
    (void)json_object_update_new(
        execution, json_pack("{s:O*, s:O*, s:O*, s:s*, s:O*, s:o*}", "counters_absent",
                             launch_told(launched, "passes", "counters_absent"), "huge_bytes",
                             launch_told(launched, "passes", "huge_bytes"), "helpers",
                             launch_told(launched, "passes", "helpers"), "launcher",
                             *launched->launcher ? launched->launcher : NULL, "libraries",
                             launch_told(launched, "started", "libraries"), "timeline",
                             timeline_of(launched)));
    return execution;
}
