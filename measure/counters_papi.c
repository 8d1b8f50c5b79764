/*
 * PAPI is loaded by who counts and is not linked: its tables take a thousand kilobytes of memory of
 * a process's own, which every process that is forked for a task would have copied.
 */
#define _GNU_SOURCE
#include "counters.h"

#include <dlfcn.h>
#include <papi.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* PAPI's event sets belong to a thread and to a component. Finding events and making sets goes
 * through tables that all threads share; reading a set does not. */
static pthread_mutex_t tables = PTHREAD_MUTEX_INITIALIZER;

/* Closes what a thread that ends has left open. */
static pthread_key_t open_ones;

static void close_at_end(void *counters)
{
    counters_close(counters);
}

/* clang-format off */
#define FUNCTIONS(each)            \
    each(PAPI_library_init)        \
    each(PAPI_thread_init)         \
    each(PAPI_register_thread)     \
    each(PAPI_unregister_thread)   \
    each(PAPI_create_eventset)     \
    each(PAPI_event_name_to_code)  \
    each(PAPI_get_event_component) \
    each(PAPI_add_event)           \
    each(PAPI_start)               \
    each(PAPI_read)                \
    each(PAPI_stop)                \
    each(PAPI_cleanup_eventset)    \
    each(PAPI_destroy_eventset)    \
    each(PAPI_get_component_index) \
    each(PAPI_get_component_info)  \
    each(PAPI_strerror)
/* clang-format on */
/* NOLINTNEXTLINE(bugprone-macro-parentheses): it is a declaration */
#define POINTER(name) __typeof__(name) *name;
static struct {
    FUNCTIONS(POINTER)
} papi;

/* Why it is not there; empty where it is, or was not tried. */
static char unloaded[256];

/* Beside the file that it was built with, or wherever the loader finds it. */
static void *load_library(void)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/libpapi.so.%d.%d", COUNTERS_PAPI_FOLDER,
                   PAPI_VERSION_MAJOR(PAPI_VERSION), PAPI_VERSION_MINOR(PAPI_VERSION));
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    return library ? library : dlopen(strrchr(path, '/') + 1, RTLD_NOW | RTLD_GLOBAL);
}

/* Of the whole process, where something that was loaded before may stand before the library's. */
static bool load(void)
{
    static bool has_all;
    if (has_all)
        return true;
    if (!load_library()) {
        const char *words = dlerror();
        (void)snprintf(unloaded, sizeof unloaded, "%s", words ? words : "it cannot be loaded");
        return false;
    }
    has_all = true;
#define FIND(name)                                                                                 \
    *(void **)&papi.name = dlsym(RTLD_DEFAULT, #name);                                             \
    has_all = has_all && papi.name;
    FUNCTIONS(FIND)
    (void)snprintf(unloaded, sizeof unloaded, "%s", has_all ? "" : "it lacks functions");
    return has_all;
}

static unsigned long thread_number(void)
{
    return (unsigned long)gettid();
}

/* Once in a process: one that was forked has to begin anew. PAPI_OK or what failed. */
static int initialise(void)
{
    static pid_t process;
    if (process == getpid())
        return PAPI_OK;
    if (!load())
        return PAPI_ESYS;
    const int version = papi.PAPI_library_init(PAPI_VER_CURRENT);
    if (version != PAPI_VER_CURRENT)
        return version < 0 ? version : PAPI_EINVAL;
    const int error = papi.PAPI_thread_init(thread_number);
    if (error == PAPI_OK && process == 0)
        (void)pthread_key_create(&open_ones, close_at_end);
    if (error == PAPI_OK)
        process = getpid();
    return error;
}

/* ---- event sets ---- */

/* An event set takes events of one component: finds the one for it, or makes it. */
static int set_for(struct counters *counters, int component, unsigned *set)
{
    for (*set = 0; *set < counters->sets; ++*set)
        if (counters->set[*set].component == component)
            return PAPI_OK;
    counters->set[*set].handle = PAPI_NULL;
    counters->set[*set].component = component;
    const int error = papi.PAPI_create_eventset(&counters->set[*set].handle);
    counters->sets += error == PAPI_OK;
    return error;
}

static int add_event(struct counters *counters, const char *name, unsigned event)
{
    unsigned set = 0;
    int code = 0;
    int error = papi.PAPI_event_name_to_code(name, &code);
    if (error == PAPI_OK)
        error = set_for(counters, papi.PAPI_get_event_component(code), &set);
    if (error == PAPI_OK)
        error = papi.PAPI_add_event(counters->set[set].handle, code);
    if (error == PAPI_OK) {
        counters->event[event].set = set;
        counters->event[event].place = counters->set[set].size++;
    }
    return error;
}

/* In some virtual machines a counter can be started and stands still. */
static void distrust_still_ones(const char *const *events, struct counters *counters)
{
    struct counters_reading reading;
    counters_read(counters, &reading);
    for (unsigned i = 0; i < counters->events && events[i]; i++)
        if ((strcmp(events[i], "PAPI_TOT_INS") == 0 || strcmp(events[i], "PAPI_TOT_CYC") == 0) &&
            reading.error[i] == PAPI_OK && reading.value[i] <= 0)
            counters->event[i].error = PAPI_ENOCNTR;
}

/* ---- the interface ---- */

void counters_open(const char *const *events, struct counters *counters)
{
    *counters = (struct counters){0};
    (void)pthread_mutex_lock(&tables);
    int error = initialise();
    if (error == PAPI_OK)
        error = papi.PAPI_register_thread();
    for (unsigned i = 0; i < COUNTERS_MAX && events[i]; i++) {
        counters->events++;
        counters->event[i].error = error != PAPI_OK ? error : add_event(counters, events[i], i);
    }
    for (unsigned set = 0; set < counters->sets; set++)
        counters->set[set].error = papi.PAPI_start(counters->set[set].handle);
    distrust_still_ones(events, counters);
    if (counters->sets > 0)
        (void)pthread_setspecific(open_ones, counters);
    (void)pthread_mutex_unlock(&tables);
}

void counters_read(const struct counters *counters, struct counters_reading *reading)
{
    long long values[COUNTERS_MAX][COUNTERS_MAX] = {{0}};
    int errors[COUNTERS_MAX] = {0};
    for (unsigned set = 0; set < counters->sets; set++) {
        errors[set] = counters->set[set].error;
        if (errors[set] == PAPI_OK)
            errors[set] = papi.PAPI_read(counters->set[set].handle, values[set]);
    }
    *reading = counters_nothing();
    for (unsigned i = 0; i < counters->events; i++) {
        const unsigned set = counters->event[i].set;
        reading->error[i] = counters->event[i].error;
        if (reading->error[i] == PAPI_OK)
            reading->error[i] = errors[set];
        if (reading->error[i] == PAPI_OK)
            reading->value[i] = values[set][counters->event[i].place];
    }
}

void counters_close(struct counters *counters)
{
    if (counters->events == 0)
        return;
    (void)pthread_mutex_lock(&tables);
    for (unsigned set = 0; set < counters->sets; set++) {
        long long values[COUNTERS_MAX];
        if (counters->set[set].error == PAPI_OK)
            (void)papi.PAPI_stop(counters->set[set].handle, values);
        (void)papi.PAPI_cleanup_eventset(counters->set[set].handle);
        (void)papi.PAPI_destroy_eventset(&counters->set[set].handle);
    }
    if (counters->sets > 0) {
        (void)papi.PAPI_unregister_thread();
        (void)pthread_setspecific(open_ones, NULL);
    }
    (void)pthread_mutex_unlock(&tables);
    *counters = (struct counters){0};
}

/* ---- words ---- */

/* Why the event's component is off, which says more than an error does; NULL when it is on. */
static const char *disabled_reason(const char *event)
{
    char name[PAPI_MIN_STR_LEN] = "perf_event"; /* that of the presets */
    const char *end = strstr(event, ":::");
    if (end)
        (void)snprintf(name, sizeof name, "%.*s", (int)(end - event), event);
    const int index = papi.PAPI_get_component_index(name);
    const PAPI_component_info_t *component = index < 0 ? NULL : papi.PAPI_get_component_info(index);
    return component && component->disabled ? component->disabled_reason : NULL;
}

void counters_explain(const char *event, int error, char *reason, size_t length)
{
    (void)pthread_mutex_lock(&tables);
    const int broken = initialise();
    const char *words = broken == PAPI_OK ? disabled_reason(event) : NULL;
    if (unloaded[0])
        words = unloaded;
    else if (!words)
        words = papi.PAPI_strerror(broken != PAPI_OK ? broken : error);
    (void)snprintf(reason, length, "%s%s", broken != PAPI_OK ? "PAPI cannot be initialised: " : "",
                   words ? words : "unknown error");
    (void)pthread_mutex_unlock(&tables);
}

void counters_version(char *text, size_t length)
{
    (void)snprintf(text, length, "PAPI %d.%d.%d", PAPI_VERSION_MAJOR(PAPI_VERSION),
                   PAPI_VERSION_MINOR(PAPI_VERSION), PAPI_VERSION_REVISION(PAPI_VERSION));
}
