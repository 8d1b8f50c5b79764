/*
 * Units in which students answer, and read what they measured.
 */
#pragma once

/* The unit's own spelling, or NULL where there is no such one: "us". */
const char *lab_unit_name(const char *unit);

/* How much one of it is in that of the suite: 1e-6 of "us"; of NULL 1. */
double lab_unit_scale(const char *unit);

/* As prose has it: "µs"; of NULL "". */
const char *lab_unit_text(const char *unit);
