#include "record.h"

#include "memory.h"
#include "printable.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *const ending_name[ENDING_COUNT] = {
    [ENDING_NONE] = "cut off",        [ENDING_SIGNAL] = "signal", [ENDING_LACKING] = "lacking",
    [ENDING_PRECISION] = "precision", [ENDING_BUDGET] = "budget", [ENDING_ROUNDS] = "rounds",
    [ENDING_FAILED] = "failed",
};

static void clear_launches(struct record *record)
{
    const size_t bits = RECORD_ROUNDS_MAX * record->plan->count;
    free(record->launches);
    record->launches = memory_new(bits / CHAR_BIT + 1, 1);
    record->launch = (struct present_launch){.is_one = false};
}

void record_new(const struct plan *plan, struct record *record)
{
    *record = (struct record){.plan = plan, .is_whole = true};
    record->states = memory_new(plan->count, sizeof *record->states);
    record->state_count = plan->count;
    clear_launches(record);
}

void record_free(struct record *record)
{
    for (size_t i = 0; i < record->state_count; i++) {
        free(record->states[i].counts.values);
        lanes_free(&record->states[i].lanes);
        worker_times_free(&record->states[i].workers);
    }
    free(record->rows);
    free(record->states);
    free(record->instrumented);
    free(record->noises);
    free(record->hosts);
    free(record->launches);
    *record = (struct record){0};
}

static size_t launch_bit(const struct record *record, size_t cell, unsigned round)
{
    return round * record->plan->count + cell;
}

void record_begin(struct record *record, size_t cell, unsigned round, unsigned turn)
{
    const size_t bit = launch_bit(record, cell, round);
    record->launches[bit / CHAR_BIT] |= (unsigned char)(1u << bit % CHAR_BIT);
    record->states[cell].round = round;
    record->states[cell].turns = turn + 1;
}

unsigned record_turns(const struct record *record, size_t cell, unsigned round)
{
    const size_t bit = launch_bit(record, cell, round);
    const unsigned was = record->launches[bit / CHAR_BIT] >> bit % CHAR_BIT & 1;
    return was && record->states[cell].round == round ? record->states[cell].turns : was;
}

void record_add(struct record *record, const struct row *row)
{
    record->rows = memory_grow(record->rows, record->count, sizeof *row);
    record->rows[record->count++] = *row;
    record->states[row->cell].executions = row->executions;
    record_begin(record, row->cell, row->round, row->turn);
}

/* Notes those launches that there are samples of, and no others. */
static void begin_all(struct record *record)
{
    clear_launches(record);
    for (const struct row *row = record->rows; row < record->rows + record->count; row++)
        record_begin(record, row->cell, row->round, row->turn);
}

void record_cut(struct record *record)
{
    record->ending = ENDING_NONE;
    record->count = record->whole_rows;
    record->instrumented_count = record->whole_instrumented;
    begin_all(record);
}

bool record_may_retry(const struct record *record, size_t cell)
{
    if (!record->states[cell].failed)
        return false;
    for (size_t i = 0; i < record->count; i++)
        if (record->rows[i].cell == cell && !record->rows[i].verified &&
            !(record->rows[i].lost > 0))
            return false;
    return true;
}

bool record_has_retries(const struct record *record)
{
    for (size_t i = 0; i < record->plan->count; i++)
        if (record_may_retry(record, i))
            return true;
    return false;
}

static bool is_retried(const struct record *record, size_t cell, unsigned round, unsigned turn)
{
    const struct cell_state *state = &record->states[cell];
    return state->failed && state->again && state->failed_round == round &&
           state->failed_turn == turn;
}

/* Leaves out what the launches gave that are made up for. */
static void drop_retried(struct record *record)
{
    size_t kept = 0, whole = 0;
    for (size_t i = 0; i < record->count; i++) {
        const struct row row = record->rows[i];
        if (is_retried(record, row.cell, row.round, row.turn))
            continue;
        whole += i < record->whole_rows;
        record->rows[kept++] = row;
    }
    record->count = kept;
    record->whole_rows = whole;
    kept = whole = 0;
    for (size_t i = 0; i < record->instrumented_count; i++) {
        const struct instrumented sums = record->instrumented[i];
        if (is_retried(record, sums.cell, sums.round, sums.turn))
            continue;
        whole += i < record->whole_instrumented;
        record->instrumented[kept++] = sums;
    }
    record->instrumented_count = kept;
    record->whole_instrumented = whole;
}

void record_retry(struct record *record)
{
    for (size_t i = 0; i < record->plan->count; i++)
        if (record->states[i].failed)
            record->states[i].again = record_may_retry(record, i);
    drop_retried(record);
    for (size_t i = 0; i < record->plan->count; i++)
        if (record->states[i].again) {
            record->states[i].failed = false;
            *record->states[i].failure = '\0';
        }
    begin_all(record);
}

unsigned record_first_lacking(const struct record *record)
{
    unsigned first = record_rounds(record);
    for (size_t i = 0; i < record->plan->count; i++)
        if (record->states[i].again && record->states[i].failed_round < first)
            first = record->states[i].failed_round;
    return first;
}

void record_instrumented(struct record *record, const struct instrumented *instrumented)
{
    record->instrumented =
        memory_grow(record->instrumented, record->instrumented_count, sizeof *record->instrumented);
    record->instrumented[record->instrumented_count++] = *instrumented;
}

void record_noise(struct record *record, unsigned round, const struct noise *noise)
{
    while (record->noise_count <= round) {
        record->noises = memory_grow(record->noises, record->noise_count, sizeof *noise);
        record->noises[record->noise_count++] = noise_unknown;
    }
    record->noises[round] = *noise;
}

bool record_is_over(const struct record *record, unsigned round)
{
    return round < record->noise_count && record->noises[round].seconds > 0;
}

void record_host(struct record *record, unsigned round, const char *name)
{
    struct record_host host = {.from = round};
    const size_t count = record->host_count;
    printable_copy(name, host.name, sizeof host.name);
    if (count == RECORD_HOSTS_MAX ||
        (count > 0 && strcmp(record->hosts[count - 1].name, host.name) == 0))
        return;
    record->hosts = memory_grow(record->hosts, count, sizeof host);
    record->hosts[record->host_count++] = host;
}

unsigned record_rounds(const struct record *record)
{
    unsigned most = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->rows[i].round + 1 > most)
            most = record->rows[i].round + 1;
    return most;
}
