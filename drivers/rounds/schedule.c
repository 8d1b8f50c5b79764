#include "schedule.h"

#include "memory.h"

#include <stdlib.h>

/* Cells to which a base is launched twice more. */
enum { CELLS_TO_A_PAIR = 12 };

/* SplitMix64 (Steele, Lea, Flood, OOPSLA'14): small, and the same everywhere for the same seed. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(struct schedule *schedule, uint64_t *random)
{
    for (size_t i = schedule->cells; i > 1; i--) {
        const size_t j = (size_t)(next_random(random) % i);
        const size_t kept = schedule->order[i - 1];
        schedule->order[i - 1] = schedule->order[j];
        schedule->order[j] = kept;
    }
}

void schedule_new(const struct plan *plan, uint64_t seed, struct schedule *schedule)
{
    *schedule = (struct schedule){.seed = seed,
                                  .cells = plan->count,
                                  .bases = memory_new(plan->count, sizeof *schedule->bases),
                                  .kernels = memory_new(plan->count, sizeof *schedule->kernels),
                                  .order = memory_new(plan->count, sizeof *schedule->order)};
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *base = plan_base(plan, &plan->cells[i]);
        schedule->bases[i] = base ? (size_t)(base - plan->cells) : i;
        while (!plan_have_one_result(plan_told_with(&plan->cells[schedule->kernels[i]]),
                                     plan_told_with(&plan->cells[i])))
            schedule->kernels[i]++;
    }
}

void schedule_free(struct schedule *schedule)
{
    free(schedule->bases);
    free(schedule->kernels);
    free(schedule->order);
    free(schedule->launches);
    *schedule = (struct schedule){.seed = 0};
}

/* ---- a group: a base, and the cells that share it ---- */

/* Whether the cell that comes there in the shuffled order is due, and compared with that base. */
static bool is_other(const struct schedule *schedule, size_t place, size_t base, const bool *is_due)
{
    const size_t cell = schedule->order[place];
    return schedule->bases[cell] == base && cell != base && is_due[cell];
}

static void append(struct schedule *schedule, size_t cell, unsigned turn, uint64_t *random)
{
    schedule->launches =
        memory_grow(schedule->launches, schedule->count, sizeof *schedule->launches);
    schedule->due += turn == 0;
    schedule->launches[schedule->count++] = (struct scheduled){cell, turn, next_random(random)};
}

/* Behind how many of the others a launch of the base comes: in the middle of as many for each, on
 * either side as often. */
static size_t place_of(size_t turn, size_t turns, size_t others, uint64_t *random)
{
    return ((2 * turn + 1) * others + next_random(random) % (2 * turns)) / (2 * turns);
}

/* `first`: the group's first place in the shuffled order. */
static void append_group(struct schedule *schedule, size_t first, const bool *is_due,
                         uint64_t *random)
{
    const size_t base = schedule->bases[schedule->order[first]];
    size_t others = 0, done = 0;
    unsigned turn = 0;
    for (size_t i = first; i < schedule->cells; i++)
        others += is_other(schedule, i, base, is_due);
    const size_t turns = is_due[base] ? 1 + 2 * (others / CELLS_TO_A_PAIR) : 0;
    size_t next = turns > 0 ? place_of(0, turns, others, random) : SIZE_MAX;
    for (size_t i = first; i <= schedule->cells; i++) {
        while (next == done) {
            append(schedule, base, turn++, random);
            next = turn < turns ? place_of(turn, turns, others, random) : SIZE_MAX;
        }
        if (i == schedule->cells || !is_other(schedule, i, base, is_due))
            continue;
        append(schedule, schedule->order[i], 0, random);
        done++;
    }
}

/* All groups of the kernel that comes at `first`, in the order of the first cell of each. */
static void append_kernel(struct schedule *schedule, size_t first, const bool *is_due,
                          bool *has_base, uint64_t *random)
{
    const size_t kernel = schedule->kernels[schedule->order[first]];
    for (size_t i = first; i < schedule->cells; i++) {
        const size_t cell = schedule->order[i], base = schedule->bases[cell];
        if (schedule->kernels[cell] != kernel || has_base[base])
            continue;
        has_base[base] = true;
        append_group(schedule, i, is_due, random);
    }
}

void schedule_make(struct schedule *schedule, unsigned round, const bool *is_due)
{
    uint64_t random = schedule->seed + round;
    bool *has_base = memory_new(schedule->cells, sizeof *has_base); /* is there */
    random = next_random(&random);
    schedule->count = schedule->due = 0;
    for (size_t i = 0; i < schedule->cells; i++)
        schedule->order[i] = i;
    shuffle(schedule, &random);
    for (size_t i = 0; i < schedule->cells; i++)
        if (!has_base[schedule->bases[schedule->order[i]]])
            append_kernel(schedule, i, is_due, has_base, &random);
    free(has_base);
}
