/*
 * Unit tests of drivers/wire/description.h: a model that was written is read back as it was, and
 * what is no description is not taken for one.
 */
#include "description.h"

#include "protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const struct model_option options[] = {
    {.name = "dispatch",
     .kind = OPTION_CHOICE,
     .values = {{"map", "Pool.map", TRAIT_CHUNKS, TRAIT_LOCKED, 0, (uint64_t)1 << 40, "pi,primes"},
                {.word = "all", .traits = TRAIT_ALL_INPUTS | TRAIT_EQUAL_SHARES},
                {.word = "auto", .traits = TRAIT_ALL_PARTIALS, .copies = 2}},
     .initial = "map",
     .help = "how",
     .python = "Pool"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = ""},
    {.name = "every", .kind = OPTION_DURATION, .initial = "5ms", .help = ""},
    {.name = "release", .kind = OPTION_FRACTION, .initial = "0", .help = ""},
    {0},
};
static const struct refusal refusals[] = {{"dispatch=auto", "chunk", "it chooses"}, {0}};
static const struct count_info counts[] = {
    {"a::bytes", "bytes", "that were moved"}, {"a::waited_s", "s", "for others"}, {0}};
static const struct model written = {.name = "a",
                                     .title = "title",
                                     .python = "python",
                                     .mirrors = "b",
                                     .launch = LAUNCH_HYBRID,
                                     .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY | TRAIT_PEER,
                                     .helpers = 2,
                                     .copies = 3,
                                     .max_map_size = (uint64_t)1 << 40,
                                     .options = options,
                                     .refusals = refusals,
                                     .counts = counts};

static void assert_texts(const char *text, const char *expected)
{
    assert_int_equal(text != NULL, expected != NULL);
    if (text)
        assert_string_equal(text, expected);
}

static void assert_same_option(const struct model_option *option,
                               const struct model_option *expected)
{
    assert_texts(option->name, expected->name);
    assert_int_equal(option->kind, expected->kind);
    assert_texts(option->initial, expected->initial);
    assert_texts(option->help, expected->help);
    assert_texts(option->python, expected->python);
    for (unsigned i = 0; i <= MODEL_VALUES_MAX; i++) {
        assert_texts(option->values[i].word, expected->values[i].word);
        assert_texts(option->values[i].python, expected->values[i].python);
        assert_int_equal(option->values[i].traits, expected->values[i].traits);
        assert_int_equal(option->values[i].lacks, expected->values[i].lacks);
        assert_int_equal(option->values[i].copies, expected->values[i].copies);
        assert_true(option->values[i].max_bytes == expected->values[i].max_bytes);
        assert_texts(option->values[i].kernels, expected->values[i].kernels);
    }
}

static void a_model_is_read_back_as_it_was(void **state)
{
    struct model model;
    json_t *object = description_write(&written);
    (void)state;
    assert_int_equal(json_integer_value(json_object_get(object, "protocol")), PROTOCOL_VERSION);
    assert_true(description_takes(object, PROTOCOL_UNCOUNTED));
    assert_false(description_takes(object, PROTOCOL_COLD));
    struct model_lists *lists = description_read(object, &model);
    assert_non_null(lists);
    assert_string_equal(model.name, written.name);
    assert_string_equal(model.title, written.title);
    assert_string_equal(model.python, written.python);
    assert_string_equal(model.mirrors, written.mirrors);
    assert_int_equal(model.launch, written.launch);
    assert_int_equal(model.traits, written.traits);
    assert_int_equal(model.helpers, written.helpers);
    assert_int_equal(model.copies, written.copies);
    assert_true(model.max_map_size == written.max_map_size);
    for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
        assert_same_option(&model.options[i], &options[i]);
    for (unsigned i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        assert_texts(model.refusals[i].setting, refusals[i].setting);
        assert_texts(model.refusals[i].other, refusals[i].other);
        assert_texts(model.refusals[i].reason, refusals[i].reason);
    }
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
        assert_texts(model.counts[i].name, counts[i].name);
        assert_texts(model.counts[i].unit, counts[i].unit);
        assert_texts(model.counts[i].help, counts[i].help);
    }
    free(lists);
    json_decref(object);
}

static bool is_read(const json_t *object)
{
    struct model model;
    struct model_lists *lists = description_read(object, &model);
    free(lists);
    return lists;
}

/* Only a peer mirrors another model, and each peer does. */
static void a_model_that_is_no_peer_mirrors_none(void **state)
{
    struct model model, own = written;
    (void)state;
    own.mirrors = NULL;
    json_t *object = description_write(&own);
    assert_false(is_read(object));
    json_decref(object);
    own.traits = TRAIT_LOCKED;
    object = description_write(&own);
    struct model_lists *lists = description_read(object, &model);
    assert_non_null(lists);
    assert_null(model.mirrors);
    free(lists);
    json_decref(object);
}

/* What is left out, or is another thing, makes it none; so does more than there is room for. */
static void what_is_none_is_not_read(void **state)
{
    static const char *const needed[] = {"name",    "title",    "python",       "launch",
                                         "helpers", "copies",   "max_map_size", "traits",
                                         "options", "refusals", "counts"};
    (void)state;
    assert_false(is_read(NULL));
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        json_t *object = description_write(&written);
        assert_int_equal(json_object_del(object, needed[i]), 0);
        if (is_read(object))
            fail_msg("taken without %s", needed[i]);
        json_decref(object);
    }
    for (size_t i = 8; i < sizeof needed / sizeof *needed; i++) {
        json_t *object = description_write(&written);
        json_t *list = json_object_get(object, needed[i]);
        while (json_array_size(list) < 9)
            assert_int_equal(json_array_append(list, json_array_get(list, 0)), 0);
        if (is_read(object))
            fail_msg("taken with nine %s", needed[i]);
        assert_int_equal(json_array_remove(list, 8), 0);
        assert_true(is_read(object));
        assert_int_equal(json_array_set_new(list, 0, json_integer(1)), 0);
        if (is_read(object))
            fail_msg("taken with a number among %s", needed[i]);
        json_decref(object);
    }
}

static void launches_and_kinds_are_known_ones(void **state)
{
    json_t *object = description_write(&written);
    (void)state;
    assert_int_equal(json_object_set_new(object, "launch", json_string("rockets")), 0);
    assert_false(is_read(object));
    assert_int_equal(json_object_set_new(object, "launch", json_string("ranks")), 0);
    assert_true(is_read(object));
    json_t *option = json_array_get(json_object_get(object, "options"), 0);
    assert_int_equal(json_object_set_new(option, "kind", json_string("feeling")), 0);
    assert_false(is_read(object));
    json_decref(object);
}

static void tell(library_add *add, void *context)
{
    char text[600];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    add(context, "a", "Open MPI v4.1.4, package: Debian");
    add(context, "b", "MPICH Version:      \t4.0.2 \nMPICH Release date: x\n");
    add(context, "c", " \t both\tends \r\n");
    add(context, "d", "");
    add(context, "e", text);
    add(context, "f", "\xff");
}

static void what_libraries_say_of_themselves_fits_on_a_line(void **state)
{
    static const struct model silent = {.name = "b"}, telling = {.name = "c", .tell = tell};
    (void)state;
    assert_null(description_libraries(&silent));
    json_t *object = description_libraries(&telling);
    const char *a, *b, *c, *d, *e;
    assert_int_equal(json_unpack(object, "{s:s, s:s, s:s, s:s, s:s, s:n !}", "a", &a, "b", &b, "c",
                                 &c, "d", &d, "e", &e, "f"),
                     0);
    assert_string_equal(a, "Open MPI v4.1.4, package: Debian");
    assert_string_equal(b, "MPICH Version: 4.0.2");
    assert_string_equal(c, "both ends");
    assert_string_equal(d, "");
    assert_in_range(strlen(e), 200, 300);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_read_back_as_it_was),
        cmocka_unit_test(a_model_that_is_no_peer_mirrors_none),
        cmocka_unit_test(what_is_none_is_not_read),
        cmocka_unit_test(launches_and_kinds_are_known_ones),
        cmocka_unit_test(what_libraries_say_of_themselves_fits_on_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
