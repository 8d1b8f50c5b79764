#include "measured.h"

#include "lab_units.h"
#include "memory.h"
#include "stats.h"
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct measured measured_none(const char *format, ...)
{
    struct measured none = {.median = NAN, .low = NAN, .high = NAN};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(none.why, sizeof none.why, format, arguments);
    va_end(arguments);
    return none;
}

struct measured measured_exactly(double number)
{
    return isnan(number) ? measured_none("it was not measured")
                         : (struct measured){
                               .is_known = true, .median = number, .low = number, .high = number};
}

struct measured measured_of(const struct summary *summary)
{
    struct measured measured = measured_none("it was not measured");
    if (summary->count == 0 || isnan(summary->median))
        return measured;
    measured.median = summary->median;
    if (!summary->has_interval) {
        (void)snprintf(measured.why, sizeof measured.why,
                       "%zu round%s, and an interval takes %d: measure it again, for longer",
                       summary->count, summary->count == 1 ? "" : "s", STATS_MIN_FOR_INTERVAL);
        return measured;
    }
    measured.is_known = true;
    measured.low = summary->interval.low;
    measured.high = summary->interval.high;
    measured.why[0] = '\0';
    return measured;
}

double measured_in_round(const struct measured_rounds *rounds, size_t round)
{
    const double seconds = rounds->seconds[round];
    return rounds->over ? rounds->over[round] / seconds : seconds;
}

static bool are_seconds_of_one_run(const struct measured *left, const struct measured *right)
{
    return left->is_known && right->is_known && left->rounds.run &&
           left->rounds.run == right->rounds.run && !left->rounds.over && !right->rounds.over;
}

static struct measured over_by_round(const struct measured *left, const struct measured *right)
{
    const struct measured_rounds rounds = {right->rounds.run, right->rounds.count,
                                           right->rounds.seconds, left->rounds.seconds};
    double *ratios = memory_new(rounds.count + 1, sizeof *ratios);
    for (size_t i = 0; i < rounds.count; i++)
        ratios[i] = measured_in_round(&rounds, i);
    const struct summary summary = stats_summary(ratios, rounds.count);
    free(ratios);
    struct measured ratio = measured_of(&summary);
    ratio.rounds = rounds;
    return ratio;
}

/* What is known of both, whatever round it is of. */
static struct measured over_by_ends(const struct measured *left, const struct measured *right)
{
    struct measured ratio = *(left->is_known ? right : left);
    ratio.rounds = (struct measured_rounds){.run = NULL};
    if (!(right->median > 0) || isnan(left->median)) {
        return isnan(ratio.median) ? ratio : measured_none("it would be over nothing");
    }
    ratio.median = left->median / right->median;
    ratio.is_known = left->is_known && right->is_known && right->low > 0;
    ratio.low = ratio.is_known ? left->low / right->high : NAN;
    ratio.high = ratio.is_known ? left->high / right->low : NAN;
    if (!ratio.is_known && !*ratio.why)
        (void)snprintf(ratio.why, sizeof ratio.why, "what it is over may be nothing");
    return ratio;
}

struct measured measured_over(const struct measured *left, const struct measured *right)
{
    if (are_seconds_of_one_run(left, right)) {
        const struct measured ratio = over_by_round(left, right);
        if (ratio.is_known)
            return ratio;
    }
    return over_by_ends(left, right);
}

static void print_number(char *text, size_t length, double number)
{
    const double most = fabs(number);
    if (most >= 1e6 || (most > 0 && most < 1e-4))
        text_append(text, length, "%.3g", number);
    else
        text_append(text, length, "%.*f", most >= 1000 ? 0 : text_digits(most), number);
}

/* A whole number that has no interval is a count. */
static void print_exactly(char *text, size_t length, double number)
{
    if (number == round(number) && fabs(number) < 1e6)
        text_append(text, length, "%.0f", number);
    else
        print_number(text, length, number);
}

void measured_print(const struct measured *measured, const char *unit, char *text, size_t length)
{
    const double scale = lab_unit_scale(unit);
    text[0] = '\0';
    if (isnan(measured->median)) {
        text_append(text, length, "not known: %s", measured->why);
        return;
    }
    if (measured->low < measured->high) {
        print_number(text, length, measured->median / scale);
        text_append(text, length, " [");
        print_number(text, length, measured->low / scale);
        text_append(text, length, ", ");
        print_number(text, length, measured->high / scale);
        text_append(text, length, "]");
    } else {
        print_exactly(text, length, measured->median / scale);
    }
    if (unit)
        text_append(text, length, " %s", lab_unit_text(unit));
    if (*measured->why)
        text_append(text, length, " (%s)", measured->why);
}
