/*
 * What the caller of a program has closed, it must not open as something else.
 */
#pragma once

#include <stdbool.h>

/*
 * First of all in main(): a standard stream that the caller closed would be the next file or pipe
 * that is opened, and what is said would end up among samples, or be taken for a worker's result.
 * In its place comes one that fails, or for errors, takes everything. False where that cannot be.
 */
bool standard_streams_open(void);
