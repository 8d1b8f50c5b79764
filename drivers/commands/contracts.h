/*
 * Whether what extends the front door is complete: kernels, experiments, launchers, formats,
 * commands and sections of the page. Looked at once, before any of it is used. Models are in
 * programs of their own, which look at theirs when they are asked what they are; see model.h.
 */
#pragma once

#include "commands.h"
#include "experiment.h"
#include "export_format.h"
#include "launcher.h"
#include "report_section.h"
#include "status.h"

/* Fails on the first that lacks something or has another one's name: says which, and what. */
MUST_USE enum status contracts_check(void);

/* What one lacks, as it is called in its header, or NULL for one that is complete. */
const char *contracts_of_experiment(const struct experiment *experiment);
const char *contracts_of_launcher(const struct launcher *launcher);
const char *contracts_of_format(const struct export_format *format);
const char *contracts_of_command(const struct subcommand *subcommand);
const char *contracts_of_section(const struct report_section *section);

/* In a table of pointers to rows that begin with their names, ended by NULL: the first name that is
 * no word with the characters of `more`, see text_is_word(), or that a row before has. NULL: there
 * is none. */
const char *contracts_bad_name(const void *table, const char *more);
