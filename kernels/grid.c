/*
 * A map over a grid of two pressures: at each point a small system of equations, solved step by
 * step. How fast a catalyst burns carbon monoxide, 2 CO + O₂ → 2 CO₂, in the mechanism of
 * Langmuir and Hinshelwood:
 *
 *     CO + *  ⇌ CO*            adsorbs with k1 p(CO), desorbs with k2
 *     O₂ + 2* → 2 O*           adsorbs with k3 p(O₂), and is split
 *     CO* + O* → CO₂ + 2*      reacts with k4
 *
 * With the coverages x of CO and y of oxygen, and s = 1 - x - y of free sites, they stay as they
 * are when
 *
 *     k1 p(CO) s  = k2 x + k4 x y
 *     2 k3 p(O₂) s² = k4 x y
 *
 * and a site then turns over k4 x y molecules a second. (I. Langmuir, The mechanism of the
 * catalytic action of platinum in the reactions 2CO + O₂ = 2CO₂ and 2H₂ + O₂ = 2H₂O,
 * Trans. Faraday Soc. 17, 621, 1922; T. Engel and G. Ertl, Elementary steps in the catalytic
 * oxidation of carbon monoxide on platinum metals, Adv. Catal. 28, 1, 1979.) The rate constants
 * are round numbers of a hot metal, not those of one that was measured. CO leaves no slower than
 * it reacts: so there is one steady state, as the two balances in y alone, see cubic_of(), have
 * one solution then.
 *
 * An item is a point. Both pressures go from 1e-5 to 0.5 bar in even steps: that of CO along a row,
 * that of oxygen from row to row. A row has as many points as the root of the size, rounded down;
 * the last one may be shorter. The more of the surface is covered, the more steps a point takes, so
 * that later rows take longer than the first ones, and single points ten times as long as others.
 *
 * Points are computed one by one: where the range is cut changes no bit of them. Between processors
 * with and without fused multiply-add, the last bits may differ.
 */
#include "kernel.h"

#include <inttypes.h>
#include <math.h>

/* Of k1 and k3 per bar and second, of the others per second. */
static const double adsorbs_co = 1e8, desorbs_co = 2e7, adsorbs_oxygen = 1e7, reacts = 1e7;

static const double pressure_min = 1e-5, pressure_max = 0.5;

/* A turnover frequency is below reacts / 4, so that the sum of so many fits the partial. */
#define MAX_SIZE UINT64_C(100000000)

/* What the partial's sum counts in: it is one of whole numbers, the same in any order. */
static const double parts_of_turnover = 1 << 16;

struct pressures {
    double co, oxygen;
};

struct steady_state {
    double co, oxygen; /* coverages */
    double turnovers;  /* of a site in a second */
};

struct map_sum {
    uint64_t points;
    uint64_t turnovers; /* in parts */
};

/* ---- the grid ---- */

static uint64_t columns_of(uint64_t size)
{
    return (uint64_t)sqrt((double)size);
}

static double pressure_of(uint64_t index, uint64_t count)
{
    const double part = count > 1 ? (double)index / (double)(count - 1) : 0;
    return pressure_min + (pressure_max - pressure_min) * part;
}

static struct pressures pressures_of(uint64_t size, uint64_t index)
{
    const uint64_t columns = columns_of(size), rows = (size + columns - 1) / columns;
    return (struct pressures){pressure_of(index % columns, columns),
                              pressure_of(index / columns, rows)};
}

static void fill(uint64_t size, struct range range, void *input)
{
    struct pressures *pressures = input;
    for (uint64_t i = range.begin; i < range.end; i++)
        pressures[i - range.begin] = pressures_of(size, i);
}

/* ---- the iteration ---- */

/* How often a step may be halved: a bound for what is no number. */
enum { STEPS_MAX = 10000, HALVINGS_MAX = 60 };

/* Part of the free sites that a step may fill. */
static const double fills_at_most = 1.0 / 40;

/* Of each coverage, relative. */
static const double last_change = 1e-13;

/*
 * Newton's method, damped twofold, from a bare surface on. It is the implicit Euler method with a
 * time step that doubles, which becomes Newton's (C. T. Kelley and D. E. Keyes, Convergence
 * analysis of pseudo-transient continuation, SIAM J. Numer. Anal. 35, 508, 1998). And a step is
 * halved until it leaves the coverages positive, and most of the free sites free. These are carried
 * along: they may be so few that 1 - x - y would have few digits of them.
 */
static struct steady_state solve(struct pressures pressures)
{
    const double a = adsorbs_co * pressures.co, d = desorbs_co, k = reacts;
    const double b = 2 * adsorbs_oxygen * pressures.oxygen;
    double x = 0, y = 0, s = 1;
    double per_step = a + b + d + k; /* one over the time step, by the fastest of what happens */
    for (int i = 0; i < STEPS_MAX; i++) {
        const double f = a * s - d * x - k * x * y, g = b * s * s - k * x * y;
        const double fx = per_step + a + d + k * y, fy = a + k * x;
        const double gx = 2 * b * s + k * y, gy = per_step + 2 * b * s + k * x;
        const double per_determinant = 1 / (fx * gy - fy * gx);
        const double dx = (f * gy - g * fy) * per_determinant;
        const double dy = (g * fx - f * gx) * per_determinant;
        double part = 1;
        for (int j = 0; j < HALVINGS_MAX && !(part * (dx + dy) <= fills_at_most * s &&
                                              x + part * dx >= x / 2 && y + part * dy >= y / 2);
             j++)
            part /= 2;
        x += part * dx;
        y += part * dy;
        s -= part * (dx + dy);
        if (fabs(dx) <= last_change * x && fabs(dy) <= last_change * y)
            break;
        per_step = part < 1 ? per_step : per_step / 2;
    }
    return (struct steady_state){x, y, k * x * y};
}

/* 0 for what is no number: a conversion of it might be anything. */
static uint64_t parts_of(double turnovers)
{
    return turnovers >= 0 && turnovers < reacts ? (uint64_t)(turnovers * parts_of_turnover + 0.5)
                                                : 0;
}

KERNEL_CLONES
static uint64_t solve_all(uint64_t count, const struct pressures *pressures,
                          struct steady_state *states)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        states[i] = solve(pressures[i]);
        sum += parts_of(states[i].turnovers);
    }
    return sum;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    struct map_sum *sum = partial;
    (void)size;
    sum->points = range_length(range);
    sum->turnovers = solve_all(sum->points, input, output);
}

static void combine(void *into, const void *from)
{
    struct map_sum *sum = into;
    const struct map_sum *more = from;
    sum->points += more->points;
    sum->turnovers += more->turnovers;
}

/* ---- whether it is right ---- */

/* Of what flows to and fro. Free sites are a difference here, of which few are left where CO is
 * scarce. */
static const double residual_most = 1e-9;

static bool is_small(double residual, double flow)
{
    return fabs(residual) <= residual_most * flow;
}

/* By what it has to fulfil, however it was found. False for what is no number, too. */
static bool is_steady(struct pressures pressures, const struct steady_state *state)
{
    const double x = state->co, y = state->oxygen, s = 1 - x - y, reaction = reacts * x * y;
    const double adsorption = adsorbs_co * pressures.co * s;
    const double splitting = 2 * adsorbs_oxygen * pressures.oxygen * s * s;
    return x > 0 && y > 0 && s > 0 &&
           is_small(adsorption - desorbs_co * x - reaction, adsorption) &&
           is_small(splitting - reaction, splitting) &&
           is_small(state->turnovers - reaction, reaction);
}

static uint64_t wrong(uint64_t size, struct range range, const void *output, struct verdict *first)
{
    const struct steady_state *states = output;
    uint64_t count = 0;
    for (uint64_t i = range.begin; i < range.end; i++) {
        const struct steady_state *state = &states[i - range.begin];
        const struct pressures pressures = pressures_of(size, i);
        if (!is_steady(pressures, state) && count++ == 0)
            (void)verdict_wrong(first,
                                "%g of CO and %g of oxygen at %g and %g bar are not steady with "
                                "%g turnovers a second",
                                state->co, state->oxygen, pressures.co, pressures.oxygen,
                                state->turnovers);
    }
    return count;
}

/* c[0] + c[1] y + c[2] y² + c[3] y³ */
struct cubic {
    double c[4];
};

/*
 * From the first balance x = a (1 - y) / (a + d + k y), and s = (1 - y) (d + k y) / (a + d + k y).
 * In the second one this is b (1 - y) (d + k y)² = k a y (a + d + k y). The left side over the
 * right one falls as y grows from 0 to 1 where k <= d: one solution. Beyond 1 only one side is
 * negative, so it is the largest of the cubic's roots.
 */
static struct cubic cubic_of(struct pressures pressures)
{
    const double a = adsorbs_co * pressures.co, d = desorbs_co, k = reacts;
    const double b = 2 * adsorbs_oxygen * pressures.oxygen;
    return (struct cubic){{b * d * d, b * d * (2 * k - d) - k * a * (a + d),
                           b * k * (k - 2 * d) - k * k * a, -b * k * k}};
}

/* The largest root, in closed form: Cardano's for one real root, Viète's for three. (Press et al.,
 * Numerical Recipes, 5.6.) */
static double largest_root(const struct cubic *cubic)
{
    const double *c = cubic->c;
    const double third = c[2] / c[3] / 3;
    const double q = third * third - c[1] / c[3] / 3;
    const double r = third * third * third - third * c[1] / c[3] / 2 + c[0] / c[3] / 2;
    if (r * r < q * q * q)
        return 2 * sqrt(q) * cos((acos(r / sqrt(q * q * q)) - acos(-1)) / 3) - third;
    const double u = -copysign(cbrt(fabs(r) + sqrt(r * r - q * q * q)), r);
    return u + (u == 0 ? 0 : q / u) - third;
}

/* Two steps of Newton's take away what rounding did to a root that is small beside others. */
static double polished_root(const struct cubic *cubic)
{
    const double *c = cubic->c;
    double y = largest_root(cubic);
    for (int i = 0; i < 2; i++)
        y -= (((c[3] * y + c[2]) * y + c[1]) * y + c[0]) / ((3 * c[3] * y + 2 * c[2]) * y + c[1]);
    return y;
}

/* By the solution in closed form. */
static double turnovers_of(struct pressures pressures)
{
    const struct cubic cubic = cubic_of(pressures);
    const double y = polished_root(&cubic), a = adsorbs_co * pressures.co;
    return reacts * y * a * (1 - y) / (a + desorbs_co + reacts * y);
}

/* Each part is rounded once, and the two ways to it differ by rounding alone. */
static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const struct map_sum *sum = partial;
    double expected = 0;
    for (uint64_t i = 0; i < size; i++)
        expected += turnovers_of(pressures_of(size, i));
    const double turnovers = (double)sum->turnovers / parts_of_turnover;
    if (sum->points != size)
        return verdict_wrong(verdict, "%" PRIu64 " points were computed, not %" PRIu64, sum->points,
                             size);
    if (!(fabs(turnovers - expected) <= (double)size / parts_of_turnover + 1e-9 * expected))
        return verdict_wrong(verdict,
                             "a point has %.9g turnovers a second on average, not %.9g as by the "
                             "solution in closed form",
                             turnovers / (double)size, expected / (double)size);
    return true;
}

/* The mean of all points, in turnovers of a site in a second. */
static void print(const void *partial, char *text, size_t length)
{
    const struct map_sum *sum = partial;
    (void)snprintf(text, length, "%.3f",
                   (double)sum->turnovers / parts_of_turnover / (double)sum->points);
}

/* ---- what is shown ---- */

static const char *const columns[] = {"p(CO), bar",
                                      "p(O₂), bar",
                                      "turnovers of a site in a second",
                                      "sites with CO, of all",
                                      "sites with oxygen, of all",
                                      NULL};

/* Of full rows, and not of more than about 110, nor of more points in each. */
static bool row(uint64_t size, uint64_t index, const void *output, char *text, size_t length)
{
    enum { SHOWN = 110 };
    const struct steady_state *state = output;
    const uint64_t width = columns_of(size), step = (width + SHOWN - 1) / SHOWN;
    if (index / width >= size / width || index / width % step != 0 || index % width % step != 0)
        return false;
    const struct pressures pressures = pressures_of(size, index);
    (void)snprintf(text, length, "%.6g %.6g %.6g %.6g %.6g", pressures.co, pressures.oxygen,
                   state->turnovers, state->co, state->oxygen);
    return true;
}

const struct kernel kernel_grid = {
    .name = "grid",
    .title = "how fast CO burns on a grid of pressures: a map, uneven work",
    .item = "point",
    .is_uneven = true,
    .is_on_request = true,
    .default_size = 100000,
    .max_size = MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(struct map_sum),
    .input_item_size = sizeof(struct pressures),
    .output_item_size = sizeof(struct steady_state),
    .fill = fill,
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .wrong = wrong,
    .print = print,
    .columns = columns,
    .row = row,
    .plot = "map",
    .shows = "turnovers of a site over the pressures of CO and oxygen",
    .tick = 16,
    .events = {"PAPI_BR_MSP", "PAPI_RES_STL"}, /* how many steps a point takes is hard to foretell,
                                                  and each one waits for a division */
};
