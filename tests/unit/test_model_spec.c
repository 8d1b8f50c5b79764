/*
 * Unit tests of drivers/plan/model_spec.h: a model with its options as a user names it, with models
 * that are made up.
 */
#include "model_spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct model_entry entries[] = {
    {.model = {.name = "loop", .launch = LAUNCH_ALONE, .traits = TRAIT_BASE}},
    {.model = {.name = "herd",
               .launch = LAUNCH_PROCESSES,
               .traits = TRAIT_CHUNKS,
               .options =
                   (const struct model_option[]){
                       {.name = "dispatch",
                        .kind = OPTION_CHOICE,
                        .values = {{.word = "map"},
                                   {.word = "auto", .lacks = TRAIT_CHUNKS},
                                   {.word = "lock", .traits = TRAIT_LOCKED, .copies = 2}},
                        .initial = "map"},
                       {.name = "chunk",
                        .kind = OPTION_COUNT,
                        .values = {{.word = "auto"}},
                        .initial = "auto"},
                       {.name = "release", .kind = OPTION_FRACTION, .initial = "1"},
                       {.name = "cut",
                        .kind = OPTION_CHOICE,
                        .values = {{.word = "any"},
                                   {.word = "equal", .traits = TRAIT_EQUAL_SHARES},
                                   {.word = "bytes", .max_bytes = 1000}},
                        .initial = "any"},
                       {0}},
               .refusals =
                   (const struct refusal[]){
                       {"dispatch=auto", "chunk", "it chooses the batch itself"},
                       {"release=0", "dispatch=map", "nobody ever gets a turn"},
                       {0}}}},
    {.program = ""},
};
static struct catalog catalog = {.count = 2, .total = 2, .entries = entries};

static bool takes(const char *text, struct model_spec *choice)
{
    enum status status = model_spec_read(&catalog, text, choice);
    assert_true(status == STATUS_OK || status == STATUS_USAGE);
    return status == STATUS_OK;
}

/* The model's name as it is known once it was read. */
static const char *label(const char *text)
{
    static char label[MODEL_SPEC_LABEL_MAX];
    struct model_spec choice;
    if (!takes(text, &choice))
        fail_msg("%s was refused", text);
    model_spec_label(&choice, label, sizeof label);
    return label;
}

static void a_number_has_one_spelling(void **state)
{
    (void)state;
    assert_string_equal(label("herd:chunk=007"), "herd:chunk=7");
    assert_string_equal(label("herd:release=0.50"), "herd:release=0.5");
    assert_string_equal(label("herd:release=5e-1"), "herd:release=0.5");
    assert_string_equal(label("herd:release=1.0"), "herd");
    assert_string_equal(label(label("herd:release=0.00001")), "herd:release=1e-05");
}

/* Whatever the order, and only where the other has a value of its own, or the one that is named. */
static void what_excludes_each_other_is_refused(void **state)
{
    struct model_spec choice;
    (void)state;
    assert_false(takes("herd:dispatch=auto:chunk=5", &choice));
    assert_false(takes("herd:chunk=5:dispatch=auto", &choice));
    assert_true(takes("herd:dispatch=auto", &choice));
    assert_true(takes("herd:dispatch=auto:chunk=auto", &choice));
    assert_true(takes("herd:dispatch=map:chunk=5", &choice));
    assert_false(takes("herd:release=0", &choice)); /* its dispatch is map, unsaid */
    assert_false(takes("herd:release=0.0", &choice));
    assert_true(takes("herd:release=0:dispatch=auto", &choice));
    assert_true(takes("herd:release=0.1", &choice));
}

static void values_add_traits_and_copies_to_those_of_the_model(void **state)
{
    struct model_spec choice;
    (void)state;
    assert_true(takes("herd", &choice));
    assert_int_equal(model_spec_traits(&choice), TRAIT_CHUNKS);
    const unsigned copies = model_spec_copies(&choice);
    assert_true(takes("herd:dispatch=lock", &choice));
    assert_int_equal(model_spec_traits(&choice), TRAIT_CHUNKS | TRAIT_LOCKED);
    assert_int_equal(model_spec_copies(&choice), copies + 2);
    assert_true(takes("herd:dispatch=auto", &choice));
    assert_int_equal(model_spec_traits(&choice), 0); /* it takes them away as well */
}

/* The least of what the model and its values allow, whichever is longer, inputs or outputs. */
static void what_can_be_moved_is_limited_by_model_and_values(void **state)
{
    const struct kernel in = {.input_item_size = 10, .output_item_size = 4},
                        out = {.input_item_size = 8, .output_item_size = 16};
    struct model_entry *herd = &entries[1];
    struct model_spec choice;
    (void)state;
    assert_true(takes("herd", &choice));
    assert_true(model_spec_max_map_size(&choice, &in) == UINT64_MAX);
    assert_true(takes("herd:cut=bytes", &choice));
    assert_int_equal(model_spec_max_map_size(&choice, &in), 100);
    assert_int_equal(model_spec_max_map_size(&choice, &out), 62);
    herd->model.max_map_size = 70;
    assert_int_equal(model_spec_max_map_size(&choice, &in), 70);
    assert_int_equal(model_spec_max_map_size(&choice, &out), 62);
    herd->model.max_map_size = 0;
}

static void equal_shares_are_wanted_by_the_option_that_says_so(void **state)
{
    struct model_spec choice;
    (void)state;
    assert_true(takes("herd:cut=bytes", &choice));
    assert_null(model_spec_equal_shares(&choice));
    assert_true(takes("herd:cut=equal", &choice));
    assert_string_equal(model_spec_equal_shares(&choice)->name, "cut");
}

static void bases_are_found_by_their_traits(void **state)
{
    struct model_spec choice;
    (void)state;
    assert_int_equal(model_spec_base(&catalog, &choice), STATUS_OK);
    assert_ptr_equal(choice.entry, &entries[0]);
    assert_int_equal(model_spec_traits(&choice), TRAIT_BASE);
    const struct catalog without = {.count = 1, .total = 1, .entries = &entries[1]};
    assert_int_equal(model_spec_base(&without, &choice), STATUS_FAILED);
}

static void chunks_are_those_of_models_that_take_them(void **state)
{
    struct model_spec choice;
    (void)state;
    assert_true(takes("herd:chunk=12", &choice));
    assert_int_equal(model_spec_chunk(&choice), 12);
    assert_true(takes("herd", &choice));
    assert_int_equal(model_spec_chunk(&choice), 0);
    assert_true(takes("loop", &choice));
    assert_int_equal(model_spec_chunk(&choice), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_one_spelling),
        cmocka_unit_test(what_excludes_each_other_is_refused),
        cmocka_unit_test(values_add_traits_and_copies_to_those_of_the_model),
        cmocka_unit_test(what_can_be_moved_is_limited_by_model_and_values),
        cmocka_unit_test(equal_shares_are_wanted_by_the_option_that_says_so),
        cmocka_unit_test(bases_are_found_by_their_traits),
        cmocka_unit_test(chunks_are_those_of_models_that_take_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
