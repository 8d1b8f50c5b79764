#include "gil_counts.h"

const struct count_info gil_counts_table[] = {
    {"gil::acquisitions", "", "how often a thread took the lock"},
    {"gil::handoffs", "", "acquisitions of the lock after another thread had it"},
    {"gil::forced_handoffs", "", "drops of the lock that waited until another thread had taken it"},
    {"gil::vain_wakeups", "", "times that a thread was woken and found the lock taken again"},
    {"gil::waited_s", "s", "seconds that threads waited for the lock, summed"},
    {0},
};

void gil_counts_add(const struct gil *gil, struct outcome *outcome)
{
    const struct gil_counts counts = gil_counts(gil);
    outcome_count(outcome, "gil::acquisitions", (double)counts.acquisitions);
    outcome_count(outcome, "gil::handoffs", (double)counts.handoffs);
    outcome_count(outcome, "gil::forced_handoffs", (double)counts.forced_handoffs);
    outcome_count(outcome, "gil::vain_wakeups", (double)counts.vain_wakeups);
    outcome_count(outcome, "gil::waited_s", (double)counts.waited_ns / 1e9);
}
