/*
 * Unit tests of what reads manifests and samples, which may hold anything: nothing that is not
 * right is taken, and what is right beside it is.
 */
#define _GNU_SOURCE
#include "manifest.h"
#include "samples_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- manifests ---- */

#define NUMBERS                                                                                    \
    "\"options\":{},\"workers\":1,\"ranks\":1,\"threads\":1,\"nodes\":1,\"size\":1,"               \
    "\"oversubscribed\":false,\"experiments\":[]}"
#define CELL(id, kernel, model, label)                                                             \
    "{\"cell\":\"" id "\",\"kernel\":\"" kernel "\",\"model\":\"" model "\",\"label\":\"" label    \
    "\"," NUMBERS

static enum status read_text(const char *text, json_t **manifest, struct plan *plan_read)
{
    FILE *stream = fmemopen((char *)text, strlen(text), "r");
    assert_non_null(stream);
    const enum status status = manifest_read(stream, "manifest", manifest, plan_read);
    assert_int_equal(fclose(stream), 0);
    return status;
}

static enum status read_manifest(const char *text, size_t *cells)
{
    json_t *manifest = NULL;
    struct plan plan;
    enum status status = read_text(text, &manifest, &plan);
    *cells = plan.count;
    json_decref(manifest);
    plan_free(&plan);
    return status;
}

/* Whether cells, in JSON, are taken. */
static bool takes_cells(const char *schema, const char *cells)
{
    char *text = NULL;
    size_t count;
    assert_true(asprintf(&text, "{%s\"cells\":[%s]}", schema, cells) > 0);
    enum status status = read_manifest(text, &count);
    free(text);
    return status == STATUS_OK;
}

#define SCHEMA "\"schema\":1,"

static void takes_names_and_no_others(void **state)
{
    static const char *const others[] = {
        CELL("a", "../pi", "m", "m"),
        CELL("a", "p i", "m", "m"),
        CELL("a", "pi\\u001b[31m", "m", "m"),
        CELL("a", "-pi", "m", "m"),
        CELL("a", "", "m", "m"),
        CELL("a", "<pi>", "m", "m"),
        CELL("a", "pi", "m;", "m;"),
        CELL("a", "pi", "m", "other"),
        CELL("a", "pi", "m", "mm"),
        CELL("a", "pi", "m", "m:\\\""),
        CELL("a", "pi", "m", "m,"),
        CELL("a", "pi", "m", "m/n"),
        CELL("a", "pi", "m", "m:a=\u00b5"),
        CELL("../a", "pi", "m", "m"),
        CELL("a\\n", "pi", "m", "m"),
        CELL("", "pi", "m", "m"),
        CELL("a", "a2345678901234567890123456789012", "m", "m"),
    };
    (void)state;
    assert_true(takes_cells(SCHEMA, CELL("a", "pi", "m", "m")));
    assert_true(takes_cells(SCHEMA, CELL("pi/m:a=1/n:7", "pi-2.0", "m_2", "m_2:a=1.5e-3ms:b=x")));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (takes_cells(SCHEMA, others[i]))
            fail_msg("taken: %s", others[i]);
}

static void takes_a_schema_that_it_knows(void **state)
{
    static const char *const others[] = {"",
                                         "\"schema\":2,",
                                         "\"schema\":0,",
                                         "\"schema\":-1,",
                                         "\"schema\":1.0,",
                                         "\"schema\":\"1\",",
                                         "\"schema\":null,",
                                         "\"schema\":9223372036854775807,",
                                         "\"schema\":18446744073709551617,",
                                         "\"schema\":1,\"schema\":1,"};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (takes_cells(others[i], CELL("a", "pi", "m", "m")))
            fail_msg("taken: %s", others[i]);
}

/* The first four are as runs had them before cells told their traits. */
static void knows_traits_told_or_not(void **state)
{
#define OLD(id, model, label, options)                                                             \
    "{\"cell\":\"" id "\",\"kernel\":\"pi\",\"model\":\"" model "\",\"label\":\"" label            \
    "\",\"options\":{" options "},\"workers\":1,\"ranks\":1,\"threads\":1,\"nodes\":1,\"size\":1," \
    "\"oversubscribed\":false,\"experiments\":[]"
    static const char old[] =
        "{\"schema\":1,\"models\":{\"s\":{},\"m\":{\"mpi_library\":\"MPI "
        "5\"}},\"cells\":[" OLD("a", "s", "s", "\"algorithm\":\"kernel\"") "}," OLD(
            "b", "s", "s:algorithm=best",
            "\"algorithm\":\"best\"") "}," OLD("c", "g", "g",
                                               "\"interval\":\"5ms\"") "}," OLD("d", "m", "m",
                                                                                "") "}]}";
    static const char told[] = "{\"schema\":1,\"cells\":[" OLD(
        "a", "s", "s",
        "") ",\"traits\":[\"locked\",\"of-tomorrow\",7]}," OLD("b", "t", "t",
                                                               "") ",\"traits\":[\"chunks\","
                                                                   "\"base\"]}]}";
#undef OLD
    static const unsigned expected[] = {TRAIT_BASE | TRAIT_SHARED_MEMORY,
                                        TRAIT_BASE | TRAIT_SHARED_MEMORY,
                                        TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
                                        0,
                                        TRAIT_LOCKED,
                                        TRAIT_BASE | TRAIT_CHUNKS};
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        json_t *manifest = NULL;
        struct plan plan;
        const char *text = i < 4 ? old : told;
        assert_int_equal(read_text(text, &manifest, &plan), STATUS_OK);
        assert_int_equal(plan.cells[i < 4 ? i : i - 4].traits, expected[i]);
        if (i == 1) { /* what was an option of the base is an algorithm of the kernel */
            assert_string_equal(plan.cells[1].id, "b");
            assert_string_equal(plan.cells[1].kernel, "pi:algorithm=best");
            assert_string_equal(plan.cells[1].told_with, "pi");
            assert_string_equal(plan.cells[1].label, "s");
            assert_int_equal(plan.cells[1].experiments, 0);
        }
        json_decref(manifest);
        plan_free(&plan);
    }
}

/* A manifest of so many cells, whose identities are numbers from 0 on, of so many kernels, and told
 * with so many. */
static enum status read_many(unsigned cells, unsigned kernels, unsigned told_with,
                             unsigned identities, size_t *count)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    (void)fputs("{" SCHEMA "\"cells\":[", stream);
    for (unsigned i = 0; i < cells; i++)
        (void)fprintf(stream, "%s" CELL("%u\",\"told_with\":\"k%u", "k%u", "m", "m"), i ? "," : "",
                      i % identities, i % told_with, i % kernels);
    (void)fputs("]}", stream);
    assert_int_equal(fclose(stream), 0);
    enum status status = read_manifest(text, count);
    free(text);
    return status;
}

static void refuses_absurd_counts(void **state)
{
    size_t count;
    (void)state;
    assert_int_equal(
        read_many(PLAN_CELLS_MAX, PLAN_KERNELS_MAX, PLAN_KERNELS_MAX, PLAN_CELLS_MAX, &count),
        STATUS_OK);
    assert_int_equal(count, PLAN_CELLS_MAX);
    assert_int_equal(read_many(PLAN_CELLS_MAX + 1, 1, 1, PLAN_CELLS_MAX + 1, &count),
                     STATUS_FAILED);
    assert_int_equal(read_many(300, PLAN_KERNELS_MAX + 1, 1, 300, &count), STATUS_FAILED);
    assert_int_equal(read_many(300, 1, PLAN_KERNELS_MAX + 1, 300, &count), STATUS_FAILED);
    assert_int_equal(read_many(1000, 1, 1, 1000, &count), STATUS_OK);
    assert_int_equal(read_many(1000, 1, 1, 999, &count), STATUS_FAILED); /* the last is the first */
}

static void keeps_numbers_within_limits(void **state)
{
    json_t *object = json_pack("{s:I, s:f, s:f, s:s, s:i}", "most", INT64_MAX, "huge", 1e300,
                               "less", -1e300, "text", "7", "seven", 7);
    (void)state;
    assert_int_equal(manifest_whole(object, "most", 1, 10), 10);
    assert_true(manifest_whole(object, "huge", 0, INT64_MAX) == INT64_MAX);
    assert_int_equal(manifest_whole(object, "less", 1, 10), 1);
    assert_int_equal(manifest_whole(object, "text", 1, 10), 1);
    assert_int_equal(manifest_whole(object, "none", 0, 10), 0);
    assert_int_equal(manifest_whole(object, "seven", 0, 10), 7);
    json_decref(object);
}

static void describes_no_machine_with_controls(void **state)
{
    json_t *manifest;
    struct plan read;
    (void)state;
    assert_int_equal(read_text("{\"machine\":{\"host\":\"h\\u001b]0;x\\u0007\",\"cpu\":\"c\\npu\","
                               "\"allowed\":2}," SCHEMA
                               "\"cells\":[" CELL("a", "pi", "m", "m") "]}",
                               &manifest, &read),
                     STATUS_OK);
    assert_string_equal(manifest_machine_line(manifest, false).text, "h?]0;x?: 2 cores, c?pu");
    (void)json_object_del(json_object_get(manifest, "machine"), "allowed");
    assert_string_equal(manifest_machine_line(manifest, false).text,
                        "h?]0;x?: c?pu"); /* not 0 cores */
    plan_free(&read);
    json_decref(manifest);
}

/* ---- samples ---- */

static struct plan plan;

static int make_plan(void **state)
{
    static const char *const ids[] = {"b", "a", "c"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct cell cell = {.options = 0};
        (void)snprintf(cell.id, sizeof cell.id, "%s", ids[i]);
        plan_append(&plan, &cell);
    }
    return 0;
}

static int free_plan(void **state)
{
    (void)state;
    plan_free(&plan);
    return 0;
}

#define SAMPLE(cell, round, sample)                                                                \
    "{\"cell\":\"" cell "\",\"round\":" round ",\"sample\":" sample                                \
    ",\"seconds\":1,\"startup_s\":0,\"verified\":true}\n"

struct taken {
    struct record record;
    struct samples_read read;
};

static void read_bytes(const char *bytes, size_t length, struct taken *taken)
{
    FILE *stream = fmemopen((char *)bytes, length, "r");
    assert_non_null(stream);
    record_new(&plan, &taken->record);
    taken->record.per_launch = 2;
    assert_int_equal(samples_read(stream, "run", &taken->record, &taken->read, NULL, NULL),
                     STATUS_OK);
    assert_int_equal(fclose(stream), 0);
}

static void finds_cells_by_identity(void **state)
{
    (void)state;
    assert_int_equal(plan.count, 3);
    for (size_t i = 0; i < plan.count; i++)
        assert_ptr_equal(plan_find(&plan, plan.cells[i].id), &plan.cells[i]);
    assert_null(plan_find(&plan, ""));
    assert_null(plan_find(&plan, "aa"));
    assert_null(plan_find(&(struct plan){.count = 0}, "a"));
}

static void counts_bad_lines_and_names_the_first(void **state)
{
    static const char text[] =
        SAMPLE("a", "0", "0") SAMPLE("a", "0", "1") "\n" SAMPLE("x", "0", "0") SAMPLE("b", "0", "0")
            SAMPLE("a", "0", "1") "[1]\n" SAMPLE("b", "0", "1") "{";
    struct taken taken;
    (void)state;
    read_bytes(text, strlen(text), &taken);
    assert_int_equal(taken.record.count, 4);
    assert_int_equal(taken.read.bad.count, 5);
    assert_int_equal(taken.read.bad.first, 3);
    assert_string_equal(taken.read.bad.why, "it is no JSON object");
    assert_int_equal(taken.record.whole_rows, 4);
    assert_int_equal(taken.read.whole, strlen(text) - 1);
    assert_int_equal(taken.read.bad_behind, 0); /* a line that was cut off is expected there */
    record_free(&taken.record);

    read_bytes(text, strlen(text) - strlen("{" SAMPLE("b", "0", "1")), &taken);
    assert_int_equal(taken.record.whole_rows, 2);
    assert_int_equal(taken.read.bad_behind, 3);
    record_free(&taken.record);
}

/* The end of a line that is too long is not a line, whatever stands there. */
static void takes_no_part_of_a_line(void **state)
{
    static const char good[] = SAMPLE("a", "0", "0"), other[] = SAMPLE("b", "0", "0");
    struct taken taken;
    (void)state;
    /* Whose length is the first that is too much, and others around it. */
    for (int more = -3; more <= 200; more += more < 3 ? 1 : 197) {
        const size_t blank = SAMPLES_LINE_MAX - strlen(good) + 1 + (size_t)more;
        const size_t length = blank + sizeof good - 1 + sizeof other - 1;
        char *text = malloc(length);
        assert_non_null(text);
        memset(text, ' ', blank);
        memcpy(text + blank, good, sizeof good - 1);
        memcpy(text + blank + sizeof good - 1, other, sizeof other - 1);
        read_bytes(text, length, &taken);
        const bool fits = blank + strlen(good) - 1 < SAMPLES_LINE_MAX;
        assert_int_equal(taken.record.count, fits ? 2 : 1);
        assert_int_equal(taken.read.bad.count, fits ? 0 : 1);
        record_free(&taken.record);
        free(text);
    }
}

static void takes_no_line_with_a_nul(void **state)
{
    static const char text[] = SAMPLE("a", "0", "0") "\0" SAMPLE("a", "0", "1") "\0\n";
    struct taken taken;
    (void)state;
    read_bytes(text, sizeof text - 1, &taken);
    assert_int_equal(taken.record.count, 1);
    assert_int_equal(taken.read.bad.count, 2);
    assert_int_equal(taken.read.bad.first, 2);
    record_free(&taken.record);
}

/* The lines of a launch follow each other, its samples in their order; nothing is taken twice. */
static void takes_each_launch_once(void **state)
{
    static const char text[] =
        SAMPLE("a", "0", "1") SAMPLE("a", "0", "0") SAMPLE("a", "0", "1") SAMPLE("a", "0", "3")
            SAMPLE("a", "1", "0") SAMPLE("a", "0", "4") SAMPLE("b", "0", "0") SAMPLE("a", "1", "1");
    static const bool is_taken[] = {true, false, false, true, true, false, true, false};
    struct taken taken;
    (void)state;
    read_bytes(text, strlen(text), &taken);
    size_t count = 0;
    for (size_t i = 0; i < sizeof is_taken / sizeof *is_taken; i++)
        count += is_taken[i];
    assert_int_equal(taken.record.count, count);
    assert_int_equal(taken.read.bad.count, sizeof is_taken / sizeof *is_taken - count);
    assert_int_equal(taken.read.bad.first, 2);
    assert_string_equal(taken.read.bad.why, "its sample is there already");
    record_free(&taken.record);
}

#define EXECUTION(round, counter, words)                                                           \
    "{\"cell\":\"a\",\"round\":" round                                                             \
    ",\"wall_s\":1,\"workers_busy\":[{\"busy_s\":1,\"counters\":{" counter                         \
    "}}],\"counters_absent\":{" words "}}\n"

/* Names of events, and why they are absent, are those of executions that are taken. */
static void takes_nothing_from_an_execution_that_is_there_already(void **state)
{
    static const char text[] =
        EXECUTION("0", "", "\"PAPI_TOT_INS\":\"no PMU\"") SAMPLE("a", "0", "0")
            EXECUTION("0", "\"PAPI_BR_MSP\":null", "\"PAPI_TOT_INS\":\"other words\"");
    struct taken taken;
    (void)state;
    read_bytes(text, strlen(text), &taken);
    assert_int_equal(taken.record.instrumented_count, 1);
    assert_int_equal(taken.read.bad.count, 1);
    assert_string_equal(taken.read.bad.why, "its workers are there already");
    const struct cell *cell = plan_find(&plan, "a");
    assert_non_null(cell);
    const struct instrumented_events *events = &taken.record.states[cell - plan.cells].events;
    assert_string_equal(events->absent[INSTRUMENTED_INSTRUCTIONS], "no PMU");
    assert_string_equal(events->name[INSTRUMENTED_OWN], "");
    record_free(&taken.record);
}

/* Of one execution, by the latest sample; what cannot be a count is none. */
static void tells_what_ranks_moved(void **state)
{
    static const struct {
        const char *counts;
        double messages, bytes;
    } cases[] = {{"{\"mpi::messages\":9.0,\"mpi::bytes\":3000.0}", 3, 1000},
                 {"{\"mpi::messages\":3,\"pool::chunks\":7}", 1, 0},
                 {"{\"mpi::messages\":-3,\"mpi::bytes\":\"many\"}", 0, 0},
                 {"{\"mpi::messages\":1e300}", 0, 0},
                 {"[]", 0, 0},
                 {"null", 0, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        struct taken taken;
        (void)snprintf(text, sizeof text,
                       SAMPLE("a", "0", "0") "{\"cell\":\"a\",\"round\":0,\"sample\":1,"
                                             "\"seconds\":1,\"executions\":3,\"startup_s\":0,"
                                             "\"verified\":true,\"counts\":%s}\n",
                       cases[i].counts);
        read_bytes(text, strlen(text), &taken);
        const struct cell_state *told = &taken.record.states[plan_find(&plan, "a") - plan.cells];
        assert_int_equal(taken.record.count, 2);
        assert_true(told->messages == cases[i].messages);
        assert_true(told->message_bytes == cases[i].bytes);
        record_free(&taken.record);
    }
}

/* As many samples as a long run has, the rounds far apart and backwards. */
static void takes_many_lines(void **state)
{
    enum { LINES = 200000 };
    struct taken taken;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    (void)state;
    assert_non_null(stream);
    for (unsigned i = 0; i < LINES; i++)
        (void)fprintf(stream, SAMPLE("%s", "%u", "%u"), i % 2 ? "a" : "c", 99999 - i / 2, i % 2);
    assert_int_equal(fclose(stream), 0);
    read_bytes(text, length, &taken);
    assert_int_equal(taken.record.count, LINES);
    assert_int_equal(taken.read.bad.count, 0);
    assert_int_equal(record_rounds(&taken.record), 100000);
    assert_int_equal(record_turns(&taken.record, 1, 0), 1);
    assert_int_equal(record_turns(&taken.record, 2, 99999), 1);
    assert_int_equal(record_turns(&taken.record, 0, 0), 0);
    assert_int_equal(record_turns(&taken.record, 0, 99999), 0);
    assert_true(taken.record.is_whole);
    taken.record.whole_rows = 2;
    record_cut(&taken.record);
    assert_int_equal(record_turns(&taken.record, 1, 99999), 1);
    assert_int_equal(record_turns(&taken.record, 1, 0), 0);
    record_free(&taken.record);
    free(text);
}

static void keeps_no_controls(void **state)
{
    static const char text[] =
        "{\"cell\":\"a\",\"failed\":\"\\u001b[2J\\u009b\",\"result\":\"\\u202e\"}\n";
    struct taken taken;
    (void)state;
    read_bytes(text, strlen(text), &taken);
    assert_int_equal(taken.read.bad.count, 0);
    assert_string_equal(taken.record.states[1].failure, "?[2J?");
    assert_string_equal(taken.record.states[1].result, "?");
    record_free(&taken.record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_names_and_no_others),
        cmocka_unit_test(takes_a_schema_that_it_knows),
        cmocka_unit_test(knows_traits_told_or_not),
        cmocka_unit_test(refuses_absurd_counts),
        cmocka_unit_test(keeps_numbers_within_limits),
        cmocka_unit_test(describes_no_machine_with_controls),
        cmocka_unit_test(finds_cells_by_identity),
        cmocka_unit_test(counts_bad_lines_and_names_the_first),
        cmocka_unit_test(takes_no_part_of_a_line),
        cmocka_unit_test(takes_no_line_with_a_nul),
        cmocka_unit_test(takes_each_launch_once),
        cmocka_unit_test(takes_nothing_from_an_execution_that_is_there_already),
        cmocka_unit_test(tells_what_ranks_moved),
        cmocka_unit_test(takes_many_lines),
        cmocka_unit_test(keeps_no_controls),
    };
    return cmocka_run_group_tests(tests, make_plan, free_plan);
}
