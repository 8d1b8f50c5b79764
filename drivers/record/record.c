#include "record.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const ending_name[ENDING_COUNT] = {
    [ENDING_NONE] = "cut off",  [ENDING_SIGNAL] = "signal", [ENDING_PRECISION] = "precision",
    [ENDING_BUDGET] = "budget", [ENDING_ROUNDS] = "rounds", [ENDING_FAILED] = "failed",
};

enum status record_new(const struct plan *plan, struct record *record)
{
    *record = (struct record){.plan = plan};
    record->states = calloc(plan->count + 1, sizeof *record->states);
    return record->states ? STATUS_OK : status_no_memory("the record");
}

void record_free(struct record *record)
{
    free(record->rows);
    free(record->states);
    free(record->instrumented);
    free(record->noises);
    free(record->launches);
    *record = (struct record){0};
}

/* ---- which cells were launched in which rounds ---- */

static size_t launch_bit(const struct record *record, size_t cell, unsigned round)
{
    return (size_t)round * record->plan->count + cell;
}

/* Twice the room, of which only what is used takes memory. */
static bool make_room(struct record *record, unsigned round)
{
    const unsigned twice = 2 * record->launches_rounds;
    const unsigned rounds = round < twice ? twice : round + 16;
    const size_t cells = record->plan->count;
    unsigned char *launches = calloc(rounds, cells / CHAR_BIT + 1);
    if (!launches)
        return false;
    if (record->launches)
        memcpy(launches, record->launches,
               (record->launches_rounds * cells + CHAR_BIT - 1) / CHAR_BIT);
    free(record->launches);
    record->launches = launches;
    record->launches_rounds = rounds;
    return true;
}

enum status record_begin(struct record *record, size_t cell, unsigned round)
{
    if (round >= record->launches_rounds && !make_room(record, round))
        return status_no_memory("the record");
    const size_t bit = launch_bit(record, cell, round);
    record->launches[bit / CHAR_BIT] |= (unsigned char)(1u << bit % CHAR_BIT);
    return STATUS_OK;
}

bool record_has(const struct record *record, size_t cell, unsigned round)
{
    const size_t bit = launch_bit(record, cell, round);
    return round < record->launches_rounds &&
           record->launches[bit / CHAR_BIT] & 1u << bit % CHAR_BIT;
}

/* ---- samples ---- */

bool row_take_start(struct row *row, const json_t *start)
{
    const json_t *skew = json_object_get(start, "skew_s"), *late = json_object_get(start, "late");
    row->skew_s = json_is_number(skew) ? json_number_value(skew) : NAN;
    row->is_late = json_is_true(late);
    return !start ||
           (row->skew_s >= 0 && row->skew_s <= SAMPLES_SECONDS_MAX && json_is_boolean(late));
}

enum status record_add(struct record *record, const struct row *row)
{
    if (record->count == record->room) {
        size_t room = record->room ? 2 * record->room : 256;
        struct row *grown = realloc(record->rows, room * sizeof *grown);
        if (!grown)
            return status_no_memory("the record");
        record->rows = grown;
        record->room = room;
    }
    record->rows[record->count++] = *row;
    record->states[row->cell].executions = row->executions;
    return record_begin(record, row->cell, row->round);
}

enum status record_cut(struct record *record, size_t count)
{
    enum status status = STATUS_OK;
    record->count = count < record->count ? count : record->count;
    free(record->launches);
    record->launches = NULL;
    record->launches_rounds = 0;
    for (size_t i = 0; i < record->count && status == STATUS_OK; i++)
        status = record_begin(record, record->rows[i].cell, record->rows[i].round);
    return status;
}

enum status record_instrumented(struct record *record, const struct instrumented *instrumented)
{
    struct instrumented *grown =
        realloc(record->instrumented, (record->instrumented_count + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("the record");
    record->instrumented = grown;
    record->instrumented[record->instrumented_count++] = *instrumented;
    return STATUS_OK;
}

static enum status add_sample(struct record *record, struct row row, const struct sample *sample)
{
    row.seconds = sample->seconds;
    row.verified = sample->verified;
    if (!row_take_start(&row, sample->start))
        return status_fail(STATUS_FAILED, "a cell says of its start what cannot be");
    return record_add(record, &row);
}

enum status record_launch(struct record *record, size_t cell, unsigned round,
                          const struct launch_result *launched)
{
    struct cell_state *state = &record->states[cell];
    for (unsigned i = 0; i < launched->count; i++) {
        const struct row row = {.cell = cell,
                                .round = round,
                                .sample = i,
                                .executions = launched->executions,
                                .startup_s = launched->startup_s};
        enum status status = add_sample(record, row, &launched->samples[i]);
        if (status != STATUS_OK)
            return status;
    }
    struct instrumented sums;
    if (instrumented_sum(launched->wall_s, launched->workers, &state->events, &sums)) {
        sums.cell = cell;
        sums.round = round;
        enum status status = record_instrumented(record, &sums);
        if (status != STATUS_OK)
            return status;
        instrumented_absent(launched->counters_absent, &state->events);
    }
    if (launched->ended) {
        (void)snprintf(state->result, sizeof state->result, "%s", launched->result);
    } else if (!state->failed) {
        state->failed = true;
        (void)snprintf(state->failure, sizeof state->failure, "%s", launched->failure);
    }
    return STATUS_OK;
}

enum status record_noise(struct record *record, unsigned round, const struct noise *noise)
{
    if (round >= record->noise_count) {
        struct noise *grown = realloc(record->noises, (round + 1) * sizeof *grown);
        if (!grown)
            return status_no_memory("the record");
        record->noises = grown;
        while (record->noise_count <= round)
            grown[record->noise_count++] = noise_unknown;
    }
    record->noises[round] = *noise;
    return STATUS_OK;
}

unsigned record_rounds(const struct record *record)
{
    unsigned most = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->rows[i].round + 1 > most)
            most = record->rows[i].round + 1;
    return most;
}
