// SPDX-License-Identifier: GPL-2.0
/*
 * Turns: commands repeated at random on one CPU. Processes that take the same turns on
 * other CPUs use the same flows, so they meet in them at every moment.
 */
#include "play.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TURNS_MAX	64
#define LINE_MAX	512
#define REASONS_MAX	8

/**
 * struct turn - one command
 * @line: its words
 * @tried: how often it was run
 * @done: how often it came out as asked
 * @reason: why it did not, each reason once
 */
struct turn {
	char line[LINE_MAX];
	unsigned long tried, done;
	char *reason[REASONS_MAX];
};

static struct turn turns[TURNS_MAX];
static size_t nr;

/* turn COMMAND... */
const char *turn_new(int argc, char **argv)
{
	struct turn *t = &turns[nr];
	size_t used = 0;
	int i;

	if (nr == TURNS_MAX)
		return "too many turns";
	for (i = 0; i < argc && used < LINE_MAX; i++)
		used += snprintf(t->line + used, LINE_MAX - used, "%s%s", i ? " " : "", argv[i]);
	if (used >= LINE_MAX)
		return "too many words";
	nr++;
	return NULL;
}

static void remember(struct turn *t, const char *reason)
{
	int i;

	for (i = 0; i < REASONS_MAX && t->reason[i]; i++)
		if (!strcmp(t->reason[i], reason))
			return;
	if (i < REASONS_MAX)
		t->reason[i] = strdup(reason);
}

static void take(struct turn *t)
{
	char line[LINE_MAX];
	const char *reason;

	strcpy(line, t->line);
	reason = play_obey(line);
	t->tried++;
	if (reason)
		remember(t, reason);
	else
		t->done++;
}

static void tell(const struct turn *t)
{
	int i;

	printf("# %lu of %lu: %s\n", t->done, t->tried, t->line);
	for (i = 0; i < REASONS_MAX && t->reason[i]; i++)
		printf("# else: %s\n", t->reason[i]);
}

/* storm SECONDS CPU */
const char *turn_storm(int argc, char **argv)
{
	long long until = now_ms() + atoi(argv[0]) * 1000LL;
	cpu_set_t one;
	size_t i;

	CPU_ZERO(&one);
	CPU_SET(atoi(argv[1]), &one);
	if (!nr || sched_setaffinity(0, sizeof(one), &one))
		return "no turns, or no such CPU";
	station_deafen();
	srand(getpid());
	while (now_ms() < until)
		take(&turns[rand() % nr]);
	for (i = 0; i < nr; i++)
		tell(&turns[i]);
	return NULL;
}
