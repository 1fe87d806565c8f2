// SPDX-License-Identifier: GPL-2.0
/*
 * badfiles PLACES ROWS CONTEXT DIRECTORY COMMAND... - feed a command one bad policy after another
 *
 * Each line of ROWS is something wrong, one row or several with ";;" between them. It is
 * put into the rows of CONTEXT, which are right: in front of them, between them, behind
 * them, or behind them without a newline, in PLACES of these four; COMMAND gets each file's name as its last word.
 * It must fail without a signal, print nothing on stdout, and on stderr one line or more,
 * each "FILE:LINE: what is wrong", at least one about the bad rows' own lines.
 *
 * One process does all, for a thousand files are a thousand commands already.
 *
 * Prints what is wrong, then "N files, M wrong". Exits with 0 if none was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINES_MAX 4096
#define SAID_MAX 65536

extern char **environ;

static char *context[LINES_MAX];
static int context_lines;
static char path[256], out_path[256];

static int read_lines(const char *name, char **lines)
{
	FILE *file = fopen(name, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	int n = 0;

	if (!file) {
		perror(name);
		exit(2);
	}
	while (n < LINES_MAX && (size = getline(&line, &room, file)) > 0) {
		if (line[size - 1] == '\n')
			line[size - 1] = 0;
		lines[n++] = strdup(line);
	}
	free(line);
	fclose(file);
	return n;
}

/* Writes the bad rows behind @before rows of the context. Return: how many they are. */
static int write_file(const char *bad, int before, bool newline)
{
	FILE *file = fopen(path, "we");
	int i, rows = 1;
	const char *c;

	if (!file) {
		perror(path);
		exit(2);
	}
	for (i = 0; i < before; i++)
		fprintf(file, "%s\n", context[i]);
	for (c = bad; *c; c++) {
		if (c[0] == ';' && c[1] == ';') {
			fputc('\n', file);
			rows++;
			c++;
		} else {
			fputc(*c, file);
		}
	}
	if (newline)
		fputc('\n', file);
	for (i = before; i < context_lines; i++)
		fprintf(file, "%s\n", context[i]);
	fclose(file);
	return rows;
}

/* Runs the command; @said gets its stderr. Return: wait status. */
static int run(char **argv, char *said)
{
	posix_spawn_file_actions_t actions;
	int pipes[2], status = -1, error;
	size_t size = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		exit(2);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, out_path,
					 O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], 2);
	error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	if (error) {
		fprintf(stderr, "%s: %s\n", argv[0], strerror(error));
		exit(2);
	}
	while ((n = read(pipes[0], said + size, SAID_MAX - 1 - size)) > 0)
		size += n;
	said[size] = 0;
	close(pipes[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static bool is_printable(const char *line, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			return false;
	return true;
}

/* Return: NULL, or what is wrong with what was said about lines @first to @last. */
static const char *judge_said(const char *said, long first, long last)
{
	size_t name = strlen(path), size;
	bool about = false;
	const char *line;
	char *end;
	long at;

	if (!*said)
		return "says nothing";
	for (line = said; *line; line += size + 1) {
		size = strcspn(line, "\n");
		if (!line[size])
			return "its last line has no end";
		if (strncmp(line, path, name) || line[name] != ':')
			return "a line does not begin with FILE:";
		at = strtol(line + name + 1, &end, 10);
		if (end == line + name + 1 || strncmp(end, ": ", 2) || at < 1)
			return "a line does not go on with LINE: ";
		if (!is_printable(line, size) || size > 600)
			return "a line is not fit to be read";
		if (end + 6 > line + size)
			return "a line does not say what is wrong";
		about = about || (at >= first && at <= last);
	}
	return about ? NULL : "no line is about the bad row";
}

static const char *judge(int status, const char *said, long first, long last)
{
	FILE *out;
	int c;

	if (!WIFEXITED(status))
		return "died of a signal";
	if (!WEXITSTATUS(status))
		return "was taken";
	out = fopen(out_path, "re");
	c = out ? fgetc(out) : EOF;
	if (out)
		fclose(out);
	if (c != EOF)
		return "says something on stdout";
	return judge_said(said, first, last);
}

int main(int argc, char **argv)
{
	static char *bad[LINES_MAX], said[SAID_MAX];
	int i, k, n, at, places, rows, before, files = 0, wrong = 0;
	const char *why;

	if (argc < 6)
		return 2;
	places = atoi(argv[1]);
	n = read_lines(argv[2], bad);
	context_lines = read_lines(argv[3], context);
	snprintf(path, sizeof(path), "%s/bad", argv[4]);
	snprintf(out_path, sizeof(out_path), "%s/out", argv[4]);
	/* The command moves down, which makes room for its last word. */
	memmove(argv, argv + 5, (argc - 5) * sizeof(*argv));
	argv[argc - 5] = path;
	argv[argc - 4] = NULL;
	for (i = 0; i < n; i++) {
		for (k = 0; k < places; k++) {
			at = (i + k) % 4;
			before = at == 0 ? 0 : at == 1 ? context_lines / 2 : context_lines;
			rows = write_file(bad[i], before, at != 3);
			files++;
			why = judge(run(argv, said), said, before + 1, before + rows);
			if (!why)
				continue;
			wrong++;
			printf("%s: %s\n%s", bad[i], why, said);
		}
	}
	printf("%d files, %d wrong\n", files, wrong);
	return wrong > 0;
}
