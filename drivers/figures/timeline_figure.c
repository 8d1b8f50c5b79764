#include "timeline_figure.h"

#include "memory.h"
#include "quantities.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

/* Rectangles of a picture: more of them are no wider than its points, and take long to load. */
enum { RECTANGLES_MAX = 4000, RECTANGLES_OF_LANE_MIN = 32 };

/* ---- the words ---- */

/* "rank 0.1" of several ranks with several threads. */
static struct short_text name_of(const struct cell *cell, const struct lane *lane)
{
    struct short_text name;
    const bool has_ranks = cell->ranks > 1, has_threads = cell->threads > 1;
    if (lane->thread == LANE_UNSEATED)
        (void)snprintf(name.text, sizeof name.text, has_ranks ? "rank %d, no worker" : "no worker",
                       lane->rank);
    else if (has_ranks && has_threads)
        (void)snprintf(name.text, sizeof name.text, "rank %d.%d", lane->rank, lane->thread);
    else
        (void)snprintf(name.text, sizeof name.text, "%s %d", has_ranks ? "rank" : "worker",
                       has_ranks ? lane->rank : lane->thread);
    return name;
}

static struct short_text core_of(const struct lane *lane)
{
    struct short_text core = {""};
    if (lane->processor >= 0)
        (void)snprintf(core.text, sizeof core.text, ", core %d", lane->processor);
    return core;
}

/* One that is no worker is shown where it took time enough to be seen. */
static bool is_shown(const struct lanes *lanes, const struct lane *lane)
{
    static const double least_share = 0.002;
    return lane->thread != LANE_UNSEATED || lane_worked_s(lane) >= least_share * lanes->wall_s;
}

/* The next one that is shown; NULL: the first one, and at the end. */
static const struct lane *next_lane(const struct lanes *lanes, const struct lane *lane)
{
    for (lane = lane ? lane + 1 : lanes->all; lane < lanes->all + lanes->count; lane++)
        if (is_shown(lanes, lane))
            return lane;
    return NULL;
}

static size_t count_shown(const struct lanes *lanes)
{
    size_t count = 0;
    for (const struct lane *lane = NULL; (lane = next_lane(lanes, lane));)
        count++;
    return count;
}

static bool lane_combines(const struct lane *lane)
{
    for (size_t i = 0; i < lane->count; i++)
        if (lane->pieces[i].combines)
            return true;
    return false;
}

static double longest_of(const struct timeline_picture *picture)
{
    double longest_s = 0;
    for (size_t i = 0; i < picture->count; i++)
        longest_s = fmax(longest_s, picture->panels[i].lanes->wall_s);
    return longest_s;
}

void timeline_caption(struct timeline_picture *picture, const char *machine)
{
    double apart_s = 0;
    unsigned left_out = 0;
    for (size_t i = 0; i < picture->count; i++) {
        const struct lanes *lanes = picture->panels[i].lanes;
        apart_s = fmax(apart_s, lanes->apart_s);
        if (lanes->workers > TIMELINE_LANES_MAX)
            left_out = MAX(left_out, lanes->workers);
    }
    (void)snprintf(picture->caption, sizeof picture->caption,
                   "%s\n%s; one execution %s, which is no sample", machine,
                   plan_size_text(picture->panels[0].cell).text,
                   picture->count > 1 ? "of each" : "of it");
    if (apart_s > 0)
        text_append(picture->caption, sizeof picture->caption,
                    "; ranks began within %s of each other", text_seconds(apart_s).text);
    if (left_out > 0)
        text_append(picture->caption, sizeof picture->caption, "; the first %d of %u workers",
                    TIMELINE_LANES_MAX, left_out);
}

/* ---- what gnuplot is told ---- */

static void tell_panel(FILE *settings, const struct timeline_panel *panel)
{
    const struct lanes *lanes = panel->lanes;
    (void)fprintf(
        settings,
        "titles = titles.'\"%s%s%s, %u worker%s\" '\nwalls = walls.'%.12g '\nlanes = lanes.'%zu '\n"
        "totals = totals.'\"%s\" '\n",
        panel->rank ? panel->rank : "", panel->rank ? ": " : "", panel->cell->label, lanes->workers,
        plural(lanes->workers), lanes->wall_s, count_shown(lanes),
        text_seconds(lanes->wall_s).text);
    for (const struct lane *lane = NULL; (lane = next_lane(lanes, lane));) {
        (void)fprintf(settings, "names = names.'\"%s\" '\ncores = cores.'\"%s\" '\n",
                      name_of(panel->cell, lane).text, core_of(lane).text);
        (void)fprintf(settings, "shares = shares.'\"%.0f %%\" '\n",
                      100 * fmin(lane_worked_s(lane) / lanes->wall_s, 1));
    }
}

/* In the unit that the longest has. */
static void tell(FILE *settings, const void *what)
{
    const struct timeline_picture *picture = what;
    const double longest_s = longest_of(picture);
    const struct short_text text = text_seconds(longest_s);
    const char *unit = strrchr(text.text, ' ');
    const double scale = strcmp(unit, " s") == 0    ? 1
                         : strcmp(unit, " ms") == 0 ? 1e3
                         : strcmp(unit, " ns") == 0 ? 1e9
                                                    : 1e6;
    bool combines = false;
    for (size_t i = 0; i < picture->count; i++)
        for (const struct lane *lane = NULL; (lane = next_lane(picture->panels[i].lanes, lane));)
            combines = combines || lane_combines(lane);
    gnuplot_set(settings, "heading", picture->heading);
    gnuplot_set(settings, "caption", picture->caption);
    (void)fprintf(settings,
                  "unit = '%s'\nscale = %.1f\nlast_wall = %.12g\ncombines = %d\n"
                  "titles = walls = totals = lanes = names = cores = shares = ''\n",
                  unit + 1, scale, longest_s, (int)combines);
    for (size_t i = 0; i < picture->count; i++)
        tell_panel(settings, &picture->panels[i]);
}

/* ---- the numbers ---- */

/* Where it lies in the range, from 0 to 1. */
static double place_of(uint64_t item, const struct cell *cell)
{
    return cell->size > 0 ? (double)item / (double)cell->size : 0;
}

static void write_lane(FILE *stream, const struct timeline_panel *panel, const struct lane *lane,
                       size_t most)
{
    size_t count = lane->count;
    struct timeline_piece *pieces = memory_new(count + 1, sizeof *pieces);
    memcpy(pieces, lane->pieces, count * sizeof *pieces);
    timeline_thin(pieces, &count, most, 0);
    (void)fprintf(stream, "%s: %s%s\n", panel->cell->label, name_of(panel->cell, lane).text,
                  core_of(lane).text);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(stream, "%.9f\t%.9f\t%llu\t%llu\t%llu\t%.9f\t%d\t%.4f\t%.4f\n",
                      1e-9 * (double)pieces[i].begin_ns, 1e-9 * (double)pieces[i].end_ns,
                      (unsigned long long)pieces[i].items.begin,
                      (unsigned long long)pieces[i].items.end,
                      (unsigned long long)pieces[i].computed, 1e-9 * (double)pieces[i].worked_ns,
                      (int)pieces[i].combines, place_of(pieces[i].items.begin, panel->cell),
                      place_of(pieces[i].items.end, panel->cell));
    if (count == 0) /* gnuplot knows no block without a row */
        (void)fputs("NaN\tNaN\t0\t0\t0\tNaN\t0\tNaN\tNaN\n", stream);
    (void)fputs("\n\n", stream);
    free(pieces);
}

static void write_numbers(FILE *stream, const void *what)
{
    const struct timeline_picture *picture = what;
    size_t all = 0;
    for (size_t i = 0; i < picture->count; i++)
        all += count_shown(picture->panels[i].lanes);
    const size_t most = MAX(RECTANGLES_MAX / MAX(all, 1), RECTANGLES_OF_LANE_MIN);
    (void)fputs("# pieces; a block per worker, which its first line names\n"
                "# begin, s\tend, s\tfirst item\tbehind the last\titems\twithout gaps, s"
                "\t1: combines\tits begin and\tend in the range\n",
                stream);
    for (size_t i = 0; i < picture->count; i++)
        for (const struct lane *lane = NULL; (lane = next_lane(picture->panels[i].lanes, lane));)
            write_lane(stream, &picture->panels[i], lane, most);
}

struct drawing timeline_drawing(const struct timeline_picture *picture, const char *plots,
                                const char *name)
{
    return (struct drawing){.plots = plots,
                            .script = "timeline",
                            .name = name,
                            .tell = tell,
                            .write = write_numbers,
                            .what = picture};
}

/* ---- of a run ---- */

/* Of those the ones with the most workers are shown. */
static bool is_candidate(const struct timeline_figure *figure, const struct analysis_of_cell *cell)
{
    return cell->verified && experiment_has(figure->experiment, cell->cell) &&
           experiment_has_timeline(cell->cell) && cell->state->lanes.count > 0;
}

static unsigned most_workers(const struct timeline_figure *figure)
{
    unsigned most = 0;
    for (size_t i = 0; i < figure->kernel->count; i++)
        if (is_candidate(figure, figure->kernel->cells[i]))
            most = MAX(most, figure->kernel->cells[i]->cell->workers);
    return most;
}

static void add_panel(struct timeline_picture *picture, const struct analysis_of_cell *cell,
                      const char *rank)
{
    if (picture->count < TIMELINE_PANELS_MAX)
        picture->panels[picture->count++] =
            (struct timeline_panel){.rank = rank, .cell = cell->cell, .lanes = &cell->state->lanes};
}

static void choose_panels(struct timeline_figure *figure)
{
    const struct analysis_of_cell *fastest = NULL, *slowest = NULL;
    const unsigned workers = most_workers(figure);
    const bool of_all = figure->experiment->timeline == TIMELINE_ALL;
    figure->picture.count = 0;
    for (size_t i = 0; i < figure->kernel->count; i++) {
        const struct analysis_of_cell *cell = figure->kernel->cells[i];
        if (!is_candidate(figure, cell) || cell->cell->workers != workers)
            continue;
        if (of_all)
            add_panel(&figure->picture, cell, NULL);
        fastest = !fastest || cell->time.median < fastest->time.median ? cell : fastest;
        slowest = !slowest || cell->time.median > slowest->time.median ? cell : slowest;
    }
    if (!of_all && fastest)
        add_panel(&figure->picture, fastest, fastest == slowest ? NULL : "fastest");
    if (!of_all && slowest != fastest)
        add_panel(&figure->picture, slowest, "slowest");
}

static void make_figure(struct timeline_figure *figure)
{
    choose_panels(figure);
    if (figure->picture.count == 0)
        return;
    (void)snprintf(figure->name, sizeof figure->name, "%s-%s-timeline", figure->experiment->name,
                   figure->kernel->name);
    text_file_name(figure->name);
    (void)snprintf(figure->picture.heading, sizeof figure->picture.heading,
                   "%s: who computed what when", figure->kernel->name);
    timeline_caption(&figure->picture, analysed_run_machine(figure->kernel->run).text);
}

bool timeline_figure_next(struct timeline_figure *figure)
{
    size_t e = 0;
    while (figure->experiment && experiment_table[e] != figure->experiment)
        e++;
    for (e += figure->experiment != NULL; experiment_table[e]; e++) {
        figure->experiment = experiment_table[e];
        if (figure->experiment->timeline == TIMELINE_NONE)
            continue;
        make_figure(figure);
        if (figure->picture.count > 0)
            return true;
    }
    return false;
}

/* The least and the most that a worker was busy, in per cent. */
static void append_busy(const struct timeline_panel *panel, char *text, size_t length)
{
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < panel->lanes->count; i++) {
        const struct lane *lane = &panel->lanes->all[i];
        const double share = fmin(lane_worked_s(lane) / panel->lanes->wall_s, 1);
        if (lane->thread == LANE_UNSEATED)
            continue;
        least = fmin(least, share);
        most = fmax(most, share);
    }
    text_append(text, length, "%s%s%s: workers were busy ", panel->cell->label,
                panel->rank ? ", the " : "", panel->rank ? panel->rank : "");
    if (lround(100 * least) < lround(100 * most))
        text_append(text, length, "%.0f to %.0f %%", 100 * least, 100 * most);
    else
        text_append(text, length, "%.0f %%", 100 * most);
    text_append(text, length, " of %s", text_seconds(panel->lanes->wall_s).text);
}

void timeline_figure_describe(const struct timeline_figure *figure, char text[TIMELINE_WORDS_MAX])
{
    const struct timeline_picture *picture = &figure->picture;
    (void)snprintf(text, TIMELINE_WORDS_MAX, "Who computed what when in one execution of %s under ",
                   figure->kernel->name);
    for (size_t i = 0; i < picture->count; i++) {
        text_append(text, TIMELINE_WORDS_MAX, "%s", i > 0 ? "; " : "");
        append_busy(&picture->panels[i], text, TIMELINE_WORDS_MAX);
    }
    text_append(text, TIMELINE_WORDS_MAX, ".");
}
