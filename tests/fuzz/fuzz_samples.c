/* Samples of any bytes: the good lines make a run that can be analysed and printed. */
#define _GNU_SOURCE
#include "fuzz.h"
#include "samples_file.h"

#include <string.h>

enum { PER_LAUNCH = 2 };

static const struct cell cells[] = {
    {.id = "s", .kernel = "pi", .model = "serial", .label = "serial", .workers = 1, .size = 9},
    {.id = "p", .kernel = "pi", .model = "pool", .label = "pool:chunk=7", .workers = 2, .size = 9},
    {.id = "g", .kernel = "pi", .model = "gil", .label = "gil", .workers = 4, .size = 9},
    {.id = "x", .kernel = "primes", .model = "serial", .label = "serial", .workers = 1, .size = 5},
};
static struct plan plan;

static size_t count_lines(const uint8_t *bytes, size_t length)
{
    size_t lines = length > 0 && bytes[length - 1] != '\n';
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static void check_read(const struct samples_read *read, const struct record *record, size_t lines,
                       size_t length)
{
    FUZZ_CHECK(record->count + read->bad.count <= lines);
    FUZZ_CHECK((read->bad.count > 0) == (read->bad.first > 0));
    FUZZ_CHECK((read->bad.count > 0) == (read->bad.why != NULL));
    FUZZ_CHECK(read->bad.first <= lines && read->bad_behind <= lines);
    FUZZ_CHECK(read->whole >= 0 && (uint64_t)read->whole <= length);
    FUZZ_CHECK(record->whole_rows <= record->count);
    for (size_t i = 0; i < record->count; i++) {
        const struct row *row = &record->rows[i];
        FUZZ_CHECK(row->cell < plan.count && row->round < RECORD_ROUNDS_MAX);
        FUZZ_CHECK(row->turn < RECORD_TURNS_MAX);
        FUZZ_CHECK(record_turns(record, row->cell, row->round) > 0);
    }
    for (size_t i = 0; i < plan.count; i++) {
        fuzz_check_printable(record->states[i].failure);
        fuzz_check_printable(record->states[i].result);
        for (unsigned event = 0; event < INSTRUMENTED_EVENTS; event++) {
            fuzz_check_printable(record->states[i].events.name[event]);
            fuzz_check_printable(record->states[i].events.absent[event]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct record record;
    struct samples_read read, again;
    FILE *stream = fmemopen((void *)bytes, length, "r");
    if (!stream) /* of no bytes */
        return 0;
    for (size_t i = plan.count; i < sizeof cells / sizeof *cells; i++)
        plan_append(&plan, &cells[i]);
    record_new(&plan, &record);
    record.per_launch = PER_LAUNCH;
    FUZZ_CHECK(samples_read(stream, "run", &record, &read, NULL, NULL) == STATUS_OK);
    check_read(&read, &record, count_lines(bytes, length), length);
    fuzz_present(&record);
    const size_t whole_rows = record.whole_rows;
    record_free(&record);
    (void)fclose(stream);

    /* What is left when the rest is cut off ends with a whole launch. */
    stream = read.whole > 0 ? fmemopen((void *)bytes, (size_t)read.whole, "r") : NULL;
    if (!stream)
        return 0;
    record_new(&plan, &record);
    record.per_launch = PER_LAUNCH;
    FUZZ_CHECK(samples_read(stream, "run", &record, &again, NULL, NULL) == STATUS_OK);
    FUZZ_CHECK(again.whole == read.whole && record.whole_rows == whole_rows);
    FUZZ_CHECK(record.count == whole_rows && again.bad_behind == 0);
    record_free(&record);
    (void)fclose(stream);
    return 0;
}
