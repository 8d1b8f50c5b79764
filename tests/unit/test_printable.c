/*
 * Unit tests of measure/printable.h, and of the words that need no care because of what they are
 * made of.
 */
#define _GNU_SOURCE
#include "json.h"
#include "printable.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static void assert_shown(const char *text, const char *expected)
{
    char shown[64];
    printable_copy(text, shown, sizeof shown);
    assert_string_equal(shown, expected);
}

static void shows_what_can_be_seen(void **state)
{
    (void)state;
    assert_shown("", "");
    assert_shown("a ~ z", "a ~ z");
    assert_shown("3.14 µs, 2 × 4, …, 語, \xf0\x9f\x99\x82",
                 "3.14 µs, 2 × 4, …, 語, \xf0\x9f\x99\x82");
}

static void hides_what_controls(void **state)
{
    (void)state;
    assert_shown("a\x1b[31mb\r\n\tc\x7f", "a?[31mb???c?");
    assert_shown("\xc2\x9b[2J", "?[2J");               /* the same as ESC [ in one character */
    assert_shown("a\xe2\x80\xaetxt.exe", "a?txt.exe"); /* from right to left */
    assert_shown("\xe2\x81\xa6\xe2\x80\x8b\xef\xbb\xbf", "???");
    assert_shown("\xe2\x80\xa8\xe2\x80\xa9", "??"); /* ends of lines, too */
    assert_shown("\xf3\xa0\x81\x81", "?");
}

static void hides_what_is_no_utf8(void **state)
{
    (void)state;
    assert_shown("\xff\xfe", "??");
    assert_shown("\x80 \xbf", "? ?");
    assert_shown("\xc0\xaf", "??"); /* a slash in more bytes than it needs */
    assert_shown("\xe0\x80\xaf", "???");
    assert_shown("\xed\xa0\x80", "???");      /* half a character of UTF-16 */
    assert_shown("\xf4\x90\x80\x80", "????"); /* beyond Unicode */
    assert_shown("\xf8\x88\x80\x80\x80", "?????");
    assert_shown("a\xc3", "a?"); /* cut */
    assert_shown("a\xe2\x82", "a??");
    assert_shown("a\xf0\x9f\x99", "a???");
    assert_shown("\xe2\x82z", "??z");
}

static void cuts_no_character(void **state)
{
    char shown[8], itself[] = "\x1bµ\x9b";
    (void)state;
    printable_copy("abcdef\xe2\x82\xac", shown, sizeof shown);
    assert_string_equal(shown, "abcdef");
    printable_copy("abcd\xe2\x82\xacz", shown, sizeof shown);
    assert_string_equal(shown, "abcd\xe2\x82\xac");
    printable_copy("abc", shown, 1);
    assert_string_equal(shown, "");
    printable_copy(itself, itself, sizeof itself);
    assert_string_equal(itself, "?µ?");
}

static void makes_json_of_anything(void **state)
{
    static const char *const texts[][2] = {
        {"", ""}, {"a µ\x1b", "a µ\x1b"}, {"\xff", "?"}, {"a\x1b\xc3", "a??"}};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *string = json_text(texts[i][0]);
        assert_true(json_is_string(string));
        assert_string_equal(json_string_value(string), texts[i][1]);
        json_decref(string);
    }
}

static void shows_a_document(void **state)
{
    (void)state;
    json_t *read =
        json_loads("{\"a\\u001b\": [\"\\u202e\", {\"\u00b5\": 7}, null], \"b\": true}", 0, NULL);
    json_t *shown = json_loads("{\"a?\": [\"?\", {\"\u00b5\": 7}, null], \"b\": true}", 0, NULL);
    json_t *printable = json_printable(read);
    assert_true(read && shown && json_equal(printable, shown));
    assert_null(json_printable(NULL));
    json_decref(read);
    json_decref(shown);
    json_decref(printable);
}

static void knows_words(void **state)
{
    static const char *const names[] = {"pi", "7", "_", "a-b", "a.b", "5.5e+3ms", "A_9"};
    static const char *const others[] = {
        "",     "-a",  ".",    "..",    ".a",  "+1",        "a b",  "a/b", "a\\b", "a\"b",
        "a'b",  "a,b", "a;b",  "a$b",   "a`b", "a|b",       "a<b",  "a&b", "=a",   "a\nb",
        "a%sb", "a@b", "\x1b", "a\x7f", "µ",   "a\xc2\x9b", "a{0}", "a^b", "a*",   "~a"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!text_is_word(names[i], TEXT_IN_NAMES, 32))
            fail_msg("no word: %s", names[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_is_word(others[i], TEXT_IN_LABELS, 32))
            fail_msg("a word: %s", others[i]);
    assert_true(text_is_word("abc", "", 4));
    assert_false(text_is_word("abc", "", 3));
    assert_false(text_is_word("a:b", TEXT_IN_NAMES, 32));
    assert_true(text_is_word("pool:chunk=7", TEXT_IN_LABELS, 32));
    assert_false(text_is_word("pi/pool:chunk=7", TEXT_IN_LABELS, 32));
    assert_true(text_is_word("pi/pool:chunk=7/n:1", TEXT_IN_IDS, 32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_can_be_seen),
        cmocka_unit_test(hides_what_controls),
        cmocka_unit_test(hides_what_is_no_utf8),
        cmocka_unit_test(cuts_no_character),
        cmocka_unit_test(shows_a_document),
        cmocka_unit_test(makes_json_of_anything),
        cmocka_unit_test(knows_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
