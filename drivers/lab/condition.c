#define _GNU_SOURCE
#include "condition.h"

#include "memory.h"
#include "stats.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS_MAX = 8 };

/* One side of a comparison, as it is added up. */
struct side {
    double low, high;
    bool is_known;
    bool has_rounds; /* all values do: they are `terms`, and all else is `constant` */
    double constant;
    size_t count;
    struct term {
        double factor;
        struct measured_rounds rounds;
    } terms[TERMS_MAX];
};

/* A condition that is being read, word by word. */
struct reading {
    const char *at;
    char word[LAB_NAME_MAX];
    const struct values_by_name *measured;
    char *why;      /* what leaves a comparison open, as long as nothing has */
    size_t why_max; /* 0 once something has */
    bool is_wrong;
};

/* "" at the end. */
static void read_word(struct reading *reading)
{
    reading->at += strspn(reading->at, " ");
    const size_t length = strcspn(reading->at, " ");
    (void)snprintf(reading->word, sizeof reading->word, "%.*s", (int)length, reading->at);
    reading->at += length;
}

static bool is(const struct reading *reading, const char *word)
{
    return strcmp(reading->word, word) == 0;
}

static bool is_number(const struct reading *reading, double *number)
{
    char *end;
    *number = strtod(reading->word, &end);
    return end != reading->word && !*end;
}

/* A side's term ends where the side does, or where the next one begins. */
static bool ends_term(const struct reading *reading)
{
    return !*reading->word || is(reading, "<") || is(reading, ">") || is(reading, "and") ||
           is(reading, "+") || is(reading, "-");
}

static void note(struct reading *reading, const char *why)
{
    if (reading->why_max > 0 && why[0])
        (void)snprintf(reading->why, reading->why_max, "%s", why);
    if (why[0])
        reading->why_max = 0;
}

static void add(struct side *side, double factor, double low, double high)
{
    side->low += fmin(factor * low, factor * high);
    side->high += fmax(factor * low, factor * high);
}

static void add_rounds(struct side *side, double factor, const struct measured_rounds *rounds)
{
    side->has_rounds = side->has_rounds && rounds->run && side->count < TERMS_MAX;
    if (side->has_rounds)
        side->terms[side->count++] = (struct term){factor, *rounds};
}

static void add_value(struct reading *reading, struct side *side, double factor)
{
    char why[CONDITION_WHY_MAX];
    const struct measured value =
        reading->measured->find(reading->measured->context, reading->word);
    if (value.is_known) {
        add(side, factor, value.low, value.high);
        add_rounds(side, factor, &value.rounds);
        return;
    }
    (void)snprintf(why, sizeof why, "%s is not known: %s", reading->word, value.why);
    note(reading, why);
    side->is_known = false;
}

/* [NUMBER] [NAME], with a sign before it. */
static void read_term(struct reading *reading, struct side *side, double sign)
{
    double factor = 1;
    const bool has_factor = is_number(reading, &factor);
    if (has_factor)
        read_word(reading);
    if (has_factor && ends_term(reading)) {
        add(side, sign * factor, 1, 1);
        side->constant += sign * factor;
        return;
    }
    if (ends_term(reading)) {
        reading->is_wrong = true;
        return;
    }
    add_value(reading, side, has_factor ? sign * factor : sign);
    read_word(reading);
}

static struct side read_side(struct reading *reading)
{
    struct side side = {.is_known = true, .has_rounds = true};
    double sign = 1;
    for (;;) {
        read_term(reading, &side, sign);
        if (reading->is_wrong || (!is(reading, "+") && !is(reading, "-")))
            return side;
        sign = is(reading, "-") ? -1 : 1;
        read_word(reading);
    }
}

/* ---- comparing ---- */

/* Of the rounds of one run: both sides have some, and no value is of another run. */
static bool are_paired(const struct side *left, const struct side *right)
{
    if (!left->has_rounds || !right->has_rounds || left->count == 0 || right->count == 0)
        return false;
    for (size_t i = 0; i < left->count + right->count; i++) {
        const struct term *term =
            i < left->count ? &left->terms[i] : &right->terms[i - left->count];
        if (term->rounds.run != left->terms[0].rounds.run)
            return false;
    }
    return true;
}

static double in_round(const struct side *side, size_t round)
{
    double sum = side->constant;
    for (size_t i = 0; i < side->count; i++)
        sum += side->terms[i].factor * measured_in_round(&side->terms[i].rounds, round);
    return sum;
}

/* By how much `large` is larger. */
static struct summary difference(const struct side *small, const struct side *large)
{
    const size_t rounds = small->terms[0].rounds.count;
    double *differences = memory_new(rounds + 1, sizeof *differences);
    for (size_t i = 0; i < rounds; i++)
        differences[i] = in_round(large, i) - in_round(small, i);
    const struct summary summary = stats_summary(differences, rounds);
    free(differences);
    return summary;
}

static enum truth truth_of(double least, double most)
{
    return least > 0 ? TRUTH_YES : most <= 0 ? TRUTH_NO : TRUTH_OPEN;
}

static void print_range(char *why, size_t length, double low, double high)
{
    text_append(why, length, low < high ? "%.4g to %.4g" : "%.4g", low, high);
}

/* Adds to `why` what leaves it open. */
static enum truth is_less(const struct side *small, const struct side *large,
                          char why[CONDITION_WHY_MAX])
{
    if (!small->is_known || !large->is_known)
        return TRUTH_OPEN;
    if (are_paired(small, large)) {
        const struct summary more = difference(small, large);
        if (more.has_interval) {
            text_append(why, CONDITION_WHY_MAX, "; round by round the difference is ");
            print_range(why, CONDITION_WHY_MAX, more.interval.low, more.interval.high);
            return truth_of(more.interval.low, more.interval.high);
        }
    }
    return truth_of(large->low - small->high, large->high - small->low);
}

static enum truth read_comparison(struct reading *reading)
{
    char why[CONDITION_WHY_MAX];
    const char *start = reading->at - strlen(reading->word);
    const struct side left = read_side(reading);
    const bool less = is(reading, "<");
    if (reading->is_wrong || (!less && !is(reading, ">"))) {
        reading->is_wrong = true;
        return TRUTH_OPEN;
    }
    read_word(reading);
    const struct side right = read_side(reading);
    const char *end = reading->at - strlen(reading->word);
    while (end > start && end[-1] == ' ')
        end--;
    (void)snprintf(why, sizeof why, "whether %.*s is open: ", (int)(end - start), start);
    print_range(why, sizeof why, left.low, left.high);
    text_append(why, sizeof why, " against ");
    print_range(why, sizeof why, right.low, right.high);
    const enum truth truth = less ? is_less(&left, &right, why) : is_less(&right, &left, why);
    if (truth == TRUTH_OPEN)
        note(reading, why);
    return truth;
}

static enum truth read_condition(struct reading *reading)
{
    enum truth truth = TRUTH_YES;
    read_word(reading);
    for (;;) {
        const enum truth next = read_comparison(reading);
        truth = next < truth ? next : truth;
        if (!*reading->word || reading->is_wrong)
            return truth;
        if (!is(reading, "and"))
            reading->is_wrong = true;
        read_word(reading);
    }
}

enum truth condition_holds(const char *condition, const struct values_by_name *measured,
                           char why[CONDITION_WHY_MAX])
{
    struct reading reading = {
        .at = condition, .measured = measured, .why = why, .why_max = CONDITION_WHY_MAX};
    why[0] = '\0';
    return read_condition(&reading);
}

static struct measured find_none(const void *lab, const char *name)
{
    return lab_value(lab, name) ? measured_exactly(1) : measured_none("there is none");
}

const char *condition_check(const struct lab *lab, const char *condition)
{
    char why[CONDITION_WHY_MAX] = "";
    const struct values_by_name measured = {find_none, lab};
    struct reading reading = {
        .at = condition, .measured = &measured, .why = why, .why_max = sizeof why};
    if (strcmp(condition, "otherwise") == 0)
        return NULL;
    (void)read_condition(&reading);
    return reading.is_wrong              ? "a condition is not of comparisons joined by and"
           : strstr(why, "is not known") ? "a condition has a value that does not stand before it"
                                         : NULL;
}

bool condition_names(const char *condition, const char *value)
{
    struct reading reading = {.at = condition};
    do {
        read_word(&reading);
        if (is(&reading, value))
            return true;
    } while (*reading.word);
    return false;
}
