#include "samples_file.h"

#include "memory.h"
#include "printable.h"
#include "run_folder.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_PER_LAUNCH_MAX = INT_MAX };

/* The launch that lines are of: all of them follow each other, and its samples in their order. So
 * what is there already is known without keeping the number of each. */
struct present_launch {
    bool is_one; /* there has been any */
    size_t cell;
    unsigned round, samples; /* the latter: one more than the last one's number */
    bool has_workers;
};

/* A file of samples being read. */
struct reading {
    const char *name;
    struct record *record;
    struct samples_read *read;
    struct present_launch launch;
    unsigned per_launch;
    samples_use *use; /* NULL: nothing more is done with a line */
    void *to;
    size_t line; /* number of the present one, from 1 */
    int64_t end; /* where in the file it ends */
    enum status status;
};

/* ---- lines ---- */

struct line {
    size_t length; /* without its end; SAMPLES_LINE_MAX: it is longer than that */
    bool cut;      /* the file ends before the line does */
    char text[SAMPLES_LINE_MAX];
};

/* Also what cannot be kept of a line is read to its end: it is not a line of its own. */
static bool next_line(FILE *stream, struct line *line, int64_t *end)
{
    int byte;
    line->length = 0;
    while ((byte = getc_unlocked(stream)) != EOF && byte != '\n') {
        if (line->length < SAMPLES_LINE_MAX)
            line->text[line->length++] = (char)byte;
        ++*end;
    }
    *end += byte == '\n';
    line->cut = byte == EOF;
    return byte == '\n' || line->length > 0;
}

static void leave_out(struct reading *reading, const char *why, bool cut)
{
    struct samples_read *read = reading->read;
    if (read->bad.count++ == 0) {
        read->bad.first = reading->line;
        read->bad.why = why;
    }
    if (!cut && read->bad_behind == 0)
        read->bad_behind = reading->line;
}

/* The present line ends a whole launch. */
static void mark_whole(struct reading *reading)
{
    reading->read->whole = reading->end;
    reading->read->whole_rows = reading->record->count;
    reading->read->whole_instrumented = reading->record->instrumented_count;
    reading->read->bad_behind = 0;
}

/* ---- what they say ---- */

/* False where there is none that a run can have. */
static bool read_round(const json_t *object, unsigned *round)
{
    const json_t *value = json_object_get(object, "round");
    const json_int_t number = json_integer_value(value);
    *round = (unsigned)number;
    return json_is_integer(value) && number >= 0 && number < RECORD_ROUNDS_MAX;
}

/* Earlier versions' samples, which were one each, do not tell. */
static unsigned row_executions(const json_t *object)
{
    const json_int_t executions = json_integer_value(json_object_get(object, "executions"));
    return executions > 0 && executions <= LAUNCH_EXECUTIONS_MAX ? (unsigned)executions : 1;
}

static bool read_row(json_t *object, struct row *row)
{
    json_int_t sample;
    int verified;
    if (json_unpack(object, "{s:I, s:F, s:F, s:b}", "sample", &sample, "seconds", &row->seconds,
                    "startup_s", &row->startup_s, "verified", &verified) != 0 ||
        !read_round(object, &row->round) || sample < 0 || sample >= SAMPLES_PER_LAUNCH_MAX ||
        !(row->seconds >= SAMPLES_SECONDS_MIN && row->seconds <= SAMPLES_SECONDS_MAX) ||
        !(row->startup_s >= 0 && row->startup_s <= SAMPLES_SECONDS_MAX))
        return false;
    row->sample = (unsigned)sample;
    row->executions = row_executions(object);
    row->verified = verified != 0;
    return row_take_start(row, json_object_get(object, "start"));
}

/* The line that says why no further round follows; false for another one. */
static bool take_ending(struct reading *reading, const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "ended"));
    for (enum ending ending = ENDING_SIGNAL; name && ending < ENDING_COUNT; ending++)
        if (strcmp(name, ending_name[ending]) == 0) {
            reading->record->ending = ending;
            mark_whole(reading);
            return true;
        }
    return false;
}

/* The present line is of this launch. False where that was one of before, or without memory. */
static bool enter_launch(struct reading *reading, size_t cell, unsigned round)
{
    struct present_launch *launch = &reading->launch;
    if (launch->is_one && launch->cell == cell && launch->round == round)
        return true;
    if (record_has(reading->record, cell, round))
        return false;
    *launch = (struct present_launch){.is_one = true, .cell = cell, .round = round};
    reading->status = record_begin(reading->record, cell, round);
    return reading->status == STATUS_OK;
}

static const char *take_sample(struct reading *reading, json_t *object, struct row *row)
{
    if (!read_row(object, row))
        return "it is no sample";
    if (!enter_launch(reading, row->cell, row->round) || row->sample < reading->launch.samples)
        return "its sample is there already";
    reading->launch.samples = row->sample + 1;
    if (reading->record->count >= SAMPLES_MAX)
        reading->status =
            status_fail(STATUS_FAILED, "%s has more than %d samples: take parts of it",
                        reading->name, SAMPLES_MAX);
    else
        reading->status = record_add(reading->record, row);
    return NULL;
}

/* The line that says that the run went on here, as take_noise() does of whole rounds. */
static const char *take_resumption(struct reading *reading, const json_t *object)
{
    const double precision = json_number_value(json_object_get(object, "precision"));
    const double budget_s = json_number_value(json_object_get(object, "budget_s"));
    const json_t *most = json_object_get(object, "budget_most_s"); /* older ones lack it */
    if (!(precision > 0 && precision <= 1) || !(budget_s > 0))
        return "it does not say how it went on";
    reading->record->precision = precision;
    reading->record->budget_s = budget_s;
    reading->record->budget_most_s = fmax(budget_s, json_number_value(most));
    reading->record->ending = ENDING_NONE;
    if (reading->read->whole_rows == reading->record->count)
        mark_whole(reading);
    return NULL;
}

/* A number from 0 on, or null. */
static bool read_noise_figure(const json_t *value, double *figure)
{
    *figure = json_is_number(value) ? json_number_value(value) : NAN;
    return json_is_null(value) || (*figure >= 0 && isfinite(*figure));
}

/* A round's noise; false when it is none. Figures that an earlier version did not know may lack. */
static bool read_noise(const json_t *object, unsigned *round, struct noise *noise)
{
    if (!read_round(object, round))
        return false;
    *noise = noise_unknown;
    for (size_t i = 0; i < RUN_FOLDER_NOISE_FIGURES; i++) {
        const struct noise_figure *wanted = &run_folder_noise_figures[i];
        const json_t *there = json_object_get(object, wanted->name);
        double figure;
        if (there && !read_noise_figure(there, &figure))
            return false;
        if (there)
            memcpy((char *)noise + wanted->place, &figure, sizeof figure);
    }
    return true;
}

/* It follows the launches of its round: unless a launch was cut off, all before it is whole. */
static const char *take_noise(struct reading *reading, const json_t *object)
{
    struct noise noise;
    unsigned round;
    if (!read_noise(object, &round, &noise))
        return "its noise is none";
    reading->status = record_noise(reading->record, round, &noise);
    if (reading->read->whole_rows == reading->record->count)
        mark_whole(reading);
    return NULL;
}

static const char *take_instrumented(struct reading *reading, const json_t *object, size_t cell)
{
    struct cell_state *state = &reading->record->states[cell];
    struct instrumented sums;
    unsigned round;
    if (!read_round(object, &round) ||
        !instrumented_sum(json_number_value(json_object_get(object, "wall_s")),
                          json_object_get(object, "workers_busy"), &state->events, &sums))
        return "it tells nothing of workers";
    sums.cell = cell;
    sums.round = round;
    if (!enter_launch(reading, cell, sums.round) || reading->launch.has_workers)
        return "its workers are there already";
    reading->launch.has_workers = true;
    reading->status = record_instrumented(reading->record, &sums);
    instrumented_absent(json_object_get(object, "counters_absent"), &state->events);
    return NULL;
}

/* Says why the line is bad, or NULL. */
static const char *take_object(struct reading *reading, json_t *object)
{
    struct record *record = reading->record;
    struct row row = {0};
    if (!json_is_object(object))
        return "it is no JSON object";
    if (take_ending(reading, object))
        return NULL;
    if (json_object_get(object, "noise"))
        return take_noise(reading, json_object_get(object, "noise"));
    if (json_object_get(object, "resumed"))
        return take_resumption(reading, json_object_get(object, "resumed"));
    const char *id = json_string_value(json_object_get(object, "cell"));
    const char *failed = json_string_value(json_object_get(object, "failed"));
    const char *result = json_string_value(json_object_get(object, "result"));
    const struct cell *cell = id ? plan_find(record->plan, id) : NULL;
    if (!cell)
        return "it names no cell of the manifest";
    row.cell = (size_t)(cell - record->plan->cells);
    if (json_object_get(object, "workers_busy"))
        return take_instrumented(reading, object, row.cell);
    struct cell_state *state = &record->states[row.cell];
    if (json_object_get(object, "too_short"))
        return NULL; /* launches that gave no sample that counts */
    if (!failed && json_object_get(object, "failed"))
        return "why it failed is no text";
    const char *wrong = failed ? NULL : take_sample(reading, object, &row);
    if (wrong)
        return wrong;
    record->ending = ENDING_NONE; /* it went on */
    if (failed) {
        state->failed = true;
        printable_copy(failed, state->failure, sizeof state->failure);
    }
    if (result)
        printable_copy(result, state->result, sizeof state->result);
    if (failed || row.sample + 1 == reading->per_launch)
        mark_whole(reading);
    return NULL;
}

static void take_line(struct reading *reading, const struct line *line)
{
    const char *wrong = line->cut                          ? "it is cut off"
                        : line->length == SAMPLES_LINE_MAX ? "it is too long"
                                                           : NULL;
    if (!wrong) {
        json_t *object = json_loadb(line->text, line->length, JSON_REJECT_DUPLICATES, NULL);
        wrong = take_object(reading, object);
        if (!wrong && reading->use)
            reading->use(object, reading->to);
        json_decref(object);
    }
    if (wrong)
        leave_out(reading, wrong, line->cut);
}

enum status samples_read(FILE *stream, const char *name, unsigned per_launch, struct record *record,
                         struct samples_read *read, samples_use *use, void *to)
{
    struct reading reading = {.name = name,
                              .record = record,
                              .read = read,
                              .per_launch = per_launch,
                              .use = use,
                              .to = to};
    *read = (struct samples_read){.whole = 0};
    struct line *line = memory_bytes(sizeof *line);
    while (reading.status == STATUS_OK && next_line(stream, line, &reading.end)) {
        reading.line++;
        take_line(&reading, line);
    }
    if (reading.status == STATUS_OK && ferror(stream))
        reading.status = status_fail(STATUS_FAILED, "cannot read %s: %s", name, strerror(errno));
    free(line);
    return reading.status;
}
