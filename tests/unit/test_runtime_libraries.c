/*
 * Unit tests of models/parts/runtime_libraries.h: what libraries say of themselves fits on a line.
 */
#include "runtime_libraries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void keeps_one_line(void **state)
{
    struct runtime_libraries libraries = {0};
    (void)state;
    runtime_libraries_add(&libraries, "a", "Open MPI v4.1.4, package: Debian");
    runtime_libraries_add(&libraries, "b", "MPICH Version:      \t4.0.2 \nMPICH Release date: x\n");
    runtime_libraries_add(&libraries, "c", " \t both\tends \r\n");
    runtime_libraries_add(&libraries, "d", "");
    assert_int_equal(libraries.count, 4);
    assert_string_equal(libraries.all[0].name, "a");
    assert_string_equal(libraries.all[0].value, "Open MPI v4.1.4, package: Debian");
    assert_string_equal(libraries.all[1].value, "MPICH Version: 4.0.2");
    assert_string_equal(libraries.all[2].value, "both ends");
    assert_string_equal(libraries.all[3].value, "");
}

static void cuts_what_does_not_fit(void **state)
{
    struct runtime_libraries libraries = {0};
    char text[2 * RUNTIME_LIBRARY_LENGTH];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (unsigned i = 0; i < RUNTIME_LIBRARIES_MAX + 3; i++)
        runtime_libraries_add(&libraries, "name", text);
    assert_int_equal(libraries.count, RUNTIME_LIBRARIES_MAX);
    for (unsigned i = 0; i < RUNTIME_LIBRARIES_MAX; i++)
        assert_int_equal(strlen(libraries.all[i].value), RUNTIME_LIBRARY_LENGTH - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_one_line),
        cmocka_unit_test(cuts_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
