#include "samples_lines.h"

#include "cell_json.h"
#include "json.h"
#include "memory.h"
#include "printable.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <string.h>

enum { SAMPLES_PER_LAUNCH_MAX = INT_MAX };

/* The figures of a round's noise. */
static const struct {
    const char *name;
    size_t place; /* offset in struct noise */
    bool is_count;
} noise_figures[] = {
    {"wall_s", offsetof(struct noise, seconds), false},
    {"stolen_share", offsetof(struct noise, stolen), false},
    {"others_share", offsetof(struct noise, others), false},
    {"throttled_share", offsetof(struct noise, throttled), false},
    {"throttled_times", offsetof(struct noise, throttled_times), true},
    {"load1", offsetof(struct noise, load), false},
    {"frequency_low_mhz", offsetof(struct noise, low_mhz), false},
    {"frequency_high_mhz", offsetof(struct noise, high_mhz), false},
    {"involuntary_switches", offsetof(struct noise, involuntary_switches), true},
    {"voluntary_switches", offsetof(struct noise, voluntary_switches), true},
    {"minor_faults", offsetof(struct noise, minor_faults), true},
    {"major_faults", offsetof(struct noise, major_faults), true},
};
enum { NOISE_FIGURES = sizeof noise_figures / sizeof *noise_figures };

/* ---- making ---- */

/* What all lines on a launch begin with. */
static json_t *name_launch(const struct cell *cell, unsigned round, unsigned turn)
{
    json_t *launch = cell_json(cell);
    (void)json_object_set_new(launch, "round", json_integer(round));
    if (turn > 0)
        (void)json_object_set_new(launch, "turn", json_integer(turn));
    return launch;
}

/* A line on the launch, with the members of `more`, which it takes over; NULL: none. */
static void add_line(json_t *lines, const json_t *launch, json_t *more)
{
    if (!more)
        return;
    json_t *line = json_copy((json_t *)launch);
    (void)json_object_update_new(line, more);
    (void)json_array_append_new(lines, line);
}

json_t *lines_of_launch(const struct cell *cell, unsigned round, unsigned turn,
                        const struct launch_result *launched)
{
    json_t *launch = name_launch(cell, round, turn);
    json_t *lines = json_array(), *sample;
    size_t i;
    /* All before the samples, whose last one makes a launch whole. */
    if (launched->not_started)
        add_line(lines, launch, json_pack("{s:O}", "not_started", launched->not_started));
    if (launched->too_short)
        add_line(lines, launch, json_pack("{s:O}", "too_short", launched->too_short));
    add_line(lines, launch, launch_execution(launched));
    json_array_foreach(launch_said(launched, "sample"), i, sample)
    {
        add_line(lines, launch,
                 json_pack(
                     "{s:i, s:O, s:i, s:f, s:O, s:O*, s:O, s:O*}", "sample", (int)i, "seconds",
                     json_object_get(sample, "seconds"), "executions", (int)launched->executions,
                     "startup_s", json_number_value(launch_told(launched, "started", "startup_s")),
                     "verified", json_object_get(sample, "verified"), "result",
                     launched->ended ? launch_told(launched, "result", "result") : NULL, "counts",
                     json_object_get(sample, "counts"), "start", json_object_get(sample, "start")));
    }
    if (!launched->ended)
        add_line(lines, launch, json_pack("{s:s}", "failed", launched->failure));
    json_decref(launch);
    return lines;
}

json_t *lines_of_noise(unsigned round, const struct noise *noise, const char *host)
{
    json_t *figures = json_pack("{s:i, s:o}", "round", (int)round, "host", json_text(host));
    for (size_t i = 0; i < NOISE_FIGURES; i++) {
        double value;
        memcpy(&value, (const char *)noise + noise_figures[i].place, sizeof value);
        (void)json_object_set_new(figures, noise_figures[i].name,
                                  isnan(value)                ? json_null()
                                  : noise_figures[i].is_count ? json_integer((json_int_t)value)
                                                              : json_real(value));
    }
    return json_pack("[{s:o}]", "noise", figures);
}

json_t *lines_of_resumption(const struct run_config *config)
{
    json_t *resumed = run_config_json(config, true);
    (void)json_object_set_new(resumed, "retried", json_true());
    (void)json_object_set_new(resumed, "at", json_string(text_now("%Y-%m-%dT%H:%M:%SZ").text));
    return json_pack("[{s:o}]", "resumed", resumed);
}

json_t *lines_of_ending(enum ending ending)
{
    return json_pack("[{s:s}]", "ended", ending_name[ending]);
}

/* ---- taking: functions that say why a line cannot be used, or NULL ---- */

static void mark_whole(struct record *record)
{
    record->is_whole = true;
    record->whole_rows = record->count;
    record->whole_instrumented = record->instrumented_count;
}

/* False where it is none that a run can have. */
static bool read_number(const json_t *value, unsigned below, unsigned *number)
{
    const json_int_t read = json_integer_value(value);
    *number = (unsigned)read;
    return json_is_integer(value) && read >= 0 && read < below;
}

static bool read_round(const json_t *object, unsigned *round)
{
    return read_number(json_object_get(object, "round"), RECORD_ROUNDS_MAX, round);
}

/* A first launch does not tell its turn. */
static bool read_launch(const json_t *line, unsigned *round, unsigned *turn)
{
    const json_t *told = json_object_get(line, "turn");
    *turn = 0;
    return read_round(line, round) && (!told || read_number(told, RECORD_TURNS_MAX, turn));
}

/* The line is of this launch. False where that was one of before. */
static bool enter_launch(struct record *record, size_t cell, unsigned round, unsigned turn)
{
    struct present_launch *launch = &record->launch;
    const bool is_new =
        !launch->is_one || launch->cell != cell || launch->round != round || launch->turn != turn;
    const unsigned turns = record_turns(record, cell, round);
    if (is_new && turns > 0 && (turn < turns || record->states[cell].round != round))
        return false;
    if (is_new)
        *launch =
            (struct present_launch){.is_one = true, .cell = cell, .round = round, .turn = turn};
    record_begin(record, cell, round, turn);
    record->is_whole = false;
    return true;
}

/* Earlier versions' samples, which were one each, do not tell. */
static unsigned row_executions(const json_t *line)
{
    const json_int_t executions = json_integer_value(json_object_get(line, "executions"));
    return executions > 0 && executions <= LAUNCH_EXECUTIONS_MAX ? (unsigned)executions : 1;
}

static bool can_take(double seconds)
{
    return seconds >= 0 && seconds <= SAMPLES_SECONDS_MAX;
}

/* How the ranks began; false for what cannot be. Earlier versions do not tell what is uncertain. */
static bool read_start(const json_t *start, struct row *row)
{
    const json_t *skew = json_object_get(start, "skew_s"), *late = json_object_get(start, "late");
    const json_t *uncertain = json_object_get(start, "uncertain_s");
    row->skew_s = json_is_number(skew) ? json_number_value(skew) : NAN;
    row->uncertain_s = json_number_value(uncertain);
    row->is_late = json_is_true(late);
    return !start ||
           (can_take(row->skew_s) && json_is_boolean(late) &&
            (!uncertain || (json_is_number(uncertain) && can_take(json_number_value(uncertain)))));
}

static bool read_row(const json_t *line, struct row *row)
{
    json_int_t sample;
    int verified;
    if (json_unpack((json_t *)line, "{s:I, s:F, s:F, s:b}", "sample", &sample, "seconds",
                    &row->seconds, "startup_s", &row->startup_s, "verified", &verified) != 0 ||
        !read_launch(line, &row->round, &row->turn) || sample < 0 ||
        sample >= SAMPLES_PER_LAUNCH_MAX ||
        !(row->seconds >= SAMPLES_SECONDS_MIN && row->seconds <= SAMPLES_SECONDS_MAX) ||
        !can_take(row->startup_s))
        return false;
    row->sample = (unsigned)sample;
    row->executions = row_executions(line);
    row->verified = verified != 0;
    return read_start(json_object_get(line, "start"), row);
}

/* What all models with ranks count, by its name, of one execution; 0 where it is none that a run
 * can have. */
static double read_moved(const json_t *line, const char *name, unsigned executions)
{
    const double moved = json_number_value(json_object_get(json_object_get(line, "counts"), name));
    return moved > 0 && moved <= SAMPLES_COUNT_MAX ? moved / executions : 0;
}

/* The sum of what it counts by a name that ends so, of a model whose updates may be lost. */
static double read_updates(const json_t *line, const struct cell *cell, const char *end)
{
    json_t *counts = json_object_get(line, "counts"), *value;
    const char *name;
    double sum = 0;
    if (!(cell->traits & TRAIT_MAY_LOSE))
        return 0;
    json_object_foreach(counts, name, value)
    {
        const double count = json_number_value(value);
        if (count_ends_with(name, end) && count > 0 && count <= SAMPLES_COUNT_MAX)
            sum += count;
    }
    return sum;
}

/* Those that the cell's first sample with counts names, as far as there is room for them. */
static void name_counts(json_t *told, struct counts *counts)
{
    const char *name;
    json_t *value;
    json_object_foreach(told, name, value)
    {
        if (counts->names < MODEL_COUNTS_MAX && strlen(name) < PLAN_NAME_MAX)
            printable_copy(name, counts->name[counts->names++], PLAN_NAME_MAX);
    }
}

/* Takes over what the model counted in a sample. Returns which of the cell's it is, from 1; 0: it
 * counted nothing. */
static size_t take_counts(const json_t *line, unsigned executions, struct counts *counts)
{
    json_t *told = json_object_get(line, "counts");
    if (counts->names == 0)
        name_counts(told, counts);
    if (json_object_size(told) == 0 || counts->names == 0)
        return 0;
    const size_t row = counts->names * sizeof *counts->values;
    counts->values = memory_grow(counts->values, counts->samples, row);
    for (unsigned i = 0; i < counts->names; i++) {
        const json_t *value = json_object_get(told, counts->name[i]);
        const double count = json_is_number(value) ? json_number_value(value) : NAN;
        counts->values[counts->samples * counts->names + i] =
            count >= 0 && count <= SAMPLES_COUNT_MAX ? count / executions : NAN;
    }
    return ++counts->samples;
}

static const char *take_sample(const json_t *line, size_t cell, struct record *record)
{
    struct row row = {.cell = cell};
    if (!read_row(line, &row))
        return "it is no sample";
    if (!enter_launch(record, cell, row.round, row.turn) || row.sample < record->launch.samples)
        return "its sample is there already";
    struct cell_state *state = &record->states[cell];
    const struct cell *planned = &record->plan->cells[cell];
    row.lost = read_updates(line, planned, COUNT_LOST);
    row.updates = read_updates(line, planned, COUNT_UPDATES);
    row.counted = take_counts(line, row.executions, &state->counts);
    record->launch.samples = row.sample + 1;
    record_add(record, &row);
    state->messages = read_moved(line, "mpi::messages", row.executions);
    state->message_bytes = read_moved(line, "mpi::bytes", row.executions);
    if (record->launch.samples == record->per_launch)
        mark_whole(record);
    return NULL;
}

static const char *take_failure(const json_t *line, size_t cell, struct record *record)
{
    struct cell_state *state = &record->states[cell];
    const char *failed = json_string_value(json_object_get(line, "failed"));
    if (!failed)
        return "why it failed is no text";
    state->failed = true;
    if (!read_launch(line, &state->failed_round, &state->failed_turn))
        state->failed_round = RECORD_ROUNDS_MAX; /* none */
    printable_copy(failed, state->failure, sizeof state->failure);
    mark_whole(record);
    return NULL;
}

/* One that cannot be is passed over: it is a picture, and no figure. */
static void take_timeline(const json_t *line, struct cell_state *state)
{
    struct lanes lanes;
    if (!lanes_read(line, &lanes))
        return;
    lanes_free(&state->lanes);
    state->lanes = lanes;
}

static void take_workers(const json_t *line, struct cell_state *state)
{
    worker_times_free(&state->workers);
    state->workers = worker_times_read(line);
}

static const char *take_execution(const json_t *line, size_t cell, struct record *record)
{
    struct instrumented_events events = record->states[cell].events; /* stay if it is not taken */
    struct instrumented sums;
    unsigned round, turn;
    if (!read_launch(line, &round, &turn) || !instrumented_sum(line, &events, &sums))
        return "it tells nothing of workers";
    if (!enter_launch(record, cell, round, turn) || record->launch.has_workers)
        return "its workers are there already";
    sums.cell = cell;
    sums.round = round;
    sums.turn = turn;
    record->launch.has_workers = true;
    record->states[cell].events = events;
    take_timeline(line, &record->states[cell]);
    take_workers(line, &record->states[cell]);
    record_instrumented(record, &sums);
    return NULL;
}

static const char *take_of_cell(const json_t *line, struct record *record)
{
    const char *id = json_string_value(json_object_get(line, "cell"));
    const struct cell *planned = id ? plan_find(record->plan, id) : NULL;
    const char *result = json_string_value(json_object_get(line, "result"));
    if (!planned)
        return "it names no cell of the manifest";
    const size_t cell = (size_t)(planned - record->plan->cells);
    if (instrumented_is_told(line))
        return take_execution(line, cell, record);
    if (json_object_get(line, "too_short") || json_object_get(line, "not_started"))
        return NULL; /* launches that gave no sample that counts */
    const char *wrong = json_object_get(line, "failed") ? take_failure(line, cell, record)
                                                        : take_sample(line, cell, record);
    if (wrong)
        return wrong;
    record->ending = ENDING_NONE; /* it went on */
    if (result)
        printable_copy(result, record->states[cell].result, sizeof record->states[cell].result);
    return NULL;
}

/* The line that says why no further round follows; false for another one. */
static bool take_ending(const json_t *ended, struct record *record)
{
    const char *name = json_string_value(ended);
    for (enum ending ending = ENDING_SIGNAL; name && ending < ENDING_COUNT; ending++)
        if (strcmp(name, ending_name[ending]) == 0) {
            record->ending = ending;
            mark_whole(record);
            return true;
        }
    return false;
}

static const char *take_resumption(const json_t *resumed, struct record *record)
{
    const double precision = json_number_value(json_object_get(resumed, "precision"));
    const double budget_s = json_number_value(json_object_get(resumed, "budget_s"));
    const json_t *most = json_object_get(resumed, "budget_most_s"); /* older ones lack it */
    if (!(precision > 0 && precision <= 1) || !(budget_s > 0))
        return "it does not say how it went on";
    record->precision = precision;
    record->budget_s = budget_s;
    record->budget_most_s = fmax(budget_s, json_number_value(most));
    record->ending = ENDING_NONE;
    if (json_is_true(json_object_get(resumed, "retried"))) /* earlier versions did not */
        record_retry(record);
    return NULL;
}

/* Figures are from 0 on, or null; those that an earlier version did not know may lack. */
static const char *take_noise(const json_t *figures, struct record *record)
{
    const char *host = json_string_value(json_object_get(figures, "host"));
    struct noise noise = noise_unknown;
    unsigned round;
    if (!read_round(figures, &round))
        return "its noise is none";
    for (size_t i = 0; i < NOISE_FIGURES; i++) {
        const json_t *there = json_object_get(figures, noise_figures[i].name);
        const double figure = json_is_number(there) ? json_number_value(there) : NAN;
        if (there && !json_is_null(there) && !(figure >= 0 && isfinite(figure)))
            return "its noise is none";
        memcpy((char *)&noise + noise_figures[i].place, &figure, sizeof figure);
    }
    /* Earlier versions told it again of a few launches that were made up for. */
    if (record_is_over(record, round))
        return NULL;
    record_noise(record, round, &noise);
    if (host)
        record_host(record, round, host);
    return NULL;
}

const char *lines_take(const json_t *line, struct record *record)
{
    if (!json_is_object(line))
        return "it is no JSON object";
    if (take_ending(json_object_get(line, "ended"), record))
        return NULL;
    if (json_object_get(line, "noise"))
        return take_noise(json_object_get(line, "noise"), record);
    if (json_object_get(line, "resumed"))
        return take_resumption(json_object_get(line, "resumed"), record);
    return take_of_cell(line, record);
}

void lines_take_all(json_t *lines, struct record *record)
{
    for (size_t i = 0; i < json_array_size(lines);) {
        const json_t *line = json_array_get(lines, i);
        const char *wrong = lines_take(line, record);
        const char *cell = json_string_value(json_object_get(line, "cell"));
        if (!wrong) {
            i++;
            continue;
        }
        status_say("left out a line of %s: %s", cell ? cell : "the run", wrong);
        (void)json_array_remove(lines, i);
    }
}
