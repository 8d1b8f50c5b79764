/* messages: what it costs two ranks to send each other bytes, from a few to many. */
#include "messages.h"

#include "analysed_run.h"
#include "experiment.h"
#include "text.h"

#include <math.h>

/* Items, of 8 bytes each, half of which go to the other rank: 8 B to 64 MiB. */
#define SIZES                                                                                      \
    "2,4,8,16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,65536,131072,262144,524288,"       \
    "1048576,2097152,4194304,8388608,16777216"

extern const struct experiment experiment_messages;

static const struct finding_sort of_messages = {.most = 2}, of_collective_calls = {.most = 1};

/* ---- in words ---- */

/* "0.40 to 0.43 µs one way with 8 B, 8.1 to 8.6 GB/s with 64 MiB, half of that from ... on" */
static void append_way(const struct message_way *way, char *text, size_t length)
{
    const struct axis *axis = &experiment_messages.axis;
    text_append(text, length, "%s one way with %s", own_range("s", &way->latency).text,
                axis_text(axis, way->shortest->cell).text);
    if (way->bandwidth.has_interval)
        text_append(text, length, ", %s with %s", own_range("B/s", &way->bandwidth).text,
                    axis_text(axis, way->longest->cell).text);
    if (way->half.has_interval)
        text_append(text, length, ", half of that from %s on", own_range("B", &way->half).text);
}

/* By how much more the later one costs at least. */
static double times_as_long(const struct message_way *later, const struct message_way *sooner)
{
    return later->latency.has_interval && sooner->latency.has_interval
               ? fmax(1, later->latency.interval.low / sooner->latency.interval.high)
               : 1;
}

static void say(const struct analysed_kernel *kernel, const char *where,
                const struct message_costs *costs, double factor, struct findings *findings)
{
    const struct message_way *direct = &costs->direct, *collective = &costs->collective;
    char text[320] = "";
    if (direct->latency.has_interval) {
        append_way(direct, text, sizeof text);
        findings_say(findings, &of_messages, factor,
                     "%s: messages between two ranks %s under %s: %s.", kernel->name, where,
                     direct->shortest->cell->model, text);
    }
    *text = '\0';
    if (collective->latency.has_interval) {
        append_way(collective, text, sizeof text);
        findings_say(findings, &of_collective_calls, times_as_long(collective, direct),
                     "%s: collective calls of two ranks %s under %s: %s.", kernel->name, where,
                     collective->shortest->cell->model, text);
    }
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    struct message_costs one, two;
    (void)cores;
    if (!messages_is_of(kernel))
        return;
    const bool has_one = messages_find(kernel->run, 1, &one);
    if (has_one)
        say(kernel, "of one node", &one, 1, findings);
    if (messages_find(kernel->run, 2, &two))
        say(kernel, "of two nodes", &two, has_one ? times_as_long(&two.direct, &one.direct) : 1,
            findings);
}

static const struct experiment_figure figures[] = {
    {.heading = "messages, time there and back", .quantity = QUANTITY_TIME},
    {0},
};

const struct experiment experiment_messages = {
    .name = "messages",
    .question = "what does a message cost?",
    .takes_on_request = true,
    .launches = 1u << LAUNCH_RANKS,
    .without = MESSAGES_WITHOUT,
    .moves_bytes = true,
    .axis = {.kind = AXIS_SIZE,
             .values = SIZES,
             .is_absolute = true,
             .shares = 2,
             .name = "bytes to the other rank"},
    .workers = 2,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "Messages",
    .about =
        "Two ranks share a list of inputs: half of it goes to the other rank, is copied there, "
        "and comes back, while the other half is copied where it is. With few bytes the time "
        "is twice the latency of a message; with many it grows as they do, by bandwidth. "
        "Serial copies all of it and sends nothing.",
    .has_own_tables = true,
    .legend = "Messages: half of the bytes go to the other rank and come back; serial sends none.",
};
