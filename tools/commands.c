// SPDX-License-Identifier: GPL-2.0
/*
 * The table of commands, in the order of help.
 */
#include "fwtool.h"

extern const struct fw_command cmd_status;
extern const struct fw_command cmd_session;
extern const struct fw_command cmd_stats;
extern const struct fw_command cmd_monitor;
extern const struct fw_command cmd_help;

const struct fw_command *const fw_commands[] = {
	&cmd_status,
	&cmd_session,
	&cmd_stats,
	&cmd_monitor,
	&cmd_help,
	NULL,
};
