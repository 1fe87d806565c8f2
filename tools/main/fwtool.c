// SPDX-License-Identifier: GPL-2.0
/*
 * fwtool - the command of the Umbra firewall.
 */
#include "base/fwtool.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel/nl.h"
#include "main/args.h"
#include "main/help.h"
#include "out/out.h"

/*
 * If a standard file is closed, the next file or socket that fwtool opens gets its number, and the
 * output would go there. Open /dev/null in its place, for reading only: then printing fails, and
 * main() reports it.
 */
static void occupy_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int fw_run(struct fw *fw, const struct args_line *line)
{
	if (line->version)
		return help_version(fw->out);
	if (line->help)
		return help_print(fw->out, line->args.command);
	return line->args.command->run(fw, &line->args);
}

int main(int argc, char **argv)
{
	struct args_line line;
	struct fw fw = { 0 };
	int ret, err;

	occupy_standard_files();
	setlocale(LC_CTYPE, "");
	ret = args_parse(&line, argc, argv);
	if (ret)
		return ret;
	fw.out = out_open(stdout, line.json);
	if (!fw.out) {
		fw_error("out of memory");
		return FW_REFUSED;
	}
	ret = fw_run(&fw, &line);
	unl_close(fw.nl);
	err = out_close(fw.out);
	return err && ret == FW_OK ? fw_unwritable(err) : ret;
}
