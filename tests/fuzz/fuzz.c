#define _GNU_SOURCE
#include "fuzz.h"

#include "analysis.h"
#include "printable.h"
#include "tables.h"

#include <math.h>
#include <string.h>

char *fuzz_text(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    FUZZ_CHECK(text);
    if (length > 0)
        memcpy(text, bytes, length);
    text[length] = '\0';
    return text;
}

void fuzz_check_printable(const char *text)
{
    size_t bytes;
    for (bool shown; (bytes = printable_next(text, &shown)) > 0; text += bytes)
        FUZZ_CHECK(shown || *text == '\n');
}

static void check_summary(const struct summary *summary, size_t most)
{
    FUZZ_CHECK(summary->count <= most);
    FUZZ_CHECK(summary->count == 0 || (isfinite(summary->median) && summary->median > 0));
    FUZZ_CHECK(!summary->has_interval || (summary->interval.low <= summary->median &&
                                          summary->median <= summary->interval.high));
}

static void check_json(const struct analysis_of_cell *cell)
{
    json_t *object = tables_json(cell);
    char *text = json_dumps(object, JSON_COMPACT);
    FUZZ_CHECK(text);
    fuzz_check_printable(text);
    FUZZ_CHECK(json_object_get(object, "median_s") && json_object_get(object, "result"));
    free(text);
    json_decref(object);
}

void fuzz_present(const struct record *record)
{
    struct analysis_of_cell *cells = NULL;
    const size_t count = record->plan->count;
    char *text = NULL;
    size_t length, samples = 0;
    FILE *stream = open_memstream(&text, &length);
    FUZZ_CHECK(stream);
    FUZZ_CHECK(analysis_make(record, &cells) == STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        samples += cells[i].samples + cells[i].late;
        check_summary(&cells[i].time, cells[i].samples);
        check_summary(&cells[i].speedup, cells[i].rounds);
        FUZZ_CHECK(!cells[i].verified || (cells[i].time.count > 0 && cells[i].startup_s >= 0));
        FUZZ_CHECK(!cells[i].has_speedup || cells[i].base_s > 0);
        check_json(&cells[i]);
    }
    FUZZ_CHECK(samples == record->count);
    tables_print(stream, cells, count, NULL);
    tables_print_fom(stream, cells, count);
    FUZZ_CHECK(tables_write_csv(stream, cells, count));
    FUZZ_CHECK(fclose(stream) == 0);
    fuzz_check_printable(text);
    free(text);
    free(cells);
}
