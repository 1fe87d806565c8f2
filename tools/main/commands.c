// SPDX-License-Identifier: GPL-2.0
/*
 * The table of commands, in the order of help.
 */
#include "base/fwtool.h"

extern const struct fw_command cmd_check;
extern const struct fw_command cmd_load;
extern const struct fw_command cmd_show;
extern const struct fw_command cmd_save;
extern const struct fw_command cmd_add;
extern const struct fw_command cmd_delete;
extern const struct fw_command cmd_replace;
extern const struct fw_command cmd_move;
extern const struct fw_command cmd_refresh;
extern const struct fw_command cmd_confirm;
extern const struct fw_command cmd_revert;
extern const struct fw_command cmd_status;
extern const struct fw_command cmd_session;
extern const struct fw_command cmd_explain;
extern const struct fw_command cmd_stats;
extern const struct fw_command cmd_monitor;
extern const struct fw_command cmd_help;

const struct fw_command *const fw_commands[] = {
	&cmd_check,
	&cmd_load,
	&cmd_show,
	&cmd_save,
	&cmd_add,
	&cmd_delete,
	&cmd_replace,
	&cmd_move,
	&cmd_refresh,
	&cmd_confirm,
	&cmd_revert,
	&cmd_status,
	&cmd_session,
	&cmd_explain,
	&cmd_stats,
	&cmd_monitor,
	&cmd_help,
	NULL,
};
