/*
 * Unit tests of models/parts/facts.h: what libraries say of themselves fits on a line.
 */
#include "facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void keeps_one_line(void **state)
{
    struct facts facts = {0};
    (void)state;
    facts_add(&facts, "a", "Open MPI v4.1.4, package: Debian");
    facts_add(&facts, "b", "MPICH Version:      \t4.0.2 \nMPICH Release date: x\n");
    facts_add(&facts, "c", " \t both\tends \r\n");
    facts_add(&facts, "d", "");
    assert_int_equal(facts.count, 4);
    assert_string_equal(facts.all[0].name, "a");
    assert_string_equal(facts.all[0].value, "Open MPI v4.1.4, package: Debian");
    assert_string_equal(facts.all[1].value, "MPICH Version: 4.0.2");
    assert_string_equal(facts.all[2].value, "both ends");
    assert_string_equal(facts.all[3].value, "");
}

static void cuts_what_does_not_fit(void **state)
{
    struct facts facts = {0};
    char text[2 * FACT_LENGTH];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (unsigned i = 0; i < FACTS_MAX + 3; i++)
        facts_add(&facts, "name", text);
    assert_int_equal(facts.count, FACTS_MAX);
    for (unsigned i = 0; i < FACTS_MAX; i++)
        assert_int_equal(strlen(facts.all[i].value), FACT_LENGTH - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_one_line),
        cmocka_unit_test(cuts_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
