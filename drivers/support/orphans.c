#include "orphans.h"

#include "memory.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The children of this program's first thread, to which orphans come. The caller frees them. */
static pid_t *list_children(size_t *count)
{
    char path[64];
    pid_t *children = NULL;
    int child;
    *count = 0;
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *list = fopen(path, "re");
    while (list && fscanf(list, "%d", &child) == 1) {
        children = memory_grow(children, *count, sizeof *children);
        children[(*count)++] = child;
    }
    if (list)
        (void)fclose(list);
    return children;
}

struct orphans orphans_begin(void)
{
    struct orphans orphans = {0};
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    orphans.others = list_children(&orphans.count);
    return orphans;
}

static bool is_other(const struct orphans *orphans, pid_t child)
{
    for (size_t i = 0; i < orphans->count; i++)
        if (orphans->others[i] == child)
            return true;
    return false;
}

/* Whether there were any: those that they have started come next. One that may not be ended, as it
 * is another user's by now, is left. */
static bool end_some(const struct orphans *orphans)
{
    size_t count;
    pid_t *children = list_children(&count);
    bool some = false;
    for (size_t i = 0; i < count; i++)
        if (!is_other(orphans, children[i]) && kill(children[i], SIGKILL) == 0) {
            (void)waitpid(children[i], NULL, 0);
            some = true;
        }
    free(children);
    return some;
}

void orphans_end(struct orphans *orphans)
{
    while (end_some(orphans))
        ;
    free(orphans->others);
    *orphans = (struct orphans){0};
}
