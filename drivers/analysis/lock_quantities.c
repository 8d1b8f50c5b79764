#include "lock_quantities.h"

#include "counts.h"
#include "hand_overs.h"

static void speedup(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = cell->speedup;
}

static void handed_over(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = counts_of(cell, "gil::handoffs");
}

static void forced(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = counts_of(cell, "gil::forced_handoffs");
}

static void vain(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = counts_of(cell, "gil::vain_wakeups");
}

static void rate(const struct analysis_of_cell *cell, struct summary *value)
{
    struct hand_overs found;
    hand_overs_find(cell, 1, &found);
    *value = found.a_second;
}

static void price(const struct analysis_of_cell *cell, struct summary *value)
{
    struct hand_overs found;
    hand_overs_find(cell, 1, &found);
    *value = found.each_s;
}

const struct own_quantity lock_speedup = {"speedup", "speedup", "", true, speedup},
                          lock_hand_overs = {"hand-overs", "hand-overs", "", false, handed_over},
                          lock_hand_over_rate = {"hand-overs a second", "a second", "", false,
                                                 rate},
                          lock_forced = {"forced hand-overs", "forced", "", false, forced},
                          lock_vain = {"vain wake-ups", "in vain", "", false, vain},
                          lock_hand_over_price = {"time lost a hand-over", "each costs", "s", false,
                                                  price};
