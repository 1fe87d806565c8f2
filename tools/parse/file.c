// SPDX-License-Identifier: GPL-2.0
/*
 * Policy files and the files they include. A file is read as a whole, then cut
 * into rows. The words are copied into the policy, so the text can be freed.
 *
 * Limits keep includes from running away: the depth, the number of files, and
 * the bytes of all files together.
 */
#include "parse/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX	16
#define FILES_MAX	1000
#define BYTES_MAX	(64U << 20)	/* about 600,000 rules */

#define ETC_DIR		"/etc/umbra"
#define SHARE_DIR	"/usr/share/umbra"

/* A file being read, and the one that includes it. */
struct source {
	const struct source *includer;
	const char *path;
	dev_t dev;
	ino_t ino;
	unsigned int depth;
};

/* Shared by a file and all files it includes. */
struct reader {
	struct policy *policy;
	struct report *report;
	unsigned int files;
	size_t bytes;
};

static int read_source(struct reader *reader, const struct source *source,
		       const char *text, size_t size);

static int refuse_file(struct reader *reader, struct place at,
		       const char *path, int err)
{
	return report_error(reader->report, at, "cannot read", path, "%s",
			    strerror(err));
}

/* Read all of @fd. Return: its bytes, to be freed; or NULL, with errno set. */
static char *slurp(int fd, size_t max, size_t *size)
{
	char *text = NULL, *larger;
	size_t room = 0;
	ssize_t got = 1;

	for (*size = 0; got > 0; *size += got) {
		if (*size == room) {
			room = room ? 2 * room : 16 * 1024;
			larger = realloc(text, room);
			if (!larger)
				break;
			text = larger;
		}
		do {
			got = read(fd, text + *size, room - *size);
		} while (got < 0 && errno == EINTR);
		if (got > 0 && *size + got > max) {
			errno = EFBIG;
			break;
		}
	}
	if (!got)
		return text;
	free(text);
	return NULL;
}

/* Does the file of @source include itself, directly or through others? */
static bool is_cycle(const struct source *source)
{
	const struct source *s;

	for (s = source->includer; s; s = s->includer)
		if (s->dev == source->dev && s->ino == source->ino)
			return true;
	return false;
}

static int check_source(struct reader *reader, struct source *source, int fd,
			struct place at)
{
	struct stat st;

	if (fstat(fd, &st))
		return refuse_file(reader, at, source->path, errno);
	if (S_ISDIR(st.st_mode))
		return refuse_file(reader, at, source->path, EISDIR);
	source->dev = st.st_dev;
	source->ino = st.st_ino;
	if (is_cycle(source))
		return report_error(reader->report, at,
				    "a file that includes itself",
				    source->path, "no cycle of includes");
	if (source->depth > DEPTH_MAX || reader->files >= FILES_MAX)
		return report_error(reader->report, at, "too many includes",
				    source->path, "%d deep, %d files",
				    DEPTH_MAX, FILES_MAX);
	return 0;
}

/* Read the rows of @fd, and close it unless it is standard input. */
static int read_fd(struct reader *reader, struct source *source, int fd,
		   struct place at)
{
	char *text = NULL;
	size_t size;
	int err;

	err = check_source(reader, source, fd, at);
	if (!err) {
		text = slurp(fd, BYTES_MAX - reader->bytes, &size);
		if (!text)
			err = refuse_file(reader, at, source->path, errno);
	}
	if (fd != STDIN_FILENO)
		close(fd);
	if (err)
		return err;
	reader->files++;
	reader->bytes += size;
	err = read_source(reader, source, text, size);
	free(text);
	return err;
}

/* Open DIR/NAME, and write that path to @path. Return: as open(). */
static int open_in(const char *dir, size_t dir_len, const char *name,
		   char path[PATH_MAX])
{
	int len = snprintf(path, PATH_MAX, "%.*s%s%s", (int)dir_len, dir,
			   dir_len ? "/" : "", name);

	if (len >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_RDONLY | O_CLOEXEC);
}

/*
 * An include is looked for beside the file that includes it, then in the
 * administrator's directory, then among the stock files. $UMBRA_SHARE can name
 * another directory for the stock files.
 */
static int open_include(const struct source *source, const char *name,
			char path[PATH_MAX])
{
	const char *share = getenv("UMBRA_SHARE");
	const char *const dirs[] = {
		ETC_DIR,
		share && *share ? share : SHARE_DIR,
#ifdef UMBRA_SOURCE_SHARE
		UMBRA_SOURCE_SHARE,
#endif
	};
	const char *slash = strrchr(source->path, '/');
	size_t len = slash ? slash - source->path : 0, i;
	int fd;

	if (*name == '/')
		return open_in("", 0, name, path);
	fd = open_in(slash && !len ? "/" : source->path, len, name, path);
	for (i = 0; fd < 0 && errno == ENOENT &&
	     i < sizeof(dirs) / sizeof(*dirs); i++)
		fd = open_in(dirs[i], strlen(dirs[i]), name, path);
	return fd;
}

static int read_include(struct reader *reader, const struct source *source,
			const struct line *line)
{
	struct source included = {
		.includer = source,
		.depth = source->depth + 1,
	};
	char path[PATH_MAX];
	int fd;

	if (line->nr != 2 || !*line->tokens[1].text)
		return report_error(reader->report, line->place,
				    line->nr < 2 ? "no file to include" :
				    "one file an include",
				    line->tokens[line->nr - 1].text,
				    "include PATH");
	fd = open_include(source, line->tokens[1].text, path);
	if (fd < 0)
		return report_error(reader->report, line->place,
				    "cannot read the included file",
				    line->tokens[1].text,
				    "%s; looked for beside this file, in "
				    ETC_DIR " and " SHARE_DIR,
				    strerror(errno));
	included.path = arena_strdup(&reader->policy->arena, path);
	if (!included.path) {
		close(fd);
		return -ENOMEM;
	}
	return read_fd(reader, &included, fd, line->place);
}

static int read_row(struct reader *reader, const struct source *source,
		    const struct line *line)
{
	struct row row;
	int err;

	if (!line->tokens[0].quoted &&
	    !strcmp(line->tokens[0].text, "include"))
		return read_include(reader, source, line);
	err = parse_row(line, &reader->policy->arena, &row, reader->report);
	return err ? err : policy_append(reader->policy, &row);
}

/* Read on after a wrong row, so that the errors of all rows are reported. */
static int read_source(struct reader *reader, const struct source *source,
		       const char *text, size_t size)
{
	struct lexer lex;
	struct line line;
	int err, first = 0;

	lex_open(&lex, text, size, source->path, &reader->policy->arena,
		 reader->report);
	do {
		err = lex_line(&lex, &line);
		if (!err)
			break;
		if (err > 0)
			err = read_row(reader, source, &line);
		if (err && !first)
			first = err;
	} while (err != -ENOMEM && !report_is_full(reader->report));
	return first;
}

int parse_text(struct policy *p, const char *text, size_t size,
	       const char *name, struct report *report)
{
	struct reader reader = { .policy = p, .report = report };
	struct source source = { .path = name };

	return read_source(&reader, &source, text, size);
}

int parse_file(struct policy *p, const char *path, struct report *report)
{
	struct reader reader = { .policy = p, .report = report };
	struct source source = { 0 };
	int fd = STDIN_FILENO;

	source.path = arena_strdup(&p->arena,
				   strcmp(path, "-") ? path : "stdin");
	if (!source.path)
		return -ENOMEM;
	if (strcmp(path, "-"))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return refuse_file(&reader, (struct place){ 0 }, path, errno);
	return read_fd(&reader, &source, fd, (struct place){ 0 });
}
