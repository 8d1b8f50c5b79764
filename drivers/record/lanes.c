#include "lanes.h"

#include "instrumented.h"
#include "memory.h"
#include "plan.h"

#include <limits.h>
#include <stdlib.h>

static int processor_of(const json_t *workers, int rank, int thread)
{
    const json_t *worker;
    size_t i;
    json_array_foreach(workers, i, worker)
    {
        const json_t *processor = json_object_get(worker, "processor");
        if (json_is_integer(processor) && json_integer_value(processor) <= INT_MAX &&
            json_integer_value(json_object_get(worker, "rank")) == rank &&
            json_integer_value(json_object_get(worker, "thread")) == thread)
            return (int)json_integer_value(processor);
    }
    return -1;
}

/* One that begins before another has ended cannot be, nor one that has more than it took. */
static bool is_right(const struct timeline_piece *piece, uint64_t ended_ns)
{
    return piece->begin_ns >= ended_ns && piece->end_ns >= piece->begin_ns &&
           piece->items.end >= piece->items.begin &&
           piece->computed <= range_length(piece->items) &&
           piece->worked_ns <= piece->end_ns - piece->begin_ns;
}

static bool read_piece(const json_t *array, uint64_t ended_ns, struct timeline_piece *piece)
{
    uint64_t numbers[6] = {0};
    const size_t size = json_array_size(array), count = size - size % 2;
    if (count < 2 || count > 6)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *number = json_array_get(array, i);
        if (!json_is_integer(number) || json_integer_value(number) < 0)
            return false;
        numbers[i] = (uint64_t)json_integer_value(number);
    }
    *piece = (struct timeline_piece){.begin_ns = numbers[0],
                                     .end_ns = numbers[1],
                                     .items = {numbers[2], numbers[3]},
                                     .computed = count == 6 ? numbers[4] : numbers[3] - numbers[2],
                                     .worked_ns = count == 6 ? numbers[5] : numbers[1] - numbers[0],
                                     .combines = count == 2 || size % 2 != 0};
    return is_right(piece, ended_ns);
}

/* Of a worker, or of one that is none, whose thread is null. */
static bool read_lane(const json_t *told, const json_t *workers, struct lane *lane)
{
    const json_t *pieces = json_object_get(told, "pieces");
    const json_t *rank = json_object_get(told, "rank"), *thread = json_object_get(told, "thread");
    const json_int_t numbers[] = {json_integer_value(rank), json_integer_value(thread)};
    uint64_t ended_ns = 0;
    if (!json_is_array(pieces) || !json_is_integer(rank) || numbers[0] < 0 ||
        numbers[0] > INT_MAX || numbers[1] < 0 || numbers[1] > INT_MAX)
        return false;
    lane->rank = (int)numbers[0];
    lane->thread = json_is_integer(thread) ? (int)numbers[1] : LANE_UNSEATED;
    lane->processor = processor_of(workers, lane->rank, lane->thread);
    lane->pieces = memory_new(json_array_size(pieces) + 1, sizeof *lane->pieces);
    for (size_t i = 0; i < json_array_size(pieces); i++) {
        struct timeline_piece *piece = &lane->pieces[lane->count++];
        if (!read_piece(json_array_get(pieces, i), ended_ns, piece))
            return false;
        ended_ns = piece->end_ns;
    }
    return true;
}

bool lanes_read(const json_t *execution, struct lanes *lanes)
{
    const json_t *timeline = json_object_get(execution, "timeline");
    const json_t *told = json_object_get(timeline, "lanes");
    const json_int_t workers = json_integer_value(json_object_get(timeline, "workers"));
    const size_t count = json_array_size(told);
    bool is_right = count > 0 && count <= (size_t)2 * TIMELINE_LANES_MAX && workers > 0 &&
                    workers <= PLAN_WORKERS_MAX;
    *lanes = (struct lanes){.wall_s = json_number_value(json_object_get(timeline, "wall_s")),
                            .apart_s = json_number_value(json_object_get(timeline, "apart_s")),
                            .workers = (unsigned)workers,
                            .all = is_right ? memory_new(count, sizeof *lanes->all) : NULL};
    is_right = is_right && lanes->wall_s >= SAMPLES_SECONDS_MIN &&
               lanes->wall_s <= SAMPLES_SECONDS_MAX && lanes->apart_s >= 0 &&
               lanes->apart_s <= SAMPLES_SECONDS_MAX;
    for (size_t i = 0; is_right && i < count; i++)
        is_right = read_lane(json_array_get(told, i), json_object_get(execution, "workers_busy"),
                             &lanes->all[lanes->count++]);
    if (!is_right)
        lanes_free(lanes);
    return is_right;
}

void lanes_free(struct lanes *lanes)
{
    for (size_t i = 0; i < lanes->count; i++)
        free(lanes->all[i].pieces);
    free(lanes->all);
    *lanes = (struct lanes){.count = 0};
}

double lane_worked_s(const struct lane *lane)
{
    double worked_ns = 0;
    for (size_t i = 0; i < lane->count; i++)
        worked_ns += (double)lane->pieces[i].worked_ns;
    return worked_ns * 1e-9;
}
