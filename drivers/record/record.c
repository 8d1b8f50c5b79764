#include "record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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
    number_set_free(&record->launches);
    *record = (struct record){0};
}

static uint64_t launch_number(size_t cell, unsigned round)
{
    return (uint64_t)cell << 32 | round;
}

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
    bool is_new;
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
    return number_set_add(&record->launches, launch_number(row->cell, row->round), &is_new);
}

enum status record_cut(struct record *record, size_t count)
{
    enum status status = STATUS_OK;
    bool is_new;
    record->count = count < record->count ? count : record->count;
    number_set_free(&record->launches);
    for (size_t i = 0; i < record->count && status == STATUS_OK; i++)
        status = number_set_add(
            &record->launches, launch_number(record->rows[i].cell, record->rows[i].round), &is_new);
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

bool record_has(const struct record *record, size_t cell, unsigned round)
{
    return number_set_has(&record->launches, launch_number(cell, round));
}

unsigned record_rounds(const struct record *record)
{
    unsigned most = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->rows[i].round + 1 > most)
            most = record->rows[i].round + 1;
    return most;
}
