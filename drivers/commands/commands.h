/*
 * The front door's commands: each parses its own arguments, argv[0] being its name.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "status.h"

enum status command_list(int argc, char **argv);
enum status command_measure(int argc, char **argv);
enum status command_run(int argc, char **argv);
enum status command_report(int argc, char **argv);
enum status command_compare(int argc, char **argv);
enum status command_export(int argc, char **argv);
enum status command_affinity(int argc, char **argv);
enum status command_doctor(int argc, char **argv);

#endif
