#define _GNU_SOURCE
#include "fuzz.h"

#include "analysed_run.h"
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
    const size_t length = strlen(text);
    char *shown = malloc(length + 1);
    FUZZ_CHECK(shown);
    printable_copy(text, shown, length + 1);
    FUZZ_CHECK(strlen(shown) == length);
    for (size_t i = 0; i < length; i++)
        FUZZ_CHECK(text[i] == shown[i] || text[i] == '\n');
    free(shown);
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
    struct analysed_run run = {.folder = NULL};
    char *text = NULL;
    size_t length, samples = 0;
    FILE *stream = open_memstream(&text, &length);
    FUZZ_CHECK(stream);
    analysed_run_make("run", NULL, record, &run);
    for (size_t i = 0; i < run.count; i++) {
        const struct analysis_of_cell *cell = &run.cells[i];
        samples += cell->samples + cell->late;
        check_summary(&cell->time, cell->samples);
        check_summary(&cell->speedup, cell->rounds);
        FUZZ_CHECK(!cell->verified || (cell->time.count > 0 && cell->startup_s >= 0));
        FUZZ_CHECK(cell->speedup.count == 0 || cell->base_s > 0);
        check_json(cell);
    }
    FUZZ_CHECK(samples == record->count);
    tables_print(stream, &run);
    tables_write_fom(stream, &run);
    tables_write_csv(stream, &run);
    FUZZ_CHECK(fclose(stream) == 0);
    fuzz_check_printable(text);
    free(text);
    analysed_run_free(&run);
}
