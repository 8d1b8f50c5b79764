#include "stopping.h"

#include "stats.h"
#include "text.h"

#include <math.h>
#include <stdio.h>

/* Fewer where fewer were asked for. */
static unsigned fewest(const struct run_config *config)
{
    return config->rounds < config->rounds_min ? config->rounds : config->rounds_min;
}

static double round_s(const struct so_far *so_far)
{
    return so_far->begun > 0 ? so_far->elapsed_s / so_far->begun : 0;
}

enum ending stopping_find(const struct run_config *config, const struct so_far *so_far)
{
    const bool is_promised = so_far->done < fewest(config);
    const double after_next = so_far->elapsed_s + so_far->next_s;
    if (so_far->failed)
        return ENDING_FAILED;
    if (so_far->precise && !is_promised)
        return ENDING_PRECISION;
    if (so_far->done >= config->rounds)
        return ENDING_ROUNDS;
    return so_far->begun > 0 &&
                   after_next > (is_promised ? config->budget_most_s : config->budget_s)
               ? ENDING_BUDGET
               : ENDING_NONE;
}

/* Of those that leave out something, the ones that leave out nothing. */
static bool is_fourth(unsigned round)
{
    return round % 4 == 3;
}

bool stopping_is_due(const struct run_config *config, unsigned round, const struct cell *cell,
                     const struct widths *widths)
{
    enum { ALL_AT_FIRST = 9 };
    const bool is_narrow =
        widths->time <= config->precision && widths->speedup <= config->precision;
    return round < ALL_AT_FIRST || round < config->rounds_min || plan_is_base(cell) ||
           plan_limits(cell) || !is_narrow || is_fourth(round);
}

bool stopping_is_counted(const struct run_config *config, unsigned round)
{
    return round == 0 || is_fourth(round) || config->require_counters;
}

double stopping_fewest_s(const struct run_config *config, const struct so_far *so_far)
{
    if (so_far->failed || so_far->done >= fewest(config))
        return 0;
    return so_far->elapsed_s + round_s(so_far) * (fewest(config) - so_far->done);
}

static struct short_text time_text(double seconds)
{
    struct short_text text;
    if (seconds < 120)
        (void)snprintf(text.text, sizeof text.text, "%.*f s", seconds < 10 ? 1 : 0, seconds);
    else if (seconds < 7200)
        (void)snprintf(text.text, sizeof text.text, "%.1f minutes", seconds / 60);
    else
        (void)snprintf(text.text, sizeof text.text, "%.1f hours", seconds / 3600);
    return text;
}

void stopping_warn(const struct run_config *config, const struct so_far *so_far, char *text,
                   size_t length)
{
    const double all_s = stopping_fewest_s(config, so_far);
    *text = '\0';
    if (!(all_s > config->budget_s))
        return;
    (void)snprintf(text, length, "a round takes %s: the %u that %s take %s",
                   time_text(round_s(so_far)).text, fewest(config),
                   fewest(config) == STATS_MIN_FOR_INTERVAL ? "an interval needs"
                                                            : "there should be",
                   time_text(all_s).text);
    if (all_s > config->budget_most_s)
        text_append(text, length,
                    ", more than the %s that they may: take fewer --workers or --kernels, or "
                    "--budget %.0fm",
                    time_text(config->budget_most_s).text, ceil(1.1 * all_s / 60));
    else
        text_append(text, length, "; fewer --workers or --kernels make that shorter");
}
