/*
 * The end of a launch of ranks, which one_launch.c keeps back from its cells.
 */
#pragma once

/* Ends MPI where it has begun. NULL where the model has no ranks. */
void one_launch_end(void) __attribute__((weak));
