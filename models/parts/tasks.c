/*
 * A partial is a head and the tasks' partials one after the other, each behind its number: so a
 * task that was lost, done twice or put in another order is found out.
 */
#include "tasks.h"

#include "aligned.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list {
    _Alignas(PARTIAL_ALIGNMENT) uint64_t count;
    uint64_t bytes; /* this head, and all entries */
};

struct task_entry {
    _Alignas(PARTIAL_ALIGNMENT) uint64_t task;
    uint64_t bytes; /* of the partial behind it */
};

static struct {
    struct kernel kernel; /* the stand-in */
    const struct kernel *inner;
    uint64_t sizes[TASKS_MAX];
    size_t room_before[TASKS_MAX + 1]; /* of all tasks before one, in bytes of a partial */
} the_tasks;

static size_t partial_size(uint64_t size, struct range range)
{
    (void)size;
    return sizeof(struct list) + the_tasks.room_before[range.end] -
           the_tasks.room_before[range.begin];
}

static size_t used(const void *partial)
{
    return ((const struct list *)partial)->bytes;
}

/* ---- computing ---- */

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const struct kernel *inner = the_tasks.inner;
    struct list *list = partial;
    (void)size, (void)input, (void)output;
    *list = (struct list){range_length(range), sizeof *list};
    for (uint64_t task = range.begin; task < range.end; task++) {
        struct task_entry *entry = (void *)((unsigned char *)list + list->bytes);
        unsigned char *one = (unsigned char *)(entry + 1);
        const uint64_t task_size = the_tasks.sizes[task];
        inner->compute(task_size, kernel_whole(task_size), NULL, NULL, one);
        const size_t bytes = kernel_used(inner, one);
        *entry = (struct task_entry){task, aligned(bytes, PARTIAL_ALIGNMENT)};
        memset(one + bytes, 0, entry->bytes - bytes);
        list->bytes += sizeof *entry + entry->bytes;
    }
}

static void combine(void *into, const void *from)
{
    struct list *list = into;
    const struct list *more = from;
    memcpy((unsigned char *)into + list->bytes, more + 1, more->bytes - sizeof *more);
    list->count += more->count;
    list->bytes += more->bytes - sizeof *more;
}

/* ---- judging ---- */

/* The entry at that offset, which is moved behind it; NULL where none begins. */
static const struct task_entry *next_entry(const struct list *list, uint64_t *offset)
{
    const struct task_entry *entry = (const void *)((const unsigned char *)list + *offset);
    if (*offset + sizeof *entry > list->bytes)
        return NULL;
    *offset += sizeof *entry + entry->bytes;
    return entry;
}

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const struct list *list = partial;
    uint64_t offset = sizeof *list;
    for (uint64_t task = 0; task < size; task++) {
        const struct task_entry *entry = next_entry(list, &offset);
        struct verdict inner = {""};
        if (!entry || entry->task != task || list->count != size)
            return verdict_wrong(
                verdict, "the result of task %" PRIu64 " of %" PRIu64 " is not in its place", task,
                size);
        if (!the_tasks.inner->verify(the_tasks.sizes[task], entry + 1, &inner))
            return verdict_wrong(verdict, "task %" PRIu64 ": %.120s", task, inner.reason);
    }
    return true;
}

/* All results, or as many of the first ones as there is room for. */
static void print(const void *partial, char *text, size_t length)
{
    static const char separator[] = ", ", rest[] = ", ...";
    const struct list *list = partial;
    const struct task_entry *entry;
    uint64_t offset = sizeof *list;
    size_t written = 0;
    *text = '\0';
    while ((entry = next_entry(list, &offset))) {
        char one[KERNEL_RESULT_MAX];
        the_tasks.inner->print(entry + 1, one, sizeof one);
        const bool last = offset >= list->bytes;
        const char *before = written > 0 ? separator : "";
        if (written + strlen(before) + strlen(one) + (last ? 0 : strlen(rest)) >= length) {
            (void)snprintf(text + written, length - written, "%s", rest);
            return;
        }
        written += (size_t)snprintf(text + written, length - written, "%s%s", before, one);
    }
}

/* ---- the stand-in ---- */

static enum status read_sizes(const struct kernel *inner, const char *text, uint64_t *count)
{
    for (*count = 0; *count < TASKS_MAX; text++) {
        char *end;
        errno = 0;
        const uint64_t size = strtoull(text, &end, 10);
        if (*text < '0' || *text > '9' || (*end != '+' && *end != '\0'))
            return status_fail(STATUS_USAGE, "tasks are sizes between plus signs, not \"%s\"",
                               text);
        if (errno || size < 1 || size > inner->max_size)
            return status_fail(STATUS_USAGE,
                               "task %" PRIu64 " has the size %.*s, and %s takes 1 to %" PRIu64,
                               *count, (int)(end - text), text, inner->name, inner->max_size);
        const size_t bytes = kernel_partial_size(inner, size, kernel_whole(size));
        the_tasks.sizes[*count] = size;
        the_tasks.room_before[*count + 1] = the_tasks.room_before[*count] +
                                            sizeof(struct task_entry) +
                                            aligned(bytes, PARTIAL_ALIGNMENT);
        if (the_tasks.room_before[++*count] > INT32_MAX)
            return status_fail(STATUS_USAGE, "the tasks' results together are more than a message "
                                             "of 2 GiB holds: take fewer or smaller ones");
        if (*end == '\0')
            return STATUS_OK;
        text = end;
    }
    return status_fail(STATUS_USAGE, "there are more than %d tasks", TASKS_MAX);
}

enum status tasks_new(const struct kernel *inner, const char *text, const struct kernel **tasks)
{
    uint64_t count;
    if (kernel_is_map(inner))
        return status_fail(STATUS_USAGE,
                           "%s is a map, whose inputs belong to one size: it has no tasks",
                           inner->name);
    TRY(read_sizes(inner, text, &count));
    the_tasks.inner = inner;
    the_tasks.kernel = *inner;
    the_tasks.kernel.item = "task";
    the_tasks.kernel.default_size = the_tasks.kernel.max_size = count;
    the_tasks.kernel.is_linear = true;
    the_tasks.kernel.partial_bytes = 0;
    the_tasks.kernel.partial_size = partial_size;
    the_tasks.kernel.used = used;
    the_tasks.kernel.compute = compute;
    the_tasks.kernel.combine = combine;
    the_tasks.kernel.commutative = false; /* a list in the order given */
    the_tasks.kernel.verify = verify;
    the_tasks.kernel.print = print;
    the_tasks.kernel.tick = 1;
    *tasks = &the_tasks.kernel;
    return STATUS_OK;
}
