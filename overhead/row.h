/*
 * The columns of the table, which one program heads and others fill: what, goal, median, interval,
 * least and most, and the number of samples. 80 wide.
 */
#pragma once

#define ROW_HEAD "what                         goal    median [95 % interval]    min ..   max    n"
#define ROW_FORMAT "%-28s %-7s %6s [%6s, %6s] %6s ..%6s %4zu\n"
