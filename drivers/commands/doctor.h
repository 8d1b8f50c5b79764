/*
 * What of `doctor` can be tried on made-up machines.
 */
#pragma once

#include "settings.h"

#include <stdio.h>

/* Prints what in a machine's settings makes times vary or hides why they do, a line each, with what
 * to do about it; and in the last one, which of them cannot be told. */
void doctor_advise(FILE *stream, const struct settings *settings);
