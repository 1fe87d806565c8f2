// SPDX-License-Identifier: GPL-2.0
/*
 * save - write the running policy to a file
 */
#include "base/fwtool.h"
#include "out/out.h"
#include "print/policy.h"
#include "live/rows.h"

#include <errno.h>
#include <limits.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Write the policy to @fd and to the disk, and close @fd. Return: 0 or a negative errno. */
static int write_policy(int fd, const struct policy *p)
{
	FILE *file = fdopen(fd, "w");
	int err = 0;

	if (!file) {
		err = -errno;
		close(fd);
		return err;
	}
	print_policy(file, p);
	if (fflush(file) || ferror(file) || fsync(fd))
		err = -errno;
	if (fclose(file) && !err)
		err = -errno;
	return err;
}

#define ATTRIBUTES	4096

static int keep_attribute(int fd, const char *path, const char *name)
{
	char value[XATTR_SIZE_MAX];
	ssize_t len = getxattr(path, name, value, sizeof(value));

	return len < 0 || fsetxattr(fd, name, value, len, 0) ? -errno : 0;
}

/* Copy ACLs and labels from @path. A file system without attributes has none to copy. */
static int keep_attributes(int fd, const char *path)
{
	char names[ATTRIBUTES], *name;
	ssize_t len = listxattr(path, names, sizeof(names));
	int err = 0;

	if (len < 0)
		return errno == ENOTSUP || errno == ENOSYS ? 0 : -errno;
	for (name = names; !err && name < names + len; name += strlen(name) + 1)
		err = keep_attribute(fd, path, name);
	return err;
}

/* The target of the link @path; @path itself when there is no such file yet. */
static int resolve(const char *path, char real[PATH_MAX])
{
	if (realpath(path, real))
		return 0;
	if (errno != ENOENT)
		return -errno;
	return snprintf(real, PATH_MAX, "%s", path) < PATH_MAX ?
	       0 : -ENAMETOOLONG;
}

/*
 * Copy owner, group, mode, ACL and labels from the file that is replaced. The mode follows the
 * owner, because a change of the owner clears bits of the mode. Return: 0 or a negative errno.
 */
static int keep_access(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (fchown(fd, st.st_uid, st.st_gid) || fchmod(fd, st.st_mode & 07777))
		return -errno;
	return keep_attributes(fd, path);
}

/* Write a file beside @path and rename it: a reader sees the old policy or the new one, whole. */
static int replace_file(const char *path, const struct policy *p)
{
	char temporary[PATH_MAX + 8];
	int fd, err;

	snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	fd = mkstemp(temporary);
	if (fd < 0)
		return -errno;
	err = keep_access(fd, path);
	if (err)
		close(fd);
	else
		err = write_policy(fd, p);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

static int save_file(struct fw *fw, const char *path, const struct policy *p)
{
	char real[PATH_MAX];
	int err = resolve(path, real);

	if (!err)
		err = replace_file(real, p);
	if (err) {
		fw_error("save: cannot write '%s': %s", path, strerror(-err));
		return FW_REFUSED;
	}
	out_line_begin(fw->out);
	out_string(fw->out, "saved", path);
	out_text(fw->out, "is", "has the running policy now");
	out_line_end(fw->out);
	return FW_OK;
}

static int run(struct fw *fw, const struct fw_args *args)
{
	struct policy policy = { 0 };
	int ret;

	ret = fw_no_more(args, 1);
	if (!ret)
		ret = rows_read(fw, &policy);
	if (!ret && args->argc && strcmp(args->argv[0], "-"))
		ret = save_file(fw, args->argv[0], &policy);
	else if (!ret)
		print_policy(stdout, &policy);
	policy_free(&policy);
	return ret;
}

const struct fw_command cmd_save = {
	.name = "save",
	.synopsis = "[FILE]",
	.help = "write the running policy to a file that 'load' takes",
	.details =
		"Without FILE the policy goes to standard output. An existing file is\n"
		"replaced as a whole, never half written, and keeps its owner, group, mode,\n"
		"ACL and other attributes. If FILE is a link, its target is replaced.\n",
	.words = "@files",
	.run = run,
};
