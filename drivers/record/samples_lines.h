/*
 * The lines of samples.jsonl, as results/README.md describes them: made of what was measured, and
 * taken over into the record, those of a run that is under way as well as those of a file.
 */
#pragma once

#include "launch_result.h"
#include "record.h"
#include "run_config.h"

#include <jansson.h>

/* New arrays of lines: what a launch of the cell gave, `turn`: which one in that round, */
json_t *lines_of_launch(const struct cell *cell, unsigned round, unsigned turn,
                        const struct launch_result *launched);
/* the noise of a round that is over, and on which host, */
json_t *lines_of_noise(unsigned round, const struct noise *noise, const char *host);
/* that a run goes on, when, and with what it is asked for now, */
json_t *lines_of_resumption(const struct run_config *config);
/* and why no further round follows. */
json_t *lines_of_ending(enum ending ending);

/* Takes a line over into the record. Says why it cannot be used, or NULL. */
const char *lines_take(const json_t *line, struct record *record);

/* Takes all of them over, of which those that cannot be used are told of and removed. */
void lines_take_all(json_t *lines, struct record *record);
