/*
 * Options of models: checking a value that a user gave, and reading one that was checked.
 */
#pragma once

#include "model.h"
#include "quantities.h"

/* The number of options, which end with one that has no name. */
unsigned options_count(const struct model_option *options);

/* The option of that name, or NULL. */
const struct model_option *options_find(const struct model_option *options, const char *name);

/* The value of that word, or NULL. */
const struct option_value *options_value(const struct model_option *option, const char *word);

/* Whether the value is one that the option takes. */
bool options_allow(const struct model_option *option, const char *value);

/* Gives each of the options its initial value. */
void job_set_defaults(struct job *job, const struct model_option *options);

/* Takes "name=value", whose text must stay; false for what is none of the job's options. */
bool job_set(struct job *job, const char *text);

/* The value of a choice. */
const char *job_choice(const struct job *job, const char *name);

/* Whether a choice has that value. */
bool job_chose(const struct job *job, const char *name, const char *value);

/* The value of a count; `otherwise` when the word for "let the model decide" was given. */
uint64_t job_count(const struct job *job, const char *name, uint64_t otherwise);

/* How many pieces the job is by its option "chunk", as Pool.map cuts it unless one was given. */
uint64_t job_pieces(const struct job *job);

/* The value of a fraction, or of a duration in seconds. */
double job_number(const struct job *job, const char *name);

/* The traits of its model and of the values that its options have. */
unsigned job_traits(const struct job *job);
