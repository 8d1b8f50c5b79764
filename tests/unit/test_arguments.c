/*
 * Unit tests of drivers/support/arguments.h and of the rows of drivers/record/run_config.h.
 */
#include "run_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct options {
    bool loud;
    const char *name;
    unsigned count;
    uint64_t number, size;
    double share, seconds;
    unsigned checked;
};

static enum status check(void *context)
{
    struct options *options = context;
    options->checked++;
    return options->count == 13 ? STATUS_USAGE : STATUS_OK;
}

#define PUT(kind_, member) .kind = (kind_), .place = offsetof(struct options, member)

static const struct argument rows[] = {
    {"loud", NULL, "help", PUT(ARGUMENT_SWITCH, loud), .key = "loud"},
    {"name", "NAME", "help", PUT(ARGUMENT_TEXT, name), .key = "name", .may_lack = true},
    {"count", "N", "help", PUT(ARGUMENT_COUNT, count), .least = 2, .most = 20, .check = check,
     .key = "count"},
    {"number", "N", "help", PUT(ARGUMENT_NUMBER, number), .key = "number"},
    {"size", "N", "help", PUT(ARGUMENT_SIZE, size), .key = "size"},
    {"share", "P%", "help", PUT(ARGUMENT_PERCENT, share), .key = "share"},
    {"seconds", "TIME", "help", PUT(ARGUMENT_DURATION, seconds), .key = "seconds"},
    {.key = "hidden", PUT(ARGUMENT_COUNT, checked), .most = 9, .may_lack = true},
    {0},
};
static const struct command_line line = {"try", "Tries.", rows, 2,
                                         .words_enough = "two words are taken"};

enum { ARGV_MAX = 24 };

static enum status parse(struct options *options, struct words *words, const char *text)
{
    static char copy[256];
    char *argv[ARGV_MAX] = {(char *)"try"};
    static char *kept[ARGV_MAX];
    int argc = 1;
    (void)snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    *options = (struct options){0};
    memcpy(kept, argv, sizeof kept);
    return arguments_parse(&line, argc, kept, options, words);
}

static void puts_each_value_where_its_row_says(void **state)
{
    (void)state;
    struct options options;
    struct words words;
    assert_int_equal(parse(&options, &words,
                           "one --loud --name x --count 3 --number 9223372036854775807 --size=2k "
                           "--share 2% --seconds 2m two --loud"),
                     STATUS_OK);
    assert_true(options.loud);
    assert_string_equal(options.name, "x");
    assert_int_equal(options.count, 3);
    assert_true(options.number == INT64_MAX && options.size == 2000);
    assert_true(options.share == 0.02 && options.seconds == 120);
    assert_int_equal(options.checked, 1);
    assert_int_equal(words.count, 2);
    assert_string_equal(words.all[0], "one");
    assert_string_equal(words.all[1], "two");
}

static void understands_numbers_without_their_units(void **state)
{
    struct options options;
    struct words words;
    (void)state;
    assert_int_equal(parse(&options, &words, "--share 2 --seconds 10"), STATUS_OK);
    assert_true(options.share == 0.02 && options.seconds == 10);
}

static void words_follow_two_dashes(void **state)
{
    (void)state;
    struct options options;
    struct words words;
    assert_int_equal(parse(&options, &words, "a --loud -- --count"), STATUS_OK);
    assert_int_equal(words.count, 2);
    assert_string_equal(words.all[1], "--count");
}

static void refuses(void **state)
{
    (void)state;
    static const char *const wrong[] = {"--count 1",
                                        "--count 21",
                                        "--count x",
                                        "--count 13",
                                        "--share 0.02",
                                        "--share x",
                                        "--number 0",
                                        "--seconds 5x",
                                        "--size 1e6,2e6",
                                        "--count 3,4",
                                        "--count 3 --loud --count 3",
                                        "--name a --name b",
                                        "--size 0",
                                        "--hidden 1",
                                        "--loud=1",
                                        "--cou 3",
                                        "a b c",
                                        "-- a b c",
                                        "--name",
                                        "-x",
                                        "--number 9223372036854775808"};
    struct options options;
    struct words words;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(parse(&options, &words, wrong[i]), STATUS_USAGE);
}

static void needs_its_words_but_for_help(void **state)
{
    (void)state;
    static const struct command_line needy = {
        "try", "Tries.", NULL, 2, "two words are taken", 2, .words_needed = "two words are needed"};
    struct words words;
    char *one[] = {(char *)"try", (char *)"a", NULL},
         *two[] = {(char *)"try", one[1], one[1], NULL};
    char *help[] = {(char *)"try", (char *)"--help", NULL};
    assert_int_equal(arguments_parse(&needy, 2, one, NULL, &words), STATUS_USAGE);
    assert_int_equal(arguments_parse(&needy, 3, two, NULL, &words), STATUS_OK);
    assert_false(words.helped);
    assert_int_equal(arguments_parse(&needy, 2, help, NULL, &words), STATUS_OK);
    assert_true(words.helped);
}

static json_t *keep(const struct options *options)
{
    json_t *object = json_object();
    for (const struct argument *row = rows; row->key; row++)
        assert_int_equal(json_object_set_new(object, row->key, argument_json(row, options)), 0);
    return object;
}

static void json_keeps_every_value(void **state)
{
    (void)state;
    struct options options, again = {0};
    struct words words;
    assert_int_equal(parse(&options, &words,
                           "--loud --name x --count 3 --number 7 --size 2k --share 2% "
                           "--seconds 2m"),
                     STATUS_OK);
    json_t *object = keep(&options);
    for (const struct argument *row = rows; row->key; row++) {
        assert_true(argument_read(row, object, &again));
        assert_true(argument_is_given(row, &again));
    }
    assert_true(again.loud && again.count == 3 && again.number == 7 && again.size == 2000);
    assert_true(again.share == 0.02 && again.seconds == 120);
    assert_string_equal(again.name, "x");
    for (const struct argument *row = rows; row->key; row++) {
        (void)json_object_set_new(object, row->key, json_array());
        assert_false(argument_read(row, object, &again));
        (void)json_object_del(object, row->key);
        assert_int_equal(argument_read(row, object, &again), row->may_lack);
    }
    json_decref(object);
}

static void json_beyond_the_limits_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        double number;
    } wrong[] = {{"share", 0}, {"share", 1.01}, {"seconds", 0}, {"seconds", 3.7e12}};
    static const int counts[] = {1, 21, -1};
    struct options again = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *object = json_pack("{s:f}", wrong[i].key, wrong[i].number);
        for (const struct argument *row = rows; row->key; row++)
            assert_false(strcmp(row->key, wrong[i].key) == 0 && argument_read(row, object, &again));
        json_decref(object);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_t *object = json_pack("{s:i}", "count", counts[i]);
        assert_false(argument_read(&rows[2], object, &again));
        json_decref(object);
    }
}

/* ---- of a run ---- */

static const struct run_config begun = {.profile = "quick",
                                        .command = "parbench run",
                                        .samples = 3,
                                        .rounds_min = 6,
                                        .rounds = 20,
                                        .precision = 0.02,
                                        .timeout_s = 60,
                                        .budget_s = 225,
                                        .budget_most_s = 900,
                                        .seed = 7};

static void a_run_is_kept_and_read_back(void **state)
{
    (void)state;
    struct run_config again;
    json_t *manifest = run_config_json(&begun, false);
    assert_true(run_config_read(manifest, &again));
    assert_string_equal(again.profile, "quick");
    assert_int_equal(again.rounds, 20);
    assert_int_equal(again.rounds_min, 6);
    assert_int_equal(again.samples, 3);
    assert_true(again.seed == 7 && again.budget_most_s == 900 && again.timeout_s == 60);
    /* What earlier versions did not write. */
    (void)json_object_del(manifest, "budget_most_s");
    assert_true(run_config_read(manifest, &again));
    assert_true(again.budget_most_s == 225);
    (void)json_object_del(manifest, "seed");
    assert_false(run_config_read(manifest, &again));
    json_decref(manifest);
}

static void a_run_that_goes_on_changes_what_it_may(void **state)
{
    (void)state;
    struct run_config config = begun;
    const struct run_config now = {
        .rounds = 30, .budget_s = 5, .json = true, .resume = "there", .other = "parbench"};
    assert_false(run_config_is_new(&now));
    run_config_change(&config, &now);
    assert_int_equal(config.rounds, 30);
    assert_true(config.budget_s == 5 && config.budget_most_s == 5 && config.json);
    assert_true(config.precision == 0.02 && config.seed == 7);
    json_t *resumed = run_config_json(&config, true);
    assert_int_equal(json_object_size(resumed), 5);
    assert_int_equal(json_integer_value(json_object_get(resumed, "rounds_at_most")), 30);
    json_decref(resumed);
}

static void what_only_a_new_run_takes(void **state)
{
    (void)state;
    const struct run_config asked[] = {
        {.request.kernels = "pi"}, {.request.experiments = 1},
        {.profile = "quick"},      {.request.oversubscribe = true},
        {.out = "here"},           {.seed = 1},
        {.request.nodes = "1"},
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        assert_true(run_config_is_new(&asked[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_each_value_where_its_row_says),
        cmocka_unit_test(understands_numbers_without_their_units),
        cmocka_unit_test(words_follow_two_dashes),
        cmocka_unit_test(refuses),
        cmocka_unit_test(needs_its_words_but_for_help),
        cmocka_unit_test(json_keeps_every_value),
        cmocka_unit_test(json_beyond_the_limits_is_refused),
        cmocka_unit_test(a_run_is_kept_and_read_back),
        cmocka_unit_test(a_run_that_goes_on_changes_what_it_may),
        cmocka_unit_test(what_only_a_new_run_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
