/*
 * Unit tests of drivers/record/run_folder.h: whatever else stands in a run's folder is refused, or
 * counted and left out.
 */
#define _GNU_SOURCE
#include "run_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_experiments.h"
#include "made_up_results.h"
#include "samples_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- lines that cannot be used ---- */

#define ID "\"cell\":\"pi/serial/workers:1/ranks:1/threads:1/nodes:1/n:1000\""
#define TAIL "\"sample\":0,\"seconds\":1.5,\"startup_s\":0.1,\"verified\":true"

/* Reads a run with one more line: whether it was taken, the other four samples being there. */
static bool takes(const char *line)
{
    struct side loaded;
    make_run();
    write_file("run/samples.jsonl", "a", line);
    assert_int_equal(load(&loaded), STATUS_OK);
    bool taken = loaded.read.bad.count == 0;
    assert_int_equal(loaded.record.count, taken ? 5 : 4);
    side_free(&loaded);
    assert_int_equal(own_folder_delete("run"), 0);
    return taken;
}

static void takes_a_line_that_is_right(void **state)
{
    (void)state;
    assert_true(takes("{" ID ",\"round\":1," TAIL "}\n"));
    assert_true(takes("  {" ID ",\"round\":1," TAIL ",\"more\":[1,{}]}  \r\n"));
    assert_true(takes("{" ID ",\"round\":99999," TAIL "}\n"));
}

/* Else it is 1, as of earlier versions, which did not tell. */
static void takes_executions_that_can_be(void **state)
{
    static const struct {
        const char *executions;
        unsigned taken;
    } cases[] = {{"7", 7},          {"1000000", 1000000}, {"1000001", 1}, {"0", 1},   {"-7", 1},
                 {"4294967303", 1}, {"\"7\"", 1},         {"7.5", 1},     {"null", 1}};
    char line[256];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct side loaded;
        (void)snprintf(line, sizeof line, "{" ID ",\"round\":1," TAIL ",\"executions\":%s}\n",
                       cases[i].executions);
        make_run();
        write_file("run/samples.jsonl", "a", line);
        assert_int_equal(load(&loaded), STATUS_OK);
        assert_int_equal(loaded.record.count, 5);
        assert_int_equal(loaded.record.rows[4].executions, cases[i].taken);
        side_free(&loaded);
        assert_int_equal(own_folder_delete("run"), 0);
    }
}

static void leaves_out_lines_that_are_not(void **state)
{
    static const char *const lines[] = {
        "\n",
        "{}\n",
        "[]\n",
        "null\n",
        "7\n",
        "\"text\"\n",
        "<html>\n",
        "{" ID "}\n",
        "{" ID ",\"round\":1," TAIL "}",          /* no end of line: cut */
        "{" ID ",\"round\":1,\"sample\":0,\"sec", /* cut */
        "{" ID ",\"round\":1," TAIL "} x\n",
        "{" ID ",\"round\":-1," TAIL "}\n",
        "{" ID ",\"round\":100000," TAIL "}\n",
        "{" ID ",\"round\":4294967296," TAIL "}\n", /* 0 in 32 bits */
        "{" ID ",\"round\":4294967297," TAIL "}\n",
        "{" ID ",\"round\":9223372036854775807," TAIL "}\n",
        "{" ID ",\"round\":99999999999999999999," TAIL "}\n",
        "{" ID ",\"round\":1.5," TAIL "}\n",
        "{" ID ",\"round\":\"1\"," TAIL "}\n",
        "{" ID ",\"round\":null," TAIL "}\n",
        "{" ID "," TAIL "}\n",
        "{\"cell\":\"pi/serial\",\"round\":1," TAIL "}\n", /* of another run */
        "{\"cell\":7,\"round\":1," TAIL "}\n",
        "{\"cell\":null,\"failed\":\"it\"}\n",
        "{\"failed\":\"it\"}\n",
        "{" ID ",\"failed\":7}\n",
        "{" ID ",\"round\":1,\"sample\":-1,\"seconds\":1,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":0,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":5e-324,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":1e300,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":1,\"startup_s\":-1,\"verified\":true}\n",
        "{" ID ",\"round\":1," TAIL ",\"verified\":true}\n", /* a key twice */
        "{" ID ",\"round\":1," TAIL ",\"result\":\"a\\u0000b\"}\n",
        "{" ID ",\"round\":1," TAIL ",\"failed\":null}\n",
        "{" ID ",\"round\":0," TAIL "}\n", /* it is there already */
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":-1,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":NaN,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":nan,\"startup_s\":0,\"verified\":true}\n",
        "{" ID
        ",\"round\":1,\"sample\":0,\"seconds\":Infinity,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":1e999,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":\"1\",\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":1,\"startup_s\":\"0\",\"verified\":true}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":1,\"startup_s\":0,\"verified\":1}\n",
        "{" ID ",\"round\":1,\"sample\":0,\"seconds\":1,\"startup_s\":0,\"verified\":\"yes\"}\n",
        "{" ID
        ",\"round\":1,\"sample\":4294967296,\"seconds\":1,\"startup_s\":0,\"verified\":true}\n",
        "{" ID ",\"result\":\"\xff\xfe\",\"round\":1," TAIL "}\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (takes(lines[i]))
            fail_msg("taken: %s", lines[i]);
}

static char *repeated(const char *start, char middle, size_t count, const char *end)
{
    const size_t first = strlen(start), last = strlen(end) + 1;
    char *text = malloc(first + count + last);
    assert_non_null(text);
    (void)snprintf(text, first + 1, "%s", start);
    memset(text + first, middle, count);
    (void)snprintf(text + first + count, last, "%s", end);
    return text;
}

static void survives_monsters(void **state)
{
    (void)state;
    char *deep = repeated("", '[', 50000, "\n");
    char *deep_field = repeated("{" ID ",\"round\":1," TAIL ",\"counts\":", '[', 50000, "\n");
    char *longest =
        repeated("{" ID ",\"round\":1," TAIL ",\"counts\":\"", 'x', SAMPLES_LINE_MAX, "\"}\n");
    assert_false(takes(deep));
    assert_false(takes(deep_field));
    assert_false(takes(longest));
    free(deep);
    free(deep_field);
    free(longest);

    struct side loaded;
    make_run();
    FILE *stream = fopen("run/samples.jsonl", "a");
    assert_non_null(stream);
    for (unsigned i = 0; i < 200000; i++)
        (void)putc((int)(i * 2654435761u >> 13 & 0xff), stream);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.record.count, 4);
    assert_true(loaded.read.bad.count > 0);
    side_free(&loaded);
}

static void goes_on_after_a_bad_line(void **state)
{
    struct side loaded;
    (void)state;
    make_run();
    write_file("run/samples.jsonl", "a",
               "{\"cell\":\n{" ID ",\"round\":1," TAIL "}\n{" ID ",\"rou");
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.read.bad.count, 2);
    assert_int_equal(loaded.record.count, 5);
    side_free(&loaded);
}

/* ---- manifests that cannot be used ---- */

static void refuses_a_manifest(const char *text)
{
    struct side loaded;
    make_run();
    if (text)
        write_file("run/manifest.json", "w", text);
    else
        assert_int_equal(unlink("run/manifest.json"), 0);
    if (load(&loaded) != STATUS_FAILED)
        fail_msg("taken: %s", text ? text : "nothing");
    side_free(&loaded);
    assert_int_equal(own_folder_delete("run"), 0);
}

static void refuses_manifests(void **state)
{
#define NAMES "\"cell\":\"a\",\"kernel\":\"pi\",\"model\":\"m\",\"label\":\"m\",\"options\":{},"
#define REST "\"nodes\":1,\"oversubscribed\":false,\"experiments\":[]}]}"
#define CELLS "{\"schema\":1,\"cells\":"
    static const char *const texts[] = {
        NULL,
        "",
        "{",
        "[]",
        "7",
        "{}",
        CELLS "7}",
        CELLS "[]}",
        CELLS "{}}",
        CELLS "[7]}",
        CELLS "[{}]}",
        CELLS "[{" NAMES "\"workers\":0,\"ranks\":1,\"threads\":1,\"size\":1," REST,
        CELLS "[{" NAMES "\"workers\":-1,\"ranks\":1,\"threads\":1,\"size\":1," REST,
        CELLS "[{" NAMES "\"workers\":1,\"ranks\":1,\"threads\":1,\"size\":0," REST,
        CELLS "[{" NAMES "\"workers\":1,\"ranks\":1,\"threads\":1,\"size\":-5," REST,
        CELLS "[{" NAMES
              "\"workers\":1,\"ranks\":1,\"threads\":1,\"size\":5,\"base_size\":-5," REST,
        CELLS "[{" NAMES
              "\"workers\":1,\"ranks\":1,\"threads\":1,\"size\":5,\"base_size\":\"5\"," REST,
        CELLS "[{" NAMES "\"workers\":4294967297,\"ranks\":1,\"threads\":1,\"size\":1," REST,
        CELLS "[{" NAMES "\"workers\":1.5,\"ranks\":1,\"threads\":1,\"size\":1," REST,
        CELLS "[{\"kernel\":\"pi\"}]}",
        CELLS
        "[{\"cell\":\"a\",\"kernel\":\"pi\",\"model\":\"m\",\"label\":\"m\",\"options\":"
        "{\"1\":\"\",\"2\":\"\",\"3\":\"\",\"4\":\"\",\"5\":\"\",\"6\":\"\",\"7\":\"\",\"8\":\"\","
        "\"9\":\"\"},\"workers\":1,\"ranks\":1,\"threads\":1,\"size\":1," REST,
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refuses_a_manifest(texts[i]);
    char *deep = repeated(CELLS, '[', 50000, "");
    refuses_a_manifest(deep);
    free(deep);
}

/* Whatever it does not need, a reader passes over. */
static void instrument_over_what_it_does_not_know(void **state)
{
    struct side loaded;
    (void)state;
    make_run();
    write_file("run/manifest.json", "w",
               "{\"new\":[{}],\"schema\":1,\"cells\":[{" NAMES "\"more\":null,\"workers\":1,"
               "\"ranks\":1,\"threads\":1,\"size\":1,\"nodes\":1,\"oversubscribed\":false,"
               "\"experiments\":[\"none\",7,\"gil\"]}]}");
    assert_int_equal(load(&loaded), STATUS_OK);
    assert_int_equal(loaded.plan.cells[0].experiments, 1u << EXPERIMENT_GIL);
    assert_int_equal(loaded.plan.cells[0].base_size, 1); /* as before there was one */
    assert_int_equal(loaded.record.count, 0);
    assert_int_equal(loaded.read.bad.count, 4); /* the samples are of another run */
    assert_int_equal(loaded.read.bad.first, 1);
    assert_string_equal(loaded.read.bad.why, "it names no cell of the manifest");
    side_free(&loaded);
}

static void needs_samples(void **state)
{
    struct side loaded;
    (void)state;
    make_run();
    assert_int_equal(unlink("run/samples.jsonl"), 0);
    assert_int_equal(load(&loaded), STATUS_FAILED);
    side_free(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(takes_a_line_that_is_right),
        IN_A_FOLDER(takes_executions_that_can_be),
        IN_A_FOLDER(leaves_out_lines_that_are_not),
        IN_A_FOLDER(survives_monsters),
        IN_A_FOLDER(goes_on_after_a_bad_line),
        IN_A_FOLDER(refuses_manifests),
        IN_A_FOLDER(instrument_over_what_it_does_not_know),
        IN_A_FOLDER(needs_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
