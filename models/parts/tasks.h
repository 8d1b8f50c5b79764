/*
 * Whole tasks instead of one range: a stand-in for a kernel whose item is a task, which is the
 * inner kernel at a size of its own. Its partial is the list of the tasks' results, and it is right
 * when each of them is, in the order given. Models never see the difference.
 *
 * There: the sums of primes up to 100000, 200000 and 300000, a task each.
 */
#pragma once

#include "kernel.h"
#include "status.h"

enum { TASKS_MAX = 10000 };

/*
 * Makes the stand-in of `inner` for the sizes in `text`, "100000+200000+300000"; how many there are
 * is its default and its largest size. STATUS_USAGE when it is no such list, when a size is none of
 * the kernel's, or for a map, whose inputs belong to one size. At most one in a process, since a
 * kernel's functions have no context of their own.
 */
MUST_USE enum status tasks_new(const struct kernel *inner, const char *text,
                               const struct kernel **tasks);
