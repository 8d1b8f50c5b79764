/*
 * Unit tests of drivers/cell/events.h: what a model counts is what a tool reads through PAPI.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events.h"
#include "memory.h"
#include "options.h"
#include "sample.h"

#include <math.h>
#include <papi.h>
#include <sde_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int begin(void **state)
{
    (void)state;
    return PAPI_library_init(PAPI_VER_CURRENT) == PAPI_VER_CURRENT ? 0 : 1;
}

static int start(const char *const *names)
{
    int set = PAPI_NULL;
    assert_int_equal(PAPI_create_eventset(&set), PAPI_OK);
    for (; *names; names++)
        assert_int_equal(PAPI_add_named_event(set, *names), PAPI_OK);
    assert_int_equal(PAPI_start(set), PAPI_OK);
    return set;
}

static void stop(int set, long long *values)
{
    assert_int_equal(PAPI_stop(set, values), PAPI_OK);
    assert_int_equal(PAPI_cleanup_eventset(set), PAPI_OK);
    assert_int_equal(PAPI_destroy_eventset(&set), PAPI_OK);
}

static void publish(const char *name, double value)
{
    struct outcome outcome = {0};
    outcome_count(&outcome, name, value);
    events_publish(&outcome);
}

static void a_tool_reads_what_was_added_since_it_began(void **state)
{
    static const char *const names[] = {"sde:::parbench::gil::handoffs",
                                        "sde:::parbench::gil::waited_s", NULL};
    long long values[2];
    double seconds;
    (void)state;
    publish("gil::handoffs", 1000);
    publish("gil::waited_s", 0.5);
    const int set = start(names);
    assert_int_equal(PAPI_read(set, values), PAPI_OK);
    assert_true(values[0] == 0);
    publish("gil::handoffs", 30);
    publish("gil::handoffs", 4);
    publish("gil::waited_s", 0.25);
    assert_int_equal(PAPI_read(set, values), PAPI_OK);
    assert_true(values[0] == 34);
    publish("gil::handoffs", 4503599627370496.); /* 2^52 */
    stop(set, values);
    assert_true(values[0] == 34 + (1LL << 52));
    memcpy(&seconds, &values[1], sizeof seconds);
    assert_true(seconds == 0.25);
}

static void a_tool_may_ask_before_there_is_anything(void **state)
{
    static const char *const names[] = {"sde:::parbench::gil::forced_handoffs", NULL};
    long long values[1];
    (void)state;
    const int set = start(names);
    publish("gil::forced_handoffs", 7);
    publish("gil::forced_handoffs", 5);
    stop(set, values);
    assert_true(values[0] == 12);
}

/* ---- a model's own counts ---- */

static void run(struct team *team, struct outcome *outcome)
{
    assert_int_equal(sample_take(&this_model, team, 1, outcome), STATUS_OK);
    events_publish(outcome);
}

static double count_of(const struct outcome *outcome, const char *name)
{
    for (unsigned i = 0; i < outcome->counted; i++)
        if (strcmp(outcome->counts[i].name, name) == 0)
            return outcome->counts[i].value;
    fail_msg("there is no %s", name);
    return 0;
}

static void papi_reads_what_the_model_counted(void **state)
{
    static const char *const names[] = {"sde:::parbench::gil::handoffs",
                                        "sde:::parbench::gil::acquisitions",
                                        "sde:::parbench::gil::waited_s", NULL};
    struct job job = {
        .kernel = kernel_find("primes"), .size = 30011, .workers = 3, .ranks = 1, .threads = 3};
    struct team *team = memory_new(1, this_model.team_bytes);
    struct outcome outcome;
    double handoffs = 0, acquisitions = 0, waited_s = 0, read_s;
    long long values[3];
    (void)state;
    job_set_defaults(&job, this_model.options);
    assert_true(job_set(&job, "interval=20us"));
    assert_int_equal(this_model.start(&job, team), STATUS_OK);
    run(team, &outcome); /* not the tool's */
    const int set = start(names);
    for (int i = 0; i < 5; i++) {
        run(team, &outcome);
        handoffs += count_of(&outcome, "gil::handoffs");
        acquisitions += count_of(&outcome, "gil::acquisitions");
        waited_s += count_of(&outcome, "gil::waited_s");
    }
    stop(set, values);
    this_model.stop(team);
    free(team);
    assert_true(acquisitions >= 5 * 3);
    assert_true((double)values[0] == handoffs);
    assert_true((double)values[1] == acquisitions);
    memcpy(&read_s, &values[2], sizeof read_s);
    assert_true(fabs(read_s - waited_s) <= 1e-9 * waited_s);
}

/* ---- the list for papi_native_avail ---- */

static char listed[1024], described[1024];

static papi_handle_t note_library(const char *name)
{
    assert_string_equal(name, "parbench");
    return listed;
}

static void note(char *list, const char *name)
{
    const size_t used = strlen(list);
    assert_true((size_t)snprintf(list + used, sizeof listed - used, " %s ", name) <
                sizeof listed - used);
}

static int note_event(papi_handle_t library, const char *name, int mode, int type,
                      papi_sde_fptr_t callback, void *context)
{
    assert_ptr_equal(library, listed);
    assert_int_equal(mode, PAPI_SDE_RO | PAPI_SDE_DELTA);
    assert_int_equal(type, strstr(name, "_s") ? PAPI_SDE_double : PAPI_SDE_long_long);
    assert_true(callback(context) == 0);
    note(listed, name);
    return SDE_OK;
}

static int note_description(papi_handle_t library, const char *name, const char *description)
{
    assert_ptr_equal(library, listed);
    assert_string_not_equal(description, "");
    note(described, name);
    return SDE_OK;
}

static void every_event_is_listed_and_described(void **state)
{
    papi_sde_fptr_struct_t sde = {.init = note_library,
                                  .register_counter_cb = note_event,
                                  .describe_counter = note_description};
    (void)state;
    assert_ptr_equal(papi_sde_hook_list_events(&sde), listed);
    assert_string_equal(listed, described);
    for (const struct count_info *count = this_model.counts; count->name; count++) {
        char name[64];
        assert_in_range(snprintf(name, sizeof name, " %s ", count->name), 1, sizeof name - 1);
        assert_non_null(strstr(listed, name));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tool_may_ask_before_there_is_anything), /* so it comes first */
        cmocka_unit_test(a_tool_reads_what_was_added_since_it_began),
        cmocka_unit_test(papi_reads_what_the_model_counted),
        cmocka_unit_test(every_event_is_listed_and_described),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
