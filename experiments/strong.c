/* strong: the same work with more workers. */
#include "analysed_run.h"
#include "curves.h"
#include "experiment.h"
#include "moving.h"
#include "quantities.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the curves of the kernels' fastest models, and of others; of which model is the fastest, of
 * those that gain nothing, of other algorithms, of what limits a kernel, and of data that move. */
static const struct finding_sort of_the_fastest = {.most = 4}, of_others = {.most = 2},
                                 of_models = {.most = 1}, of_slow_ones = {.most = 1},
                                 of_algorithms = {.most = 1}, of_limits = {.most = 2},
                                 of_moving = {.most = 1};

static const char *share_in_words(enum share share)
{
    static const char *const words[SHARE_COUNT] = {
        [SHARE_OVERHEAD] = "computing that serial does not do, or does faster",
        [SHARE_IMBALANCE] = "waiting for the slowest worker",
        [SHARE_COMMUNICATION] = "communication, locks and hand-over"};
    return words[share];
}

/* "31 to 33 %". */
static struct short_text percent(const struct summary *share)
{
    const double low = round(100 * share->interval.low), high = round(100 * share->interval.high);
    struct short_text text;
    if (low < high)
        (void)snprintf(text.text, sizeof text.text, "%.0f to %.0f %%", low, high);
    else
        (void)snprintf(text.text, sizeof text.text, "%.0f %%", high);
    return text;
}

/* ---- which model ---- */

static const struct curve *fastest(const struct curve *curves, size_t count,
                                   const struct curve *but)
{
    const struct curve *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (&curves[i] != but &&
            (!found || curves[i].best->speedup.median > found->best->speedup.median))
            found = &curves[i];
    return found;
}

static void judge_models(const struct analysed_kernel *kernel, const struct curve *curves,
                         size_t count, struct findings *findings)
{
    const struct curve *best = fastest(curves, count, NULL);
    const struct curve *next = fastest(curves, count, best);
    const struct analysis_of_cell *top = best->best;
    char equals[160] = ""; /* models that the data cannot tell from the best one */
    if (!next)
        return;
    for (size_t i = 0; i < count; i++)
        if (&curves[i] != best && stats_overlap(&curves[i].best->speedup, &top->speedup))
            text_append(equals, sizeof equals, "%s%s", *equals ? ", " : "",
                        curves[i].best->cell->label);
    const unsigned workers = top->cell->workers;
    const struct short_text range = findings_range(&top->speedup.interval);
    if (*equals)
        findings_doubt(findings, &top->speedup, &next->best->speedup,
                       "%s: %s with %u worker%s is at the top, %s times serial; the data do not "
                       "decide between it and %s.",
                       kernel->name, top->cell->label, workers, plural(workers), range.text,
                       equals);
    else
        findings_say(findings, &of_models,
                     top->speedup.interval.low / next->best->speedup.interval.high,
                     "%s: %s with %u worker%s is the fastest, %s times serial; the next one, %s "
                     "with %u, %s times.",
                     kernel->name, top->cell->label, workers, plural(workers), range.text,
                     next->best->cell->label, next->best->cell->workers,
                     findings_range(&next->best->speedup.interval).text);
}

/* ---- how many workers, and what limits them ---- */

/* What takes the more of the workers' time the more of them there are, in a sentence; nothing where
 * the data do not tell. */
static void say_growth(const struct analysis_of_cell *few, const struct analysis_of_cell *many,
                       char *text, size_t length)
{
    const struct summary *before = few->factors.over_rounds, *then = many->factors.over_rounds;
    enum share most = SHARE_OVERHEAD;
    for (enum share share = most + 1; share < SHARE_COUNT; share++)
        if (then[share].median - before[share].median > then[most].median - before[most].median)
            most = share;
    *text = '\0';
    if (few->factors.is_complete && many->factors.is_complete && before[most].has_interval &&
        then[most].has_interval && then[most].interval.low > before[most].interval.high)
        (void)snprintf(text, length,
                       " What grows from there on is %s: %s of the workers' time with %u, %s with "
                       "%u%s.",
                       share_in_words(most), percent(&then[most]).text, many->cell->workers,
                       percent(&before[most]).text, few->cell->workers,
                       few->factors.perturbed || many->factors.perturbed
                           ? " (instrumenting perturbed it)"
                           : "");
}

/* How much is gained by more workers than some: less than nothing, or next to nothing. */
static void say_peak(const struct curve *curve, const struct finding_sort *sort,
                     struct findings *findings)
{
    const struct analysis_of_cell *best = curve->best, *widest = curve->widest;
    const bool falls = widest->speedup.interval.high < best->speedup.interval.low;
    const struct analysis_of_cell *from = falls ? best : curve->enough;
    const unsigned all = widest->cell->workers, fewer = from->cell->workers;
    /* Of a model that one would take it matters, too, that workers are left for other things. */
    const double spared = sort == &of_the_fastest ? all / (double)fewer : 1;
    const struct short_text range = findings_range(&from->speedup.interval);
    const struct short_text given = findings_range(&widest->speedup.interval);
    char growth[320], peak[40] = "";
    say_growth(from, widest, growth, sizeof growth);
    if (curve->peak_from < curve->peak_to)
        (void)snprintf(peak, sizeof peak, "%u to ", curve->peak_from);
    if (falls)
        findings_say(findings, sort,
                     spared * best->speedup.interval.low / widest->speedup.interval.high,
                     "%s under %s peaks with %s%u worker%s, at %s times serial; %u give %s.%s",
                     best->cell->kernel, best->cell->label, peak, curve->peak_to,
                     plural(curve->peak_to), range.text, all, given.text, growth);
    else
        findings_say(findings, sort, spared,
                     "%s under %s gains at most %.0f %% from more than %u worker%s: %s times "
                     "serial with %u, %s with %u.%s",
                     best->cell->kernel, best->cell->label, ceil(100 * curve->gain), fewer,
                     plural(fewer), range.text, fewer, given.text, all, growth);
}

/* Of two figures that the data cannot tell apart: the greatest loss and the next one. */
static void doubt_loss(const struct analysis_of_cell *cell, enum share loss,
                       struct findings *findings)
{
    const struct summary *shares = cell->factors.over_rounds;
    enum share next = SHARE_USEFUL;
    for (enum share share = SHARE_OVERHEAD; share < SHARE_COUNT; share++)
        if (share != loss && (next == SHARE_USEFUL || shares[share].median > shares[next].median))
            next = share;
    findings_doubt(
        findings, &shares[loss], &shares[next],
        "%s under %s with %u workers: %s times serial; the data do not decide which loss "
        "is the greatest.",
        cell->cell->kernel, cell->cell->label, cell->cell->workers,
        findings_range(&cell->speedup.interval).text);
}

/* Why a model that gains by every worker is below what they could give. `most`: the speedup that
 * one could have instead, by whatever means. */
static void say_limit(const struct analysis_of_cell *cell, const struct finding_sort *sort,
                      double most, struct findings *findings)
{
    bool is_certain, is_decided;
    const enum share loss = analysis_loss(cell, &is_certain);
    if (loss == SHARE_USEFUL || loss == SHARE_COUNT || cell->cell->workers == 1)
        return;
    (void)efficiency_loss(cell->factors.over_rounds, &is_decided);
    if (!is_decided) {
        doubt_loss(cell, loss, findings);
        return;
    }
    findings_say(findings, sort, most / cell->speedup.interval.high,
                 "%s under %s with %u workers: %s times serial%s. The greatest loss is %s: %s "
                 "of the workers' time%s.",
                 cell->cell->kernel, cell->cell->label, cell->cell->workers,
                 findings_range(&cell->speedup.interval).text,
                 cell->speedup.interval.high < 1 ? ", slower than serial" : "",
                 share_in_words(loss), percent(&cell->factors.over_rounds[loss]).text,
                 cell->factors.perturbed ? " (instrumenting perturbed it)" : "");
}

/* What is to be said of a model's curve: no gain at all, none from where on, or why no more. */
static void judge_curve(const struct curve *curve, const struct curve *top,
                        struct findings *findings)
{
    const bool is_fastest = curve == top;
    const struct finding_sort *sort = is_fastest ? &of_the_fastest : &of_others;
    const struct analysis_of_cell *best = curve->best, *widest = curve->widest;
    const struct interval *interval = &best->speedup.interval;
    if (interval->high < 1 && best != widest)
        findings_say(findings, is_fastest ? sort : &of_slow_ones, 1 / interval->high,
                     "%s under %s is slower than serial with any number of workers: %s times its "
                     "speed at best, with %u, %s with %u.",
                     best->cell->kernel, best->cell->label, findings_range(interval).text,
                     best->cell->workers, findings_range(&widest->speedup.interval).text,
                     widest->cell->workers);
    else if (curve->enough != widest || widest->speedup.interval.high < interval->low)
        say_peak(curve, sort, findings);
    else if (best != widest)
        findings_doubt(findings, &best->speedup, &widest->speedup,
                       "%s under %s: the data do not decide whether it is faster with %u or with "
                       "%u workers, %s or %s times serial.",
                       best->cell->kernel, best->cell->label, best->cell->workers,
                       widest->cell->workers, findings_range(interval).text,
                       findings_range(&widest->speedup.interval).text);
    else
        say_limit(widest, sort,
                  is_fastest ? widest->cell->workers : top->best->speedup.interval.low, findings);
}

/* ---- other algorithms ---- */

/* How many times as fast the absolute base is as the cell. */
static struct short_text times_faster(const struct analysis_of_cell *cell)
{
    const struct interval *slower = &cell->absolute.interval;
    return findings_range(&(struct interval){1 / slower->high, 1 / slower->low});
}

/* Whether the cell is one of a model, and its absolute speedup is known and another than its
 * speedup. */
static bool is_rival(const struct analysis_of_cell *cell)
{
    return cell->absolute.has_interval && cell->absolute_base != cell->base &&
           !plan_is_aside(cell->cell) && !plan_is_base(cell->cell);
}

/*
 * Whether the cell is to be told of rather than the other one: of those that are faster than the
 * fastest algorithm on one core that with the fewest workers, of several the fastest; where there
 * is none, the fastest cell. (F. McSherry, M. Isard, D. G. Murray, Scalability! But at what COST?,
 * HotOS XV, 2015: the Configuration that Outperforms a Single Thread.)
 */
static bool is_before(const struct analysis_of_cell *cell, const struct analysis_of_cell *other)
{
    const bool is_ahead = cell->absolute.interval.low > 1;
    if (is_ahead != (other->absolute.interval.low > 1))
        return is_ahead;
    if (is_ahead && cell->cell->workers != other->cell->workers)
        return cell->cell->workers < other->cell->workers;
    return cell->absolute.median > other->absolute.median;
}

/* NULL: there is none. `*may_be_ahead`: any is as fast as that algorithm, for all that is known. */
static const struct analysis_of_cell *find_rival(const struct analysed_kernel *kernel,
                                                 bool *may_be_ahead)
{
    const struct analysis_of_cell *rival = NULL;
    *may_be_ahead = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_rival(cell))
            continue;
        *may_be_ahead = *may_be_ahead || !(cell->absolute.interval.high < 1);
        rival = !rival || is_before(cell, rival) ? cell : rival;
    }
    return rival;
}

/* What more workers make of that algorithm, as a sentence's end; nothing where nobody looked. */
static void say_again(const struct analysed_kernel *kernel, const char *algorithm, char *text,
                      size_t length)
{
    *text = '\0';
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        const struct summary *again = &kernel->cells[i]->speedup;
        if (cell->workers == 1 || !again->has_interval || !plan_is_aside(cell) ||
            strcmp(cell->kernel, algorithm) != 0)
            continue;
        const struct short_text range = findings_range(&again->interval);
        text_append(text, length, "; %u workers, under %s, %s %s times as fast%s", cell->workers,
                    cell->label,
                    again->interval.low > 1    ? "make it"
                    : again->interval.high < 1 ? "make it no faster:"
                                               : "may make it faster or not:",
                    range.text, again->interval.low > 1 ? " again" : "");
    }
}

/* What the fastest algorithm, which is another one than the kernel's own, gives on one core,
 * whether more workers without it are faster, and what they make of it. */
static void say_algorithm(const struct analysed_kernel *kernel, const struct analysis_of_cell *own,
                          struct findings *findings)
{
    static const struct summary one = {1, 1, true, {1, 1}};
    const struct cell *fastest = own->absolute_base->cell;
    const char *word = plan_algorithm(fastest);
    bool may_be_ahead;
    const struct analysis_of_cell *rival = find_rival(kernel, &may_be_ahead);
    char again[320], with[MODEL_SPEC_LABEL_MAX + 32] = "";
    say_again(kernel, fastest->kernel, again, sizeof again);
    if (rival)
        (void)snprintf(with, sizeof with, "%s with %u worker%s", rival->cell->label,
                       rival->cell->workers, plural(rival->cell->workers));
    if (!(own->absolute.interval.high < 1))
        findings_doubt(findings, &own->absolute, &one,
                       "%s: the data do not decide whether one core is faster with another "
                       "algorithm, %s: %s times as fast as with the kernel's own%s.",
                       kernel->name, word, times_faster(own).text, again);
    else if (rival && rival->absolute.interval.low > 1)
        findings_say(findings, &of_algorithms, 1 / own->absolute.interval.high,
                     "%s: one core with another algorithm, %s, is %s times as fast as with the "
                     "kernel's own, and %s is %s times as fast as that%s.",
                     kernel->name, word, times_faster(own).text, with,
                     findings_range(&rival->absolute.interval).text, again);
    else if (rival && may_be_ahead)
        findings_doubt(findings, &rival->absolute, &one,
                       "%s: one core with another algorithm, %s, is %s times as fast as with the "
                       "kernel's own; the data do not decide whether any model is faster: %s is "
                       "%s times as fast as that%s.",
                       kernel->name, word, times_faster(own).text, with,
                       findings_range(&rival->absolute.interval).text, again);
    else
        findings_say(findings, &of_algorithms, 1 / (rival ? rival : own)->absolute.interval.high,
                     "%s: one core with another algorithm, %s, is %s times as fast as with the "
                     "kernel's own%s%s%s%s%s.",
                     kernel->name, word, times_faster(own).text, rival ? ", and " : "",
                     rival ? times_faster(rival).text : "",
                     rival ? " times as fast as the fastest cell, " : "", with, again);
}

static void judge_algorithm(const struct analysed_kernel *kernel, struct findings *findings)
{
    const struct analysis_of_cell *own = kernel->bases.relative;
    if (own && own->absolute.has_interval && own->absolute_base->cell != own->cell)
        say_algorithm(kernel, own, findings);
}

/* ---- against what limits the kernel ---- */

/* "squares under threads with 2 workers reaches 97 to 99 % of the speed that memory allows (copy
 * with as many workers)". */
static void describe_share(const struct analysis_of_cell *cell, char *text, size_t length)
{
    static const char *const how[] = {[LIMIT_OF_MACHINE] = "with as many workers",
                                      [LIMIT_OF_CORES] = "on one core, times the workers",
                                      [LIMIT_OF_SERIAL_PART] = "by one worker, the rest by all"};
    const struct cell *own = cell->cell;
    (void)snprintf(
        text, length, "%s under %s with %u worker%s reaches %s of the speed that %s allows (%s %s)",
        own->kernel, own->label, own->workers, plural(own->workers), percent(&cell->of_limit).text,
        own->limit.what, cell->limit->cell->kernel, how[own->limit.kind]);
}

/* Whether the cell is as fast as the limit lets it be. */
static void judge_limit(const struct analysis_of_cell *cell, struct findings *findings)
{
    static const double near = 0.9, beyond = 1.05;
    const struct summary nearly = {1, near, true, {near, near}};
    const struct interval *share = &cell->of_limit.interval;
    char reached[400];
    if (!cell->of_limit.has_interval)
        return;
    describe_share(cell, reached, sizeof reached);
    if (share->low > beyond)
        findings_say(findings, &of_limits, share->low, "%s: that is no limit of it.", reached);
    else if (share->low >= near)
        findings_say(findings, &of_limits, cell->cell->workers / cell->speedup.interval.high,
                     "%s: with this algorithm next to nothing is left to gain.", reached);
    else if (share->high < near)
        findings_say(findings, &of_limits, 1 / share->high, "%s: more than that holds it up.",
                     reached);
    else
        findings_doubt(findings, &cell->of_limit, &nearly,
                       "%s; the data do not decide whether that is all that holds it up.", reached);
}

/* ---- data that ranks move and others share ---- */

static void say_moving(const struct moving *moving, struct findings *findings)
{
    const struct cell *ranks = moving->ranks->cell, *sharing = moving->sharing->cell;
    const struct interval rate = {1e-9 * moving->bandwidth.interval.low,
                                  1e-9 * moving->bandwidth.interval.high};
    findings_say(
        findings, &of_moving, moving->ratio.interval.low,
        "%s: %u workers of %s take %s times as long as those of %s, on one node. Handing "
        "out and collecting %s, at %s GB/s, is %s of that%s; %s moves no inputs and "
        "outputs.",
        ranks->kernel, ranks->workers, ranks->label, findings_range(&moving->ratio.interval).text,
        sharing->label, text_bytes((uint64_t)moving->bytes).text, findings_range(&rate).text,
        percent(&moving->share).text,
        moving->ranks->factors.perturbed ? " (instrumenting perturbed it)" : "", sharing->label);
}

/* Where that takes most of the time of ranks that are slower than who shares memory. */
static void judge_moving(const struct analysed_kernel *kernel, const struct curve *curve,
                         struct findings *findings)
{
    static const double most_of_it = 0.5;
    const struct analysis_of_cell *ranks = curve->widest, *sharing = moving_beside(kernel, ranks);
    struct moving moving;
    if (!sharing)
        return;
    moving_find(ranks, sharing, kernel->run->rounds, &moving);
    if (moving.ratio.has_interval && moving.ratio.interval.low > 1 && moving.share.has_interval &&
        moving.share.interval.low > most_of_it)
        say_moving(&moving, findings);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    size_t count;
    struct curve *curves = curves_make(kernel, cores, &count);
    const struct curve *best = fastest(curves, count, NULL);
    if (best) {
        judge_models(kernel, curves, count, findings);
        for (size_t i = 0; i < count; i++)
            judge_curve(&curves[i], best, findings);
        for (size_t i = 0; i < count; i++)
            judge_moving(kernel, &curves[i], findings);
        judge_limit(best->best, findings);
    }
    judge_algorithm(kernel, findings);
    free(curves);
}

static const struct experiment_figure figures[] = {
    {.heading = "strong scaling, speedup",
     .quantity = QUANTITY_SPEEDUP,
     .has_limit = true,
     .has_law = true,
     .law = LAW_UNIVERSAL},
    {.heading = "strong scaling, efficiency", .quantity = QUANTITY_EFFICIENCY},
    {.heading = "strong scaling, time", .quantity = QUANTITY_TIME},
    {.heading = "Strong scaling, speedup of all kernels",
     .quantity = QUANTITY_SPEEDUP,
     .has_limit = true,
     .is_of_all = true,
     .script = "panels",
     .alternative =
         "Speedup over serial against workers, a panel per kernel, a line per model, all "
         "on the same axes, and where it was measured the limit of the kernel. The tables below "
         "have the numbers."},
    {0},
};

const struct experiment experiment_strong = {
    .name = "strong",
    .question = "how much faster is the same work with more workers?",
    .laws = 1u << LAW_AMDAHL | 1u << LAW_UNIVERSAL,
    .figures = figures,
    .find = find,
    .heading = "Strong scaling",
    .about = "The same work with more workers: the nearer a line is to the dashed one, the more "
             "of them are of use. Where a line bends down, more workers make it slower. A dotted "
             "line is what limits the kernel, where that was measured. A model above it shows that "
             "it is no limit.",
};
