/* nodes: ranks on several nodes beside all that one node has, at the same number of workers. */
#include "analysed_run.h"
#include "experiment.h"
#include "findings.h"
#include "leaving_node.h"
#include "messages.h"
#include "quantities.h"
#include "text.h"

#include <math.h>

extern const struct experiment experiment_nodes;

/* Messages from which on their bytes take longer than they take to come. */
static const double long_message = 64 << 10;

/* What leaving the node costs, and what it gains. */
static const struct finding_sort of_costs = {.most = 2}, of_gains = {.most = 1};

/* ---- in words ---- */

/* "-0.2 to 2.8 %", of a share. */
static struct short_text percents(const struct interval *share)
{
    const double low = 100 * share->low, high = 100 * share->high;
    const double most = fmax(fabs(low), fabs(high));
    const int digits = most < 0.095 ? 2 : most < 9.95 ? 1 : 0;
    const double least = 0.5 * pow(10, -digits); /* what is less is 0, and has no sign */
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, "%.*f to %.*f %%", digits,
                   fabs(low) < least ? 0 : low, digits, fabs(high) < least ? 0 : high);
    return text;
}

/* Shares of what is saved, where that is what is told of. */
static struct interval told_of(const struct interval *share, bool is_shorter)
{
    return is_shorter ? (struct interval){-share->high, -share->low} : *share;
}

/* "6.50 to 6.90" */
static struct short_text gigabytes(const struct summary *bandwidth)
{
    const struct interval scaled = {1e-9 * bandwidth->interval.low,
                                    1e-9 * bandwidth->interval.high};
    return findings_range(&scaled);
}

/* Whether messages are so long, on average, that their bytes tell. */
static bool has_bandwidth(const struct leaving_node *cost)
{
    const struct cell_state *state = cost->several->state;
    return state->messages > 0 && state->message_bytes >= long_message * state->messages &&
           cost->bandwidth.has_interval;
}

/* What moving is made of, as far as it is known: of long messages the bytes, else the latency. None
 * are sent within a node that one rank has for itself. */
static void append_reason(const struct leaving_node *cost,
                          const struct leaving_node_messages *messages, char *text, size_t length)
{
    if (has_bandwidth(cost) && !cost->bandwidth_within.has_interval)
        text_append(text, length, " (at %s GB/s)", gigabytes(&cost->bandwidth).text);
    else if (has_bandwidth(cost))
        text_append(text, length, " (at %s GB/s, not %s)", gigabytes(&cost->bandwidth).text,
                    gigabytes(&cost->bandwidth_within).text);
    else if (!isnan(cost->latency.low) && cost->latency.low > cost->moving.interval.high)
        text_append(text, length, " (latency would be more: %s)", percents(&cost->latency).text);
    else if (!isnan(cost->latency.low))
        text_append(text, length, " (latency: %s, %u x %s, not %s)", percents(&cost->latency).text,
                    cost->in_a_row, text_seconds(messages->between->median).text,
                    text_seconds(messages->within->median).text);
}

/* What it is made of, as far as it is known. The shares add up to what was said before. */
static void append_parts(const struct leaving_node *cost,
                         const struct leaving_node_messages *messages, bool is_shorter, char *text,
                         size_t length)
{
    if (!cost->moving.has_interval || !cost->computing.has_interval || !cost->left.has_interval)
        return;
    const struct interval moving = told_of(&cost->moving.interval, is_shorter),
                          computing = told_of(&cost->computing.interval, is_shorter),
                          left = told_of(&cost->left.interval, is_shorter),
                          beyond = told_of(&left, true);
    text_append(text, length, " Of that, moving data is %s", percents(&moving).text);
    if (!is_shorter)
        append_reason(cost, messages, text, length);
    text_append(text, length, ", computing %s", percents(&computing).text);
    if (left.high < 0)
        text_append(text, length, ": %s more than there is to explain.", percents(&beyond).text);
    else
        text_append(text, length, "; %s is unexplained.", percents(&left).text);
}

static void say(const struct analysed_kernel *kernel, const struct leaving_node *cost,
                const struct leaving_node_messages *messages, struct findings *findings)
{
    static const struct summary alike = {1, 1, true, {1, 1}};
    const struct cell *several = cost->several->cell;
    const char *label = cost->one->cell->label;
    const struct interval *ratio = &cost->ratio.interval;
    const struct interval more = {ratio->low - 1, ratio->high - 1};
    const bool is_shorter = ratio->high < 1;
    const struct interval told = told_of(&more, is_shorter);
    const char *weak = analysis_is_scaled(cost->several) ? ", weak scaling" : "";
    char parts[320] = "";
    if (ratio->low <= 1 && ratio->high >= 1) {
        findings_doubt(findings, &cost->ratio, &alike,
                       "%s%s: %u workers of %s take %s times as long on %u nodes as on one: the "
                       "data do not decide whether that is longer.",
                       kernel->name, weak, several->workers, label, findings_range(ratio).text,
                       several->nodes);
        return;
    }
    append_parts(cost, messages, is_shorter, parts, sizeof parts);
    findings_say(findings, is_shorter ? &of_gains : &of_costs,
                 is_shorter ? 1 / ratio->high : ratio->low,
                 "%s%s: %u workers of %s take %s %s on %u nodes than on one.%s", kernel->name, weak,
                 several->workers, label, percents(&told).text, is_shorter ? "less" : "longer",
                 several->nodes, parts);
}

/* What is measured along with it, weak scaling, is asked the same. Bytes that are moved for their
 * own sake are not: see messages.c. */
static bool is_asked(const struct cell *cell)
{
    const unsigned asked = experiment_bit(&experiment_nodes) | experiment_with(&experiment_nodes);
    return cell->experiments & asked;
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    struct message_costs within, between;
    const struct leaving_node_messages messages = {.within = &within.direct.latency,
                                                   .between = &between.direct.latency};
    (void)cores;
    if (messages_is_of(kernel))
        return;
    (void)messages_find(kernel->run, 1, &within);
    (void)messages_find(kernel->run, 2, &between);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *several = kernel->cells[i], *one;
        struct leaving_node cost;
        if (!is_asked(several->cell) || !(one = leaving_node_from(kernel, several)))
            continue;
        leaving_node_find(one, several, kernel->run->rounds, &messages, &cost);
        if (cost.ratio.has_interval)
            say(kernel, &cost, &messages, findings);
    }
}

static const struct experiment_figure figures[] = {
    {.heading = "one node and several, speedup", .quantity = QUANTITY_SPEEDUP},
    {.heading = "one node and several, efficiency", .quantity = QUANTITY_EFFICIENCY},
    {.heading = "One node and several, speedup of all kernels",
     .quantity = QUANTITY_SPEEDUP,
     .is_of_all = true,
     .script = "panels",
     .alternative = "Speedup over serial against workers, a panel per kernel: on one node threads, "
                    "processes and ranks, and ranks on several nodes. The tables below have the "
                    "numbers."},
    {0},
};

static const char *const with[] = {"weak", "messages", NULL};

const struct experiment experiment_nodes = {
    .name = "nodes",
    .question = "what does leaving the node cost?",
    .without = TRAIT_LOCKED, /* what waits for a lock is no rival of other nodes */
    .is_costly = true,       /* each number of nodes has cells of its own */
    .is_over_nodes = true,
    .with = with,
    .figures = figures,
    .find = find,
    .heading = "One node and several",
    .about =
        "The same work, with its workers on one node or spread over several, as many on each. "
        "At the same number of workers, what a line of several nodes is below that of the same "
        "model on one is what leaving the node costs. Beyond a node's last worker, only "
        "several nodes go on: look for whether they are faster than all that one node has. What "
        "leaving the node costs is told among each kernel's findings; moving data is there what "
        "handing out and collecting take.",
};
