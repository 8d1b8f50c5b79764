/*
 * How many tasks an mpirun or srun has started together, of which this process is one.
 */
#pragma once

/* 1: it was started alone. `root` is prepended to /proc, for tests; "" is the machine. */
unsigned task_count_read(const char *root);
