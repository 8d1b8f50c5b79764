/* comm: what it costs each way to bring the inputs and outputs of a map to others and back. */
#include "messages.h"
#include "options.h"
#include "quantities.h"
#include "series.h"
#include "transfers.h"

#include <math.h>

/* Items, the fewest of which both workers have one: 16 B to 64 MiB of squares' inputs. */
#define SIZES                                                                                      \
    "2,4,8,16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,65536,131072,262144,524288,"       \
    "1048576,2097152,4194304,8388608"

extern const struct experiment experiment_comm;

/* ---- who takes part ---- */

/* Maps whose items all take as long: what they cost is moving, and not the wait for the slower of
 * two workers. */
static bool suits(const struct kernel *kernel)
{
    return kernel_is_map(kernel) && !kernel->is_uneven && !kernel->of && !kernel->is_limit &&
           !kernel->moves_bytes;
}

/* Processes whatever the options, and ranks that have their shares at once: who hands out chunks
 * one by one pays for more than moving. */
static bool takes(const struct model *model)
{
    return launch_has_ranks(model->launch) ? !(model->traits & TRAIT_CHUNKS)
                                           : !options_find(model->options, "workers");
}

/* ---- what is drawn and written ---- */

static bool is_serial(const struct analysis_of_cell *cell)
{
    return plan_is_base(cell->cell);
}

static bool is_direct(const struct analysis_of_cell *cell)
{
    return cell->cell->traits & TRAIT_POINT_TO_POINT;
}

static void time_of_processes(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = cell->cell->ranks == 1 ? cell->time : own_none();
}

static void time_of_all_ranks(const struct analysis_of_cell *cell, struct summary *value)
{
    const bool is = is_serial(cell) || (cell->cell->ranks > 1 && !is_direct(cell));
    *value = is ? cell->time : own_none();
}

static void time_of_messages(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = is_serial(cell) || is_direct(cell) ? cell->time : own_none();
}

static void moving_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = transfers_summary(cell);
}

static void moved_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = own_none();
    if (is_serial(cell))
        return;
    value->count = 1;
    value->median = transfers_bytes(cell);
}

static struct transfer_fit fit_of(const struct analysis_of_cell *cell)
{
    return transfers_fit(&experiment_comm, &cell->run->kernels[cell->kernel], cell);
}

static double line_of(const struct analysis_of_cell *cell)
{
    const struct transfer_fit fit = fit_of(cell);
    return transfers_time(&fit, cell);
}

static void latency_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                       struct summary *value)
{
    *value = transfers_fit(&experiment_comm, kernel, first).latency;
}

static void bandwidth_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                         struct summary *value)
{
    *value = transfers_fit(&experiment_comm, kernel, first).bandwidth;
}

static void deviation_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                         struct summary *value)
{
    const double deviation = transfers_fit(&experiment_comm, kernel, first).deviation;
    *value = own_none();
    value->median = 100 * deviation;
    value->count = isnan(deviation) ? 0u : 1u;
}

static const struct own_quantity
    of_processes = {.name = "time", .unit = "s", .value = time_of_processes},
    of_all_ranks = {.name = "time", .unit = "s", .value = time_of_all_ranks},
    of_messages = {.name = "time", .unit = "s", .value = time_of_messages},
    moving = {.name = "moving", .unit = "s", .value = moving_of},
    moved = {.name = "bytes moved", .brief = "moved", .unit = "B", .value = moved_of};

static const struct own_line lines[] = {{.title = "T0 + bytes/B", .value = line_of}, {0}};

static const struct experiment_figure figures[] = {
    {.heading = "moving inputs and outputs, processes",
     .quantity = QUANTITY_OWN,
     .own = &of_processes,
     .lines = lines,
     .id = "processes"},
    {.heading = "moving inputs and outputs, ranks in calls of all",
     .quantity = QUANTITY_OWN,
     .own = &of_all_ranks,
     .lines = lines,
     .id = "ranks"},
    {.heading = "moving inputs and outputs, messages from rank to rank",
     .quantity = QUANTITY_OWN,
     .own = &of_messages,
     .lines = lines,
     .id = "messages"},
    {0},
};

static const struct own_quantity *const columns[] = {&moving, &moved, NULL};

static const struct own_result results[] = {
    {.name = "T0", .unit = "s", .value = latency_of},
    {.name = "B", .unit = "B/s", .value = bandwidth_of},
    {.name = "farthest point off by", .brief = "off by", .unit = "%", .value = deviation_of},
    {0}};

/* ---- findings ---- */

static const struct finding_sort of_lines = {.most = 1}, of_the_longest = {.most = 1},
                                 of_serial = {.most = 1}, of_sharing = {.most = 1},
                                 of_ping_pong = {.most = 1};

static struct short_text bytes_at(const struct analysis_of_cell *cell)
{
    return axis_text(&experiment_comm.axis, cell->cell);
}

/* A series but serial's: where it ends, and its line. */
struct way {
    const struct analysis_of_cell *first, *last;
    struct transfer_fit fit;
};

static struct way way_of(const struct analysed_kernel *kernel, const struct analysis_of_cell *first)
{
    struct way way = {first, first, transfers_fit(&experiment_comm, kernel, first)};
    const struct analysis_of_cell *next;
    while ((next = series_next(&experiment_comm, kernel, first, way.last)))
        way.last = next;
    return way;
}

static const char *name_of(const struct way *way)
{
    return way->first->cell->label;
}

/* Those that stand out; one without `first` is not there. */
struct ways {
    struct way dearest, cheapest; /* by T0 */
    struct way slowest, fastest;  /* by B */
    struct way longest, shortest; /* by the time with the most bytes, of those that move any */
    struct way sharing;           /* of those that move none, likewise */
    struct way direct;            /* messages from rank to rank, as by default */
    const struct analysis_of_cell *best; /* of those that move bytes, by its speed over serial's */
    bool all_slower; /* than serial, those that move bytes, whatever their number */
};

static void take(struct way *kept, const struct way *way, double value, double kept_value)
{
    if (!kept->first || value > kept_value)
        *kept = *way;
}

static void take_by_line(struct ways *ways, const struct way *way)
{
    const struct summary *latency = &way->fit.latency, *bandwidth = &way->fit.bandwidth;
    if (!latency->has_interval || !bandwidth->has_interval)
        return;
    take(&ways->dearest, way, latency->median, ways->dearest.fit.latency.median);
    take(&ways->cheapest, way, -latency->median, -ways->cheapest.fit.latency.median);
    take(&ways->slowest, way, -bandwidth->median, -ways->slowest.fit.bandwidth.median);
    take(&ways->fastest, way, bandwidth->median, ways->fastest.fit.bandwidth.median);
    if (is_direct(way->first) && plan_has_defaults(way->first->cell))
        ways->direct = *way;
}

static void take_by_time(struct ways *ways, const struct way *way, uint64_t most)
{
    const struct summary *time = &way->last->time;
    if (way->last->cell->size != most || !time->has_interval)
        return;
    if (transfers_bytes(way->last) > 0) {
        take(&ways->longest, way, time->median,
             ways->longest.last ? ways->longest.last->time.median : 0);
        take(&ways->shortest, way, -time->median,
             ways->shortest.last ? -ways->shortest.last->time.median : 0);
    } else
        take(&ways->sharing, way, -time->median,
             ways->sharing.last ? -ways->sharing.last->time.median : 0);
}

static void take_by_speed(struct ways *ways, const struct analysed_kernel *kernel,
                          const struct way *way)
{
    const struct analysis_of_cell *cell = NULL;
    while ((cell = series_next(&experiment_comm, kernel, way->first, cell))) {
        if (!(transfers_bytes(cell) > 0))
            continue;
        ways->all_slower =
            ways->all_slower && cell->speedup.has_interval && cell->speedup.interval.high < 1;
        if (cell->speedup.has_interval &&
            (!ways->best || cell->speedup.median > ways->best->speedup.median))
            ways->best = cell;
    }
}

static struct ways find_ways(const struct analysed_kernel *kernel)
{
    struct ways ways = {.all_slower = true};
    const struct analysis_of_cell *first = NULL;
    uint64_t most = 0;
    for (size_t i = 0; i < kernel->count; i++)
        if (series_has(&experiment_comm, kernel->cells[i]) && kernel->cells[i]->cell->size > most)
            most = kernel->cells[i]->cell->size;
    while ((first = series_first(&experiment_comm, kernel, first))) {
        const struct way way = way_of(kernel, first);
        if (is_serial(first))
            continue;
        take_by_line(&ways, &way);
        take_by_time(&ways, &way, most);
        take_by_speed(&ways, kernel, &way);
    }
    return ways;
}

static void say_lines(const struct analysed_kernel *kernel, const struct ways *ways,
                      struct findings *findings)
{
    const struct summary *dearest = &ways->dearest.fit.latency,
                         *cheapest = &ways->cheapest.fit.latency,
                         *slowest = &ways->slowest.fit.bandwidth,
                         *fastest = &ways->fastest.fit.bandwidth;
    if (!ways->dearest.first || ways->dearest.first == ways->cheapest.first ||
        stats_overlap(dearest, cheapest))
        return;
    findings_say(findings, &of_lines, dearest->interval.low / cheapest->interval.high,
                 "%s: to bring next to nothing to others and back costs most by %s, T0 = %s, and "
                 "least by %s, %s; of many bytes %s moves the fewest, B = %s, and %s the most, %s.",
                 kernel->name, name_of(&ways->dearest), own_range("s", dearest).text,
                 name_of(&ways->cheapest), own_range("s", cheapest).text, name_of(&ways->slowest),
                 own_range("B/s", slowest).text, name_of(&ways->fastest),
                 own_range("B/s", fastest).text);
}

static void say_longest(const struct analysed_kernel *kernel, const struct ways *ways,
                        struct findings *findings)
{
    const struct analysis_of_cell *longest = ways->longest.last, *shortest = ways->shortest.last;
    struct summary ratio;
    char floor[400] = "";
    if (!longest || longest == shortest)
        return;
    ratio = transfers_ratio(longest, shortest);
    if (!ratio.has_interval || ratio.interval.low <= 1)
        return;
    if (ways->sharing.first)
        (void)snprintf(floor, sizeof floor, "; %s, which moves none, takes %s",
                       name_of(&ways->sharing), own_range("s", &ways->sharing.last->time).text);
    findings_say(findings, &of_the_longest, ratio.interval.low,
                 "%s: with %s of inputs %s takes longest, %s, %s times as long as %s, the fastest "
                 "to move bytes%s.",
                 kernel->name, bytes_at(longest).text, name_of(&ways->longest),
                 own_range("s", &longest->time).text, findings_range(&ratio.interval).text,
                 name_of(&ways->shortest), floor);
}

/* The first cell from which on all of the series are faster than serial; NULL: there is none. */
static const struct analysis_of_cell *faster_from(const struct analysed_kernel *kernel,
                                                  const struct analysis_of_cell *first)
{
    const struct analysis_of_cell *from = NULL, *cell = NULL;
    while ((cell = series_next(&experiment_comm, kernel, first, cell))) {
        const bool is_faster = cell->speedup.has_interval && cell->speedup.interval.low > 1;
        from = !is_faster ? NULL : from ? from : cell;
    }
    return from;
}

static void say_serial(const struct analysed_kernel *kernel, const struct ways *ways,
                       struct findings *findings)
{
    const struct analysis_of_cell *best = ways->best, *from;
    if (best && ways->all_slower)
        findings_say(findings, &of_serial, 1 / best->speedup.interval.high,
                     "%s: whoever moves bytes is slower than serial, however many they are: the "
                     "best, %s with %s of inputs, has %s times serial's speed.",
                     kernel->name, best->cell->label, bytes_at(best).text,
                     findings_range(&best->speedup.interval).text);
    else if (best && (from = faster_from(kernel, best)))
        findings_say(findings, &of_serial, best->speedup.interval.low,
                     "%s: %s, which moves bytes, is faster than serial from %s of inputs on: at "
                     "best %s times, with %s.",
                     kernel->name, best->cell->label, bytes_at(from).text,
                     findings_range(&best->speedup.interval).text, bytes_at(best).text);
    if (ways->sharing.first && (from = faster_from(kernel, ways->sharing.first)))
        findings_say(findings, &of_sharing, 1,
                     "%s: %s, which moves none, is faster than serial from %s of inputs on.",
                     kernel->name, name_of(&ways->sharing), bytes_at(from).text);
}

/* Of the plain one, which computes next to nothing and is in the run where it was asked for. */
static void say_ping_pong(const struct analysed_kernel *kernel, const struct ways *ways,
                          struct findings *findings)
{
    struct message_costs costs;
    if (!ways->direct.first || !messages_find(kernel->run, 1, &costs) ||
        !costs.direct.latency.has_interval || !costs.direct.bandwidth.has_interval)
        return;
    const struct summary one_way = own_scaled(&ways->direct.fit.latency, 0.5);
    findings_say(findings, &of_ping_pong, 1,
                 "%s: %s has T0 / 2 = %s one way and B = %s by its line; the plain ping-pong of "
                 "two ranks has %s with the fewest bytes, and %s with the most.",
                 kernel->name, name_of(&ways->direct), own_range("s", &one_way).text,
                 own_range("B/s", &ways->direct.fit.bandwidth).text,
                 own_range("s", &costs.direct.latency).text,
                 own_range("B/s", &costs.direct.bandwidth).text);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct ways ways = find_ways(kernel);
    (void)cores;
    say_lines(kernel, &ways, findings);
    say_longest(kernel, &ways, findings);
    say_serial(kernel, &ways, findings);
    say_ping_pong(kernel, &ways, findings);
}

const struct experiment experiment_comm = {
    .name = "comm",
    .question = "what does it cost to move bytes, by each transport?",
    .without = TRAIT_LOCKED | TRAIT_EQUAL_SHARES,
    .takes_on_request = true,
    .launches = 1u << LAUNCH_PROCESSES | 1u << LAUNCH_RANKS,
    .takes = takes,
    .suits = suits,
    .varies = "transport=pipe,transport=object,channel,inputs,mode",
    .axis = {.kind = AXIS_SIZE,
             .values = SIZES,
             .is_absolute = true,
             .shares = 1,
             .name = "bytes of inputs"},
    .workers = 2,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "What it costs to move bytes",
    .about =
        "Two workers compute next to nothing of many bytes, and outputs are as many as inputs. Two "
        "processes get all inputs and give back all outputs, those of <code>queue</code>, which "
        "are "
        "forked with them, the outputs alone; of two ranks the second gets its half from the first "
        "and gives it back, but with <code>inputs=bcast</code> it gets all. Thin lines are T0 + "
        "bytes/B, fitted to what is left without the work, with the bytes that really moved. Who "
        "shares memory moves none: its line is the floor, and serial's the one to be below.",
    .has_own_tables = true,
    .columns = columns,
    .results = results,
    .legend = "moving: time without each worker's share of the work, serial's. T0 + bytes/B is "
              "fitted to it; off by: of the time at the farthest point.",
};
