/*
 * Unit tests of commands/contracts.h and model_missing(): whatever extends the suite and lacks a
 * field is refused by the field's name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts.h"
#include "model.h"

#include <string.h>

/* ---- front door ---- */

static void all_that_there_is_is_complete(void **state)
{
    (void)state;
    assert_int_equal(contracts_check(), STATUS_OK);
}

/* Without the field it lacks what the words say; with it, nothing. */
#define LACKS(kind, missing, whole, field, words)                                                  \
    do {                                                                                           \
        struct kind changed = whole;                                                               \
        assert_null(missing(&changed));                                                            \
        memset(&changed.field, 0, sizeof changed.field);                                           \
        assert_non_null(missing(&changed));                                                        \
        assert_string_equal(missing(&changed), words);                                             \
    } while (0)

static const char *long_tasks(const struct kernel *kernel)
{
    (void)kernel;
    return "1000000000+2000000000+3000000000+4000000000+5000000000+6000000000";
}

static void incomplete_experiments_are_told(void **state)
{
    static const struct experiment_figure of_all[] = {{.heading = "all", .is_of_all = true}, {0}};
    const struct experiment over_option = {
        .name = "e",
        .question = "?",
        .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "1,2"},
        .figures = of_all,
        .heading = "E",
        .about = "It asks."};
    const struct experiment own = {
        .name = "o", .question = "?", .has_own_tables = true, .heading = "O", .about = "It asks."};
    struct experiment odd = own;
    (void)state;
#define EXPERIMENT_LACKS(whole, field, words)                                                      \
    LACKS(experiment, contracts_of_experiment, whole, field, words)
    EXPERIMENT_LACKS(over_option, name, "name");
    EXPERIMENT_LACKS(over_option, question, "question");
    EXPERIMENT_LACKS(over_option, axis.option, "axis.option");
    EXPERIMENT_LACKS(over_option, axis.values, "axis.values");
    EXPERIMENT_LACKS(over_option, heading, "heading and about");
    EXPERIMENT_LACKS(own, about, "heading and about");
    odd = (struct experiment){.name = "n", .question = "?", .widths = "1,2"};
    assert_string_equal(contracts_of_experiment(&odd),
                        "axis.kind other than AXIS_WORKERS, as widths have it");
    odd = (struct experiment){.name = "n", .question = "?", .tasks = long_tasks};
    assert_string_equal(contracts_of_experiment(&odd),
                        "tasks that are short enough for a cell's name");
    odd.axis.kind = (enum axis_kind)7;
    assert_string_equal(contracts_of_experiment(&odd), "axis.kind");
    odd = (struct experiment){.name = "n", .question = "?"};
    assert_null(contracts_of_experiment(&odd));
}

static unsigned suits(const struct cell *cell, const struct model_entry *entry,
                      const struct allocation *allocation)
{
    (void)cell, (void)entry, (void)allocation;
    return 1;
}

static void incomplete_launchers_are_told(void **state)
{
    const struct launcher whole = {
        .name = "l", .suits = suits, .program = "prun", .advice = "get it", .end_signal = 15};
    (void)state;
    LACKS(launcher, contracts_of_launcher, whole, name, "name");
    LACKS(launcher, contracts_of_launcher, whole, suits, "suits");
    LACKS(launcher, contracts_of_launcher, whole, advice, "advice");
    LACKS(launcher, contracts_of_launcher, whole, end_signal, "end_signal");
}

static void write_nothing(const struct analysed_run *run, FILE *stream)
{
    (void)run, (void)stream;
}

static void incomplete_formats_are_told(void **state)
{
    const struct export_format whole = {.name = "f", .help = "a tool", .write = write_nothing};
    (void)state;
    LACKS(export_format, contracts_of_format, whole, name, "name");
    LACKS(export_format, contracts_of_format, whole, help, "help");
    LACKS(export_format, contracts_of_format, whole, write, "write");
}

static void write_section(FILE *page, const struct analysed_run *run)
{
    (void)page, (void)run;
}

static void write_one(FILE *page, const struct analysed_run *run, size_t index)
{
    (void)page, (void)run, (void)index;
}

static const char *heading_of(const struct analysed_run *run, size_t index)
{
    (void)run, (void)index;
    return NULL;
}

static void incomplete_sections_are_told(void **state)
{
    const struct report_section whole = {.place = 999, .heading = "h", .write = write_section};
    const struct report_section many = {
        .place = 999, .heading_of = heading_of, .write_one = write_one};
    struct report_section second = *section_table[0];
    (void)state;
    LACKS(report_section, contracts_of_section, whole, place, "a place of its own");
    LACKS(report_section, contracts_of_section, whole, heading, "heading or heading_of");
    LACKS(report_section, contracts_of_section, whole, write, "write, which goes with heading");
    LACKS(report_section, contracts_of_section, many, write_one,
          "write_one, which goes with heading_of");
    assert_string_equal(contracts_of_section(&second), "a place of its own");
}

static enum status run_nothing(void *options, const struct words *words)
{
    (void)options, (void)words;
    return STATUS_OK;
}

static void incomplete_commands_are_told(void **state)
{
    static const struct argument rows[] = {
        {"samples", "S", "how many", .kind = ARGUMENT_COUNT, .place = 8}, {0}};
    static const struct argument helpless[] = {{"samples", "S", NULL, .kind = ARGUMENT_COUNT}, {0}};
    static const struct argument kindless[] = {{"samples", "S", "how many", .place = 0}, {0}};
    const struct subcommand whole = {.name = "c",
                                     .help = "does it",
                                     .line = {.synopsis = "c",
                                              .summary = "Does it.",
                                              .example = "c it",
                                              .arguments = rows,
                                              .words_least = 1,
                                              .words_needed = "c needs a word"},
                                     .options_size = 16,
                                     .run = run_nothing};
    struct subcommand odd = whole;
    (void)state;
#define COMMAND_LACKS(field, words) LACKS(subcommand, contracts_of_command, whole, field, words)
    COMMAND_LACKS(name, "name");
    COMMAND_LACKS(help, "help");
    COMMAND_LACKS(line.synopsis, "line.synopsis");
    COMMAND_LACKS(line.summary, "line.summary");
    COMMAND_LACKS(line.example, "line.example");
    COMMAND_LACKS(line.words_needed, "line.words_needed");
    COMMAND_LACKS(run, "run");
    COMMAND_LACKS(options_size, "options_size");
    odd.line.arguments = helpless;
    assert_string_equal(contracts_of_command(&odd), "the help of an option");
    odd.line.arguments = kindless;
    assert_string_equal(contracts_of_command(&odd),
                        "the kind of an option, and what its value is called");
}

static void two_of_one_name_are_told(void **state)
{
    static const struct row {
        const char *name;
    } a = {"a"}, b = {"b"}, other_a = {"a"}, no_word = {"a b"}, empty = {""};
    static const struct row *const apart[] = {&a, &b, NULL},
                                   *const alike[] = {&a, &b, &other_a, NULL},
                                   *const odd[] = {&a, &no_word, NULL},
                                   *const none[] = {&empty, NULL};
    (void)state;
    assert_null(contracts_bad_name(apart, TEXT_IN_NAMES));
    assert_string_equal(contracts_bad_name(alike, TEXT_IN_NAMES), "a");
    assert_string_equal(contracts_bad_name(odd, TEXT_IN_NAMES), "a b");
    assert_string_equal(contracts_bad_name(none, TEXT_IN_NAMES), "");
}

/* ---- models ---- */

static enum status start(const struct job *job, struct team *team)
{
    (void)job, (void)team;
    return STATUS_OK;
}

static enum status execute(struct team *team, struct outcome *outcome)
{
    (void)team, (void)outcome;
    return STATUS_OK;
}

static void count(struct team *team, struct outcome *outcome)
{
    (void)team, (void)outcome;
}

static void tell(library_add *add, void *context)
{
    (void)add, (void)context;
}

static void stop(struct team *team)
{
    (void)team;
}

static uint64_t begin(struct team *team)
{
    (void)team;
    return 0;
}

static void end(struct team *team, uint64_t duration_ns, unsigned executions,
                struct outcome *outcome)
{
    (void)team, (void)duration_ns, (void)executions, (void)outcome;
}

static void collect(struct team *team, const void *mine, size_t bytes, void *all)
{
    (void)team, (void)mine, (void)bytes, (void)all;
}

static bool owns(struct team *team)
{
    (void)team;
    return true;
}

static const struct group group = {begin, stop, end, collect, owns};
static const struct model_option options[] = {
    {.name = "chunk", .kind = OPTION_COUNT, .initial = "3", .help = "items"},
    {.name = "how", .values = {{.word = "so"}, {.word = "thus"}}, .initial = "so", .help = "way"},
    {0},
};
static const struct refusal refusals[] = {{"how=thus", "chunk", "it has none"}, {0}};
static const struct count_info counts[] = {{"m::n", "", "how often"}, {0}};
static const struct model whole_model = {.name = "m",
                                         .title = "a model",
                                         .python = "nothing",
                                         .launch = LAUNCH_RANKS,
                                         .traits = TRAIT_CHUNKS,
                                         .copies = 1,
                                         .options = options,
                                         .refusals = refusals,
                                         .counts = counts,
                                         .group = &group,
                                         .team_bytes = 1,
                                         .start = start,
                                         .execute = execute,
                                         .count = count,
                                         .tell = tell,
                                         .stop = stop};

static void incomplete_models_are_told(void **state)
{
    struct model odd = whole_model;
    (void)state;
#define MODEL_LACKS(field, words) LACKS(model, model_missing, whole_model, field, words)
    MODEL_LACKS(name, "name");
    MODEL_LACKS(title, "title");
    MODEL_LACKS(python, "python");
    MODEL_LACKS(copies, "copies");
    MODEL_LACKS(options, "the option \"chunk\" that its traits promise");
    MODEL_LACKS(group, "group, with all its functions");
    MODEL_LACKS(team_bytes, "team_bytes");
    MODEL_LACKS(start, "start");
    MODEL_LACKS(execute, "execute");
    MODEL_LACKS(count, "count");
    MODEL_LACKS(tell, "tell, of its MPI");
    MODEL_LACKS(stop, "stop");
    odd.launch = (enum launch)9;
    assert_string_equal(model_missing(&odd), "launch");
    odd = whole_model;
    odd.traits |= TRAIT_BASE;
    assert_string_equal(model_missing(&odd), "launch = LAUNCH_ALONE, as a base has it");
    odd = whole_model;
    odd.traits |= TRAIT_RANKS;
    assert_string_equal(model_missing(&odd), "launch = LAUNCH_HYBRID, as ranks of threads have it");
    odd.launch = LAUNCH_HYBRID;
    assert_string_equal(model_missing(&odd), "the option \"ranks\" that its traits promise");
    odd = whole_model;
    odd.group = &(const struct group){begin, stop, end, NULL, owns};
    assert_string_equal(model_missing(&odd), "group, with all its functions");
}

/* Who lets updates be lost says how many. */
static void a_model_that_loses_counts_it(void **state)
{
    static const struct model_option loses[] = {
        {.name = "guard",
         .values = {{.word = "none", .traits = TRAIT_MAY_LOSE}},
         .initial = "none",
         .help = "no lock"},
        {0}};
    static const struct count_info updates[] = {{"m::updates", "", "all"}, {0}};
    static const struct count_info both[] = {
        {"m::updates", "", "all"}, {"m::lost", "", "of them"}, {0}};
    struct model odd = whole_model;
    (void)state;
    odd.traits = 0;
    odd.refusals = NULL;
    odd.options = loses;
    odd.counts = updates;
    assert_string_equal(model_missing(&odd),
                        "the counts of updates and of lost ones that its traits promise");
    odd.counts = both;
    assert_null(model_missing(&odd));
    odd.options = NULL; /* a trait of its own */
    assert_null(model_missing(&odd));
    odd.traits = TRAIT_MAY_LOSE;
    odd.counts = updates;
    assert_string_equal(model_missing(&odd),
                        "the counts of updates and of lost ones that its traits promise");
}

static void incomplete_lists_of_models_are_told(void **state)
{
    static const struct {
        struct model_option row;
        const char *missing;
    } wrong[] = {
        {{.name = "how", .initial = "so", .help = "way"},
         "the values of an option that is a choice"},
        {{.name = "how", .values = {{.word = "so"}}, .help = "way"},
         "the initial value of an option"},
        {{.name = "how", .values = {{.word = "so"}}, .initial = "no", .help = "way"},
         "the initial value of an option"},
        {{.name = "how", .values = {{.word = "so"}}, .initial = "so"}, "the help of an option"},
        {{.name = "how", .kind = (enum option_kind)9}, "the kind of an option"}};
    static const struct refusal unknown[] = {{"what=thus", "chunk", "no"}, {0}};
    static const struct refusal unknown_value[] = {{"how=never", "chunk", "no"}, {0}};
    static const struct refusal silent[] = {{.setting = "how=thus", .other = "chunk"}, {0}};
    static const struct refusal alone[] = {{.setting = "how=thus", .reason = "no"}, {0}};
    static const struct count_info unitless[] = {{.name = "m::n", .help = "how often"}, {0}};
    static const struct count_info helpless[] = {{.name = "m::n", .unit = ""}, {0}};
    struct model odd = whole_model;
    (void)state;
    odd.traits = 0;
    odd.refusals = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct model_option list[] = {wrong[i].row, {0}};
        odd.options = list;
        assert_string_equal(model_missing(&odd), wrong[i].missing);
    }
    odd.options = options;
    odd.refusals = unknown;
    assert_string_equal(model_missing(&odd), "the option that a refusal names first");
    odd.refusals = unknown_value;
    assert_string_equal(model_missing(&odd), "the option that a refusal names first");
    odd.refusals = alone;
    assert_string_equal(model_missing(&odd), "the option that a refusal names next");
    odd.refusals = silent;
    assert_string_equal(model_missing(&odd), "the reason of a refusal");
    odd.refusals = NULL;
    odd.counts = unitless;
    assert_string_equal(model_missing(&odd), "the unit of a count");
    odd.counts = helpless;
    assert_string_equal(model_missing(&odd), "the help of a count");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_there_is_is_complete),
        cmocka_unit_test(incomplete_experiments_are_told),
        cmocka_unit_test(incomplete_launchers_are_told),
        cmocka_unit_test(incomplete_formats_are_told),
        cmocka_unit_test(incomplete_sections_are_told),
        cmocka_unit_test(incomplete_commands_are_told),
        cmocka_unit_test(two_of_one_name_are_told),
        cmocka_unit_test(incomplete_models_are_told),
        cmocka_unit_test(a_model_that_loses_counts_it),
        cmocka_unit_test(incomplete_lists_of_models_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
