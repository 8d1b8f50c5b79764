#include "findings.h"

#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"
#include "quantities.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What takes more times as many rounds as there are is not worth their while. */
static const double rounds_worthwhile = 10;

/* ---- what is said ---- */

static void add(struct findings *findings, struct finding finding, const char *format,
                va_list values)
{
    size_t length;
    finding.kernel = findings->kernel;
    FILE *stream = memory_open(&finding.text, &length);
    (void)vfprintf(stream, format, values);
    memory_close(stream, &finding.text);
    findings->all = memory_grow(findings->all, findings->count, sizeof *findings->all);
    findings->all[findings->count++] = finding;
}

void findings_say(struct findings *findings, const struct finding_sort *sort, double factor,
                  const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add(findings, (struct finding){.sort = sort, .factor = factor}, format, values);
    va_end(values);
}

/* Intervals become narrower by the square root of how many times as many rounds there are, which is
 * those of the wider one: the other may have rested. */
static double rounds_to_tell(const struct summary *one, const struct summary *other)
{
    const bool is_above = one->median > other->median;
    const struct summary *above = is_above ? one : other, *below = is_above ? other : one;
    const double widths =
        above->median - above->interval.low + below->interval.high - below->median;
    const double rounds = (double)(one->count > other->count ? one->count : other->count);
    const double apart = above->median - below->median;
    return apart > 0 ? rounds * pow(widths / apart, 2) : INFINITY;
}

void findings_doubt(struct findings *findings, const struct summary *one,
                    const struct summary *other, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add(findings, (struct finding){.rounds = rounds_to_tell(one, other)}, format, values);
    va_end(values);
}

struct short_text findings_range(const struct interval *interval)
{
    const int digits = text_digits(fmax(fabs(interval->low), fabs(interval->high)));
    struct short_text low, high;
    (void)snprintf(low.text, sizeof low.text, "%.*f", digits, interval->low);
    (void)snprintf(high.text, sizeof high.text, "%.*f", digits, interval->high);
    if (strcmp(low.text, high.text) != 0)
        text_append(low.text, sizeof low.text, " to %s", high.text);
    return low;
}

void findings_make(struct analysed_run *run)
{
    struct findings *findings = &run->findings;
    *findings = (struct findings){.all = NULL};
    for (size_t k = 0; k < run->kernel_count; k++)
        for (unsigned e = 0; experiment_table[e]; e++) {
            findings->kernel = k;
            if (experiment_table[e]->find)
                experiment_table[e]->find(&run->kernels[k], run->allowed, findings);
        }
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->all[i].text);
    free(findings->all);
    *findings = (struct findings){.all = NULL};
}

/* ---- what is told at a run's end ---- */

/* How many of its sort are stronger. */
static size_t place_of(const struct findings *findings, const struct finding *finding)
{
    size_t place = 0;
    for (const struct finding *other = findings->all; other < findings->all + findings->count;
         other++)
        place +=
            other->sort == finding->sort && (other->factor > finding->factor ||
                                             (other->factor >= finding->factor && other < finding));
    return place;
}

/* Whether it is to be told before the other one: `turn`: after how many others of its sort,
 * in turns of as many as a sort has at once. */
static bool is_before(const struct finding *one, size_t turn, const struct finding *other,
                      size_t other_turn)
{
    return turn != other_turn ? turn < other_turn : one->factor > other->factor;
}

size_t findings_strongest(const struct findings *findings,
                          const struct finding *strongest[FINDINGS_STRONGEST])
{
    size_t turns[FINDINGS_STRONGEST + 1], count = 0;
    const struct finding *chosen[FINDINGS_STRONGEST + 1];
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->all[i];
        if (!finding->sort)
            continue;
        const size_t turn = place_of(findings, finding) / finding->sort->most;
        size_t place = count;
        for (; place > 0 && is_before(finding, turn, chosen[place - 1], turns[place - 1]);
             place--) {
            chosen[place] = chosen[place - 1];
            turns[place] = turns[place - 1];
        }
        chosen[place] = finding;
        turns[place] = turn;
        count += count < FINDINGS_STRONGEST;
    }
    for (size_t i = 0; i < count; i++)
        strongest[i] = chosen[i];
    return count;
}

/* A number of rounds that nobody takes for exact, no less than this. */
static double rounded(double rounds)
{
    const double step = fmax(1, pow(10, floor(log10(rounds))) / 2);
    return step * ceil(rounds / step);
}

void findings_say_open(const struct analysed_run *run, char text[FINDINGS_OPEN_MAX])
{
    const size_t length = FINDINGS_OPEN_MAX, rounds = run->totals.rounds;
    size_t open = 0, worthwhile = 0;
    double most = 0;
    *text = '\0';
    for (size_t i = 0; i < run->findings.count; i++) {
        const struct finding *finding = &run->findings.all[i];
        if (finding->sort)
            continue;
        open++;
        if (finding->rounds <= rounds_worthwhile * (double)rounds) {
            worthwhile++;
            most = fmax(most, finding->rounds);
        }
    }
    if (rounds < STATS_MIN_FOR_INTERVAL && run->overview.model_count > 0)
        text_append(text, length,
                    "%zu round%s too few for intervals, and so for findings: take %d (%s).", rounds,
                    rounds == 1 ? " is" : "s are", STATS_MIN_FOR_INTERVAL,
                    analysed_run_to_rounds(run, STATS_MIN_FOR_INTERVAL).text);
    if (open == 0)
        return;
    text_append(text, length, "%zu more comparison%s not decided after %zu round%s", open,
                open == 1 ? " is" : "s are", rounds, plural(rounds));
    if (worthwhile == 0) {
        text_append(text, length, ", and would not be after %.0f: these figures are alike.",
                    rounds_worthwhile * (double)rounds);
        return;
    }
    text_append(text, length, "; about %.0f would decide ", rounded(most));
    if (worthwhile < open)
        text_append(text, length, "%zu of them", worthwhile);
    else
        text_append(text, length, "%s", open == 1 ? "it" : "them");
    text_append(text, length, " (%s)%s.", analysed_run_to_rounds(run, rounded(most)).text,
                worthwhile < open ? ", the others are alike" : "");
}
