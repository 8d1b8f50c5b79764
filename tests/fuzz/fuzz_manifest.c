/* A manifest of any bytes: refused, or read so that it can be used, and written and read again. */
#define _GNU_SOURCE
#include "cell_json.h"
#include "differences.h"
#include "fuzz.h"
#include "manifest.h"
#include "merge.h"
#include "sources.h"

#include <string.h>

static enum status read_bytes(const char *bytes, size_t length, json_t **manifest,
                              struct plan *plan)
{
    FILE *stream = fmemopen((char *)bytes, length, "r");
    FUZZ_CHECK(stream);
    const enum status status = manifest_read(stream, "manifest.json", manifest, plan);
    (void)fclose(stream);
    return status;
}

/* A cell is written as a manifest has it, and read as it was. */
static void check_again(const struct cell *cell)
{
    json_t *manifest =
        json_pack("{s:i, s:[o]}", "schema", MANIFEST_SCHEMA, "cells", cell_json_planned(cell));
    char *text = json_dumps(manifest, 0);
    json_t *read = NULL, *written = NULL;
    struct plan plan;
    FUZZ_CHECK(text);
    FUZZ_CHECK(read_bytes(text, strlen(text), &read, &plan) == STATUS_OK);
    FUZZ_CHECK(plan.count == 1);
    written = cell_json_planned(&plan.cells[0]);
    FUZZ_CHECK(json_equal(written, json_array_get(json_object_get(manifest, "cells"), 0)));
    json_decref(written);
    json_decref(read);
    json_decref(manifest);
    plan_free(&plan);
    free(text);
}

static void check_plan(const struct plan *plan)
{
    struct record record;
    for (size_t i = 0; i < plan->count; i++) {
        fuzz_check_printable(plan->cells[i].id);
        fuzz_check_printable(plan->cells[i].told_with);
        fuzz_check_printable(plan->cells[i].limit.cell);
        FUZZ_CHECK(!strpbrk(plan->cells[i].limit.what, "\"'\\;<>&|`$"));
        FUZZ_CHECK(!strpbrk(plan->cells[i].kernel, "/ \"'\\,;<>&|`$"));
        FUZZ_CHECK(!strpbrk(plan->cells[i].label, "/ \"'\\,;<>&|`$"));
        check_again(&plan->cells[i]);
    }
    record_new(plan, &record);
    fuzz_present(&record);
    record_free(&record);
}

/* No round is of two of the runs that it was put together of, and there are no more of all of them
 * than a run can have. */
static void check_sources(const json_t *manifest)
{
    struct sources sources;
    size_t next = 0;
    sources_read(manifest, &sources);
    for (size_t i = 0; i < sources.count; i++) {
        const struct source *source = &sources.all[i];
        fuzz_check_printable(source->folder);
        fuzz_check_printable(source->host);
        FUZZ_CHECK(source->first == next);
        next += source->rounds;
        FUZZ_CHECK(source->rounds == 0 || sources_find(&sources, next - 1) == source);
    }
    FUZZ_CHECK(next <= RECORD_ROUNDS_MAX);
    json_decref(differences_of_sources(&sources));
    sources_free(&sources);
}

/* With itself, which is found to be the same run, and put together none the less. */
static void check_merging(const json_t *manifest, const struct plan *plan)
{
    const struct merge_part part = {"run", manifest, plan, .rounds = 1, .samples = 1};
    const struct merge_part parts[] = {part, part};
    struct plan merged = {.count = 0};
    json_t *both = NULL;
    FUZZ_CHECK(merge_check(parts, 2, true) != STATUS_OK);
    FUZZ_CHECK(merge_plans(parts, 2, &merged) == STATUS_OK);
    FUZZ_CHECK(merged.count == plan->count);
    if (merge_manifests(parts, 2, &merged, "report run run", &both) == STATUS_OK)
        check_sources(both);
    json_decref(both);
    plan_free(&merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    json_t *manifest = NULL;
    struct plan plan;
    enum status status = read_bytes((const char *)bytes, length, &manifest, &plan);
    if (status == STATUS_OK) {
        check_plan(&plan);
        check_sources(manifest);
        check_merging(manifest, &plan);
        fuzz_check_printable(manifest_machine_line(manifest, true).text);
        const json_t *machine = json_object_get(manifest, "machine");
        const uint64_t allowed = manifest_whole(machine, "allowed", 1, PLAN_WORKERS_MAX);
        FUZZ_CHECK(allowed >= 1 && allowed <= PLAN_WORKERS_MAX);
    }
    plan_free(&plan);
    json_decref(manifest);
    return 0;
}
