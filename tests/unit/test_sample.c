/*
 * Unit tests of models/sample.h: what is called in which order, what is timed, and what becomes of
 * a model that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "clock.h"
#include "memory.h"
#include "options.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A letter for each call, in order. */
struct team {
    char calls[32];
    unsigned executions, fatal; /* the execution that fails, from 1; 0: none */
    uint64_t nap_before_ns, nap_ns;
    const struct instrumentation *instrumentation; /* of a pass; NULL: the execution is timed */
    uint64_t began_ns[8];                          /* what it was told of each */
};

static void note(struct team *team, char call)
{
    const size_t length = strlen(team->calls);
    assert_true(length + 1 < sizeof team->calls);
    team->calls[length] = call;
}

static void nap(uint64_t ns)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = (long)ns}, NULL);
}

static enum status ready(struct team *team)
{
    note(team, 'r');
    nap(team->nap_before_ns);
    return STATUS_OK;
}

static enum status not_ready(struct team *team)
{
    note(team, 'r');
    return STATUS_FAILED;
}

static enum status execute(struct team *team, struct outcome *outcome)
{
    note(team, 'x');
    nap(team->nap_ns);
    outcome->partial = team;
    if (team->instrumentation)
        team->began_ns[team->executions] = team->instrumentation->execution_ns;
    return ++team->executions == team->fatal ? STATUS_FAILED : STATUS_OK;
}

static void count(struct team *team, struct outcome *outcome)
{
    note(team, 'c');
    outcome_count(outcome, "test::executions", team->executions);
}

static uint64_t begin(struct team *team)
{
    note(team, 'b');
    return clock_now_ns() - 1000000000; /* as if it had begun a second ago */
}

static void meet(struct team *team)
{
    note(team, 'm');
}

static void end(struct team *team, uint64_t duration_ns, unsigned executions,
                struct outcome *outcome)
{
    note(team, 'e');
    assert_true(duration_ns >= 1000000000);
    assert_int_equal(executions, 3);
    outcome->seconds = 7; /* another process took longer */
}

static const struct group group = {.begin = begin, .meet = meet, .end = end};
static const struct model alone = {.ready = ready, .execute = execute, .count = count};
static const struct model grouped = {
    .group = &group, .ready = ready, .execute = execute, .count = count};

static void a_process_times_its_executions_together(void **state)
{
    struct team team = {.nap_before_ns = 30000000, .nap_ns = 1000000};
    struct outcome outcome;
    (void)state;
    const uint64_t start = clock_now_ns();
    assert_int_equal(sample_take(&alone, &team, 3, &outcome), STATUS_OK);
    const double all = clock_seconds_since(start);
    assert_string_equal(team.calls, "rxxxc");
    assert_ptr_equal(outcome.partial, &team);
    assert_true(outcome.start.kind == START_ALONE);
    assert_true(outcome.seconds >= 0.003);
    assert_true(outcome.seconds <= all - 0.030); /* what makes it ready is not timed */
    assert_int_equal(outcome.counted, 1);
    assert_true(outcome.counts[0].value == 3);
}

/* Of the first one by the group's common beginning, which is long past here. */
static void a_pass_is_told_when_each_execution_begins(void **state)
{
    static const struct kernel kernel = {.name = "none"};
    struct instrumentation *instrumentation = instrumentation_new(&kernel, 1);
    struct team team = {.nap_ns = 1000000, .instrumentation = instrumentation};
    struct outcome outcome;
    (void)state;
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    const uint64_t start = clock_now_ns();
    assert_int_equal(sample_watch(&grouped, &team, 3, instrumentation, &outcome), STATUS_OK);
    instrumentation_end(instrumentation);
    assert_string_equal(team.calls, "rbxmxmxec"); /* as when it is timed */
    assert_true(team.began_ns[0] >= start - 1000000000 && team.began_ns[1] >= start + 1000000);
    assert_true(team.began_ns[0] <= clock_now_ns() - 1000000000);
    assert_true(team.began_ns[2] >= team.began_ns[1] + 1000000);
    assert_true(team.began_ns[2] <= clock_now_ns() - 1000000);
    instrumentation_free(instrumentation);
}

/* What a product with 1e-9 gives is 3.7971000000000006e-05, which takes 17 digits to write. */
static void seconds_are_the_nearest_number(void **state)
{
    (void)state;
    assert_true(clock_seconds(37971) == 3.7971e-5);
    assert_true(clock_seconds(68053) == 6.8053e-5);
    assert_true(clock_seconds(-1) == -1e-9);
}

static void processes_begin_meet_and_end_together(void **state)
{
    struct team team = {.calls = ""};
    struct outcome outcome;
    (void)state;
    assert_int_equal(sample_take(&grouped, &team, 3, &outcome), STATUS_OK);
    assert_string_equal(team.calls, "rbxmxmxec");
    assert_true(outcome.seconds == 7);
}

/* It is no sample: nobody counts what it did, or takes its time for that of the next. */
static void the_first_execution_may_be_none(void **state)
{
    struct team team = {.nap_ns = 1000000};
    struct outcome outcome;
    (void)state;
    assert_int_equal(sample_warm_up(&grouped, &team, &outcome), STATUS_OK);
    assert_string_equal(team.calls, "rmx");
    assert_true(outcome.seconds >= 0.001 && outcome.seconds < 1);
    assert_ptr_equal(outcome.partial, &team);
    assert_int_equal(outcome.counted, 0);
    team = (struct team){.fatal = 1};
    assert_int_equal(sample_warm_up(&alone, &team, &outcome), STATUS_FAILED);
    assert_string_equal(team.calls, "rx");
}

static void only_execute_must_be_there(void **state)
{
    static const struct model least = {.execute = execute};
    struct team team = {.calls = ""};
    struct outcome outcome;
    (void)state;
    assert_int_equal(sample_take(&least, &team, 1, &outcome), STATUS_OK);
    assert_string_equal(team.calls, "x");
    assert_int_equal(outcome.counted, 0);
}

/* Others may wait for it in vain: so it meets nobody any more. */
static void nothing_follows_a_failure(void **state)
{
    static const struct model tired = {.ready = not_ready, .execute = execute};
    struct team team = {.fatal = 2};
    struct outcome outcome;
    (void)state;
    assert_int_equal(sample_take(&grouped, &team, 3, &outcome), STATUS_FAILED);
    assert_string_equal(team.calls, "rbxmx");
    team = (struct team){.calls = ""};
    assert_int_equal(sample_take(&tired, &team, 3, &outcome), STATUS_FAILED);
    assert_string_equal(team.calls, "r");
}

static enum status execute_nothing(struct team *team, struct outcome *outcome)
{
    (void)outcome;
    note(team, 'x');
    return STATUS_OK;
}

/* Nobody else could own the result of a process that is alone; of several, one does. */
static void no_result_is_a_failure(void **state)
{
    static const struct model idle = {.name = "idle", .execute = execute_nothing};
    static const struct model other = {
        .name = "other", .group = &group, .execute = execute_nothing};
    struct team team = {.calls = ""};
    struct outcome outcome;
    (void)state;
    assert_int_equal(sample_take(&idle, &team, 3, &outcome), STATUS_FAILED);
    assert_int_equal(sample_take(&other, &team, 3, &outcome), STATUS_OK);
    assert_int_equal(sample_warm_up(&idle, &team, &outcome), STATUS_FAILED);
    assert_int_equal(sample_warm_up(&other, &team, &outcome), STATUS_OK);
}

/* ---- the verdict ---- */

static uint64_t not_seven(uint64_t size, struct range range, const void *output,
                          struct verdict *first)
{
    const unsigned char *bytes = output;
    uint64_t wrong = 0;
    (void)size;
    for (uint64_t i = range.begin; i < range.end; i++, bytes += 2)
        if ((bytes[0] != 7 || bytes[1] != 7) && wrong++ == 0)
            (void)verdict_wrong(first, "that of %d is not 7", (int)i);
    return wrong;
}

static bool anything_is_right(uint64_t size, const void *partial, struct verdict *verdict)
{
    (void)size, (void)partial, (void)verdict;
    return true;
}

static const struct kernel sevens = {.partial_bytes = 1,
                                     .input_item_size = 1,
                                     .output_item_size = 2,
                                     .verify = anything_is_right,
                                     .wrong = not_seven};

static void no_execution_passes_on_outputs_of_the_one_before(void **state)
{
    const struct job job = {.kernel = &sevens, .size = 2};
    unsigned char outputs[] = {7, 7, 7, 7, 7}; /* the last one is none of its */
    const struct outcome outcome = {.partial = outputs, .output = outputs};
    struct verdict verdict = {""};
    (void)state;
    assert_true(sample_verify(&job, &outcome, &verdict));
    assert_false(sample_verify(&job, &outcome, &verdict));
    assert_string_equal(verdict.reason, "2 of 2 outputs are wrong; the first: that of 0 is not 7");
    for (size_t i = 0; i < sizeof outputs; i++)
        assert_true(outputs[i] == 7 ? i == 4 : i < 4);
}

/* Also of more than are looked at in one go. */
static void every_output_is_verified_and_wiped(void **state)
{
    enum { SIZE = 1000003 };
    const struct job job = {.kernel = &sevens, .size = SIZE};
    static const size_t places[] = {SIZE - 1, SIZE / 2, 1, 0};
    unsigned char *outputs = memory_new(SIZE, 2);
    const struct outcome outcome = {.partial = outputs, .output = outputs};
    struct verdict verdict = {""};
    (void)state;
    for (size_t wrong = 0; wrong <= 4; wrong++) {
        char expected[sizeof verdict.reason] = "";
        memset(outputs, 7, (size_t)2 * SIZE);
        for (size_t i = 0; i < wrong; i++)
            outputs[2 * places[i] + i % 2] = 8;
        if (wrong > 0)
            (void)snprintf(expected, sizeof expected,
                           "%zu of %d outputs are wrong; the first: that of %zu is not 7", wrong,
                           SIZE, places[wrong - 1]);
        assert_int_equal(sample_verify(&job, &outcome, &verdict), wrong == 0);
        assert_string_equal(verdict.reason, expected);
        for (size_t i = 0; i < (size_t)2 * SIZE; i++)
            assert_true(outputs[i] == 0xff);
    }
    free(outputs);
}

static void a_map_s_result_without_its_outputs_is_wrong(void **state)
{
    static const unsigned char partial = 0;
    const struct job job = {.kernel = &sevens, .size = 2};
    const struct outcome outcome = {.partial = &partial};
    struct verdict verdict = {""};
    (void)state;
    assert_false(sample_verify(&job, &outcome, &verdict));
    assert_string_equal(verdict.reason, "there are no outputs with it");
}

static bool is_zero(uint64_t size, const void *partial, struct verdict *verdict)
{
    (void)size;
    return *(const unsigned char *)partial == 0 || verdict_wrong(verdict, "it is not 0");
}

/* They stay as they are. */
static void a_result_may_be_verified_without_its_outputs(void **state)
{
    struct kernel kernel = sevens;
    unsigned char partial = 0, outputs[] = {8, 9, 8, 9};
    const struct job job = {.kernel = &kernel, .size = 2};
    const struct outcome outcome = {.partial = &partial, .output = outputs};
    struct verdict verdict = {""};
    (void)state;
    kernel.verify = is_zero;
    assert_true(sample_verify_partial(&job, &outcome, &verdict));
    assert_true(sample_verify_partial(&job, &(struct outcome){.partial = NULL}, &verdict));
    partial = 1;
    assert_false(sample_verify_partial(&job, &outcome, &verdict));
    assert_string_equal(verdict.reason, "it is not 0");
    assert_memory_equal(outputs, ((unsigned char[]){8, 9, 8, 9}), sizeof outputs);
}

static void who_does_not_own_the_result_has_nothing_to_judge(void **state)
{
    const struct job job = {.kernel = &sevens, .size = 2};
    const struct outcome outcome = {.partial = NULL};
    struct verdict verdict = {""};
    (void)state;
    assert_true(sample_verify(&job, &outcome, &verdict));
}

/* Where updates may be lost, and only there, a result of which some were is wrong as expected. */
static void a_result_that_lost_updates_is_told_apart(void **state)
{
    static const struct model_option options[] = {
        {.name = "guard",
         .values = {{.word = "lock"}, {.word = "none", .traits = TRAIT_MAY_LOSE}},
         .initial = "none"},
        {0}};
    static const struct kernel kernel = {.partial_bytes = 1, .verify = is_zero};
    unsigned char partial = 1;
    struct job job = {.kernel = &kernel, .size = 2};
    struct outcome outcome = {.partial = &partial};
    struct verdict verdict = {""};
    (void)state;
    job_set_defaults(&job, options);
    outcome_count(&outcome, "m::updates", 9);
    outcome_count(&outcome, "m::lost", 0);
    assert_int_equal(sample_verify(&job, &outcome, &verdict), SAMPLE_WRONG);
    outcome.counts[1].value = 2;
    assert_int_equal(sample_verify(&job, &outcome, &verdict), SAMPLE_LOST);
    assert_string_equal(verdict.reason, "2 updates were lost");
    partial = 0; /* as it happens */
    assert_int_equal(sample_verify(&job, &outcome, &verdict), SAMPLE_LOST);
    assert_true(job_set(&job, "guard=lock"));
    assert_int_equal(sample_verify(&job, &outcome, &verdict), SAMPLE_RIGHT);
    partial = 1;
    assert_int_equal(sample_verify(&job, &outcome, &verdict), SAMPLE_WRONG);
    job.traits = TRAIT_MAY_LOSE; /* of the model, whatever its options */
    assert_int_equal(sample_verify(&job, &outcome, &verdict), SAMPLE_LOST);
}

static size_t room_of_two(uint64_t size, struct range range)
{
    (void)size, (void)range;
    return 2;
}

static size_t as_it_says(const void *partial)
{
    return *(const unsigned char *)partial;
}

static void a_result_that_is_longer_than_its_room_is_wrong(void **state)
{
    static const struct kernel liar = {.name = "liar",
                                       .partial_size = room_of_two,
                                       .used = as_it_says,
                                       .verify = anything_is_right};
    const struct job job = {.kernel = &liar, .size = 1};
    unsigned char partial = 2;
    const struct outcome outcome = {.partial = &partial};
    struct verdict verdict = {""};
    (void)state;
    assert_true(sample_verify(&job, &outcome, &verdict));
    partial = 3;
    assert_false(sample_verify(&job, &outcome, &verdict));
    assert_string_equal(verdict.reason, "used() of liar tells of 3 bytes and partial_size() of 2: "
                                        "see kernels/kernel.h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_times_its_executions_together),
        cmocka_unit_test(seconds_are_the_nearest_number),
        cmocka_unit_test(processes_begin_meet_and_end_together),
        cmocka_unit_test(a_pass_is_told_when_each_execution_begins),
        cmocka_unit_test(the_first_execution_may_be_none),
        cmocka_unit_test(only_execute_must_be_there),
        cmocka_unit_test(nothing_follows_a_failure),
        cmocka_unit_test(no_result_is_a_failure),
        cmocka_unit_test(no_execution_passes_on_outputs_of_the_one_before),
        cmocka_unit_test(every_output_is_verified_and_wiped),
        cmocka_unit_test(a_map_s_result_without_its_outputs_is_wrong),
        cmocka_unit_test(a_result_may_be_verified_without_its_outputs),
        cmocka_unit_test(who_does_not_own_the_result_has_nothing_to_judge),
        cmocka_unit_test(a_result_that_lost_updates_is_told_apart),
        cmocka_unit_test(a_result_that_is_longer_than_its_room_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
