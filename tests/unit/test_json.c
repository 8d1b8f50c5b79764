/*
 * Unit tests of drivers/support/json.h: numbers are written as short as they read back the same.
 */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void assert_text(json_t *value, const char *expected)
{
    char *text = json_dump_text(value);
    assert_string_equal(text, expected);
    free(text);
    json_decref(value);
}

static void numbers_are_short(void **state)
{
    (void)state;
    assert_text(json_real(0.1), "0.1");
    assert_text(json_real(0.008700942), "0.008700942");
    assert_text(json_real(1.0 / 3), "0.3333333333333333");
    assert_text(json_real(0.1 + 0.2), "0.30000000000000004");
    assert_text(json_real(225), "225.0");
    assert_text(json_real(-1e-9), "-1e-9");
    assert_text(json_real(1e300), "1e300");
    assert_text(json_integer(9007199254740993), "9007199254740993");
    assert_text(json_integer(INT64_MIN), "-9223372036854775808");
}

static void texts_stay_as_they_are(void **state)
{
    (void)state;
    assert_text(json_string("0.10000000000000001"), "\"0.10000000000000001\"");
    assert_text(json_pack("{s:s, s:[b, b, n, f]}", "a\"0.10000000000000001", "\\", "b", 1, 0, 0.1),
                "{\"a\\\"0.10000000000000001\":\"\\\\\",\"b\":[true,false,null,0.1]}");
    json_t *object = json_pack("{s:[f, i]}", "a", 0.7, 3);
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    json_write(stream, object, JSON_INDENT(2));
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, "{\n  \"a\": [\n    0.7,\n    3\n  ]\n}\n");
    free(text);
}

/* Every bit, of numbers of all orders. */
static void numbers_read_back_the_same(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        double number;
        random = random * 6364136223846793005u + 1442695040888963407u;
        memcpy(&number, &random, sizeof number);
        if (!isfinite(number))
            continue;
        json_t *real = json_real(number);
        char *text = json_dump_text(real);
        json_t *back = json_loads(text, JSON_DECODE_ANY, NULL);
        assert_true(json_is_real(back));
        const double read = json_real_value(back);
        assert_memory_equal(&read, &number, sizeof number);
        json_decref(back);
        json_decref(real);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(texts_stay_as_they_are),
        cmocka_unit_test(numbers_read_back_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
