#include "start.h"

#include "listener.h"
#include "memory.h"
#include "text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Those that a user adds, cut apart at blanks. */
static void print_arguments(FILE *command, const char *arguments)
{
    while (arguments && *(arguments += strspn(arguments, " \t"))) {
        const size_t length = strcspn(arguments, " \t");
        (void)fprintf(command, "%.*s\n", (int)length, arguments);
        arguments += length;
    }
}

void start_print_words(FILE *command, const struct launcher *launcher, const struct cell *cell,
                       const struct model *model, const struct allocation *allocation)
{
    if (launcher->print_words)
        launcher->print_words(command, cell, model, allocation);
    if (launcher->program)
        print_arguments(command, allocation->launch_args);
}

const char **start_environment(const struct launcher *launcher, const char *const *chosen)
{
    const char *const *const lists[] = {launcher->environment, launcher->around, chosen};
    const char **all = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const char *const *word = lists[i]; word && *word; word++) {
            all = memory_grow(all, count, sizeof *all);
            all[count++] = *word;
        }
    all = memory_grow(all, count, sizeof *all);
    all[count] = NULL;
    return all;
}

static void explain_end(const struct start *start, const struct child *child,
                        struct launch_result *launched)
{
    char *failure = launched->failure;
    if (child_succeeded(child) && launched->ended)
        return;
    launched->ended = false;
    if (child->end == CHILD_TIMED_OUT) {
        launched->explained = true;
        (void)snprintf(failure, sizeof launched->failure,
                       "it did not end within %s: raise --cell-timeout or take a smaller size",
                       text_duration(start->timeout_s).text);
    } else if (!launched->explained && child_succeeded(child)) {
        (void)snprintf(failure, sizeof launched->failure, "it succeeded, but gave no result");
    } else if (!launched->explained && start->launcher->explain) {
        start->launcher->explain(child->status, launched->last_words, failure,
                                 sizeof launched->failure);
    } else if (!launched->explained) {
        child_explain("it", child->status, failure, sizeof launched->failure);
    }
}

bool start_command(const struct start *start, char *command, struct child *child,
                   struct launch_result *launched)
{
    char **words = child_words(command);
    const char **environment = start_environment(start->launcher, start->chosen);
    struct listener listener = listener_begin(launched, start->log);
    *child = (struct child){.words = words,
                            .environment = environment,
                            .end_signal = start->end_signal > 0 ? start->end_signal
                                                                : start->launcher->end_signal,
                            .take = listener_take,
                            .context = &listener};
    child_run(child, 1, start->timeout_s);
    free(environment);
    free(words);
    free(command);
    listener_end(&listener);
    if (child->end == CHILD_INTERRUPTED)
        return false;
    explain_end(start, child, launched);
    return true;
}

bool start_has_failed(const struct start *start, const struct child *child,
                      const struct launch_result *launched)
{
    const int code = WIFEXITED(child->status) ? WEXITSTATUS(child->status) : 0;
    const bool is_signal = code > 128 && code <= 128 + SIGSYS;
    return start->launcher->may_have_failed_to_start && child->end == CHILD_ENDED && code != 0 &&
           !is_signal && !launched->explained &&
           json_array_size(launch_said(launched, "started")) == 0 &&
           start->launcher->may_have_failed_to_start(launched->last_words);
}
